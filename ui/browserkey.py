"""A key for each browser, in a cookie that no script can read: whose conversations these are."""

import re
from http.cookies import CookieError, SimpleCookie
from secrets import token_urlsafe

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "osusume_browser"
KEPT = 400 * 24 * 3600  # seconds; browsers keep no cookie longer
_KEY = re.compile(r"[\w-]{32}")


class BrowserKeys:
    """Give every browser that opens a page a key that cannot be guessed."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap the app that serves the page."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the cookie to a page that is sent to a browser without one."""
        if scope["type"] != "http" or valid(_sent(Headers(scope=scope))):
            await self._app(scope, receive, send)
            return

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("set-cookie", _cookie(scope))
            await send(message)

        await self._app(scope, receive, sending)


def valid(key: str | None) -> bool:
    """Tell whether a cookie's value has the form of our keys."""
    return bool(key and _KEY.fullmatch(key))


def _sent(headers: Headers) -> str | None:
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel else None


def _cookie(scope: Scope) -> str:
    forwarded = Headers(scope=scope).get("x-forwarded-proto", "")
    secure = "; Secure" if "https" in (scope.get("scheme"), forwarded) else ""
    flags = f"Max-Age={KEPT}; Path=/; HttpOnly; SameSite=Lax{secure}"
    return f"{COOKIE}={token_urlsafe(24)}; {flags}"
