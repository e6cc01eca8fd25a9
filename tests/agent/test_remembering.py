"""What the recommender remembers of a person beyond a conversation."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.recommender import Recommender
from agent.settings import Settings
from data.index import Index
from graph.memory import Memory, Session
from infra.errors import SessionError
from tools.change import Change


@pytest.fixture
def recommender(bundled_index: Index, tmp_path: Path) -> Iterator[Recommender]:
    made = Recommender(bundled_index, Memory(tmp_path / "talk.sqlite"), Settings())
    yield made
    made.close()


@pytest.fixture
def session(recommender: Recommender) -> Session:
    return recommender.memory.begin("ann")


def shelf(recommender: Recommender, user: str = "ann") -> dict[str, set[str]]:
    catalogue, found = recommender.index.catalogue, dict[str, set[str]]()
    for entry in recommender.shelf(user).entries():
        found.setdefault(entry.kind, set()).add(catalogue[entry.item].title)
    return found


def test_what_is_said_of_titles_is_on_the_shelf(recommender: Recommender, session: Session) -> None:
    recommender.reply("I've seen Monster", session)
    recommender.reply("I loved Trigun", session)
    listed = recommender.reply("anime like Naruto", session)["recommendations"]
    recommender.reply("not the first one", session)
    on_it = shelf(recommender)
    assert "Monster" in on_it["seen"]
    assert on_it["loved"] == {"Trigun"}
    assert on_it["disliked"] == {listed[0]["title"]}
    assert shelf(recommender, "bob") == {}
    assert recommender.taste(recommender.memory.begin("ann")).disliked == {listed[0]["id"]}


def test_undo_takes_it_off_again(recommender: Recommender, session: Session) -> None:
    recommender.reply("I loved Trigun", session)
    recommender.reply("I've seen Monster", session)
    recommender.reply("undo", session)
    assert "Monster" not in shelf(recommender).get("seen", set())
    assert shelf(recommender)["loved"] == {"Trigun"}


def test_a_chip_that_is_removed_takes_it_off(recommender: Recommender, session: Session) -> None:
    other = recommender.memory.begin("ann")
    recommender.reply("I've seen Monster", other)
    recommender.reply("I've seen Monster", session)
    (monster,) = recommender.taste(session).seen
    recommender.reply("Remove: seen", session, Change(forget=(f"seen:{monster}",)))
    assert not recommender.taste(session)


def test_starting_over_leaves_the_shelf_alone(recommender: Recommender, session: Session) -> None:
    recommender.reply("I loved Trigun", session)
    recommender.reply("start over", session)
    assert shelf(recommender)["loved"] == {"Trigun"}


def test_a_turn_said_again_says_what_it_says_now(
    recommender: Recommender, session: Session
) -> None:
    recommender.reply("anime like Naruto", session)
    recommender.reply("I've seen Monster", session)
    list(recommender.turn("I loved Trigun", session, again=True))
    assert shelf(recommender) == {"loved": {"Trigun"}}
    messages = [each["message"] for each in recommender.transcript(session)]
    assert messages == ["anime like Naruto", "I loved Trigun"]


def test_an_abandoned_turn_says_nothing(recommender: Recommender, session: Session) -> None:
    turn = recommender.turn("I loved Trigun", session)
    next(turn)
    turn.close()
    assert not recommender.taste(session)
    assert recommender.transcript(session) == []


def test_the_transcript_is_what_was_answered(recommender: Recommender, session: Session) -> None:
    replies = [recommender.reply(each, session) for each in ("anime like Naruto", "darker")]
    kept = recommender.transcript(session)
    for reply, told in zip(replies, kept, strict=True):
        assert told.pop("at").startswith("20")
        assert told.pop("timings_ms").keys() == reply.pop("timings_ms").keys()
        assert told == reply
    recommender.feedback(session, 2, "down", "not dark at all")
    assert recommender.transcript(session, last=1)[0]["feedback"]["verdict"] == "down"
    with pytest.raises(SessionError, match="no turn 3"):
        recommender.feedback(session, 3, "up")
