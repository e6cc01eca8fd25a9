from math import inf

import pytest

from data.index import Index
from data.profile import Number
from tools.wording import facts, figure, listed, plain_figure


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
