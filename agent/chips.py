"""Wishes as chips: a short label, and the change that takes the wish back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Literal

from agent.answers.wording import ENGLISH, Wording
from data.catalogue import Catalogue
from data.items import fold
from data.profile import Number
from tools.applying import FURTHEST
from tools.change import Bounds, Change, Critique
from tools.preferences import Preferences, Range, ToneWish, Value, Wanted
from tools.wording import plain_figure

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


def chips(catalogue: Catalogue, preferences: Preferences, language: str = ENGLISH) -> list[Chip]:
    """Return a chip for every wish, in the order people would say them, in a language."""
    wording = Wording(catalogue.profile, language)
    found = [
        *_likings(wording, catalogue, preferences),
        *_measures(wording, preferences),
        *_vetoes(wording, catalogue, preferences),
    ]
    return list({chip.name: chip for chip in reversed(found)}.values())[::-1]


def _likings(wording: Wording, catalogue: Catalogue, preferences: Preferences) -> Iterator[Chip]:
    if preferences.personal:
        yield _chip(wording.say("wishes.personal"), "personal")
    for each in preferences.anchors:
        yield _chip(wording.say("wishes.like", titles=_title(catalogue, each)), each)
    echoed = [value for value in preferences.prefer if _echoes(value, preferences.about)]
    if preferences.about:
        shared = (f"{value.facet}:{value.value}" for value in echoed)
        yield _chip(f"“{_shortened(preferences.about)}”", "about", *shared)
    for wanted in preferences.require:
        yield _chip(wording.listed(wanted.any_of, "or"), *_values(wanted))
    for value in preferences.prefer:
        if value not in echoed:
            yield _chip(value.value, f"{value.facet}:{value.value}")


def _echoes(value: Value, about: str) -> bool:
    """Tell whether a favoured value only repeats what the free text says."""
    return f" {fold(value.value)} " in f" {fold(about)} "


def _measures(wording: Wording, preferences: Preferences) -> Iterator[Chip]:
    for wish in preferences.tones:
        yield _tone(wording, wish)
    for bound in preferences.ranges:
        yield _range(wording, bound)
    if order := preferences.order:
        yield _chip(wording.say("wishes.first", words=order.words or order.number), "order")


def _tone(wording: Wording, wish: ToneWish) -> Chip:
    words = wording.tone(wish.axis, wish.steps)
    direction: Literal[-1, 1] = 1 if wish.steps > 0 else -1
    further = Critique(wish.axis, direction, words)
    back = Critique(wish.axis, -direction, wish.words, back=True)
    return replace(
        _chip(wording.tone_wish(wish.axis, wish.steps), wish.axis),
        origin=_origin(wish),
        less=Change(tones=(back,)) if abs(wish.steps) > 1 else Change(forget=(wish.axis,)),
        more=Change(tones=(further,)) if abs(wish.steps) < FURTHEST else None,
    )


def _range(wording: Wording, bound: Range) -> Chip:
    chip = _chip(bounds_in_words(wording, bound), bound.number)
    number = wording.profile.numbers[bound.number]
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


def _vetoes(wording: Wording, catalogue: Catalogue, preferences: Preferences) -> Iterator[Chip]:
    for value in preferences.exclude:
        label = wording.say("wishes.no", values=value.value)
        yield _chip(label, f"{value.facet}:{value.value}")
    for field in ("loved", "seen", "disliked", "unlike"):
        yield from _items(wording, catalogue, field, getattr(preferences, field))


def _items(
    wording: Wording, catalogue: Catalogue, field: str, ids: Sequence[str]
) -> Iterator[Chip]:
    if len(ids) > SINGLY:
        titles = wording.listed([_title(catalogue, each) for each in ids])
        label = wording.say(f"wishes.{field}", titles=f"{len(ids)} {wording.many}")
        yield replace(_chip(label, field), origin=titles)
        return
    for each in ids:
        label = wording.say(f"wishes.{field}", titles=_title(catalogue, each))
        yield _chip(label, f"{field}:{each}")


def bounds_in_words(wording: Wording, bound: Range) -> str:
    """Return bounds as a chip says them: "up to 25 episodes", "hidden gems"."""
    number = wording.profile.numbers[bound.number]
    if bound.words and not number.state:
        return bound.words
    if number.kind == "year" and bound.low == bound.high:
        return plain_figure(number, bound.low)
    return wording.range(bound)


def _chip(label: str, *forget: str) -> Chip:
    return Chip("+".join(forget), label, Change(forget=forget))


def _values(wanted: Wanted) -> Iterator[str]:
    return (f"{wanted.facet}:{value}" for value in wanted.any_of)


def _title(catalogue: Catalogue, item: str) -> str:
    return _shortened(catalogue[item].title if item in catalogue else item)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"
