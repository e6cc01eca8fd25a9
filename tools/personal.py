"""Lists for people from the ratings they gave: pure, ratings in, reasoned picks out."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from data.collaborative import Collaborative
from data.index import Index
from tools.reasons import Reason
from tools.taste import Floats, Ratings, Taste, Told, liked


@dataclass(frozen=True, slots=True)
class Pick:
    """An item for one person, what it scores, and the ratings that speak for it."""

    id: str
    title: str
    score: float
    because: tuple[Reason, ...]


class Personal:
    """Recommend to people by their ratings, over one index."""

    def __init__(self, index: Index, model: Collaborative | None) -> None:
        """Use a catalogue's model; without one, or beyond what it knows, contents decide."""
        self._catalogue = index.catalogue
        self._taste = Taste(index, model)

    def picks(
        self, ratings: Ratings, top: int, seen: Collection[str] = (), apart: bool = False
    ) -> list[Pick]:
        """Return the best items that are neither rated nor seen, best first.

        `apart` keeps one entry a franchise: more variety, but people do want the second season.
        """
        met: set[int] = set()
        found: list[Pick] = []
        for place, score in self._ranked(liked(ratings), {*ratings, *seen}):
            franchise = int(self._catalogue.franchises[place])
            if apart and franchise in met:
                continue
            met.add(franchise)
            item = self._catalogue.items[place]
            reasons = self._taste.because(Told(ratings), item.id)
            found.append(Pick(item.id, item.title, score, reasons))
            if len(found) == top:
                break
        return found

    def _ranked(self, ratings: Ratings, hidden: set[str]) -> Iterator[tuple[int, float]]:
        """Yield what people who rate alike like, then what is like the rated items."""
        told: set[int] = set()
        floor = 1.0
        crowd, content = self._taste.crowd(ratings), self._content(ratings)
        shown = np.array([item.id not in hidden for item in self._catalogue.items])
        for place in np.argsort(-crowd, kind="stable").tolist():
            if crowd[place] <= 0:
                break
            if shown[place]:
                told.add(place)
                floor = float(crowd[place])
                yield place, floor
        for place in np.argsort(-content, kind="stable").tolist():
            if shown[place] and place not in told:
                yield place, floor * float(content[place])

    def _content(self, ratings: Ratings) -> Floats:
        """Return likeness to what was rated well, or acclaim where nothing known was."""
        catalogue = self._catalogue
        if any(item in catalogue for item in ratings):
            return self._taste.content(ratings)
        return ((catalogue.acclaim + catalogue.renown) / 2).astype(np.float32)
