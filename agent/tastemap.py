"""The taste map as values: which titles lie where, what they are to this person, what is around."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from data.index import Index

Kind = Literal["anchor", "shown", "loved", "rejected", "earlier", "other"]
BACKDROP = 1500  # the best known titles; more would be a smear
CELLS = 14  # of the map's side, in which a region's name is sought
REGIONS = 12
FEWEST = 4  # titles of a kind in a cell that may bear its name
TELLING = 0.5  # share of a cell's titles that must be of the kind
APART = 0.22  # between two names; the map is 2 wide


@dataclass(frozen=True, slots=True)
class Spot:
    """A title on the map, −1…1 both ways."""

    id: str
    title: str
    x: float
    y: float
    kind: Kind


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the map that is mostly of one kind of titles."""

    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Marks:
    """What titles are to a person; a title that is several things is the first of them."""

    anchors: Collection[str] = ()
    shown: Collection[str] = ()
    loved: Collection[str] = ()
    rejected: Collection[str] = ()
    earlier: Collection[str] = ()

    def kind(self, item: str) -> Kind:
        """Return what a title is."""
        kinds: tuple[tuple[Kind, Collection[str]], ...] = (
            ("anchor", self.anchors),
            ("shown", self.shown),
            ("loved", self.loved),
            ("rejected", self.rejected),
            ("earlier", self.earlier),
        )
        return next((kind for kind, ids in kinds if item in ids), "other")


@dataclass(frozen=True, slots=True)
class TasteMap:
    """The map: titles that mean nothing to the person first, so that the others lie above."""

    spots: tuple[Spot, ...] = ()
    regions: tuple[Region, ...] = field(default=())
    size: int = 0

    def of(self, kind: Kind) -> list[Spot]:
        """Return the titles of one kind."""
        return [spot for spot in self.spots if spot.kind == kind]


def make_map(index: Index, marks: Marks) -> TasteMap:
    """Return the map of a catalogue; it is empty where the index was built without one."""
    if index.projection is None:
        return TasteMap()
    catalogue = index.catalogue
    best_known = np.argsort(-catalogue.renown, kind="stable")[:BACKDROP].tolist()
    spots = {spot.id: spot for spot in _spots(index, best_known, marks)}
    marked = (*marks.earlier, *marks.rejected, *marks.loved, *marks.shown, *marks.anchors)
    places = [catalogue.position[each] for each in marked if each in catalogue]
    for spot in _spots(index, places, marks):
        spots.pop(spot.id, None)
        spots[spot.id] = spot
    return TasteMap(tuple(spots.values()), tuple(_regions(index)), len(catalogue))


def _spots(index: Index, places: Iterable[int], marks: Marks) -> Iterator[Spot]:
    assert index.projection is not None
    for place in places:
        item = index.catalogue.items[place]
        x, y = index.projection[place].tolist()
        yield Spot(item.id, item.title, x, y, marks.kind(item.id))


def _regions(index: Index) -> list[Region]:
    """Return names where they are true: the cells that hold most titles of mostly one kind."""
    assert index.projection is not None
    cells = ((index.projection + 1) / 2 * (CELLS - 1e-3)).astype(np.intp) @ np.array([CELLS, 1])
    held = np.bincount(cells, minlength=CELLS**2)
    found: list[tuple[float, Region]] = []
    for value, places in _main_values(index).items():
        counted = np.bincount(cells[places], minlength=CELLS**2)
        telling = np.where((counted >= FEWEST) & (counted >= TELLING * held), counted, 0)
        cell = int((telling * counted / np.maximum(held, 1)).argmax())
        if telling[cell]:
            among = places[cells[places] == cell]
            x, y = np.median(index.projection[among], axis=0).tolist()
            found.append((float(counted[cell] ** 2 / held[cell]), Region(value, x, y)))
    found.sort(key=lambda each: (-each[0], each[1].name))
    return _apart([region for _, region in found])


def _main_values(index: Index) -> dict[str, NDArray[np.intp]]:
    """Return the places by value of the facet that cards show: the first that has several."""
    profile = index.catalogue.profile
    several = [name for name in profile.card if name in profile.facets]
    name = next((each for each in several if not profile.facets[each].single), "")
    return index.catalogue.facets.get(name, {})


def _apart(regions: Iterable[Region]) -> list[Region]:
    """Return the first regions whose names do not lie on one another."""
    kept: list[Region] = []
    for region in regions:
        if all(abs(region.x - k.x) > 2 * APART or abs(region.y - k.y) > APART / 2 for k in kept):
            kept.append(region)
    return kept[:REGIONS]
