"""Titles to choose from: the ones whose names hold some words, and the ones that many know."""

from collections import Counter

import numpy as np

from data.index import Index
from data.items import Item, fold

OF_A_KIND = 2  # well-known titles that share their first kind


def find_titles(index: Index, words: str, limit: int) -> list[str]:
    """Return the ids of the titles in whose names the words stand: beginnings, then fame, first."""
    sought = fold(words)
    if not sought:
        return []
    renown = index.catalogue.renown
    found: dict[int, tuple[bool, float]] = {}
    for name, places in index.catalogue.by_name.items():
        if sought in name:
            begins = not f" {name}".startswith(f" {sought}")
            for place in places:
                rank = (begins, -float(renown[place]))
                found[place] = min(rank, found.get(place, rank))
    best = sorted(found, key=found.__getitem__)[:limit]
    return [index.catalogue.items[place].id for place in best]


def well_known(index: Index, limit: int) -> list[str]:
    """Return the ids of the best-known titles: one of a franchise, few of a kind."""
    catalogue = index.catalogue
    franchises: set[int] = set()
    kinds: Counter[str] = Counter()
    chosen: list[str] = []
    for place in np.argsort(-catalogue.renown, kind="stable").tolist():
        item, franchise = catalogue.items[place], int(catalogue.franchises[place])
        kind = _kind(index, item)
        if franchise in franchises or kinds[kind] >= OF_A_KIND:
            continue
        franchises.add(franchise)
        kinds[kind] += 1
        chosen.append(item.id)
        if len(chosen) == limit:
            break
    return chosen


def _kind(index: Index, item: Item) -> str:
    """Return an item's rarest kind, which tells most about it."""
    profile = index.catalogue.profile
    for name in profile.card:
        values = item.facets.get(name, ()) if name in profile.facets else ()
        if values and not profile.facets[name].single:
            return min(values, key=lambda value: len(index.catalogue.facets[name][value]))
    return item.id
