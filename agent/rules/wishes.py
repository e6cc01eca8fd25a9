"""Wishes in a message: facets with their polarity, critiques, tones, shortcuts and free text."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Literal

from agent.rules.lexicon import (
    FacetSense,
    Lexicon,
    NumberSense,
    OrderSense,
    Sense,
    ToneSense,
)
from agent.rules.utterance import Utterance, phrases
from agent.rules.words import (
    CONNECTIVES,
    CONTEXT_CUES,
    HEDGES,
    NEGATIONS,
    SOFTENERS,
    STOPWORDS,
    VETO_IGNORED,
)
from data.index import Index
from data.profile import Bound, Shortcut
from tools.change import Bounds, Critique
from tools.preferences import Order, Value, Wanted
from tools.selection import TEXT

Direction = Literal[-1, 1]
Polarity = Literal["want", "veto", "hedge", "less", "more"]
FACET_TONE = 0.9  # a facet that pulls this hard on a tone stands for it: "less romance"
_NEGATIONS = phrases(*NEGATIONS)
_HEDGES = phrases(*HEDGES)
_CONTEXT = phrases(*CONTEXT_CUES)
_LESS = phrases("less", "fewer", "not as much", "not so much", "not as", "tone down the", "reduce the")
_MORE = phrases("more", "even more", "much more", "a lot more", "with more", "extra")
_TOO = phrases("too", "way too", "a bit too", "a little too", "far too", "much too", "so")
_ENOUGH = "enough"
_JOINTS = frozenset(("and", "or", "nor", "/", ",", "&"))
_SKIPPED = frozenset("the a an any of too much many so very kind kinds all that stuff things even bit".split())


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


class Wishes:
    """Read wishes by the lexicon; what is left over becomes free text."""

    def __init__(self, index: Index, lexicon: Lexicon) -> None:
        self._index = index
        self._lexicon = lexicon
        self._profile = lexicon.profile

    def read(self, message: Utterance) -> Gathered:
        """Return the wishes of a message, taking their tokens."""
        found = Gathered()
        self._vetoes(message, found)
        context = message.find(_CONTEXT)
        place = 0
        while place < len(message.tokens):
            length, senses = self._sense_at(message, place)
            if not senses:
                place += 1
                continue
            inside = context is not None and place >= context[1] and self._same_clause(message, context[1], place)
            place = self._take(message, place, place + length, senses, found, inside)
        return found

    def _sense_at(self, message: Utterance, place: int) -> tuple[int, Sequence[Sense]]:
        end = place
        while end < len(message.tokens) and not message.taken[end]:
            end += 1
        words = [w for w in message.words[place:end]]
        length, senses = self._lexicon.at(words) if words else (0, [])
        while length and not message.free(place, place + length):
            length -= 1
        senses = list({_key(sense): sense for sense in reversed(senses)}.values())[::-1]
        usable = [s for s in senses if not isinstance(s, FacetSense) or s.guess or self._labelled(message, s, place, place + length)]
        return (length, usable) if usable else (0, [])

    def _labelled(self, message: Utterance, sense: FacetSense, start: int, end: int) -> bool:
        """Tell whether a value that is no plain word stands beside its facet's name, or after "by"."""
        label = self._profile.facets[sense.facet].label
        before = message.words[max(0, start - 2) : start]
        after = message.words[end : end + 1]
        return label in before or label in after or "by" in before[-1:] or ("studio" in label and before[-2:] == ["by", "studio"])

    def _same_clause(self, message: Utterance, start: int, place: int) -> bool:
        return not any(token.is_break for token in message.tokens[start:place]) and not any(
            word in {"but", "no", "without", "under", "not"} for word in message.words[start:place]
        )

    def _take(
        self, message: Utterance, start: int, end: int, senses: Sequence[Sense], found: Gathered, inside: bool
    ) -> int:
        """Note what a phrase means with the words before it; return the place to go on from."""
        begin, polarity = self._polarity(message, start)
        words = message.written(begin, end).strip()
        first = senses[0]
        facets = [sense for sense in senses if isinstance(sense, FacetSense)]
        if isinstance(first, Shortcut) and polarity in {"want", "hedge", "more"}:
            message.take(begin if polarity == "hedge" else start, end)
            self._shortcut(first, words, found)
            return end
        if isinstance(first, NumberSense):
            message.take(begin, end)
            found.numbers += self._critiques(senses, polarity, words)
            return end
        if isinstance(first, OrderSense) and polarity == "want":
            if not self._is_order(message, start, end):
                return end
            message.take(start, end)
            found.order = Order(first.number, first.highest, words)
            return end
        if isinstance(first, ToneSense) and not (facets and polarity == "veto"):
            self._tone(message, first, begin, start, end, polarity, found)
            return end
        if facets:
            return self._facets(message, facets, begin, start, end, polarity, found, inside)
        return end

    def _is_order(self, message: Utterance, start: int, end: int) -> bool:
        """Tell whether "top", "best" or "longest" orders: "my best friend" does not."""
        after = message.words[end : end + 1]
        return after not in (["friend"], ["friends"], ["of"]) or message.words[end : end + 2] == ["of", "the"]

    def _polarity(self, message: Utterance, start: int) -> tuple[int, Polarity]:
        """Return how a phrase is meant by the words right before it, and where those begin."""
        place = start
        while place and message.free(place - 1, place) and message.words[place - 1] in _SKIPPED:
            if any(message.ends_before(place, [too]) is not None for too in _TOO):
                break
            place -= 1
        options: tuple[tuple[list[list[str]], Polarity], ...] = (
            (_LESS, "less"),
            (_MORE, "more"),
            (_NEGATIONS, "veto"),
            (_HEDGES, "hedge"),
        )
        for at in dict.fromkeys((place, start)):
            for cues, polarity in options:
                begin = message.ends_before(at, cues)
                if begin is not None and message.free(begin, at):
                    return begin, polarity
        return start, "want"

    def _critiques(self, senses: Sequence[Sense], polarity: Polarity, words: str) -> list[Critique]:
        turned = -1 if polarity == "veto" else 1
        first, *others = [s for s in senses if isinstance(s, NumberSense)]
        also = tuple(s.number for s in others)
        return [Critique(first.number, _sign(first.direction * turned), words, also=also)]

    def _tone(
        self,
        message: Utterance,
        sense: ToneSense,
        begin: int,
        start: int,
        end: int,
        polarity: Polarity,
        found: Gathered,
    ) -> None:
        """Note a tone: "darker", "dark", "less dark", "not too dark", "too dark", "not dark enough"."""
        direction, relative = sense.direction, sense.relative
        enough = message.words[end : end + 1] == [_ENOUGH]
        complaint = next((b for b in [message.ends_before(start, _TOO)] if b is not None), None)
        softened = message.ends_before(start, phrases(*SOFTENERS))
        negated = polarity == "veto" or (
            softened is not None and message.ends_before(softened, _NEGATIONS) is not None
        )
        if enough and negated:
            relative, end = True, end + 1
        elif negated or polarity == "less":
            direction = _sign(-direction)
            relative = polarity == "less"
        elif complaint is not None and message.words[complaint:start] != ["so"]:
            direction, relative, begin = _sign(-direction), True, complaint
        elif polarity == "more":
            relative = True
        if softened is not None and negated:
            begin = message.ends_before(softened, _NEGATIONS) or softened
        message.take(begin, end)
        words = message.written(begin, end).strip()
        found.tones.append(Critique(sense.axis, direction, words, relative=relative))

    def _facets(
        self,
        message: Utterance,
        facets: Sequence[FacetSense],
        begin: int,
        start: int,
        end: int,
        polarity: Polarity,
        found: Gathered,
        inside: bool,
    ) -> int:
        """Note facet values and those joined to them: "no romance or ecchi", "horror or mystery"."""
        groups = [list(facets)]
        joints: list[str] = []
        last = end
        while (more := self._joined(message, last)) is not None:
            joint, last, senses = more
            groups.append(senses)
            joints.append(joint)
        if inside and polarity == "want":
            found.prefer += [Value(s.facet, s.value) for senses in groups for s in senses]
            return last
        message.take(begin, last)
        self._swallow_label(message, last)
        if polarity == "less" and (critique := self._as_tone(facets, message.written(begin, last))):
            found.tones.append(critique)
        elif polarity in {"veto", "less"}:
            found.exclude += [Value(s.facet, s.value) for senses in groups for s in senses]
        else:
            hedged = polarity in {"hedge", "more"}
            self._want(groups, joints, hedged, found)
        return last

    def _want(
        self, groups: list[list[FacetSense]], joints: list[str], hedged: bool, found: Gathered
    ) -> None:
        hard = [[s for s in senses if not self._profile.facets[s.facet].soft] for senses in groups]
        either = "or" in joints and len({s.facet for senses in hard for s in senses}) == 1
        for senses in groups:
            found.prefer += [
                Value(s.facet, s.value)
                for s in senses
                if hedged or self._profile.facets[s.facet].soft
            ]
        if hedged:
            return
        if either:
            values = dict.fromkeys(s.value for senses in hard for s in senses)
            found.require.append(Wanted(next(s.facet for ss in hard for s in ss), tuple(values)))
            return
        for senses in hard:
            by_facet: dict[str, list[str]] = {}
            for sense in senses:
                by_facet.setdefault(sense.facet, []).append(sense.value)
            found.require += [Wanted(facet, tuple(values)) for facet, values in by_facet.items()]

    def _joined(
        self, message: Utterance, place: int
    ) -> tuple[str, int, list[FacetSense]] | None:
        """Return the next value of an enumeration: its joint, where it ends, what it means."""
        at = place
        joint = ""
        while at < len(message.tokens) and (message.words[at] in {"and", "or", "nor", "/", ",", "&"}):
            joint = message.words[at] if message.words[at] not in {",", "/"} else joint or ("or" if message.words[at] == "/" else "")
            at += 1
        if at == place or at >= len(message.tokens):
            return None
        at += message.words[at] in {"any", "a", "some"}
        length, senses = self._sense_at(message, at)
        facets = [s for s in senses if isinstance(s, FacetSense)]
        if not length or not facets or isinstance(senses[0], ToneSense | NumberSense | Shortcut):
            return None
        return joint, at + length, facets

    def _swallow_label(self, message: Utterance, place: int) -> None:
        labels = {facet.label for facet in self._profile.facets.values()}
        tail = labels | {f"{label}s" for label in labels} | {"elements", "element", "stuff", "scenes", "content", "setting", "settings"}
        if message.free(place, place + 1) and message.words[place] in tail:
            message.take(place, place + 1)

    def _as_tone(self, facets: Sequence[FacetSense], words: str) -> Critique | None:
        for axis, tone in self._profile.tones.items():
            if any(tone.facets.get(f"{s.facet}:{s.value}", 0) >= FACET_TONE for s in facets):
                return Critique(axis, -1, words)
        return None

    def _shortcut(self, shortcut: Shortcut, words: str, found: Gathered) -> None:
        for number, bound in shortcut.ranges.items():
            low, high = self._figure(number, bound.low, -inf), self._figure(number, bound.high, inf)
            found.bounds.append(Bounds(number, low, high, words))
        for facet, values in shortcut.require.items():
            found.require.append(Wanted(facet, values))
        for facet, values in shortcut.exclude.items():
            found.exclude += [Value(facet, value) for value in values]
        for facet, values in shortcut.prefer.items():
            found.prefer += [Value(facet, value) for value in values]
        found.tones += [Critique(axis, sign, words, relative=False) for axis, sign in shortcut.tones.items()]
        if shortcut.order:
            found.order = Order(shortcut.order.lstrip("-"), not shortcut.order.startswith("-"), words)

    def _figure(self, number: str, end: float | str | None, unset: float) -> float:
        """Return one end of a shortcut's bound: a figure, or a percentile of the catalogue."""
        if end is None:
            return unset
        if isinstance(end, str):
            share = float(end.rstrip("%")) / 100
            return round(self._index.catalogue.quantile(number, share), 2)
        return float(end)

    def _vetoes(self, message: Utterance, found: Gathered) -> None:
        """Read "no romance or spiders": each of a row is a facet value or a word of the texts."""
        place = 0
        while (cue := message.find(_NEGATIONS, place)) is not None:
            start, place = cue
            end = place
            while end < len(message.tokens) and message.words[end] in _SKIPPED:
                end += 1
            values, last = self._row(message, end)
            if values:
                message.take(start, last)
                self._swallow_label(message, last)
                found.exclude += values
                place = last

    def _row(self, message: Utterance, start: int) -> tuple[list[Value], int]:
        """Return the vetoed values of an enumeration that begins at a place, and its end."""
        values, last = self._vetoed_at(message, start)
        end = last
        while values and (joint := message.words[end : end + 1]) and joint[0] in _JOINTS:
            end += 1
            while message.words[end : end + 1] and message.words[end] in _JOINTS | _SKIPPED:
                end += 1
            more, after = self._vetoed_at(message, end)
            if not more or (joint == [","] and more[0].facet == TEXT):
                break
            values, last, end = values + more, after, after
        return values, last

    def _vetoed_at(self, message: Utterance, place: int) -> tuple[list[Value], int]:
        if not message.free(place, place + 1):
            return [], place
        length, senses = self._sense_at(message, place)
        facets = [s for s in senses if isinstance(s, FacetSense)]
        if facets:
            return [Value(s.facet, s.value) for s in facets], place + length
        word = message.words[place]
        plain = STOPWORDS | VETO_IGNORED | CONNECTIVES | self._lexicon.nouns | set(SOFTENERS)
        token = message.tokens[place]
        if senses or word in plain or token.is_break or token.is_number or not word.isalnum():
            return [], place
        return [Value(TEXT, word)], place + 1

    def free_text(self, message: Utterance) -> str:
        """Return what no rule took, without the words that every request has."""
        kept = []
        for start, end in message.rest():
            while start < end and self._means_nothing(message, start):
                start += 1
            while end > start and self._means_nothing(message, end - 1):
                end -= 1
            if end > start and any(len(w) > 1 for w in message.words[start:end]):
                kept.append(message.written(start, end).strip(" -–\"“”'"))
                message.take(start, end)
        return ", ".join(text for text in kept if text)

    def _means_nothing(self, message: Utterance, place: int) -> bool:
        word = message.words[place]
        mark = not any(character.isalnum() for character in word)
        return mark or word in STOPWORDS or word in self._lexicon.nouns or word in CONNECTIVES


def _key(sense: Sense) -> object:
    return (sense.facet, sense.value) if isinstance(sense, FacetSense) else id(sense)


def _sign(direction: int) -> Direction:
    return 1 if direction > 0 else -1


