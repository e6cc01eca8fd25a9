"""Other ways of recommending from ratings, which the product is measured beside."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module

import numpy as np
from numpy.typing import NDArray

from data.fitting import EVIDENCE
from data.heldout import Case
from data.ratings import Matrix, Ratings, matrix
from infra.errors import UsageError

EASE_RIDGE = 100.0  # the best of 50, 100, 200 and 400 on people held out for tuning
EDLAE_RIDGE = 70.0
EDLAE_DROPOUT = 0.2
BLOCK = 512  # people at a time whose ratings are laid out in full
FACTORS = 256  # these three are the best of seven settings on people held out for tuning
IALS_WEIGHT = 8.0
IALS_RIDGE = 20.0
Floats = NDArray[np.float32]
Given = Mapping[str, float]


class Counted:
    """The ratings of the items with enough evidence, as matrices."""

    def __init__(self, ratings: Ratings) -> None:
        kept = (item for item, count in ratings.raters.items() if count >= EVIDENCE)
        self.items: Sequence[str] = tuple(sorted(kept))
        self.position = {item: place for place, item in enumerate(self.items)}
        self.ratings = matrix(ratings, self.items)

    @cached_property
    def popularity(self) -> Floats:
        """Return how many people rated each item; shape (items,)."""
        return np.bincount(self.ratings.columns, minlength=len(self.items)).astype(np.float32)

    @cached_property
    def pairs(self) -> Floats:
        """Return how many people rated both of two items; shape (items, items)."""
        return products(self.ratings, len(self.items), np.ones_like(self.ratings.points))

    @cached_property
    def weighted_pairs(self) -> Floats:
        """Return the same with each rating weighed by its points; shape (items, items)."""
        points = self.ratings.points / self.ratings.points.mean()
        return products(self.ratings, len(self.items), points)

    def row(self, given: Given, weighted: bool = False) -> Floats:
        """Return a person's ratings as 1 each, or weighed by their points; shape (items,)."""
        row = np.zeros(len(self.items), np.float32)
        for item, points in given.items():
            if item in self.position:
                row[self.position[item]] = points if weighted else 1.0
        return row


def products(ratings: Matrix, count: int, values: Floats) -> Floats:
    """Return the products of all pairs of columns; shape (count, count)."""
    found = np.zeros((count, count), np.float32)
    people = len(ratings.starts) - 1
    for first in range(0, people, BLOCK):
        bounds = ratings.starts[first : first + BLOCK + 1]
        span = slice(bounds[0], bounds[-1])
        block = np.zeros((len(bounds) - 1, count), np.float32)
        rows = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
        block[rows, ratings.columns[span]] = values[span]
        found += block.T @ block
    return found


@dataclass(frozen=True, slots=True)
class Way:
    """A way of recommending: its name, the items it scores, and how."""

    name: str
    items: Sequence[str]
    score: Callable[[Given], Floats]


def popular(counted: Counted) -> Way:
    """Return the same list for everybody."""
    return Way("popularity", counted.items, lambda given: counted.popularity)


def cosine(counted: Counted) -> Way:
    """Return item–item cosines, summed over what is given."""
    lengths = np.sqrt(np.maximum(np.diag(counted.pairs), 1.0))
    alike: Floats = counted.pairs / np.outer(lengths, lengths)
    np.fill_diagonal(alike, 0)
    return Way("item cosine", counted.items, lambda given: counted.row(given) @ alike)


def ease(counted: Counted) -> Way:
    """Return EASE (Steck 2019) on who rated what."""
    weights = dense(counted.pairs, EASE_RIDGE, 0.0)
    return Way("EASE", counted.items, lambda given: counted.row(given) @ weights)


def edlae(counted: Counted) -> Way:
    """Return EDLAE (Steck 2020), ratings weighed by their points."""
    weights = dense(counted.weighted_pairs, EDLAE_RIDGE, EDLAE_DROPOUT)
    name = "EDLAE, ratings weighed"
    return Way(name, counted.items, lambda given: counted.row(given, True) @ weights)


def dense(pairs: Floats, ridge: float, dropout: float) -> Floats:
    """Return the weights between all items that explain ratings best, none itself."""
    ridged = pairs.copy()
    own = np.diag(pairs)
    np.fill_diagonal(ridged, own * (1 + dropout / (1 - dropout)) + ridge)
    inverse: Floats = np.linalg.inv(ridged).astype(np.float32)
    weights: Floats = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights


def ials(counted: Counted) -> Way:
    """Return iALS (Hu, Koren and Volinsky 2008) by the package `implicit`.

    Raises UsageError where that package is missing: it is no dependency of the product.
    """
    try:
        als, sparse = import_module("implicit.cpu.als"), import_module("scipy.sparse")
    except ImportError as error:
        raise UsageError("iALS needs the package implicit. Run 'pip install implicit'.") from error
    told, count = counted.ratings, len(counted.items)
    shape = (len(told.starts) - 1, count)
    ones = np.ones(len(told.columns), np.float32)
    known = sparse.csr_matrix((ones, told.columns, told.starts), shape)
    model = als.AlternatingLeastSquares(
        factors=FACTORS, regularization=IALS_RIDGE, alpha=IALS_WEIGHT, iterations=15, random_state=7
    )
    model.fit(known, show_progress=False)
    factors = np.asarray(model.item_factors)
    shared = factors.T @ factors + IALS_RIDGE * np.eye(FACTORS, dtype=np.float32)

    def score(given: Given) -> Floats:
        mine = factors[counted.row(given) > 0]
        gained = shared + (IALS_WEIGHT - 1) * mine.T @ mine
        found: Floats = factors @ np.linalg.solve(gained, IALS_WEIGHT * mine.sum(axis=0))
        return found

    return Way("iALS (implicit)", counted.items, score)


def neumf(ratings: Ratings, tune: Sequence[Case], test: Sequence[Case]) -> Way:
    """Return NeuMF (He et al. 2017); raises UsageError without the extra `torch`."""
    from agent.evaluation.neumf import train

    items, scores = train(ratings, tune, test)
    by_user = {case.user: each for case, each in zip(test, scores, strict=True)}
    of = {id(case.given): case.user for case in test}
    return Way("NeuMF (GMF + MLP)", items, lambda given: by_user[of[id(given)]])
