"""Why an item is recommended: reasons made of what the catalogue says of it."""

from collections.abc import Iterator, Sequence

import numpy as np

from data.catalogue import Catalogue
from data.index import Index
from data.items import Item, fold
from tools.candidates import Candidate
from tools.preferences import Preferences, ToneWish, Value
from tools.reasons import Figure, Reason, Titles, ToneStep, Values
from tools.selection import bearers

FEW = 4  # reasons a card can carry
MANY_SHARED = 4  # shared values named in one sentence
MANY_TEXTS = 0.3  # a word that over this share of the texts has is no evidence
TELLING = 0.4  # a value that over this share of the catalogue has says nothing
NOTABLE_TONE = 0.1  # a smaller difference is not worth claiming
ACCLAIMED, RENOWNED = 0.9, 0.9  # shares of the catalogue that an item outranks
CROWDED = 0.5  # what the crowd must add to a score to be a reason
UNKNOWN, WELL_RATED = 0.35, 0.6


def because(index: Index, candidate: Candidate, preferences: Preferences) -> list[Reason]:
    """Return the reasons for an item, strongest first; nothing that the catalogue does not say."""
    item = index.catalogue[candidate.id]
    reasons = [
        *_likeness(index, item, candidate, preferences),
        *_crowd(index, candidate, preferences),
        *_meaning(index, candidate, preferences),
        *_tones(index, item, preferences),
        *_ranges(index, item, preferences),
        *_facets(item, preferences),
        *_standing(index, item, preferences),
    ]
    return [each for place, each in enumerate(reasons) if each not in reasons[:place]][:FEW]


def _likeness(
    index: Index, item: Item, candidate: Candidate, preferences: Preferences
) -> Iterator[Reason]:
    if candidate.contributions.get("facets", 1.0) <= 0:
        return  # what is shared took more than it gave
    for anchor in preferences.anchors or preferences.loved[-1:]:
        other = index.catalogue[anchor]
        shared = shared_values(index, item, other)
        if shared:
            values = Values(tuple(without_doubles(shared)[:MANY_SHARED]))
            yield Reason("shared", {"values": values, "title": Titles((other.title,))})


def _crowd(index: Index, candidate: Candidate, preferences: Preferences) -> Iterator[Reason]:
    if len(preferences.anchors) == 1 and candidate.contributions.get("crowd", 0.0) >= CROWDED:
        title = index.catalogue[preferences.anchors[0]].title
        yield Reason("crowd", {"title": Titles((title,))})


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


def _meaning(index: Index, candidate: Candidate, preferences: Preferences) -> Iterator[Reason]:
    if not preferences.about:
        return
    position = index.catalogue.position[candidate.id]
    words = [w for w in preferences.about.replace(",", " ").split() if len(w) > 2]
    hits = [word for word in words if _tells(index, word, position)]
    if hits:
        yield Reason("mentions", {"words": Values(tuple(f"“{word}”" for word in hits[:3]))})
    elif candidate.similarity >= index.manifest.threshold:
        yield Reason("near", {"text": preferences.about})


def _tells(index: Index, word: str, position: int) -> bool:
    """Tell whether an item's text has a word that not many have."""
    bearing = index.containing(word)
    return position in bearing and len(bearing) < MANY_TEXTS * len(index.catalogue)


def without_doubles(values: Sequence[str]) -> list[str]:
    """Return values without those that say what an earlier one does: "Superpowers"."""
    kept: list[str] = []
    for value in values:
        if not any(_bare(each) == _bare(value) for each in kept):
            kept.append(value)
    return kept


def _bare(value: str) -> str:
    return fold(value).replace(" ", "").removesuffix("s")


def _tones(index: Index, item: Item, preferences: Preferences) -> Iterator[Reason]:
    for wish in preferences.tones:
        if (reason := tone_reason(index, item, wish)) is not None:
            yield reason


def tone_reason(index: Index, item: Item, wish: ToneWish) -> Reason | None:
    """Return how an item's tone differs from the wish's reference, if it notably does."""
    direction = 1 if wish.steps > 0 else -1
    column = direction * index.tone(wish.axis)
    than = direction * wish.than
    if not wish.reference:
        than = max(than, float(np.median(column)))
    if column[index.catalogue.position[item.id]] - than < NOTABLE_TONE:
        return None
    tone = ToneStep(wish.axis, direction)
    if not wish.reference:
        return Reason("tone_most", {"tone": tone})
    return Reason("tone", {"tone": tone, "reference": wish.reference})


def _ranges(index: Index, item: Item, preferences: Preferences) -> Iterator[Reason]:
    profile = index.catalogue.profile
    for bound in preferences.ranges:
        number = profile.numbers[bound.number]
        if bound.number in item.numbers and number.state and number.kind != "score":
            asked = bound.words and not bound.reference
            figure = Figure(bound.number, item.numbers[bound.number])
            yield Reason("asked" if asked else "figure", {"figure": figure})


def _facets(item: Item, preferences: Preferences) -> Iterator[Reason]:
    wished = [Value(group.facet, each) for group in preferences.require for each in group.any_of]
    wished += preferences.prefer
    met = [each.value for each in wished if each.value in item.facets.get(each.facet, ())]
    if met:
        yield Reason("has", {"values": Values(tuple(without_doubles(met)))})


def _standing(index: Index, item: Item, preferences: Preferences) -> Iterator[Reason]:
    catalogue = index.catalogue
    position = catalogue.position[item.id]
    score = next((n for n, k in catalogue.profile.numbers.items() if k.kind == "score"), "")
    rated = score in item.numbers
    if rated and catalogue.acclaim[position] >= ACCLAIMED:
        yield Reason("best_rated", {"figure": Figure(score, item.numbers[score], bare=True)})
    elif rated and _unsung(catalogue, position):
        yield Reason("unsung", {"figure": Figure(score, item.numbers[score], bare=True)})
    elif catalogue.renown[position] >= RENOWNED and not preferences.anchors:
        yield Reason("best_known")
    elif rated:
        yield Reason("rated", {"figure": Figure(score, item.numbers[score], bare=True)})


def _unsung(catalogue: Catalogue, position: int) -> bool:
    known = not np.isnan(catalogue.audience[position])
    little = known and catalogue.renown[position] <= UNKNOWN
    return bool(little and catalogue.acclaim[position] > WELL_RATED)


def bears(index: Index, item: Item, preferences: Preferences) -> bool:
    """Tell whether an item bears something that is vetoed."""
    position = index.catalogue.position[item.id]
    return any(position in bearers(index, value) for value in preferences.exclude)
