"""Wishes as chips: a short label, and the change that takes the wish back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Literal

from agent.answers.wording import Wording
from data.catalogue import Catalogue
from data.items import fold
from data.profile import Number, Profile
from tools.applying import FURTHEST
from tools.change import Bounds, Change, Critique
from tools.preferences import Preferences, Range, ToneWish, Value, Wanted
from tools.wording import listed, plain_figure

LONGEST = 40  # characters of a label
SINGLY = 2  # so many seen or rejected items have a chip each; more share one


@dataclass(frozen=True, slots=True)
class Chip:
    """One wish: `name` is unique among the chips, `change` takes the wish back.

    `origin` is what it came from; `less` and `more` are the changes that move it a step.
    """

    name: str
    label: str
    change: Change
    origin: str = ""
    less: Change | None = None
    more: Change | None = None

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
    if preferences.personal:
        yield _chip("to your taste", "personal")
    for each in preferences.anchors:
        yield _chip(f"like {_title(catalogue, each)}", each)
    echoed = [value for value in preferences.prefer if _echoes(value, preferences.about)]
    if preferences.about:
        shared = (f"{value.facet}:{value.value}" for value in echoed)
        yield _chip(f"“{_shortened(preferences.about)}”", "about", *shared)
    for wanted in preferences.require:
        yield _chip(listed(wanted.any_of, "or"), *_values(wanted))
    for value in preferences.prefer:
        if value not in echoed:
            yield _chip(value.value, f"{value.facet}:{value.value}")


def _echoes(value: Value, about: str) -> bool:
    """Tell whether a favoured value only repeats what the free text says."""
    return f" {fold(value.value)} " in f" {fold(about)} "


def _measures(catalogue: Catalogue, preferences: Preferences) -> Iterator[Chip]:
    profile = catalogue.profile
    for wish in preferences.tones:
        yield _tone(profile, wish)
    for bound in preferences.ranges:
        yield _range(profile, bound)
    if preferences.order:
        yield _chip(f"{preferences.order.words or preferences.order.number} first", "order")


def _tone(profile: Profile, wish: ToneWish) -> Chip:
    words = Wording(profile).tone(wish.axis, wish.steps)
    direction: Literal[-1, 1] = 1 if wish.steps > 0 else -1
    further = Critique(wish.axis, direction, words)
    back = Critique(wish.axis, -direction, wish.words, back=True)
    return replace(
        _chip(f"{words} still" if abs(wish.steps) > 1 else words, wish.axis),
        origin=_origin(wish),
        less=Change(tones=(back,)) if abs(wish.steps) > 1 else Change(forget=(wish.axis,)),
        more=Change(tones=(further,)) if abs(wish.steps) < FURTHEST else None,
    )


def _range(profile: Profile, bound: Range) -> Chip:
    chip = _chip(bounds_in_words(profile, bound), bound.number)
    number = profile.numbers[bound.number]
    if not number.state or (bound.low == -inf) == (bound.high == inf):
        return replace(chip, origin=_origin(bound))
    return replace(
        chip,
        origin=_origin(bound),
        less=_moved(number, bound, -1),
        more=_moved(number, bound, 1),
    )


def _moved(number: Number, bound: Range, direction: Literal[-1, 1]) -> Change | None:
    """Return the change that moves a range's one bound by the number's step."""
    figure = bound.low if bound.high == inf else bound.high
    least = 10.0**-number.decimals
    step = max(least, round(figure * number.step, number.decimals))
    moved = round(figure + direction * step, number.decimals)
    if moved < least:
        return None
    low, high = (moved, inf) if bound.high == inf else (-inf, moved)
    return Change(bounds=(Bounds(bound.number, low, high),))


def _origin(wish: Range | ToneWish) -> str:
    """Return the words a wish came from, and what they were relative to."""
    said = f"“{wish.words}”" if wish.words else ""
    return " · ".join(part for part in (said, wish.reference) if part)


def _vetoes(catalogue: Catalogue, preferences: Preferences) -> Iterator[Chip]:
    for value in preferences.exclude:
        yield _chip(f"no {value.value}", f"{value.facet}:{value.value}")
    yield from _items(catalogue, "loved", "loved", preferences.loved)
    yield from _items(catalogue, "seen", "seen", preferences.seen)
    yield from _items(catalogue, "disliked", "not", preferences.disliked)
    yield from _items(catalogue, "unlike", "not like", preferences.unlike)


def _items(catalogue: Catalogue, field: str, word: str, ids: Sequence[str]) -> Iterator[Chip]:
    if len(ids) > SINGLY:
        titles = listed([_title(catalogue, each) for each in ids])
        label = f"{word}: {len(ids)} {catalogue.profile.noun.many}"
        yield replace(_chip(label, field), origin=titles)
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
    return Wording(profile).range(bound)


def _chip(label: str, *forget: str) -> Chip:
    return Chip("+".join(forget), label, Change(forget=forget))


def _values(wanted: Wanted) -> Iterator[str]:
    return (f"{wanted.facet}:{value}" for value in wanted.any_of)


def _title(catalogue: Catalogue, item: str) -> str:
    return _shortened(catalogue[item].title if item in catalogue else item)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
