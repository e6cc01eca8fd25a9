"""Vetoes: "no romance or spiders", facet values where there are any, else words of the texts."""

from agent.rules import words
from agent.rules.descriptions import Descriptions
from agent.rules.lexicon import Lexicon
from agent.rules.utterance import Phrases, Utterance
from agent.understanding.senses import FacetSense
from tools.preferences import Value
from tools.selection import TEXT

_NEGATIONS = Phrases(words.NEGATIONS)
_DEGREES = Phrases(words.VETOED_DEGREES)


class Vetoes:
    """Read what must not be in a title, taking the tokens."""

    def __init__(self, lexicon: Lexicon, descriptions: Descriptions) -> None:
        """Know the vocabulary, and what belongs to a description."""
        self._lexicon = lexicon
        self._descriptions = descriptions
        self._plain = words.STOPWORDS | words.NO_VETO | words.CONNECTIVES | lexicon.nouns

    def read(self, message: Utterance) -> list[Value]:
        """Return the vetoes of a message; negated adjectives are left to the tones."""
        found: list[Value] = []
        place = 0
        while (cue := _NEGATIONS.find(message, place)) is not None:
            start, place = cue
            if _DEGREES.at(message, start) is not None:
                continue
            values, last = self._row(message, self._past(message, place, words.PASSED_OVER))
            if values and not self._describes(message, start, values):
                message.take(start, self.past_head(message, last))
                found += values
                place = last
            elif message.word(place) in words.NO_VETO:
                message.take(start, place + 1)
        return found

    def _describes(self, message: Utterance, start: int, values: list[Value]) -> bool:
        """Tell whether the negation belongs to a subject: "about a girl who has no friends"."""
        if self._descriptions.subject_from(message, start) is None:
            return False
        predicate = message.word(start - 1) in words.PREDICATES
        return predicate or any(value.facet == TEXT for value in values)

    def past_head(self, message: Utterance, place: int) -> int:
        """Return the place after the noun that a value describes: "movies" in "horror movies"."""
        heads = words.FILLING | self._lexicon.labels | self._lexicon.nouns | self._lexicon.kinds
        return place + (message.word(place) in heads and message.free(place, place + 1))

    def _row(self, message: Utterance, start: int) -> tuple[list[Value], int]:
        """Return the values of an enumeration that begins at a place, and its end."""
        values, last = self._at(message, start)
        while values and message.word(last) in words.AND_WORDS:
            after = self._past(message, last, words.AND_WORDS)
            more, end = self._at(message, self._past(message, after, words.PASSED_OVER))
            loose = message.word(last) == "," and after == last + 1
            if not more or (loose and more[0].facet == TEXT):
                break
            values, last = values + more, end
        return values, last

    def _past(self, message: Utterance, place: int, passed: frozenset[str]) -> int:
        while message.word(place) in passed:
            place += 1
        return place

    def _at(self, message: Utterance, place: int) -> tuple[list[Value], int]:
        """Return the values that one word or phrase stands for, and where it ends."""
        if not message.free(place, place + 1):
            return [], place
        longest = message.words[place : place + self._lexicon.longest]
        length, senses = self._lexicon.at(longest)
        facets = [sense for sense in senses if isinstance(sense, FacetSense) and sense.guess]
        if facets and message.free(place, place + length):
            return [Value(s.facet, s.value) for s in self._narrowest(facets)], place + length
        token = message.tokens[place]
        if senses or token.is_mark or token.is_number or token.word in self._plain:
            return [], place
        return [Value(TEXT, token.word)], place + 1

    def _narrowest(self, facets: list[FacetSense]) -> list[FacetSense]:
        """Return what a phrase rules out: of "romantic comedy" the theme, not both genres."""
        of_one = [s for s in facets if sum(o.facet == s.facet for o in facets) == 1]
        return of_one or facets
