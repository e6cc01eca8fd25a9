"""What is worth telling of each item of a list: what the list does not say by itself."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from data.index import Index
from data.items import Item
from tools.candidates import Candidate
from tools.evidence import FEW, TELLING, because, without_doubles
from tools.preferences import Preferences
from tools.reasons import Figure, Reason, Values

OWN = 3
"""Values named of an item about which there is nothing else to say."""


def telling(
    index: Index, candidates: Sequence[Candidate], preferences: Preferences
) -> list[list[Reason]]:
    """Return the reasons for each item of a list, strongest first.

    Left out is what the answer says anyway: wishes that all items meet, figures that stand beside
    the title, and what is true of every item. No two items are told of alike.
    """
    items = [index.catalogue[each.id] for each in candidates]
    stated = _stated(items, preferences)
    told = [because(index, one, preferences) for one in candidates]
    kept = [[_beyond(index, each, stated) for each in reasons] for reasons in told]
    found = _apart([[each for each in few if each is not None] for few in kept])
    alike = Counter(tuple(map(repr, reasons)) for reasons in found)
    return [
        (reasons if reasons and alike[tuple(map(repr, reasons))] == 1 else [*reasons, *own])[:FEW]
        for reasons, own in zip(found, _own(index, items), strict=True)
    ]


def _stated(items: Sequence[Item], preferences: Preferences) -> frozenset[str]:
    """Return the required values that every item bears: the answer's opening names them."""
    return frozenset(
        group.any_of[0]
        for group in preferences.require
        if len(group.any_of) == 1
        and all(group.any_of[0] in item.facets.get(group.facet, ()) for item in items)
    )


def _beyond(index: Index, reason: Reason, stated: frozenset[str]) -> Reason | None:
    """Return a reason without what is said elsewhere, None where that is all of it."""
    slots = dict(reason.slots)
    for name, slot in slots.items():
        if isinstance(slot, Figure) and slot.number in index.catalogue.profile.card:
            return None if reason.kind in {"asked", "figure", "rated"} else reason
        if isinstance(slot, Values) and reason.kind == "has":
            values = tuple(value for value in slot.values if value not in stated)
            return replace(reason, slots={name: replace(slot, values=values)}) if values else None
    return reason


def _apart(found: Sequence[list[Reason]]) -> list[list[Reason]]:
    """Return the reasons without those that are the same for every item."""
    if len(found) < 2:
        return list(found)
    counts = Counter(repr(reason) for reasons in found for reason in reasons)
    return [[each for each in few if counts[repr(each)] < len(found)] for few in found]


def _own(index: Index, items: Sequence[Item]) -> list[list[Reason]]:
    """Return for each item the telling values that few of the others bear, rarest first."""
    catalogue = index.catalogue
    borne = Counter(value for item in items for few in item.facets.values() for value in few)
    found: list[list[Reason]] = []
    for item in items:
        rare: list[tuple[int, int, str]] = []
        for name, facet in catalogue.profile.facets.items():
            if facet.single or not facet.weight or not facet.guess:
                continue
            for value in item.facets.get(name, ()):
                bearing = len(catalogue.facets[name][value])
                apart = borne[value] < len(items) or len(items) == 1
                if apart and bearing < TELLING * len(catalogue):
                    rare.append((borne[value], bearing, value))
        values = without_doubles([value for *_, value in sorted(rare)])[:OWN]
        found.append([Reason("has", {"values": Values(tuple(values))})] if values else [])
    return found
