"""One turn of a session at a time: within a process, and between those that share a store."""

from collections.abc import Callable
from dataclasses import replace
from threading import Event, Thread
from typing import Any

import pytest

from graph.memory import Turnstile
from graph.protocols import Context
from infra.errors import SessionError

Say = Callable[..., dict[str, Any]]


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


def test_who_waits_too_long_within_a_process_is_told() -> None:
    turnstile = Turnstile(seconds=0.05)
    with turnstile.one("s"), pytest.raises(SessionError, match=r"elsewhere for 0\.05 seconds"):
        turnstile.one("s").__enter__()
    assert turnstile._locks == {}


def test_a_turn_keeps_another_process_waiting_but_not_another_session(store: Any, say: Say) -> None:
    here, there = store.open(), store.open(longest_wait=0.05)
    session, other = here.begin("ann"), here.begin("ann")
    with here.turn(session, "games"):
        with pytest.raises(SessionError, match=r"elsewhere for 0\.05 seconds"):
            say(there, session, "trains")
        assert say(there, other, "trains")["turn"] == 1
    assert say(there, session, "trains")["turn"] == 1


def test_a_turn_that_waited_goes_on_from_the_one_before(
    store: Any, say: Say, fakes: Context
) -> None:
    here, there = store.open(), store.open()
    session = here.begin("ann")
    begun, told = Event(), list[int]()

    def second() -> None:
        begun.set()
        told.append(say(there, session, "boats")["turn"])

    with here.turn(session, "games"):
        waiting = Thread(target=second)
        waiting.start()
        begun.wait(5)
    waiting.join(20)
    assert told == [1]
    assert say(here, session, "trains")["turn"] == 2


def test_no_lock_file_is_left_behind(store: Any, say: Say) -> None:
    memory = store.open()
    for _ in range(3):
        say(memory, memory.begin("ann"), "trains")
    if store.path:
        left = [each.name for each in store.path.with_suffix(".locks").iterdir()]
        assert left == ["opening.lock"]
    else:
        held = "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
        query = f"{held} WHERE locktype = 'advisory' AND datname = current_database()"
        assert store.run(query) == [(0,)]


def test_a_turn_that_was_overtaken_is_not_kept(store: Any, say: Say, fakes: Context) -> None:
    """Should a hold be lost, the number of a turn is still taken once."""
    here, there = store.open(), store.open()
    session = here.begin("ann")

    class Overtaken:
        def read(self, *asked: Any) -> Any:
            there._turnstile = Turnstile()  # it holds nothing, as after a lost connection
            say(there, session, "boats")
            return fakes.reader.read(*asked)

    with pytest.raises(SessionError, match="went on elsewhere meanwhile"):
        say(here, session, "trains", replace(fakes, reader=Overtaken()))
    assert [each["message"] for each in here.transcript(session, "games")] == ["boats"]
    assert say(here, session, "snow")["turn"] == 2
