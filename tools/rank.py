"""Choose what is shown from scored candidates: pure, candidates in, candidates out."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from tools.candidates import Candidate
from tools.preferences import Preferences

DIVERSITY = 0.35  # at 0 lists repeat one studio's formula; above 0.6 the fifth title is off topic
FAR_BETTER = 1.0  # what a later entry must score beyond an earlier one to stand for the work
VAGUE = 1.5  # who asks for nothing in particular is shown what differs


def diversity(preferences: Preferences) -> float:
    """Return how much unlike each other the titles of a list should be."""
    return DIVERSITY if preferences.wishes() or preferences.loved else VAGUE


def choose(
    candidates: Sequence[Candidate],
    limit: int,
    franchise: Callable[[str], int],
    vector: Callable[[str], NDArray[np.float32]],
    diverse: float = DIVERSITY,
    entry: Callable[[str], int] = lambda _: 0,
) -> list[Candidate]:
    """Return up to `limit` candidates, one a franchise, by maximal marginal relevance.

    Each choice weighs a candidate's score against its likeness to what is chosen already
    (Carbonell and Goldstein 1998). Of a franchise the earliest `entry` stands, unless a later one
    fits far better.
    """
    left = _best_of_each(candidates, franchise, entry)[: limit * 8]
    if not left:
        return []
    vectors = np.stack([vector(each.id) for each in left])
    worth = np.array([each.score for each in left])
    likeness = np.zeros(len(left))
    chosen: list[int] = []
    for _ in range(min(limit, len(left))):
        best = int(np.argmax(worth - diverse * likeness))
        alike = vectors @ vectors[best]
        likeness = np.maximum(likeness, alike) if chosen else alike
        chosen.append(best)
        worth[best] = -np.inf
    return [left[each] for each in chosen]


def _best_of_each(
    candidates: Sequence[Candidate],
    franchise: Callable[[str], int],
    entry: Callable[[str], int],
) -> list[Candidate]:
    best: dict[int, Candidate] = {}
    first: dict[int, Candidate] = {}
    for each in sorted(candidates, key=lambda each: -each.score):
        which, place = franchise(each.id), entry(each.id)
        leading = best.setdefault(which, each)
        near = leading.score - each.score <= FAR_BETTER
        earliest = first.setdefault(which, each)
        if near and place and place < (entry(earliest.id) or place):
            first[which] = each
    return [first[which] for which in best]
