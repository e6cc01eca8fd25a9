"""The page's words: both languages say the same, and every word is used."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from string import Formatter

import pytest
import streamlit as st
import yaml
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from data.profile import load_profile
from ui.page import texts as module
from ui.page.texts import FILE, LANGUAGES, PARAMETER, figure, language, text, texts, word

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


def test_no_key_is_written_twice() -> None:
    written = re.findall(r"^(\w[\w. -]*):", FILE.read_text("utf-8"), re.MULTILINE)
    assert len(written) == len(set(written)) == len(yaml.safe_load(FILE.read_text("utf-8")))


def test_every_text_is_in_both_languages_with_the_same_values() -> None:
    for key, said in texts().items():
        assert set(said) == set(LANGUAGES), key
        english, portuguese = places(said["en"]), places(said["pt"])
        assert english == portuguese, key
        assert all(name.isidentifier() and not spec + how for name, spec, how in english), key


def test_every_key_that_the_page_asks_for_exists() -> None:
    known = {*texts(), *(FORMS.sub("", key) for key in texts())}
    missing = {key for key in asked() if not any(fnmatchcase(each, key) for each in known)}
    assert missing == set()


def test_every_text_is_asked_for() -> None:
    wanted = set(asked())
    idle = {
        key
        for key in texts()
        if not key.startswith("word.")
        and not any(fnmatchcase(each, k) for k in wanted for each in (key, FORMS.sub("", key)))
    }
    assert idle == set()


def test_every_translated_word_is_one_of_the_bundled_profile() -> None:
    said = {name for key in texts() if (name := key.removeprefix("word.")) != key}
    profile = load_profile("anime")
    known = {profile.noun.one, profile.noun.many}
    for number in profile.numbers.values():
        known |= {number.label, number.one, number.many}
    for tone in profile.tones.values():
        known |= {tone.low.name, tone.high.name}
    known |= {facet.label for facet in profile.facets.values()}
    assert said <= known


def speak(monkeypatch: pytest.MonkeyPatch, locale: str | None) -> None:
    monkeypatch.setattr(ContextProxy, "locale", property(lambda self: locale))


@pytest.mark.parametrize(
    ("locale", "spoken"),
    [("pt-BR", "pt"), ("pt", "pt"), ("PT-pt", "pt"), ("en-GB", "en"), ("de", "en"), (None, "en")],
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
    told = {"found.one": {"en": "{count} title", "pt": "{count} título"},
            "found.many": {"en": "{count} titles", "pt": "{count} títulos"},
            "word.titles": {"en": "titles", "pt": "títulos"}}  # fmt: skip
    monkeypatch.setattr(module, "texts", lambda: told)
    assert (text("found", count=1), text("found", count=1303)) == ("1 title", "1,303 titles")
    speak(monkeypatch, "pt-BR")
    assert text("found", count=1303) == "1.303 títulos"
    assert figure(1234.5, 1) == "1.234,5"
    assert (word("titles"), word("gadgets")) == ("títulos", "gadgets")


def test_the_switch_changes_the_page_and_the_address() -> None:
    def page() -> None:
        import streamlit

        from ui.page.texts import draw_language, text

        draw_language()
        streamlit.write(text("language.switch"))

    drawn = AppTest.from_function(page).run()
    assert drawn.markdown[0].value == "Language"
    drawn.segmented_control[0].set_value("pt").run()
    assert drawn.query_params[PARAMETER] == "pt"
    assert drawn.markdown[0].value == "Idioma"
