"""Turns in threads: begun once, seen by everybody, ended whatever happens."""

from collections.abc import Iterator
from threading import Event as Signal

from structlog.testing import capture_logs

from agent.recommender import Event, Reply, Step, Token
from infra.errors import MessageError
from ui.page.turns import FAILED, REMEMBERED, RunningTurn, Turns

SECONDS = 10


def finished(turn: RunningTurn) -> RunningTurn:
    while not turn.progress.done:
        turn.wait(turn.progress.events, SECONDS)
    return turn


def spoken() -> Iterator[Event]:
    yield Step("rewrite")
    yield Step("rewrite", 1.0)
    yield Token("Hello ")
    yield Token("you")
    yield Reply({"answer": "Hello you"})


def test_a_turn_tells_its_steps_its_text_and_its_reply() -> None:
    progress = finished(Turns().start("t1", "s1", "hello", spoken)).progress
    assert (progress.steps, progress.text) == (("rewrite",), "Hello you")
    assert progress.reply == {"answer": "Hello you"}


def test_a_turn_begun_twice_runs_once() -> None:
    turns, runs = Turns(), []

    def counted() -> Iterator[Event]:
        runs.append(1)
        yield from spoken()

    first = turns.start("t1", "s1", "hello", counted)
    assert turns.start("t1", "s1", "hello", counted) is first
    finished(first)
    assert turns.start("t1", "s1", "hello", counted) is first
    assert runs == [1]


def test_a_page_that_comes_later_sees_the_turn_from_its_beginning() -> None:
    turns, go_on = Turns(), Signal()

    def slow() -> Iterator[Event]:
        yield Token("first ")
        go_on.wait(SECONDS)
        yield Token("second")
        yield Reply({})

    turns.start("t1", "s1", "hello", slow)
    found = turns.latest("s1")
    assert found is not None
    assert found.wait(0, SECONDS).text == "first "
    assert found.wait(1, 0.01).events == 1
    go_on.set()
    assert finished(found).progress.text == "first second"


def test_a_sentence_for_people_is_passed_on() -> None:
    def refused() -> Iterator[Event]:
        raise MessageError("Too long.")
        yield

    assert finished(Turns().start("t1", "s1", "…", refused)).progress.trouble == "Too long."


def test_a_crash_ends_the_turn_with_a_sentence_and_is_logged() -> None:
    def broken() -> Iterator[Event]:
        yield Token("half an ans")
        raise ZeroDivisionError

    with capture_logs() as logs:
        progress = finished(Turns().start("t1", "s1", "…", broken)).progress
    assert progress.trouble == FAILED
    assert logs[0]["event"] == "turn failed"


def test_a_turn_without_a_reply_ends() -> None:
    assert finished(Turns().start("t1", "s1", "…", lambda: iter(()))).progress.trouble == FAILED


def test_old_turns_are_forgotten_and_running_ones_are_not() -> None:
    turns, go_on = Turns(), Signal()

    def waiting() -> Iterator[Event]:
        go_on.wait(SECONDS)
        yield Reply({})

    running = turns.start("running", "s0", "…", waiting)
    for number in range(REMEMBERED + 5):
        finished(turns.start(f"t{number}", "s1", "…", spoken))
    assert turns.latest("s0") is running
    assert turns.begun("t0") is None
    assert len(turns) == REMEMBERED
    go_on.set()
    finished(running)
