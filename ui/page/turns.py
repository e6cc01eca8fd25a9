"""Turns in threads of their own, so that no click, rerun or refresh kills or repeats one."""

from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, replace
from threading import Condition, Lock, Thread
from typing import Any

import structlog

from agent.recommender import Event, Reply, Step, Token
from agent.stopping import Stop
from infra.errors import OsusumeError
from tools.change import Change

Events = Callable[[Stop], Generator[Event]]
REMEMBERED = 200  # turns kept for pages that come back to them
FAILED = "Something went wrong on my side, and nothing of this turn was kept. Please try again."


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a turn is; `events` counts what has happened so far."""

    events: int
    steps: tuple[str, ...]
    text: str
    reply: dict[str, Any] | None = None
    trouble: str = ""
    stopped: bool = False

    @property
    def done(self) -> bool:
        """Tell whether nothing more will be waited for."""
        return self.reply is not None or bool(self.trouble) or self.stopped


class RunningTurn:
    """One turn, written by its worker and read by any number of pages."""

    def __init__(
        self,
        turn: str,
        session: str,
        message: str,
        change: Change | None = None,
        again: bool = False,
    ) -> None:
        self.id = turn
        self.session = session
        self.message = message
        self.change = change
        self.again = again
        self._progress = Progress(0, (), "")
        self._changed = Condition()
        self._stop = Stop()

    def run(self, events: Events) -> None:
        """Take the turn to its end, whatever happens."""
        try:
            with closing(events(self._stop)) as coming:
                for event in coming:
                    self._advance(event)
                    if self._stop.asked and not self.progress.reply:
                        return
            if not self.progress.done:
                self._fail(FAILED)
        except OsusumeError as error:
            self._fail(str(error))
        except Exception:  # a page must not wait for ever for a thread that died
            structlog.get_logger().exception("turn failed", session=self.session)
            self._fail(FAILED)

    def stop(self) -> None:
        """End the turn, from any thread; whoever waits for it goes on at once.

        Nothing of it is kept, unless it was whole already: then its reply is still told.
        """
        with self._changed:
            if self._progress.done:
                return
            self._publish(replace(self._progress, stopped=True))
        self._stop.ask()

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
        with self._changed:
            now = self._progress
            match event:
                case Step(name, None):
                    now = replace(now, steps=(*now.steps, name))
                case Token(piece):
                    now = replace(now, text=now.text + piece)
                case Reply(fields):
                    now = replace(now, reply=fields, stopped=False)
            self._publish(now)

    def _fail(self, sentence: str) -> None:
        with self._changed:
            if not self._progress.stopped:
                self._publish(replace(self._progress, trouble=sentence))

    def _publish(self, progress: Progress) -> None:
        self._progress = replace(progress, events=progress.events + 1)
        self._changed.notify_all()


class Turns:
    """The turns of a process, by id and by conversation."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._turns: dict[str, RunningTurn] = {}

    def __len__(self) -> int:
        """Return how many turns are remembered."""
        return len(self._turns)

    def start(self, turn: RunningTurn, events: Events) -> RunningTurn:
        """Begin a turn; one whose id was begun before is returned as it is."""
        with self._lock:
            if known := self._turns.get(turn.id):
                return known
            self._turns[turn.id] = turn
            self._trim()
        Thread(target=turn.run, args=[events], name=f"turn-{turn.id}", daemon=True).start()
        return turn

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
