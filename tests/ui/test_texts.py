"""The page's words: all languages say the same, and every word is used."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from string import Formatter

import pytest
import streamlit as st
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from agent.answers.wording import FOLDER
from data.profile import load_profile
from ui.page import texts as module
from ui.page.texts import (
    FILE,
    NAME,
    PARAMETER,
    figure,
    language,
    names,
    speak_of,
    terms,
    text,
    texts,
    word,
)

UI = Path(__file__).resolve().parents[2] / "ui"
FORMS = re.compile(r"\.(one|many)$")


def asked() -> Iterator[str]:
    """Yield every key that the page asks for; a part that varies is a star."""
    for path in UI.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = node.func.id if _called(node) else ""  # type: ignore[attr-defined]
            if called == "text":
                yield from keys_of(node.args[0])  # type: ignore[attr-defined]


def _called(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and bool(node.args)


def keys_of(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(key)):
            yield key
        case ast.JoinedStr(values=parts):
            yield "".join(str(p.value) if isinstance(p, ast.Constant) else "*" for p in parts)
        case ast.IfExp(body=first, orelse=second):
            yield from keys_of(first)
            yield from keys_of(second)


def places(said: str) -> list[tuple[str, str, str]]:
    found = Formatter().parse(said)
    return sorted((name, spec or "", how or "") for _, name, spec, how in found if name is not None)


CODES = list(names())


@pytest.mark.parametrize("code", CODES)
def test_no_key_is_written_twice(code: str) -> None:
    source = (FOLDER / code / FILE).read_text("utf-8")
    written = re.findall(r"^(\w[\w. -]*):", source, re.MULTILINE)
    assert len(written) == len(set(written)) == len(texts(code))


@pytest.mark.parametrize("code", CODES)
def test_every_text_is_in_each_language_with_the_same_values(code: str) -> None:
    assert set(texts(code)) == set(texts("en"))
    for key, said in texts("en").items():
        assert places(texts(code)[key]) == places(said), key
        assert all(name.isidentifier() and not spec + how for name, spec, how in places(said)), key


def test_every_key_that_the_page_asks_for_exists() -> None:
    known = {*texts("en"), *(FORMS.sub("", key) for key in texts("en"))}
    missing = {key for key in asked() if not any(fnmatchcase(each, key) for each in known)}
    assert missing == set()


def test_every_text_is_asked_for() -> None:
    wanted = set(asked())
    idle = {
        key
        for key in texts("en")
        if key != NAME
        and not any(fnmatchcase(each, k) for k in wanted for each in (key, FORMS.sub("", key)))
    }
    assert idle == set()


def test_a_profiles_words_are_said_in_the_pages_language() -> None:
    profile = load_profile("anime")
    assert terms(profile, "en") == {}
    said = terms(profile, "de")
    assert (said["darker"], said["episodes"]) == ("düsterer", "Folgen")


def speak(monkeypatch: pytest.MonkeyPatch, locale: str | None) -> None:
    monkeypatch.setattr(ContextProxy, "locale", property(lambda self: locale))


@pytest.mark.parametrize(
    ("locale", "spoken"),
    [
        ("pt-BR", "pt"),
        ("pt", "pt"),
        ("PT-pt", "pt"),
        ("en-GB", "en"),
        ("de", "de"),
        ("nl", "en"),
        (None, "en"),
    ],
)
def test_the_page_speaks_the_browsers_language(
    monkeypatch: pytest.MonkeyPatch, locale: str | None, spoken: str
) -> None:
    speak(monkeypatch, locale)
    assert language() == spoken


def test_the_language_that_was_picked_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    speak(monkeypatch, "pt-BR")
    monkeypatch.setattr(st, "query_params", {PARAMETER: "en"})
    assert language() == "en"
    monkeypatch.setattr(st, "query_params", {PARAMETER: "<script>"})
    assert language() == "pt"


def test_figures_and_counts_are_said_as_the_language_says_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = {
        "en": {"found.one": "{count} title", "found.many": "{count} titles"},
        "pt": {"found.one": "{count} título", "found.many": "{count} títulos"},
    }
    monkeypatch.setattr(module, "texts", told.__getitem__)
    assert (text("found", count=1), text("found", count=1303)) == ("1 title", "1,303 titles")
    speak(monkeypatch, "pt-BR")
    assert text("found", count=1303) == "1.303 títulos"
    assert figure(1234.5, 1) == "1.234,5"


def test_an_unknown_word_of_a_profile_stays_as_it_is() -> None:
    speak_of(load_profile("anime"))
    assert word("gadgets") == "gadgets"


def test_the_switch_changes_the_page_and_the_address() -> None:
    def page() -> None:
        import streamlit

        from ui.page.texts import draw_language, text

        draw_language()
        streamlit.write(text("language.switch"))

    drawn = AppTest.from_function(page).run()
    assert drawn.markdown[0].value == "Language"
    drawn.selectbox[0].set_value("pt").run()
    assert drawn.query_params[PARAMETER] == "pt"
    assert drawn.markdown[0].value == "Idioma"
