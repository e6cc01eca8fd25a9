"""Why an item is recommended: sentences made of what the catalogue says of it."""

from collections.abc import Iterator

import numpy as np

from data.catalogue import Catalogue
from data.index import Index
from data.items import Item
from tools.candidates import Candidate
from tools.preferences import Preferences, ToneWish, Value
from tools.selection import bearers
from tools.wording import figure, listed, tone_words

FEW = 4  # reasons a card can carry
MANY_SHARED = 4  # shared values named in one sentence
TELLING = 0.4  # a value that over this share of the catalogue has says nothing
NOTABLE_TONE = 0.1  # a smaller difference is not worth claiming
ACCLAIMED, RENOWNED = 0.9, 0.9  # shares of the catalogue that an item outranks
CROWDED = 0.5  # what the crowd must add to a score to be a reason
UNKNOWN, WELL_RATED = 0.35, 0.6


def because(index: Index, candidate: Candidate, preferences: Preferences) -> list[str]:
    """Return the reasons for an item, strongest first; nothing that the catalogue does not say."""
    item = index.catalogue[candidate.id]
    reasons = [
        *_likeness(index, item, preferences),
        *_crowd(index, candidate, preferences),
        *_meaning(index, candidate, preferences),
        *_tones(index, item, preferences),
        *_ranges(index, item, preferences),
        *_facets(item, preferences),
        *_standing(index, item, preferences),
    ]
    return list(dict.fromkeys(reasons))[:FEW]


def _likeness(index: Index, item: Item, preferences: Preferences) -> Iterator[str]:
    for anchor in preferences.anchors or preferences.loved[-1:]:
        other = index.catalogue[anchor]
        shared = shared_values(index, item, other)
        if shared:
            yield f"shares {listed(shared[:MANY_SHARED])} with {other.title}"


def _crowd(index: Index, candidate: Candidate, preferences: Preferences) -> Iterator[str]:
    if len(preferences.anchors) == 1 and candidate.contributions.get("crowd", 0.0) >= CROWDED:
        yield f"liked by the same people as {index.catalogue[preferences.anchors[0]].title}"


def shared_values(index: Index, one: Item, other: Item) -> list[str]:
    """Return the telling facet values that two items share, rarest first."""
    catalogue = index.catalogue
    found: list[tuple[int, str]] = []
    for name, facet in catalogue.profile.facets.items():
        if not facet.weight or facet.single:
            continue  # that both are TV series for teens tells nobody anything
        for value in set(one.facets.get(name, ())) & set(other.facets.get(name, ())):
            bearing = len(catalogue.facets[name][value])
            if bearing < TELLING * len(catalogue):
                found.append((bearing, value))
    return [value for _, value in sorted(found)]


def _meaning(index: Index, candidate: Candidate, preferences: Preferences) -> Iterator[str]:
    if not preferences.about:
        return
    position = index.catalogue.position[candidate.id]
    words = [w for w in preferences.about.replace(",", " ").split() if len(w) > 2]
    hits = [word for word in words if position in index.containing(word)]
    if hits:
        yield f"mentions {listed([f'“{word}”' for word in hits[:3]])}"
    elif candidate.similarity >= index.manifest.threshold:
        yield f"its story is close in meaning to “{preferences.about}”"


def _tones(index: Index, item: Item, preferences: Preferences) -> Iterator[str]:
    for wish in preferences.tones:
        if (sentence := tone_sentence(index, item, wish)) is not None:
            yield sentence


def tone_sentence(index: Index, item: Item, wish: ToneWish) -> str | None:
    """Return how an item's tone differs from the wish's reference, if it notably does."""
    direction = 1 if wish.steps > 0 else -1
    column = direction * index.tone(wish.axis)
    than = direction * wish.than
    if not wish.reference:
        than = max(than, float(np.median(column)))
    if column[index.catalogue.position[item.id]] - than < NOTABLE_TONE:
        return None
    word = tone_words(index.catalogue.profile, wish.axis, wish.steps)
    return f"{word} than {wish.reference or 'most'}"


def _ranges(index: Index, item: Item, preferences: Preferences) -> Iterator[str]:
    profile = index.catalogue.profile
    for bound in preferences.ranges:
        number = profile.numbers[bound.number]
        if bound.number in item.numbers and number.state and number.kind != "score":
            value = figure(number, item.numbers[bound.number])
            shown = value if number.one or number.kind == "year" else f"{number.label} {value}"
            asked = bound.words and not bound.reference
            yield f"{shown}, as you asked" if asked else shown


def _facets(item: Item, preferences: Preferences) -> Iterator[str]:
    wished = [Value(group.facet, each) for group in preferences.require for each in group.any_of]
    wished += preferences.prefer
    met = [each.value for each in wished if each.value in item.facets.get(each.facet, ())]
    if met:
        yield f"has {listed(list(dict.fromkeys(met)))}"


def _standing(index: Index, item: Item, preferences: Preferences) -> Iterator[str]:
    catalogue = index.catalogue
    position = catalogue.position[item.id]
    score = next((n for n, k in catalogue.profile.numbers.items() if k.kind == "score"), "")
    rated = score in item.numbers
    if rated and catalogue.acclaim[position] >= ACCLAIMED:
        yield f"among the best rated here ({item.numbers[score]:g})"
    elif rated and _unsung(catalogue, position):
        yield f"little known, yet rated {item.numbers[score]:g}"
    elif catalogue.renown[position] >= RENOWNED and not preferences.anchors:
        yield "among the best known here"
    elif rated:
        yield f"rated {item.numbers[score]:g}"


def _unsung(catalogue: Catalogue, position: int) -> bool:
    known = not np.isnan(catalogue.audience[position])
    little = known and catalogue.renown[position] <= UNKNOWN
    return bool(little and catalogue.acclaim[position] > WELL_RATED)


def bears(index: Index, item: Item, preferences: Preferences) -> bool:
    """Tell whether an item bears something that is vetoed."""
    position = index.catalogue.position[item.id]
    return any(position in bearers(index, value) for value in preferences.exclude)
