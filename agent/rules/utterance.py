"""A message as tokens, of which rules take those they have understood."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from agent.rules.words import SHORTHAND
from data.items import fold

_PIECES = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+(?:['’`][^\W\d_]+)*|[#,.;:!?&+*^=/()\"“”<>≤≥~-]")
_MARKUP = re.compile(
    r"<(script|style)\b[^<>]{0,200}>.*?(?:</\1\s*>|$)|</?[a-z][^<>]{0,200}>", re.I | re.S
)
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

    @property
    def is_mark(self) -> bool:
        """Tell whether the token is neither word nor figure."""
        return not self.text[0].isalnum()

    @property
    def is_capital(self) -> bool:
        """Tell whether the token begins like a name."""
        return self.text[:1].isupper()


@dataclass(slots=True)
class Utterance:
    """The tokens of a message.

    `taken` marks those that a rule has understood; `told` those that are understood as well but
    stay in the text where they belong to a description.
    """

    text: str
    tokens: list[Token]
    words: list[str] = field(init=False)
    taken: list[bool] = field(init=False)
    told: list[bool] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing understood."""
        self.words = [token.word for token in self.tokens]
        self.taken = [False] * len(self.tokens)
        self.told = [False] * len(self.tokens)

    def __len__(self) -> int:
        """Return how many tokens there are."""
        return len(self.tokens)

    def anew(self) -> "Utterance":
        """Return the same tokens, none of them taken yet."""
        return Utterance(self.text, self.tokens)

    @property
    def said(self) -> str:
        """Return the message folded, without what parts its clauses."""
        return " ".join(token.word for token in self.tokens if not token.is_break)

    @property
    def shouted(self) -> bool:
        """Tell whether all is in capitals, which then mean nothing."""
        return self.text.isupper()

    def word(self, place: int) -> str:
        """Return the word at a place, "" outside the message."""
        return self.words[place] if 0 <= place < len(self.words) else ""

    def take(self, start: int, end: int) -> None:
        """Mark tokens start…end−1 as understood."""
        for place in range(start, min(end, len(self.tokens))):
            self.taken[place] = True

    def tell(self, start: int, end: int) -> None:
        """Mark tokens start…end−1 as understood though they stay in the text."""
        for place in range(start, end):
            self.told[place] = True

    def free(self, start: int, end: int) -> bool:
        """Tell whether there are tokens start…end−1, none taken."""
        return start >= 0 and end <= len(self.tokens) and not any(self.taken[start:end])

    def written(self, start: int, end: int) -> str:
        """Return the message's text from token start to token end−1, as written."""
        if start >= end:
            return ""
        return self.text[self.tokens[start].start : self.tokens[end - 1].end]

    def left(self) -> str:
        """Return the words that no rule has taken, as one text."""
        pairs = zip(self.tokens, self.taken, strict=True)
        return " ".join(token.word for token, taken in pairs if not taken and not token.is_mark)

    def rest(self) -> Iterator[tuple[int, int]]:
        """Yield the runs of tokens that no rule has taken, breaks between them."""
        start: int | None = None
        for place, token in enumerate(self.tokens):
            open_run = not self.taken[place] and not token.is_break
            if open_run and start is None:
                start = place
            elif not open_run and start is not None:
                yield start, place
                start = None
        if start is not None:
            yield start, len(self.tokens)


class Phrases:
    """Phrases to look for in a message; of two that fit, the longer one counts."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Fold the phrases; marks such as `<` stay as they are."""
        phrases = {tuple((fold(text) or text).split()) for text in texts}
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        self._by_last: dict[str, list[tuple[str, ...]]] = {}
        for phrase in sorted(phrases, key=lambda phrase: (-len(phrase), phrase)):
            self._by_first.setdefault(phrase[0], []).append(phrase)
            self._by_last.setdefault(phrase[-1], []).append(phrase)

    def at(self, message: Utterance, place: int) -> int | None:
        """Return where the phrase ends that begins at a place, none of it taken."""
        for phrase in self._by_first.get(message.word(place), ()):
            end = place + len(phrase)
            if message.free(place, end) and tuple(message.words[place:end]) == phrase:
                return end
        return None

    def before(self, message: Utterance, place: int) -> int | None:
        """Return where the phrase begins that ends right before a place, none of it taken."""
        for phrase in self._by_last.get(message.word(place - 1), ()):
            begin = place - len(phrase)
            if message.free(begin, place) and tuple(message.words[begin:place]) == phrase:
                return begin
        return None

    def find(self, message: Utterance, start: int = 0) -> tuple[int, int] | None:
        """Return the span of the first phrase from a place on."""
        for place in range(start, len(message)):
            if (end := self.at(message, place)) is not None:
                return place, end
        return None


def read_message(message: str) -> Utterance:
    """Return a message as an utterance: markup and control characters gone, forms unified."""
    unified = _MARKUP.sub(" ", unicodedata.normalize("NFKC", message))
    text = "".join(c if unicodedata.category(c) != "Cc" else " " for c in unified)
    for short, full in SHORTHAND:
        text = re.sub(short, full, text, flags=re.IGNORECASE)
    tokens = [
        Token(piece.group(), fold(piece.group()) or piece.group(), piece.start(), piece.end())
        for piece in _PIECES.finditer(text)
        if not _joins(text, piece.start())
    ]
    return Utterance(text, tokens)


def _joins(text: str, place: int) -> bool:
    """Tell whether a mark is the hyphen of one word: sci-fi and 13-episode, not 12-24."""
    around = text[max(0, place - 1) : place + 2]
    return len(around) == 3 and around[1] == "-" and around[0].isalnum() and around[2].isalpha()
