"""A map of the catalogue: every item's place in two dimensions, alike items near one another.

t-SNE with equal weights for each item's nearest neighbours (Van der Maaten & Hinton 2008) whose
repulsion is a convolution on a grid, taken by FFT (Linderman et al. 2019): seconds where the sum
over all pairs takes minutes. It begins with the two main components and draws no random numbers,
so that the same catalogue gives the same map.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data.embedding import unit
from data.items import Item
from data.profile import Profile

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
VERSION = 1  # raise it when the same catalogue would get another map
FEWEST, MOST = 200, 50_000  # fewer fit into the two main components; more would take minutes
COMPONENTS = 50
VALUES = 256  # of a facet, the most frequent: the rest are too rare to form a place
FACETS_WEIGHT = 0.7  # the text's is 1
NEIGHBOURS = 20
COMPARED = 16_000_000  # pairs at once: 64 MB
GATHERING, SPREADING = 150, 250  # steps
STRONG = 12.0  # how much stronger attraction is while they gather
CENTRE = 0.3  # pull of the middle: kinds with no neighbour elsewhere would drift out of sight
CELLS = 160  # of the grid's side; the FFT sees twice as many
COARSER = 1.25  # how much a grid grows at once: its kernels are computed anew


def project(profile: Profile, items: Sequence[Item], vectors: Floats) -> Floats:
    """Return each item's place on the map, both coordinates within −1…1; shape (items, 2)."""
    features = _components(_features(profile, items, vectors), COMPONENTS)
    flat = features[:, :2].astype(np.float64)
    if FEWEST <= len(items) <= MOST:
        flat = _unfold(flat, _edges(unit(features.astype(np.float32))))
    return _fitted(flat)


def _features(profile: Profile, items: Sequence[Item], vectors: Floats) -> Floats:
    """Return what items are compared by: their text around its mean, and their kinds."""
    text = unit(np.asarray(vectors) - np.asarray(vectors).mean(axis=0))
    several = [name for name, facet in profile.facets.items() if facet.weight and not facet.single]
    kinds = [profile.facets[name].weight * _bearing(items, name) for name in several]
    return np.hstack([text, *(FACETS_WEIGHT * each for each in kinds)])


def _bearing(items: Sequence[Item], facet: str) -> Floats:
    """Return which items bear which value of a facet, rare values weighing more; unit rows."""
    values, counts = np.unique(
        [value for item in items for value in item.facets.get(facet, ())], return_counts=True
    )
    frequent = np.argsort(-counts, kind="stable")[:VALUES]
    columns = {str(values[each]): column for column, each in enumerate(frequent)}
    bearing = np.zeros((len(items), len(columns)), np.float32)
    rarity = np.log(len(items) / counts[frequent])
    for row, item in enumerate(items):
        for value in item.facets.get(facet, ()):
            if (column := columns.get(value)) is not None:
                bearing[row, column] = rarity[column]
    return unit(bearing)


def _components(features: Floats, count: int) -> Floats:
    """Return the main components; shape (items, count), filled with zeros where there are fewer."""
    centred = features - features.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    axes = axes[:, ::-1][:, :count]
    largest = axes[np.abs(axes).argmax(axis=0), np.arange(axes.shape[1])]
    found: Floats = np.zeros((len(features), max(count, 2)), np.float32)
    found[:, : axes.shape[1]] = centred @ (axes * np.sign(largest))  # else either end may come up
    return found


@dataclass(frozen=True, slots=True)
class Edges:
    """Which items attract each other: places of either end and the share of all attraction."""

    left: NDArray[np.intp]
    right: NDArray[np.intp]
    share: Doubles


def _edges(features: Floats) -> Edges:
    """Join every item with its nearest neighbours by cosine."""
    size = len(features)
    count = min(NEIGHBOURS, size - 1)
    nearest = np.empty((size, count), np.intp)
    at_once = max(1, COMPARED // size)
    for start in range(0, size, at_once):
        block = np.arange(start, min(start + at_once, size))
        likeness = features[block] @ features.T
        likeness[block - start, block] = -np.inf
        nearest[block] = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
    left, right = np.repeat(np.arange(size), count), nearest.ravel()
    return Edges(left, right, np.full(len(left), 1.0 / len(left)))


def _unfold(flat: Doubles, edges: Edges) -> Doubles:
    """Move the items until attraction and repulsion are even; shape (items, 2)."""
    flat = flat / max(flat[:, 0].std(), 1e-12)
    size = len(flat)
    speed, gains = np.zeros_like(flat), np.ones_like(flat)
    grid = Grid(1.0)
    for step in range(GATHERING + SPREADING):
        stronger, momentum = (STRONG, 0.5) if step < GATHERING else (1.0, 0.8)
        grid = grid.fitting(flat)
        force = stronger * _attraction(flat, edges) - grid.repulsion(flat)
        force += CENTRE / size**2 * flat
        against = np.sign(force) != np.sign(speed)
        gains = np.maximum(np.where(against, gains + 0.2, gains * 0.8), 0.01)
        speed = momentum * speed - max(200.0, size / stronger) * gains * force
        flat = flat + speed
        flat -= flat.mean(axis=0)
    return flat


def _attraction(flat: Doubles, edges: Edges) -> Doubles:
    apart = flat[edges.left] - flat[edges.right]
    pull = (edges.share / (1 + (apart**2).sum(axis=1)))[:, None] * apart
    size = len(flat)
    return np.stack(
        [
            (
                np.bincount(edges.left, pull[:, axis], size)
                - np.bincount(edges.right, pull[:, axis], size)
            )
            / 2
            for axis in range(2)
        ],
        axis=1,
    )


class Grid:
    """A square of cells over the map: items push one another through the cells they lie in."""

    def __init__(self, step: float) -> None:
        """Prepare cells of `step` units: the kernels' transforms, which depend on nothing else."""
        self.step = step
        offsets = np.fft.fftfreq(2 * CELLS, 1 / (2 * CELLS)) * step
        down, across = np.meshgrid(offsets, offsets, indexing="ij")
        near = 1 / (1 + down**2 + across**2)
        kernels = (near, down * near**2, across * near**2)
        self._kernels = [np.fft.rfft2(kernel) for kernel in kernels]

    def fitting(self, flat: Doubles) -> "Grid":
        """Return a grid that the map fits into and fills: this one, or a finer or coarser one."""
        needed = max(float(np.abs(flat).max()), 1e-3) / (CELLS / 2 - 2)
        if self.step / COARSER**2 <= needed <= self.step:
            return self
        return Grid(needed * COARSER)

    def repulsion(self, flat: Doubles) -> Doubles:
        """Return how strongly all items push each one, as a share of all push; (items, 2)."""
        size = len(flat)
        cells, weights = self._shared(flat)
        charge = np.bincount(cells.ravel(), weights.ravel(), CELLS * CELLS).reshape(CELLS, CELLS)
        spread = np.fft.rfft2(charge, (2 * CELLS, 2 * CELLS))
        fields = [
            np.fft.irfft2(spread * kernel, (2 * CELLS, 2 * CELLS))[:CELLS, :CELLS].ravel()
            for kernel in self._kernels
        ]
        near, down, across = ((field[cells] * weights).sum(axis=0) for field in fields)
        everything = max(float(near.sum()) - size, 1e-12)  # without each item's push on itself
        return np.stack([down, across], axis=1) / everything

    def _shared(self, flat: Doubles) -> tuple[NDArray[np.intp], Doubles]:
        """Share each item among the four cells around it; shape (4, items) each."""
        at = flat / self.step + CELLS / 2
        corner = np.floor(at).astype(np.intp)
        inside = at - corner
        cells, weights = [], []
        for down in (0, 1):
            for across in (0, 1):
                cells.append((corner[:, 0] + down) * CELLS + corner[:, 1] + across)
                weight = np.abs(1 - down - inside[:, 0]) * np.abs(1 - across - inside[:, 1])
                weights.append(weight)
        return np.array(cells), np.array(weights)


def _fitted(flat: Doubles) -> Floats:
    """Return a map that fills −1…1 both ways: its axes mean nothing, so neither do proportions."""
    low, high = flat.min(axis=0), flat.max(axis=0)
    reach = np.maximum((high - low) / 2, 1e-12)
    fitted: Floats = ((flat - (low + high) / 2) / reach).astype(np.float32)
    return fitted
