"""Plain questions to a catalogue: details, comparison, counts, best-of, vocabulary."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from data.index import Index
from data.items import Item
from tools.evidence import shared_values
from tools.preferences import Preferences, Wanted
from tools.selection import allowed, has_any
from tools.wording import facts

ALIKE = 3  # similar titles named beside details
RENOWN = 0.15  # what being known adds to a likeness of 0…1
BEST = 5  # answers to "what is the longest…"


def details(index: Index, item_id: str) -> dict[str, Any]:
    """Return all that the catalogue says of an item, and its place in its franchise."""
    item = index.catalogue[item_id]
    return {
        "id": item.id,
        "title": item.title,
        "aliases": list(item.aliases),
        "description": item.description,
        "suits": item.suits,
        "facts": facts(index.catalogue, item),
        "tones": tones(index, item),
        "franchise": franchise(index, item),
        "similar": [index.catalogue[each].title for each in alike(index, item)],
        "link": item.link or address(index, item),
    }


def address(index: Index, item: Item) -> str:
    """Return the address of an item's page by the profile's pattern, or nothing."""
    pattern = index.catalogue.profile.link
    return pattern.format(id=item.id) if pattern and item.id.isdigit() else ""


def tones(index: Index, item: Item) -> dict[str, float]:
    """Return an item's place on each tone axis, −1…1."""
    place = index.catalogue.position[item.id]
    return {
        axis: round(float(index.tone(axis)[place]), 2) for axis in index.catalogue.profile.tones
    }


def franchise(index: Index, item: Item) -> list[dict[str, Any]]:
    """Return the items of an item's franchise in watching order; empty if it stands alone."""
    catalogue = index.catalogue
    number = catalogue.franchises[catalogue.position[item.id]]
    others = [
        catalogue.items[place] for place in np.flatnonzero(catalogue.franchises == number).tolist()
    ]
    if len(others) < 2:
        return []
    year = next((n for n, k in catalogue.profile.numbers.items() if k.kind == "year"), "")
    others.sort(key=lambda each: (each.entry or 99, each.numbers.get(year, 9999), each.title))
    return [
        {"id": each.id, "title": each.title, "facts": facts(catalogue, each)} for each in others
    ]


def alike(index: Index, item: Item, limit: int = ALIKE) -> list[str]:
    """Return the ids of the items most alike in text, other franchises only."""
    catalogue = index.catalogue
    place = catalogue.position[item.id]
    similarity = np.asarray(index.vectors) @ index.vectors[place] + RENOWN * catalogue.renown
    others = np.flatnonzero(catalogue.franchises != catalogue.franchises[place])
    found: dict[int, str] = {}
    for other in others[np.argsort(-similarity[others])][: limit * 10].tolist():
        found.setdefault(int(catalogue.franchises[other]), catalogue.items[other].id)
    return list(found.values())[:limit]


def compare(index: Index, ids: Sequence[str]) -> dict[str, Any]:
    """Return items side by side: facts, tones, and what all of them share."""
    items = [index.catalogue[each] for each in ids]
    shared = set(shared_values(index, items[0], items[-1])) if len(items) > 1 else set()
    for other in items[1:-1]:
        shared &= set(shared_values(index, items[0], other))
    return {
        "items": [
            {
                "id": item.id,
                "title": item.title,
                "facts": facts(index.catalogue, item),
                "tones": tones(index, item),
            }
            for item in items
        ],
        "shared": sorted(shared),
    }


def count(index: Index, preferences: Preferences) -> int:
    """Return how many items meet every hard wish; favoured values count as required here."""
    mask = allowed(index, preferences)
    for value in preferences.prefer:
        mask &= has_any(index, Wanted(value.facet, (value.value,)))
    return int(mask.sum())


def best(
    index: Index, number: str, highest: bool, preferences: Preferences, among: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return the items with the highest or lowest figure, of `among` or of the whole catalogue."""
    catalogue = index.catalogue
    column = catalogue.numbers[number]
    mask = allowed(index, preferences) & ~np.isnan(column)
    if among:
        chosen = np.zeros(len(mask), np.bool_)
        chosen[[catalogue.position[each] for each in among]] = True
        mask &= chosen
    places = np.flatnonzero(mask)
    sign = -1 if highest else 1
    order = np.lexsort((-catalogue.renown[places], sign * column[places]))
    return [
        {"id": item.id, "title": item.title, "facts": facts(catalogue, item)}
        for item in (catalogue.items[place] for place in places[order][:BEST])
    ]


def vocabulary(index: Index, facet: str) -> dict[str, int]:
    """Return a facet's values with how many items bear each, most frequent first."""
    return {value: len(places) for value, places in index.catalogue.facets[facet].items()}
