"""Titles in a message: after "like", in quotes, whole or in passing, misspelt or unknown."""

from collections.abc import Sequence
from functools import cached_property

from agent.rules.lexicon import Lexicon
from agent.rules.references import References, pointed
from agent.rules.utterance import Phrases, Utterance
from agent.rules.words import (
    ARTICLES,
    DESCRIBING,
    LIKE,
    LIKE_CUES,
    SMALL_TITLE_WORDS,
    STOPWORDS,
    TITLE_JOINTS,
    TITLE_STOPS,
    WOULD,
)
from agent.understanding.senses import FacetSense
from data.catalogue import Catalogue
from tools.change import Mention
from tools.titles import Titles

LONGEST_TITLE = 14  # words that a known title may have
LONGEST_UNKNOWN = 9  # words looked at after "like"
LONGEST_MISSPELT = 6  # words of a title that is recognised without a cue though misspelt
RENOWNED = 0.8  # share of the catalogue that must be less known for an uncued lower-case title
FAMOUS = 0.97  # the same for a title of one word
_QUOTES = frozenset("\"“”'‘’")
_CUES = Phrases(LIKE_CUES)
_JOINTS = Phrases(TITLE_JOINTS)
_NAME_ENDS = frozenset(",;?!")
Found = tuple[tuple[Mention, ...], int]
"""What is mentioned, and where it ends."""


class Mentions:
    """Find titles, taking their tokens."""

    def __init__(
        self, titles: Titles, lexicon: Lexicon, references: References, catalogue: Catalogue
    ) -> None:
        """Look titles up in a catalogue."""
        self._titles = titles
        self._lexicon = lexicon
        self._references = references
        self._catalogue = catalogue

    @cached_property
    def _first_words(self) -> frozenset[str]:
        return frozenset(name.split(" ", 1)[0] for name in self._catalogue.by_name)

    def after_cues(self, message: Utterance) -> list[Mention]:
        """Return the titles named after "like", "a mix of" and their kin, taking the tokens."""
        found: list[Mention] = []
        place = 0
        while (cue := _CUES.find(message, place)) is not None:
            wishing = message.word(cue[0] - 1) in WOULD and message.word(cue[0]) == LIKE
            mentions, last = ([], cue[1]) if wishing else self._row(message, cue[1])
            if mentions:
                message.take(cue[0], last)
                found += mentions
            place = max(last, cue[1])
        return found

    def _row(self, message: Utterance, start: int) -> tuple[list[Mention], int]:
        """Return what is mentioned in a row from a place on, and where the row ends."""
        found: list[Mention] = []
        place = last = start
        while (next_one := self._cued(message, place, first=not found)) is not None:
            mentions, last = next_one
            found += mentions
            joint = _JOINTS.at(message, last)
            if joint is None:
                break
            place = joint
        return found, last

    def _cued(self, message: Utterance, start: int, first: bool) -> Found | None:
        """Return the title or reference that follows a cue."""
        if reference := self._references.at(message, start):
            return reference[1], reference[0]
        if (known := self.at(message, start, cued=True)) is not None:
            return known
        if (end := self._references.pointer_at(message, start)) is not None:
            return (pointed(message, start, end),), end
        return self._unknown(message, start) if first or self._named(message, start) else None

    def _named(self, message: Utterance, start: int) -> bool:
        return start < len(message) and message.tokens[start].is_capital and not message.shouted

    def at(self, message: Utterance, start: int, cued: bool = False) -> Found | None:
        """Return the known title that begins at a place, misspelt or not, and where it ends."""
        for begin in dict.fromkeys((start, self._past_nouns(message, start))):
            end = self.exact_at(message, begin, cued)
            if end is not None and (cued or not self._is_noun(message, begin, end)):
                return (message.written(begin, end),), end
        begin = self._past_nouns(message, start)
        for end in self._ends(message, begin):
            if self._is_vocabulary(message.words[begin:end]):
                continue
            name = message.written(begin, end)
            if self._titles.resolve(name).item:
                return (name,), end
        return None

    def _past_nouns(self, message: Utterance, start: int) -> int:
        """Return the place after "the anime" in "the anime Monster"."""
        place = start + (message.word(start) in ARTICLES | {"both"})
        begin = place
        while message.word(place) in self._references.nouns:
            place += 1
        return place if place > begin or message.word(start) == "both" else start

    def _is_noun(self, message: Utterance, start: int, end: int) -> bool:
        return end == start + 1 and message.words[start] in self._references.nouns

    def exact_at(self, message: Utterance, start: int, cued: bool = False) -> int | None:
        """Return where the longest title ends that begins at a place, or None."""
        limit = min(len(message), start + LONGEST_TITLE)
        if message.word(start) not in self._first_words:
            limit = min(limit, start + 1)
        for end in range(limit, start, -1):
            if not message.free(start, end) or message.tokens[end - 1].is_break:
                continue
            if end == start + 1 and not self._bears_a_name(message, start, cued):
                continue
            if self._titles.exact(message.written(start, end)):
                return end
        return None

    def _bears_a_name(self, message: Utterance, place: int, cued: bool) -> bool:
        """Tell whether one word can be a title: "Another" can after "like", "another" cannot."""
        if message.words[place] not in STOPWORDS:
            return True
        followed = message.word(place + 1) in self._references.nouns
        return cued and self._named(message, place) and not followed

    def _ends(self, message: Utterance, start: int) -> list[int]:
        """Return where a name may end: at the limit or before a stop word; longest first."""
        limit = start
        while limit < min(len(message), start + LONGEST_UNKNOWN) and message.free(limit, limit + 1):
            if message.tokens[limit].text in _NAME_ENDS or message.tokens[limit].text in _QUOTES:
                break
            limit += 1
        stops = [at for at in range(start + 1, limit) if message.words[at] in TITLE_STOPS]
        return [limit, *reversed(stops)] if limit > start else []

    def _unknown(self, message: Utterance, start: int) -> Found | None:
        """Return a name that the catalogue does not have but that reads like one."""
        while message.word(start) in _QUOTES:
            start += 1
        known_noun = self._past_nouns(message, start)
        start = known_noun if self._named(message, known_noun) else start
        end = next(iter(reversed(self._ends(message, start))), start)
        said = message.words[start:end]
        if not said or self._is_vocabulary(said):
            return None
        tokens = message.tokens[start:end]
        capital = any(t.is_capital for t in tokens if t.word not in SMALL_TITLE_WORDS)
        named = (capital and not message.shouted) or said[0] not in DESCRIBING
        return ((message.written(start, end),), end) if named else None

    def _is_vocabulary(self, said: Sequence[str]) -> bool:
        """Tell whether words are wishes rather than a name: "sports drama"."""
        place = 0
        while place < len(said):
            length, senses = self._lexicon.at(said[place:])
            known = said[place] in SMALL_TITLE_WORDS | self._lexicon.nouns | STOPWORDS
            if not senses and not known:
                return False
            place += max(1, length)
        return True

    def anywhere(self, message: Utterance) -> list[Mention]:
        """Return titles that stand without a cue: quoted, capitalised, whole, or well known."""
        found: list[Mention] = []
        phrased = self._phrases(message)
        place = 0
        while place < len(message):
            end = self.exact_at(message, place) if message.free(place, place + 1) else None
            if end and not _inside(place, end, phrased) and self._stands_out(message, place, end):
                found.append(message.written(place, end))
                message.take(place, end)
                place = end
            else:
                place += 1
        return found

    def _phrases(self, message: Utterance) -> list[tuple[int, int]]:
        """Return where phrases of the vocabulary stand that have several words."""
        longest = self._lexicon.longest
        lengths = [
            self._lexicon.at(message.words[place : place + longest])[0]
            for place in range(len(message))
        ]
        return [(place, place + length) for place, length in enumerate(lengths) if length > 1]

    def misspelt(self, message: Utterance) -> list[Mention]:
        """Return titles among what no rule has taken, where a word is foreign to the catalogue."""
        found: list[Mention] = []
        plain = STOPWORDS | self._lexicon.nouns
        for start, end in list(message.rest()):
            while start < end and message.words[start] in plain:
                start += 1
            while end > start and message.words[end - 1] in plain:
                end -= 1
            foreign = any(not self._lexicon.knows(word) for word in message.words[start:end])
            if not foreign or end - start > LONGEST_MISSPELT or any(message.told[start:end]):
                continue
            name = message.written(start, end)
            if self._titles.resolve(name).item:
                message.take(start, end)
                found.append(name)
        return found

    def _stands_out(self, message: Utterance, start: int, end: int) -> bool:
        """Tell whether a title's words are meant as a title though nothing announces one."""
        said = message.words[start:end]
        whole = start == 0 and end == len([t for t in message.tokens if not t.is_break])
        length, senses = self._lexicon.at(said)
        if length == len(said) and not (whole and all(isinstance(s, FacetSense) for s in senses)):
            return False
        if length == len(said) and not message.tokens[0].is_capital:
            return False
        named = [t for t in message.tokens[start:end] if t.word not in SMALL_TITLE_WORDS]
        capital = bool(named) and all(t.is_capital for t in named) and not message.shouted
        quoted = bool(start) and message.tokens[start - 1].text in _QUOTES
        if whole or quoted or (capital and (start > 0 or len(named) > 1)):
            return True
        if self._is_vocabulary(said):
            return False
        if len(said) == 1 and not capital and self._lexicon.is_common(said[0]):
            return False
        known = self._renown(message.written(start, end))
        long_enough = len(named) > 1 or (start == 0 and capital)
        return known >= FAMOUS or (known >= RENOWNED and long_enough)

    def _renown(self, name: str) -> float:
        places = self._titles.exact(name)
        return max((float(self._catalogue.renown[place]) for place in places), default=0.0)


def _inside(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(a <= start and end <= b and b - a > end - start for a, b in spans)
