"""The operator's policies on what may be shown at all: a standing filter, and what is never shown.

A value that is `never` shown may still be asked for by name; what is shown `only` has no way round.
"""

import numpy as np
from numpy.typing import NDArray

from data.index import Index
from tools.preferences import Preferences

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
