"""The ledger: every call to a chat model, what it took and what it cost."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from infra.errors import HomeError, OsusumeError
from infra.home import folder

if TYPE_CHECKING:
    from agent.models.calls import Call

FILE = "ledger.sqlite"
KEPT_DAYS = 400  # a year to compare with, and a month to do it in
WAIT_SECONDS = 2.0  # for another process that writes

TABLE = """
CREATE TABLE IF NOT EXISTS calls (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL, day TEXT NOT NULL, session TEXT NOT NULL, turn INTEGER NOT NULL,
    role TEXT NOT NULL, model TEXT NOT NULL,
    input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, estimated INTEGER NOT NULL,
    cost_usd REAL NOT NULL, ms REAL NOT NULL, first_token_ms REAL, tokens_per_second REAL,
    retries INTEGER NOT NULL, outcome TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS calls_of_day ON calls (day, cost_usd);
CREATE INDEX IF NOT EXISTS calls_of_session ON calls (session, cost_usd);
"""
COLUMNS = (
    "at day session turn role model input_tokens output_tokens estimated cost_usd ms "
    "first_token_ms tokens_per_second retries outcome"
).split()
INSERT = f"INSERT INTO calls ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
AUDIT = """
SELECT day, model, role, COUNT(*) AS calls, SUM(outcome = 'ok') AS answered,
       SUM(outcome = 'cached') AS cached, SUM(retries) AS retries,
       SUM(input_tokens) AS input_tokens, SUM(output_tokens) AS output_tokens,
       SUM(estimated) AS estimated, SUM(cost_usd) AS cost_usd,
       AVG(CASE WHEN outcome = 'ok' THEN ms END) AS ms,
       AVG(first_token_ms) AS first_token_ms, AVG(tokens_per_second) AS tokens_per_second
FROM calls WHERE day > ? GROUP BY day, model, role ORDER BY day DESC, model, role
"""


@dataclass(frozen=True, slots=True)
class Line:
    """What one model did in one role on one day."""

    day: str
    model: str
    role: str
    calls: int
    answered: int
    cached: int
    retries: int
    input_tokens: int
    output_tokens: int
    estimated: int
    cost_usd: float
    ms: float | None
    first_token_ms: float | None
    tokens_per_second: float | None

    def to_json(self) -> dict[str, Any]:
        """Return the line as JSON values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Spent:
    """What calls came to."""

    calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: float


class Ledger:
    """Calls in an SQLite file of the state folder; in memory from where that cannot be written.

    A turn must not fail because its bill cannot be filed.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._lock = Lock()
        self.trouble = ""
        try:
            self.path = path or folder() / FILE
            self._connection = _opened(str(self.path))
        except (HomeError, sqlite3.Error) as error:
            self._to_memory(error)

    def record(self, call: Call, session: str, turn: int) -> None:
        """Write a call down."""
        now = datetime.now().astimezone()
        row = (
            now.isoformat(timespec="milliseconds"),
            now.date().isoformat(),
            session,
            turn,
            call.role,
            call.model,
            call.input_tokens,
            call.output_tokens,
            call.estimated,
            call.cost_usd,
            round(call.milliseconds, 1),
            call.first_token_ms,
            tokens_per_second(call),
            call.retries,
            call.outcome,
        )
        with self._lock:
            try:
                self._connection.execute(INSERT, row)
            except sqlite3.Error as error:
                self._to_memory(error)
                self._connection.execute(INSERT, row)

    def of_day(self) -> Spent:
        """Return what today's calls came to."""
        return self._spent("day = ?", datetime.now().astimezone().date().isoformat())

    def of_session(self, session: str) -> Spent:
        """Return what a session's calls came to."""
        return self._spent("session = ?", session)

    def of_turn(self, session: str, turn: int) -> Spent:
        """Return what a turn's calls came to."""
        return self._spent("session = ? AND turn = ?", session, turn)

    def audit(self, days: int) -> list[Line]:
        """Return the last days by day, model and role, newest first."""
        return [Line(*row) for row in self._read(AUDIT, _day_before(days))]

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()

    def _spent(self, where: str, *values: Any) -> Spent:
        sums = "COUNT(*), SUM(input_tokens), SUM(output_tokens), SUM(cost_usd)"
        (row,) = self._read(f"SELECT {sums} FROM calls WHERE {where}", *values)
        return Spent(*(value or 0 for value in row))

    def _read(self, query: str, *values: Any) -> list[Any]:
        with self._lock:
            try:
                return self._connection.execute(query, values).fetchall()
            except sqlite3.Error as error:
                self._to_memory(error)
                return self._connection.execute(query, values).fetchall()

    def _to_memory(self, error: Exception) -> None:
        reason = str(error) if isinstance(error, OsusumeError) else f"{error}."
        self.trouble = f"The ledger of calls cannot be kept: {reason}"
        self._connection = _opened(":memory:")


def tokens_per_second(call: Call) -> float | None:
    """Return how fast the answer came, from its first token where that is known."""
    seconds = (call.milliseconds - (call.first_token_ms or 0.0)) / 1000
    if call.outcome != "ok" or not call.output_tokens or seconds <= 0:
        return None
    return round(call.output_tokens / seconds, 1)


@contextmanager
def open_ledger() -> Iterator[Ledger]:
    """Open the state folder's ledger for reading; raise HomeError where it cannot be."""
    ledger = Ledger()
    try:
        if ledger.trouble:
            raise HomeError(f"{ledger.trouble} Move the file away to begin a new one.")
        yield ledger
    finally:
        ledger.close()


def _opened(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, timeout=WAIT_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.executescript(TABLE)
        connection.execute("DELETE FROM calls WHERE day <= ?", (_day_before(KEPT_DAYS),))
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _day_before(days: int) -> str:
    today = datetime.now().astimezone().date()
    return (today - timedelta(days=min(days, 36_500))).isoformat()
