"""Answers kept for identical requests: LangChain's cache, bounded and safe between threads."""

import hashlib
from collections.abc import Sequence
from threading import Lock
from typing import Any

import orjson
from langchain_core.caches import InMemoryCache
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration

from agent.models.settings import ModelSettings


class AnswerCache:
    """Keep whole answers by what was asked of which model; the oldest goes first."""

    def __init__(self, size: int) -> None:
        self._cache = InMemoryCache(maxsize=size) if size else None
        self._lock = Lock()

    def get(self, key: tuple[str, str]) -> AIMessage | None:
        """Return a kept answer."""
        with self._lock:
            found = self._cache.lookup(*key) if self._cache else None
        kept = found[0] if found else None
        if isinstance(kept, ChatGeneration) and isinstance(kept.message, AIMessage):
            return kept.message.model_copy()
        return None

    def put(self, key: tuple[str, str], answer: AIMessage) -> None:
        """Keep an answer."""
        if self._cache:
            with self._lock:
                self._cache.update(*key, [ChatGeneration(message=answer)])


def cache_key(
    model: ModelSettings, messages: Sequence[BaseMessage], schema: dict[str, Any] | None
) -> tuple[str, str]:
    """Return what makes a request the same: digests, so that no conversation is kept here."""
    said = [[each.type, each.content, getattr(each, "tool_calls", None)] for each in messages]
    asked = [model.base, model.model, model.temperature, model.max_tokens, model.reasoning_effort]
    return _digest(said), _digest([*asked, schema])


def _digest(value: Any) -> str:
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()
