"""What people who rate alike say of two items, laid onto the positions of a catalogue."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from data.catalogue import Catalogue, Positions
from data.collaborative import Collaborative, load_collaborative, onto

Floats = NDArray[np.float32]


class Model(Protocol):
    """A collaborative model: weights between the items it has evidence for."""

    def likeness(self, item_id: str) -> Floats:
        """Return the weights from one item; shape (its items,)."""
        ...

    def likeness_to(self, item_id: str) -> Floats:
        """Return the weights into one item; shape (its items,)."""
        ...

    def together(self, item_id: str) -> Floats:
        """Return the cosines of each item's raters to one item's; shape (its items,)."""
        ...


class CatalogueCrowd:
    """Answer in positions of a catalogue; what the model does not know counts 0."""

    def __init__(self, model: Model, catalogue: Catalogue, places: Positions) -> None:
        self._model = model
        self._count = len(catalogue)
        self._known = places >= 0
        self._places = places[self._known]

    def likeness(self, item_id: str) -> Floats:
        """Return how much liking one item speaks for each item; shape (items,)."""
        return self._laid(self._model.likeness(item_id))

    def likeness_to(self, item_id: str) -> Floats:
        """Return how much liking each item speaks for one item; shape (items,)."""
        return self._laid(self._model.likeness_to(item_id))

    def together(self, item_id: str) -> Floats:
        """Return the cosine of each item's raters to one item's; shape (items,)."""
        return self._laid(self._model.together(item_id))

    def _laid(self, weights: Floats) -> Floats:
        column = np.zeros(self._count, np.float32)
        column[self._places] = weights[self._known]
        return column


def open_crowd(catalogue: Catalogue) -> CatalogueCrowd | None:
    """Return what a catalogue's collaborative model says, or None where it has none."""
    return crowd_of(load_collaborative(catalogue.profile), catalogue)


def crowd_of(model: Collaborative | None, catalogue: Catalogue) -> CatalogueCrowd | None:
    """Return what a model says of a catalogue, or None where there is no model."""
    return CatalogueCrowd(model, catalogue, onto(model, catalogue)) if model else None
