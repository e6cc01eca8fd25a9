"""Which language a message is in."""

import pytest

from agent.understanding.language import languages
from agent.understanding.recognition import recognise


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("something darker, please", "en"),
        ("busco algo corto y divertido", "es"),
        ("quero um filme leve pra ver com a família", "pt"),
        ("je cherche une histoire triste", "fr"),
        ("ich hätte gern etwas Lustiges", "de"),
        ("cerco qualcosa di leggero e divertente", "it"),
        ("泣けるアニメが見たい", "ja"),
        ("推荐一部轻松的动漫", "zh"),
        ("посоветуй весёлое аниме", ""),
        ("진격의 거인 같은 애니 추천해줘", ""),
    ],
)
def test_a_language_is_recognised(text: str, code: str) -> None:
    assert recognise(text, languages(), "en") == code


def test_without_letters_the_language_of_before_stays() -> None:
    assert recognise("3?", languages(), "de") == "de"


def test_a_title_says_nothing_of_the_language() -> None:
    said = "Kimi no Na wa"
    assert recognise(said, languages(), "fr", [said]) == "fr"


@pytest.mark.parametrize("message", ["a comedy", "horror", "a thriller", "no action", "a musical"])
def test_a_short_english_wish_is_english(message: str) -> None:
    assert recognise(message, languages(), "en") == "en"
