"""Turns in threads of their own, so that no click, rerun or refresh kills or repeats one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Condition, Lock, Thread
from typing import Any

import structlog

from agent.recommender import Event, Reply, Step, Token
from infra.errors import OsusumeError

REMEMBERED = 200  # turns kept for pages that come back to them
FAILED = "Something went wrong on my side, and nothing of this turn was kept. Please try again."


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a turn is; `events` counts what has happened so far."""

    events: int
    steps: tuple[str, ...]
    text: str
    reply: dict[str, Any] | None
    trouble: str

    @property
    def done(self) -> bool:
        """Tell whether nothing more will happen."""
        return self.reply is not None or bool(self.trouble)


class RunningTurn:
    """One turn, written by its worker and read by any number of pages."""

    def __init__(self, turn: str, session: str, message: str) -> None:
        self.id = turn
        self.session = session
        self.message = message
        self._progress = Progress(0, (), "", None, "")
        self._changed = Condition()

    def run(self, events: Callable[[], Iterator[Event]]) -> None:
        """Take the turn to its end, whatever happens."""
        try:
            for event in events():
                self._advance(event)
            if not self.progress.done:
                self._fail(FAILED)
        except OsusumeError as error:
            self._fail(str(error))
        except Exception:  # a page must not wait for ever for a thread that died
            structlog.get_logger().exception("turn failed", session=self.session)
            self._fail(FAILED)

    @property
    def progress(self) -> Progress:
        """How far the turn is now."""
        return self._progress

    def wait(self, events: int, seconds: float) -> Progress:
        """Return the progress once it is beyond so many events, or when the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._progress.events > events, seconds)
            return self._progress

    def _advance(self, event: Event) -> None:
        now = self._progress
        steps, text, reply = now.steps, now.text, now.reply
        match event:
            case Step(name, None):
                steps = (*steps, name)
            case Token(piece):
                text += piece
            case Reply(fields):
                reply = fields
        self._publish(Progress(now.events + 1, steps, text, reply, ""))

    def _fail(self, sentence: str) -> None:
        now = self._progress
        self._publish(Progress(now.events + 1, now.steps, now.text, None, sentence))

    def _publish(self, progress: Progress) -> None:
        with self._changed:
            self._progress = progress
            self._changed.notify_all()


class Turns:
    """The turns of a process, by id and by conversation."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._turns: dict[str, RunningTurn] = {}

    def __len__(self) -> int:
        """Return how many turns are remembered."""
        return len(self._turns)

    def start(
        self, turn: str, session: str, message: str, events: Callable[[], Iterator[Event]]
    ) -> RunningTurn:
        """Begin a turn; one whose id was begun before is returned as it is."""
        with self._lock:
            if known := self._turns.get(turn):
                return known
            begun = self._turns[turn] = RunningTurn(turn, session, message)
            self._trim()
        Thread(target=begun.run, args=[events], name=f"turn-{turn}", daemon=True).start()
        return begun

    def begun(self, turn: str) -> RunningTurn | None:
        """Return the turn of an id, if it was begun."""
        return self._turns.get(turn)

    def latest(self, session: str) -> RunningTurn | None:
        """Return the turn of a conversation that was begun last."""
        with self._lock:
            turns = [each for each in self._turns.values() if each.session == session]
        return turns[-1] if turns else None

    def _trim(self) -> None:
        spare = [each.id for each in self._turns.values() if each.progress.done]
        for turn in spare[: max(0, len(self._turns) - REMEMBERED)]:
            del self._turns[turn]
