"""A way to end a turn from another thread, whatever it waits for."""

from collections.abc import Callable
from threading import Lock


class Stop:
    """Asked for once, by whoever follows a turn; heard by the turn between its events."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._asked = False
        self._cancel: Callable[[], None] | None = None

    @property
    def asked(self) -> bool:
        """Tell whether the turn is to end."""
        return self._asked

    def ask(self) -> None:
        """End the turn: a request that it waits for is cancelled at once."""
        with self._lock:
            self._asked = True
            cancel = self._cancel
        if cancel:
            cancel()

    def cancels(self, cancel: Callable[[], None]) -> None:
        """Say what is to be called when the stop is asked for; at once if it was already."""
        with self._lock:
            self._cancel = cancel
            asked = self._asked
        if asked:
            cancel()
