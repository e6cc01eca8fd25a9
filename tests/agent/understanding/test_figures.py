"""Quantities as people of eight countries write them."""

from datetime import date

import pytest

from agent.understanding.figures import Figures
from agent.understanding.language import languages
from agent.understanding.lexicon import Lexicon
from agent.understanding.tokens import tokens
from data.index import Index


@pytest.fixture(scope="module")
def readers(bundled_index: Index) -> dict[str, Figures]:
    found: dict[str, Figures] = {}
    english = Lexicon(bundled_index.catalogue, languages()["en"])
    for code, language in languages().items():
        lexicon = english if code == "en" else Lexicon(bundled_index.catalogue, language, english)
        found[code] = Figures(lexicon, date(2026, 11, 30))
    return found


@pytest.mark.parametrize(
    ("code", "text", "low", "high", "unit"),
    [
        ("en", "under 13 episodes", 13, 13, "episodes"),
        ("en", "about two hours", 120, 120, "time"),
        ("en", "1h30 at most", 90, 90, "time"),
        ("en", "an hour and a half", 90, 90, "time"),
        ("en", "the last three years", 2023, 2026, "year"),
        ("en", "something from the 80s", 1980, 1989, "year"),
        ("en", "nothing over $1,299.50", 1299.5, 1299.5, "price"),
        ("en", "for a 7 year old", 7, 7, "age"),
        ("en", "5-10 episodes", 5, 10, "episodes"),
        ("en", "a 26-episode one", 26, 26, "episodes"),
        ("en", "8.5/10 or better", 8.5, 8.5, "score"),
        ("en", "twenty four episodes", 24, 24, "episodes"),
        ("de", "höchstens 1.299,00 €", 1299, 1299, "price"),
        ("de", "aus den 90ern", 1990, 1999, "year"),
        ("de", "zwei stunden", 120, 120, "time"),
        ("fr", "moins de 45 minutes", 45, 45, "time"),
        ("es", "hasta 500 euros", 500, 500, "price"),
        ("es", "de los años 80", 1980, 1989, "year"),
        ("pt", "até 100 reais", 100, 100, "price"),
        ("pt", "no máximo 12 episódios", 12, 12, "episodes"),
        ("it", "per un bambino di 6 anni", 6, 6, "age"),
        ("ja", "12話以内", 12, 12, "episodes"),
        ("ja", "二十四話くらい", 24, 24, "episodes"),
        ("ja", "90年代の", 1990, 1999, "year"),
        ("zh", "不超过12集", 12, 12, "episodes"),
        ("zh", "两个小时", 120, 120, "time"),
    ],
)
def test_a_quantity_is_read(
    readers: dict[str, Figures], code: str, text: str, low: float, high: float, unit: str
) -> None:
    (figure,) = readers[code].find(text, tokens(text))[:1]
    assert (figure.low, figure.high) == (low, high)
    assert unit in {figure.kind, *(name for name, _ in figure.units)}


@pytest.mark.parametrize("text", ["I'm bored", "no idea", "a film", "one of them", ""])
def test_words_without_a_quantity_hold_none(readers: dict[str, Figures], text: str) -> None:
    assert readers["en"].find(text, tokens(text)) == []
