"""What speaks for each item as an answer to "like this one": columns of figures over items.

Nothing here knows a label: every figure comes from the catalogue, its index, or the collaborative
model, which knows ratings only.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from data.embedding import unit
from data.index import Index
from data.profile import Facet, Number

Floats = NDArray[np.float32]
Places = NDArray[np.intp]
# Weights of the first sieve, which only has to let the good answers through.
FAVOURED = {"meaning": 1.0, "crowd": 0.5, "crowd_back": 0.5, "crowd_both": 1.0, "renown": 1.5}
FURTHEST = 8.0  # deviations: one fellow theme of a thousand titles may carry far, not endlessly


class Crowd(Protocol):
    """Knows which items the same people like."""

    def likeness(self, item_id: str) -> Floats:
        """Return how much liking one item speaks for each item; shape (items,)."""
        ...

    def likeness_to(self, item_id: str) -> Floats:
        """Return how much liking each item speaks for one item; shape (items,)."""
        ...

    def together(self, item_id: str) -> Floats:
        """Return the cosine of each item's raters to one item's; shape (items,)."""
        ...


class Likeness:
    """Compare every item of an index to one of them."""

    def __init__(self, index: Index, crowd: Crowd | None = None) -> None:
        self._index = index
        self._catalogue = index.catalogue
        self._crowd = crowd
        declared = index.catalogue.profile.facets.items()
        self._several = [name for name, facet in declared if _several(facet)]
        self._single = [name for name, facet in declared if facet.weight and facet.single]

    def signals(self, item_id: str) -> dict[str, Floats]:
        """Return each signal's likeness of all items to one; shape (items,) each."""
        place = self._catalogue.position[item_id]
        signals = {"meaning": self.centred @ self.centred[place]}
        if self._crowd is not None:
            signals["crowd"] = self._crowd.likeness(item_id)
            signals["crowd_back"] = self._crowd.likeness_to(item_id)
            signals["crowd_both"] = self._crowd.together(item_id)
        for facet in self._several:
            signals[facet] = self.facet_cosine(facet, item_id)
        return signals

    def sieve(self, signals: Mapping[str, Floats]) -> Floats:
        """Return a first, linear guess at how well each item answers; shape (items,)."""
        guess = FAVOURED["renown"] * standardised(self.fame)
        for name, column in signals.items():
            guess += self._weight(name) * standardised(column)
        return guess

    def _weight(self, signal: str) -> float:
        facet = self._catalogue.profile.facets.get(signal)
        return facet.weight if facet else FAVOURED[signal]

    def features(
        self, item_id: str, places: Places, signals: Mapping[str, Floats]
    ) -> dict[str, Floats]:
        """Return the named figures that the ranking is learned from; shape (places,) each."""
        place = self._catalogue.position[item_id]
        found: dict[str, Floats] = {}
        for name, column in signals.items():
            found[f"{name}.likeness"] = column[places]
            found[f"{name}.rank"] = nearer(column, places)
        for facet in self._several:
            found |= self._shared(facet, item_id, places)
        for facet in self._single:
            codes = self._codes[facet]
            found[f"{facet}.same"] = (codes[places] == codes[place]).astype(np.float32)
        for name, number in self._catalogue.profile.numbers.items():
            found |= self._figures(name, number, place, places)
        return found | self._tones(place, places) | self._standing(place, places)

    def _shared(self, facet: str, item_id: str, places: Places) -> dict[str, Floats]:
        count = np.zeros(len(self._catalogue), np.float32)
        weight = np.zeros(len(self._catalogue), np.float32)
        rarest = np.zeros(len(self._catalogue), np.float32)
        for value in self._catalogue[item_id].facets.get(facet, ()):
            bearing, rarity = self._catalogue.facets[facet][value], self._rarity[facet][value]
            count[bearing] += 1
            weight[bearing] += rarity
            rarest[bearing] = np.maximum(rarest[bearing], rarity)
        own, others = self._counts[facet][self._catalogue.position[item_id]], self._counts[facet]
        shared, all_others = count[places], others[places]
        return {
            f"{facet}.jaccard": shared / np.maximum(all_others + own - shared, 1),
            f"{facet}.shared": shared,
            f"{facet}.weight": weight[places],
            f"{facet}.rarest": rarest[places],
            f"{facet}.extra": all_others - shared,
            f"{facet}.missing": own - shared,
        }

    def _figures(self, name: str, number: Number, place: int, places: Places) -> dict[str, Floats]:
        column = self._scaled[name]
        value, apart = column[places], column[places] - column[place]
        figures = {f"{name}.value": value, f"{name}.apart": apart}
        if number.kind == "popularity":
            figures[f"{name}.of"] = np.full(len(places), column[place], np.float32)
        else:
            figures[f"{name}.distance"] = np.abs(apart)
        return figures

    def _tones(self, place: int, places: Places) -> dict[str, Floats]:
        apart = self._index.tones[places] - self._index.tones[place]
        axes = self._index.manifest.axes
        if not axes:
            return {}
        found: dict[str, Floats] = {"tones.distance": np.abs(apart).mean(axis=1)}
        return found | {f"tones.{axis}": apart[:, column] for column, axis in enumerate(axes)}

    def _standing(self, place: int, places: Places) -> dict[str, Floats]:
        share, size = self.share, self._franchise_sizes
        return {
            "franchise.share": share[places],
            "franchise.size": size[places],
            "franchise.share_of": np.full(len(places), share[place], np.float32),
        }

    def facet_cosine(self, facet: str, item_id: str) -> Floats:
        """Return the cosine of each item's idf-weighted values to one item's; shape (items,)."""
        products = np.zeros(len(self._catalogue), np.float32)
        for value in self._catalogue[item_id].facets.get(facet, ()):
            products[self._catalogue.facets[facet][value]] += self._rarity[facet][value] ** 2
        lengths = self._lengths[facet]
        own = lengths[self._catalogue.position[item_id]]
        cosine: Floats = products / np.maximum(lengths * own, 1e-9)
        return cosine

    def warm(self) -> None:
        """Compute what the first search would otherwise wait for."""
        _ = self.centred, self.fame, self.share, self._lengths, self._codes, self._scaled
        _ = self._counts, self._rarity, self._franchise_sizes

    @cached_property
    def centre(self) -> Floats:
        """Return the mean of all vectors; shape (dimension,)."""
        centre: Floats = np.asarray(self._index.vectors).mean(axis=0)
        return centre

    @cached_property
    def centred(self) -> Floats:
        """Return the vectors around their mean: what all items share says nothing about one."""
        return unit(np.asarray(self._index.vectors) - self.centre)

    @cached_property
    def fame(self) -> Floats:
        """Return each item's audience as a power of ten; shape (items,)."""
        audience = np.nan_to_num(self._catalogue.audience, nan=1.0)
        fame: Floats = np.log10(np.maximum(audience, 10)).astype(np.float32)
        return fame

    @cached_property
    def share(self) -> Floats:
        """Return how far an item's fame lies below its franchise's most famous; shape (items,)."""
        numbers = self._catalogue.franchises
        most = np.zeros(numbers.max() + 1, np.float32)
        np.maximum.at(most, numbers, self.fame)
        share: Floats = self.fame - most[numbers]
        return share

    @cached_property
    def _franchise_sizes(self) -> Floats:
        numbers = self._catalogue.franchises
        sizes: Floats = np.bincount(numbers)[numbers].astype(np.float32)
        return sizes

    @cached_property
    def _rarity(self) -> dict[str, dict[str, float]]:
        """Map every value to its inverse document frequency among items that have the facet."""
        return {
            facet: {
                value: float(np.log(max(2, (self._counts[facet] > 0).sum()) / len(bearing)))
                for value, bearing in self._catalogue.facets[facet].items()
            }
            for facet in self._several
        }

    @cached_property
    def _counts(self) -> dict[str, Floats]:
        counts = {facet: np.zeros(len(self._catalogue), np.float32) for facet in self._several}
        for facet, column in counts.items():
            for bearing in self._catalogue.facets[facet].values():
                column[bearing] += 1
        return counts

    @cached_property
    def _lengths(self) -> dict[str, Floats]:
        lengths = {}
        for facet in self._several:
            squares = np.zeros(len(self._catalogue), np.float32)
            for value, bearing in self._catalogue.facets[facet].items():
                squares[bearing] += self._rarity[facet][value] ** 2
            lengths[facet] = np.sqrt(squares)
        return lengths

    @cached_property
    def _codes(self) -> dict[str, Floats]:
        """Return each item's value of a single facet as a number, NaN where unknown."""
        codes = {}
        for facet in self._single:
            column = codes[facet] = np.full(len(self._catalogue), np.nan, np.float32)
            for code, bearing in enumerate(self._catalogue.facets[facet].values()):
                column[bearing] = code
        return codes

    @cached_property
    def _scaled(self) -> dict[str, Floats]:
        """Return the numbers as they compare: amounts by ratio, unknown ones as the median."""
        return {
            name: _scaled(number, self._catalogue.numbers[name])
            for name, number in self._catalogue.profile.numbers.items()
        }


def _several(facet: Facet) -> bool:
    return bool(facet.weight) and not facet.single


def _scaled(number: Number, column: Floats) -> Floats:
    known = column[~np.isnan(column)]
    filled = np.nan_to_num(column, nan=float(np.median(known)) if len(known) else 0.0)
    if number.kind in ("amount", "popularity"):
        filled = np.log2(np.maximum(filled, 0) + 1)
    scaled: Floats = filled.astype(np.float32)
    return scaled


def nearer(column: Floats, places: Places) -> Floats:
    """Return how many items have a higher figure, as a power of two; shape (places,)."""
    above = len(column) - np.searchsorted(np.sort(column), column[places], side="right")
    counted: Floats = np.log2(1 + above).astype(np.float32)
    return counted


def standardised(column: Floats) -> Floats:
    """Return a column with mean 0 and deviation 1, its outliers held back."""
    deviation = float(column.std())
    if deviation < 1e-9:
        return np.zeros_like(column)
    held: Floats = np.clip((column - column.mean()) / deviation, -FURTHEST, FURTHEST)
    return held
