"""What words mean in a catalogue: a dictionary made of the profile's words and the facets' values."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from rapidfuzz import fuzz, process

from agent.rules.words import (
    CONTEXT_CUES,
    HEDGES,
    LIKE_CUES,
    NEGATIONS,
    NUMBER_WORDS,
    ORDINALS,
    REQUEST_CUES,
    STOPWORDS,
)
from data.index import Index
from data.items import fold
from data.profile import Shortcut

MISSPELT = 82.0  # similarity in % of a word to the one it is taken for
SHORTEST_MISSPELT = 5  # letters


@dataclass(frozen=True, slots=True)
class FacetSense:
    """A value of a facet; `guess` is false where it counts only beside its label."""

    facet: str
    value: str
    guess: bool = True


@dataclass(frozen=True, slots=True)
class ToneSense:
    """A tone axis, toward high (+1) or low (−1); relative for "darker", not for "dark"."""

    axis: str
    direction: Literal[-1, 1]
    relative: bool


@dataclass(frozen=True, slots=True)
class NumberSense:
    """A comparative such as "shorter"."""

    number: str
    direction: Literal[-1, 1]


@dataclass(frozen=True, slots=True)
class OrderSense:
    """A superlative such as "newest"."""

    number: str
    highest: bool


Sense = FacetSense | ToneSense | NumberSense | OrderSense | Shortcut


class Lexicon:
    """Look phrases up, longest first, and mend misspelt words."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.profile = index.catalogue.profile
        self.senses: dict[tuple[str, ...], list[Sense]] = {}
        for phrase, sense in self._entries():
            words = tuple(fold(phrase).split())
            known = self.senses.setdefault(words, []) if words else []
            if sense not in known:
                known.append(sense)
        self.longest = max(map(len, self.senses), default=1)

    def at(self, words: list[str]) -> tuple[int, list[Sense]]:
        """Return how many of the leading words form the longest known phrase, and its senses."""
        for length in range(min(self.longest, len(words)), 0, -1):
            found = self.senses.get(tuple(words[:length]))
            if found:
                return length, found
        return 0, []

    def knows(self, word: str) -> bool:
        """Tell whether a word belongs to the grammar, the vocabulary or the catalogue's texts."""
        return word in self._words or self._index.knows_word(word)

    def mend(self, word: str) -> str:
        """Return the word that a misspelt one stands for; itself where it is known or unclear."""
        if len(word) < SHORTEST_MISSPELT or word.isdigit() or self.knows(word):
            return word
        found = process.extractOne(
            word, self._mendable, scorer=fuzz.ratio, score_cutoff=MISSPELT
        )
        return found[0] if found else word

    def units(self) -> Iterator[tuple[tuple[str, ...], str, float]]:
        """Yield every unit word with its number and how many of the number it is."""
        for name, number in self.profile.numbers.items():
            for word, factor in number.units.items():
                yield tuple(fold(word).split()), name, factor

    @cached_property
    def nouns(self) -> frozenset[str]:
        """Return the words that only say what kind of catalogue this is."""
        noun = self.profile.noun
        words = (noun.one, noun.many, *noun.also)
        return frozenset(part for word in words for part in fold(word).split())

    @cached_property
    def _words(self) -> frozenset[str]:
        grammar = (*CONTEXT_CUES, *HEDGES, *LIKE_CUES, *NEGATIONS, *REQUEST_CUES)
        split = {part for phrase in grammar for part in phrase.split()}
        senses = {part for words in self.senses for part in words}
        units = {part for words, *_ in self.units() for part in words}
        return frozenset(
            split | senses | units | STOPWORDS | self.nouns | set(NUMBER_WORDS) | set(ORDINALS)
        )

    @cached_property
    def _mendable(self) -> list[str]:
        return sorted(word for word in self._words if len(word) >= SHORTEST_MISSPELT - 1)

    def _entries(self) -> Iterator[tuple[str, Sense]]:
        yield from self._shortcuts()
        yield from self._comparisons()
        yield from self._tones()
        yield from self._facets()

    def _shortcuts(self) -> Iterator[tuple[str, Sense]]:
        return ((say, short) for short in self.profile.shortcuts for say in short.say)

    def _comparisons(self) -> Iterator[tuple[str, Sense]]:
        for name, number in self.profile.numbers.items():
            yield from ((word, NumberSense(name, 1)) for word in number.more)
            yield from ((word, NumberSense(name, -1)) for word in number.less)
            yield from ((word, OrderSense(name, True)) for word in number.most)
            yield from ((word, OrderSense(name, False)) for word in number.least)

    def _tones(self) -> Iterator[tuple[str, Sense]]:
        for axis, tone in self.profile.tones.items():
            for pole, direction in ((tone.high, 1), (tone.low, -1)):
                yield pole.name, ToneSense(axis, direction, relative=True)
                for word in pole.words:
                    yield word, ToneSense(axis, direction, relative=word.endswith("er"))

    def _facets(self) -> Iterator[tuple[str, Sense]]:
        for name, facet in self.profile.facets.items():
            present = self._index.catalogue.facets[name]
            for value, said in facet.synonyms.items():
                if value in present:
                    yield from ((word, FacetSense(name, value)) for word in said)
            for value in present:
                yield from (
                    (form, FacetSense(name, value, facet.guess)) for form in _forms(value)
                )


def _forms(value: str) -> Iterable[str]:
    folded = fold(value)
    return (folded, folded.removesuffix("s")) if len(folded) > 4 else (folded,)
