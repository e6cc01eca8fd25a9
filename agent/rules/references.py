"""References in a message: "the second one", "#3", "the first two", "that one", "it"."""

from agent.rules.lexicon import Lexicon
from agent.rules.utterance import Phrases, Utterance
from agent.rules.words import NUMBER_WORDS, NUMBERED, ORDINALS, PLURAL_POINTERS, POINTERS, POINTING
from tools.change import Mention
from tools.scene import THIS

ALL = "#all"
"""Every item of the last list."""
LONGEST_LIST = 20
BOTH = ("#1", "#2")
Reference = tuple[int, tuple[Mention, ...]]
"""Where a reference ends, and what it points at."""


class References:
    """Find what points at the items just shown."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Know the nouns that can follow "that" and "the second"."""
        self._lexicon = lexicon
        self.nouns = lexicon.nouns | lexicon.kinds
        self._pointers = Phrases(
            [*POINTERS, *(f"{word} {noun}" for word in POINTING for noun in self.nouns)]
        )

    def read(self, message: Utterance) -> list[Mention]:
        """Return all that a message points at by place, taking the tokens."""
        found: list[Mention] = []
        for place in range(len(message)):
            if reference := self.at(message, place):
                message.take(place, reference[0])
                found += reference[1]
        return found

    def at(self, message: Utterance, place: int) -> Reference | None:
        """Return the reference by place in the list that begins at a token."""
        if not message.free(place, place + 1):
            return None
        word = message.word(place)
        if word == "both":
            return place + 1, BOTH
        start = place + (word == "the" or word in NUMBERED)
        start += message.word(start) == "."
        if word == "#" or message.word(start) == "#":
            return self._figure(message, start + (message.word(start) == "#"))
        if word in NUMBERED:
            return self._figure(message, start) or self._counted(message, start)
        if message.word(start) in ORDINALS and (start > place or self._alone(message, start)):
            return self._ordinal(message, start)
        return None

    def pointer_at(self, message: Utterance, place: int) -> int | None:
        """Return where "that one" or "it" ends if it begins at a place."""
        return self._pointers.at(message, place)

    def pointer(self, message: Utterance) -> tuple[int, int] | None:
        """Return where the message first says "that one" or "it"."""
        return self._pointers.find(message)

    def plain_figure(self, message: Utterance, place: int) -> Reference | None:
        """Return the place of the list that a bare figure means: "seen 1 and 3"."""
        figure = message.word(place)
        if not message.free(place, place + 1) or not figure.isdigit():
            return None
        return (place + 1, (f"#{int(figure)}",)) if 0 < int(figure) <= LONGEST_LIST else None

    def _figure(self, message: Utterance, place: int) -> Reference | None:
        figure = message.word(place)
        return (place + 1, (f"#{int(figure)}",)) if figure.isdecimal() else None

    def _counted(self, message: Utterance, place: int) -> Reference | None:
        count = NUMBER_WORDS.get(message.word(place), 0)
        whole = count >= 1 and message.word(place) not in {"a", "an"}
        return (place + 1, (f"#{int(count)}",)) if whole else None

    def _alone(self, message: Utterance, place: int) -> bool:
        return (
            message.word(place + 1) in {"one", "two", "three", ""}
            or message.tokens[place].is_number
        )

    def _ordinal(self, message: Utterance, start: int) -> Reference | None:
        place, after = ORDINALS[message.words[start]], message.word(start + 1)
        count = int(NUMBER_WORDS.get(after, 0)) if after not in {"one", "a", "an"} else 0
        if count and place == 1:
            return start + 2, tuple(f"#{n}" for n in range(1, count + 1))
        if count and place == -1:
            return start + 2, tuple(f"#{-n}" for n in range(count, 0, -1))
        named = after in {"one", "ones"} or after in self.nouns
        if not named and self._lexicon.at([after])[0]:
            return None
        return start + 1 + named, (f"#{place}",)


def pointed(message: Utterance, start: int, end: int) -> Mention:
    """Return what a pointer stands for: "it" for one, "these" for the whole list."""
    return ALL if set(message.words[start:end]) & PLURAL_POINTERS else THIS
