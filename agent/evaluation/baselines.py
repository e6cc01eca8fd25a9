"""Ways to answer "like X" that are known elsewhere, run over the same index."""

from collections.abc import Callable, Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from data.index import Index
from tools.crowd import open_crowd
from tools.likeness import Likeness, standardised

Floats = NDArray[np.float32]


class Baselines:
    """Score every item as an answer to one; shape (items,) each."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._likeness = Likeness(index, open_crowd(index.catalogue))

    @cached_property
    def ways(self) -> Mapping[str, Callable[[str], Floats]]:
        """Return the ways by name, in the order in which a table shows them."""
        ways = {
            "embed the sentence, nearest documents": self._sentence,
            "resolve the title, nearest vectors": self._vector,
            "genres (idf) + popularity": lambda each: self._mixed(each, "genres"),
            "vector + genres + popularity": lambda each: self._mixed(each, "meaning", "genres"),
            "crowd alone": lambda each: self._mixed(each, "crowd", famed=False),
            "vector + genres + popularity + crowd": lambda each: self._mixed(
                each, "meaning", "genres", "crowd"
            ),
            "the first sieve (all signals, untuned)": self._sieve,
        }
        return ways

    def list(self, way: str, item_id: str, count: int) -> list[str]:
        """Return the best answers of one way: one a franchise, that of the asked title left out."""
        catalogue = self._index.catalogue
        numbers = catalogue.franchises
        met = {int(numbers[catalogue.position[item_id]])}
        found: list[str] = []
        for place in np.argsort(-self.ways[way](item_id), kind="stable"):
            if int(numbers[place]) not in met:
                met.add(int(numbers[place]))
                found.append(catalogue.items[place].id)
                if len(found) == count:
                    break
        return found

    def _sentence(self, item_id: str) -> Floats:
        asked = f"anime like {self._index.catalogue[item_id].title}"
        scores: Floats = self._index.vectors @ self._index.embed(asked)
        return scores

    def _vector(self, item_id: str) -> Floats:
        vectors = self._index.vectors
        scores: Floats = vectors @ vectors[self._index.catalogue.position[item_id]]
        return scores

    def _mixed(self, item_id: str, *names: str, famed: bool = True) -> Floats:
        signals = self._likeness.signals(item_id)
        fame = standardised(self._likeness.fame)
        total = fame if famed else 1e-6 * fame
        for name in names:
            if name in signals:
                total = total + standardised(signals[name])
        return total

    def _sieve(self, item_id: str) -> Floats:
        return self._likeness.sieve(self._likeness.signals(item_id))
