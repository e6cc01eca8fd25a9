"""Figures in a message become ranges: "under 13 episodes", "from the 90s", "rated above 8"."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

from agent.rules.lexicon import Lexicon
from agent.rules.utterance import Utterance, phrases
from agent.rules.words import DECADES, NUMBER_WORDS
from tools.change import Bounds

BELOW = phrases(
    "under", "below", "less than", "fewer than", "shorter than", "before", "older than", "lower than",
    "cheaper than", "earlier than", "no longer than", "smaller than", "<", "prior to",
)
UP_TO = phrases(
    "at most", "at the most", "max", "maximum", "up to", "no more than", "not more than", "within",
    "until", "till", "not longer than", "maximum of", "max of", "≤", "a maximum of", "not over",
    "not above", "no later than", "limit of", "limited to",
)
ABOVE = phrases(
    "over", "above", "more than", "longer than", "after", "newer than", "later than", "higher than",
    "greater than", "better than", "past", ">", "beyond", "exceeding",
)
FROM = phrases(
    "at least", "min", "minimum", "no less than", "no fewer than", "not less than", "since", "≥",
    "minimum of", "a minimum of", "starting from", "not before", "not under", "not below", "from at least",
)
AROUND = phrases("around", "about", "roughly", "approximately", "circa", "near", "some", "or so", "~", "close to")
AFTER_UP_TO = phrases(
    "or less", "or fewer", "or under", "or shorter", "or below", "max", "maximum", "tops",
    "at most", "or older", "or earlier", "or before", "and under", "and below", "or lower", "at the most",
)
AFTER_FROM = phrases(
    "or more", "or longer", "or over", "or above", "plus", "+", "minimum", "at least", "or newer",
    "or later", "and up", "and above", "or higher", "or better", "and over", "onwards", "onward",
)
SCORE_CUES = ("rated", "rating", "rate", "score", "scored", "scores", "stars", "star", "ratings")
NEARNESS = 0.25  # "around 24" allows a quarter either way
FIRST_YEAR, LAST_YEAR = 1900, 2100


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in the message: its tokens, its value, the number and unit it is of."""

    start: int
    end: int
    value: float
    number: str = ""
    factor: float = 1.0
    decade: bool = False


def read_bounds(message: Utterance, lexicon: Lexicon) -> Iterator[Bounds]:
    """Yield the ranges a message states, and take their tokens."""
    place = 0
    while place < len(message.tokens):
        figure = _figure(message, lexicon, place)
        bounds = _bounds(message, lexicon, figure) if figure else None
        if bounds is None:
            place += 1
            continue
        start, end, found = bounds
        words = message.written(start, end).strip()
        message.take(start, end)
        yield Bounds(found.number, found.low, found.high, words)
        place = end


def _bounds(
    message: Utterance, lexicon: Lexicon, figure: Figure
) -> tuple[int, int, Bounds] | None:
    """Return the span and the bounds that a figure and the words around it state."""
    start, end = figure.start, figure.end
    second = _second(message, lexicon, figure)
    if second:
        start, low, high, end = second
        number = _number_of(message, lexicon, high)
        low_value, high_value = low.value * high.factor, high.value * high.factor
        if high.decade:
            high_value += 9
        return _widen(message, start, end, Bounds(number, low_value, high_value))
    number = _number_of(message, lexicon, figure)
    if not number:
        return None
    step = 10 ** -lexicon.profile.numbers[number].decimals
    value = figure.value * figure.factor
    low, high = -inf, inf
    before = ((BELOW, "below"), (UP_TO, "up"), (ABOVE, "above"), (FROM, "from"), (AROUND, "near"))
    begin, relation = start, ""
    for cues, name in before:
        found = message.ends_before(start, _with_article(cues))
        if found is not None and (not relation or found < begin):
            begin, relation = found, name
    for cues, name in ((AFTER_UP_TO, "up"), (AFTER_FROM, "from")):
        for cue in cues:
            if not relation and message.starts_with(end, cue):
                end, relation = end + len(cue), name
    last = value + 9 if figure.decade else value
    kind = lexicon.profile.numbers[number].kind
    if relation == "below":
        high = value - step
    elif relation == "up":
        high = last
    elif relation == "above":
        low = last + step
    elif relation == "from":
        low = value
    elif relation == "near":
        slack = 3 if kind == "year" else value * NEARNESS
        low, high = value - slack, last + slack
    elif kind == "score":
        low = value
    else:
        low, high = value, last
        low, high = _part_of_decade(message, start, low, high) if figure.decade else (low, high)
    return _widen(message, begin, end, Bounds(number, round(low, 4), round(high, 4)))


def _with_article(cues: list[list[str]]) -> list[list[str]]:
    return [[*cue, "the"] for cue in cues] + [[*cue, "a"] for cue in cues] + cues


def _part_of_decade(
    message: Utterance, start: int, low: float, high: float
) -> tuple[float, float]:
    word = message.words[start - 1] if start else ""
    parts = {"early": (low, low + 4), "late": (low + 5, high), "mid": (low + 3, low + 6)}
    return parts.get(word, (low, high))


def _widen(message: Utterance, start: int, end: int, bounds: Bounds) -> tuple[int, int, Bounds]:
    """Let the span swallow the small words around it that now mean nothing."""
    small = {"from", "the", "in", "of", "with", "has", "have", "a", "early", "late", "mid", "rated",
             "rating", "score", "scored", "that", "is", "are", "its", "made", "aired", "released", "came", "out", "than"}
    while start and message.free(start - 1, start) and message.words[start - 1] in small:
        start -= 1
    tail = {"or", "so", "each", "long", "runtime", "rating", "score", "stars", "star", "per", "only",
            "total", "in", "of", "length", "limit"}
    while message.free(end, end + 1) and message.words[end] in tail - {"or", "in", "of", "only"}:
        end += 1
    return start, end, bounds


def _second(
    message: Utterance, lexicon: Lexicon, figure: Figure
) -> tuple[int, Figure, Figure, int] | None:
    """Return both figures of "between A and B", "A to B", "A-B", "from A to B"."""
    place = figure.end
    joints = (["to"], ["-"], ["and"], ["until"], ["through"], ["or"])
    joint = next((j for j in joints if message.starts_with(place, j)), None)
    if joint is None:
        return None
    other = _figure(message, lexicon, place + 1)
    if other is None or other.start != place + 1 or other.value * other.factor <= figure.value:
        return None
    between = message.words[figure.start - 1] == "between" if figure.start else False
    if joint == ["and"] and not between:
        return None
    if joint == ["or"] and not other.number:
        return None
    start = figure.start - (1 if figure.start and message.words[figure.start - 1] in {"between", "from"} else 0)
    return start, figure, other, other.end


def _figure(message: Utterance, lexicon: Lexicon, place: int) -> Figure | None:
    """Return the figure that begins at a token, with the unit after it."""
    if not message.free(place, place + 1):
        return None
    token = message.tokens[place]
    words = message.words
    end = place + 1
    if place and words[place - 1] == "#":
        return None
    decade = _decade(message, place)
    if decade:
        return decade
    if token.is_number:
        value = float(token.text)
    elif token.word in NUMBER_WORDS:
        value = float(NUMBER_WORDS[token.word])
    else:
        return None
    while words[end : end + 1] and words[end] in {"-", "of", "a", "an", "full"}:
        end += 1
    for unit, name, factor in lexicon.units():
        if message.starts_with(end, list(unit)):
            return Figure(place, end + len(unit), value, name, factor)
    return Figure(place, place + 1, value) if token.is_number else None


def _decade(message: Utterance, place: int) -> Figure | None:
    token = message.tokens[place]
    if token.word in DECADES:
        return Figure(place, place + 1, DECADES[token.word], decade=True)
    next_word = message.words[place + 1] if place + 1 < len(message.tokens) else ""
    apart = next_word == "s" and message.tokens[place + 1].start <= token.end + 1
    if not (token.is_number and apart and token.text.endswith("0") and "." not in token.text):
        return None
    value = int(token.text)
    if value < 100:
        value += 1900 if value >= 30 else 2000
    return Figure(place, place + 2, value, decade=True)


def _number_of(message: Utterance, lexicon: Lexicon, figure: Figure) -> str:
    """Return which number a figure is of: by unit, year-like value, score words, or the first."""
    if figure.number:
        return figure.number
    numbers = lexicon.profile.numbers
    kinds = {number.kind: name for name, number in reversed(numbers.items())}
    if "year" in kinds and (figure.decade or _like_a_year(message, figure)):
        return kinds["year"]
    around = message.words[max(0, figure.start - 5) : figure.end + 3]
    if "score" in kinds and figure.value <= 10 and any(cue in around for cue in SCORE_CUES):
        return kinds["score"]
    if "score" in kinds and "+" in around and figure.value < 10:
        return kinds["score"]
    for name, number in numbers.items():
        if number.prefix and message.text[: message.tokens[figure.start].start].rstrip().endswith(
            number.prefix.strip()
        ):
            return name
        if number.label in around or name in around:
            return name
    compared = any(
        message.ends_before(figure.start, cues) is not None for cues in (BELOW, UP_TO, ABOVE, FROM)
    )
    amounts = [name for name, number in numbers.items() if number.kind == "amount"]
    return amounts[0] if compared and amounts else ""


def _like_a_year(message: Utterance, figure: Figure) -> bool:
    token = message.tokens[figure.start]
    whole = token.is_number and "." not in token.text
    return whole and FIRST_YEAR <= figure.value <= LAST_YEAR
