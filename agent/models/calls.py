"""What the language mind asks of chat models: one protocol, whoever provides them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.tools import BaseTool

from agent.models.settings import Role as Role
from infra.errors import OsusumeError


class ModelUnavailableError(OsusumeError):
    """No model of a role could answer: retries, fallback and budget are spent."""


class BrokenToolCallError(ModelUnavailableError):
    """A model wrote a tool call that cannot be read; `generation` is what it wrote.

    It is worth asking once more with that shown, as the model itself is well.
    """

    def __init__(self, message: str, generation: str = "") -> None:
        super().__init__(message)
        self.generation = generation


@dataclass(frozen=True, slots=True)
class Call:
    """One call as the ledger keeps it; tokens are `estimated` where the provider gave no usage."""

    role: Role
    model: str
    input_tokens: int
    output_tokens: int
    cost_usd: float
    estimated: bool
    milliseconds: float
    first_token_ms: float | None = None
    retries: int = 0
    outcome: str = "ok"


@dataclass(slots=True)
class TurnUsage:
    """What one turn's calls came to, and the quiet lines that tell what went wrong."""

    calls: list[Call] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


class Models(Protocol):
    """Calls chat models in one turn: deadline, retries, breaker, fallback and ledger are inside."""

    @property
    def usage(self) -> TurnUsage:
        """Return what this turn's calls came to so far."""
        ...

    def ask(
        self,
        role: Role,
        messages: Sequence[BaseMessage],
        schema: dict[str, Any] | None = None,
        tools: Sequence[BaseTool] = (),
    ) -> AIMessage:
        """Return a whole answer; `schema` asks for strict JSON of that JSON schema.

        Raises ModelUnavailableError when no model could answer.
        """
        ...

    def stream(self, role: Role, messages: Sequence[BaseMessage]) -> Iterator[str]:
        """Yield an answer's text as it comes.

        Raises ModelUnavailableError before the first piece, or in the middle if it breaks there
        and cannot be completed.
        """
        ...
