"""Feedback on titles: "I've seen it", "not that one", "I loved the second", "I dropped Bleach"."""

import re
from dataclasses import dataclass

from agent.rules.mentions import Mentions
from agent.rules.utterance import Utterance, phrases
from agent.rules.words import TITLE_JOINTS
from tools.applying import THIS
from tools.change import Mention

_SEEN = phrases(
    "ive seen", "i have seen", "ive already seen", "i have already seen", "already seen", "i saw", "ive watched",
    "i have watched", "ive already watched", "already watched", "i watched", "i already watched", "i know", "i already know",
    "i already saw", "seen", "ive finished", "i finished", "ive also seen", "i already have seen", "we have seen", "weve seen", "i have also seen", "watched",
)
_DISLIKED = phrases(
    "i didnt like", "i did not like", "i dont like", "i do not like", "i hated", "i hate", "i disliked", "i dropped", "dropped",
    "not interested in", "im not interested in", "couldnt finish", "i couldnt finish", "couldnt get into", "i couldnt get into", "never show me", "dont show me",
    "dont recommend", "stop showing", "remove", "not", "no more", "anything but", "i cant stand", "hated", "didnt like", "i wasnt a fan of", "wasnt into", "i didnt enjoy", "i did not enjoy", "skip", "get rid of",
)
_LOVED = phrases(
    "i loved", "i love", "loved", "i really loved", "i adore", "i adored", "my favorite is", "my favourite is", "my favorites are", "i really liked",
    "my favorite anime is", "my favourite anime is", "one of my favorites is", "i absolutely loved", "love", "i really enjoyed", "big fan of", "my favourites are",
)
_NOT_THAT = re.compile(r"^(?:no |nah )?(?:not (?:that|this|the)|no to|dont want (?:that|this))\b")
_AFTER = re.compile(r"^(?:is |was |looks |sounds )?(?:not for me|boring|bad|terrible|awful|no good|meh|not my thing|not my taste)\b")

LONGEST_LIST = 20


@dataclass(frozen=True, slots=True)
class Feedback:
    """What was said of titles."""

    seen: tuple[Mention, ...] = ()
    disliked: tuple[Mention, ...] = ()
    loved: tuple[Mention, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether anything was said."""
        return bool(self.seen or self.disliked or self.loved)


class FeedbackReader:
    """Read what a person says of titles, taking the tokens."""

    def __init__(self, mentions: Mentions) -> None:
        self._mentions = mentions

    def read(self, message: Utterance) -> Feedback:
        """Return the feedback in a message; a cue without a title is left alone."""
        kinds = {}
        for name, cues in (("loved", _LOVED), ("disliked", _DISLIKED), ("seen", _SEEN)):
            found: list[Mention] = []
            place = 0
            while (cue := message.find(cues, place)) is not None:
                items, end = self._items(message, cue[1])
                if items and not self._negated(message, cue[0], name):
                    message.take(cue[0], end)
                    found += items
                place = max(end, cue[1])
            kinds[name] = tuple(dict.fromkeys(found))
        said = " ".join(message.words)
        if not any(kinds.values()) and (verdict := self._verdict(message, said)):
            kinds["disliked"] = verdict
        return Feedback(**kinds)

    def _negated(self, message: Utterance, start: int, kind: str) -> bool:
        return kind != "disliked" and message.words[max(0, start - 2) : start][-1:] in (["not"], ["never"], ["havent"], ["if"], ["what"], ["why"])

    def _items(self, message: Utterance, start: int) -> tuple[list[Mention], int]:
        """Return the titles and references in a row after a cue, and where the row ends."""
        items: list[Mention] = []
        place = start
        while True:
            found = self._item(message, place)
            if found is None:
                return items, place if not items else last
            mentions, last = found
            items += mentions
            joint = next((j for j in _JOINTS if message.starts_with(last, j)), None)
            if joint is None:
                return items, last
            place = last + len(joint)

    def _item(self, message: Utterance, place: int) -> tuple[tuple[Mention, ...], int] | None:
        reference = self._mentions.reference_at(message, place)
        if reference:
            end, mentions = reference
            return mentions, end
        if (small := _small_figure(message, place)) is not None:
            return (f"#{small}",), place + 1
        pointer = self._mentions.pointer_at(message, place)
        if pointer is not None:
            after = message.words[pointer : pointer + 1]
            plural = message.words[place:pointer] in (["them"], ["those"], ["these"])
            if plural:
                return ("#all",), pointer
            free = not after or message.tokens[pointer].is_break or after[0] in {"already", "and", "but", "one", "too", "before", "though", "last"}
            return ((THIS,), pointer) if free else None
        if message.words[place : place + 1] in (["all"], ["both"]):
            return ("#all",), min(len(message.tokens), place + 3)
        return self._mentions.title_at(message, place)

    def _verdict(self, message: Utterance, said: str) -> tuple[Mention, ...]:
        """Return what "not that one" or "the second is boring" rejects."""
        for place in range(len(message.tokens)):
            reference = self._mentions.reference_at(message, place)
            if reference and _AFTER.match(" ".join(message.words[reference[0] :])):
                message.take(place, len(message.tokens))
                return reference[1]
        if _NOT_THAT.match(said) and self._mentions.pointer(message):
            message.take(0, len(message.tokens))
            return (THIS,)
        return ()


def _small_figure(message: Utterance, place: int) -> int | None:
    """Return the figure at a place if it can number a title of a list."""
    if not message.free(place, place + 1) or not message.tokens[place].text.isdigit():
        return None
    figure = int(message.tokens[place].text)
    return figure if 0 < figure <= LONGEST_LIST else None


_JOINTS = phrases(*(joint for joint in TITLE_JOINTS if joint not in {"with", "x", "vs"}))
