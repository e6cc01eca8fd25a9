"""Every language says everything, with the same slots."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from agent.answers.wording import Wording, phrases
from agent.understanding.language import languages
from data.index import Index
from tools.preferences import Order, Preferences, Range, ToneWish, Value, Wanted
from tools.reasons import SHOWN, Figure, Reason, Titles, ToneStep, Values


def keys(declared: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, set[str]]]:
    for name, said in declared.items():
        if isinstance(said, dict):
            yield from keys(said, f"{before}{name}.")
        else:
            yield f"{before}{name}", set(re.findall(r"\{(\w+)\}", str(said)))


@pytest.mark.parametrize("code", languages())
def test_a_language_has_every_wording_with_its_slots(code: str) -> None:
    assert dict(keys(phrases(code))) == dict(keys(phrases("en")))


REASONS = [
    Reason("shared", {"values": Values(("Action", "Drama")), "title": Titles(("Naruto",))}),
    Reason("tone", {"tone": ToneStep("dark", 1), "reference": SHOWN}),
    Reason("asked", {"figure": Figure("episodes", 12)}),
    Reason("rated", {"figure": Figure("score", 8.12, bare=True)}),
    Reason("best_known"),
]


@pytest.mark.parametrize("code", languages())
@pytest.mark.parametrize("reason", REASONS, ids=lambda each: each.kind)
def test_a_reason_is_said_in_each_language(bundled_index: Index, code: str, reason: Reason) -> None:
    said = Wording(bundled_index.catalogue.profile, code).reason(reason)
    assert said and "{" not in said
    english = Wording(bundled_index.catalogue.profile).reason(reason)
    assert code == "en" or said != english


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "darker than the titles just shown"),
        ("de", "düsterer"),
        ("ja", "より"),
    ],
)
def test_a_tone_has_the_name_of_its_language(bundled_index: Index, code: str, said: str) -> None:
    wording = Wording(bundled_index.catalogue.profile, code)
    assert said in wording.reason(REASONS[1])


@pytest.mark.parametrize(
    ("bound", "words"),
    [
        (Range("rounds", high=26), "up to 26 rounds"),
        (Range("rounds", low=50), "at least 50 rounds"),
        (Range("rounds", 10, 13), "10 to 13 rounds"),
        (Range("rounds", 12, 12), "12 rounds"),
        (Range("year", 1990, 1999), "from 1990 to 1999"),
        (Range("year", 2015), "from 2015 on"),
        (Range("year", high=1999), "until 1999"),
        (Range("rounds", high=1), "up to 1 round"),
        (Range("year", 2006, 2006), "of 2006"),
        (Range("rating", low=8), "rating at least 8"),
        (Range("price", high=9.9), "price up to €9.9"),
    ],
)
def test_bounds_are_said_as_people_say_them(small_index: Index, bound: Range, words: str) -> None:
    assert Wording(small_index.catalogue.profile).range(bound) == words


def test_tones_have_names_in_both_directions(small_index: Index) -> None:
    profile = small_index.catalogue.profile
    assert [Wording(profile).tone("dark", step) for step in (2, -1)] == ["darker", "lighter"]


def test_a_summary_says_every_wish(small_index: Index) -> None:
    wanted = Preferences(
        about="trains",
        anchors=("lantern", "ledger"),
        require=(Wanted("kinds", ("Space", "Racing")),),
        exclude=(Value("kinds", "Horror"), Value("text", "spiders")),
        prefer=(Value("moods", "Tense"),),
        ranges=(
            Range("rounds", high=12, words="under 13 rounds"),
            Range("players", 50, 900, "hidden gems"),
            Range("rating", 7, words="hidden gems"),
        ),
        tones=(ToneWish("dark", 2), ToneWish("calm", -1)),
        order=Order("rating", True, "best rated"),
    )
    wording = Wording(small_index.catalogue.profile)
    assert wording.summary(small_index.catalogue, wanted) == [
        "like Lantern Road and Night Ledger",
        "about “trains”",
        "Space or Racing",
        "with Tense",
        "darker still",
        "wilder",
        "hidden gems",
        "up to 12 rounds",
        "no Horror or spiders",
        "best rated first",
    ]
    assert wording.summary(small_index.catalogue, Preferences()) == []


def test_an_unknown_language_is_answered_in_english(bundled_index: Index) -> None:
    wording = Wording(bundled_index.catalogue.profile, "other")
    assert wording.listed(["a", "b", "c"]) == "a, b and c"
