"""Sessions and whole turns, over SQLite and PostgreSQL alike."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph.memory import Memory
from graph.protocols import Context
from infra.errors import HomeError, SessionError

Begin = Callable[..., Any]


@pytest.fixture
def memory(store: Any) -> Iterator[Memory]:
    opened: Memory = store.open()
    yield opened


def test_a_session_has_an_id_of_ours_and_belongs_to_its_user(memory: Memory) -> None:
    ann, bob = memory.begin("ann"), memory.begin("bob")
    assert len(ann.id) == 32
    assert ann.id != bob.id
    assert memory.find("ann", ann.id) == ann
    for user, session in (("bob", ann.id), ("ann", bob.id), ("ann", "nonsense"), ("", "")):
        with pytest.raises(SessionError, match=r"no such conversation of yours"):
            memory.find(user, session)


def test_a_label_means_another_session_for_every_user(memory: Memory) -> None:
    ann, bob = memory.labelled("ann", "evening"), memory.labelled("bob", "evening")
    assert ann.id != bob.id
    assert memory.labelled("ann", "evening") == ann
    assert memory.labelled("ann", ann.id) == ann


def test_another_users_id_as_a_label_opens_nothing_of_theirs(memory: Memory) -> None:
    ann = memory.begin("ann")
    assert memory.labelled("bob", ann.id).id != ann.id


def test_one_label_asked_for_at_once_is_one_session(memory: Memory) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: memory.labelled("ann", "evening"), range(32)))
    assert len({each.id for each in found}) == 1


def test_sessions_are_listed_newest_first_under_their_titles(memory: Memory) -> None:
    first, second = memory.begin("ann"), memory.begin("ann", "evening")
    memory.begin("bob")
    memory.name(first, "anime like " + "Naruto " * 30)
    assert [each.id for each in memory.sessions("ann")] == [second.id, first.id]
    assert memory.find("ann", first.id).title.startswith("anime like Naruto")
    assert len(memory.find("ann", first.id).title) == 60


def test_names_that_are_sql_or_no_text_do_no_harm(memory: Memory) -> None:
    session = memory.labelled("ann'; DROP TABLE sessions; --", "%_")
    assert memory.labelled("ann'; DROP TABLE sessions; --", "%_") == session
    for name in ("\udcff", "\ud800", "a\x00b"):
        with pytest.raises(SessionError, match="not valid text"):
            memory.labelled("ann", name)
        with pytest.raises(SessionError, match="not valid text"):
            memory.begin(name)
        with pytest.raises(SessionError, match="no such conversation"):
            memory.find(name, session.id)
    memory.rename(session, "a\x00b\udcff")
    assert memory.find(session.user, session.id).title == "a b"


def test_the_store_is_in_wal_mode_and_lives_below_the_state_folder(state: Path) -> None:
    memory = Memory()
    assert memory.where == str(state / "conversations" / "conversations.sqlite")
    with sqlite3.connect(memory.where) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
    memory.close()


def test_sessions_outlive_the_process_that_began_them(store: Any) -> None:
    session = store.open().labelled("ann", "evening")
    store.close()
    assert store.open().labelled("ann", "evening") == session


@pytest.mark.parametrize(
    "damage", [b"no database at all" * 500, b"SQLite format 3\0" + b"\xff" * 5000]
)
def test_a_damaged_store_is_refused_with_its_remedy(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "conversations.sqlite"
    path.write_bytes(damage)
    with pytest.raises(SessionError) as refused:
        Memory(path)
    assert str(path) in str(refused.value)
    assert str(refused.value).endswith("Move that file away to start with an empty history.")
    assert path.read_bytes() == damage


def test_a_store_that_cannot_be_written_is_refused_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "conversations.sqlite").mkdir()
    with pytest.raises(HomeError, match="Cannot write to"):
        Memory(tmp_path / "conversations.sqlite")


def test_of_a_long_conversation_only_the_latest_state_is_kept(
    talk: Begin, fakes: Context, memory: Memory, store: Any
) -> None:
    begun, other = talk(fakes), talk(fakes, "t2")
    other.say("snow")
    for number in range(200):
        begun.say(f"a wish for title number {number}")
    assert begun.remembered()["turns"] == 200
    assert other.remembered()["turns"] == 1
    stored = list(memory.checkpointer.list(None))
    threads = [each.config["configurable"]["thread_id"] for each in stored]
    assert sorted(threads) == ["t1", "t2"]
    assert all(len(memory.checkpointer.serde.dumps_typed(each)[1]) < 40_000 for each in stored)
    if store.dsn:
        assert store.run("SELECT count(*) FROM checkpoint_writes") == [(0,)]
        (blobs,) = store.run(
            "SELECT count(*), count(DISTINCT (thread_id, channel)) FROM checkpoint_blobs"
        )
        assert blobs[0] == blobs[1]
    else:
        assert store.run("SELECT count(*) FROM writes") == [(0,)]


class Failing:
    """Fail in place of a part."""

    def __getattr__(self, name: str) -> Any:
        def fail(*args: object) -> None:
            raise RuntimeError(name)

        return fail


@pytest.mark.parametrize("part", ["reader", "wishes", "retriever", "ranker", "writer", "verifier"])
@pytest.mark.parametrize("first", [True, False])
def test_a_turn_whose_step_fails_leaves_the_conversation_as_it_was(
    talk: Begin, fakes: Context, part: str, first: bool
) -> None:
    sound = talk(fakes)
    if not first:
        sound.say("trains")
    before, failing = sound.remembered(), dict[str, Any]({part: Failing()})
    with pytest.raises(RuntimeError):
        talk(replace(fakes, **failing)).say("snow")
    assert sound.remembered() == before
    assert sound.say("boats")["turns"] == before.get("turns", 0) + 1
    assert "snow" not in json.dumps(sound.remembered())


@pytest.mark.parametrize("events", [1, 5, 9])
def test_a_turn_that_its_caller_abandons_leaves_the_conversation_as_it_was(
    talk: Begin, fakes: Context, events: int
) -> None:
    begun = talk(fakes)
    begun.say("trains")
    before = begun.remembered()
    stream = begun.graph.stream(
        {"message": "snow"},
        begun.thread,
        context=fakes,
        stream_mode=["custom"],
        durability="exit",
    )
    for _ in range(events):
        next(stream)
    stream.close()
    assert begun.remembered() == before


def test_conversations_run_side_by_side(talk: Begin, fakes: Context) -> None:
    talks = [talk(fakes, f"thread {number}") for number in range(6)]

    def ten_turns(begun: Any) -> None:
        for number in range(10):
            begun.say(f"{begun.thread['configurable']['thread_id']}, wish {number}")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(ten_turns, talks))
    for number, begun in enumerate(talks):
        state = begun.remembered()
        assert state["turns"] == 10
        said = [turn["message"] for turn in state["history"]]
        assert said == [f"thread {number}, wish {each}" for each in range(10)]
