"""Soft wishes that nothing in a list meets."""

from collections.abc import Iterable

from data.catalogue import Catalogue
from tools.preferences import Preferences


def unmet(catalogue: Catalogue, shown: Iterable[str], wanted: Preferences) -> tuple[str, ...]:
    """Return the favoured values that no shown item has; none where nothing is shown."""
    items = [catalogue[each] for each in shown if each in catalogue]
    if not items:
        return ()
    return tuple(
        value.value
        for value in wanted.prefer
        if not any(value.value in item.facets.get(value.facet, ()) for item in items)
    )
