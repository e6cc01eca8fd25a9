"""Chat models from settings: one factory over LangChain's `init_chat_model`."""

from __future__ import annotations

import importlib
from threading import Lock
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from agent.models.attempt import remember
from agent.models.settings import KEY_VARIABLES, ModelSettings
from infra.errors import SettingsError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

CONNECT_SECONDS = 3.0  # a server that does not even take the call by then is not there
KEEP_SECONDS = 30.0  # how long an idle connection is kept for the next turn
NO_KEY = SecretStr("none")  # servers of one's own want no key, their client wants one


class Connections:
    """The HTTP clients that a pool's models share: one TLS set-up, connections kept alive."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._clients: dict[str, tuple[Any, Any]] = {}

    def clients(self, library: str) -> tuple[Any, Any]:
        """Return the client and its asynchronous twin, which the model's class insists on."""
        with self._lock:
            if library not in self._clients:
                http = importlib.import_module(library)
                limits = http.Limits(max_connections=200, keepalive_expiry=KEEP_SECONDS)
                tls = http.create_ssl_context()
                client = http.Client(
                    limits=limits, verify=tls, event_hooks={"response": [remember]}
                )
                self._clients[library] = (client, http.AsyncClient(limits=limits, verify=tls))
            return self._clients[library]

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            clients, self._clients = self._clients, {}
        for client, _ in clients.values():
            client.close()


def library(settings: ModelSettings) -> str:
    """Return the HTTP library that the provider's client is built on."""
    return "httpx" if settings.provider == "groq" else "httpx2"


def patience(settings: ModelSettings, seconds: float) -> Any:
    """Return the timeout of one request in the terms of its library."""
    http = importlib.import_module(library(settings))
    return http.Timeout(seconds, connect=min(seconds, CONNECT_SECONDS))


def make_chat_model(
    settings: ModelSettings, connections: Connections | None = None
) -> BaseChatModel:
    """Return the chat model that the settings name; it makes no retries of its own.

    Raises SettingsError where its key or its package is missing.
    """
    from langchain.chat_models import init_chat_model

    if settings.provider == "offline":
        raise SettingsError("The provider 'offline' has no chat model. Name another one.")
    if not settings.keyed:
        raise SettingsError(no_key(settings))
    try:
        client, twin = (connections or Connections()).clients(library(settings))
        model: BaseChatModel = init_chat_model(
            settings.model,
            model_provider="groq" if settings.provider == "groq" else "openai",
            base_url=settings.base,
            api_key=settings.secret or NO_KEY,
            max_retries=0,
            http_client=client,
            http_async_client=twin,
            **_options(settings),
        )
    except ImportError as error:
        raise SettingsError(
            f"The provider '{settings.provider}' needs the extra 'openai', which is not installed. "
            "Run \".venv/bin/pip install -e '.[openai]'\" in the project's folder."
        ) from error
    return model


def no_key(settings: ModelSettings) -> str:
    """Return the sentence for a model without a key."""
    variable = KEY_VARIABLES[settings.provider]
    return (
        f"There is no key for {settings.model}: {variable} is not set. "
        f"Set it, or choose 'models.mind: offline'."
    )


def _options(settings: ModelSettings) -> dict[str, Any]:
    options: dict[str, Any] = {
        "temperature": settings.temperature,
        "reasoning_effort": settings.reasoning_effort,
        "max_tokens": settings.max_tokens,
    }
    if settings.provider == "openai-compatible":
        # servers of one's own know the older name, which the client would translate
        options |= {"extra_body": {"max_tokens": options.pop("max_tokens")}}
    if settings.provider != "groq":
        options |= {"stream_usage": True, "use_responses_api": False}
    return {name: value for name, value in options.items() if value is not None}
