"""Kinds of requests that name their wish in passing, or none at all."""

import pytest

from agent.rules.reader import RulesMind
from agent.understanding.mind import UnderstandingMind
from agent.understanding.reader import LearnedReader
from data.index import Index
from tools.change import Reading
from tools.preferences import Preferences, Wanted
from tools.scene import Scene
from tools.titles import Titles


@pytest.fixture(scope="module")
def mind(bundled_index: Index) -> UnderstandingMind:
    titles = Titles(bundled_index.catalogue)
    return UnderstandingMind(
        bundled_index, titles, LearnedReader(), RulesMind(bundled_index, titles)
    )


def read(mind: UnderstandingMind, message: str, *shown: str) -> Reading:
    return mind.read(message, Preferences(), Scene(shown=shown))


@pytest.mark.parametrize(
    "message",
    [
        "hey! never seen any anime, where would you start?",
        "hello there, what should I watch tonight?",
        "new here, what's good?",
    ],
)
def test_a_newcomer_who_asks_gets_a_list(mind: UnderstandingMind, message: str) -> None:
    assert read(mind, message).intent == "recommend"


@pytest.mark.parametrize("message", ["hi, how are you?", "hello", "thanks, that was nice of you"])
def test_small_talk_stays_small_talk(mind: UnderstandingMind, message: str) -> None:
    assert read(mind, message).intent == "converse"


def test_thanks_before_a_request_do_not_end_the_talk(mind: UnderstandingMind) -> None:
    reading = read(mind, "Thank you so much in advance, I am after a really good mecha series")
    assert any("Mecha" in group.any_of for group in reading.change.require)


@pytest.mark.parametrize("message", ["what has Bones made?", "anything by Madhouse?"])
def test_a_question_for_titles_of_a_maker_is_a_wish(mind: UnderstandingMind, message: str) -> None:
    reading = read(mind, message)
    assert reading.question is None
    assert any(group.facet == "studios" for group in reading.change.require)


def test_a_question_for_a_count_stays_one(mind: UnderstandingMind) -> None:
    question = read(mind, "how many horror anime do you have?").question
    assert question is not None
    assert question.kind == "count"


def test_a_count_of_what_is_nowhere_here_is_out_of_scope(mind: UnderstandingMind) -> None:
    assert read(mind, "how many calories are in popcorn").intent == "out_of_scope"


def test_a_title_named_in_passing_is_not_shown(mind: UnderstandingMind) -> None:
    said = "my cousin won't stop talking about Bleach, anyway, any good sports anime?"
    reading = read(mind, said)
    assert not reading.change.like
    assert reading.named == ("269",)


def test_places_of_a_list_that_was_not_shown_say_nothing(mind: UnderstandingMind) -> None:
    change = read(mind, "two sisters, the first is a witch and the second a soldier").change
    assert not change.disliked
    assert not change.seen


@pytest.mark.parametrize(
    "message",
    [
        "like Naruto but fewer episodes",
        "wie Naruto, aber das hat zu viele Folgen",
        "algo como Naruto pero no tan largo",
        "quelque chose comme Naruto, mais pas trop long",
        "qualcosa come Naruto ma non troppo lungo",
        "algo tipo Naruto, mas com menos episódios",
        "NARUTOみたいなの、でも長すぎないやつ",
        "像火影忍者，但不要太长",  # noqa: RUF001
    ],
)
def test_a_complaint_of_length_never_asks_for_more_of_it(
    mind: UnderstandingMind, message: str
) -> None:
    critiques = [each for each in read(mind, message).change.numbers if each.name == "episodes"]
    assert [each.direction for each in critiques] == [-1]


@pytest.mark.parametrize(
    ("message", "low", "high"),
    [
        ("anime from the early 2000s", 2000, 2004),
        ("late 90s mecha", 1995, 1999),
        ("Anime aus den frühen 2000ern", 2000, 2004),
        ("2000年代前半のSF", 2000, 2004),
        ("dramas de finales de los 90", 1995, 1999),
        ("summer '12 anime", 2012, 2012),
    ],
)
def test_a_part_of_a_decade_and_a_short_year(
    mind: UnderstandingMind, message: str, low: int, high: int
) -> None:
    (bound,) = (each for each in read(mind, message).change.bounds if each.number == "year")
    assert (bound.low, bound.high) == (low, high)


def test_a_word_of_another_script_is_understood(mind: UnderstandingMind) -> None:
    change = read(mind, "some 恋爱 anime please").change
    assert any("Romance" in group.any_of for group in change.require)


def test_a_correction_takes_the_wish_before_back(mind: UnderstandingMind) -> None:
    before = Preferences(require=(Wanted("genres", ("Sports",)),))
    scene = Scene(shown=("20583",))
    change = mind.read("scratch that, I'm in the mood for horror now", before, scene).change
    assert "genres:Sports" in change.forget or change.fresh


def test_children_who_are_only_named_make_a_list_milder(mind: UnderstandingMind) -> None:
    change = read(mind, "something thrilling that the whole family can watch").change
    assert any(group.facet == "rating" for group in change.require)


@pytest.mark.parametrize(
    "message",
    [
        "a recipe for pancakes",
        "who won the game last night?",
        pytest.param(
            "recipe for lasagna please",
            marks=pytest.mark.xfail(reason="the reader takes it for 'pick one for me, please'"),
        ),
    ],
)
def test_what_is_none_of_ours_leaves_the_list_alone(mind: UnderstandingMind, message: str) -> None:
    shown = [item.id for item in mind._index.catalogue.items[:3]]
    assert read(mind, message, *shown).intent in {"converse", "out_of_scope"}
