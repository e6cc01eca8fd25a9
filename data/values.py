"""Cells of a table as values: text, lists, figures, minutes, years, seasons, prices."""

import html
import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

_FIGURE = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_HOURS = re.compile(r"(\d+)\s*hr")
_MINUTES = re.compile(r"(\d+)\s*min")
_SECONDS = re.compile(r"(\d+)\s*sec")
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")
_SEASON = re.compile(r"\b(Winter|Spring|Summer|Fall)\b", re.IGNORECASE)


def clean(value: Any) -> str:
    """Return a cell as text on one line: entities decoded, control characters gone."""
    text = html.unescape(str(value))
    kept = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    return " ".join(kept.split())


def parts(value: Any, split: str) -> list[str]:
    """Return a cell as a list of texts, split where a separator is given."""
    if isinstance(value, list | tuple):
        return [text for each in value if (text := clean(each))]
    pieces: Iterable[str] = str(value).split(split) if split else [str(value)]
    return [text for piece in pieces if (text := clean(piece))]


def number(value: Any) -> float | None:
    """Return the first figure of a cell, or None; booleans and NaN are no figures."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if math.isfinite(value) else None
    found = _FIGURE.search(str(value))
    return float(found.group().replace(",", "")) if found else None


def minutes(value: Any) -> float | None:
    """Return "1 hr. 55 min." or "24 min. per ep." in minutes; seconds round up to one minute."""
    text = str(value)
    units = ((_HOURS, 60.0), (_MINUTES, 1.0), (_SECONDS, 1 / 60))
    found = [(pattern.search(text), factor) for pattern, factor in units]
    total = sum(int(match.group(1)) * factor for match, factor in found if match)
    if not any(match for match, _ in found):
        return number(value)
    return float(max(1, round(total)))


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
