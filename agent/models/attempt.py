"""One request in a thread of its own, so that whoever waits for it can stop waiting."""

import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from contextvars import ContextVar, copy_context
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import monotonic
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class DeadlineError(Exception):
    """The time that a request was given has passed."""


class AbandonedError(Exception):
    """Nobody waits for the request any more."""


class _End:
    """Marks the end of an answer."""


class Attempt(Generic[T]):
    """Run a blocking request and hand on its pieces.

    A client's own timeouts bound one read, not the whole, and name resolution not at all; waiting
    on a queue bounds everything, and lets another thread cancel.
    """

    def __init__(self, run: Callable[[], Iterable[T]]) -> None:
        self._pieces: SimpleQueue[T | BaseException | type[_End]] = SimpleQueue()
        self._lock = Lock()
        self._response: Any = None
        self._abandoned = False
        self.began = monotonic()
        work = copy_context()
        Thread(target=work.run, args=(self._work, run), name="model", daemon=True).start()

    @property
    def heard(self) -> bool:
        """Tell whether the server has begun to answer."""
        return self._response is not None

    def next(self, deadline: float) -> T | None:
        """Return the next piece, or None after the last.

        Raises DeadlineError, AbandonedError, or what the request raised.
        """
        try:
            piece = self._pieces.get(timeout=max(0.0, deadline - monotonic()))
        except Empty:
            raise DeadlineError from None
        if piece is _End:
            return None
        if isinstance(piece, BaseException):
            raise piece
        return piece  # type: ignore[return-value]

    def abandon(self) -> None:
        """Stop the request: close its connection, wake whoever waits."""
        with self._lock:
            self._abandoned = True
            response = self._response
        if response is not None and not response.is_closed:
            _hang_up(response)
        self._pieces.put(AbandonedError())

    def opened(self, response: Any) -> None:
        """Remember the response, to be able to hang up."""
        with self._lock:
            self._response = response
            if self._abandoned:
                raise AbandonedError

    def _work(self, run: Callable[[], Iterable[T]]) -> None:
        _current.set(self)
        try:
            for piece in run():
                if self._abandoned:
                    break
                self._pieces.put(piece)
            self._pieces.put(_End)
        except BaseException as error:  # handed to whoever waits, which is another thread
            self._pieces.put(error)
        finally:
            if self._response is not None:
                self._response.close()


_current: ContextVar[Attempt[Any] | None] = ContextVar("attempt", default=None)


def remember(response: Any) -> None:
    """Tell the attempt of this thread which response it got: a hook of the HTTP client."""
    attempt = _current.get()
    if attempt is not None:
        attempt.opened(response)


def _hang_up(response: Any) -> None:
    """Shut the connection's socket down: that alone wakes a thread that reads from it."""
    stream = response.extensions.get("network_stream")
    connection = stream.get_extra_info("socket") if stream is not None else None
    if connection is not None:
        with suppress(OSError):
            socket.socket.shutdown(connection, socket.SHUT_RDWR)
