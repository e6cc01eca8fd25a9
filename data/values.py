"""Cells of a table as values: text, lists, figures, minutes, years, seasons, prices."""

import html
import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

_FIGURE = re.compile(
    r"(?P<sign>(?<!\w)-)?"
    r"(?:(?P<whole>\d{1,3}(?:,\d{2,3})*,\d{3}(?!\d)|\d+)(?P<part>[.,]\d+)?"  # 1,23,456  8.5  8,5
    r"|(?P<share>(?<!\w)\.\d+))"
    r"(?P<power>[eE][+-]?\d{1,3}(?!\w))?"
)
_HOURS = re.compile(r"(\d{1,6})\s*h(?:ours?|rs?)?\b", re.IGNORECASE)
_MINUTES = re.compile(r"(\d{1,6})\s*m(?:in(?:ute)?s?)?\b", re.IGNORECASE)
_SECONDS = re.compile(r"(\d{1,6})\s*s(?:ec(?:ond)?s?)?\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_SEASON = re.compile(r"\b(Winter|Spring|Summer|Fall)\b", re.IGNORECASE)
_JOINERS = "\u200c\u200d"  # parts of words and emoji in their scripts


def clean(value: Any) -> str:
    """Return a cell as text on one line: entities decoded, control characters gone."""
    text = html.unescape(str(value))
    if not text.isprintable():
        text = "".join(map(_printable, text))
    return " ".join(text.split())


def _printable(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cc":
        return " "
    return "" if category in {"Cf", "Cs"} and character not in _JOINERS else character


def parts(value: Any, split: str = "", strip: str = "") -> list[str]:
    """Return a cell as a list of texts, split and stripped where the profile says so."""
    if isinstance(value, list | tuple):
        pieces: Iterable[Any] = value
    else:
        text = html.unescape(str(value))
        pieces = text.split(split) if split else [text]
    return [text for piece in pieces if (text := clean(piece).strip(strip + " "))]


def number(value: Any) -> float | None:
    """Return the first figure of a cell, or None; booleans, NaN and infinity are no figures."""
    if isinstance(value, bool):
        return None
    try:
        figure = float(value) if isinstance(value, int | float) else _figure(str(value))
    except OverflowError:
        return None
    return figure if figure is not None and math.isfinite(figure) else None


def _figure(text: str) -> float | None:
    found = _FIGURE.search(text)
    if found is None:
        return None
    sign, whole, part, share, power = (group or "" for group in found.groups())
    return float(f"{sign}{whole.replace(',', '')}{part.replace(',', '.')}{share}{power}")


def minutes(value: Any) -> float | None:
    """Return "1 hr. 55 min." or "24 min. per ep." in minutes; seconds round up to one minute."""
    text = str(value)
    units = ((_HOURS, 60.0), (_MINUTES, 1.0), (_SECONDS, 1 / 60))
    found = [(match, factor) for pattern, factor in units if (match := pattern.search(text))]
    if not found:
        return number(value)
    return float(max(1, round(sum(int(match[1]) * factor for match, factor in found))))


def year(value: Any) -> float | None:
    """Return the first year in a cell such as "Apr 3, 1998 to Apr 24, 1999"."""
    found = _YEAR.search(str(value))
    return float(found.group()) if found else None


def season(value: Any) -> str | None:
    """Return the season in a cell such as "Spring 1998"."""
    found = _SEASON.search(str(value))
    return found.group().title() if found else None


FIGURES: dict[str, Callable[[Any], float | None]] = {
    "text": number,
    "number": number,
    "price": number,
    "minutes": minutes,
    "year": year,
}
