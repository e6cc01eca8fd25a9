"""The same or another value of a field than what was shown."""

import pytest

from agent.rules.reader import RulesMind
from agent.understanding.mind import UnderstandingMind
from agent.understanding.reader import LearnedReader
from data.index import Index
from tools.change import Change
from tools.preferences import Preferences, Value, Wanted
from tools.scene import Scene
from tools.titles import Titles

SHOWN = ("19", "1", "5")
"""Monster by Madhouse, two by Sunrise or Bones."""


@pytest.fixture(scope="module")
def mind(bundled_index: Index) -> UnderstandingMind:
    titles = Titles(bundled_index.catalogue)
    return UnderstandingMind(
        bundled_index, titles, LearnedReader(), RulesMind(bundled_index, titles)
    )


def read(mind: UnderstandingMind, message: str, *shown: str) -> Change:
    return mind.read(message, Preferences(), Scene(shown=shown)).change


@pytest.mark.parametrize(
    "message",
    [
        "more from the same studio as the first one",
        "vom gleichen Studio wie das erste",
        "del mismo estudio que el primero",
        "du même studio que le premier",
    ],
)
def test_the_same_maker_as_a_place_of_the_list(mind: UnderstandingMind, message: str) -> None:
    assert Wanted("studios", ("Madhouse",)) in read(mind, message, *SHOWN).require


@pytest.mark.parametrize("message", ["another studio please", "not that studio", "anderes Studio"])
def test_another_maker_than_the_only_title_shown(mind: UnderstandingMind, message: str) -> None:
    assert Value("studios", "Madhouse") in read(mind, message, "19").exclude


def test_without_a_list_there_is_nothing_to_be_alike(mind: UnderstandingMind) -> None:
    change = read(mind, "a romance from another studio")
    assert not any(value.facet == "studios" for value in change.exclude)
    assert not any(group.facet == "studios" for group in change.require)
