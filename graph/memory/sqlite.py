"""Memory in one SQLite file."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import Checkpoint
from langgraph.checkpoint.sqlite import SqliteSaver
from sqlalchemy import Connection, QueuePool, create_engine, event

from graph.memory.database import SERDE, Database
from graph.memory.turnstile import FileGate
from infra.errors import HomeError, OsusumeError, SessionError
from infra.home import storing

BUSY_SECONDS = 10.0
CONNECTIONS = 8
WRITES = "osusume_writes"


class Within(SqliteSaver):
    """LangGraph's saver inside a transaction that is not its own."""

    @contextmanager
    def cursor(self, transaction: bool = True) -> Iterator[sqlite3.Cursor]:
        """Give a cursor, and leave it to others to commit."""
        with closing(self.conn.cursor()) as cursor:
            yield cursor


class SqliteDatabase(Database):
    """One file in WAL mode: readers do not wait, writers wait for each other."""

    _failures = (sqlite3.Error,)

    def __init__(self, path: Path) -> None:
        """Use the file at `path`; raises HomeError or SessionError where that cannot be."""
        self.where = str(path)
        self._path = path
        self._locks = path.with_suffix(".locks")
        self.gate = FileGate(self._locks)
        engine = create_engine(
            "sqlite://",
            creator=self._connect,
            poolclass=QueuePool,
            pool_size=CONNECTIONS,
            max_overflow=-1,
            hide_parameters=True,
        )
        event.listen(engine, "begin", _begin)
        self._engine = engine
        self._writer = engine.execution_options(**{WRITES: True})

    def prepare(self) -> None:
        """Put the file into WAL mode and make LangGraph's tables."""
        with self._told(), closing(self._connect()) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
            SqliteSaver(connection).setup()

    @contextmanager
    def opening(self) -> Iterator[None]:
        """Keep other processes from opening the file meanwhile: WAL mode is set by one."""
        with storing(self._path):
            self._locks.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self._locks / "opening.lock", timeout=BUSY_SECONDS)
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def saver(self, connection: Connection) -> Within:
        """Return LangGraph's saver, at work within a transaction."""
        return Within(_driver(connection), serde=SERDE)

    def prune(self, connection: Connection, config: RunnableConfig, kept: Checkpoint) -> None:
        """Delete a thread's checkpoints but one."""
        connection.exec_driver_sql(
            "DELETE FROM checkpoints WHERE thread_id = ? AND checkpoint_id < ?",
            (config["configurable"]["thread_id"], kept["id"]),
        )

    def erase(self, connection: Connection, session: str) -> None:
        """Delete a session's checkpoints, whichever catalogue they are about."""
        for table in ("checkpoints", "writes"):
            connection.exec_driver_sql(
                f"DELETE FROM {table} WHERE thread_id LIKE ?", (f"%/{session}",)
            )

    def alone(self, connection: Connection, name: str) -> None:
        """Do nothing: there is one writer at a time anyway."""

    def tidy(self) -> None:
        """Empty the journal: what is deleted from the file is overwritten, there it is not."""
        with self._told(), closing(self._connect()) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def sentence(self, error: BaseException) -> OsusumeError:
        """Tell a file that cannot be written from one that is damaged."""
        if isinstance(error, sqlite3.OperationalError):
            return HomeError(
                f"Cannot write to {self._path}: {error}. "
                "Free some space or set OSUSUME_HOME to a folder that you may write to."
            )
        return SessionError(
            f"The conversations in {self._path} cannot be read: {error}. "
            "Move that file away to start with an empty history."
        )

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        with self._writer.begin() as connection:
            yield connection

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("PRAGMA secure_delete=ON")  # who deletes wants it gone
        except sqlite3.Error:
            connection.close()
            raise
        return connection


def _begin(connection: Connection) -> None:
    """Take a writer's place at once: one that read first would be refused, not made to wait."""
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _driver(connection: Connection) -> Any:
    return connection.connection.dbapi_connection
