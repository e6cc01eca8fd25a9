"""What a sentence must be before it is let through: about candidates, true in figures, plain."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from agent.language.claims import MARKER, Claims
from agent.language.markup import forbidden, set_apart
from agent.language.material import Material
from agent.language.names import OPENERS, Names, folded, owned
from agent.language.prompts import quotable, runs
from data.items import fold

CAPITALS = frozenset("i im id ill ive tv ok english japan japanese tokyo edo earth".split())
"""Words that are written in capitals without naming a title; the known vocabulary comes to it."""
_WORD = re.compile(r"[^\W_]+(?:[’'`.][^\W_]+)*")
_OPENS = re.compile(r"(?:^|[:–—(]|\s-)\s*[\"“'‘*_(]*$")
_LINKS = frozenset("of the a an and in to no x s with on for at by".split())
_JOINS = re.compile(r"[\s-]+")
_LOOP = re.compile(r"\b(\w+)(?:\W+\1\b){3}|\b((?:\w+\W+){2,8}?)(?:\2){2}", re.IGNORECASE)
_MIXED = re.compile(r"[^\W\d_]\d|\d[^\W\d_]")
_COUNTED = re.compile(r"\d+(?:s|st|nd|rd|th|min|m|h)")
_OWNED = re.compile(r"[’'`]s\b", re.IGNORECASE)
_SPACED = re.compile(r"(?<!\w)(?:\w[ .·_-]){3,}\w(?!\w)")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a sentence: as written and folded, where it stands, whether one of ours."""

    text: str
    start: int
    end: int
    opens: bool
    own: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What may be written in capitals: whole phrases, and the single words of them."""

    phrases: frozenset[str]
    words: frozenset[str]

    def holds(self, run: Sequence[Word]) -> bool:
        """Tell whether a run of capitalised words is known: phrases, or a word of one."""
        told = fold(text_of(run))
        parts = told.split(" and ")
        known = told in self.phrases or all(each in self.phrases | CAPITALS for each in parts)
        return known or (len(run) == 1 and told in self.words)


class Verification:
    """Judge the sentences of one answer."""

    def __init__(self, names: Names, material: Material) -> None:
        self._names = names
        self._material = material
        self._claims = Claims(material)
        self._allowed = names.names_of([item.id for item in material.items.values()])
        self._known = self._vocabulary(tuple(material.items))

    @lru_cache(maxsize=64)  # noqa: B019  # one answer's verification lives as long as its cache
    def _vocabulary(self, markers: tuple[str, ...]) -> "Vocabulary":
        phrases = self._material.phrases_of(markers)
        words = frozenset(word for phrase in phrases for word in phrase.split())
        return Vocabulary(phrases, words | CAPITALS)

    def fault(self, text: str, before: Sequence[str]) -> str:
        """Return why a normalised sentence may not be said, or ""; `before`: markers spoken of."""
        markers = [found[1] for found in MARKER.finditer(text)]
        plain = MARKER.sub(lambda found: " " * len(found[0]), text)
        if any(each not in self._material.items for each in markers) or re.search(r"[\[\]]", plain):
            return "a marker that stands for nothing"
        if kind := forbidden(plain):
            return kind
        if any(run in quotable() for run in runs(text)):
            return "a quotation of the instructions"
        if _LOOP.search(plain):
            return "a repetition"
        return self._named(text, markers or before) or self._figures(text, before)

    def _figures(self, text: str, before: Sequence[str]) -> str:
        wrong = self._claims.fault(text, before)
        return f"a figure that the catalogue does not bear out ({wrong})" if wrong else ""

    def _named(self, text: str, subjects: Sequence[str]) -> str:
        """Return which title-like words stand in a text, as a reason."""
        known = self._vocabulary(tuple(subjects or self._material.candidates))
        foreign = self._apart(text, known) or self._title(text) or self._capitals(text, known)
        return f"a name that is not in the list ({foreign})" if foreign else ""

    def _apart(self, text: str, known: "Vocabulary") -> str:
        """Return what is quoted or emphasised and neither a marker nor a known phrase."""
        found, odd = set_apart(text)
        for each in found:
            left = fold(MARKER.sub(" ", each))
            if left and left not in known.phrases | self._material.said and not self._ours(left):
                return each.strip()
        return "an open quotation or emphasis" if odd else ""

    def _ours(self, name: str) -> bool:
        return bool(self._allowed.intersection(self._names.bearers(name)))

    def _title(self, text: str) -> str:
        """Return the first title in a text that is none of ours."""
        if spelled := _SPACED.search(text):
            return spelled[0]
        words = list(self._words(text))
        readings = (folded, owned) if _OWNED.search(text) else (folded,)
        return next((hit for read in readings if (hit := self._titled(words, read))), "")

    def _titled(self, words: Sequence[Word], read: Callable[[str], list[str]]) -> str:
        """Return the first foreign title among words whose letters are read in one way."""
        flat = [(part, word) for word in words for part in read(word.text)]
        done = 0
        for start, end, places in self._names.found([part for part, _ in flat]):
            hit = [word for _, word in flat[start:end]]
            if start < done or all(word.own for word in hit):
                continue
            if self._allowed.intersection(places) and not any(word.own for word in hit):
                done = end
            elif not self._is_prose(hit, " ".join(part for part, _ in flat[start:end])):
                return text_of(hit)
        return ""

    def _is_prose(self, hit: Sequence[Word], name: str) -> bool:
        """Tell whether words that are a title as well are plain language here."""
        if any(word.own for word in hit):
            return False
        if len(hit) == 1:
            word = hit[0]
            capital = word.text[:1].isupper()
            if capital and not word.opens:
                return name in self._known.words
            return name in OPENERS if capital else self._names.is_phrase(name)
        capitals = [word for word in hit if word.text[:1].isupper() and not word.opens]
        return not capitals and self._names.is_phrase(name)

    def _capitals(self, text: str, known: "Vocabulary") -> str:
        """Return the first run of capitalised words that is neither grammar nor vocabulary."""
        words = [word for word in self._words(text) if not word.own]
        for word in words:
            told = fold(word.text)
            plain = told.isdigit() or told in known.words or self._names.is_ordinary(told)
            grammar = word.opens and word.text[:1].isupper() and not _is_odd(word.text)
            if grammar and not plain:
                return word.text
        return next((text_of(run) for run in _runs(text, words) if not known.holds(run)), "")

    def _words(self, text: str) -> Iterator[Word]:
        """Yield the words of a sentence, with those of our titles in place of the markers."""
        last = 0
        for marker in MARKER.finditer(text):
            yield from _plain_words(text, last, marker.start())
            title = self._material.items[marker[1]].title
            for part in folded(title):
                yield Word(part, marker.start(), marker.end(), False, own=True)
            last = marker.end()
        yield from _plain_words(text, last, len(text))


def _plain_words(text: str, start: int, end: int) -> Iterator[Word]:
    for found in _WORD.finditer(text, start, end):
        yield Word(found[0], *found.span(), bool(_OPENS.search(text, 0, found.start())))


def _is_odd(word: str) -> bool:
    """Tell whether a word is written as no plain word is: "NARUTO", "CowboyBebop", "N4ruto"."""
    loud = any(character.isupper() for character in word[1:])
    mixed = _MIXED.search(word) and not _COUNTED.fullmatch(word)
    return loud or bool(mixed)


def _runs(text: str, words: Sequence[Word]) -> Iterator[list[Word]]:
    """Yield the words in capitals that stand side by side, small words between them included."""
    run: list[Word] = []
    for word in words:
        joined = bool(run) and bool(_JOINS.fullmatch(text, run[-1].end, word.start))
        odd = _is_odd(word.text)
        capital = odd or word.text[:1].isupper()
        grammar = word.opens and not odd
        if run and not (joined and (capital or word.text in _LINKS)):
            yield _trimmed(run)
            run = []
        if run or (capital and not grammar):
            run.append(word)
    if run:
        yield _trimmed(run)


def _trimmed(run: list[Word]) -> list[Word]:
    while run[-1].text in _LINKS:
        run = run[:-1]
    return run


def text_of(words: Sequence[Word]) -> str:
    """Return words as they were written."""
    return " ".join(word.text for word in words)
