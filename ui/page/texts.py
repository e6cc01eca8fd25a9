"""The page's own words, in the language of the person who reads them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from threading import local

import streamlit as st
import yaml

LANGUAGES = {"en": "English", "pt": "Português"}
PARAMETER = "lang"
FILE = Path(__file__).parents[1] / "texts.yaml"


def text(key: str, **values: object) -> str:
    """Return a text with its values put in; whole figures get their separators.

    Of a text that has `one` and `many`, `count` picks which. Raises KeyError for an unknown key.
    """
    chosen = _now()
    found = texts()[_counted(key, values.get("count"))][chosen]
    return found.format(**{name: _told(value, chosen) for name, value in values.items()})


def word(name: str) -> str:
    """Return a profile's word ("titles", "darker") in the page's language where it is known."""
    known = texts().get(f"word.{name}")
    return known[_now()] if known else name


def figure(value: float, decimals: int = 0) -> str:
    """Return a figure as the page's language writes it: 1,303.5 or 1.303,5."""
    return _figure(value, decimals, _now())


def language() -> str:
    """Return the page's language: the one that was picked, else the browser's, else English."""
    picked = st.query_params.get(PARAMETER)
    if picked in LANGUAGES:
        return picked
    spoken = (st.context.locale or "").partition("-")[0].lower()
    return spoken if spoken in LANGUAGES else "en"


def settled_language() -> str:
    """Return the page's language, and keep to it for this run: asking costs, and is done often."""
    _run.language = spoken = language()
    return spoken


_run = local()  # every run of the page is a thread's


def _now() -> str:
    return getattr(_run, "language", None) or language()


def draw_language() -> None:
    """Draw the switch between the languages; the address keeps what was picked."""
    st.segmented_control(
        text("language.switch"),
        list(LANGUAGES),
        default=language(),
        required=True,
        format_func=LANGUAGES.__getitem__,
        key="language",
        label_visibility="collapsed",
        on_change=_pick,
    )


def _pick() -> None:
    st.query_params[PARAMETER] = st.session_state["language"]


@cache
def texts() -> Mapping[str, Mapping[str, str]]:
    """Return every text by its key and language."""
    found: Mapping[str, Mapping[str, str]] = yaml.safe_load(FILE.read_text("utf-8"))
    return found


def _counted(key: str, count: object) -> str:
    form = "one" if count == 1 else "many"
    return counted if (counted := f"{key}.{form}") in texts() else key


def _told(value: object, chosen: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return _figure(value, 0, chosen)
    return str(value)


def _figure(value: float, decimals: int, chosen: str) -> str:
    english = f"{value:,.{decimals}f}"
    return english.translate(str.maketrans(",.", ".,")) if chosen == "pt" else english
