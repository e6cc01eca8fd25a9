"""What a person wants, as a value that filters, ranks and is shown as chips."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import Any


@dataclass(frozen=True, slots=True)
class Wanted:
    """Values of one facet of which an item must have at least one."""

    facet: str
    any_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """One value of one facet."""

    facet: str
    value: str


@dataclass(frozen=True, slots=True)
class Range:
    """Bounds on a number, both inclusive, with the words and the reference they came from."""

    number: str
    low: float = -inf
    high: float = inf
    words: str = ""
    reference: str = ""

    def holds(self, figure: float | None) -> bool:
        """Tell whether a known figure lies within; an unknown one does not."""
        return figure is not None and self.low <= figure <= self.high


@dataclass(frozen=True, slots=True)
class ToneWish:
    """A wanted change on a tone axis: `steps` above (or, negative, below) `than` (−1…1)."""

    axis: str
    steps: int
    than: float = 0.0
    words: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """Sort by a number, highest or lowest first."""

    number: str
    highest: bool
    words: str = ""


@dataclass(frozen=True, slots=True)
class Preferences:
    """All that is known of what a person wants; items are named by id."""

    about: str = ""
    anchors: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    """Items whose look-alikes count less."""
    require: tuple[Wanted, ...] = ()
    exclude: tuple[Value, ...] = ()
    prefer: tuple[Value, ...] = ()
    ranges: tuple[Range, ...] = ()
    tones: tuple[ToneWish, ...] = ()
    seen: tuple[str, ...] = ()
    disliked: tuple[str, ...] = ()
    loved: tuple[str, ...] = ()
    order: Order | None = None
    personal: bool = False
    """Whether the list itself is to follow the person's taste: "what would I like?"."""

    def range(self, number: str) -> Range | None:
        """Return the bounds on a number, if there are any."""
        return next((bound for bound in self.ranges if bound.number == number), None)

    def tone(self, axis: str) -> ToneWish | None:
        """Return the wish on an axis, if there is one."""
        return next((wish for wish in self.tones if wish.axis == axis), None)

    def with_range(self, bound: Range) -> "Preferences":
        """Return these preferences with one number's bounds replaced."""
        others = tuple(each for each in self.ranges if each.number != bound.number)
        return replace(self, ranges=(*others, bound))

    def with_tone(self, wish: ToneWish) -> "Preferences":
        """Return these preferences with one axis's wish replaced."""
        others = tuple(each for each in self.tones if each.axis != wish.axis)
        return replace(self, tones=(*others, wish))

    def wishes(self) -> bool:
        """Tell whether anything is asked for, vetoes and history aside."""
        return bool(
            self.about
            or self.anchors
            or self.require
            or self.prefer
            or self.ranges
            or self.tones
            or self.order
            or self.personal
        )

    def vetoes(self) -> "Preferences":
        """Return only what is never given up: exclusions, seen and disliked, and what was loved."""
        return Preferences().with_vetoes_of(self)

    def with_vetoes_of(self, other: "Preferences") -> "Preferences":
        """Return these preferences with what another value's owner never wants to see."""
        return replace(
            self,
            exclude=other.exclude,
            unlike=other.unlike,
            seen=other.seen,
            disliked=other.disliked,
            loved=other.loved,
        )


def to_json(preferences: Preferences, title: Callable[[str], str] = str) -> dict[str, Any]:
    """Return the preferences JSON-safe, empty fields left out; `title` names an item's id."""
    named = {
        field: [{"id": each, "title": title(each)} for each in getattr(preferences, field)]
        for field in ("anchors", "unlike", "seen", "disliked", "loved")
    }
    order = preferences.order
    fields: dict[str, Any] = {
        "about": preferences.about,
        "anchors": named["anchors"],
        "unlike": named["unlike"],
        "require": _by_facet((w.facet, _group(w.any_of)) for w in preferences.require),
        "exclude": _by_facet((v.facet, v.value) for v in preferences.exclude),
        "prefer": _by_facet((v.facet, v.value) for v in preferences.prefer),
        "ranges": {bound.number: _range_json(bound) for bound in preferences.ranges},
        "tones": {wish.axis: _tone_json(wish) for wish in preferences.tones},
        "seen": named["seen"],
        "disliked": named["disliked"],
        "loved": named["loved"],
        "order": order and {"number": order.number, "highest": order.highest, "words": order.words},
        "personal": preferences.personal,
    }
    return {name: value for name, value in fields.items() if value}


def from_json(fields: Mapping[str, Any]) -> Preferences:
    """Return the preferences that `to_json` wrote."""
    order = fields.get("order")
    ids = {
        field: tuple(each["id"] for each in fields.get(field, ()))
        for field in ("anchors", "unlike", "seen", "disliked", "loved")
    }
    return Preferences(
        about=fields.get("about", ""),
        require=tuple(
            Wanted(facet, _ungroup(group)) for facet, group in _pairs(fields.get("require", {}))
        ),
        exclude=tuple(Value(*pair) for pair in _pairs(fields.get("exclude", {}))),
        prefer=tuple(Value(*pair) for pair in _pairs(fields.get("prefer", {}))),
        ranges=tuple(Range(name, **each) for name, each in fields.get("ranges", {}).items()),
        tones=tuple(ToneWish(axis, **each) for axis, each in fields.get("tones", {}).items()),
        order=Order(**order) if order else None,
        personal=fields.get("personal", False),
        **ids,
    )


def _group(values: tuple[str, ...]) -> str | dict[str, list[str]]:
    return values[0] if len(values) == 1 else {"any": list(values)}


def _ungroup(group: str | Mapping[str, list[str]]) -> tuple[str, ...]:
    return (group,) if isinstance(group, str) else tuple(group["any"])


def _by_facet(pairs: Iterator[tuple[str, Any]]) -> dict[str, list[Any]]:
    grouped: dict[str, list[Any]] = {}
    for facet, value in pairs:
        grouped.setdefault(facet, []).append(value)
    return grouped


def _pairs(grouped: Mapping[str, list[Any]]) -> Iterator[tuple[str, Any]]:
    return ((facet, value) for facet, values in grouped.items() for value in values)


def _range_json(bound: Range) -> dict[str, Any]:
    ends = {"low": bound.low, "high": bound.high}
    known = {name: figure for name, figure in ends.items() if figure not in (inf, -inf)}
    return {**known, **_origin(bound)}


def _tone_json(wish: ToneWish) -> dict[str, Any]:
    return {"steps": wish.steps, "than": round(wish.than, 3), **_origin(wish)}


def _origin(wish: Range | ToneWish) -> dict[str, str]:
    texts = {"words": wish.words, "reference": wish.reference}
    return {name: text for name, text in texts.items() if text}
