from math import inf

import pytest

from data.index import Index
from data.profile import Number
from tools.preferences import Order, Preferences, Range, ToneWish, Value, Wanted
from tools.wording import facts, figure, listed, plain_figure, range_in_words, summary, tone_words


@pytest.mark.parametrize(
    ("number", "value", "words"),
    [
        ("rounds", 1, "1 round"),
        ("rounds", 1200, "1,200 rounds"),
        ("year", 1998, "1998"),
        ("price", 8.5, "€8.50"),
        ("rating", 8.76, "8.76"),
    ],
)
def test_a_figure_has_its_unit(small_index: Index, number: str, value: float, words: str) -> None:
    assert figure(small_index.catalogue.profile.numbers[number], value) == words


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
    assert range_in_words(small_index.catalogue.profile, bound) == words


def test_an_open_end_has_no_figure() -> None:
    assert plain_figure(Number.model_validate({"label": "n"}), inf) == ""


@pytest.mark.parametrize(
    ("words", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_words_are_listed(words: list[str], text: str) -> None:
    assert listed(words) == text


def test_facts_have_the_profiles_names_and_plain_types(small_index: Index) -> None:
    told = facts(small_index.catalogue, small_index.catalogue["lantern"])
    assert type(told["rounds"]) is int
    assert type(told["rating"]) is float
    assert type(told["kinds"]) is list
    assert type(told["maker"]) is str
    unknown = next(i for i in small_index.catalogue.items if "price" not in i.numbers)
    assert "price" not in facts(small_index.catalogue, unknown)


def test_tones_have_names_in_both_directions(small_index: Index) -> None:
    profile = small_index.catalogue.profile
    assert [tone_words(profile, "dark", step) for step in (2, -1)] == ["darker", "lighter"]


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
    assert summary(small_index.catalogue, wanted) == [
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
    assert summary(small_index.catalogue, Preferences()) == []
