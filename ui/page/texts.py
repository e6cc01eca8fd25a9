"""The page's own words, in the language of the person who reads them."""

from collections.abc import Mapping
from functools import cache
from threading import local

import streamlit as st

from agent.answers.wording import FOLDER, written
from data.profile import Profile
from data.yamlfile import parse_yaml

ENGLISH = "en"
PARAMETER = "lang"
FILE = "page.yaml"
NAME = "language.name"


def text(key: str, **values: object) -> str:
    """Return a text with its values put in; whole figures get their separators.

    Of a text that has `one` and `many`, `count` picks which. Raises KeyError for an unknown key.
    """
    chosen = _now()
    found = _text(_counted(key, values.get("count")), chosen)
    return found.format(**{name: _told(value, chosen) for name, value in values.items()})


def word(name: str) -> str:
    """Return a profile's word ("titles", "darker") in the page's language where it is known."""
    known: str = getattr(_run, "terms", {}).get(name, name)
    return known


def figure(value: float, decimals: int = 0) -> str:
    """Return a figure as the page's language writes it: 1,303.5 or 1.303,5."""
    return written(f"{value:,.{decimals}f}", _now())


def language() -> str:
    """Return the page's language: the one that was picked, else the browser's, else English."""
    picked = st.query_params.get(PARAMETER, "")
    if picked in names():
        return str(picked)
    spoken = (st.context.locale or "").partition("-")[0].lower()
    return spoken if spoken in names() else ENGLISH


def settled_language() -> str:
    """Return the page's language, and keep to it for this run: asking costs, and is done often."""
    _run.language = spoken = language()
    _run.terms = {}
    return spoken


def speak_of(profile: Profile) -> None:
    """Say a profile's words in the page's language for the rest of this run."""
    _run.terms = terms(profile, _now())


_run = local()  # every run of the page is a thread's


def _now() -> str:
    return getattr(_run, "language", None) or language()


def draw_language() -> None:
    """Draw the switch between the languages; the address keeps what was picked."""
    codes = list(names())
    st.selectbox(
        text("language.switch"),
        codes,
        index=codes.index(language()),
        format_func=names().__getitem__,
        key="language",
        label_visibility="collapsed",
        on_change=_pick,
    )


def _pick() -> None:
    st.query_params[PARAMETER] = st.session_state["language"]


@cache
def names() -> Mapping[str, str]:
    """Return what each language of the page is called in itself, English first."""
    codes = sorted(path.parent.name for path in FOLDER.glob(f"*/{FILE}"))
    return {code: texts(code)[NAME] for code in sorted(codes, key=lambda code: code != ENGLISH)}


@cache
def texts(code: str) -> Mapping[str, str]:
    """Return every text of a language by its key."""
    declared, _ = parse_yaml((FOLDER / code / FILE).read_text("utf-8"))
    return {str(key): str(said) for key, said in declared.items()}


def terms(profile: Profile, code: str) -> Mapping[str, str]:
    """Return a profile's words in a language: nouns, labels, units, ends of tones."""
    own = profile.vocabularies.get(code)
    if own is None or code == ENGLISH:
        return {}
    found: dict[str, str] = {}
    if own.noun is not None:
        found |= {profile.noun.one: own.noun.one, profile.noun.many: own.noun.many}
    for name, number in profile.numbers.items():
        if (theirs := own.numbers.get(name)) is not None:
            found |= {number.label: theirs.label, number.one: theirs.one, number.many: theirs.many}
    for axis, tone in profile.tones.items():
        if (ends := own.tones.get(axis)) is not None:
            found |= {tone.low.name: ends.low.name, tone.high.name: ends.high.name}
    for name, labels in own.labels.items():
        found |= {profile.facets[name].label: labels[0]} if name in profile.facets else {}
    return {word: said for word, said in found.items() if word and said}


def _text(key: str, code: str) -> str:
    return texts(code).get(key) or texts(ENGLISH)[key]


def _counted(key: str, count: object) -> str:
    form = "one" if count == 1 else "many"
    return counted if (counted := f"{key}.{form}") in texts(ENGLISH) else key


def _told(value: object, chosen: str) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return written(f"{value:,}", chosen)
    return str(value)
