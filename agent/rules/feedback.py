"""Feedback on titles: "I've seen it", "not that one", "I loved the second", "I dropped Bleach"."""

from dataclasses import dataclass

from agent.rules.figures import Figures
from agent.rules.mentions import Found, Mentions
from agent.rules.references import ALL, References, pointed
from agent.rules.sayings import NOT_THAT, VERDICT
from agent.rules.utterance import Phrases, Utterance
from agent.rules.words import (
    DISLIKED_CUES,
    LATELY,
    LIST_JOINTS,
    LOVED_CUES,
    NO_FEEDBACK_BEFORE,
    PLURAL_POINTERS,
    POINTER_TAILS,
    SEEN_CUES,
    WATCHED_TAILS,
    WHOLE_LIST,
)
from tools.change import Mention
from tools.scene import THIS

_CUES = {
    "loved": Phrases(LOVED_CUES),
    "disliked": Phrases(DISLIKED_CUES),
    "seen": Phrases(SEEN_CUES),
}
_JOINTS = Phrases(LIST_JOINTS)
_LATELY = Phrases(LATELY)
_WHOLE_LIST = Phrases(WHOLE_LIST)


@dataclass(frozen=True, slots=True)
class Feedback:
    """What was said of titles."""

    seen: tuple[Mention, ...] = ()
    disliked: tuple[Mention, ...] = ()
    loved: tuple[Mention, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything was said."""
        return bool(self.all())

    def all(self) -> tuple[Mention, ...]:
        """Return every title that anything was said of."""
        return (*self.loved, *self.seen, *self.disliked)


class FeedbackReader:
    """Read what a person says of titles, taking the tokens."""

    def __init__(self, mentions: Mentions, references: References, figures: Figures) -> None:
        """Look titles, references and "after 3 episodes" up with these."""
        self._mentions = mentions
        self._references = references
        self._figures = figures

    def read(self, message: Utterance) -> Feedback:
        """Return the feedback in a message; a cue without a title is left alone."""
        verdict = self._verdict(message)
        kinds = {kind: self._said(message, kind) for kind in _CUES}
        if verdict and not any(kinds.values()):
            message.take(0, len(message))
            kinds["disliked"] = verdict
        return Feedback(**_resolved(kinds))

    def _said(self, message: Utterance, kind: str) -> tuple[Mention, ...]:
        found: list[Mention] = []
        place = 0
        while (cue := _CUES[kind].find(message, place)) is not None:
            start, place = cue
            if kind != "disliked" and message.word(start - 1) in NO_FEEDBACK_BEFORE:
                continue
            items, end = self._row(message, place)
            if items:
                message.take(start, self._past_circumstances(message, end))
                found += items
                place = end
        return tuple(dict.fromkeys(found))

    def _past_circumstances(self, message: Utterance, place: int) -> int:
        """Return the place after "after 3 episodes", which is no wish for length."""
        if (lately := _LATELY.at(message, place)) is not None:
            return lately
        if message.word(place) not in WATCHED_TAILS:
            return place
        figure = self._figures.at(message, place + 1)
        ordinal = message.word(place + 1) in {"episode", "season"}
        return figure.end if figure else place + 3 * ordinal

    def _row(self, message: Utterance, start: int) -> tuple[list[Mention], int]:
        """Return the titles and references in a row after a cue, and where the row ends."""
        items: list[Mention] = []
        place = last = start
        while (found := self._item(message, place)) is not None:
            mentions, last = found
            items += mentions
            joint = _JOINTS.at(message, last)
            if joint is None:
                break
            place = joint
        return items, last

    def _item(self, message: Utterance, place: int) -> Found | None:
        if (everything := _WHOLE_LIST.at(message, place)) is not None:
            end = everything + (message.word(everything) in PLURAL_POINTERS)
            return (ALL,), end
        reference = self._references.at(message, place) or self._references.plain_figure(
            message, place
        )
        if reference:
            return reference[1], reference[0]
        if (after := self._references.pointer_at(message, place)) is not None:
            return self._pointed(message, place, after)
        return self._mentions.at(message, place)

    def _pointed(self, message: Utterance, start: int, end: int) -> Found | None:
        """Return what "it" means where nothing follows that it would describe."""
        after = message.word(end)
        last = not after or message.tokens[end].is_mark or after in POINTER_TAILS
        return ((pointed(message, start, end),), end) if last else None

    def _verdict(self, message: Utterance) -> tuple[Mention, ...]:
        """Return what "not that one" or "the second is boring" rejects."""
        for place in range(len(message)):
            reference = self._references.at(message, place)
            if reference and VERDICT.match(" ".join(message.words[reference[0] :])):
                return reference[1]
        only = NOT_THAT.match(message.said) and self._references.pointer(message)
        if not only or not all(token.is_mark for token in message.tokens[only[1] :]):
            return ()
        return (THIS,)


def _resolved(kinds: dict[str, tuple[Mention, ...]]) -> dict[str, tuple[Mention, ...]]:
    """Let "it" stand for the one title named beside it: "I watched #2 and loved it"."""
    named = {each for mentions in kinds.values() for each in mentions if each not in {THIS, ALL}}
    if len(named) != 1:
        return kinds
    only = named.pop()
    return {
        kind: tuple(dict.fromkeys(only if each == THIS else each for each in mentions))
        for kind, mentions in kinds.items()
    }
