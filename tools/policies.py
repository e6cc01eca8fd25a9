"""The operator's policies: what may be shown at all, what is asked, confirmed and said beside it.

A value that is `never` shown may still be asked for by name; what is shown `only` has no way round.
"""

from collections.abc import Collection, Iterable

import numpy as np
from numpy.typing import NDArray

from data.index import Index
from data.items import Item
from data.profile import Policies
from tools.inquiry import Inquiry
from tools.preferences import Preferences

DENIED = frozenset({"", "0", "false", "no", "none"})
"""Values by which a table says that an item has not what a policy discloses."""

Mask = NDArray[np.bool_]


def barred(index: Index, preferences: Preferences) -> Mask:
    """Return which items a policy keeps from being shown; shape (items,)."""
    catalogue = index.catalogue
    policies = catalogue.profile.policies
    mask = np.zeros(len(catalogue), np.bool_)
    for facet, values in policies.only.items():
        mask |= ~_bearing(index, facet, values)
    named = _named(preferences)
    for facet, values in policies.never.items():
        unasked = tuple(value for value in values if (facet, value) not in named)
        mask |= _bearing(index, facet, unasked)
    return mask


def slot(policies: Policies, preferences: Preferences, asked: Collection[str]) -> Inquiry | None:
    """Return the question after the first slot that is neither settled nor was `asked`."""
    settled = {group.facet for group in preferences.require}
    settled |= {each.facet for each in (*preferences.prefer, *preferences.exclude)}
    settled |= {bound.number for bound in preferences.ranges}
    open_slots = (Inquiry("slot", name) for name in policies.ask_first if name not in settled)
    return next((each for each in open_slots if each.key not in asked), None)


def confirmation(
    policies: Policies, items: Iterable[Item], confirmed: Collection[str]
) -> Inquiry | None:
    """Return the question after values of shown items that are not `confirmed` ("facet:value")."""
    shown = list(items)
    for facet, values in policies.confirm.items():
        had = {value for item in shown for value in item.facets.get(facet, ())}
        found = [v for v in values if v in had and f"{facet}:{v}" not in confirmed]
        if found:
            return Inquiry("confirm", facet, tuple(found))
    return None


def disclosed(policies: Policies, item: Item) -> tuple[tuple[str, str], ...]:
    """Return what must be said beside an item: facets, and the word for each."""
    return tuple(
        (facet, word)
        for facet, word in policies.disclose.items()
        if any(value.casefold() not in DENIED for value in item.facets.get(facet, ()))
    )


def _bearing(index: Index, facet: str, values: tuple[str, ...]) -> Mask:
    mask = np.zeros(len(index.catalogue), np.bool_)
    for value in values:
        places = index.catalogue.facets[facet].get(value)
        if places is not None:
            mask[places] = True
    return mask


def _named(preferences: Preferences) -> set[tuple[str, str]]:
    """Return the values that are wished for by name."""
    required = {(group.facet, value) for group in preferences.require for value in group.any_of}
    return required | {(each.facet, each.value) for each in preferences.prefer}
