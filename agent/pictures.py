"""What pictures of a list and of the wishes show, as values; nothing here draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

import numpy as np
from numpy.typing import NDArray

from data.index import Index
from data.profile import Number
from tools.preferences import Preferences
from tools.wording import plain_figure

Floats = NDArray[np.float32]
BINS = 18
SKEWED = 4.0  # the highest figures over the middle one: beyond, bins grow with the figures
TAIL = 0.995  # share of the items beyond which one last bin takes the rest
HISTOGRAMS = 2  # drawn of numbers that nobody has bounded
NICE = (1, 2, 3, 4, 6, 8, 10, 13, 16, 20, 26, 40, 52, 75)


@dataclass(frozen=True, slots=True)
class ToneBar:
    """A list on one tone: each title's place, −1…1, their mean and where the anchors are.

    `wanted` is −1, 0 or 1: whether the wishes pull towards `low` or `high`.
    """

    axis: str
    low: str
    high: str
    places: tuple[tuple[str, float], ...]
    mean: float
    anchor: float | None
    wanted: int


@dataclass(frozen=True, slots=True)
class Bin:
    """Figures from `low` up to but not including `high`, and how many items have them."""

    low: float
    high: float
    count: int
    inside: bool


@dataclass(frozen=True, slots=True)
class Histogram:
    """How a number is spread over the catalogue, and how much of it the current range leaves."""

    name: str
    label: str
    bins: tuple[Bin, ...]
    bounded: bool
    inside: int
    known: int

    @property
    def most(self) -> int:
        """Return the count of the highest bin."""
        return max((each.count for each in self.bins), default=0)


def tone_bars(index: Index, listed: Sequence[str], preferences: Preferences) -> list[ToneBar]:
    """Return the tones of a list against its anchors, wished tones first; [] without a list."""
    catalogue = index.catalogue
    shown = [each for each in listed if each in catalogue]
    if not shown:
        return []
    bars = [_tone_bar(index, axis, shown, preferences) for axis in index.manifest.axes]
    return sorted(bars, key=lambda bar: not bar.wanted)


def _tone_bar(index: Index, axis: str, shown: Sequence[str], preferences: Preferences) -> ToneBar:
    catalogue, column = index.catalogue, index.tone(axis)
    tone, wish = catalogue.profile.tones[axis], preferences.tone(axis)
    places = [(catalogue[each].title, _at(index, column, each)) for each in shown]
    anchors = [_at(index, column, each) for each in preferences.anchors if each in catalogue]
    return ToneBar(
        axis=axis,
        low=tone.low.name,
        high=tone.high.name,
        places=tuple(places),
        mean=sum(value for _, value in places) / len(places),
        anchor=sum(anchors) / len(anchors) if anchors else None,
        wanted=int(np.sign(wish.steps)) if wish else 0,
    )


def _at(index: Index, column: Floats, item: str) -> float:
    return float(column[index.catalogue.position[item]])


def histograms(index: Index, preferences: Preferences) -> list[Histogram]:
    """Return the numbers that are bounded, else the first that cards show."""
    profile = index.catalogue.profile
    bounded = [bound.number for bound in preferences.ranges]
    amounts = [name for name, number in profile.numbers.items() if number.kind == "amount"][:1]
    years = [name for name, number in profile.numbers.items() if number.kind == "year"][:1]
    names = list(dict.fromkeys([*bounded, *amounts, *years]))[: max(HISTOGRAMS, len(bounded))]
    drawn = [_histogram(index, name, preferences) for name in names]
    return [each for each in drawn if len(each.bins) > 1]


def _histogram(index: Index, name: str, preferences: Preferences) -> Histogram:
    number, bound = index.catalogue.profile.numbers[name], preferences.range(name)
    column = index.catalogue.numbers[name]
    known = column[~np.isnan(column)]
    low, high = (bound.low, bound.high) if bound else (-inf, inf)
    edges = _edges(known, number)
    for end in (low, high + 10.0**-number.decimals):
        edges = _snapped(edges, end)
    half = 0.5 * 10.0**-number.decimals  # figures are stored rounded: 8.11 may be just below
    counts = np.histogram(known, np.array(edges) - half)[0].tolist() if len(edges) > 1 else []
    bins = (
        Bin(start, end, count, bool(start <= high and _last(end, number) >= low))
        for (start, end), count in zip(pairwise(edges), counts, strict=True)
    )
    inside = int(((known >= low) & (known <= high)).sum())
    return Histogram(name, number.label, tuple(bins), bound is not None, inside, len(known))


def _last(end: float, number: Number) -> float:
    """Return the highest figure below an edge."""
    return end - 10.0**-number.decimals


def _edges(known: Floats, number: Number) -> list[float]:
    """Return the edges of the bins: even, or growing with the figures where few are very high."""
    if not len(known):
        return []
    least, middle, most = (float(np.quantile(known, share)) for share in (0, 0.5, 1))
    unit = 10.0**-number.decimals
    if number.kind == "amount" and least >= 0 and most > SKEWED * max(middle, unit):
        rest = float(np.quantile(known, TAIL))
        edges = [each for each in _growing(unit, most) if each <= max(rest, unit)]
        first = max([each for each in edges if each <= least], default=min(least, edges[0]))
        edges = [first, *(each for each in edges if each > first)]
    else:
        step = max(unit, _nice((most - least) / BINS))
        start = np.floor(least / step) * step
        edges = np.arange(start, most + unit / 2, step).tolist()
    return [*edges, max(most + unit, edges[-1] + unit)]


def _snapped(edges: list[float], end: float) -> list[float]:
    """Return the edges with the one that is nearest to a bound moved onto it."""
    inner = edges[1:-1]
    if not inner or not edges[0] < end < edges[-1]:
        return edges
    nearest = min(inner, key=lambda edge: abs(edge - end))
    return [edges[0], *(end if edge == nearest else edge for edge in inner), edges[-1]]


def _growing(unit: float, most: float) -> list[float]:
    edges, scale = [0.0], unit
    while scale <= most:
        edges += [scale * each for each in NICE]
        scale *= 100
    return edges


def _nice(step: float) -> float:
    """Return the next round figure: 1, 2 or 5 times a power of ten."""
    if step <= 0:
        return 1.0
    power: float = 10.0 ** np.floor(np.log10(step))
    return float(next(each * power for each in (1, 2, 5, 10) if each * power >= step * 0.999))


def bin_label(number: Number, each: Bin) -> str:
    """Return a bin's figures as people say them: "13–15", "1998"."""
    first, last = plain_figure(number, each.low), plain_figure(number, _last(each.high, number))
    return first if first == last else f"{first}–{last}"
