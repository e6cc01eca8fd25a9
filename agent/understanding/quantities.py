"""Figures with their roles as bounds on the profile's numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor, inf

from agent.understanding.draft import Draft
from agent.understanding.figures import Figure
from agent.understanding.kinds import kind_of, minutes_in
from agent.understanding.meaning import Meant
from data.profile import Number, Profile
from tools.change import Bounds

NEARNESS = 0.25  # "around 24" allows a quarter either way
NEAR_YEARS = 3
SURE_BARE = 0.6
"""How sure the side of a figure without a unit must be."""

MOST_SCORE = 10
"""Up to which a figure with decimals and without a unit is a score: "6.5 or higher"."""

LEAST_YEAR = 1000
TURN = 40
"""From "40" on a year of two digits is one of the last century."""

FAR = frozenset({"exact", "about", "max", "min", "below", "above", "want", "must"})


@dataclass(frozen=True, slots=True)
class Quantities:
    """Turn figures into bounds over one profile."""

    profile: Profile

    def read(self, mentions: Sequence[Meant], text: str, found: Draft) -> None:
        """Gather what figures demand; of a figure and a word for it the stricter holds."""
        stated = self.bounds(m for m in _paired(mentions, text) if m.kind == "figure")
        named = {bound.number: bound for bound in stated}
        kept = [_stricter(b, named[b.number]) if b.number in named else b for b in found.bounds]
        held = {bound.number for bound in kept}
        found.bounds = kept + [bound for bound in stated if bound.number not in held]
        numbers = {bound.number for bound in found.bounds}
        found.numbers = [c for c in found.numbers if c.name not in numbers]

    def bounds(self, figures: Iterable[Meant]) -> list[Bounds]:
        """Return one bound a number, the stricter of several."""
        found: dict[str, Bounds] = {}
        for each in figures:
            made = self.bound(each)
            if made is not None:
                kept = found.get(made.number)
                found[made.number] = _both(kept, made) if kept else made
        return list(found.values())

    def bound(self, each: Meant) -> Bounds | None:
        """Return what one figure demands, or None where it is no wish or of no known number."""
        figure, role = each.mention.figure, each.role.name
        if figure is None or role not in FAR or not each.role.certainty:
            return None
        if figure.bare and each.role.field == "year" and "year" in self._by_kind():
            figure = _full_year(figure)
        named = self.number_of(figure, each.role.field)
        if named is None:
            return None
        name, factor = named
        number = self.profile.numbers[name]
        if _vague(figure, each) and (kind_of(number) != "price" or role == "exact"):
            return None
        low, high = _ends(
            figure.low * factor, figure.high * factor, _relation(figure, role), number
        )
        return Bounds(name, round(low, 4), round(high, 4), each.mention.words)

    def number_of(self, figure: Figure, field: str) -> tuple[str, float] | None:
        """Return which number a figure is of, and how many of it one is."""
        if figure.units:
            return figure.units[0]
        by_kind = self._by_kind()
        field = self._usual(figure, figure.kind or field)
        if field == "year" and not LEAST_YEAR <= figure.low <= 2200:
            return None
        if field == "score" and by_kind.get("score") and figure.low > 10:
            return None
        if field == "count" and figure.bare and 1900 <= figure.low <= 2100:
            field = "year"
        name = by_kind.get(field)
        if name is None:
            return None
        factor = minutes_in(self.profile.numbers[name]) if field == "time" else 1.0
        return name, factor

    def _usual(self, figure: Figure, field: str) -> str:
        """Return a figure's field; where things have neither year nor count, it is their price."""
        known = self._by_kind()
        told = figure.bare or (figure.kind == "year" and figure.low >= LEAST_YEAR)
        if figure.bare and field not in known and figure.low % 1 and figure.high <= MOST_SCORE:
            return "score"
        absent = field in {"year", "count"} and field not in known
        return "price" if told and absent and "price" in known else field

    def _by_kind(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, number in self.profile.numbers.items():
            found.setdefault(kind_of(number), name)
        return found


def _full_year(figure: Figure) -> Figure:
    """Return a year of two digits in full: "before 97"."""
    if not 0 <= figure.low <= 99:
        return figure
    century = 1900 if figure.low >= TURN else 2000
    low, high = century + figure.low, century + figure.high
    return replace(figure, low=low, high=high, kind="year", bare=False)


def _vague(figure: Figure, each: Meant) -> bool:
    """Tell whether a figure without a unit is too little to go by: "give me 3 films"."""
    sided = each.role.name in {"max", "min", "below", "above"}
    telling = each.role.field == "price" or (sided and each.role.chance >= SURE_BARE)
    return figure.bare and not telling


def _relation(figure: Figure, role: str) -> str:
    if role in {"exact", "about", "want", "must"} and figure.at_least:
        return "min"
    return "exact" if role in {"want", "must"} else role


def _ends(low: float, high: float, relation: str, number: Number) -> tuple[float, float]:
    step = 10**-number.decimals
    if relation == "max":
        return -inf, high
    if relation == "min":
        return low, inf
    if relation == "below":
        return -inf, (ceil(round(low / step, 6)) - 1) * step
    if relation == "above":
        return (floor(round(high / step, 6)) + 1) * step, inf
    if relation == "about":
        near = NEAR_YEARS if number.kind == "year" else NEARNESS * high
        if number.kind == "score":
            near = 0.5
        return low - near, high + near
    if number.kind == "score" and low == high:
        return low, inf
    return low, high


def _both(one: Bounds, other: Bounds) -> Bounds:
    """Return what two bounds on a number leave; where that is nothing, both ends as said."""
    low, high = max(one.low, other.low), min(one.high, other.high)
    if low > high:
        low, high = min(one.low, other.low), max(one.high, other.high)
    return Bounds(one.number, low, high, f"{one.words}, {other.words}")


def _stricter(one: Bounds, other: Bounds) -> Bounds:
    low, high = max(one.low, other.low), min(one.high, other.high)
    return replace(other, low=low, high=high) if low <= high else other


def _paired(mentions: Sequence[Meant], text: str) -> list[Meant]:
    """Return mentions with "600 to 800 rupees" read as a range, where neither end has a side."""
    kept = list(mentions)
    for place, (one, other) in enumerate(pairwise(mentions)):
        if not _a_range(one, other, text):
            continue
        field = other.role.field or one.role.field
        low = replace(one.role, name="min", field=field)
        high = replace(other.role, name="max", field=field)
        figure, unit = one.mention.figure, other.mention.figure
        if figure is not None and unit is not None and figure.bare:
            figure = replace(figure, kind=unit.kind, units=unit.units, bare=unit.bare)
        kept[place] = replace(one, role=low, mention=replace(one.mention, figure=figure))
        kept[place + 1] = replace(other, role=high)
    return kept


def _a_range(one: Meant, other: Meant, text: str) -> bool:
    if one.mention.figure is None or other.mention.figure is None:
        return False
    plain = {"exact", "about", "other", "min", "max"}
    between = text[one.mention.end : other.mention.start]
    near = 0 < len(between) <= 5 and between.strip(" -–~〜").isalpha()
    rising = one.mention.figure.low < other.mention.figure.high
    sides = {one.role.name, other.role.name}
    return near and rising and sides <= plain and sides != {"other"} and one.mention.figure.bare
