"""Wishes as chips: a short label, and the change that takes the wish back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from data.catalogue import Catalogue
from data.profile import Profile
from tools.change import Change
from tools.preferences import Preferences, Range, Wanted
from tools.wording import listed, plain_figure, range_in_words, tone_words

LONGEST = 40  # characters of a label
SINGLY = 2  # so many seen or rejected items have a chip each; more share one


@dataclass(frozen=True, slots=True)
class Chip:
    """One wish: `name` is unique among the chips, `change` takes the wish back."""

    name: str
    label: str
    change: Change

    @property
    def message(self) -> str:
        """What taking it back says in the conversation."""
        return f"Remove: {self.label}"


def chips(catalogue: Catalogue, preferences: Preferences) -> list[Chip]:
    """Return a chip for every wish, in the order people would say them."""
    found = [
        *_likings(catalogue, preferences),
        *_measures(catalogue, preferences),
        *_vetoes(catalogue, preferences),
    ]
    return list({chip.name: chip for chip in reversed(found)}.values())[::-1]


def _likings(catalogue: Catalogue, preferences: Preferences) -> Iterator[Chip]:
    for each in preferences.anchors:
        yield _chip(f"like {_title(catalogue, each)}", each)
    if preferences.about:
        yield _chip(f"“{_shortened(preferences.about)}”", "about")
    for wanted in preferences.require:
        yield _chip(listed(wanted.any_of, "or"), *_values(wanted))
    for value in preferences.prefer:
        yield _chip(value.value, f"{value.facet}:{value.value}")


def _measures(catalogue: Catalogue, preferences: Preferences) -> Iterator[Chip]:
    profile = catalogue.profile
    for wish in preferences.tones:
        words = tone_words(profile, wish.axis, wish.steps)
        yield _chip(f"{words} still" if abs(wish.steps) > 1 else words, wish.axis)
    for bound in preferences.ranges:
        yield _chip(bounds_in_words(profile, bound), bound.number)
    if preferences.order:
        yield _chip(f"{preferences.order.words or preferences.order.number} first", "order")


def _vetoes(catalogue: Catalogue, preferences: Preferences) -> Iterator[Chip]:
    for value in preferences.exclude:
        yield _chip(f"no {value.value}", f"{value.facet}:{value.value}")
    yield from _items(catalogue, "seen", "seen", preferences.seen)
    yield from _items(catalogue, "disliked", "not", preferences.disliked)


def _items(catalogue: Catalogue, field: str, word: str, ids: Sequence[str]) -> Iterator[Chip]:
    if len(ids) > SINGLY:
        yield _chip(f"{word}: {len(ids)} {catalogue.profile.noun.many}", field)
        return
    for each in ids:
        yield _chip(f"{word}: {_title(catalogue, each)}", f"{field}:{each}")


def bounds_in_words(profile: Profile, bound: Range) -> str:
    """Return bounds as a chip says them: "up to 25 episodes", "hidden gems"."""
    number = profile.numbers[bound.number]
    if bound.words and not number.state:
        return bound.words
    if number.kind == "year" and bound.low == bound.high:
        return plain_figure(number, bound.low)
    return range_in_words(profile, bound)


def _chip(label: str, *forget: str) -> Chip:
    return Chip("+".join(forget), label, Change(forget=forget))


def _values(wanted: Wanted) -> Iterator[str]:
    return (f"{wanted.facet}:{value}" for value in wanted.any_of)


def _title(catalogue: Catalogue, item: str) -> str:
    return _shortened(catalogue[item].title if item in catalogue else item)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
