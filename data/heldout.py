"""What is kept back to measure a model of ratings: whole users, and a fifth of each one's items.

Both are drawn by fixed hashes, so that every run, on any machine, keeps back the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from data.ratings import Ratings

PARTS = {"train": 0.70, "tune": 0.85, "test": 1.0}  # upper bounds of the users' hashes
KEPT_BACK = 0.2  # of a user's items; the rest is what a model is told about the user
LIKED = 7.0  # from here on a rating says "this was right for me", on a scale of ten
FEWEST = 5  # ratings below which nothing sensible can be both told and kept back


@dataclass(frozen=True, slots=True)
class Case:
    """A user who was never learned from: the ratings that are told, the liked items to find."""

    user: str
    given: dict[str, float]
    wanted: frozenset[str]


def part_of(user: str) -> str:
    """Return which part a user belongs to: train, tune or test."""
    place = _share("split", user)
    return next(part for part, bound in PARTS.items() if place < bound)


def users_of(ratings: Ratings, *parts: str) -> list[str]:
    """Return the users of some parts."""
    return [user for user in ratings.given if part_of(user) in parts]


def cases(ratings: Ratings, part: str) -> Iterator[Case]:
    """Yield the users of a part who rated enough and liked something that is kept back."""
    highest = max((max(given.values()) for given in ratings.given.values()), default=0.0)
    liked = LIKED if highest > LIKED else 0.7 * highest
    for user in users_of(ratings, part):
        given = ratings.given[user]
        if len(given) < FEWEST:
            continue
        drawn = sorted(given, key=lambda item, user=user: _share(user, item))  # type: ignore[misc]
        back = drawn[: max(1, round(KEPT_BACK * len(drawn)))]
        wanted = frozenset(item for item in back if given[item] >= liked)
        if wanted:
            told = {item: given[item] for item in drawn[len(back) :]}
            yield Case(user, told, wanted)


def _share(*words: str) -> float:
    """Return a number 0…1 that depends on the words alone."""
    return int.from_bytes(sha256(":".join(words).encode()).digest()[:8], "big") / 2**64
