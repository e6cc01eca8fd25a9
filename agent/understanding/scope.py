"""What composers work over: one index, in one language."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.understanding.language import Language
from agent.understanding.tokens import words
from data.catalogue import Catalogue
from data.index import Index
from data.profile import Profile

WANTED = frozenset({"want", "must", "maybe", "more"})
UNWANTED = frozenset({"avoid", "less"})
LONGEST_GLOSS = 6


@dataclass(frozen=True, slots=True)
class Scope:
    """An index and the language in which it is spoken of."""

    index: Index
    language: Language

    @property
    def profile(self) -> Profile:
        """Return the catalogue's profile."""
        return self.index.catalogue.profile

    @property
    def catalogue(self) -> Catalogue:
        """Return the catalogue."""
        return self.index.catalogue

    def tells(self, said: str) -> bool:
        """Tell whether a word of a text stands in the catalogue's own texts."""
        return any(len(self.index.containing(word)) for word in said.split())

    def english(self, said: str) -> str:
        """Return words as English texts would have them, by the language's glossary."""
        glossary: Mapping[tuple[str, ...], str] = self.language.glossary
        if not glossary:
            return said
        spoken = words(said)
        found: list[str] = []
        place = 0
        while place < len(spoken):
            for length in range(min(LONGEST_GLOSS, len(spoken) - place), 0, -1):
                gloss = glossary.get(spoken[place : place + length])
                if gloss:
                    found.append(gloss)
                    place += length
                    break
            else:
                word = spoken[place]
                if word not in self.language.plain and word.isascii():
                    found.append(word)
                place += 1
        return " ".join(found) or said
