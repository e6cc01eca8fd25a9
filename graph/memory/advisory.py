"""Sessions held by PostgreSQL's advisory locks."""

from collections.abc import Callable
from hashlib import blake2b
from threading import Lock
from time import monotonic, sleep
from typing import Any, LiteralString

import psycopg

FIRST_LOOK, LAST_LOOK = 0.02, 0.25  # seconds between looks whether a session is free


class AdvisoryGate:
    """Hold sessions by PostgreSQL's advisory locks, all of a process on one connection.

    They end with the connection: a process that dies lets go of its sessions. Should the
    connection be lost, a turn may meet another one of its session; then only one is kept, as the
    number of a turn is taken once.
    """

    def __init__(self, connect: Callable[[], psycopg.Connection[Any]]) -> None:
        self._connect = connect
        self._guard = Lock()
        self._connection: psycopg.Connection[Any] | None = None

    def hold(self, session: str, seconds: float) -> bool:
        """Wait so long at most, and tell whether the session is held; raises StoreError."""
        until, wait = monotonic() + seconds, FIRST_LOOK
        while not self._tried(session):
            left = until - monotonic()
            if left <= 0:
                return False
            sleep(min(wait, left))
            wait = min(1.5 * wait, LAST_LOOK)
        return True

    def leave(self, session: str) -> None:
        """Let the next one in; a lost connection has done so already."""
        try:
            self._ask("SELECT pg_advisory_unlock(%s)", session)
        except psycopg.Error:
            self.close()

    def close(self) -> None:
        """Close the connection, and let go of all it holds."""
        with self._guard:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def _tried(self, session: str) -> bool:
        try:
            return self._ask("SELECT pg_try_advisory_lock(%s)", session)
        except psycopg.Error:
            self.close()  # the server was restarted since: once more, on a new connection
            return self._ask("SELECT pg_try_advisory_lock(%s)", session)

    def _ask(self, query: LiteralString, session: str) -> bool:
        with self._guard:
            if self._connection is None:
                self._connection = self._connect()
            found = self._connection.execute(query, (key_of(session),)).fetchone()
        return bool(found and found[0])


def key_of(name: str) -> int:
    """Return the number that stands for a name among PostgreSQL's advisory locks, 64 bits."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)
