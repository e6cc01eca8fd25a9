"""A catalogue in memory: items in a fixed order, and columns over them."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from data.items import Item, fold
from data.profile import Profile
from data.words import FUNCTION_WORDS

Positions = NDArray[np.intp]
Floats = NDArray[np.float32]
FREQUENT = 0.004
"""Share of names in which a word must stand to say what an item is."""

DESCRIPTIVE = 0.5
"""Share of such words from which names describe: shops have 0.64, anime 0.27, films 0.18."""

LEAST_OF_A_KIND = 2
OF_A_KIND = 0.5
"""Share of the names with a word that end with it, from which it says what an item is."""

_MARK = re.compile(r"\s[-–—|]|[(),:;/|\[\]]")

UNKNOWN_RANK = 0.3  # just below the middle: neither praised nor buried


class Catalogue:
    """Hold items and answer by position, id, title, facet value and number."""

    def __init__(self, profile: Profile, items: Iterable[Item]) -> None:
        self.profile = profile
        self.items: Sequence[Item] = tuple(items)
        self.position = {item.id: place for place, item in enumerate(self.items)}

    def __len__(self) -> int:
        """Return how many items there are."""
        return len(self.items)

    def __contains__(self, item_id: object) -> bool:
        """Tell whether an id is in the catalogue."""
        return item_id in self.position

    def __getitem__(self, item_id: str) -> Item:
        """Return the item of an id; raises KeyError for an unknown one."""
        return self.items[self.position[item_id]]

    @cached_property
    def by_name(self) -> dict[str, list[int]]:
        """Map every folded title and alias to the positions that bear it, titles first."""
        found: dict[str, list[int]] = defaultdict(list)
        for names in ([item.title] for item in self.items), (item.aliases for item in self.items):
            for place, few in enumerate(names):
                for name in map(fold, few):
                    if name and place not in found[name]:
                        found[name].append(place)
        for item_id, few in self.profile.local_names.items():
            place = self.position.get(item_id, -1)
            for name in map(fold, few if place >= 0 else ()):
                if name and place not in found[name]:
                    found[name].append(place)
        return dict(found)

    @cached_property
    def describing(self) -> frozenset[str]:
        """Return the folded words that stand in many names, if names are mostly made of such.

        They say what an item is ("wireless router"); empty where names are proper ones.
        """
        return self.frequent | self.kinds

    @cached_property
    def kinds(self) -> frozenset[str]:
        """Return the folded words with which describing names end: "mug" in "Tea Mug (0.3 l)"."""
        if not self.frequent:
            return frozenset()
        names = [fold(item.title).split() for item in self.items]
        counts = Counter(word for name in names for word in set(name))
        lasts = Counter(_last_word(item.title) for item in self.items)
        return frozenset(
            word
            for word, last in lasts.items()
            if word and last >= LEAST_OF_A_KIND and last >= OF_A_KIND * counts[word]
        )

    @cached_property
    def frequent(self) -> frozenset[str]:
        """Return the describing words that stand in a good share of the names."""
        names = [fold(item.title).split() for item in self.items]
        counts = Counter(word for name in names for word in set(name))
        least = max(4, FREQUENT * len(self))
        said = [word for name in names for word in name if word.isalpha() and len(word) > 2]
        frequent = {word for word in said if counts[word] >= least}
        share = sum(word in frequent for word in said) / max(1, len(said))
        return frozenset(frequent) if share >= DESCRIPTIVE else frozenset()

    @cached_property
    def numbers(self) -> dict[str, Floats]:
        """Map a number's name to its column, NaN where unknown; shape (items,)."""
        return {
            name: np.array([item.numbers.get(name, np.nan) for item in self.items], np.float32)
            for name in self.profile.numbers
        }

    @cached_property
    def facets(self) -> dict[str, dict[str, Positions]]:
        """Map a facet's name and value to the positions that have it, most frequent value first."""
        return {name: self._values(name) for name in self.profile.facets}

    def _values(self, facet: str) -> dict[str, Positions]:
        places: dict[str, list[int]] = defaultdict(list)
        for place, item in enumerate(self.items):
            for value in item.facets.get(facet, ()):
                places[value].append(place)
        ordered = sorted(places.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        return {value: np.array(few, np.intp) for value, few in ordered}

    @cached_property
    def silent(self) -> dict[str, NDArray[np.bool_]]:
        """Map a facet's name to which items state no value of it; shape (items,)."""
        return {
            name: np.array([not item.facets.get(name) for item in self.items], np.bool_)
            for name in self.profile.facets
        }

    @cached_property
    def franchises(self) -> NDArray[np.int32]:
        """Return one number per item, equal within a franchise; shape (items,)."""
        numbers: dict[str, int] = {}
        return np.array(
            [numbers.setdefault(item.franchise or item.id, len(numbers)) for item in self.items],
            np.int32,
        )

    @cached_property
    def renown(self) -> Floats:
        """Return how well known each item is, 0…1 by rank; shape (items,)."""
        for name, number in self.profile.numbers.items():
            if number.kind == "popularity":
                return percentiles(self.numbers[name])
        return np.full(len(self), 0.5, np.float32)

    @cached_property
    def audience(self) -> Floats:
        """Return how many people know each item, NaN where unknown; shape (items,)."""
        for name, number in self.profile.numbers.items():
            if number.kind == "popularity":
                return self.numbers[name]
        return np.full(len(self), np.nan, np.float32)

    @cached_property
    def acclaim(self) -> Floats:
        """Return how well rated each item is, 0…1 by rank; shape (items,)."""
        for name, number in self.profile.numbers.items():
            if number.kind == "score":
                return percentiles(self.numbers[name])
        return np.full(len(self), 0.5, np.float32)

    def quantile(self, number: str, share: float) -> float:
        """Return the figure below which a share (0…1) of the known figures lies."""
        column = self.numbers[number]
        known = column[~np.isnan(column)]
        return round(float(np.quantile(known, share)), 4) if len(known) else 0.0


def percentiles(column: Floats) -> Floats:
    """Return each figure's rank as a share 0…1, equal figures alike; unknown ones get 0.3."""
    known = column[~np.isnan(column)]
    ordered = np.sort(known)
    first, last = np.searchsorted(ordered, known), np.searchsorted(ordered, known, "right") - 1
    ranks = np.full(len(column), UNKNOWN_RANK, np.float32)
    ranks[~np.isnan(column)] = (first + last) / 2 / max(1, len(known) - 1)
    return ranks


def _last_word(name: str) -> str:
    """Return the folded word that a name ends with, before any mark or function word."""
    first = next((part for part in _MARK.split(name) if part.strip()), "")
    said = list(takewhile(lambda word: word not in FUNCTION_WORDS, fold(first).split()))
    return next((word for word in reversed(said) if word.isalpha() and len(word) > 2), "")
