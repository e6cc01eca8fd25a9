"""Which language a message is in, by its script and its commonest words."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from agent.understanding.language import Language
from agent.understanding.tokens import folded

_KANA = re.compile(r"[぀-ヿ]")
_HAN = re.compile(r"[㐀-鿿]")
_LATIN = re.compile(r"[a-zà-ɏ]", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[^\W\d_]+")
FOREIGN_SHARE = 0.5
"""Share of letters of another script from which a message is in a language that is not read."""


def recognise(
    text: str, known: Mapping[str, Language], before: str, titles: Iterable[str] = ()
) -> str:
    """Return the code of the language of a message, "" for one that is not read.

    `before` is the language of the conversation so far and wins where the words do not tell;
    `titles` are names in the message, which say nothing of its language.
    """
    rest = text
    for title in titles:
        rest = rest.replace(title, " ")
    letters = _LETTERS.findall(rest)
    if not letters:
        return before
    if _KANA.search(rest):
        return "ja"
    han = len(_HAN.findall(rest))
    if han and han >= len(letters) * 0.3:
        return "zh" if before != "ja" or han > 4 else "ja"
    latin = len(_LATIN.findall(rest))
    if latin < len(letters) * (1 - FOREIGN_SHARE):
        return ""
    return _by_words(rest, known, before)


def _by_words(text: str, known: Mapping[str, Language], before: str) -> str:
    """Return the language of which most of the words are plain ones; rare marks tip the scale."""
    said = [folded(word) for word in _WORD.findall(text)]
    speakers: Counter[str] = Counter()
    for word in said:
        bearers = [code for code, language in known.items() if word in language.common]
        for code in bearers:
            speakers[code] += 1 / len(bearers)
    if not speakers:
        return before
    best = max(speakers.values())
    leaders = [code for code, score in speakers.items() if score >= best - 0.01]
    return before if before in leaders else leaders[0]
