"""Rank the candidates for "like this one": by learned curves, or plainly where there are none."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.index import Index
from tools.likeness import Likeness, standardised
from tools.preferences import Preferences
from tools.shapes import Shapes, load_shapes
from tools.signals import Signals

Floats = NDArray[np.float32]
Places = NDArray[np.intp]
SEQUEL = -0.8  # of one work, the entry to start with is shown unless a later one fits far better
# Weights of the standardised signals. Without the two priors unknown shorts answer everything.
WEIGHTS = {
    "meaning": 1.0,
    "words": 0.8,
    "facets": 1.2,
    "liked": 0.6,
    "unlike": 0.9,
    "typical": 0.8,
    "taste": 2.0,  # at 4 a list for somebody hardly resembles what they asked for
    "tone": 3.0,
    "order": 4.0,
    "acclaim": 0.35,
    "renown": 0.6,
}
OUTLIER = 3.0  # deviations, where nobody has learned how far one signal may carry a title
NOTHING = np.zeros(1, np.float32)
MOOD = "mood"  # likeness in tone gives way where another tone is wished
RENOWN = "renown"
KINDS = {"meaning": "meaning", "tones": MOOD, "franchise": "sequel"}
KINDS |= dict.fromkeys(("crowd", "crowd_back", "crowd_both"), "crowd")


@dataclass(frozen=True, slots=True)
class Judging:
    """Another learned ranking, and kinds of reasons to leave out: what evaluations vary."""

    shapes: Shapes | None
    without: Collection[str] = ()


_JUDGING: ContextVar[Judging | None] = ContextVar("judging", default=None)


@contextmanager
def judged_by(judging: Judging) -> Iterator[None]:
    """Let every search within rank by something else than what the catalogue brings."""
    token = _JUDGING.set(judging)
    try:
        yield
    finally:
        _JUDGING.reset(token)


def left_out() -> Collection[str]:
    """Return the kinds of reasons that the evaluation under way leaves out."""
    judging = _JUDGING.get()
    return judging.without if judging else ()


class Judge:
    """Say what likeness to the anchors adds to each candidate, by kind of reason."""

    def __init__(self, index: Index, likeness: Likeness, signals: Signals) -> None:
        self._index = index
        self._likeness = likeness
        self._signals = signals
        self._own = Judging(load_shapes(index.catalogue.profile))

    def __call__(
        self,
        preferences: Preferences,
        compared: Mapping[str, Mapping[str, Floats]],
        places: Places,
    ) -> dict[str, Floats]:
        """Return what likeness to the anchors adds, by kind: their mean where there are several."""
        shares: dict[str, Floats] = {}
        for anchor, signals in compared.items():
            for name, column in self._judged(anchor, signals, places).items():
                shares[name] = shares.get(name, NOTHING) + column / np.float32(len(compared))
        if preferences.tones:
            shares.pop(MOOD, None)
        if self._wants_unknown(preferences):
            shares.pop(RENOWN, None)
        return shares

    def _judged(
        self, anchor: str, signals: Mapping[str, Floats], places: Places
    ) -> dict[str, Floats]:
        shapes = (_JUDGING.get() or self._own).shapes
        if shapes is None:
            return self._unlearned(signals, places)
        shares: dict[str, Floats] = {}
        figures = self._likeness.features(anchor, places, signals)
        for name, column in shapes(figures).items():
            kind = self._kind(name.split(".")[0])
            shares[kind] = shares.get(kind, NOTHING) + column
        return shares

    def _unlearned(self, signals: Mapping[str, Floats], places: Places) -> dict[str, Floats]:
        """Return plain weighted likeness, for a catalogue whose ranking nobody has learned."""
        profile = self._index.catalogue.profile
        shares = weighted(self._signals.priors(), places)
        shares["sequel"] = SEQUEL * self._signals.follows[places]
        for name, column in signals.items():
            weight = profile.facets[name].weight if name in profile.facets else 1.0
            kind = self._kind(name)
            part = weight * held(column[places])
            shares[kind] = shares.get(kind, NOTHING) + part
        return shares

    def _kind(self, name: str) -> str:
        """Return the kind of reason that a figure belongs to."""
        profile = self._index.catalogue.profile
        if name in profile.facets:
            return "form" if profile.facets[name].single else "facets"
        if name in profile.numbers:
            kind = profile.numbers[name].kind
            return {"popularity": RENOWN, "score": "acclaim"}.get(kind, "form")
        return KINDS[name]

    def _wants_unknown(self, preferences: Preferences) -> bool:
        """Tell whether the wish is for what few know: then being known is no merit."""
        numbers = self._index.catalogue.profile.numbers
        known = {name for name, number in numbers.items() if number.kind == "popularity"}
        capped = any(b.number in known and b.high < np.inf for b in preferences.ranges)
        order = preferences.order
        return capped or bool(order and order.number in known and not order.highest)


def weighted(columns: Mapping[str, Floats], places: Places) -> dict[str, Floats]:
    """Return the weighted standardised signals of some items; shape (places,) each."""
    return {name: WEIGHTS[name] * standardised(column[places]) for name, column in columns.items()}


def held(column: Floats) -> Floats:
    """Return a column standardised, no item so far out that nothing else counts."""
    return np.clip(standardised(column), -OUTLIER, OUTLIER)


def summed(one: Mapping[str, Floats], other: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return two sets of named shares as one."""
    return {name: one.get(name, NOTHING) + other.get(name, NOTHING) for name in {**one, **other}}
