"""What a dialog shows of one title, and a table of several: labels and values, ready to draw."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.answers.wording import ENGLISH, Wording
from agent.cards import Card, make_card
from data.index import Index
from data.items import Item
from tools.lookup import alike, compare, franchise, tones

SIMILAR = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A fact's label, and its values: one of a title, or one for each of several."""

    label: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Tell whether the titles differ in it."""
        return len(set(self.values)) > 1


@dataclass(frozen=True, slots=True)
class Tone:
    """A tone's two ends, and places on it, −1…1."""

    low: str
    high: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One title of a franchise, in the order to watch; `here` is the one that is looked at."""

    id: str
    title: str
    told: str
    here: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """All of one title."""

    card: Card
    facts: tuple[Row, ...]
    tones: tuple[Tone, ...]
    order: tuple[Entry, ...]
    similar: tuple[Card, ...]
    suits: str


@dataclass(frozen=True, slots=True)
class Table:
    """Several titles side by side, and what all of them share."""

    cards: tuple[Card, ...]
    rows: tuple[Row, ...]
    tones: tuple[Tone, ...]
    shared: tuple[str, ...]


def make_sheet(index: Index, item_id: str, language: str = ENGLISH) -> Sheet:
    """Return the sheet of a title that the catalogue has, in a language."""
    item, wording = index.catalogue[item_id], Wording(index.catalogue.profile, language)
    similar = (index.catalogue[each] for each in alike(index, item, SIMILAR))
    return Sheet(
        card=make_card(index, item, 0, {}, language),
        facts=tuple(_rows(wording, [item])),
        tones=tuple(_tones(wording, [tones(index, item)])),
        order=tuple(_order(wording, item, franchise(index, item))),
        similar=tuple(make_card(index, each, 0, {}, language) for each in similar),
        suits=item.suits,
    )


def make_table(index: Index, ids: Sequence[str], language: str = ENGLISH) -> Table:
    """Return the titles of the ids that the catalogue has, side by side, in a language."""
    items = [index.catalogue[each] for each in dict.fromkeys(ids) if each in index.catalogue]
    wording = Wording(index.catalogue.profile, language)
    compared = compare(index, [item.id for item in items])
    return Table(
        cards=tuple(make_card(index, item, 0, {}, language) for item in items),
        rows=tuple(_rows(wording, items)),
        tones=tuple(_tones(wording, [each["tones"] for each in compared["items"]])),
        shared=tuple(compared["shared"]),
    )


def _rows(wording: Wording, items: Sequence[Item]) -> Iterator[Row]:
    for name, number in wording.profile.numbers.items():
        if number.state and any(name in item.numbers for item in items):
            told = (
                wording.figure(name, item.numbers[name]) if name in item.numbers else "–"
                for item in items
            )
            yield Row(wording.label(name), tuple(told))
    for name in wording.profile.facets:
        if any(name in item.facets for item in items):
            yield Row(
                wording.label(name),
                tuple(", ".join(item.facets.get(name, ())) or "–" for item in items),
            )


def _tones(wording: Wording, places: Sequence[Mapping[str, float]]) -> Iterator[Tone]:
    for axis in wording.profile.tones:
        yield Tone(
            wording.tone(axis, -1), wording.tone(axis, 1), tuple(each[axis] for each in places)
        )


def _order(wording: Wording, item: Item, entries: Sequence[Mapping[str, Any]]) -> Iterator[Entry]:
    for each in entries:
        told = [
            wording.figure(name, each["facts"][name])
            for name, number in wording.profile.numbers.items()
            if name in wording.profile.card
            and number.kind in ("year", "amount")
            and name in each["facts"]
        ]
        yield Entry(each["id"], each["title"], " · ".join(told), each["id"] == item.id)
