"""Phrases of the vocabulary as they stand in a message: what they may mean, and how it is meant."""

from collections.abc import Sequence
from dataclasses import dataclass

from agent.rules.lexicon import Lexicon, Sense
from agent.rules.stance import Stance, stance_at
from agent.rules.utterance import Utterance
from agent.understanding.senses import FacetSense


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of the vocabulary in a message: its span, with the words that turn it, and how."""

    begin: int
    start: int
    end: int
    stance: Stance
    senses: Sequence[Sense]

    def facets(self) -> list[FacetSense]:
        """Return the facet values that it stands for."""
        return [sense for sense in self.senses if isinstance(sense, FacetSense)]

    def is_more_than_facets(self) -> bool:
        """Tell whether it also stands for a tone, a number or a shortcut."""
        return len(self.facets()) < len(self.senses)


class PhraseReader:
    """Find phrases of a vocabulary."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Look phrases up in a lexicon."""
        self._lexicon = lexicon

    def at(self, message: Utterance, start: int) -> Phrase | None:
        """Return the longest phrase that begins at a place, with the stance taken to it."""
        length, senses = self._lexicon.at(message.words[start : start + self._lexicon.longest])
        while length and not message.free(start, start + length):
            length, senses = self._lexicon.at(message.words[start : start + length - 1])
        end = start + length
        usable = [
            sense
            for sense in senses
            if not isinstance(sense, FacetSense)
            or sense.guess
            or self._labelled(message, sense, start, end)
        ]
        unique = list({_key(sense): sense for sense in reversed(usable)}.values())[::-1]
        if not unique:
            return None
        begin, stance = stance_at(message, start)
        return Phrase(begin, start, end, stance, unique)

    def _labelled(self, message: Utterance, sense: FacetSense, start: int, end: int) -> bool:
        """Tell whether a value that is no plain word stands beside its facet's name or "by"."""
        label = self._lexicon.profile.facets[sense.facet].label
        before = message.words[max(0, start - 2) : start]
        return label in before or label == message.word(end) or message.word(start - 1) == "by"


def _key(sense: Sense) -> object:
    return (sense.facet, sense.value) if isinstance(sense, FacetSense) else id(sense)
