"""The map of a catalogue: alike items lie together, the same catalogue gives the same map."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from data.build import build_index
from data.builds import current_build, read_manifest, write_manifest
from data.embedding import EmbeddingSettings
from data.index import PROJECTED, Index, open_index
from data.items import Item
from data.profile import Profile
from data.projection import FEWEST, Grid, project
from infra.errors import IndexUnusableError

NEAR = 10


def purity(places: NDArray[Any], kinds: list[tuple[str, ...]]) -> float:
    """Return how often the nearest neighbours of an item share one of its kinds."""
    shared = []
    for place, own in zip(places, kinds, strict=True):
        distance = ((places - place) ** 2).sum(axis=1)
        nearest = np.argsort(distance)[1 : NEAR + 1]
        shared.append(np.mean([bool({*own} & {*kinds[each]}) for each in nearest]))
    return float(np.mean(shared))


def groups(count: int = FEWEST + 50) -> tuple[list[Item], NDArray[np.float32]]:
    """Return items of five kinds whose vectors lie about five centres."""
    chance = np.random.default_rng(3)
    centres = chance.normal(size=(5, 24))
    vectors = centres[np.arange(count) % 5] + 0.4 * chance.normal(size=(count, 24))
    items = [
        Item(f"i{each}", f"Item {each}", facets={"kinds": (f"kind {each % 5}",)})
        for each in range(count)
    ]
    return items, vectors.astype(np.float32)


def test_items_of_a_kind_lie_together(games: Profile) -> None:
    items, vectors = groups()
    places = project(games, items, vectors)
    assert places.shape == (len(items), 2) and places.dtype == np.float32
    assert np.abs(places).max() == pytest.approx(1)
    assert purity(places, [item.facets["kinds"] for item in items]) > 0.95


def test_the_same_catalogue_gives_the_same_map(games: Profile) -> None:
    items, vectors = groups()
    assert np.array_equal(project(games, items, vectors), project(games, items, vectors))


@pytest.mark.parametrize("count", [1, 2, 3, 30, FEWEST + 1])
def test_any_number_of_items_has_a_map(games: Profile, count: int) -> None:
    items, vectors = groups(count)
    places = project(games, items, vectors)
    assert places.shape == (count, 2)
    assert np.isfinite(places).all()


def test_items_that_are_all_the_same_have_a_map(games: Profile) -> None:
    items = [Item(f"i{each}", "Same") for each in range(FEWEST)]
    places = project(games, items, np.ones((FEWEST, 8), np.float32))
    assert np.isfinite(places).all()


def test_repulsion_on_the_grid_is_the_sum_over_all_pairs() -> None:
    flat = np.random.default_rng(5).normal(size=(300, 2)) * 8
    apart = flat[:, None] - flat[None]
    near = 1 / (1 + (apart**2).sum(axis=2))
    exact = (near[..., None] ** 2 * apart).sum(axis=1) / (near.sum() - len(flat))
    pushed = Grid(1.0).fitting(flat).repulsion(flat)
    assert np.corrcoef(pushed.ravel(), exact.ravel())[0, 1] > 0.99
    assert np.abs(pushed - exact).mean() < 0.1 * np.abs(exact).mean()


def test_the_bundled_map_keeps_kinds_together(bundled_index: Index) -> None:
    places = bundled_index.projection
    assert places is not None
    kinds = [item.facets.get("genres", ())[:1] for item in bundled_index.catalogue.items]
    shuffled = np.random.default_rng(1).permutation(places)
    assert purity(places, kinds) > 2 * purity(shuffled, kinds)


def test_a_build_of_before_there_were_maps_still_serves(
    games: Profile, ready: Path, settings: EmbeddingSettings
) -> None:
    build_index(games, settings)
    build = current_build(games.name)
    assert build is not None
    manifest = read_manifest(games.name, build)
    (build / PROJECTED).unlink()
    del manifest.sizes[PROJECTED]
    write_manifest(build, manifest)
    assert open_index(games, settings).projection is None


def test_a_map_of_another_catalogue_is_refused(
    games: Profile, ready: Path, settings: EmbeddingSettings
) -> None:
    build_index(games, settings)
    build = current_build(games.name)
    assert build is not None
    np.save(build / PROJECTED, np.zeros((99, 2), np.float32))
    with pytest.raises(IndexUnusableError, match="disagree"):
        open_index(games, settings)
