import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from graph.memory import Memory, Turnstile
from graph.protocols import Context
from infra.errors import HomeError, SessionError

ROOT = Path(__file__).resolve().parents[2]
Begin = Callable[..., Any]


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
    session = memory.labelled("ann'; DROP TABLE sessions; --", "\x00")
    assert memory.labelled("ann'; DROP TABLE sessions; --", "\x00") == session
    with pytest.raises(SessionError, match="not valid text"):
        memory.labelled("ann", "\udcff")
    with pytest.raises(SessionError, match="not valid text"):
        memory.begin("\ud800")


def test_the_store_is_in_wal_mode_and_lives_below_the_state_folder(state: Path) -> None:
    memory = Memory()
    assert memory.path == state / "conversations" / "conversations.sqlite"
    with sqlite3.connect(memory.path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()
    memory.close()


def test_sessions_outlive_the_process_that_began_them(tmp_path: Path) -> None:
    before = Memory(tmp_path / "c.sqlite")
    session = before.labelled("ann", "evening")
    before.close()
    after = Memory(tmp_path / "c.sqlite")
    assert after.labelled("ann", "evening") == session
    after.close()


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
    talk: Begin, fakes: Context, memory: Memory
) -> None:
    begun, other = talk(fakes), talk(fakes, "t2")
    other.say("snow")
    for number in range(200):
        begun.say(f"a wish for title number {number}")
    assert begun.remembered()["turns"] == 200
    assert other.remembered()["turns"] == 1
    rows = memory.checkpointer.conn.execute("SELECT thread_id, length(checkpoint) FROM checkpoints")
    sizes = dict(rows.fetchall())
    assert set(sizes) == {"t1", "t2"}
    assert sizes["t1"] < 30_000
    assert memory.checkpointer.conn.execute("SELECT count(*) FROM writes").fetchone() == (0,)


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
    before = sound.remembered()
    with pytest.raises(RuntimeError):
        talk(replace(fakes, **{part: Failing()})).say("snow")
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


def test_a_turnstile_lets_one_turn_of_a_session_through_and_forgets_it() -> None:
    turnstile, inside, leave = Turnstile(), Event(), Event()
    order: list[str] = []

    def first() -> None:
        with turnstile.one("s"):
            inside.set()
            leave.wait(5)
            order.append("first")

    def second() -> None:
        with turnstile.one("s"):
            order.append("second")

    holder = Thread(target=first)
    holder.start()
    inside.wait(5)
    waiter = Thread(target=second)
    waiter.start()
    with turnstile.one("another"):
        order.append("another")
    leave.set()
    holder.join(5)
    waiter.join(5)
    assert order == ["another", "first", "second"]
    assert turnstile._locks == {}


def test_a_turnstile_opens_again_after_an_error() -> None:
    turnstile = Turnstile()
    with pytest.raises(ValueError, match="inside"), turnstile.one("s"):
        raise ValueError("inside")
    with turnstile.one("s"):
        pass


KILLED = """
import importlib.util, os, random, signal, sys, time
from pathlib import Path

spec = importlib.util.spec_from_file_location("fakes", sys.argv[1])
fakes = importlib.util.module_from_spec(spec)
sys.modules["fakes"] = fakes
spec.loader.exec_module(fakes)
path, chance = Path(sys.argv[2]), random.Random(11)
context = fakes.Context(
    fakes.FakeReader(), fakes.FakeWishes(), fakes.FakeRetriever(), fakes.FakeRanker(),
    fakes.FakeWriter(), fakes.FakeVerifier(), fakes.FakeInspector(), fakes.FakeTrace(),
)

def opened():
    memory = fakes.Memory(path)
    graph = fakes.build_graph(memory.checkpointer)
    return memory, fakes.Talk(graph, context, {"configurable": {"thread_id": "t"}})

def talk_on(pipe):
    memory, talk = opened()
    number = talk.remembered().get("turns", 0)
    while True:
        number += 1
        talk.say(f"wish {number}")
        os.write(pipe, f"{number}\\n".encode())

def check(done):
    memory, talk = opened()
    state = talk.remembered()
    turns = state.get("turns", 0)
    assert done <= turns <= done + 1, (done, turns)
    if turns:
        said = [turn["message"] for turn in state["history"]]
        assert said == [f"wish {n}" for n in range(max(1, turns - 19), turns + 1)], said
        assert state["preferences"] == {"about": f"wish {turns}"}, state["preferences"]
        shown = [each for turn in state["history"] for each in turn["shown"]]
        assert len(shown) == len(set(shown)), shown
    rows = memory.checkpointer.conn.execute("SELECT count(*) FROM checkpoints").fetchone()[0]
    assert rows <= 2, rows
    memory.close()
    return turns

turns = 0
for round in range(12):
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(readable)
        talk_on(writable)
    os.close(writable)
    time.sleep(chance.uniform(0.005, 0.15))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    lines = b""
    while piece := os.read(readable, 65536):
        lines += piece
    os.close(readable)
    told = [int(line) for line in lines.split(b"\\n")[:-1]]
    turns = check(told[-1] if told else turns)
print(turns)
"""


def test_kill_9_leaves_every_turn_wholly_there_or_not_at_all(tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(KILLED, "utf-8")
    arguments: list[str | Path] = [sys.executable, script, Path(__file__).with_name("conftest.py")]
    done = subprocess.run(
        [*arguments, tmp_path / "c.sqlite"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) > 12
