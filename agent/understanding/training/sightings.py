"""What finders see in messages: the mentions that reading starts from.

In use the network judges what a finder found, true mentions and ordinary words alike ("free" in
"free time"). So it learns on the finds of the bundled catalogue's finder; in messages about other
things, on those of a make-believe catalogue that knows the labels which the corpus marks there.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from tokenizers import Tokenizer

from agent.understanding.annotations import Annotated
from agent.understanding.language import Language, languages
from agent.understanding.lexicon import ENGLISH, Lexicon
from agent.understanding.marking import Span
from agent.understanding.mentions import Finder
from agent.understanding.tokens import tokens, unspaced, words
from agent.understanding.training.parts import Pair
from data.catalogue import Catalogue
from data.profile import load_profile
from data.sources import read_items, source_files
from data.tables import Report
from tools.titles import Titles

CATALOGUE = "anime"
BY_WORD = "shop"
"""The domain whose labels are known word by word, as names of products tell them."""

LEAST = 2
"""How often a label must be marked in the corpus to be known."""

UNKNOWN = 0.3
"""How often the make-believe catalogue lacks a label."""

OWN = frozenset({"title", "value"})
"""Kinds that are of one catalogue; figures, orders, tones and companions are everybody's."""

LONGEST_LABEL = 4


class Sightings:
    """Find the spans of messages in any language, as reading does."""

    def __init__(self, tokenizer: Tokenizer, pairs: Iterable[Pair] = ()) -> None:
        """Open the bundled catalogue; of the labels marked in `pairs` others are made up.

        What is one piece of the tokenizer is a real word, as in use.
        """

        def is_word(written: str) -> bool:
            return len(tokenizer.encode(written, add_special_tokens=False).ids) == 1

        profile = load_profile(CATALOGUE)
        catalogue = Catalogue(profile, read_items(profile, source_files(profile, ()), Report()))
        titles = Titles(catalogue)
        english = Lexicon(catalogue, languages()[ENGLISH])
        self._finders = {
            code: Finder(
                english if code == ENGLISH else Lexicon(catalogue, language, english),
                titles,
                is_word,
            )
            for code, language in languages().items()
        }
        self._labels = _labels(pairs)

    def of(self, message: Annotated, language: str) -> tuple[Span, ...]:
        """Return what the bundled catalogue's finder sees in a message, in order and apart."""
        found = self._finders[language].find(message.text, bool(message.listed))
        return tuple(mention.span() for mention in found.mentions)

    def elsewhere(
        self, message: Annotated, language: str, domain: str, chance: random.Random
    ) -> tuple[Span, ...]:
        """Return what the finder of a make-believe catalogue of the domain sees."""
        general = [span for span in self.of(message, language) if span.kind not in OWN]
        known = self._labels.get((language, domain), frozenset())
        own = _matches(message.text, known, chance)
        free = [s for s in own if all(s.end <= g.start or g.end <= s.start for g in general)]
        return tuple(sorted([*general, *free], key=lambda span: span.start))


def _labels(pairs: Iterable[Pair]) -> dict[tuple[str, str], frozenset[tuple[str, ...]]]:
    """Return the labels that a catalogue of each language and domain may know."""
    counts: dict[tuple[str, str], Counter[tuple[str, ...]]] = defaultdict(Counter)
    for pair in pairs:
        plain = languages()[pair.language]
        for mark in pair.message.marks:
            if mark.kind == "value":
                said = words(pair.message.text[mark.start : mark.end])
                counts[pair.language, pair.domain].update(_parts(said, pair.domain, plain))
    return {
        key: frozenset(label for label, count in few.items() if count >= LEAST)
        for key, few in counts.items()
    }


def _parts(said: tuple[str, ...], domain: str, language: Language) -> list[tuple[str, ...]]:
    whole = not said or domain != BY_WORD or unspaced(said[0])
    return [said] if whole else [(w,) for w in said if len(w) > 2 and w not in language.plain]


def _matches(text: str, known: frozenset[tuple[str, ...]], chance: random.Random) -> Sequence[Span]:
    lacked = {label for label in known if chance.random() < UNKNOWN} if known else set()
    said = [token for token in tokens(text) if token.is_word]
    found: list[Span] = []
    place = 0
    while place < len(said):
        longest = LONGEST_LABEL * 2 if unspaced(said[place].word) else LONGEST_LABEL
        for length in range(min(longest, len(said) - place), 0, -1):
            label = tuple(token.word for token in said[place : place + length])
            if label in known and label not in lacked:
                found.append(Span(said[place].start, said[place + length - 1].end, "value"))
                place += length
                break
        else:
            place += 1
    return found
