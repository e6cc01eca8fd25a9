"""What a result card shows, as the profile declares it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.answers.wording import ENGLISH, Wording
from data.index import Index
from data.items import Item, fold
from data.profile import Number
from tools.lookup import address

TAGS = 4
NOTES = 4
NATIVE = 0x2E80  # where the scripts of East Asia begin in Unicode


@dataclass(frozen=True, slots=True)
class Card:
    """One title as a card shows it; `shade` is −1…1, its place on the profile's first tone.

    `new` tells that it joined titles that stayed; `evidence` names what added to its score, most
    first; `notes` are what it warns of.
    """

    id: str
    rank: int
    title: str
    facts: tuple[str, ...] = ()
    score: str = ""
    tags: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    story: str = ""
    native: str = ""
    link: str = ""
    image: str = ""
    shade: float = 0.0
    alias: str = ""
    notes: tuple[str, ...] = ()
    evidence: tuple[tuple[str, float], ...] = ()
    similarity: float = 0.0
    new: bool = False


def make_cards(
    index: Index, recommendations: Sequence[Mapping[str, Any]], language: str = ENGLISH
) -> list[Card]:
    """Return the cards of a list, each with its reasons; figures are said in a language."""
    return [
        make_card(index, index.catalogue[each["id"]], rank, each, language)
        for rank, each in enumerate(recommendations, start=1)
        if each["id"] in index.catalogue
    ]


def make_card(
    index: Index, item: Item, rank: int, told: Mapping[str, Any], language: str = ENGLISH
) -> Card:
    """Return the card of one title, with what a list told of it."""
    names = [name for name in item.aliases if fold(name) != fold(item.title)]
    contributions = told.get("contributions", {})
    return Card(
        id=item.id,
        rank=rank,
        title=item.title,
        facts=tuple(_facts(index, item, language)),
        score=_score(index, item, language),
        tags=_tags(index, item),
        because=tuple(told.get("because", ())),
        story=item.description,
        native=next((name for name in names if _is_native(name)), ""),
        link=item.link or address(index, item),
        image=item.image,
        shade=_shade(index, item),
        alias=next((name for name in names if not _is_native(name)), ""),
        notes=_notes(index, item),
        evidence=tuple(sorted(contributions.items(), key=lambda pair: -abs(pair[1]))),
        similarity=told.get("similarity", 0.0),
        new=told.get("new", False),
    )


def _is_native(name: str) -> bool:
    return any(ord(character) >= NATIVE for character in name)


def _facts(index: Index, item: Item, language: str) -> list[str]:
    profile = index.catalogue.profile
    wording, told = Wording(profile, language), []
    for name in profile.card:
        number, facet = profile.numbers.get(name), profile.facets.get(name)
        if number and _plain(number) and name in item.numbers:
            told.append(wording.figure(name, item.numbers[name]))
        elif facet and facet.single:
            told += item.facets.get(name, ())[:1]
    return told


def _plain(number: Number) -> bool:
    return number.state and number.kind != "score"


def _score(index: Index, item: Item, language: str) -> str:
    profile = index.catalogue.profile
    numbers = profile.numbers
    name = next((each for each, number in numbers.items() if number.kind == "score"), "")
    known = name in item.numbers
    return Wording(profile, language).figure(name, item.numbers[name]) if known else ""


def _tags(index: Index, item: Item) -> tuple[str, ...]:
    profile = index.catalogue.profile
    several = [name for name in profile.card if name in profile.facets]
    many = next((name for name in several if not profile.facets[name].single), "")
    return item.facets.get(many, ())[:TAGS]


def _notes(index: Index, item: Item) -> tuple[str, ...]:
    """Return the values that items are neither found nor compared by: they warn."""
    facets = index.catalogue.profile.facets
    warning = [
        name
        for name, facet in facets.items()
        if not (facet.weight or facet.in_document or facet.single)
    ]
    return tuple(value for name in warning for value in item.facets.get(name, ()))[:NOTES]


def _shade(index: Index, item: Item) -> float:
    axes = index.manifest.axes
    if not axes:
        return 0.0
    return float(index.tone(axes[0])[index.catalogue.position[item.id]])
