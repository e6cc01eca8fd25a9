"""Pointers to what was shown: "the second one", "#3", "the first two", "all of them", "it"."""

from collections.abc import Sequence

from agent.understanding.language import Language
from agent.understanding.tokens import Token
from tools.scene import THIS

ALL = "#all"
LONGEST = 4
_MARKS = frozenset("#")


def places(said: Sequence[Token], language: Language, listed: int) -> tuple[str, ...]:
    """Return what a pointer's words mean: `#2`, `#-1`, `this` or `#all`; empty if they say nothing.

    `listed` is how many items are shown.
    """
    words = tuple(token.word for token in said if token.is_word)
    numbers = _numbers(said, language, listed)
    kinds = {kind for word in words if (kind := language.pointers.get((word,)))}
    if numbers and not ("all" in kinds and numbers == (f"#{listed}",)):
        return numbers
    for length in range(min(LONGEST, len(words)), 0, -1):
        for start in range(len(words) - length + 1):
            kind = language.pointers.get(words[start : start + length])
            if kind == "all":
                return (ALL,)
            if kind == "both":
                return ("#1", "#2")
            if kind == "one":
                return (THIS,)
    return ()


def _numbers(said: Sequence[Token], language: Language, listed: int) -> tuple[str, ...]:
    """Return the places that ordinals and figures name; "the first two" names two."""
    words = [token.word for token in said]
    found: list[int] = []
    counted = 0
    place = 0
    while place < len(words):
        length, ordinal = _ordinal(words, place, language)
        if length:
            found.append(ordinal)
            place += length
            continue
        number = _number(words[place], language)
        if number and found and place and _follows(words, place, language):
            counted = number
        elif number and 0 < number <= max(listed, 9):
            found.append(number)
        place += 1
    if len(found) == 1 and counted > 1:
        first = found[0]
        several = range(1, counted + 1) if first > 0 else range(-counted, 0)
        return tuple(f"#{each}" for each in several)
    return tuple(dict.fromkeys(f"#{each}" for each in found))


def _ordinal(words: Sequence[str], place: int, language: Language) -> tuple[int, int]:
    for length in range(min(LONGEST, len(words) - place), 0, -1):
        ordinal = language.ordinals.get(tuple(words[place : place + length]))
        if ordinal is not None:
            return length, ordinal
    return 0, 0


def _number(word: str, language: Language) -> int:
    if word.isdecimal():
        return int(word)
    value = language.numerals.get((word,), 0)
    return int(value) if value > 1 else 0


def _follows(words: Sequence[str], place: int, language: Language) -> bool:
    return _ordinal(words, place - 1, language)[0] == 1
