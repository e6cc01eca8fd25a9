"""Names that capitals show."""

import pytest

from agent.understanding.capitals import capital_names
from agent.understanding.language import languages
from agent.understanding.lexicon import Lexicon
from agent.understanding.tokens import tokens
from data.index import Index


@pytest.fixture(scope="module")
def english(bundled_index: Index) -> Lexicon:
    return Lexicon(bundled_index.catalogue, languages()["en"])


def names(text: str, lexicon: Lexicon) -> list[str]:
    return [text[start:end] for start, end in capital_names(text, tokens(text), lexicon)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("we loved Lord of the Rings last winter", "Lord of the Rings"),
        ("anything like Orange Is the New Black for us", "Orange Is the New Black"),
        ("my dad worships Fawlty Towers so what now", "Fawlty Towers"),
    ],
)
def test_several_capitalised_words_are_a_name(text: str, name: str, english: Lexicon) -> None:
    assert names(text, english) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "i like Action and Romance most of all",
        "some Slice of Life for tonight please",
        "FOUND NOTHING GOOD IN THE Horror LIST",
        "Great Horror Please Now",
        "no capitals at all in lord of the rings",
    ],
)
def test_labels_and_shouting_are_no_names(text: str, english: Lexicon) -> None:
    assert names(text, english) == []


def test_where_every_noun_has_a_capital_none_shows_a_name(bundled_index: Index) -> None:
    english = Lexicon(bundled_index.catalogue, languages()["en"])
    german = Lexicon(bundled_index.catalogue, languages()["de"], english)
    assert names("eine Serie wie Haus Des Geldes bitte", german) == []
