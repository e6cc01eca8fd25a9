"""Which words of a message describe what a title is about, and the text that they make."""

from agent.rules import words
from agent.rules.lexicon import Lexicon
from agent.rules.utterance import Phrases, Utterance

_CONTEXT = Phrases(words.CONTEXT_CUES)
_PROPOSALS = Phrases((*words.PROPOSALS, *words.COMPANY))
_AUTOBIOGRAPHY = Phrases(words.AUTOBIOGRAPHY)
_GRAMMAR = frozenset(
    part
    for phrases in (words.NEGATIONS, words.LESS, words.MORE, words.HEDGES, words.CONTEXT_CUES)
    for phrase in phrases
    for part in phrase.split()
) | words.PLACING | words.TITLE_STOPS | words.CONNECTIVES  # fmt: skip


class Descriptions:
    """Tell descriptions from wishes: "a samurai wanders through Japan" from "a samurai film"."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Know which words have a meaning of their own."""
        self._lexicon = lexicon
        self._plain = words.STOPWORDS | words.CONNECTIVES | lexicon.nouns
        self._plain |= frozenset(lexicon.numbers_by_word)

    def prepare(self, message: Utterance) -> None:
        """Take what is no wish: "what about", and clauses such as "I had a rough day"."""
        place = 0
        while (found := _PROPOSALS.find(message, place)) is not None:
            message.take(*found)
            place = found[1]
        for start, end in list(message.rest()):
            at = _AUTOBIOGRAPHY.at(message, start)
            if at is not None and not self._means_anything(message, at, end):
                message.take(start, end)

    def _means_anything(self, message: Utterance, start: int, end: int) -> bool:
        return any(self._lexicon.at(message.words[place:end])[0] for place in range(start, end))

    def subject_from(self, message: Utterance, place: int) -> int | None:
        """Return where the subject begins that "about" announces in a place's own clause."""
        start = place
        while start and not message.tokens[start - 1].is_break:
            start -= 1
        found = _CONTEXT.find(message, start)
        if found is None or found[0] > place:
            return None
        between = set(message.words[found[1] : place])
        return None if between & words.CONTEXT_ENDS else found[1]

    def holds(self, message: Utterance, start: int, end: int) -> bool:
        """Tell whether a phrase is part of a description rather than a wish of its own."""
        announced = self.subject_from(message, start) is not None
        return announced or self._is_content(message, end) or self._is_placed(message, start)

    def _is_placed(self, message: Utterance, start: int) -> bool:
        """Tell whether a phrase says where or how something happens: "they meet at school"."""
        place = start - 1
        while message.word(place) in words.ARTICLES:
            place -= 1
        if message.word(place) not in words.PLACING or not message.free(place, place + 1):
            return False
        clause = place
        while message.free(clause - 1, clause) and not message.tokens[clause - 1].is_break:
            clause -= 1
        return any(self._is_content(message, at) for at in range(clause, place))

    def _is_content(self, message: Utterance, place: int) -> bool:
        """Tell whether the word at a place means something, but nothing that the rules know."""
        if not message.free(place, place + 1):
            return False
        token = message.tokens[place]
        if token.is_mark or token.is_number or token.word in self._plain | _GRAMMAR:
            return False
        return not self._lexicon.at(message.words[place : place + self._lexicon.longest])[0]

    def text(self, message: Utterance) -> str:
        """Return what no rule took, without the words that every request has."""
        kept = []
        for start, end in list(message.rest()):
            begin, last, announced = self._trimmed(message, start, end)
            if any(self._is_meant(message, at, announced) for at in range(begin, last)):
                kept.append(message.written(begin, last).strip(" -–\"“”'"))
            message.take(start, end)
        return ", ".join(text for text in kept if text)

    def _is_meant(self, message: Utterance, place: int, announced: bool) -> bool:
        """Tell whether a token is worth keeping; what is understood is kept after "about" only."""
        word, known = message.words[place], message.told[place]
        plain = words.ARTICLES | words.COURTESY if announced else self._plain
        meant = announced if known else word not in plain
        return meant and len(word) > 1 and not message.tokens[place].is_mark

    def _trimmed(self, message: Utterance, start: int, end: int) -> tuple[int, int, bool]:
        """Return a run without plain words at its ends, and whether "about" announces it."""
        begin, announced = start, False
        while begin < end and not message.told[begin]:
            cue = _CONTEXT.at(message, begin)
            if cue is not None and cue < end:
                begin, announced = cue, True
            elif self._passes(message, begin, announced):
                begin += 1
            else:
                break
        while end > begin and not message.told[end - 1]:
            last = message.words[end - 1]
            plain = last in words.COURTESY if announced else last in self._plain
            if not plain and not message.tokens[end - 1].is_mark:
                break
            end -= 1
        return begin, end, announced

    def _passes(self, message: Utterance, place: int, announced: bool) -> bool:
        plain = words.ARTICLES if announced else self._plain
        return message.tokens[place].is_mark or message.words[place] in plain
