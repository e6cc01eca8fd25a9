"""Which one question narrows the choice most."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import log2

from data.catalogue import Catalogue

ENOUGH = 6  # with fewer candidates a question is a nuisance


@dataclass(frozen=True, slots=True)
class Split:
    """Two values of a facet that part the candidates best."""

    facet: str
    values: tuple[str, str]


def best_split(
    catalogue: Catalogue, candidates: Sequence[str], known: Collection[str] = ()
) -> Split | None:
    """Return the two values of one facet whose answer leaves the fewest candidates to expect.

    Both should be frequent and seldom meet on one item; values in `known` are settled already.
    """
    if len(candidates) < ENOUGH:
        return None
    found = [
        (gain, Split(facet, pair))
        for facet, declared in catalogue.profile.facets.items()
        if declared.weight and not declared.single
        for gain, pair in _pairs(catalogue, candidates, facet, known)
    ]
    gain, split = max(found, key=lambda each: each[0], default=(0.0, None))
    return split if gain else None


def _pairs(
    catalogue: Catalogue, candidates: Sequence[str], facet: str, known: Collection[str]
) -> list[tuple[float, tuple[str, str]]]:
    bearing = [set(catalogue[each].facets.get(facet, ())) for each in candidates]
    counts = Counter(value for values in bearing for value in values if value not in known)
    frequent = [value for value, count in counts.most_common(8) if count > 1]
    return [
        (
            _gain(len(candidates), counts[one], counts[other], _together(bearing, one, other)),
            (one, other),
        )
        for place, one in enumerate(frequent)
        for other in frequent[place + 1 :]
    ]


def _gain(all_of_them: int, one: int, other: int, both: int) -> float:
    """Return by how many bits the answer is expected to narrow the candidates.

    Who has in mind something that bears only one of the two names it, and what does not bear it
    falls away; to anybody else the question says nothing.
    """
    answers = ((one - both, one), (other - both, other))
    return sum(only / all_of_them * log2(all_of_them / left) for only, left in answers if only)


def _together(bearing: Sequence[set[str]], one: str, other: str) -> int:
    return sum(1 for values in bearing if one in values and other in values)
