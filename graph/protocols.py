"""The parts that nodes call; the composition root fills them."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from graph.state import ToolCall
from tools.applying import Applied
from tools.candidates import Candidate, Found
from tools.change import Change, Question, Reading
from tools.inquiry import Inquiry
from tools.preferences import Preferences
from tools.relaxing import Offer
from tools.scene import Scene
from tools.taste import Person, Told
from tools.titles import Resolution


@dataclass(frozen=True, slots=True)
class Brief:
    """All that an answer may speak of: wishes before the message, stated by it, and relaxed.

    `known` tells whether anything is known of the person's taste.
    """

    reading: Reading
    before: Preferences
    stated: Preferences
    wanted: Preferences
    chosen: tuple[Candidate, ...] = ()
    reasons: tuple[tuple[str, ...], ...] = ()
    known: bool = False
    relaxed: tuple[str, ...] = ()
    unresolved: tuple[Resolution, ...] = ()
    beyond: tuple[str, ...] = ()
    matching: int = 0
    grounded: bool = True
    results: tuple[dict[str, Any], ...] = ()
    listed: tuple[dict[str, Any], ...] = ()
    turn: int = 1
    inquiry: Inquiry | None = None
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class Eased:
    """Preferences that match something, and what was given up for that, in words."""

    preferences: Preferences
    sentences: tuple[str, ...]


class Reader(Protocol):
    """Understands a message."""

    def read(self, message: str, before: Preferences, scene: Scene) -> Reading:
        """Return what is asked and what it alters."""
        ...


class Wishes(Protocol):
    """Keeps preferences in step with the catalogue."""

    def known(self, preferences: Preferences) -> Preferences:
        """Return what of earlier preferences the catalogue still has."""
        ...

    def apply(self, change: Change, before: Preferences, scene: Scene) -> Applied:
        """Return the preferences after a change."""
        ...

    def relax(
        self, wanted: Preferences, shown: Sequence[str], language: str = "en"
    ) -> Eased | None:
        """Return preferences that match something, or None."""
        ...

    def offers(self, wanted: Preferences, shown: Sequence[str]) -> tuple[Offer, ...]:
        """Return what giving up one hard wish would bring."""
        ...


class Inquirer(Protocol):
    """Finds the question to the person that pays, or that the operator demands."""

    def slot(self, wanted: Preferences, asked: Collection[str]) -> Inquiry | None:
        """Return the question that comes before the first list; none of those `asked`."""
        ...

    def confirmation(
        self, chosen: Sequence[Candidate], confirmed: Collection[str]
    ) -> Inquiry | None:
        """Return the question whether what was chosen is all right ("facet:value")."""
        ...

    def split(self, wanted: Preferences, chosen: Sequence[Candidate]) -> Inquiry | None:
        """Return the question that parts what could be meant best, where nothing is wished."""
        ...


class Retriever(Protocol):
    """Finds candidates."""

    def search(self, wanted: Preferences, shown: Sequence[str], told: Told) -> Found:
        """Return candidates that meet every hard wish, best first, and those a taste speaks for."""
        ...

    def grounded(self, found: Found) -> bool:
        """Tell whether the evidence is above the calibrated threshold."""
        ...

    def near(self, about: str) -> bool:
        """Tell whether a text lies near enough to the catalogue to be answered from it."""
        ...


class Ranker(Protocol):
    """Chooses what is shown."""

    def choose(
        self, found: Found, wanted: Preferences, staying: Sequence[str] = ()
    ) -> tuple[Candidate, ...]:
        """Return the titles of a list, best first; those `staying` that still fit lead it."""
        ...

    def pick(
        self, found: Found, wanted: Preferences, chosen: Sequence[Candidate]
    ) -> tuple[Candidate, ...]:
        """Return the titles of a second list, by the person's taste; nothing of the first one."""
        ...

    def reasons(
        self, chosen: Sequence[Candidate], wanted: Preferences, told: Told, language: str = "en"
    ) -> tuple[tuple[str, ...], ...]:
        """Return why each title of a list is in it, in the words of a language."""
        ...


class Writer(Protocol):
    """Writes answers, a piece at a time."""

    def recommend(self, brief: Brief) -> Iterator[str]:
        """Yield the answer that presents a list."""
        ...

    def clarify(self, brief: Brief) -> Iterator[str]:
        """Yield the answer when there is nothing to present, with one useful question."""
        ...

    def converse(self, brief: Brief) -> Iterator[str]:
        """Yield small talk."""
        ...

    def inspect(self, brief: Brief) -> Iterator[str]:
        """Yield the answer to a question from what the tools said."""
        ...


class Verifier(Protocol):
    """Checks what is said against the catalogue."""

    def verify(
        self, chosen: Sequence[Candidate], wanted: Preferences, shown: Sequence[str]
    ) -> tuple[tuple[Candidate, ...], tuple[str, ...]]:
        """Return the titles that hold, and a sentence for each that does not."""
        ...


class Inspector(Protocol):
    """Answers questions by tools."""

    def plan(
        self, question: Question, change: Change, scene: Scene, results: Sequence[dict[str, Any]]
    ) -> tuple[ToolCall, ...]:
        """Return the tool calls still needed."""
        ...

    def call(self, call: ToolCall) -> dict[str, Any]:
        """Run one tool and return what it says."""
        ...


class Trace(Protocol):
    """Follows one turn."""

    def step(self, name: str) -> AbstractContextManager[None]:
        """Open the span of a step."""
        ...


NOBODY = Person()
Repeat = Literal["keep", "demote"]
"""Whether a refinement keeps what still fits, or shows first what was not shown yet."""


@dataclass(frozen=True, slots=True)
class Context:
    """The parts that the nodes of one turn call."""

    reader: Reader
    wishes: Wishes
    retriever: Retriever
    ranker: Ranker
    writer: Writer
    verifier: Verifier
    inspector: Inspector
    trace: Trace
    inquirer: Inquirer
    person: Person = NOBODY
    repeat: Repeat = "keep"
