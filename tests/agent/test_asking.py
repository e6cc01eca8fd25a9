"""Questions to the person, and what the operator's policies make of a whole conversation."""

import json
import sys
from collections.abc import Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from agent.recommender import Recommender
from agent.settings import Settings
from data.build import build_index
from data.embedding import EmbeddingSettings
from data.index import Index, open_index
from data.profile import load_profile
from graph.memory import Memory

Talk = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def films_index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Return an index of the made-up films."""
    spec = spec_from_file_location("filmnight", Path(__file__).with_name("filmnight.py"))
    assert spec
    assert spec.loader
    sys.modules["filmnight"] = made = module_from_spec(spec)
    spec.loader.exec_module(made)
    folder = tmp_path_factory.mktemp("filmnight")
    lines = (json.dumps(each) for each in made.films())
    (folder / "films.jsonl").write_text("\n".join(lines), "utf-8")
    (folder / "profile.yaml").write_text(made.PROFILE, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OSUSUME_HOME", str(folder / "home"))
        profile = load_profile(str(folder / "profile.yaml"))
        build_index(profile, EmbeddingSettings(), [folder / "films.jsonl"])
        return open_index(profile, EmbeddingSettings())


@pytest.fixture(scope="module")
def recommender(
    films_index: Index, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Recommender]:
    memory = Memory(tmp_path_factory.mktemp("talk") / "conversations.sqlite")
    yield Recommender(films_index, memory, Settings())
    memory.close()


@pytest.fixture
def talk(recommender: Recommender) -> Talk:
    """Hold a conversation of a new person's."""

    def talk(*messages: str) -> list[dict[str, Any]]:
        session = recommender.memory.begin("ann")
        return [recommender.reply(message, session) for message in messages]

    return talk


def facts(reply: dict[str, Any]) -> dict[str, Any]:
    (only,) = reply["recommendations"]
    found: dict[str, Any] = only["facts"]
    return found


def test_the_slot_is_asked_for_once_before_the_first_list(talk: Talk) -> None:
    first, second, third = talk("a comedy", "I have Lumenflix and Parapet", "something else")
    assert first["recommendations"] == []
    assert first["question"]["about"] == "services"
    assert first["answer"] == "Which streaming services do you have?"
    assert first["grounded"]
    assert second["preferences"]["require"]["services"] == [{"any": ["Lumenflix", "Parapet"]}]
    for reply in (second, third):
        assert facts(reply)["genres"] == ["Comedy"]
        assert set(facts(reply)["services"]) <= {"Lumenflix", "Parapet"}
        assert (reply["question"] or {}).get("kind") != "slot"
    assert second["recommendations"][0]["id"] != third["recommendations"][0]["id"]


def test_who_says_it_at_once_is_not_asked(talk: Talk) -> None:
    (reply,) = talk("a drama on Wavebox please")
    assert facts(reply)["services"] == ["Wavebox"]


@pytest.mark.parametrize("words", ["no idea", "whatever", "doesn't matter", "any of them", "dunno"])
def test_who_does_not_answer_gets_a_list_all_the_same(talk: Talk, words: str) -> None:
    _, reply = talk("a drama", words)
    assert facts(reply)["genres"] == ["Drama"]
    assert "services" not in reply["preferences"].get("require", {})


@pytest.mark.parametrize(
    ("words", "kept", "left"),
    [
        ("just Parapet", {"Parapet"}, set()),
        ("Parapet, Wavebox", {"Parapet", "Wavebox"}, set()),
        ("everything except Parapet", set(), {"Parapet"}),
        ("I don't have Wavebox, only Northlight", {"Northlight"}, set()),
    ],
)
def test_what_somebody_has_is_any_of_it(
    talk: Talk, words: str, kept: set[str], left: set[str]
) -> None:
    _, reply = talk("a comedy", words)
    services = set(facts(reply)["services"])
    assert not kept or services <= kept
    assert not services & left


def test_a_rating_is_confirmed_before_it_counts(talk: Talk) -> None:
    *_, asked, agreed = talk("a horror film on Wavebox, Lumenflix or Parapet rated R", "yes")
    assert facts(asked)["rating"] == "R"
    assert asked["question"]["kind"] == "confirm"
    assert asked["question"]["values"] == ["R"]
    assert agreed["question"] is None
    assert agreed["recommendations"][0]["id"] == asked["recommendations"][0]["id"]


@pytest.mark.parametrize("refusal", ["no", "rather not", "no thanks"])
def test_a_rating_that_is_refused_is_not_shown_again(talk: Talk, refusal: str) -> None:
    _, reply, more = talk(
        "a horror film on Wavebox, Lumenflix or Parapet rated R", refusal, "else?"
    )
    for each in (reply, more):
        assert all(item["facts"]["rating"] != "R" for item in each["recommendations"])


def test_another_wish_in_place_of_a_yes_is_no_refusal(talk: Talk) -> None:
    asked, reply = talk(
        "a horror film on Wavebox, Lumenflix or Parapet rated R", "no, under 120 minutes"
    )
    assert asked["question"]["kind"] == "confirm"
    assert facts(reply)["minutes"] < 120
    assert "rating" not in reply["preferences"].get("exclude", {})


def test_what_is_advertised_is_said_beside_it(talk: Talk) -> None:
    seen = []
    for reply in talk("a comedy on Lumenflix", *["something else"] * 3):
        for each in reply["recommendations"]:
            promoted = each["facts"]["promoted"] == "True"
            seen.append(promoted)
            assert each["disclosed"] == (["advertised"] if promoted else [])
            assert ("advertised" in reply["answer"]) == promoted
    assert any(seen)


def test_what_nothing_meets_is_said_and_what_less_would_bring(talk: Talk) -> None:
    first, more = talk("a comedy on Lumenflix rated at least 9.9", "yes please")
    assert first["recommendations"] == []
    assert not first["grounded"]
    assert first["offers"]
    assert "Nothing in this catalogue meets all of that." in first["answer"]
    assert first["answer"].endswith("?")
    assert first["question"]["kind"] in {"widen", "drop"}
    assert facts(more)["genres"] == ["Comedy"]


def test_an_offer_that_is_refused_is_followed_by_the_next(talk: Talk) -> None:
    first, second, third = talk("a comedy on Lumenflix rated at least 9.9", "no", "no")
    asked = [(each["question"] or {}).get("about") for each in (first, second, third)]
    assert asked[0] != asked[1]
    assert all(not each["recommendations"] for each in (first, second, third))


def test_the_same_question_never_comes_twice(talk: Talk) -> None:
    replies = talk("a comedy", "hm", "a drama", "something else", "a crime film")
    kinds = [reply["question"]["kind"] for reply in replies if reply["question"]]
    assert kinds.count("slot") == 1
