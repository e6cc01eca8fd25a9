"""What words mean in a catalogue, in each language: made of the profile and its vocabularies."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from agent.understanding.kinds import kind_of
from agent.understanding.language import Language, Phrase
from agent.understanding.senses import (
    Direction,
    FacetSense,
    FieldSense,
    NounSense,
    NumberSense,
    OrderSense,
    Sense,
    ShortcutSense,
    ToneSense,
    UnknownSense,
    WordSense,
)
from agent.understanding.tokens import unspaced, words
from data.catalogue import Catalogue
from data.items import fold
from data.profile import Number, NumberWords, Vocabulary
from data.words import FUNCTION_WORDS

LONG_WORD = 10
"""Letters from which two slips are mended; one in shorter words."""

SHORTEST_MISSPELT = 5
SHORTEST_STEM = 5
LONGEST_RAISED = 8
SHORTEST_PART = 4
FEW_VALUES = 32
"""Up to so many values a facet sorts; those of larger ones, as brands, are names."""

ENGLISH = "en"


class Lexicon:
    """The phrases of one language over one catalogue, longest first."""

    def __init__(
        self, catalogue: Catalogue, language: Language, fallback: "Lexicon | None" = None
    ) -> None:
        """Gather the phrases; what is unknown here is looked up in `fallback`."""
        self.language = language
        self._catalogue = catalogue
        self._profile = catalogue.profile
        self._vocabulary = catalogue.profile.vocabularies.get(language.code, Vocabulary())
        self._fallback = fallback
        self._own = language.code == ENGLISH and ENGLISH not in catalogue.profile.vocabularies
        """Whether the profile's own words are read: it has no file of English ones beside it."""
        self.senses: dict[Phrase, list[Sense]] = {}
        for phrase, sense in self._entries():
            known = self.senses.setdefault(words(phrase), []) if words(phrase) else []
            if sense not in known:
                known.append(sense)
        self.longest = max(map(len, self.senses), default=1)
        self._stems = {self._stem(phrase): known for phrase, known in self.senses.items()}

    def at(self, said: Sequence[str]) -> tuple[int, list[Sense]]:
        """Return how many of the leading words form the longest known phrase, and its senses."""
        length, found = self._at(tuple(said[: self.longest]))
        if self._fallback is not None:
            other, theirs = self._fallback.at(said)
            if other > length:
                return other, theirs
        return length, found

    def _at(self, said: Phrase) -> tuple[int, list[Sense]]:
        for length in range(len(said), 0, -1):
            known = self.senses.get(said[:length])
            if known:
                return length, known
            if length == 1 and said[0] in self.language.plain:
                return 0, []
            inflected = self._stems.get(self._stem(said[:length]))
            if inflected:
                return length, inflected
        return (1, glossed) if said and (glossed := self._glossed(said[:1])) else (0, [])

    def _stem(self, phrase: Phrase) -> Phrase:
        return tuple(_cut(word, self.language.endings) for word in phrase)

    def _glossed(self, phrase: Phrase) -> list[Sense]:
        """Return the senses of a word's English gloss, where this language has none of its own."""
        if self._fallback is None or phrase[0] in self.language.plain:
            return []
        gloss = self.language.glossary.get(phrase)
        if not gloss:
            return []
        said = words(gloss)
        length, found = self._fallback.at(said)
        kept: list[Sense] = [s for s in found if isinstance(s, FacetSense | ToneSense | WordSense)]
        return kept if length == len(said) else []

    def knows(self, word: str) -> bool:
        """Tell whether a word stands in any phrase, or is one of the language's plain words."""
        here = word in self._known or word in self.language.plain or self._stem_known(word)
        return here or (self._fallback is not None and self._fallback.knows(word))

    def _stem_known(self, word: str) -> bool:
        return self._stem((word,)) in self._stems or (
            self.language.code == ENGLISH and word in self._told
        )

    @cached_property
    def _told(self) -> frozenset[str]:
        """Return the words of the catalogue's own texts: no misspellings."""
        texts = (item.description for item in self._catalogue.items)
        return frozenset(word for text in texts for word in fold(text).split())

    @lru_cache(maxsize=4096)  # noqa: B019 - lexicons live as long as the process
    def mend(self, word: str) -> str:
        """Return the known word that a misspelt one stands for, or the word itself.

        First and last letter are right, or the word was cut short; few people miss those.
        """
        if len(word) < SHORTEST_MISSPELT or not word.isalpha() or self.knows(word):
            return word
        alike = self._mendable.get(word[0], [])
        alike = [each for each in alike if each[-1] == word[-1] or each.startswith(word)]
        slips = 1 if len(word) < LONG_WORD else 2
        found = process.extractOne(word, alike, scorer=OSA.distance, score_cutoff=slips)
        return found[0] if found else word

    def part(self, word: str) -> tuple[int, list[Sense]]:
        """Return the senses of a compound's beginning: "horrorfilm", and its length in letters."""
        if not self.language.compounds:
            return 0, []
        for length in range(len(word) - 2, SHORTEST_PART - 1, -1):
            for head in (word[:length], word[:length].removesuffix("s")):
                known = self.senses.get((head,)) or self.senses.get((f"{head}e",))
                if known and any(isinstance(s, FacetSense | ToneSense) for s in known):
                    return length, known
        return 0, []

    @cached_property
    def units(self) -> Mapping[Phrase, tuple[tuple[str, float], ...]]:
        """Map unit words to the numbers they may be of, and how many of each one unit is."""
        found: dict[Phrase, tuple[tuple[str, float], ...]] = {}
        for name, number in self._profile.numbers.items():
            own = self._vocabulary.numbers.get(name)
            declared = dict(number.units) if self.language.code == ENGLISH else {}
            if own is not None:
                declared |= own.units
                declared |= {word: 1.0 for word in (own.one, own.many) if word}
            for word, factor in declared.items():
                phrase = words(word)
                if phrase:
                    found[phrase] = (*found.get(phrase, ()), (name, float(factor)))
        if self._fallback is not None:
            found = {**self._fallback.units, **found}
        return found

    @cached_property
    def _known(self) -> frozenset[str]:
        own = {word for phrase in self.senses for word in phrase}
        own |= {word for phrase in (*self.language.glossary, *self.units) for word in phrase}
        own |= {word for phrase in self.language.numerals for word in phrase}
        own |= {word for phrase in self.language.ordinals for word in phrase}
        own |= {word for phrase in self.language.audience for word in phrase}
        return frozenset(own)

    @cached_property
    def _mendable(self) -> Mapping[str, list[str]]:
        """Map a first letter to the words that begin with it: few people miss the first one."""
        found: dict[str, list[str]] = {}
        for word in sorted({word for phrase in self.senses for word in phrase}):
            if len(word) >= SHORTEST_MISSPELT:
                found.setdefault(word[0], []).append(word)
        return found

    def _entries(self) -> Iterator[tuple[str, Sense]]:
        yield from self._nouns()
        yield from self._unknown()
        yield from self._shortcuts()
        yield from self._numbers()
        yield from self._tones()
        yield from self._facets()
        yield from self._parts()
        yield from self._words_of_names()
        yield from self._usual()

    def _parts(self) -> Iterator[tuple[str, Sense]]:
        """Yield the parts of joined labels: "Beauty" of "Beauty and Personal Care"."""
        if self.language.code != ENGLISH:
            return
        said = "|".join(re.escape(" ".join(each)) for each in self.language.also)
        joint = re.compile(rf"\s(?:&|/|{said})\s|,\s", re.IGNORECASE)
        for name, facet in self._profile.facets.items():
            if len(self._catalogue.facets[name]) > FEW_VALUES:
                continue
            parts = [
                (part.strip(), value)
                for value in self._catalogue.facets[name] if facet.guess
                for part in joint.split(value) if len(part) > 2 and part.strip() != value
            ]  # fmt: skip
            counts = Counter(fold(part) for part, _ in parts)
            yield from (
                (part, FacetSense(name, value))
                for part, value in parts
                if counts[fold(part)] == 1 and words(part) not in self.senses
            )

    def _words_of_names(self) -> Iterator[tuple[str, Sense]]:
        """Yield the words of names where names describe: "Ceramic Mug", not "Naruto"."""
        if self.language.code == ENGLISH:
            for word in sorted(self._catalogue.describing - FUNCTION_WORDS):
                short = len(word) < SHORTEST_STEM - 1
                endings = self.language.endings if short else ()
                yield from ((word + ending, WordSense(word)) for ending in ("", *endings))

    def _usual(self) -> Iterator[tuple[str, Sense]]:
        """Yield what people say for labels that many catalogues have, where a profile is silent."""
        by_name = {
            fold(value): FacetSense(name, value)
            for name, facet in self._profile.facets.items()
            if facet.guess
            for value in self._catalogue.facets[name]
        }
        for label, said in self.language.usual.items():
            sense = by_name.get(fold(label))
            if sense is not None:
                yield from ((word, sense) for word in said if words(word) not in self.senses)

    def _nouns(self) -> Iterator[tuple[str, Sense]]:
        nouns = [self._vocabulary.noun]
        nouns += [self._profile.noun] if self._own else []
        for noun in filter(None, nouns):
            yield from ((word, NounSense()) for word in (noun.one, noun.many, *noun.also))
            for facet, said in noun.beside.items():
                yield from ((word, NounSense(facet)) for word in said)

    def _unknown(self) -> Iterator[tuple[str, Sense]]:
        own = self._profile.unknown if self._own else {}
        for topic, said in (*own.items(), *self._vocabulary.unknown.items()):
            yield from ((word, UnknownSense(topic)) for word in said)

    def _shortcuts(self) -> Iterator[tuple[str, Sense]]:
        for shortcut in self._profile.shortcuts:
            said = shortcut.say if self._own else ()
            more = self._vocabulary.shortcuts.get(shortcut.say[0], ())
            yield from ((word, ShortcutSense(shortcut)) for word in (*said, *more))

    def _numbers(self) -> Iterator[tuple[str, Sense]]:
        for name, number in self._profile.numbers.items():
            own = self._vocabulary.numbers.get(name)
            sources: list[Number | NumberWords] = [own] if own else []
            sources += [number] if self._own else []
            if own is None:
                usual = self.language.kinds.get(kind_of(number), {})
                sources.append(NumberWords.model_validate(usual))
            for source in sources:
                for direction, said in ((HIGH, source.more), (LOW, source.less)):
                    yield from (
                        (word, NumberSense(name, direction, self._settles(word))) for word in said
                    )
                yield from ((word, OrderSense(name, True)) for word in source.most)
                yield from ((word, OrderSense(name, False)) for word in source.least)
                yield from ((word, FieldSense(name)) for word in _names(source))
            if own is None and self.language.code == ENGLISH:
                yield name, FieldSense(name)

    def _settles(self, phrase: str) -> bool:
        """Tell whether a phrase says itself which way it goes: "too long", "fewer episodes"."""
        settling, spoken = self.language.settling, words(phrase)
        whole = any(word in settling for word in spoken)
        return whole or any(unspaced(each[0]) and each in phrase for each in settling)

    def _tones(self) -> Iterator[tuple[str, Sense]]:
        english = self.language.code == ENGLISH
        for axis, tone in self._profile.tones.items():
            own = self._vocabulary.tones.get(axis)
            for direction, pole in ((HIGH, tone.high), (LOW, tone.low)):
                theirs = None if own is None else own.high if direction > 0 else own.low
                named = [pole.name] if english else []
                named += [theirs.name] if theirs and theirs.name else []
                said = [*(pole.words if self._own else ()), *(theirs.words if theirs else ())]
                for word in named:
                    yield word, ToneSense(axis, direction, True, self._settles(word))
                for word in said:
                    yield word, ToneSense(axis, direction, False, self._settles(word))
                    higher = ToneSense(axis, direction, True)
                    yield from ((form, higher) for form in raised(word, self.language.raised))

    def _facets(self) -> Iterator[tuple[str, Sense]]:
        english = self.language.code == ENGLISH
        for name, facet in self._profile.facets.items():
            present = self._catalogue.facets[name]
            own = self._vocabulary.facets.get(name, {})
            declared = facet.synonyms if self._own else {}
            for value, said in (*declared.items(), *own.items()):
                if value in present:
                    yield from ((word, FacetSense(name, value)) for word in said)
            yield from ((word, FieldSense(name)) for word in self._vocabulary.labels.get(name, ()))
            if english:
                for value in present:
                    yield value, FacetSense(name, value, facet.guess)
                yield facet.label, FieldSense(name)
                yield f"{facet.label}s", FieldSense(name)


HIGH: Direction = 1
LOW: Direction = -1


def _names(source: Number | NumberWords) -> Iterable[str]:
    """Return what a number itself is called: "episodes", "length"."""
    told = (source.label, source.one, source.many, *source.units)
    return [word for word in told if word and word.isalpha()]


def _cut(word: str, endings: Sequence[str]) -> str:
    """Return a word without what its language inflects it with."""
    if len(word) < SHORTEST_STEM or unspaced(word[0]):
        return word
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM - 1:
            return word.removesuffix(ending)
    return word


def raised(word: str, endings: Sequence[str]) -> tuple[str, ...]:
    """Return how an adjective may be raised by endings: "darker", "silliest", "sadder"."""
    lower = word.lower()
    if not endings or len(lower) > LONGEST_RAISED or not lower.isalpha():
        return ()
    stem = lower[:-1] + "i" if lower.endswith("y") else lower.removesuffix("e")
    stems = (stem, f"{stem}{stem[-1:]}")
    return tuple(f"{each}{ending}" for each in stems for ending in endings)
