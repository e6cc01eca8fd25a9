"""Reasons, wishes and remarks in the words of one language."""

from collections.abc import Mapping, Sequence
from functools import cache
from math import inf
from pathlib import Path
from typing import Any

from data.catalogue import Catalogue
from data.items import Item, fold
from data.profile import Number, NumberWords, Profile, ToneWords, Vocabulary
from data.yamlfile import parse_yaml
from infra.errors import OsusumeError
from tools.policies import disclosed
from tools.preferences import Preferences, Range
from tools.reasons import SHOWN, Figure, Reason, Slot, Titles, ToneStep, Values
from tools.selection import TEXT
from tools.wording import plain_figure

FOLDER = Path(__file__).parents[1] / "languages"
MOST_UNWANTED = 4
"""Vetoes that an answer names; of more it says how many there are."""

ENGLISH = "en"


class WordingError(OsusumeError):
    """A language's answers that cannot be read."""


@cache
def phrases(code: str) -> Mapping[str, Any]:
    """Return the wordings of a language by key; English ones where it has none.

    Raises WordingError with the file and what is wrong with it.
    """
    path = FOLDER / code / "answers.yaml"
    if not path.is_file():
        return phrases(ENGLISH)
    try:
        declared, _ = parse_yaml(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise WordingError(f"Cannot read {path}: {error}. Mend it.") from error
    found: Mapping[str, Any] = declared
    return found


def written(figure: str, code: str) -> str:
    """Return a figure in English writing, "1,303.5", as a language writes it: "1.303,5"."""
    return _marked(figure, phrases(code))


def _marked(figure: str, told: Mapping[str, Any]) -> str:
    marks = told["marks"]
    return figure.translate(str.maketrans({",": marks["thousands"], ".": marks["decimal"]}))


class Wording:
    """Say things about one catalogue in one language."""

    def __init__(self, profile: Profile, code: str = ENGLISH) -> None:
        """Use the wordings of a language, and the profile's vocabulary in it."""
        self.profile = profile
        self._phrases = phrases(code)
        self._english = code == ENGLISH or not (FOLDER / code / "answers.yaml").is_file()
        self._vocabulary = (
            Vocabulary() if self._english else profile.vocabularies.get(code, Vocabulary())
        )
        noun = self._vocabulary.noun or profile.noun
        self.one, self.many = noun.one, noun.many
        self.comma: str = self._phrases["comma"]

    def say(self, key: str, **slots: object) -> str:
        """Return a wording, `part.key`, with its slots filled in."""
        part, _, name = key.partition(".")
        known = self._phrases.get(part, {}).get(name)
        wording: str = known if known is not None else phrases(ENGLISH)[part][name]
        return wording.format(**slots) if slots else wording

    def varied(self, key: str, turn: int, **slots: object) -> str:
        """Return one of several wordings, another each turn."""
        part, _, name = key.partition(".")
        several = self._phrases.get(part, {}).get(name) or phrases(ENGLISH)[part][name]
        wording: str = several[(turn - 1) % len(several)]
        return wording.format(**slots) if slots else wording

    def listed(self, words: Sequence[str], joint: str = "and") -> str:
        """Return words as a list: "a, b and c"."""
        if len(words) < 2:
            return "".join(words)
        rest = self._phrases["comma"].join(words[:-1])
        joined: str = self._phrases[joint].format(rest=rest, last=words[-1])
        return joined

    def reason(self, reason: Reason, part: str = "reasons") -> str:
        """Return a reason as a clause."""
        slots = {name: self._slot(slot) for name, slot in reason.slots.items()}
        return self.say(f"{part}.{reason.kind}", **slots)

    def _slot(self, slot: Slot) -> str:
        if isinstance(slot, Titles):
            return self.listed(slot.titles)
        if isinstance(slot, Values):
            return self.listed(slot.values, "or" if slot.either else "and")
        if isinstance(slot, Figure):
            number = self.profile.numbers[slot.number]
            return (
                self._plain(number, slot.value) if slot.bare else self.fact(slot.number, slot.value)
            )
        if isinstance(slot, ToneStep):
            return self.tone(slot.axis, slot.direction)
        if isinstance(slot, Range):
            return self.range(slot)
        return self.say("reasons.shown") if slot == SHOWN else slot

    def fact(self, name: str, value: float) -> str:
        """Return a figure, with its number's name where it has no unit."""
        number = self.profile.numbers[name]
        shown = self.figure(name, value)
        bare = not number.one and number.kind != "year"
        return (
            self.say("wishes.about_number", label=self.label(name), figure=shown) if bare else shown
        )

    def figure(self, name: str, value: float) -> str:
        """Return a figure with its unit: "24 episodes", "1998", "8.76"."""
        number, own = self.profile.numbers[name], self._number(name)
        digits = f"{value:.0f}" if number.kind == "year" else self._digits(value, number.decimals)
        one, many = own.one or number.one, own.many or number.many
        unit = one if value == 1 else many
        return f"{number.prefix}{digits}{f' {unit}' if unit else ''}"

    def _digits(self, value: float, decimals: int) -> str:
        return _marked(f"{value:,.{decimals}f}", self._phrases)

    def count(self, number: int) -> str:
        """Return a whole number with the language's separators."""
        return self._digits(number, 0)

    def label(self, name: str) -> str:
        """Return what a number or facet is called."""
        if name in self.profile.numbers:
            return self._number(name).label or self.profile.numbers[name].label
        if labels := self._vocabulary.labels.get(name):
            return labels[0]
        return self.profile.facets[name].label if name in self.profile.facets else name

    def asks(self, name: str) -> str:
        """Return the profile's own question after a facet or number, "" where it has none."""
        declared = self.profile.facets.get(name) or self.profile.numbers.get(name)
        own = declared.ask if declared and self._english else ""
        return self._vocabulary.asks.get(name, own)

    def disclosed(self, item: Item) -> list[str]:
        """Return what the operator wants to be said beside an item."""
        return [
            self._vocabulary.disclose.get(facet, word)
            for facet, word in disclosed(self.profile.policies, item)
        ]

    def tone(self, axis: str, direction: int) -> str:
        """Return a tone's comparative: "darker"."""
        own = self._vocabulary.tones.get(axis, ToneWords())
        ends = self.profile.tones[axis]
        if direction > 0:
            return own.high.name or ends.high.name
        return own.low.name or ends.low.name

    def range(self, bound: Range) -> str:
        """Return bounds as people say them: "up to 26 episodes", "from 1990 to 1999"."""
        number = self.profile.numbers[bound.number]
        low, high = self._plain(number, bound.low), self._plain(number, bound.high)
        if number.kind == "year":
            return self._years(bound, low, high)
        last = bound.low if bound.high == inf else bound.high
        own = self._number(bound.number)
        unit = (own.one or number.one) if last == 1 else (own.many or number.many)
        figure = f"{self._plain(number, last)}{f' {unit}' if unit else ''}"
        if bound.low == bound.high:
            said = self.say("range.exact", figure=figure)
        elif bound.low == -inf:
            said = self.say("range.up_to", figure=figure)
        elif bound.high == inf:
            said = self.say("range.at_least", figure=figure)
        else:
            said = self.say("range.between", low=low, figure=figure)
        if number.many:
            return said
        return self.say("wishes.about_number", label=self.label(bound.number), figure=said)

    def plain(self, name: str, value: float) -> str:
        """Return a figure without its unit."""
        return self._plain(self.profile.numbers[name], value)

    def _plain(self, number: Number, value: float) -> str:
        digits = plain_figure(number, value).removeprefix(number.prefix)
        return f"{number.prefix if digits else ''}{_marked(digits, self._phrases)}"

    def _years(self, bound: Range, low: str, high: str) -> str:
        if bound.low == bound.high:
            return self.say("range.year_exact", low=low)
        if bound.low == -inf:
            return self.say("range.year_until", high=high)
        if bound.high == inf:
            return self.say("range.year_from", low=low)
        return self.say("range.year_between", low=low, high=high)

    def summary(self, catalogue: Catalogue, preferences: Preferences) -> list[str]:
        """Return what is wanted as short phrases, in the order people would say them."""

        def titles(ids: Sequence[str]) -> str:
            return self.listed([catalogue[each].title for each in ids])

        said = [self.say("wishes.personal")] if preferences.personal else []
        if preferences.anchors:
            said.append(self.say("wishes.like", titles=titles(preferences.anchors)))
        if preferences.unlike:
            said.append(self.say("wishes.unlike", titles=titles(preferences.unlike)))
        if about := _beside_values(preferences):
            said.append(self.say("wishes.about", text=about))
        said += [self.listed(group.any_of, "or") for group in preferences.require]
        echoed = f" {fold(preferences.about)} "
        required = {value for group in preferences.require for value in group.any_of}
        said += [
            self.say("wishes.with", value=v.value)
            for v in preferences.prefer
            if f" {fold(v.value)} " not in echoed and v.value not in required
        ]
        said += [self.tone_wish(wish.axis, wish.steps) for wish in preferences.tones]
        said += self._ranges(preferences)
        if preferences.exclude:
            said.append(self._unwanted([value.value for value in preferences.exclude]))
        if preferences.order:
            said.append(self.say("wishes.first", words=preferences.order.words))
        return said

    def _unwanted(self, values: Sequence[str]) -> str:
        if len(values) <= MOST_UNWANTED:
            return self.say("wishes.no", values=self.listed(values, "or"))
        named = self.comma.join(values[: MOST_UNWANTED - 1])
        return self.say("wishes.no_more", values=named, count=len(values) - MOST_UNWANTED + 1)

    def tone_wish(self, axis: str, steps: int) -> str:
        """Return a wished tone: "darker", "darker still"."""
        tone = self.tone(axis, steps)
        return self.say("wishes.still", tone=tone) if abs(steps) > 1 else tone

    def _ranges(self, preferences: Preferences) -> list[str]:
        numbers = self.profile.numbers
        shortcuts = dict.fromkeys(
            bound.words for bound in preferences.ranges if not numbers[bound.number].state
        )
        return [words for words in shortcuts if words] + [
            self.range(bound) for bound in preferences.ranges if bound.words not in shortcuts
        ]

    def _number(self, name: str) -> NumberWords:
        return self._vocabulary.numbers.get(name, NumberWords())


def _beside_values(preferences: Preferences) -> str:
    """Return what is searched for without the words that names must have anyway."""
    required = {
        fold(value)
        for group in preferences.require
        if group.facet == TEXT
        for value in group.any_of
    }
    pieces = preferences.about.split(", ")
    return ", ".join(piece for piece in pieces if fold(piece) not in required)
