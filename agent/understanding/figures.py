"""Quantities in a message: numbers in digits and words, with their units, and dates."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from agent.understanding.lexicon import Lexicon
from agent.understanding.tokens import Token

FIRST_YEAR, LAST_YEAR = 1800, 2100
DECADE = 9
LONGEST_UNIT = 4
LEAST_SPELT = 100
"""A number in words that needs no unit to be one: "two thousand"; "one" is often none."""

_DIGITS = re.compile(r"\d+(?:[.,'’ \u00a0]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?")
_CLOCK = re.compile(r"(\d{1,2})\s?h\s?(\d{2})\b|(\d{1,2}):(\d{2})(?!\d)")
_OF = re.compile(r"\s?/\s?(?:10|5|100)\b")
_DASH = re.compile(r"\s?[-–—~〜]\s?(?=\d)")
_SIGNS = "$£€₹¥%"


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity: where it stands, its least and greatest value, and what it may count.

    `units` pairs a number of the profile with how many of it one unit is; `kind` is the general
    one (time in minutes, price, year, percent, score, people, age), if the words tell it.
    """

    start: int
    end: int
    low: float
    high: float
    units: tuple[tuple[str, float], ...] = ()
    kind: str = ""
    at_least: bool = False
    bare: bool = False


class Figures:
    """Find the quantities of a message in one language."""

    def __init__(self, lexicon: Lexicon, today: date | None = None) -> None:
        self._lexicon = lexicon
        self._language = lexicon.language
        self._units = self._language.units
        endings = "|".join(map(re.escape, self._language.decade_endings))
        self._decade_form = re.compile(rf"(?:19|20)?\d0(?:{endings})(?!\w)", re.IGNORECASE)
        self._year = (today or date.today()).year

    def find(self, text: str, said: Sequence[Token]) -> list[Figure]:
        """Return the figures of a text, in order and apart."""
        found: list[Figure] = []
        for figure in self._all(text, said):
            if not found or figure.start >= found[-1].end:
                found.append(figure)
        return found

    def read(self, text: str, start: int, end: int, said: Sequence[Token]) -> Figure | None:
        """Return the figure that a span of the text holds, wherever in it, or None."""
        inside = [token for token in said if start <= token.start and token.end <= end]
        found = self.find(text[:end], [t for t in said if t.end <= end and t.start >= start])
        if found:
            return replace(found[0], start=start, end=end)
        for place in range(len(inside)):
            value, after = self._numeral(inside, place)
            if after > place and value > 1:
                return Figure(start, end, value, value, bare=True)
        return None

    def _all(self, text: str, said: Sequence[Token]) -> Iterator[Figure]:
        place = 0
        while place < len(said):
            token = said[place]
            made = (
                self._relative(said, place)
                or self._decade(text, said, place)
                or self._digits(text, said, place)
                or self._spelt(text, said, place)
            )
            if made is None:
                place += 1
                continue
            yield made
            while place < len(said) and said[place].start < made.end:
                place += 1
            place = max(place, said.index(token) + 1)

    def _relative(self, said: Sequence[Token], place: int) -> Figure | None:
        """Return "this year", "last year", "the last two years"."""
        language = self._language
        for phrases, year in (
            (language.this_year, self._year),
            (language.last_year, self._year - 1),
        ):
            length = _longest(phrases, said, place)
            if length:
                return Figure(
                    said[place].start, said[place + length - 1].end, year, year, (), "year"
                )
        for phrase in sorted(language.past, key=len, reverse=True):
            if _words(said, place, len(phrase)) != phrase:
                continue
            after = place + len(phrase)
            value, then = self._number(said, after)
            if then == after:
                value, then = 2.0, after
            unit, kinds = self._unit(said, then)
            if any(kind == "year" for kind, _ in kinds):
                low = self._year - value
                last = said[then + unit - 1].end
                return Figure(said[place].start, last, low, self._year, (), "year", at_least=True)
        return None

    def _number(self, said: Sequence[Token], place: int) -> tuple[float, int]:
        if place < len(said) and said[place].word.isdecimal():
            return float(said[place].word), place + 1
        return self._numeral(said, place)

    def _decade(self, text: str, said: Sequence[Token], place: int) -> Figure | None:
        """Return a decade, or the part of it that words beside it name: "the late 90s"."""
        found = self._whole_decade(text, said, place)
        if found is None:
            return None
        before = [token for token in said[:place] if token.is_word][-MOST_BESIDE:]
        after = [token for token in said[place:] if token.start >= found.end][:MOST_BESIDE]
        parts = self._language.parts
        for length in range(len(before), 0, -1):
            if part := parts.get(tuple(token.word for token in before[-length:])):
                return _part_of(found, part, before[-length].start, found.end)
        for length in range(len(after), 0, -1):
            adjoining = after[0].start == found.end
            if adjoining and (part := parts.get(tuple(t.word for t in after[:length]))):
                return _part_of(found, part, found.start, after[length - 1].end)
        return found

    def _whole_decade(self, text: str, said: Sequence[Token], place: int) -> Figure | None:
        token = said[place]
        found = self._decade_form.match(text, token.start)
        if found:
            return _of_decade(int(re.sub(r"\D", "", found[0])), token.start, found.end())
        for phrase, year in self._language.decades.items():
            if _words(said, place, len(phrase)) == phrase:
                return _of_decade(year, token.start, said[place + len(phrase) - 1].end)
        after = place + 1
        is_year = any(kind == "year" for kind, _ in self._language.units.get((token.word,), ()))
        if after >= len(said):
            return None
        named = token.word in self._language.decade_words and said[after].word >= "30"
        if (is_year or named) and re.fullmatch(r"\d0", said[after].word):
            return _of_decade(int(said[after].word), token.start, said[after].end)
        return None

    def _digits(self, text: str, said: Sequence[Token], place: int) -> Figure | None:
        token = said[place]
        if not token.word[0].isdecimal() and token.word not in _SIGNS:
            return None
        begin = token.start
        sign = ""
        if token.word in _SIGNS and token.word != "%":
            sign = token.word
            if place + 1 >= len(said) or not said[place + 1].word[0].isdecimal():
                return None
            token = said[place + 1]
        elif place and (code := self._money(said, place - 1)):
            sign, begin = code, said[place - 1].start
        if clock := _CLOCK.match(text, token.start):
            hours, minutes = (clock[1], clock[2]) if clock[1] else (clock[3], clock[4])
            value = float(hours) * 60 + float(minutes)
            return Figure(begin, clock.end(), value, value, (), "time")
        found = _DIGITS.match(text, token.start)
        if found is None:
            return None
        low = high = _value(found[0])
        end = found.end()
        if (year := self._short_year(text, found)) is not None:
            return Figure(begin - 1, end, year, year, (), "year")
        if (dash := _DASH.match(text, end)) and (second := _DIGITS.match(text, dash.end())):
            high, end = _value(second[0]), second.end()
            low, high = min(low, high), max(low, high)
        times, end = self._scaled(text, end)
        low, high = low * times, high * times
        return self._with_unit(text, said, Figure(begin, end, low, high), sign)

    def _short_year(self, text: str, found: re.Match[str]) -> float | None:
        """Return the year that two digits behind an apostrophe are: "summer '12"."""
        start = found.start()
        before, sign = text[max(0, start - 2) : start - 1], text[start - 1 : start]
        if sign not in {"'", "’"} or not start or before.isalnum() or len(found[0]) != 2:
            return None
        year = 2000 + int(found[0])
        return year if year <= self._year + 1 else year - 100

    def _scaled(self, text: str, end: int) -> tuple[float, int]:
        """Return what "k" or "万" right after a number multiplies it by, and where that ends."""
        for phrase, factor in self._language.scales.items():
            word = phrase[0] if len(phrase) == 1 else ""
            after = end + len(word)
            if word and text[end:after].lower() == word and not text[after : after + 1].isalpha():
                return factor, after
        return 1.0, end

    def _with_unit(self, text: str, said: Sequence[Token], figure: Figure, sign: str) -> Figure:
        end = figure.end
        at_least = text[end : end + 1] == "+"
        end += at_least
        if of := _OF.match(text, end):
            return replace(figure, end=of.end(), kind="score", at_least=at_least)
        after = next((k for k, token in enumerate(said) if token.start >= end), len(said))
        if after < len(said) and said[after].word == "-":
            after += 1
        if after < len(said) and self._money(said, after):
            return replace(figure, end=said[after].end, kind="price", at_least=at_least)
        halves = _longest(self._language.half, said, after)
        if halves and self._unit(said, after + halves)[0]:
            figure = replace(figure, low=figure.low + 0.5, high=figure.high + 0.5)
            after += halves
        if scale := self._scale(said, after + halves):
            half = 0.5 if halves else 0.0
            figure = replace(figure, low=figure.low + half, high=figure.high + half)
            after += halves
            return replace(figure, end=said[after + scale - 1].end, kind="score")
        length, kinds = self._unit(said, after)
        if sign:
            return replace(figure, end=end, kind="price", at_least=at_least)
        plain = not any(sign.isalpha() for sign in text[figure.start : figure.end])
        is_year = plain and FIRST_YEAR <= figure.low <= LAST_YEAR and figure.low.is_integer()
        if length and not (is_year and not any(kind == "price" for kind, _ in kinds)):
            added = _longest(self._language.half, said, after + length)
            if added:
                figure = replace(figure, low=figure.low + 0.5, high=figure.high + 0.5)
            last = said[after + length + added - 1].end
            own = tuple(pair for pair in kinds if pair[0] in self._profile_numbers)
            kind, factor = next((p for p in kinds if p[0] not in self._profile_numbers), ("", 1.0))
            if kind:
                figure = replace(figure, low=figure.low * factor, high=figure.high * factor)
                own = tuple((name, each / factor) for name, each in own)
            return replace(figure, end=last, units=own, kind=kind, at_least=at_least)
        kind = "year" if is_year and "," not in text[figure.start : end] else ""
        return replace(figure, end=end, kind=kind, at_least=at_least, bare=not kind)

    def _scale(self, said: Sequence[Token], place: int) -> int:
        """Return how many tokens form "out of 10"."""
        length = _longest(self._language.out_of, said, place)
        scale, after = self._number(said, place + length) if length else (0.0, 0)
        return after - place if scale in {5, 10, 100} else 0

    @cached_property
    def _profile_numbers(self) -> frozenset[str]:
        return frozenset(name for pairs in self._lexicon.units.values() for name, _ in pairs)

    def _unit(self, said: Sequence[Token], place: int) -> tuple[int, tuple[tuple[str, float], ...]]:
        """Return how many tokens form a unit, and what it may be a unit of."""
        for length in range(min(LONGEST_UNIT, len(said) - place), 0, -1):
            phrase = _words(said, place, length)
            if length == 1 and not phrase:
                phrase = (said[place].word,)
            found = (*self._lexicon.units.get(phrase, ()), *self._units.get(phrase, ()))
            if found:
                return length, found
        return 0, ()

    def _money(self, said: Sequence[Token], place: int) -> str:
        return self._language.money.get(said[place].word, "")

    def _spelt(self, text: str, said: Sequence[Token], place: int) -> Figure | None:
        """Return a figure in words with its unit: "two hours", "一時間半"; alone it is none."""
        length, kinds = self._unit(said, place)
        if length > 1 and any(kind == "time" for kind, _ in kinds):
            factor = next(each for kind, each in kinds if kind == "time")
            end = said[place + length - 1].end
            return Figure(said[place].start, end, factor, factor, (), "time")
        value, after = self._numeral(said, place)
        if after == place or not value:
            return None
        if after < len(said) and said[after].word == "-":
            after += 1
        halves = _longest(self._language.half, said, after)
        unit, kinds = self._unit(said, after + halves)
        money = after < len(said) and bool(self._money(said, after))
        scaled = halves + bool(self._scale(said, after + halves))
        if not unit and not money and not scaled:
            bare = Figure(said[place].start, said[after - 1].end, value, value, bare=True)
            return bare if value >= LEAST_SPELT else None
        made = Figure(said[place].start, said[after - 1].end, value, value)
        return self._with_unit(text, said, made, "")

    def _numeral(self, said: Sequence[Token], place: int) -> tuple[float, int]:
        """Return the number that words from a place on spell, and where they end."""
        total = current = 0.0
        start = place
        while place < len(said):
            length, value, scale = self._numeral_at(said, place)
            if not length:
                break
            if scale or (value in (10, 100, 1000) and 0 < current < value):
                current = max(current, 1.0) * value
                if value >= 1000:
                    total, current = total + current, 0.0
            elif current and value >= 10 and current < value:
                break
            else:
                current += value
            place += length
        return total + current, place if place > start else start

    def _numeral_at(self, said: Sequence[Token], place: int) -> tuple[int, float, bool]:
        for length in (3, 2, 1):
            phrase = _words(said, place, length)
            if phrase in self._language.numerals:
                return length, self._language.numerals[phrase], False
            if phrase in self._language.scales:
                return length, self._language.scales[phrase], True
        return 0, 0.0, False


def _words(said: Sequence[Token], place: int, length: int) -> tuple[str, ...]:
    piece = said[place : place + length]
    if len(piece) < length or not all(token.is_word for token in piece):
        return ()
    return tuple(token.word for token in piece)


def _longest(phrases: frozenset[tuple[str, ...]], said: Sequence[Token], place: int) -> int:
    return max((len(p) for p in phrases if _words(said, place, len(p)) == p), default=0)


def _part_of(decade: Figure, part: str, start: int, end: int) -> Figure:
    first, last = PARTS[part]
    return replace(decade, start=start, end=end, low=decade.low + first, high=decade.low + last)


def _of_decade(number: int, start: int, end: int) -> Figure:
    year = number if number > 999 else 1900 + number if number >= 30 else 2000 + number
    return Figure(start, end, year, year + DECADE, (), "year")


def _value(written: str) -> float:
    """Return a number as people of any country write it: "1.299,00", "1,299", "8.5", "8,5"."""
    bare = written.replace(" ", "").replace("\u00a0", "").replace("'", "").replace("’", "")
    last = max(bare.rfind("."), bare.rfind(","))
    if last < 0:
        return float(bare)
    whole, part = bare[:last], bare[last + 1 :]
    several = bare.count(".") + bare.count(",") > 1
    if len(part) == 3 and whole != "0" and (several or len(whole) <= 3):
        mixed = "." in bare and "," in bare
        return (
            float(re.sub(r"[.,]", "", bare))
            if not mixed
            else float(re.sub(r"[.,]", "", whole) + part)
        )
    return float(f"{re.sub(r'[.,]', '', whole)}.{part}")


PARTS = {"early": (0, 4), "mid": (3, 6), "late": (5, 9)}
"""Years of a decade that its parts stand for."""

MOST_BESIDE = 4
