"""One call to a chat model: what is asked, and what it takes while it runs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, BaseMessage

from agent.models.calls import Call, Role
from agent.models.factory import patience
from agent.models.faults import EmptyAnswerError, InvalidAnswerError
from agent.models.settings import ModelSettings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

BYTES_PER_TOKEN = 4  # of UTF-8: about right for English, a little high for Japanese
TOKENS_PER_MESSAGE = 4  # what a message's role and its marks come to


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked, in the terms of LangChain."""

    messages: Sequence[BaseMessage]
    streams: bool = False
    schema: dict[str, Any] | None = None
    tools: Sequence[dict[str, Any]] = ()

    def send(self, chat: BaseChatModel, settings: ModelSettings, seconds: float) -> Iterable[Any]:
        """Yield the answer's pieces; a whole answer is one."""
        options: dict[str, Any] = {"timeout": patience(settings, seconds)}
        if self.streams:
            yield from chat.stream(list(self.messages), **options)
            return
        if self.schema is not None:
            options["response_format"] = _response_format(self.schema, settings.strict)
        if self.tools:
            options["tools"] = list(self.tools)
        yield chat.invoke(list(self.messages), **options)

    def check(self, answer: AIMessage) -> None:
        """Raise where a whole answer is none."""
        if not self.tools and not str(answer.text).strip():  # to call no tool is an answer
            raise EmptyAnswerError
        if self.schema is not None and not _is_object(str(answer.text)):
            raise InvalidAnswerError

    @property
    def tokens(self) -> int:
        """Return about how many tokens are sent."""
        sent = sum(len(str(each.content).encode()) for each in self.messages)
        extra = sum(len(json.dumps(each)) for each in (self.schema, *self.tools) if each)
        return (sent + extra) // BYTES_PER_TOKEN + TOKENS_PER_MESSAGE * len(self.messages)


@dataclass(slots=True)
class Meter:
    """What one call takes, while it runs."""

    streams: bool = False
    began: float = field(default_factory=monotonic)
    text: list[str] = field(default_factory=list)
    characters: int = 0
    first_ms: float | None = None
    given: bool = False
    tokens: tuple[int, int] | None = None
    wasted: tuple[int, int] = (0, 0)
    retries: int = 0
    named: str = ""  # the model as its provider calls it

    def again(self) -> None:
        """Begin another attempt; what the last one took still counts."""
        sent, received = self.tokens or (0, 0)
        self.wasted = self.wasted[0] + sent, self.wasted[1] + received
        self.text, self.characters, self.tokens = [], 0, None

    def take(self, piece: AIMessage) -> str:
        """Count a piece and return its text."""
        text = str(piece.text)
        if text and self.streams and self.first_ms is None:
            self.first_ms = round(1000 * (monotonic() - self.began), 1)
        self.text.append(text)
        self.characters += len(text)
        self.named = str(piece.response_metadata.get("model_name") or self.named)
        usage = piece.usage_metadata
        if usage and usage["total_tokens"]:
            self.tokens = usage["input_tokens"], usage["output_tokens"]
        return text

    def call(self, role: Role, model: ModelSettings, request: Request, outcome: str) -> Call:
        """Return the call as the ledger keeps it; only what was answered is charged."""
        estimated = self.tokens is None and (outcome == "ok" or self.characters > 0)
        sent, received = self.tokens or (0, 0)
        if estimated:
            sent = request.tokens
            received = -(-len("".join(self.text).encode()) // BYTES_PER_TOKEN)
        sent, received = sent + self.wasted[0], received + self.wasted[1]
        price = model.charged
        return Call(
            role=role,
            model=model.model,
            input_tokens=sent,
            output_tokens=received,
            cost_usd=round((sent * price.input + received * price.output) / 1e6, 9),
            estimated=estimated,
            milliseconds=1000 * (monotonic() - self.began),
            first_token_ms=self.first_ms,
            retries=self.retries,
            outcome=outcome,
        )


def _response_format(schema: dict[str, Any], strict: bool) -> dict[str, Any]:
    named = {"name": schema.get("title", "answer"), "schema": schema, "strict": strict}
    return {"type": "json_schema", "json_schema": named}


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
