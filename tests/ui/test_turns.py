"""Turns in threads: begun once, seen by everybody, ended whatever happens."""

from collections.abc import Generator
from threading import Event as Signal

from structlog.testing import capture_logs

from agent.recommender import Event, Reply, Step, Token
from agent.stopping import Stop
from infra.errors import MessageError
from ui.page.turns import FAILED, REMEMBERED, Events, RunningTurn, Turns

SECONDS = 10


def finished(turn: RunningTurn) -> RunningTurn:
    while not turn.progress.done:
        turn.wait(turn.progress.events, SECONDS)
    return turn


def begin(turns: Turns, turn: str, session: str, events: Events) -> RunningTurn:
    return turns.start(RunningTurn(turn, session, "hello"), events)


def spoken(_: Stop) -> Generator[Event]:
    yield Step("rewrite")
    yield Step("rewrite", 1.0)
    yield Token("Hello ")
    yield Token("you")
    yield Reply({"answer": "Hello you"})


def test_a_turn_tells_its_steps_its_text_and_its_reply() -> None:
    progress = finished(begin(Turns(), "t1", "s1", spoken)).progress
    assert (progress.steps, progress.text) == (("rewrite",), "Hello you")
    assert progress.reply == {"answer": "Hello you"}


def test_a_turn_begun_twice_runs_once() -> None:
    turns, runs = Turns(), []

    def counted(_: Stop) -> Generator[Event]:
        runs.append(1)
        yield from spoken(_)

    first = begin(turns, "t1", "s1", counted)
    assert begin(turns, "t1", "s1", counted) is first
    finished(first)
    assert begin(turns, "t1", "s1", counted) is first
    assert runs == [1]


def test_a_page_that_comes_later_sees_the_turn_from_its_beginning() -> None:
    turns, go_on = Turns(), Signal()

    def slow(_: Stop) -> Generator[Event]:
        yield Token("first ")
        go_on.wait(SECONDS)
        yield Token("second")
        yield Reply({})

    begin(turns, "t1", "s1", slow)
    found = turns.latest("s1")
    assert found is not None
    assert found.wait(0, SECONDS).text == "first "
    assert found.wait(1, 0.01).events == 1
    go_on.set()
    assert finished(found).progress.text == "first second"


def test_a_sentence_for_people_is_passed_on() -> None:
    def refused(_: Stop) -> Generator[Event]:
        raise MessageError("Too long.")
        yield

    assert finished(begin(Turns(), "t1", "s1", refused)).progress.trouble == "Too long."


def test_a_crash_ends_the_turn_with_a_sentence_and_is_logged() -> None:
    def broken(_: Stop) -> Generator[Event]:
        yield Token("half an ans")
        raise ZeroDivisionError

    with capture_logs() as logs:
        progress = finished(begin(Turns(), "t1", "s1", broken)).progress
    assert progress.trouble == FAILED
    assert logs[0]["event"] == "turn failed"


def test_a_turn_without_a_reply_ends() -> None:
    def silent(_: Stop) -> Generator[Event]:
        yield from ()

    assert finished(begin(Turns(), "t1", "s1", silent)).progress.trouble == FAILED


def test_a_stop_frees_the_page_at_once_and_ends_the_work() -> None:
    reached, go_on, closed = Signal(), Signal(), Signal()

    def slow(stop: Stop) -> Generator[Event]:
        stop.cancels(go_on.set)
        try:
            yield Step("rewrite")
            reached.set()
            go_on.wait(SECONDS)
            yield Token("never seen")
            yield Reply({})
        finally:
            closed.set()

    turn = begin(Turns(), "t1", "s1", slow)
    assert reached.wait(SECONDS)
    turn.stop()
    assert turn.progress.stopped and turn.progress.done
    assert closed.wait(SECONDS)
    assert turn.progress.reply is None and not turn.progress.trouble


def test_a_stop_before_the_turn_asks_a_model_is_not_forgotten() -> None:
    stop, cancelled = Stop(), Signal()
    stop.ask()
    stop.cancels(cancelled.set)
    assert cancelled.is_set()


def test_a_turn_that_was_whole_when_it_was_stopped_tells_its_reply() -> None:
    turn = finished(begin(Turns(), "t1", "s1", spoken))
    turn.stop()
    assert turn.progress.reply == {"answer": "Hello you"} and not turn.progress.stopped


def test_old_turns_are_forgotten_and_running_ones_are_not() -> None:
    turns, go_on = Turns(), Signal()

    def waiting(_: Stop) -> Generator[Event]:
        go_on.wait(SECONDS)
        yield Reply({})

    running = begin(turns, "running", "s0", waiting)
    for number in range(REMEMBERED + 5):
        finished(begin(turns, f"t{number}", "s1", spoken))
    assert turns.latest("s0") is running
    assert turns.begun("t0") is None
    assert len(turns) == REMEMBERED
    go_on.set()
    finished(running)
