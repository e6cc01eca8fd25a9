"""What words mean in a catalogue: a dictionary made of the profile's words and facet values."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from rapidfuzz import fuzz, process

from agent.rules import question_words, sayings, words
from agent.understanding.lexicon import raised
from agent.understanding.senses import (
    Direction,
    FacetSense,
    NumberSense,
    OrderSense,
    ToneSense,
)
from data.index import Index
from data.items import fold
from data.profile import Pole, Shortcut

MISSPELT = 84.0  # similarity in % of a word to the one it is taken for
RAISED = ("er", "est")
COMMON = 0.004  # of all texts; names of well-known titles stand in fewer
SHORTEST_MISSPELT = 4  # letters
GRAMMAR = (
    *words.CONTEXT_CUES, *words.HEDGES, *words.LIKE_CUES, *words.NEGATIONS, *words.REQUEST_CUES,
    *words.LESS, *words.MORE, *words.SORTING, *words.AUTOBIOGRAPHY, *words.VETOED_DEGREES,
)  # fmt: skip


Sense = FacetSense | ToneSense | NumberSense | OrderSense | Shortcut


class Lexicon:
    """Look phrases up, longest first, and mend misspelt words."""

    def __init__(self, index: Index) -> None:
        """Gather the phrases of an index's profile and the values of its facets."""
        self._index = index
        self.profile = index.catalogue.profile
        self.senses: dict[tuple[str, ...], list[Sense]] = {}
        for phrase, sense in self._entries():
            folded = tuple(fold(phrase).split())
            known = self.senses.setdefault(folded, []) if folded else []
            if sense not in known:
                known.append(sense)
        self.longest = max(map(len, self.senses), default=1)

    def at(self, said: Sequence[str]) -> tuple[int, list[Sense]]:
        """Return how many of the leading words form the longest known phrase, and its senses."""
        for length in range(min(self.longest, len(said)), 0, -1):
            found = self.senses.get(tuple(said[:length]))
            if found:
                return length, found
        return 0, []

    def knows(self, word: str) -> bool:
        """Tell whether a word belongs to the grammar, the vocabulary or the catalogue's texts."""
        return word in self._words or self._index.knows_word(word)

    def is_common(self, word: str) -> bool:
        """Tell whether a word stands in so many texts that it is one of plain English."""
        return len(self._index.containing(word)) > COMMON * len(self._index.catalogue)

    def mend(self, word: str) -> str:
        """Return the word that a misspelt one stands for; itself where it is known or unclear."""
        if len(word) < SHORTEST_MISSPELT or word.isdigit() or self.knows(word):
            return word
        found = process.extractOne(word, self._mendable, scorer=fuzz.ratio, score_cutoff=MISSPELT)
        return found[0] if found else word

    @cached_property
    def units(self) -> Sequence[tuple[tuple[str, ...], str, float]]:
        """Return every unit word with its number and how many of the number it is."""
        found = [
            (tuple(fold(word).split()), name, factor)
            for name, number in self.profile.numbers.items()
            for word, factor in number.units.items()
        ]
        return sorted(found, key=lambda unit: -len(unit[0]))

    @cached_property
    def numbers_by_word(self) -> dict[str, str]:
        """Map every word that names a number to it: "length", "episodes", "rating"."""
        found: dict[str, str] = {}
        for name, number in self.profile.numbers.items():
            kind = words.KIND_WORDS[number.kind]
            for phrase in (name, number.label, number.one, number.many, *number.units, *kind):
                for word in fold(phrase).split():
                    found.setdefault(word, name)
        return {word: name for word, name in found.items() if word not in _JOINING_NAMES}

    @cached_property
    def nouns(self) -> frozenset[str]:
        """Return the words that only say what kind of catalogue this is."""
        noun = self.profile.noun
        return frozenset(
            folded
            for word in (noun.one, noun.many, *noun.also)
            if " " not in (folded := fold(word))
        )

    @cached_property
    def kinds(self) -> frozenset[str]:
        """Return the words for a kind of item, such as "movie": values that exclude each other."""
        single = {name for name, facet in self.profile.facets.items() if facet.single}
        return frozenset(
            said[0]
            for said, senses in self.senses.items()
            if len(said) == 1
            and any(isinstance(s, FacetSense) and s.guess and s.facet in single for s in senses)
        )

    @cached_property
    def labels(self) -> frozenset[str]:
        """Return the names of facets, in the singular and the plural."""
        named = {fold(facet.label) for facet in self.profile.facets.values()}
        return frozenset(named | {f"{label}s" for label in named})

    @cached_property
    def _words(self) -> frozenset[str]:
        split = {part for phrase in GRAMMAR for part in phrase.split()}
        senses = {part for said in self.senses for part in said}
        units = {part for said, *_ in self.units for part in said}
        figures = {*words.NUMBER_WORDS, *words.TENS, *words.ORDINALS, *words.DECADES}
        known = split | senses | units | figures | self.nouns | words.STOPWORDS | words.NO_VETO
        patterns = sayings.VOCABULARY | question_words.VOCABULARY
        return frozenset(known | patterns | set(self.numbers_by_word))

    @cached_property
    def _mendable(self) -> list[str]:
        return sorted(word for word in self._words if len(word) >= SHORTEST_MISSPELT)

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
            for pole, direction in ((tone.high, HIGH), (tone.low, LOW)):
                for word, relative in _degrees(pole):
                    yield word, ToneSense(axis, direction, relative)

    def _facets(self) -> Iterator[tuple[str, Sense]]:
        for name, facet in self.profile.facets.items():
            present = self._index.catalogue.facets[name]
            for value, said in facet.synonyms.items():
                if value in present:
                    yield from ((word, FacetSense(name, value)) for word in said)
            for value in present:
                yield from ((form, FacetSense(name, value, facet.guess)) for form in _forms(value))


HIGH: Direction = 1
LOW: Direction = -1
_JOINING_NAMES = frozenset("per a an of the h one".split())


def _forms(value: str) -> Iterable[str]:
    """Return how a value is said: as it is, in the singular and in the plural."""
    folded = fold(value)
    if len(folded) <= 2:
        return (folded,)
    plural = f"{folded}es" if folded.endswith(("ch", "s", "x")) else f"{folded}s"
    return (folded, plural, folded.removesuffix("s") if len(folded) > 4 else folded)


def _degrees(pole: Pole) -> Iterator[tuple[str, bool]]:
    """Yield a pole's words and their comparatives, with whether each is one."""
    comparatives = {form for word in pole.words for form in raised(word, RAISED)}
    yield fold(pole.name), True
    yield from ((form, True) for form in sorted(comparatives))
    for word in pole.words:
        said = fold(word)
        yield said, said in comparatives or said.startswith(("more ", "less "))
