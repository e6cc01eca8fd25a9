"""The composition root: the one place where concrete parts meet, and the turn as others call it."""

import unicodedata
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, cast

from langgraph.graph.state import CompiledStateGraph

from agent.opinions import opinions
from agent.record import TurnRecord
from agent.replies import listed, reply_fields, titled
from agent.serving import Server, Serving
from agent.settings import Settings
from agent.stopping import Stop
from data.catalogue import Catalogue
from data.index import Index, open_index
from data.profile import load_profile
from graph.build import build_graph
from graph.memory import Memory, Opinions, Session, Shelf, Taste, Verdict
from graph.memory.checkpoints import thread_of
from graph.memory.memory import OpenTurn
from graph.protocols import Context
from graph.state import Conversation, Turn
from infra.errors import MessageError
from tools.change import Change
from tools.preferences import from_json
from tools.taste import Person

LEAVING = "I am being restarted, and this was not taken. Please send it again in a moment."


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
        self._leaving = False
        self._graph: CompiledStateGraph[Conversation, Context, Turn, Conversation] = build_graph(
            memory.checkpointer
        )

    @property
    def index(self) -> Index:
        """Return the index that serves."""
        return self._server.serving.minds.index

    def turn(
        self,
        message: str,
        session: Session,
        change: Change | None = None,
        again: bool = False,
        stop: Stop | None = None,
    ) -> Generator[Event]:
        """Run one turn and yield its steps, its answer's pieces, and at last the reply.

        `change` stands for a click that alters the wishes; the message then only names it. `again`
        puts the turn in the place of the last one. Closing the generator stops the turn and its
        requests; the conversation is then as it was before. `stop` ends, from another thread, the
        request that the generator waits for.
        Raises MessageError for a message longer than the settings allow, and after `leave`.
        """
        if self._leaving:
            raise MessageError(LEAVING)
        limit = self._server.serving.settings.limits.message_characters
        if len(message) > limit:
            raise MessageError(
                f"That message has {len(message):,} characters; I read up to {limit:,}. "
                "Please say it in fewer words."
            )
        with self.memory.turn(session, self._catalogue) as held:
            turn: Turn = {"message": legible(message), "change": change, "again": again}
            yield from self._run(turn, held, stop or Stop())

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
            "preferences": titled(catalogue, state.get("preferences", {})),
            "recommendations": listed(catalogue, state.get("listed", [])),
        }

    def transcript(
        self, session: Session, last: int | None = None, before: int | None = None
    ) -> list[dict[str, Any]]:
        """Return a session's replies, oldest first: the `last` ones `before` a turn.

        Each is as it was answered, with the moment `at` and the `feedback` it was given.
        """
        return self.memory.transcript(session, self._catalogue, last, before)

    def feedback(self, session: Session, turn: int, verdict: Verdict, reason: str = "") -> None:
        """Keep a thumb up or down on an answer; an empty verdict takes it back.

        Raises SessionError for a turn that the session does not have.
        """
        self.memory.judge(session, self._catalogue, turn, verdict, reason)

    def shelf(self, user: str) -> Shelf:
        """Return what a user said of this catalogue's items, over all conversations."""
        return self.memory.shelf(user, self._catalogue)

    def taste(self, session: Session) -> Taste:
        """Return what a session's user said of items, as ranking takes it."""
        return self.shelf(session.user).taste()

    def leave(self) -> None:
        """Begin no further turn; those under way go on."""
        self._leaving = True

    def close(self) -> None:
        """Close the conversations, and what the chat models hold open."""
        self._server.close()
        self.memory.close()

    def _run(self, turn: Turn, held: OpenTurn, stop: Stop) -> Generator[Event]:
        serving, notices = self._server.now()
        with TurnRecord(held.session, serving.minds.index, serving.settings) as record:
            reply = yield from self._played(turn, held, stop, record, serving, notices)
        yield reply

    def _played(
        self,
        turn: Turn,
        held: OpenTurn,
        stop: Stop,
        record: TurnRecord,
        serving: Serving,
        notices: list[str],
    ) -> Generator[Event, None, Reply]:
        began, session = perf_counter(), held.session
        timings: dict[str, float] = {}
        context, spoken = serving.begin(session.id, lambda: self._turns(session) + 1, record.trace)
        context = replace(context, person=_person(self.taste(session)))
        stop.cancels(spoken.cancel)
        first: dict[str, Any] = {}
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
                    first, final = first or event, event  # type: ignore[assignment]
                else:
                    record.saw(event)
                    yield from _events(event, timings)
        finally:
            spoken.cancel()  # or a caller who leaves would wait for the model
            cast(Generator[Any], stream).close()
        timings["total"] = _milliseconds(began)
        catalogue = serving.minds.index.catalogue
        fields = reply_fields(final, session, catalogue)
        fields["removed"] += spoken.removed
        told = {
            "model": spoken.model,
            "usage": spoken.usage,
            "timings_ms": timings,
            "trace_id": record.trace.id,
            "notices": [*notices, *serving.minds.notices, *spoken.notices],
        }
        again = turn.get("again", False)
        held.keep(fields | told, _opinions(catalogue, first, final, again), again)
        timings["total"] = _milliseconds(began)
        record.told(fields | told, final, spoken)
        return Reply(fields | told)

    @property
    def _catalogue(self) -> str:
        return self.index.catalogue.profile.name

    def _turns(self, session: Session) -> int:
        """Return how many turns a session has had."""
        state = self._graph.get_state(self._thread(session)).values
        turns: int = state.get("turns", 0)
        return turns

    def _thread(self, session: Session) -> Any:
        return {"configurable": {"thread_id": thread_of(self._catalogue, session.id)}}


def open_recommender(settings: Settings) -> Recommender:
    """Open the configured catalogue's index and the conversations on disk.

    Raises ProfileError, IndexUnusableError, SessionError, StoreError or HomeError with its remedy.
    """
    profile = load_profile(settings.catalogue)
    index = open_index(profile, settings.embedding)
    memory = Memory(dsn=settings.memory.dsn.get_secret_value())
    return Recommender(index, memory, settings, watched=True)


def legible(message: str) -> str:
    """Return a message without control characters and halves of surrogate pairs."""
    return "".join(
        character if unicodedata.category(character) not in {"Cc", "Cs"} else " "
        for character in message
    )


def _opinions(
    catalogue: Catalogue, first: dict[str, Any], final: dict[str, Any], again: bool
) -> Opinions:
    """Return what a turn said of items, from the state before it and after."""
    before, after = first.get("preferences", {}), final["preferences"]
    change = final["reading"].change
    return opinions(catalogue, from_json(before), from_json(after), change, again)


def _person(taste: Taste) -> Person:
    return Person(taste.ratings, taste.loved, taste.hidden)


def _milliseconds(since: float) -> float:
    return round(1000 * (perf_counter() - since), 2)


def _events(event: Any, timings: dict[str, float]) -> Iterator[Event]:
    if "token" in event:
        yield Token(event["token"])
    elif "ms" in event:
        timings[event["step"]] = round(timings.get(event["step"], 0.0) + event["ms"], 2)
        yield Step(event["step"], event["ms"])
    else:
        yield Step(event["step"])
