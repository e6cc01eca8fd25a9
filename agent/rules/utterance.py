"""A message as tokens, of which rules take those they have understood."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from data.items import fold

_PIECES = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+(?:['’`][^\W\d_]+)*|[#,.;:!?&+/()\"“”<>=≤≥~-]")
_BREAKS = frozenset(",.;:!?()")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, figure or mark: as written, and folded for comparison."""

    text: str
    word: str
    start: int
    end: int

    @property
    def is_break(self) -> bool:
        """Tell whether the token ends a clause."""
        return self.text in _BREAKS

    @property
    def is_number(self) -> bool:
        """Tell whether the token is a figure in digits."""
        return self.text[0].isdigit()


@dataclass(slots=True)
class Utterance:
    """The tokens of a message; `taken` marks those that a rule has understood."""

    text: str
    tokens: list[Token]
    taken: list[bool] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        """Return all tokens folded."""
        return [token.word for token in self.tokens]

    def take(self, start: int, end: int) -> None:
        """Mark tokens start…end−1 as understood."""
        for place in range(start, min(end, len(self.tokens))):
            self.taken[place] = True

    def free(self, start: int, end: int) -> bool:
        """Tell whether no token of start…end−1 has been taken."""
        return end <= len(self.tokens) and not any(self.taken[start:end])

    def written(self, start: int, end: int) -> str:
        """Return the message's text from token start to token end−1, as written."""
        if start >= end:
            return ""
        return self.text[self.tokens[start].start : self.tokens[end - 1].end]

    def starts_with(self, place: int, phrase: Sequence[str]) -> bool:
        """Tell whether the words from a place on are these, none taken."""
        end = place + len(phrase)
        return self.free(place, end) and self.words[place:end] == list(phrase)

    def find(self, phrases: Sequence[Sequence[str]], start: int = 0) -> tuple[int, int] | None:
        """Return where the first of the phrases stands from `start` on, the longest first."""
        for place in range(start, len(self.tokens)):
            for phrase in phrases:
                if self.starts_with(place, phrase):
                    return place, place + len(phrase)
        return None

    def ends_before(self, place: int, phrases: Sequence[Sequence[str]]) -> int | None:
        """Return where a phrase begins that ends right before a place, or None."""
        for phrase in phrases:
            begin = place - len(phrase)
            if begin >= 0 and self.words[begin:place] == list(phrase):
                return begin
        return None

    def rest(self) -> Iterator[tuple[int, int]]:
        """Yield the runs of tokens that no rule has taken, breaks between them."""
        start: int | None = None
        for place, token in enumerate([*self.tokens, None]):
            open_ = token is not None and not self.taken[place] and not token.is_break
            if open_ and start is None:
                start = place
            if not open_ and start is not None:
                yield start, place
                start = None


def read_message(message: str) -> Utterance:
    """Return a message as an utterance: control characters gone, compatibility forms unified."""
    unified = unicodedata.normalize("NFKC", message)
    text = "".join(c if unicodedata.category(c) != "Cc" else " " for c in unified)
    tokens = [
        Token(piece.group(), _folded(piece.group()), piece.start(), piece.end())
        for piece in _PIECES.finditer(text)
        if not _joins(text, piece.start())
    ]
    return Utterance(text, tokens, [False] * len(tokens))


def _joins(text: str, place: int) -> bool:
    """Tell whether a mark is the hyphen of one word: sci-fi and 13-episode, not 12-24."""
    around = text[max(0, place - 1) : place + 2]
    return len(around) == 3 and around[1] == "-" and around[0].isalnum() and around[2].isalpha()


def _folded(piece: str) -> str:
    return fold(piece) or piece


def phrases(*texts: str) -> list[list[str]]:
    """Return phrases as lists of folded words, longest first."""
    return sorted(([*(fold(text) or text).split()] for text in texts), key=len, reverse=True)
