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


def test_wishes_are_summed_up(bundled_index: Index) -> None:
    catalogue = bundled_index.catalogue
    anchor = next(item.id for item in catalogue.items if item.title == "Naruto")
    wanted = Preferences(
        about="ninjas",
        anchors=(anchor,),
        require=(Wanted("genres", ("Action", "Comedy")),),
        exclude=(Value("genres", "Horror"),),
        prefer=(Value("genres", "Drama"),),
        ranges=(Range("episodes", high=26), Range("year", low=2010)),
        tones=(ToneWish("dark", 2),),
        order=Order("score", True, "best"),
    )
    assert Wording(catalogue.profile).summary(catalogue, wanted) == [
        "like Naruto",
        "about “ninjas”",
        "Action or Comedy",
        "with Drama",
        "darker still",
        "up to 26 episodes",
        "from 2010 on",
        "no Horror",
        "best first",
    ]


def test_an_unknown_language_is_answered_in_english(bundled_index: Index) -> None:
    wording = Wording(bundled_index.catalogue.profile, "other")
    assert wording.listed(["a", "b", "c"]) == "a, b and c"
