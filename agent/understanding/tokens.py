"""A message as tokens that remember where they stood: words, and signs of unspaced scripts."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_UNSPACED = "぀-ヿㇰ-ㇿ㐀-䶿一-鿿豈-﫿ｦ-ﾟ々〆ー"
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+(?:\.[^\W\d_](?=\.))*|[^\w\s]|_")
_SIGN = re.compile(rf"[{_UNSPACED}]")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, sign or mark; `word` is its folded form, `start` and `end` its place."""

    word: str
    start: int
    end: int
    is_word: bool


@lru_cache(maxsize=10_000)
def folded(word: str) -> str:
    """Return a word without case, accents and width: "Acción" → "accion".

    The voicing marks of kana are no accents.
    """
    kept = []
    for sign in unicodedata.normalize("NFKC", word).casefold():
        plain = unicodedata.normalize("NFKD", sign)
        kept.append(plain[0] if len(plain) > 1 and plain[0] < "ɐ" else sign)
    return "".join(kept)


def tokens(text: str) -> list[Token]:
    """Split a text; apostrophes and hyphens part words."""
    return [
        Token(folded(found[0]), found.start(), found.end(), found[0][0].isalnum())
        for found in _TOKEN.finditer(text)
    ]


@lru_cache(maxsize=10_000)
def words(phrase: str) -> tuple[str, ...]:
    """Return the folded words of a phrase, without marks."""
    return tuple(token.word for token in tokens(phrase) if token.is_word)


def unspaced(word: str) -> bool:
    """Tell whether a token is a sign of a script without spaces."""
    return _SIGN.fullmatch(word) is not None
