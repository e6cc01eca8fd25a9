"""Which words of a sentence name something: titles of the catalogue, and what is no prose."""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property, lru_cache

from agent.rules.words import STOPWORDS
from data.index import Index
from data.items import fold
from data.words import FUNCTION_WORDS
from tools.titles import Titles

LONGEST = 24  # words of a name that is looked for
JOINED = 7  # letters from which "cowboybebop" is looked up as "Cowboy Bebop"
TWICE = 2  # descriptions that use a word in lower case before it counts as an ordinary one
LOOKED_AT = 500  # descriptions read for it
_POSSESSIVE = re.compile(r"[’'`]s\b", re.IGNORECASE)
_ADVERB = re.compile(r"[a-z]{4,}(?:ly|ing|ed|ful|ous|ive|less)")
PROSE = (
    FUNCTION_WORDS
    | STOPWORDS
    | frozenset(
        "after although amid among because before being below beneath beside besides beyond but "
        "darker during each easy expect finally first five follows four fun funnier funny grim "
        "gritty hard heavier here hope if last lastly lighter longer most newer next not once one "
        "outside overall perfect rather second set shorter since six slower sweet tense then these "
        "third this three together two under unlike until warm warmer when where while "
        "within".split()
    )
)
"""Words that name nothing, whatever titles consist of them."""
OPENERS = frozenset(
    "a all also although an and as at because before both but by each either even few first five "
    "for four from he here if in it its last less like many more most much neither next no none "
    "not of on one only or second she since so some still than that the their then there these "
    "they third this those though three to too two we what when where which while who with you "
    "your i against across along amid around behind below beneath beside between beyond despite "
    "during inside into near onto outside over past through under until unless upon within without "
    "whether whose how why".split()
)
"""Words with which a sentence can begin though a title is spelt so."""


class Names:
    """Find the names of one index in text."""

    def __init__(self, index: Index, titles: Titles) -> None:
        self.index = index
        self.catalogue = index.catalogue
        self._titles = titles
        self.is_ordinary = lru_cache(maxsize=20_000)(self._is_ordinary)
        self.is_phrase = lru_cache(maxsize=20_000)(self._is_phrase)

    def warm(self) -> None:
        """Build the tables that the first answer would otherwise wait for."""
        _ = self._beginnings, self._values

    def bearers(self, name: str) -> tuple[int, ...]:
        """Return the positions of the items that a folded name stands for."""
        return self._titles.exact(name)

    def found(self, words: Sequence[str]) -> Iterator[tuple[int, int, tuple[int, ...]]]:
        """Yield where names begin and end in folded words, longest first from each place."""
        for start, word in enumerate(words):
            longest = self._beginnings.get(word, 0)
            for end in range(min(len(words), start + longest), start, -1):
                if places := self.bearers(" ".join(words[start:end])):
                    yield start, end, places
            if not longest and len(word) >= JOINED and (places := self.bearers(word)):
                yield start, start + 1, places

    @cached_property
    def _beginnings(self) -> dict[str, int]:
        """Map the first word of every name to the most words that a name beginning so has."""
        longest: dict[str, int] = {}
        for name in self.catalogue.by_name:
            words = name.split(" ")
            longest[words[0]] = max(longest.get(words[0], 0), min(LONGEST, len(words)))
        return longest

    def _is_ordinary(self, word: str) -> bool:
        """Tell whether a folded word is one of the language: the catalogue's prose uses it so."""
        return word in PROSE or bool(_ADVERB.fullmatch(word)) or self._is_prose(word)

    def _is_phrase(self, words: str) -> bool:
        """Tell whether folded words in a row are prose though they are a title as well."""
        parts = words.split()
        return all(part in PROSE for part in parts) or self._is_prose(words)

    def _is_prose(self, words: str) -> bool:
        """Tell whether these words are a value's, or stand in descriptions in lower case."""
        if words in self._values:
            return True
        written = re.compile(rf"(?<![\w-]){re.escape(words)}(?![\w-])")
        items = self.catalogue.items
        places = self.index.containing(words)[:LOOKED_AT].tolist()
        hits = (place for place in places if written.search(items[place].description))
        return sum(1 for _, _ in zip(range(TWICE), hits, strict=False)) >= TWICE

    @cached_property
    def _values(self) -> frozenset[str]:
        """Return every value of the facets that people are asked for, folded."""
        facets = self.catalogue.profile.facets
        return frozenset(
            fold(value)
            for name, few in self.catalogue.facets.items()
            if facets[name].guess or facets[name].single
            for value in few
        )

    def names_of(self, ids: Collection[str]) -> frozenset[int]:
        """Return the positions of items."""
        return frozenset(self.catalogue.position[each] for each in ids if each in self.catalogue)


def folded(text: str) -> list[str]:
    """Return the words of a text as names are compared."""
    return fold(text).split()


def owned(text: str) -> list[str]:
    """Return the words of a text with possessives read as the names they belong to."""
    return fold(_POSSESSIVE.sub("", text)).split()
