"""Fit the weights between items: each item is explained by the few that its raters share.

For each target a ridge regression on its nearest items alone, as in fsSLIM (Ning and Karypis
2011) with the ridge of EDLAE (Steck 2020) in the place of its constraints. Against the dense
solution (EASE, Steck 2019) it wins on people who were never learned from, and needs no matrix of
all pairs.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.ratings import Matrix, Ratings, matrix
from infra.errors import SourceError

EVIDENCE = 5  # ratings an item needs; with fewer its neighbours are chance, and people show through
NEAREST = 100  # items that may explain one; 50 and 200 find fewer of what people liked
RIDGE = 5.0  # in ratings: at 1 rare items follow single people, at 100 they follow the crowd
DROPOUT = 0.2  # share of ratings a target should do without: keeps siblings from explaining all
DENSE = 8000  # items up to which all pairs fit into 256 MB and are computed once
BATCH = 64  # targets solved at a time
STEPS = 127  # of a weight kept in eight bits
Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights and cosines between items, source by source: `starts` delimits `targets`.

    `steps` holds each weight in eight bits, in units of its target's `scale`; `cosines` in 1/255.
    """

    items: tuple[str, ...]
    mean: float
    starts: NDArray[np.int32]
    targets: NDArray[np.uint16 | np.int32]
    steps: NDArray[np.int8]
    cosines: NDArray[np.uint8]
    scale: Floats


def silent(step: str, done: int, total: int) -> None:
    """Take progress and show nothing."""


def fit(ratings: Ratings, progress: Progress = silent) -> Weights:
    """Return the weights that ratings speak for; raises SourceError where they are too few."""
    items = tuple(sorted(item for item, count in ratings.raters.items() if count >= EVIDENCE))
    if len(items) < 2:
        raise SourceError(
            f"{len(ratings):,} ratings are too few to learn from: fewer than two items have "
            f"{EVIDENCE}. Give ratings of more people."
        )
    counted = matrix(ratings, items)
    mean = float(counted.points.mean())
    weighted = Matrix(counted.starts, counted.columns, counted.points / np.float32(mean))
    return _kept(items, mean, *Fit(weighted, len(items), progress).solve())


class Fit:
    """The regressions of one matrix of ratings, each rating weighed by its points."""

    def __init__(self, by_user: Matrix, count: int, progress: Progress) -> None:
        self._by_user = by_user
        self._by_item = by_user.turned(count)
        self._count = count
        self._progress = progress
        self._nearest = min(NEAREST, count - 1)
        owners = np.repeat(np.arange(count), np.diff(self._by_item.starts))
        self._own: Floats = np.bincount(owners, self._by_item.points**2, count).astype(np.float32)
        self._pairs = np.empty((count, count), np.float32) if count <= DENSE else None

    def solve(self) -> tuple[Ints, Floats, Floats]:
        """Return each target's nearest items, their weights and cosines; shape (items, nearest)."""
        near = np.empty((self._count, self._nearest), np.int64)
        shared = np.empty((self._count, self._nearest), np.float32)
        for target in range(self._count):
            near[target], shared[target] = self._neighbours(target)
            if target % BATCH == 0:  # a bar that moves for each would take longer than the work
                self._progress("neighbours", min(BATCH, self._count - target), self._count)
        weights = np.empty_like(shared)
        for first in range(0, self._count, BATCH):
            few = slice(first, first + BATCH)
            weights[few] = self._regress(near[few], shared[few])
            self._progress("weights", len(near[few]), self._count)
        cosines = shared / np.sqrt(self._own[near] * self._own[:, None])
        return near, weights, cosines

    def _neighbours(self, target: int) -> tuple[Ints, Floats]:
        shared = self._shared(target)
        if self._pairs is not None:
            self._pairs[target] = shared
        cosine = shared / np.sqrt(self._own)
        cosine[target] = -1
        near = np.argpartition(-cosine, self._nearest - 1)[: self._nearest]
        return near, shared[near]

    def _shared(self, target: int) -> Floats:
        """Return the product of one item's ratings with every item's; shape (items,)."""
        theirs = slice(*self._by_item.starts[target : target + 2])
        raters, points = self._by_item.columns[theirs], self._by_item.points[theirs]
        spans, sizes = _spans(self._by_user.starts, raters)
        products = self._by_user.points[spans] * np.repeat(points, sizes)
        found = np.bincount(self._by_user.columns[spans], products, self._count)
        return found.astype(np.float32)

    def _regress(self, near: Ints, shared: Floats) -> Floats:
        alike = np.stack([self._among(few) for few in near])
        diagonal = np.arange(self._nearest)
        alike[:, diagonal, diagonal] *= 1 + DROPOUT / (1 - DROPOUT)
        alike[:, diagonal, diagonal] += RIDGE
        found: Floats = np.linalg.solve(alike, shared[..., None])[..., 0]
        return np.where(shared > 0, found, 0)  # who shares no rater says nothing of the target

    def _among(self, few: Ints) -> Floats:
        """Return the products of some items' ratings with each other; shape (few, few)."""
        if self._pairs is not None:
            return self._pairs[np.ix_(few, few)]
        spans, sizes = _spans(self._by_item.starts, few)
        raters = self._by_item.columns[spans]
        common = np.bincount(raters, minlength=len(self._by_user.starts) - 1) > 1
        kept = common[raters]  # who rated one of them joins none
        rows = np.cumsum(common)[raters[kept]] - 1
        ratings = np.zeros((np.count_nonzero(common), len(few)), np.float32)
        ratings[rows, np.repeat(np.arange(len(few)), sizes)[kept]] = self._by_item.points[spans][
            kept
        ]
        alike: Floats = ratings.T @ ratings
        np.fill_diagonal(alike, self._own[few])
        return alike


def _spans(starts: Ints, rows: Ints) -> tuple[Ints, Ints]:
    """Return the positions of all entries of some rows, and how many each row has."""
    firsts = starts[rows]
    sizes = starts[rows + 1] - firsts
    before = np.cumsum(sizes) - sizes
    return np.arange(sizes.sum()) + np.repeat(firsts - before, sizes), sizes


def _kept(
    items: tuple[str, ...], mean: float, near: Ints, weights: Floats, cosines: Floats
) -> Weights:
    """Return weights in eight bits, turned from targets to sources."""
    scale = np.maximum(np.abs(weights).max(axis=1), 1e-9) / STEPS
    steps = np.rint(weights / scale[:, None]).astype(np.int8)
    close = np.rint(cosines * 255).clip(0, 255).astype(np.uint8)
    told = (steps != 0) | (close != 0)
    targets, sources = np.nonzero(told)[0], near[told]
    order = np.argsort(sources, kind="stable")
    sizes = np.bincount(sources, minlength=len(items))
    return Weights(
        items=items,
        mean=mean,
        starts=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32),
        targets=targets[order].astype(np.uint16 if len(items) < 2**16 else np.int32),
        steps=steps[told][order],
        cosines=close[told][order],
        scale=scale.astype(np.float32),
    )
