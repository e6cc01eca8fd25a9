"""The composition root: the one place where concrete parts meet, and the turn as others call it."""

import unicodedata
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import Any, cast

from langgraph.graph.state import CompiledStateGraph

from agent.serving import Server
from agent.settings import Settings
from data.catalogue import Catalogue
from data.index import Index, open_index
from data.profile import load_profile
from graph.build import build_graph
from graph.memory import Memory, Session, Turnstile
from graph.protocols import Context
from graph.state import Conversation, Turn
from infra.errors import MessageError
from infra.telemetry import TurnTrace
from tools.change import Change
from tools.preferences import from_json, to_json
from tools.wording import facts


@dataclass(frozen=True, slots=True)
class Step:
    """A step began (`ms` is None) or ended."""

    name: str
    ms: float | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the answer, as it is written."""

    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A turn's outcome: the JSON object of the command line's contract."""

    fields: dict[str, Any]


Event = Step | Token | Reply


class Recommender:
    """Hold conversations over one catalogue."""

    def __init__(
        self, index: Index, memory: Memory, settings: Settings, watched: bool = False
    ) -> None:
        """Serve an index; `watched` takes edited settings and new builds at the next turn."""
        self.memory = memory
        self._server = Server(settings, index, watched)
        self._turnstile = Turnstile()
        self._graph: CompiledStateGraph[Conversation, Context, Turn, Conversation] = build_graph(
            memory.checkpointer
        )

    @property
    def index(self) -> Index:
        """Return the index that serves."""
        return self._server.serving.minds.index

    def turn(
        self, message: str, session: Session, change: Change | None = None
    ) -> Generator[Event]:
        """Run one turn and yield its steps, its answer's pieces, and at last the reply.

        `change` stands for a click that alters the wishes; the message then only names it. Closing
        the generator stops the turn and its requests; the conversation is then as it was before.
        Raises MessageError for a message longer than the settings allow.
        """
        limit = self._server.serving.settings.limits.message_characters
        if len(message) > limit:
            raise MessageError(
                f"That message has {len(message):,} characters; I read up to {limit:,}. "
                "Please say it in fewer words."
            )
        with self._turnstile.one(session.id):
            yield from self._run(legible(message), session, change)

    def reply(self, message: str, session: Session, change: Change | None = None) -> dict[str, Any]:
        """Run one turn and return its reply."""
        *_, last = self.turn(message, session, change)
        assert isinstance(last, Reply)
        return last.fields

    def conversation(self, session: Session) -> dict[str, Any]:
        """Return what is remembered of a session: history, preferences and the last list."""
        state = self._graph.get_state(self._thread(session)).values
        catalogue = self.index.catalogue
        return {
            "history": state.get("history", []),
            "preferences": _titled(catalogue, state.get("preferences", {})),
            "recommendations": _listed(catalogue, state.get("listed", [])),
        }

    def close(self) -> None:
        """Close the conversations, and what the chat models hold open."""
        self._server.close()
        self.memory.close()

    def _run(self, message: str, session: Session, change: Change | None) -> Generator[Event]:
        began = perf_counter()
        timings: dict[str, float] = {}
        turn: Turn = {"message": message, "change": change}
        serving, notices = self._server.now()
        trace = TurnTrace(session.id)
        context, spoken = serving.begin(session.id, lambda: self._turns(session) + 1, trace)
        final: dict[str, Any] = {}
        stream = self._graph.stream(
            turn,
            self._thread(session),
            context=context,
            stream_mode=["custom", "values"],
            durability="exit",
        )
        try:
            for mode, event in stream:
                if mode == "values":
                    final = event  # type: ignore[assignment]
                else:
                    yield from _events(event, timings)
        finally:
            spoken.cancel()  # or a caller who leaves would wait for the model
            cast(Generator[Any], stream).close()
            trace.end()
        timings["total"] = round(1000 * (perf_counter() - began), 2)
        if final["turns"] == 1:
            self.memory.name(session, message)
        fields = self._fields(final, session, serving.minds.index.catalogue)
        fields["removed"] += spoken.removed
        told = {
            "model": spoken.model,
            "usage": spoken.usage,
            "timings_ms": timings,
            "trace_id": trace.id,
            "notices": [*notices, *spoken.notices],
        }
        yield Reply(fields | told)

    def _turns(self, session: Session) -> int:
        """Return how many turns a session has had."""
        state = self._graph.get_state(self._thread(session)).values
        turns: int = state.get("turns", 0)
        return turns

    def _fields(
        self, state: dict[str, Any], session: Session, catalogue: Catalogue
    ) -> dict[str, Any]:
        """Return a reply but for what the models and the clock add."""
        reading = state["reading"]
        listed = state["listed"] if state["chosen"] else []
        scores = {each.id: each.score for each in state["chosen"]}
        recommendations = _listed(catalogue, listed)
        for each in recommendations:
            each["score"] = round(scores[each["id"]], 4)
        return {
            "session": session.label or session.id,
            "turn": state["turns"],
            "message": state["message"],
            "intent": reading.intent,
            "answer": state["answer"],
            "recommendations": recommendations,
            "preferences": _titled(catalogue, state["preferences"]),
            "grounded": state["grounded"],
            "relaxed": list(state["relaxed"]) if state["chosen"] else [],
            "unknown_titles": _unknown(state),
            "removed": list(state["removed"]),
        }

    def _thread(self, session: Session) -> Any:
        """Name a session's state: of each catalogue its own, since ids mean nothing elsewhere."""
        catalogue = self.index.catalogue.profile.name
        return {"configurable": {"thread_id": f"{catalogue}/{session.id}"}}


def open_recommender(settings: Settings) -> Recommender:
    """Open the configured catalogue's index and the conversations on disk.

    Raises ProfileError, IndexUnusableError, SessionError or HomeError with its remedy.
    """
    profile = load_profile(settings.catalogue)
    index = open_index(profile, settings.embedding)
    return Recommender(index, Memory(), settings, watched=True)


def legible(message: str) -> str:
    """Return a message without control characters and halves of surrogate pairs."""
    return "".join(
        character if unicodedata.category(character) not in {"Cc", "Cs"} else " "
        for character in message
    )


def _listed(catalogue: Catalogue, listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "rank": rank,
            "id": each["id"],
            "title": catalogue[each["id"]].title,
            "similarity": each["similarity"],
            "score": round(sum(each["contributions"].values()), 4),
            "facts": facts(catalogue, catalogue[each["id"]]),
            "because": each["because"],
            "contributions": each["contributions"],
        }
        for rank, each in enumerate(listed, start=1)
        if each["id"] in catalogue
    ]


def _titled(catalogue: Catalogue, preferences: dict[str, Any]) -> dict[str, Any]:
    def title(item_id: str) -> str:
        return catalogue[item_id].title if item_id in catalogue else item_id

    return to_json(from_json(preferences), title)


def _unknown(state: dict[str, Any]) -> list[str]:
    asked = [each.asked for each in state["unresolved"] if not each.ambiguous]
    looked_up = [each["name"] for found in state["results"] for each in found.get("unknown", [])]
    return list(dict.fromkeys([*asked, *looked_up]))


def _events(event: Any, timings: dict[str, float]) -> Iterator[Event]:
    if "token" in event:
        yield Token(event["token"])
    elif "ms" in event:
        timings[event["step"]] = round(timings.get(event["step"], 0.0) + event["ms"], 2)
        yield Step(event["step"], event["ms"])
    else:
        yield Step(event["step"])
