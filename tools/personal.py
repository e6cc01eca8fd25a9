"""What a person would like, from the ratings they gave: pure, ratings in, reasoned picks out."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from data.collaborative import Collaborative, onto
from data.embedding import unit
from data.index import Index
from tools.wording import listed

NAMED = 2  # ratings that a reason names; a third says little more
TELLING = 0.25  # share of the largest contribution from which the next one is worth naming
DISLIKED = 0.5  # of a person's mean: what they rated lower speaks for nothing; costs 0.001 NDCG
PRAISED = 1.0  # what a rating at a person's own mean weighs where contents are compared
FEW_WISHES = "among the best loved here"
Floats = NDArray[np.float32]
Ratings = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Pick:
    """An item for one person, what it scores, and the ratings that speak for it."""

    id: str
    title: str
    score: float
    because: tuple[str, ...]


class Personal:
    """Recommend to people by their ratings, over one index."""

    def __init__(self, index: Index, model: Collaborative | None) -> None:
        """Use a catalogue's model; without one, or beyond what it knows, contents decide."""
        self._catalogue = index.catalogue
        self._vectors = index.vectors
        self._model = model

    def picks(
        self, ratings: Ratings, top: int, seen: Collection[str] = (), apart: bool = False
    ) -> list[Pick]:
        """Return the best items that are neither rated nor seen, best first.

        `apart` keeps one entry a franchise: more variety, but people do want the second season.
        """
        met: set[int] = set()
        found: list[Pick] = []
        for pick in self._ranked(_liked(ratings), {*ratings, *seen}):
            franchise = int(self._catalogue.franchises[self._catalogue.position[pick.id]])
            if apart and franchise in met:
                continue
            met.add(franchise)
            found.append(pick)
            if len(found) == top:
                break
        return found

    def _ranked(self, ratings: Ratings, hidden: set[str]) -> Iterator[Pick]:
        """Yield what people who rate alike like, then what is like the rated items."""
        told: set[int] = set()
        floor = 1.0
        for place, score in self._behavioural(ratings):
            item = self._catalogue.items[place]
            if item.id not in hidden:
                told.add(place)
                floor = score
                yield Pick(item.id, item.title, score, self._reason(ratings, item.id))
        for place, score in self._by_content(ratings):
            item = self._catalogue.items[place]
            if place not in told and item.id not in hidden:
                reason = self._likeness(ratings, place)
                yield Pick(item.id, item.title, floor * score, reason)

    def _behavioural(self, ratings: Ratings) -> Iterator[tuple[int, float]]:
        """Yield positions and scores of what the model speaks for, best first."""
        if self._model is None:
            return
        scores = self._model.fold_in(ratings)
        for each in np.argsort(-scores, kind="stable").tolist():
            if scores[each] <= 0:
                return
            if self._places[each] >= 0:
                yield int(self._places[each]), float(scores[each])

    def _by_content(self, ratings: Ratings) -> Iterator[tuple[int, float]]:
        """Yield all positions by likeness to what was rated well, or by acclaim if nothing was."""
        rated = self._rated(ratings)
        if len(rated):
            points = np.array([ratings[self._catalogue.items[each].id] for each in rated])
            weights = (points / points.mean() - 1 + PRAISED).astype(np.float32)
            scores = self._centred @ unit(weights @ self._centred[rated])
        else:
            scores = (self._catalogue.acclaim + self._catalogue.renown) / 2
        for place in np.argsort(-scores, kind="stable").tolist():
            yield place, float(scores[place])

    def _rated(self, ratings: Ratings) -> NDArray[np.intp]:
        position = self._catalogue.position
        return np.array([position[item] for item in ratings if item in position], np.intp)

    def _reason(self, ratings: Ratings, item_id: str) -> tuple[str, ...]:
        assert self._model is not None
        shares = self._model.contributions(ratings, item_id)
        known = [share for share in islice(shares, 2 * NAMED) if share[0] in self._catalogue]
        telling = [item for item, share in known[:NAMED] if share >= TELLING * known[0][1] > 0]
        if not telling:
            return ("people who rate like you love it",)
        named = [f"{self._catalogue[item].title} {ratings[item]:g}" for item in telling]
        return (f"because you rated {listed(named)}",)

    def _likeness(self, ratings: Ratings, place: int) -> tuple[str, ...]:
        rated = self._rated(ratings)
        if not len(rated):
            return (FEW_WISHES,)
        points = [ratings[self._catalogue.items[each].id] for each in rated]
        nearest = int(np.argmax((self._centred[rated] @ self._centred[place]) * points))
        title = self._catalogue.items[rated[nearest]].title
        return (f"in content close to {title}, which you rated {points[nearest]:g}",)

    @cached_property
    def _places(self) -> NDArray[np.intp]:
        assert self._model is not None
        return onto(self._model, self._catalogue)

    @cached_property
    def _centred(self) -> Floats:
        vectors = np.asarray(self._vectors)
        return unit(vectors - vectors.mean(axis=0))


def _liked(ratings: Ratings) -> dict[str, float]:
    """Return the ratings that speak for something."""
    least = DISLIKED * sum(ratings.values()) / max(1, len(ratings))
    return {item: points for item, points in ratings.items() if points >= least}
