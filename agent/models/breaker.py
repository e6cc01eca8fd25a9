"""Circuit breakers: who failed rests for a while, so that a dead provider is not waited for again.

One breaker for each server and one for each model of it: a dead server rests all its models.
"""

from collections import defaultdict
from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Any

from agent.models.attempt import Attempt
from agent.models.faults import Fault, span
from agent.models.settings import ModelSettings

# Quick failures in a row. One call makes three at most; a provider that fails three times in ten
# is still worth asking, and comes to five in a row once in 400 calls.
FAILURES = 5
LONGEST_REST = 300.0  # seconds: the longest that doubling comes to
HOPELESS_REST = 300.0  # seconds for a wrong key or a retired model: only new settings mend those
LONGEST_LIMIT = 3600.0  # seconds that a provider's Retry-After is believed


class Breaker:
    """Closed, open for a while, or half-open: one call tries whether it goes again."""

    def __init__(self, rest: float, clock: Callable[[], float]) -> None:
        self._first_rest = self._rest = rest
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._until = 0.0
        self._trying = False
        self._answered = -1.0

    def enter(self) -> float:
        """Return 0.0 to let a call through, or the seconds still to rest."""
        with self._lock:
            if not self._until:
                return 0.0
            left = self._until - self._clock()
            if left > 0:
                return left
            if self._trying:
                return self._rest
            self._trying = True
            return 0.0

    @property
    def held(self) -> bool:
        """Tell whether calls are held back now."""
        return self._until > self._clock()

    def leave(self) -> None:
        """Take a call back that told nothing about the other side."""
        with self._lock:
            self._trying = False

    def succeed(self) -> None:
        """Close."""
        with self._lock:
            self._failures, self._until, self._trying = 0, 0.0, False
            self._answered = self._clock()
            self._rest = self._first_rest

    def fail(self) -> None:
        """Count a quick failure; open when there were too many in a row."""
        with self._lock:
            self._failures += 1
            if self._trying or self._failures >= FAILURES:
                self._open(None)

    def time_out(self, began: float) -> None:
        """Open at once, unless others were answered while this call waited: then count it."""
        with self._lock:
            alive = self._answered > began
        if alive:
            self.fail()
        else:
            self.open()

    def open(self, seconds: float | None = None) -> None:
        """Open at once."""
        with self._lock:
            self._open(seconds)

    def _open(self, seconds: float | None) -> None:
        if self._trying:  # the one that tried failed: rest twice as long
            self._rest = min(2 * self._rest, LONGEST_REST)
        self._trying = False
        self._failures = 0
        self._until = max(self._until, self._clock() + (seconds or self._rest))


class Breakers:
    """The breakers of all models, which outlive a change of settings."""

    def __init__(self, rest: float, clock: Callable[[], float] = monotonic) -> None:
        self._lock = Lock()
        self._all: dict[object, Breaker] = defaultdict(lambda: Breaker(rest, clock))

    def enter(self, model: ModelSettings) -> Fault | None:
        """Let a call to a model through, or return that it rests."""
        server, own = self._of(model)
        left = server.enter()
        if not left:
            left = own.enter()
            if left:
                server.leave()
        return Fault("resting", f"rests for {span(left)} after failing", left) if left else None

    def held(self, model: ModelSettings) -> bool:
        """Tell whether calls to a model are held back now."""
        return any(breaker.held for breaker in self._of(model))

    def leave(self, model: ModelSettings) -> None:
        """Take a call back that told nothing, such as one that was cancelled."""
        for breaker in self._of(model):
            breaker.leave()

    def succeed(self, model: ModelSettings) -> None:
        """Note that a model answered."""
        for breaker in self._of(model):
            breaker.succeed()

    def fail(self, model: ModelSettings, fault: Fault, call: Attempt[Any], patience: float) -> None:
        """Note what a call to a model failed of; a wait up to `patience` is no reason to rest."""
        server, own = self._of(model)
        if fault.kind == "timeout":
            (own if call.heard else server).time_out(call.began)
        elif fault.kind == "connection":
            server.fail()
        elif fault.kind == "key":
            server.open(HOPELESS_REST)
        elif fault.kind != "cancelled":
            server.succeed()
            _fail_model(own, fault, patience)
        own.leave()
        server.leave()

    def _of(self, model: ModelSettings) -> tuple[Breaker, Breaker]:
        with self._lock:
            return self._all[model.endpoint], self._all[model.endpoint, model.model]


def _fail_model(breaker: Breaker, fault: Fault, patience: float) -> None:
    if fault.kind == "gone":
        breaker.open(HOPELESS_REST)
    elif fault.kind == "rate" and (fault.wait or 0.0) > patience:
        breaker.open(min(fault.wait or 0.0, LONGEST_LIMIT))
    elif fault.kind in {"busy", "rate", "empty", "unreadable", "broken"}:
        breaker.fail()
    else:  # it answered, though not what was wanted
        breaker.succeed()
