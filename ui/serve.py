"""`osusume ui`: page, API, probes and metrics on one port, and an end that loses no turn."""

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Timer
from time import monotonic
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.middleware import Middleware

from data.profile import load_profile
from infra import logs, telemetry
from infra.errors import UsageError
from infra.metrics import ACTIVITY
from ui.browserkey import BrowserKeys

if TYPE_CHECKING:
    from streamlit.starlette import App

    from ui.shared import Shared

PAGE = Path(__file__).with_name("app.py")
TURN_SECONDS = 8.0  # that running turns have to finish when the process is asked to stop
DRAWING_SECONDS = 0.3  # that pages have to show the last of them
LAST_SECONDS = 9.5  # after which the process ends whatever holds it
CHATTY = ("streamlit", "uvicorn", "websockets")


def serve(catalogue: str | None, host: str, port: int, browser: bool) -> None:
    """Serve until the process is asked to stop.

    Raises UsageError where the port is taken or may not be used, and ProfileError for an unknown
    catalogue.
    """
    from agent.settings import load_settings

    settings = load_settings(catalogue=catalogue)
    load_profile(settings.catalogue)  # an unknown one is told here, not on the page
    logs.configure(settings.logs.format, settings.logs.level or "info")
    if catalogue:
        os.environ["OSUSUME__CATALOGUE"] = settings.catalogue
    with closing(_listening(host, port)) as listener:
        from ui.shared import Shared, opened, serve_from

        shared = Shared(opened)
        serve_from(shared)
        shared.begin()
        server = Server(_site(shared, host, port, browser), shared)
        sys.stdout.write(f"Osusume is at {_address(host, port)} and stops with Ctrl-C.\n")
        sys.stdout.flush()
        asyncio.run(server.serve([listener]))
    telemetry.close()


class Server(uvicorn.Server):
    """Uvicorn, which on a signal first lets running turns finish."""

    def __init__(self, config: uvicorn.Config, shared: "Shared") -> None:
        super().__init__(config)
        self._shared = shared
        self._draining: asyncio.Task[None] | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Hear of signals in the event loop."""
        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, self._asked_to_stop)
        yield

    def _asked_to_stop(self) -> None:
        if self._draining is not None:  # asked twice: at once
            self.should_exit = self.force_exit = True
            return
        self._shared.leave()
        last = Timer(LAST_SECONDS, os._exit, [0])
        last.daemon = True
        last.start()
        self._draining = asyncio.get_running_loop().create_task(self._drain())

    async def _drain(self) -> None:
        """Keep serving, without beginning turns, until those under way have ended."""
        until, waited = monotonic() + TURN_SECONDS, False
        while ACTIVITY.running and monotonic() < until:
            waited = True
            await asyncio.sleep(0.05)
        if waited:
            await asyncio.sleep(DRAWING_SECONDS)
        self.should_exit = True


def _site(shared: "Shared", host: str, port: int, browser: bool) -> uvicorn.Config:
    """Return the whole site: Streamlit's own routes come after ours."""
    from streamlit import config
    from streamlit.starlette import App
    from streamlit.web.bootstrap import load_config_options

    from ui.api import api_routes
    from ui.health import health_routes

    app = App(
        PAGE,
        routes=[*health_routes(shared), *api_routes(shared)],
        middleware=[Middleware(BrowserKeys)],
    )
    load_config_options(
        {
            "server.address": host,
            "server.port": port,
            "server.headless": not browser,
            "server.fileWatcherType": "none",
            "browser.gatherUsageStats": False,
        }
    )
    chatty = [each for each in logging.root.manager.loggerDict if each.startswith(CHATTY)]
    logs.follow(*chatty)
    return uvicorn.Config(
        _opening(app, _address(host, port)) if browser else app,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
        ssl_certfile=config.get_option("server.sslCertFile"),
        ssl_keyfile=config.get_option("server.sslKeyFile"),
        ws="websockets-sansio",
        ws_max_size=config.get_option("server.maxMessageSize") * 2**20,
        ws_per_message_deflate=config.get_option("server.enableWebsocketCompression"),
    )


def _opening(app: "App", address: str) -> Any:
    """Return the app, which opens the browser once it is up."""
    from streamlit.cli_util import open_browser

    async def opening(scope: Any, receive: Any, send: Any) -> None:
        async def sending(message: Any) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                asyncio.get_running_loop().call_later(0.2, open_browser, address)

        await app(scope, receive, sending if scope["type"] == "lifespan" else send)

    return opening


def _address(host: str, port: int) -> str:
    shown = "localhost" if host in {"0.0.0.0", "::"} else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


def _listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raises UsageError where it may not."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        reason = (error.strerror or str(error)).lower()
        raise UsageError(
            f"Cannot listen on {host}:{port}: {reason}. Choose another: "
            f"osusume ui --port {port + 1 if port < 65535 else 8600}."
        ) from error
    listener.setblocking(False)
    return listener
