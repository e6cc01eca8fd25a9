"""Figures in a message become ranges: "under 13 episodes", "from the 90s", "rated above 8"."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from math import ceil, floor, inf

from agent.rules import words
from agent.rules.lexicon import Lexicon
from agent.rules.utterance import Phrases, Utterance
from data.profile import Number
from tools.change import Bounds

BEFORE = {
    cue: relation
    for relation, cues in (
        ("below", words.BELOW),
        ("up to", words.UP_TO),
        ("above", words.ABOVE),
        ("from", words.FROM),
        ("around", words.AROUND),
    )
    for cue in cues
}
_ARTICLED = [f"{cue} {a}" for cue in BEFORE if cue.isascii() for a in ("the", "a", "an")]
_BEFORE = Phrases([*BEFORE, *(said for said in _ARTICLED if said[0].isalpha())])
_THEN_UP_TO, _THEN_FROM = Phrases(words.THEN_UP_TO), Phrases(words.THEN_FROM)
_NEGATIONS = Phrases(words.NEGATIONS)
OPPOSITE = {"below": "from", "from": "below", "above": "up to", "up to": "above"}
NEARNESS = 0.25  # "around 24" allows a quarter either way, "two seasons" a quarter less
NEAR_YEARS = 3
FIRST_YEAR, LAST_YEAR = 1900, 2100
DECADE = 9


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in the message: its tokens, its first and last value, the number it is of.

    `unit` is how many of the number one is; a decade's first and last value differ.
    """

    start: int
    end: int
    low: float
    high: float
    number: str = ""
    unit: float = 1.0

    def scaled(self) -> "Figure":
        """Return the figure in the number's own unit: 26 episodes for two seasons."""
        return replace(self, low=self.low * self.unit, high=self.high * self.unit)


class Figures:
    """Read the ranges that a message states outright."""

    def __init__(self, lexicon: Lexicon) -> None:
        """Know the numbers of a profile."""
        self._lexicon = lexicon
        self._numbers = lexicon.profile.numbers
        self._kinds = {number.kind: name for name, number in reversed(self._numbers.items())}

    def read(self, message: Utterance) -> Iterator[Bounds]:
        """Yield the ranges of a message, taking their tokens."""
        place = 0
        while place < len(message):
            figure = self.at(message, place)
            stated = self._stated(message, figure) if figure else None
            if stated is None:
                place += 1
                continue
            begin, end, bounds = stated
            begin, end = _widened(message, begin, end)
            message.take(begin, end)
            yield replace(bounds, words=message.written(begin, end).strip())
            place = end

    def _stated(self, message: Utterance, figure: Figure) -> tuple[int, int, Bounds] | None:
        """Return the span and the bounds that a figure and the words around it state."""
        if (span := self._span(message, figure)) is not None:
            return span
        name = self._number_of(message, figure)
        if not name:
            return None
        relation, begin, end = self._turned(message, *_relation(message, figure))
        low, high = _ends(message, figure, relation, self._numbers[name])
        return begin, end, Bounds(name, round(low, 4), round(high, 4))

    def _turned(
        self, message: Utterance, relation: str, begin: int, end: int
    ) -> tuple[str, int, int]:
        """Return the opposite where a bound is negated: "nothing from before 2000"."""
        place = begin
        while message.word(place - 1) in words.FIGURE_LEADS | self._lexicon.nouns:
            place -= 1
        negation = _NEGATIONS.before(message, place)
        if negation is None or relation not in OPPOSITE:
            return relation, begin, end
        return OPPOSITE[relation], negation, end

    def _span(self, message: Utterance, first: Figure) -> tuple[int, int, Bounds] | None:
        """Return the range of "between A and B", "A to B", "A-B", "the 80s or 90s"."""
        joint = message.word(first.end)
        place = first.end + 1
        place += message.word(place) == "the"
        last = self.at(message, place) if joint in words.SPAN_JOINTS else None
        if last is None:
            return None
        between = message.word(first.start - 1) == "between"
        decades = first.high > first.low and last.high > last.low
        if (joint == "and" and not between and not decades) or (
            joint == "or" and not last.number and not decades
        ):
            return None
        first = first if first.number else replace(first, number=last.number, unit=last.unit)
        low, high = first.scaled().low, last.scaled().high
        name = self._number_of(message, last)
        if not name or high <= low:
            return None
        begin = first.start - (message.word(first.start - 1) in {"between", "from"})
        return begin, last.end, Bounds(name, low, high)

    def at(self, message: Utterance, place: int) -> Figure | None:
        """Return the figure that begins at a token, with the unit after it."""
        if not message.free(place, place + 1) or message.word(place - 1) == "#":
            return None
        if (decade := _decade(message, place)) is not None:
            return decade
        value, end = _value(message, place)
        if value is None:
            return None
        gap = end
        while message.word(gap) in words.UNIT_GAPS:
            gap += 1
        for unit, name, factor in self._lexicon.units:
            if tuple(message.words[gap : gap + len(unit)]) == unit:
                return Figure(place, gap + len(unit), value, value, name, factor).scaled()
        spans = message.word(place - 1) == "between" or message.word(end) in {"to", "-"}
        bare = message.tokens[place].is_number or spans
        return Figure(place, end, value, value) if bare else None

    def _number_of(self, message: Utterance, figure: Figure) -> str:
        """Return which number a figure is of: by unit, year-like value, score words, its name."""
        if figure.number:
            return figure.number
        if "year" in self._kinds and (figure.high > figure.low or _like_a_year(message, figure)):
            return self._kinds["year"]
        around = message.words[max(0, figure.start - 5) : figure.end + 3]
        scored = bool(words.SCORE_CUES & set(around)) or "+" in around[-3:]
        if "score" in self._kinds and figure.low <= 10 and scored:
            return self._kinds["score"]
        return self._named(message, figure, around) or self._compared(message, figure)

    def _named(self, message: Utterance, figure: Figure, around: list[str]) -> str:
        """Return the number whose prefix or label stands beside a figure."""
        before = message.text[: message.tokens[figure.start].start].rstrip()
        for name, number in self._numbers.items():
            prefix = number.prefix.strip()
            if (prefix and before.endswith(prefix)) or number.label in around or name in around:
                return name
        return ""

    def _compared(self, message: Utterance, figure: Figure) -> str:
        """Return the first amount where a bare figure is compared: "under 13"."""
        amounts = [name for name, number in self._numbers.items() if number.kind == "amount"]
        relation, *_ = _relation(message, figure)
        return amounts[0] if amounts and relation not in {"", "around"} else ""


def _value(message: Utterance, place: int) -> tuple[float | None, int]:
    """Return the value of a figure in digits or words, and where it ends."""
    token = message.tokens[place]
    if token.is_number:
        return float(token.text), place + 1
    ones = words.NUMBER_WORDS.get(message.word(place + 1), 0)
    if token.word in words.TENS:
        joined = 1 <= ones <= 9
        return words.TENS[token.word] + (ones if joined else 0), place + 1 + joined
    return words.NUMBER_WORDS.get(token.word), place + 1


def _decade(message: Utterance, place: int) -> Figure | None:
    """Return the ten years, or their early, mid or late ones, that a token names."""
    token = message.tokens[place]
    after = message.word(place + 1)
    if after == "decade" and token.word in words.DECADES_AGO:
        first = date.today().year // 10 * 10 - 10 * words.DECADES_AGO[token.word]
        return Figure(place, place + 2, first, first + DECADE)
    apart = after == "s" and message.tokens[place + 1].start <= token.end + 1
    value = words.DECADES.get(token.word, 0)
    end = place + 1
    if not value and apart and token.text.isdecimal() and token.text.endswith("0"):
        value, end = int(token.text), place + 2
        value += 0 if value >= 100 else 1900 if value >= 30 else 2000
    if not value:
        return None
    first, last = words.PARTS_OF_DECADE.get(message.word(place - 1), (0, DECADE))
    return Figure(place, end, value + first, value + last)


def _relation(message: Utterance, figure: Figure) -> tuple[str, int, int]:
    """Return how a figure bounds, by the words before or after it, and the span of it all."""
    begin = _BEFORE.before(message, figure.start)
    if begin is not None:
        said = message.words[begin : figure.start]
        cue = " ".join(said if " ".join(said) in BEFORE else said[:-1])
        return BEFORE[cue], begin, figure.end
    for after, relation in ((_THEN_UP_TO, "up to"), (_THEN_FROM, "from")):
        if (end := after.at(message, figure.end)) is not None:
            return relation, figure.start, end
    plus = "+" in message.words[figure.start : figure.end]
    return "from" if plus else "", figure.start, figure.end


def _ends(message: Utterance, figure: Figure, relation: str, number: Number) -> tuple[float, float]:
    """Return the lowest and the highest value that a figure and its relation allow."""
    step = 10.0**-number.decimals
    slack = NEAR_YEARS if number.kind == "year" else figure.low * NEARNESS
    stated = {
        "below": (-inf, figure.low - step),
        "up to": (-inf, figure.high),
        "above": (figure.high + step, inf),
        "from": (figure.low, inf),
        "around": (ceil(figure.low - slack), floor(figure.high + slack)),
    }
    if relation:
        return stated[relation]
    if number.kind == "score":
        return figure.low, inf
    rough = ceil(figure.low - slack) if figure.unit > 1 else figure.low
    return rough, figure.high


def _widened(message: Utterance, start: int, end: int) -> tuple[int, int]:
    """Let a span swallow the small words around it that now mean nothing."""
    while message.word(start - 1) in words.FIGURE_LEADS and message.free(start - 1, start):
        start -= 1
    while message.word(end) in words.FIGURE_TAILS and message.free(end, end + 1):
        end += 1
    return start, end


def _like_a_year(message: Utterance, figure: Figure) -> bool:
    return message.tokens[figure.start].text.isdecimal() and FIRST_YEAR <= figure.low <= LAST_YEAR
