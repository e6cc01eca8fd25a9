"""What one person would like, foretold from what they rated and praised: columns over items."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from data.collaborative import Collaborative, onto
from data.embedding import unit
from data.index import Index
from tools.likeness import standardised
from tools.preferences import Preferences
from tools.reasons import Reason, Titles

NAMED = 2  # ratings that a reason names; a third says little more
TELLING = 0.25  # share of the largest contribution from which the next one is worth naming
DISLIKED = 0.5  # of a person's mean: what they rated lower speaks for nothing; costs 0.001 NDCG
PRAISED = 1.0  # what a rating at a person's own mean weighs where contents are compared
CROWD_SHARE = 0.8  # of the prediction; contents speak for what few have rated
LOVED = 9.0  # of ten, where something was praised but not rated
FEW_WISHES = Reason("best_loved")
Floats = NDArray[np.float32]
Ratings = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of somebody from all conversations: ratings of 1…10, praise, vetoes."""

    ratings: Ratings = field(default_factory=dict)
    loved: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()

    def told(self, wanted: Preferences) -> "Told":
        """Return what speaks for this person's taste, what this conversation said included."""
        rejected = {*wanted.disliked}
        loved = (self.loved | {*wanted.loved}) - {*self.ratings} - rejected
        rated = {item: points for item, points in self.ratings.items() if item not in rejected}
        return Told({**rated, **dict.fromkeys(sorted(loved), LOVED)}, loved)


@dataclass(frozen=True, slots=True)
class Told:
    """A person's ratings; those of `loved` were said in words, not in figures."""

    ratings: Ratings = field(default_factory=dict)
    loved: Collection[str] = frozenset()

    def __bool__(self) -> bool:
        """Tell whether anything is known."""
        return bool(self.ratings)


class Taste:
    """Foretell what people like, over one index."""

    def __init__(self, index: Index, model: Collaborative | None) -> None:
        """Use a catalogue's model; without one, or beyond what it knows, contents decide."""
        self._catalogue = index.catalogue
        self._vectors = index.vectors
        self._model = model

    def foretold(self, told: Told) -> Floats:
        """Return how much each item would please, as people alike and contents say together."""
        crowd, content = self.crowd(told.ratings), self.content(told.ratings)
        if not crowd.any():
            return standardised(content)
        mixed: Floats = CROWD_SHARE * standardised(crowd)
        return mixed + np.float32(1 - CROWD_SHARE) * standardised(content)

    def crowd(self, ratings: Ratings) -> Floats:
        """Return how much people who rate alike speak for each item, 0 unknown; shape (items,)."""
        column = np.zeros(len(self._catalogue), np.float32)
        if self._model is not None:
            known = self._places >= 0
            column[self._places[known]] = self._model.fold_in(liked(ratings))[known]
        return column

    def content(self, ratings: Ratings) -> Floats:
        """Return each item's likeness to what was rated well, −1…1; shape (items,)."""
        rated = self._rated(ratings)
        if not len(rated):
            return np.zeros(len(self._catalogue), np.float32)
        points = np.array([ratings[self._catalogue.items[each].id] for each in rated])
        weights = (points / points.mean() - 1 + PRAISED).astype(np.float32)
        likeness: Floats = self._centred @ unit(weights @ self._centred[rated])
        return likeness

    def because(self, told: Told, item_id: str) -> tuple[Reason, ...]:
        """Return which ratings speak most for an item: those of the crowd's model, else alike."""
        ratings = liked(told.ratings)
        shares = self._model.contributions(ratings, item_id) if self._model else []
        known = [share for share in islice(shares, 2 * NAMED) if share[0] in self._catalogue]
        telling = [item for item, share in known[:NAMED] if share >= TELLING * known[0][1] > 0]
        if telling:
            return (self._opinions(told, telling),)
        return self._alike(told, ratings, item_id)

    def _opinions(self, told: Told, items: Collection[str]) -> Reason:
        """Return "because you rated A 9 and B 8", "… loved C", or both."""
        titles = {each: self._catalogue[each].title for each in items}
        loved = Titles(tuple(title for each, title in titles.items() if each in told.loved))
        rated = Titles(
            tuple(f"{titles[e]} {told.ratings[e]:g}" for e in items if e not in told.loved)
        )
        if rated.titles and loved.titles:
            return Reason("because_both", {"rated": rated, "titles": loved})
        if rated.titles:
            return Reason("because_rated", {"titles": rated})
        return Reason("because_loved", {"titles": loved})

    def _alike(self, told: Told, ratings: Ratings, item_id: str) -> tuple[Reason, ...]:
        rated = self._rated(ratings)
        if not len(rated):
            return (FEW_WISHES,)
        points = np.array([ratings[self._catalogue.items[each].id] for each in rated])
        own = self._centred[self._catalogue.position[item_id]]
        nearest = rated[int(np.argmax((self._centred[rated] @ own) * points))]
        other = self._catalogue.items[nearest]
        title = Titles((other.title,))
        if other.id in told.loved:
            return (Reason("close_loved", {"title": title}),)
        return (Reason("close_rated", {"title": title, "figure": f"{ratings[other.id]:g}"}),)

    def _rated(self, ratings: Ratings) -> NDArray[np.intp]:
        position = self._catalogue.position
        return np.array([position[item] for item in ratings if item in position], np.intp)

    def warm(self) -> None:
        """Read the model and centre the vectors now rather than in a turn."""
        _ = self._centred
        if self._model is not None:
            _ = self._places

    @cached_property
    def _places(self) -> NDArray[np.intp]:
        assert self._model is not None
        return onto(self._model, self._catalogue)

    @cached_property
    def _centred(self) -> Floats:
        vectors = np.asarray(self._vectors)
        return unit(vectors - vectors.mean(axis=0))


def liked(ratings: Ratings) -> dict[str, float]:
    """Return the ratings that speak for something."""
    least = DISLIKED * sum(ratings.values()) / max(1, len(ratings))
    return {item: points for item, points in ratings.items() if points >= least}
