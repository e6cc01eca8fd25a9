"""Figures in a sentence, in digits or words, with what they count."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from data.profile import Number, Profile

ONES = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
TENS = {
    word: 10 * value
    for value, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2
    )
}
SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
LOOSE = {"single": 1, "couple": 2, "pair": 2, "dozen": 12}
MANY = {"dozens": 24, "scores": 40, "hundreds": 200, "thousands": 2000, "countless": 100}
DECADES = {
    word: 1900 + 10 * value
    for value, word in enumerate("fifties sixties seventies eighties nineties".split(), start=5)
} | {"noughties": 2000}
SMALL = 12  # "two friends" is prose, "seventeen" is a claim
_WORD = "|".join([*ONES, *TENS, *SCALES, *LOOSE, *MANY])
_WORDS = re.compile(rf"\b(?:{_WORD})\b(?:[\s-]+(?:and[\s-]+)?(?:{_WORD})\b)*", re.IGNORECASE)
_DECADE = re.compile(rf"\b(?:{'|'.join(DECADES)})\b", re.IGNORECASE)
_DIGITS = re.compile(r"[-−]?\d[\d,]*(?:\.\d+)?(?P<tail>[’']?s\b|st\b|nd\b|rd\b|th\b|%)?")
_LEAST = re.compile(r"\b(?:over|above|more than|at least|upwards of|no fewer than)\W*$", re.I)
_MOST = re.compile(
    r"\b(?:under|below|less than|fewer than|at most|up to|no more than|within|no longer than)\W*$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as written: its value, where it stands, and what it is said to count.

    `number` is the profile's number that its unit names, `factor` how much of it one unit is;
    `bound` −1 for "under", 1 for "over"; `decade` for "the nineties"; `odd` for what no fact can
    bear out, such as a percentage.
    """

    value: float
    start: int
    end: int
    decimals: int = 0
    number: str = ""
    factor: float = 1.0
    bound: int = 0
    decade: bool = False
    odd: bool = False


class Figures:
    """Read figures with the units of one profile."""

    def __init__(self, profile: Profile) -> None:
        self._units: dict[str, tuple[str, float]] = {}
        for name, number in profile.numbers.items():
            plain = {word.lower(): 1.0 for word in (number.one, number.many) if word}
            for unit, factor in {**number.units, **plain}.items():
                self._units[unit] = (name, factor)
        labels = {word: name for name, n in profile.numbers.items() for word in _labels(n)}
        units = "|".join(sorted(map(re.escape, self._units), key=len, reverse=True)) or "(?!)"
        named = "|".join(sorted(map(re.escape, labels), key=len, reverse=True)) or "(?!)"
        self._labels = labels
        self._after = re.compile(rf"[\s-]*(?:of\s+)?(?P<unit>{units})\b", re.IGNORECASE)
        self._near = re.compile(
            rf"[\s-]*(?:of\s+|(?:[a-z]+[\s-]+){{1,2}}?)?(?P<unit>{units})\b", re.IGNORECASE
        )
        self._before = re.compile(
            rf"\b(?P<label>{named})(?:\s+count)?\s*(?::|=|\bof\b|\bis\b|\bat\b)?\s*$",
            re.IGNORECASE,
        )

    def read(self, text: str) -> Iterator[Figure]:
        """Yield the figures of a text."""
        for found in _DECADE.finditer(text):
            yield Figure(DECADES[found[0].lower()], *found.span(), decade=True)
        for found in _DIGITS.finditer(text):
            yield self._digits(text, found)
        for found in _WORDS.finditer(text):
            yield from self._words(text, found)

    def _digits(self, text: str, found: re.Match[str]) -> Figure:
        tail = found["tail"] or ""
        written = found[0].removesuffix(tail).replace(",", "")
        value = float(written.replace("−", "-"))
        decimals = len(written.partition(".")[2])
        if tail.endswith("s") and value % 10 == 0:
            value += 1900 if 10 < value < 100 else 0
            return Figure(value, *found.span(), decade=True)
        number, factor, end = self._unit(text, *found.span(), self._after)
        bound = self._bound(text, found.start())
        glued = found.start() > 0 and text[found.start() - 1].isalnum()
        after = text[found.end() : found.end() + 1]
        odd = bool(tail) or glued or (after.isalpha() and not number)
        return Figure(value, found.start(), end, decimals, number, factor, bound, odd=odd)

    def _words(self, text: str, found: re.Match[str]) -> Iterator[Figure]:
        words = re.findall(r"[a-z]+", found[0].lower())
        value = _value([word for word in words if word != "and"])
        number, factor, end = self._unit(text, *found.span(), self._near)
        if not number and value <= SMALL:
            return
        many = words[-1] in MANY
        if not number and (many or words[0] in LOOSE):
            return
        bound = 1 if many else self._bound(text, found.start())
        yield Figure(value, found.start(), end, 0, number, factor, bound)

    def _unit(
        self, text: str, start: int, end: int, following: re.Pattern[str]
    ) -> tuple[str, float, int]:
        if found := following.match(text, end):
            name, factor = self._units[found["unit"].lower()]
            return name, factor, found.end()
        if found := self._before.search(text, 0, start):
            return self._labels[found["label"].lower()], 1.0, end
        return "", 1.0, end

    def _bound(self, text: str, start: int) -> int:
        if _LEAST.search(text, 0, start):
            return 1
        return -1 if _MOST.search(text, 0, start) else 0


def _labels(number: Number) -> list[str]:
    """Return the words after which a figure is one of this number."""
    own = [number.label, number.one, number.many]
    usual = {"score": ["rated", "rating", "score", "scores", "scoring", "scored"], "year": ["year"]}
    return [word.lower() for word in (*own, *usual.get(number.kind, [])) if word]


def _value(words: list[str]) -> float:
    """Return what number words come to: "seventy four", "two dozen", "nineteen ninety eight"."""
    total = current = 0.0
    for place, word in enumerate(words):
        if word in MANY:
            return max(1.0, total + current) * MANY[word]
        if word in SCALES or word == "dozen":
            current = max(1.0, current) * (SCALES.get(word) or 12)
            if current >= 1000:
                total, current = total + current, 0.0
            continue
        part = ONES.get(word, TENS.get(word, LOOSE.get(word, 0)))
        joins = place > 0 and (words[place - 1] in TENS and part < 10)
        century = 10 < current < 100 and part >= 10 and not joins
        current = 100 * current + part if century else current + part
    return total + current
