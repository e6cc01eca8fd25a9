"""Small fakes of the parts that nodes call, and the real ones over the made-up games."""

import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from agent.inquiring import CatalogueInquirer
from agent.parts import (
    CatalogueRanker,
    CatalogueRetriever,
    CatalogueVerifier,
    CatalogueWishes,
    RulesInspector,
)
from agent.rules.reader import RulesMind
from agent.templates.writer import TemplateWriter
from data.index import Index
from graph.build import build_graph
from graph.memory import Memory, Session
from graph.protocols import Brief, Context, Eased
from graph.state import ToolCall
from infra.telemetry import TurnTrace
from tools.applying import Applied
from tools.candidates import Candidate, Found
from tools.change import Change, Question, Reading
from tools.inquiry import Inquiry
from tools.preferences import Preferences
from tools.relaxing import Offer
from tools.scene import Scene
from tools.taste import Told
from tools.titles import Resolution, Titles

TOLD = Told()
ITEMS = ("lantern", "ledger", "orchard", "single", "twin-a", "twin-b", "bare")


@dataclass
class FakeReader:
    """Read what a script says; anything else is a wish for the words."""

    script: dict[str, Reading] = field(default_factory=dict)

    def read(self, message: str, before: Preferences, scene: Scene) -> Reading:
        return self.script.get(message) or Reading("recommend", Change(about=message))


@dataclass
class FakeWishes:
    """Take names for ids; `relaxable` are free texts that can be given up."""

    relaxable: tuple[str, ...] = ()

    def known(self, preferences: Preferences) -> Preferences:
        return preferences

    def apply(self, change: Change, before: Preferences, scene: Scene) -> Applied:
        known = tuple(each for each in change.like if each in ITEMS)
        unknown = tuple(Resolution(each) for each in change.like if each not in ITEMS)
        after = replace(
            before,
            about=change.about or before.about,
            anchors=tuple(dict.fromkeys((*before.anchors, *known))),
            seen=tuple(dict.fromkeys((*before.seen, *change.seen))),
            exclude=tuple(dict.fromkeys((*before.exclude, *change.exclude))),
            personal=change.personal or before.personal,
        )
        return Applied(after, unknown)

    def relax(
        self, wanted: Preferences, shown: Sequence[str], language: str = "en"
    ) -> Eased | None:
        if wanted.about not in self.relaxable:
            return None
        return Eased(replace(wanted, about=""), (f"I left out “{wanted.about}”",))

    def offers(self, wanted: Preferences, shown: Sequence[str]) -> tuple[Offer, ...]:
        return ()


@dataclass
class FakeInquirer:
    """Ask for `slots` first, and whether `doubtful` items are all right."""

    slots: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()

    def slot(self, wanted: Preferences, asked: Collection[str]) -> Inquiry | None:
        left = (Inquiry("slot", name) for name in self.slots)
        return next((each for each in left if each.key not in asked), None)

    def confirmation(
        self, chosen: Sequence[Candidate], confirmed: Collection[str]
    ) -> Inquiry | None:
        found = [each.id for each in chosen if each.id in self.doubtful]
        left = tuple(each for each in found if f"kind:{each}" not in confirmed)
        return Inquiry("confirm", "kind", left) if left else None

    def split(self, wanted: Preferences, chosen: Sequence[Candidate]) -> Inquiry | None:
        return None


@dataclass
class FakeRetriever:
    """Find what was not shown, seen or named; `weak` texts find nothing, `far` are foreign."""

    weak: tuple[str, ...] = ()
    far: tuple[str, ...] = ()

    def search(self, wanted: Preferences, shown: Sequence[str], told: Told = TOLD) -> Found:
        hidden = {*shown, *wanted.seen, *wanted.anchors}
        ids = [] if wanted.about in self.weak else [each for each in ITEMS if each not in hidden]
        few = (Candidate(each, 0.5, {"rank": -rank}) for rank, each in enumerate(ids))
        liked = tuple(Candidate(each, 0.5, {"taste": 1.0}) for each in ids[::-1] if told)
        return Found(tuple(few), len(ids), 0.0 if wanted.about in self.far else 1.0, liked)

    def grounded(self, found: Found) -> bool:
        return found.evidence > 0.3

    def near(self, about: str) -> bool:
        return about not in self.far


@dataclass
class FakeRanker:
    """Choose the first two, and whatever `smuggled` holds."""

    smuggled: tuple[str, ...] = ()

    def choose(
        self, found: Found, wanted: Preferences, staying: Sequence[str] = ()
    ) -> tuple[Candidate, ...]:
        return (*(Candidate(each, 1.0) for each in self.smuggled), *found.candidates[:2])

    def pick(
        self, found: Found, wanted: Preferences, chosen: Sequence[Candidate]
    ) -> tuple[Candidate, ...]:
        return tuple(each for each in found.personal if each not in chosen)[:2]

    def reasons(
        self,
        chosen: Sequence[Candidate],
        wanted: Preferences,
        told: Told = TOLD,
        language: str = "en",
    ) -> tuple[tuple[str, ...], ...]:
        return tuple((f"{each.id} is good",) for each in chosen)


class FakeWriter:
    """Write which answer it is, and of what."""

    def recommend(self, brief: Brief) -> Iterator[str]:
        yield from ("recommend: ", *(f"{each.id} " for each in brief.chosen))

    def clarify(self, brief: Brief) -> Iterator[str]:
        yield from ("clarify ", brief.wanted.about)

    def converse(self, brief: Brief) -> Iterator[str]:
        yield from ("converse ", brief.reading.intent)

    def inspect(self, brief: Brief) -> Iterator[str]:
        yield from ("inspect ", *(str(each["told"]) for each in brief.results))


class FakeVerifier:
    """Let pass what is known and was not shown."""

    def verify(
        self, chosen: Sequence[Candidate], wanted: Preferences, shown: Sequence[str]
    ) -> tuple[tuple[Candidate, ...], tuple[str, ...]]:
        bad = [each for each in chosen if each.id not in ITEMS or each.id in shown]
        kept = tuple(each for each in chosen if each not in bad)
        return kept, tuple(f"{each.id} does not hold" for each in bad)


@dataclass
class FakeInspector:
    """Need as many tool calls, one after the other, as a question has items."""

    def plan(
        self, question: Question, change: Change, scene: Scene, results: Sequence[dict[str, Any]]
    ) -> tuple[ToolCall, ...]:
        left = question.items[len(results) :]
        return (ToolCall("tell", {"of": left[0]}),) if left else ()

    def call(self, call: ToolCall) -> dict[str, Any]:
        return {"told": call.args["of"], "items": [{"id": call.args["of"]}], "unknown": []}


@dataclass
class FakeTrace:
    """Remember which steps were entered and left."""

    steps: list[str] = field(default_factory=list)
    open: int = 0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        self.steps.append(name)
        self.open += 1
        try:
            yield
        finally:
            self.open -= 1


@pytest.fixture
def fakes() -> Context:
    return Context(
        reader=FakeReader(),
        wishes=FakeWishes(),
        retriever=FakeRetriever(),
        ranker=FakeRanker(),
        writer=FakeWriter(),
        verifier=FakeVerifier(),
        inspector=FakeInspector(),
        trace=FakeTrace(),
        inquirer=FakeInquirer(),
    )


@pytest.fixture(scope="session")
def real_parts(small_index: Index) -> Context:
    titles = Titles(small_index.catalogue)
    retriever = CatalogueRetriever(small_index)
    return Context(
        reader=RulesMind(small_index, titles),
        wishes=CatalogueWishes(small_index, titles, retriever),
        retriever=retriever,
        ranker=CatalogueRanker(small_index, 5),
        writer=TemplateWriter(small_index),
        verifier=CatalogueVerifier(small_index),
        inspector=RulesInspector(small_index, titles),
        trace=TurnTrace("contract"),
        inquirer=CatalogueInquirer(small_index),
    )


@pytest.fixture(params=["fake", "real"])
def parts(request: pytest.FixtureRequest, fakes: Context, real_parts: Context) -> Context:
    """Return all parts, once the fakes and once the real ones."""
    return fakes if request.param == "fake" else real_parts


@pytest.fixture(scope="session")
def stores() -> Any:
    """Return the module beside this one, which imports by name cannot reach."""
    spec = spec_from_file_location("stores", Path(__file__).with_name("stores.py"))
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["stores"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def postgres(
    stores: Any, shared_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Any]:
    """Run a PostgreSQL server; nothing is skipped where it does not start."""
    with FileLock(shared_folder / "postgres.lock"):  # as root, the first one makes a user for it
        server = stores.PostgresServer(tmp_path_factory.mktemp("runtime"))
    yield server
    server.close()


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, stores: Any, tmp_path: Path) -> Iterator[Any]:
    """Return an empty store, once in SQLite and once in PostgreSQL."""
    if request.param == "sqlite":
        made = stores.Store(path=tmp_path / "conversations.sqlite")
    else:
        made = stores.Store(dsn=request.getfixturevalue("postgres").empty("prepared"))
    yield made
    made.close()


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    opened = Memory(tmp_path / "conversations.sqlite")
    yield opened
    opened.close()


@dataclass
class Talk:
    """A conversation over given parts; replies are the state after the turn."""

    graph: Any
    context: Context
    thread: dict[str, Any]
    steps: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def say(self, message: str, change: Change | None = None) -> dict[str, Any]:
        final: dict[str, Any] = {}
        self.steps, self.told = [], []
        stream = self.graph.stream(
            {"message": message, "change": change},
            self.thread,
            context=self.context,
            stream_mode=["custom", "values"],
            durability="exit",
        )
        for mode, event in stream:
            if mode == "values":
                final = event
            elif "token" in event:
                self.told.append(event["token"])
            elif "ms" in event:
                self.steps.append(event["step"])
        return final

    def remembered(self) -> dict[str, Any]:
        state: dict[str, Any] = self.graph.get_state(self.thread).values
        return state


GAMES = "games"


def whole_turn(memory: Memory, session: Session, message: str, context: Context) -> dict[str, Any]:
    """Run a turn as the recommender does, and return its reply."""
    graph: Any = build_graph(memory.checkpointer)
    thread = {"configurable": {"thread_id": f"{GAMES}/{session.id}"}}
    with memory.turn(session, GAMES) as held:
        state = Talk(graph, context, thread).say(message)
        shown = [{"id": each.id, "title": each.id.title()} for each in state["chosen"]]
        reply = {"turn": state["turns"], "message": message, "answer": state["answer"]}
        held.keep(reply | {"recommendations": shown, "notices": ["quiet"]})
    return reply


def remembered(memory: Memory, session: Session) -> dict[str, Any]:
    """Return the state that the next turn of a session begins with."""
    thread = {"configurable": {"thread_id": f"{GAMES}/{session.id}"}}
    graph: Any = build_graph(memory.checkpointer)
    state: dict[str, Any] = graph.get_state(thread).values
    return state


@pytest.fixture
def say(fakes: Context) -> Callable[..., dict[str, Any]]:
    """Run a whole turn over the fakes, or over a given context."""

    def say(
        memory: Memory, session: Session, message: str, context: Context = fakes
    ) -> dict[str, Any]:
        return whole_turn(memory, session, message, context)

    return say


@pytest.fixture
def talk(memory: Memory) -> Callable[..., Talk]:
    """Begin a conversation over given parts."""
    graph = build_graph(memory.checkpointer)

    def begin(context: Context, thread: str = "t1") -> Talk:
        return Talk(graph, context, {"configurable": {"thread_id": thread}})

    return begin
