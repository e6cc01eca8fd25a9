"""Which items may be shown at all: vetoes, required facets, ranges."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from data.index import Index
from tools.policies import barred
from tools.preferences import Preferences, Range, Value, Wanted

TEXT = "text"
"""The pseudo-facet of a vetoed word that is no facet value: its bearers' texts contain it."""
Mask = NDArray[np.bool_]


def allowed(index: Index, preferences: Preferences, shown: Iterable[str] = ()) -> Mask:
    """Return which items meet every hard wish and veto; shape (items,).

    A franchise of which an item was shown, seen, loved or disliked, or is the anchor, is hidden
    whole.
    """
    mask = ~hidden(index, preferences, shown)
    for wanted in preferences.require:
        mask &= has_any(index, wanted)
    for bound in preferences.ranges:
        mask &= within(index, bound)
    return mask


def hidden(index: Index, preferences: Preferences, shown: Iterable[str] = ()) -> Mask:
    """Return which items are vetoed, kept back by a policy or were met; shape (items,)."""
    catalogue = index.catalogue
    mask = barred(index, preferences)
    for value in preferences.exclude:
        mask[bearers(index, value)] = True
        mask[_told_of(index, value)] = True
    told = (*preferences.seen, *preferences.loved, *preferences.disliked, *preferences.unlike)
    met = {*told, *preferences.anchors, *shown}
    places = [catalogue.position[each] for each in met if each in catalogue]
    if places:
        mask |= np.isin(catalogue.franchises, catalogue.franchises[places])
    return mask


def bearers(index: Index, value: Value) -> NDArray[np.intp]:
    """Return the positions of the items that bear a facet value, or a word for `text`."""
    if value.facet == TEXT:
        return index.containing(value.value)
    none = np.empty(0, np.intp)
    return index.catalogue.facets.get(value.facet, {}).get(value.value, none)


def _told_of(index: Index, value: Value) -> NDArray[np.intp]:
    """Return the items that state nothing of a facet but whose text has the vetoed value."""
    silent = index.catalogue.silent.get(value.facet)
    if silent is None or index.catalogue.profile.facets[value.facet].single:
        return np.empty(0, np.intp)
    told = index.containing(value.value)
    return told[silent[told]]


def has_any(index: Index, wanted: Wanted) -> Mask:
    """Return which items bear at least one of the values; shape (items,)."""
    mask = np.zeros(len(index.catalogue), np.bool_)
    for value in wanted.any_of:
        mask[bearers(index, Value(wanted.facet, value))] = True
    return mask


def within(index: Index, bound: Range) -> Mask:
    """Return which items have a known figure within the bounds; shape (items,)."""
    column = index.catalogue.numbers[bound.number]
    return (column >= np.float32(bound.low)) & (column <= np.float32(bound.high))
