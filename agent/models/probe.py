"""A look at the providers before anybody waits for them: keys taken, models known."""

import importlib
from collections.abc import Iterator
from concurrent.futures import Future
from threading import Thread
from time import monotonic
from typing import Any

from agent.models.factory import library, no_key, patience
from agent.models.settings import (
    GROQ_PATH,
    KEY_VARIABLES,
    ROLES,
    ModelSettings,
    ModelsSettings,
)

PROBE_SECONDS = 3.0
MOST_NAMED = 6  # models that a sentence names


def probe(settings: ModelsSettings, seconds: float = PROBE_SECONDS) -> list[str]:
    """Return a sentence for each thing that would keep the language mind from serving.

    Lists the models of each provider, which costs no tokens; never takes longer than `seconds`.
    """
    if not settings.speaks:
        return []
    asked = dict(_used(settings))
    sentences = [no_key(model) for model in asked.values() if not model.keyed]
    endpoints = {model.endpoint: model for model in asked.values() if model.keyed}
    ends = monotonic() + seconds
    listings = {key: _later(model, seconds) for key, model in endpoints.items()}
    for key, listing in listings.items():
        try:
            status, known = listing.result(max(0.0, ends - monotonic()))
        except Exception as error:  # whatever its client raises: it could not be asked
            sentences.append(_unreachable(endpoints[key], error))
            continue
        here = {where: model for where, model in asked.items() if model.endpoint == key}
        sentences += _judge(endpoints[key], status, known, here)
    return list(dict.fromkeys(sentences))


def _used(settings: ModelsSettings) -> Iterator[tuple[str, ModelSettings]]:
    """Yield each model with the setting that names it."""
    for role in ROLES:
        for model, part in zip(settings.role(role).models, ("", ".fallback"), strict=False):
            yield f"models.{role}{part}.model", model


def _later(model: ModelSettings, seconds: float) -> "Future[tuple[int, list[str]]]":
    future: Future[tuple[int, list[str]]] = Future()

    def run() -> None:
        try:
            future.set_result(_listed(model, seconds))
        except BaseException as error:  # handed to whoever asks for the result
            future.set_exception(error)

    Thread(target=run, name="probe", daemon=True).start()
    return future


def _listed(model: ModelSettings, seconds: float) -> tuple[int, list[str]]:
    http: Any = importlib.import_module(library(model))
    path = f"{GROQ_PATH}/models" if model.provider == "groq" else "/models"
    secret = model.secret
    headers = {"Authorization": f"Bearer {secret.get_secret_value()}"} if secret else {}
    response = http.get(model.base + path, headers=headers, timeout=patience(model, seconds))
    if response.status_code != 200:
        return response.status_code, []
    listed = response.json().get("data") or []
    return 200, [str(each["id"]) for each in listed if each.get("active", True)]


def _judge(
    model: ModelSettings, status: int, known: list[str], asked: dict[str, ModelSettings]
) -> Iterator[str]:
    if status in {401, 403}:
        variable = KEY_VARIABLES.get(model.provider, "")
        source = "'models.key'" if model.key or not variable else variable
        yield f"{_name(model)} refuses the key in {source}. Set a valid one, or 'mind: offline'."
    elif status >= 500:
        yield f"{_name(model)} is not well (status {status}). The offline mind serves meanwhile."
    if len(known) < 2 and model.provider == "openai-compatible":
        return  # a server of one model takes any name for it
    for name in dict.fromkeys(each.model for each in asked.values()):
        if known and name not in known:
            where = [f"'{place}'" for place, each in asked.items() if each.model == name]
            yield (
                f"{_name(model)} has no model '{name}': unknown or retired. Change "
                f"{', '.join(where)}, for example to one of "
                f"{', '.join(sorted(known)[:MOST_NAMED])}."
            )


def _unreachable(model: ModelSettings, error: Exception) -> str:
    if isinstance(error, ImportError):
        return f"The provider '{model.provider}' needs the extra 'openai', which is not installed."
    late = "Timeout" in type(error).__name__
    reason = "it did not answer in time" if late else type(error).__name__
    return (
        f"{_name(model)} cannot be reached at {model.base}: {reason}. "
        "Check the network and the address; the offline mind serves meanwhile."
    )


def _name(model: ModelSettings) -> str:
    return {"groq": "Groq", "openai": "OpenAI"}.get(model.provider, "The model server")
