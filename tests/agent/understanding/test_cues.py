"""What words beside a figure say of it."""

import pytest

from agent.understanding.cues import cued
from agent.understanding.figures import Figure
from agent.understanding.language import languages
from agent.understanding.mentions import Mention
from agent.understanding.reader import Role
from agent.understanding.tokens import tokens


def read(text: str, figure: str, language: str, role: str = "about", kind: str = "") -> str:
    start = text.index(figure)
    end = start + len(figure)
    mention = Mention(
        start, end, "figure", figure, figure=Figure(start, end, 1.0, 1.0, (), kind, bare=not kind)
    )
    said = tokens(text)
    return cued(mention, Role(role, 0.9, 0.5, "price"), said, languages()[language]).name


@pytest.mark.parametrize(
    ("language", "text", "figure", "role"),
    [
        ("en", "nothing that costs more than 80 please", "80", "max"),
        ("en", "it must not be over 80", "80", "max"),
        ("en", "over 80 would be fine", "80", "above"),
        ("en", "80 euros or less", "80 euros", "max"),
        ("en", "three hours at least", "three hours", "min"),
        ("de", "höchstens 30 Folgen", "30 Folgen", "max"),
        ("de", "auf keinen Fall über 30", "30", "max"),
        ("es", "no más de 30 capítulos", "30 capítulos", "max"),
        ("fr", "pas plus de 30 épisodes", "30 épisodes", "max"),
        ("it", "almeno 30 episodi", "30 episodi", "min"),
        ("pt", "30 episódios no máximo", "30 episódios", "max"),
        ("ja", "30話以内でお願い", "30話", "max"),
        ("zh", "不超过30集", "30集", "max"),
    ],
)
def test_a_cue_settles_the_side(language: str, text: str, figure: str, role: str) -> None:
    assert read(text, figure, language) == role


def test_in_and_from_settle_years_alone() -> None:
    assert read("came out in 2011", "2011", "en", "min", "year") == "exact"
    assert read("in 30 minutes", "30 minutes", "en", "max", "time") == "max"


def test_a_cue_of_another_clause_says_nothing() -> None:
    assert read("no more than that. 30 will do", "30", "en") == "about"


def test_what_is_no_wish_stays_none() -> None:
    assert read("I worked there for over 30 years", "30 years", "en", "other") == "other"
