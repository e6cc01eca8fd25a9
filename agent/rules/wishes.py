"""Wishes in a message: facets, critiques, tones, orders and shortcuts, each with its stance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import inf

from agent.rules import words
from agent.rules.comparisons import Compared
from agent.rules.descriptions import Descriptions
from agent.rules.lexicon import (
    Direction,
    FacetSense,
    Lexicon,
    NumberSense,
    OrderSense,
    Sense,
    ToneSense,
)
from agent.rules.stance import Stance, stance_at
from agent.rules.utterance import Phrases, Utterance
from agent.rules.vetoes import Vetoes
from data.index import Index
from data.profile import Shortcut
from tools.change import Bounds, Critique
from tools.preferences import Order, Value, Wanted

FACET_TONE = 0.9  # a facet that pulls this hard on a tone stands for it: "less romance"
_FIRST, _SORTING = Phrases(words.FIRST), Phrases(words.SORTING)


@dataclass(slots=True)
class Gathered:
    """What has been read so far, before it becomes a change."""

    require: list[Wanted] = field(default_factory=list)
    exclude: list[Value] = field(default_factory=list)
    prefer: list[Value] = field(default_factory=list)
    bounds: list[Bounds] = field(default_factory=list)
    numbers: list[Critique] = field(default_factory=list)
    tones: list[Critique] = field(default_factory=list)
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of the vocabulary in a message: its span, with the words that turn it, and how."""

    begin: int
    start: int
    end: int
    stance: Stance
    senses: Sequence[Sense]

    def facets(self) -> list[FacetSense]:
        """Return the facet values that it stands for."""
        return [sense for sense in self.senses if isinstance(sense, FacetSense)]


class Wishes:
    """Read wishes by the lexicon; what is left over becomes free text."""

    def __init__(self, index: Index, lexicon: Lexicon, descriptions: Descriptions) -> None:
        """Know a profile's words and a catalogue's figures."""
        self._catalogue = index.catalogue
        self._lexicon = lexicon
        self._profile = lexicon.profile
        self._descriptions = descriptions
        self._vetoes = Vetoes(lexicon, descriptions)

    def order(self, message: Utterance) -> Order | None:
        """Return the order that "newest first" or "sort by rating" asks for, taking the tokens."""
        for place in range(len(message)):
            length, senses = self._lexicon.at(message.words[place : place + 4])
            first = _FIRST.at(message, place + length) if length else None
            for sense in senses:
                if isinstance(sense, OrderSense) and first is not None:
                    message.take(place, first)
                    said = message.written(place, place + length)
                    return Order(sense.number, sense.highest, said)
        return self._sorted(message)

    def _sorted(self, message: Utterance) -> Order | None:
        cue = _SORTING.find(message)
        number = self._lexicon.numbers_by_word.get(message.word(cue[1])) if cue else None
        if cue is None or number is None:
            return None
        message.take(cue[0], cue[1] + 1)
        highest = self._profile.numbers[number].kind != "amount"
        return Order(number, highest, message.written(cue[1], cue[1] + 1))

    def read(self, message: Utterance, compared: Compared) -> Gathered:
        """Return the wishes of a message, taking their tokens; `compared` are its "than X"."""
        found = Gathered(exclude=self._vetoes.read(message))
        place = 0
        while place < len(message):
            phrase = self._phrase_at(message, place)
            place = self._note(message, phrase, found, compared) if phrase else place + 1
        return found

    def _phrase_at(self, message: Utterance, start: int) -> Phrase | None:
        length, senses = self._lexicon.at(message.words[start : start + self._lexicon.longest])
        while length and not message.free(start, start + length):
            length, senses = self._lexicon.at(message.words[start : start + length - 1])
        end = start + length
        usable = [
            sense
            for sense in senses
            if not isinstance(sense, FacetSense)
            or sense.guess
            or self._labelled(message, sense, start, end)
        ]
        unique = list({_key(sense): sense for sense in reversed(usable)}.values())[::-1]
        if not unique:
            return None
        begin, stance = stance_at(message, start)
        return Phrase(begin, start, end, stance, unique)

    def _labelled(self, message: Utterance, sense: FacetSense, start: int, end: int) -> bool:
        """Tell whether a value that is no plain word stands beside its facet's name or "by"."""
        label = self._profile.facets[sense.facet].label
        before = message.words[max(0, start - 2) : start]
        return label in before or label == message.word(end) or message.word(start - 1) == "by"

    def _note(
        self, message: Utterance, phrase: Phrase, found: Gathered, compared: Compared
    ) -> int:
        """Note what a phrase means; return the place to go on from."""
        first, facets = phrase.senses[0], phrase.facets()
        if self._descriptions.subject_from(message, phrase.start) is not None:
            return self._described(message, phrase, found)
        if isinstance(first, NumberSense):
            message.take(phrase.begin, phrase.end)
            than = compared.get(phrase.end, "")
            found.numbers.append(self._critique(message, phrase, than))
            return phrase.end
        if isinstance(first, OrderSense):
            self._ordered(message, phrase, first, found)
            return phrase.end
        for sense in phrase.senses:
            if isinstance(sense, Shortcut) and phrase.stance not in {"veto", "less"}:
                self._shortcut(sense, message.written(phrase.start, phrase.end), found)
                message.take(phrase.start, phrase.end)
            if isinstance(sense, ToneSense):
                self._tone(message, phrase, sense, found, compared)
        return self._facets(message, phrase, found) if facets else phrase.end

    def _described(self, message: Utterance, phrase: Phrase, found: Gathered) -> int:
        """Favour what a subject names: "about a detective" stays text."""
        if phrase.stance not in {"veto", "less"}:
            found.prefer += [Value(s.facet, s.value) for s in phrase.facets()]
            message.tell(phrase.start, phrase.end)
        return phrase.end

    def _ordered(
        self, message: Utterance, phrase: Phrase, sense: OrderSense, found: Gathered
    ) -> None:
        """Note "top", "best" or "longest" as an order: "my best friend" is none."""
        if self._descriptions.holds(message, phrase.start, phrase.end):
            return
        message.take(phrase.start, phrase.end)
        found.order = Order(sense.number, sense.highest, message.written(phrase.start, phrase.end))

    def _critique(self, message: Utterance, phrase: Phrase, than: str) -> Critique:
        first, *others = [s for s in phrase.senses if isinstance(s, NumberSense)]
        turned = -1 if phrase.stance in {"veto", "less"} else 1
        said = message.written(phrase.begin, phrase.end).strip()
        also = tuple(sense.number for sense in others)
        return Critique(first.number, _sign(first.direction * turned), said, than, also=also)

    def _tone(
        self,
        message: Utterance,
        phrase: Phrase,
        sense: ToneSense,
        found: Gathered,
        compared: Compared,
    ) -> None:
        """Note a tone: "darker", "dark", "less dark", "not too dark", "not dark enough"."""
        end, direction, relative = phrase.end, sense.direction, sense.relative
        if message.word(end) == words.ENOUGH and phrase.stance == "veto":
            end, relative = end + 1, True
        elif phrase.stance in {"veto", "less"}:
            direction = _sign(-direction)
            relative = phrase.stance == "less"
        elif phrase.stance == "more":
            relative = True
        begin = phrase.begin if phrase.stance != "want" else phrase.start
        said = message.written(begin, end).strip()
        message.take(begin, end)
        critique = Critique(sense.axis, direction, said, compared.get(end, ""), relative)
        if not any(replace(each, words=said) == critique for each in found.tones):
            found.tones.append(critique)

    def _facets(self, message: Utterance, phrase: Phrase, found: Gathered) -> int:
        """Note facet values and those joined to them: "horror or mystery"."""
        groups, either, last = self._row(message, phrase)
        values = [Value(s.facet, s.value) for senses in groups for s in senses]
        said = message.written(phrase.begin, last)
        if phrase.stance == "less":
            message.take(phrase.begin, self._vetoes.past_head(message, last))
            critique = self._as_tone(values, said)
            found.tones += [critique] if critique else []
            found.exclude += [] if critique else values
        elif phrase.stance == "veto":
            message.take(phrase.begin, self._vetoes.past_head(message, last))
            found.exclude += values if not _has_tone(phrase) else []
        elif phrase.stance in {"hedge", "more"}:
            message.take(phrase.begin, last)
            found.prefer += values
        else:
            self._want(message, phrase, groups, either, last, found)
        return last

    def _want(
        self,
        message: Utterance,
        phrase: Phrase,
        groups: list[list[FacetSense]],
        either: bool,
        last: int,
        found: Gathered,
    ) -> None:
        """Require hard values and favour soft ones; what is part of a description stays text."""
        values = [sense for senses in groups for sense in senses]
        hard = [[s for s in senses if not self._soft(s)] for senses in groups]
        described = self._descriptions.holds(message, phrase.start, last)
        found.prefer += [Value(s.facet, s.value) for s in values if described or self._soft(s)]
        if described or not any(hard):
            message.tell(phrase.start, last)
            return
        message.take(phrase.begin, last)
        found.require += self._required(hard, either)

    def _required(self, groups: list[list[FacetSense]], either: bool) -> Iterable[Wanted]:
        """Return one wish a value; one with several for "either", and where a facet has one only."""
        by_facet: dict[str, list[str]] = {}
        for sense in (sense for senses in groups for sense in senses):
            by_facet.setdefault(sense.facet, []).append(sense.value)
        for facet, values in by_facet.items():
            unique = tuple(dict.fromkeys(values))
            if self._profile.facets[facet].single or either:
                yield Wanted(facet, unique)
            else:
                yield from (Wanted(facet, (value,)) for value in unique)

    def _soft(self, sense: FacetSense) -> bool:
        return self._profile.facets[sense.facet].soft

    def _row(
        self, message: Utterance, phrase: Phrase
    ) -> tuple[list[list[FacetSense]], bool, int]:
        """Return the values of an enumeration, whether any of them will do, and its end."""
        groups, either, last = [phrase.facets()], False, phrase.end
        while (joint := self._joint(message, last)) > last:
            after = self._phrase_at(message, joint)
            if after is None or not after.facets() or _has_tone(after):
                break
            either = either or bool(set(message.words[last:joint]) & words.OR_WORDS)
            groups.append(after.facets())
            last = after.end
        return groups, either, last

    def _joint(self, message: Utterance, place: int) -> int:
        """Return the place after "and", "or" or a comma, if another value may follow."""
        joint = place
        while message.word(joint) in words.AND_WORDS and message.free(joint, joint + 1):
            joint += 1
        return joint + (joint > place and message.word(joint) in words.ARTICLES)

    def _as_tone(self, values: Sequence[Value], said: str) -> Critique | None:
        for axis, tone in self._profile.tones.items():
            if any(tone.facets.get(f"{v.facet}:{v.value}", 0) >= FACET_TONE for v in values):
                return Critique(axis, -1, said)
        return None

    def _shortcut(self, shortcut: Shortcut, said: str, found: Gathered) -> None:
        for number, bound in shortcut.ranges.items():
            low, high = self._figure(number, bound.low, -inf), self._figure(number, bound.high, inf)
            found.bounds.append(Bounds(number, low, high, said))
        found.require += [Wanted(facet, values) for facet, values in shortcut.require.items()]
        for values, wished in ((found.exclude, shortcut.exclude), (found.prefer, shortcut.prefer)):
            values += [Value(facet, each) for facet, few in wished.items() for each in few]
        found.tones += [
            Critique(axis, sign, said, relative=False) for axis, sign in shortcut.tones.items()
        ]
        if shortcut.order:
            number = shortcut.order.lstrip("-")
            found.order = Order(number, number == shortcut.order, said)

    def _figure(self, number: str, end: float | str | None, unset: float) -> float:
        """Return one end of a shortcut's bound: a figure, or a percentile of the catalogue."""
        if end is None:
            return unset
        if isinstance(end, str):
            return round(self._catalogue.quantile(number, float(end.rstrip("%")) / 100), 2)
        return float(end)


def _has_tone(phrase: Phrase) -> bool:
    return any(not isinstance(sense, FacetSense) for sense in phrase.senses)


def _key(sense: Sense) -> object:
    return (sense.facet, sense.value) if isinstance(sense, FacetSense) else id(sense)


def _sign(direction: int) -> Direction:
    return 1 if direction > 0 else -1
