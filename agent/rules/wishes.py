"""Wishes in a message: facets, critiques, tones, orders and shortcuts, each with its stance."""

from collections.abc import Iterable, Sequence

from agent.rules import words
from agent.rules.comparisons import Compared
from agent.rules.descriptions import Descriptions
from agent.rules.gathered import Gathered
from agent.rules.lexicon import Lexicon
from agent.rules.phrase import Phrase, PhraseReader
from agent.rules.utterance import Phrases, Utterance
from agent.rules.vetoes import Vetoes
from agent.understanding.senses import Direction, FacetSense, NumberSense, OrderSense, ToneSense
from data.index import Index
from data.profile import Shortcut
from tools.change import Critique
from tools.preferences import Order, Value, Wanted

FACET_TONE = 0.9  # a facet that pulls this hard on a tone stands for it: "less romance"
_FIRST, _SORTING = Phrases(words.FIRST), Phrases(words.SORTING)


class Wishes:
    """Read wishes by the lexicon; what is left over becomes free text."""

    def __init__(self, index: Index, lexicon: Lexicon, descriptions: Descriptions) -> None:
        """Know a profile's words and a catalogue's figures."""
        self._catalogue = index.catalogue
        self._lexicon = lexicon
        self._profile = lexicon.profile
        self._descriptions = descriptions
        self._phrases = PhraseReader(lexicon)
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
            phrase = self._phrases.at(message, place)
            place = self._note(message, phrase, found, compared) if phrase else place + 1
        return found

    def _note(self, message: Utterance, phrase: Phrase, found: Gathered, compared: Compared) -> int:
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
                message.take(phrase.start, phrase.end)
                said = message.written(phrase.start, phrase.end)
                found.shortcut(sense, said, self._catalogue)
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
        than = compared.get(end, "")
        found.tone(Critique(sense.axis, direction, said, than, relative))
        if (
            phrase.stance == "want"
            and not relative
            and self._descriptions.holds(message, begin, end)
        ):
            message.tell(begin, end)
        else:
            message.take(begin, end)

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
            found.exclude += values if not phrase.is_more_than_facets() else []
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
        """Return one wish a value; a joint one for "either", and where a facet has one value."""
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

    def _row(self, message: Utterance, phrase: Phrase) -> tuple[list[list[FacetSense]], bool, int]:
        """Return the values of an enumeration, whether any of them will do, and its end."""
        groups, either, last = [phrase.facets()], False, phrase.end
        while (joint := self._joint(message, last)) > last:
            after = self._phrases.at(message, joint)
            if after is None or not after.facets() or after.is_more_than_facets():
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


def _sign(direction: int) -> Direction:
    return 1 if direction > 0 else -1
