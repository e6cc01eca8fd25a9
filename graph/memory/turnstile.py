"""One turn of a session at a time: within a process, and between processes."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import Protocol

from filelock import FileLock, Timeout

from infra.errors import SessionError
from infra.home import storing

LONGEST_WAIT = 60.0  # seconds; a turn with chat models that are slow or fail takes up to 30


class Gate(Protocol):
    """Hold a session against other processes; a process that dies lets go of it."""

    def hold(self, session: str, seconds: float) -> bool:
        """Wait so long at most, and tell whether the session is held."""

    def leave(self, session: str) -> None:
        """Let the next one in."""


class Turnstile:
    """Let one turn of a session run at a time."""

    def __init__(self, gate: Gate | None = None, seconds: float = LONGEST_WAIT) -> None:
        """Keep order within this process, and where there is a `gate`, between processes."""
        self._gate = gate
        self._seconds = seconds
        self._guard = Lock()
        self._locks: dict[str, tuple[Lock, int]] = {}

    @contextmanager
    def one(self, session: str) -> Iterator[None]:
        """Hold a session's turn; others of the same session wait.

        Raises SessionError where the one before does not come to its end.
        """
        with self._within(session):
            if self._gate is None:
                yield
                return
            if not self._gate.hold(session, self._seconds):
                raise busy(self._seconds)
            try:
                yield
            finally:
                self._gate.leave(session)

    @contextmanager
    def _within(self, session: str) -> Iterator[None]:
        with self._guard:
            lock, waiting = self._locks.get(session, (Lock(), 0))
            self._locks[session] = (lock, waiting + 1)
        try:
            if not lock.acquire(timeout=self._seconds):
                raise busy(self._seconds)
            try:
                yield
            finally:
                lock.release()
        finally:
            self._forget(session, lock)

    def _forget(self, session: str, lock: Lock) -> None:
        with self._guard:
            _, waiting = self._locks[session]
            if waiting == 1:
                del self._locks[session]
            else:
                self._locks[session] = (lock, waiting - 1)


def busy(seconds: float) -> SessionError:
    """Return the sentence for a turn that waited in vain."""
    return SessionError(
        f"This conversation has been answering elsewhere for {seconds:g} seconds. "
        "Wait for that answer, then say it again."
    )


class FileGate:
    """A lock file for each session that has a turn under way."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, FileLock] = {}

    def hold(self, session: str, seconds: float) -> bool:
        """Wait so long at most, and tell whether the session is held."""
        name = blake2b(session.encode(), digest_size=16).hexdigest()
        with storing(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self._folder / f"{name}.lock", timeout=seconds, thread_local=False)
            try:
                lock.acquire()
            except Timeout:
                return False
        self._held[session] = lock
        return True

    def leave(self, session: str) -> None:
        """Remove the file while it is held: who waits for it sees that, and makes another."""
        lock = self._held.pop(session)
        with suppress(OSError):  # where a file in use cannot be removed, it stays
            Path(lock.lock_file).unlink()
        lock.release()
