"""The words of memory: a session, what a search finds, what a person said of an item."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal, get_args

Kind = Literal["seen", "loved", "disliked", "watch"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Verdict = Literal["up", "down", ""]


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation of a user; `label` is the name under which a program asks for it."""

    id: str
    user: str
    label: str
    title: str
    begun: str


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a search found its words; `turn` is 0 where it was the title."""

    session: Session
    catalogue: str = ""
    turn: int = 0
    message: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person said of an item; `rating` is 1…10, `at` a moment in UTC."""

    item: str
    kind: Kind
    rating: float | None = None
    at: str = ""


@dataclass(frozen=True, slots=True)
class Opinions:
    """What a turn says of items, and what it no longer says.

    `undone` tells that it only takes back what the same conversation said before.
    """

    said: tuple[tuple[str, Kind], ...] = ()
    unsaid: tuple[tuple[str, Kind], ...] = ()
    undone: bool = False


@dataclass(frozen=True, slots=True)
class Taste:
    """All that a person said of a catalogue's items; it may name items that are gone."""

    ratings: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    seen: frozenset[str] = frozenset()
    loved: frozenset[str] = frozenset()
    disliked: frozenset[str] = frozenset()
    watch: frozenset[str] = frozenset()

    @property
    def hidden(self) -> frozenset[str]:
        """Return what nobody wants recommended: met already, or rejected."""
        return self.seen | self.loved | self.disliked | self.ratings.keys()

    def __bool__(self) -> bool:
        return bool(self.hidden or self.watch)

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Taste":
        """Return the taste that entries, newest first, make up."""
        of_kind: dict[str, set[str]] = {kind: set() for kind in KINDS}
        ratings: dict[str, float] = {}
        for entry in entries:
            of_kind[entry.kind].add(entry.item)
            if entry.rating is not None:
                ratings.setdefault(entry.item, entry.rating)
        sets = {kind: frozenset(items) for kind, items in of_kind.items()}
        return cls(MappingProxyType(ratings), **sets)


def now() -> str:
    """Return this moment in UTC, so that the order of texts is the order of time."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def folded(*texts: str) -> str:
    """Return texts as they are searched: without case and accents."""
    apart = unicodedata.normalize("NFKD", " ".join(texts))
    return "".join(each for each in apart if not unicodedata.combining(each)).casefold()
