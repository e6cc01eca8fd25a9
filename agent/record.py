"""What telemetry is told of a turn: its trace, its figures and its line in the log."""

from collections.abc import Mapping
from datetime import datetime
from time import perf_counter
from types import TracebackType
from typing import Any, Literal

import structlog

from agent.minds import OFFLINE, Spoken
from agent.settings import Settings
from data.index import Index
from graph.memory import Session
from infra import metrics, names
from infra.errors import OsusumeError
from infra.names import Attribute
from infra.telemetry import Attributes, TurnTrace

Outcome = Literal["answered", "relaxed", "abstained", "conversed", "failed", "cancelled"]
UNKNOWN = "unknown"
SHOWN_OF_ID = 8  # of a session's id in a log line: whoever has all of it may read the conversation


class TurnRecord:
    """Follow one turn, as a context manager: whatever ends it is told once."""

    def __init__(self, session: Session, index: Index, settings: Settings) -> None:
        self.trace = TurnTrace(session.id)
        self._began = perf_counter()
        self._session, self._settings = session, settings
        self._manifest = index.manifest
        self._first: float | None = None
        self._intent, self._outcome = UNKNOWN, "failed"
        self._line: dict[str, Any] = {}
        self._grave = False

    def __enter__(self) -> "TurnRecord":
        metrics.ACTIVITY.began(self._session.id)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        stack: TracebackType | None,
    ) -> None:
        if isinstance(error, Exception):
            self._outcome = "failed"
            self._line["error"] = type(error).__name__
            self._grave = not isinstance(error, OsusumeError)  # those are told to the person
            self.trace.fail(error)
        elif error is not None:  # the caller left
            self._outcome = "cancelled"
        self._end()

    def saw(self, event: Any) -> None:
        """Note when the answer's first piece came."""
        if self._first is None and "token" in event:
            self._first = perf_counter() - self._began

    def told(self, reply: Mapping[str, Any], state: Mapping[str, Any], spoken: Spoken) -> None:
        """Take what a whole turn came to."""
        self._intent, self._outcome = reply["intent"], outcome_of(state)
        usage, model = reply["usage"], reply["model"]
        self._line = {
            "turn": reply["turn"],
            "model": model,
            "input_tokens": usage["input_tokens"],
            "output_tokens": usage["output_tokens"],
            "cost_usd": usage["cost_usd"],
        }
        self._count(reply, state)
        self.trace.tell(
            {
                Attribute.TURN: reply["turn"],
                Attribute.MODEL: model,
                Attribute.INPUT_TOKENS: usage["input_tokens"],
                Attribute.OUTPUT_TOKENS: usage["output_tokens"],
                Attribute.COST: usage["cost_usd"],
                Attribute.SHOWN: len(reply["recommendations"]),
                Attribute.GROUNDED: reply["grounded"],
                Attribute.RELAXED: len(reply["relaxed"]),
                Attribute.REMOVED: len(reply["removed"]),
                Attribute.FALLBACKS: spoken.fallbacks,
                Attribute.RETRIES: spoken.retries,
                **self._evidence(state),
                **self._words(reply),
            }
        )

    def _count(self, reply: Mapping[str, Any], state: Mapping[str, Any]) -> None:
        metrics.count(names.SHOWN, by=len(reply["recommendations"]))
        metrics.count(names.REMOVED, by=len(reply["removed"]))
        if (best := similarity_of(state)) is not None:
            metrics.observe(names.SIMILARITY, best, example=self.trace.context)
        if self._first is not None:
            mind = OFFLINE if reply["model"] == OFFLINE else "model"
            metrics.observe(names.FIRST_TOKEN, self._first, mind, example=self.trace.context)

    def _evidence(self, state: Mapping[str, Any]) -> Attributes:
        found, best = state.get("found"), similarity_of(state)
        told: dict[str, float] = {}
        if found is not None:
            told[Attribute.CANDIDATES] = len(found.candidates)
            told[Attribute.THRESHOLD] = self._manifest.threshold
        if best is not None:
            told[Attribute.SIMILARITY] = best
        if self._first is not None:
            told[Attribute.FIRST_TOKEN] = round(1000 * self._first, 2)
        return told

    def _words(self, reply: Mapping[str, Any]) -> Attributes:
        if not self._settings.telemetry.record_messages:
            return {}
        return {Attribute.MESSAGE: reply["message"], Attribute.ANSWER: reply["answer"]}

    def _end(self) -> None:
        seconds = perf_counter() - self._began
        metrics.ACTIVITY.ended()
        metrics.count(names.TURNS, self._intent, self._outcome)
        metrics.observe(names.TURN_DURATION, seconds, self._intent, example=self.trace.context)
        self.trace.tell(
            {
                Attribute.CATALOGUE: self._manifest.catalogue,
                Attribute.INTENT: self._intent,
                Attribute.OUTCOME: self._outcome,
            }
        )
        self.trace.end()
        tell = structlog.get_logger("agent.turn")
        (tell.error if self._grave else tell.info)(
            "turn",
            session=self._session.id[:SHOWN_OF_ID],
            intent=self._intent,
            outcome=self._outcome,
            ms=round(1000 * seconds, 1),
            **self._line,
            trace_id=self.trace.id,
        )


def announce(index: Index, speaks: bool) -> None:
    """Tell which index serves, and which mind."""
    manifest = index.manifest
    built = datetime.fromisoformat(manifest.built).timestamp()
    metrics.serves(manifest.catalogue, manifest.items, built, manifest.threshold)
    metrics.speaks("model" if speaks else OFFLINE)


def outcome_of(state: Mapping[str, Any]) -> Outcome:
    """Return how a whole turn ended."""
    if state["chosen"]:
        return "relaxed" if state["relaxed"] else "answered"
    if state["reading"].intent == "out_of_scope" or not state["grounded"]:
        return "abstained"
    return "answered" if state["results"] else "conversed"


def similarity_of(state: Mapping[str, Any]) -> float | None:
    """Return how near a request in free words came; names and facets need no evidence."""
    found = state.get("found")
    return float(found.evidence) if found is not None and state["wanted"].about else None
