"""A second list for one person, from what they said in any conversation."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from agent.chips import chips
from agent.recommender import Recommender
from agent.rules.reader import RulesMind
from agent.settings import Settings
from data.index import Index
from graph.memory import Memory, Session
from tools.preferences import Preferences, from_json
from tools.scene import Scene
from tools.titles import Titles

PEOPLE = count()


@pytest.fixture(scope="module")
def recommender(
    bundled_index: Index, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Recommender]:
    memory = Memory(tmp_path_factory.mktemp("personal") / "conversations.sqlite")
    yield Recommender(bundled_index, memory, Settings())
    memory.close()


@pytest.fixture
def user() -> str:
    return f"person {next(PEOPLE)}"


def begin(recommender: Recommender, user: str) -> Session:
    return recommender.memory.begin(user)


def franchises(index: Index, reply: dict[str, Any]) -> list[int]:
    numbers, position = index.catalogue.franchises, index.catalogue.position
    both = (*reply["recommendations"], *reply.get("personal", ()))
    return [int(numbers[position[each["id"]]]) for each in both]


def test_praise_brings_a_second_list_with_its_reasons(recommender: Recommender, user: str) -> None:
    session = begin(recommender, user)
    first = recommender.reply("a funny show about food", session)
    assert "personal" not in first
    recommender.reply("I loved Monster and Death Note", session)
    reply = recommender.reply("a comedy with school", session)
    assert [each["rank"] for each in reply["personal"]] == [1, 2, 3, 4, 5]
    for each in reply["personal"]:
        assert set(each) == set(reply["recommendations"][0])
        assert each["contributions"]["taste"] > 0
        assert each["score"] == pytest.approx(sum(each["contributions"].values()), abs=0.01)
        assert "you loved" in each["because"][0] or "you rated" in each["because"][0]
        assert {"Comedy", "School"} <= set(each["facts"]["genres"])
    both = franchises(recommender.index, reply)
    assert len(set(both)) == len(both)


def test_what_one_conversation_heard_another_of_the_same_person_keeps_to(
    recommender: Recommender, user: str
) -> None:
    request = "dark psychological thriller"
    shown = recommender.reply(request, begin(recommender, user))["recommendations"]
    session = begin(recommender, user)
    recommender.reply(f"I've seen {shown[0]['title']}", session)
    recommender.reply(f"I hated {shown[1]['title']}", session)
    recommender.shelf(user).put(shown[2]["id"], "seen", 9)
    later = recommender.reply(request, begin(recommender, user))
    told = {each["id"] for each in (*later["recommendations"], *later["personal"])}
    assert not told & {each["id"] for each in shown[:3]}
    assert not {"seen", "disliked"} & set(later["preferences"])
    other = recommender.reply(request, begin(recommender, f"{user} not"))
    assert other["recommendations"] == shown


def test_taking_back_that_something_was_seen_lets_it_be_shown_again(
    recommender: Recommender, user: str
) -> None:
    session = begin(recommender, user)
    recommender.reply("I've seen Monster", session)
    recommender.reply("undo", session)
    reply = recommender.reply("something like Death Note", session)
    assert "Monster" in [each["title"] for each in reply["recommendations"]]


def test_asked_for_my_taste_the_list_itself_follows_it(recommender: Recommender, user: str) -> None:
    for item, points in (("1535", 10), ("19", 9), ("1", 8)):
        recommender.shelf(user).put(item, "seen", points)
    session = begin(recommender, user)
    reply = recommender.reply("what would I like?", session)
    assert reply["preferences"] == {"personal": True}
    assert "personal" not in reply
    assert all("you rated" in each["because"][0] for each in reply["recommendations"])
    (chip,) = chips(recommender.index.catalogue, from_json(reply["preferences"]))
    assert chip.label == "to your taste"
    shorter = recommender.reply("shorter", session)
    assert all(each["contributions"]["taste"] for each in shorter["recommendations"])
    plain = recommender.reply(chip.message, session, chip.change)
    assert "personal" not in plain["preferences"]


def test_whose_taste_is_unknown_is_told_so(recommender: Recommender, user: str) -> None:
    reply = recommender.reply("recommend something for me", begin(recommender, user))
    assert reply["recommendations"]
    assert "nothing of your taste yet" in reply["answer"]


@pytest.mark.parametrize(
    ("message", "personal", "about"),
    [
        ("what would I like?", True, ""),
        ("What else would I enjoy?", True, ""),
        ("recommend something for me", True, ""),
        ("something I'd love, please", True, ""),
        ("based on my ratings, something about trains", True, "trains"),
        ("a comedy that fits my taste", True, ""),
        ("personalised picks", True, ""),
        ("something I'd like to watch with my kids", False, ""),
        ("find me a comedy", False, ""),
        ("something like Monster", False, ""),
    ],
)
def test_asking_for_ones_own_taste_is_understood(
    bundled_index: Index, message: str, personal: bool, about: str
) -> None:
    mind = RulesMind(bundled_index, Titles(bundled_index.catalogue))
    reading = mind.read(message, Preferences(), Scene())
    assert reading.intent == "recommend"
    assert (reading.change.personal, reading.change.about) == (personal, about)
