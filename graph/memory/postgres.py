"""Memory in PostgreSQL, which several processes share."""

from contextlib import AbstractContextManager
from typing import Any

import psycopg
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import Checkpoint
from langgraph.checkpoint.postgres import PostgresSaver
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import Connection, create_engine, text

from graph.memory.advisory import AdvisoryGate, key_of
from graph.memory.database import SERDE, Database
from graph.memory.turnstile import Turnstile
from infra.errors import OsusumeError, SettingsError, StoreError

CONNECTIONS = 10  # of a process at most, beside the one that holds its turns
OPENING_SECONDS = 60.0
# A machine that vanishes says nothing. We take note of it after 25 s, and so does the server,
# which then lets go of the turns that were held.
PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
}
KEEPALIVE = (
    "SET tcp_keepalives_idle = 10",
    "SET tcp_keepalives_interval = 5",
    "SET tcp_keepalives_count = 3",
)
EXAMPLE = "postgresql://user:password@host:5432/database"
PRUNED = (
    "DELETE FROM checkpoints WHERE thread_id = %s AND checkpoint_id < %s",
    "DELETE FROM checkpoint_blobs WHERE thread_id = %s AND NOT EXISTS (SELECT 1 FROM checkpoints, "
    "jsonb_each_text(checkpoint -> 'channel_versions') AS used WHERE thread_id = %s "
    "AND used.key = channel AND used.value = version)",
)


class PostgresDatabase(Database):
    """A PostgreSQL database; transactions and turns are held on connections of their own."""

    _failures = (psycopg.Error,)

    def __init__(self, dsn: str) -> None:
        """Use the database at an address as libpq takes it; raises SettingsError for another."""
        self._dsn = dsn
        named = _parts(dsn)
        self._user = str(named.get("user") or "")
        self._password = str(named.get("password") or "")
        host = named.get("host") or named.get("hostaddr") or "localhost"
        self._place = f"{host}:{named.get('port') or 5432}/{named.get('dbname') or self._user}"
        self.where = f"PostgreSQL at {self._place}"
        self._patience = {name: value for name, value in PATIENCE.items() if name not in named}
        self._gate = self.gate = AdvisoryGate(self._connect_to_hold)
        self._engine = create_engine(
            "postgresql+psycopg://",
            creator=self._connect,
            pool_size=CONNECTIONS,
            max_overflow=0,
            pool_pre_ping=True,
            hide_parameters=True,
        )

    def opening(self) -> AbstractContextManager[None]:
        """Keep other processes from making the same tables at the same time.

        They look again and again rather than wait: an index that is built beside running
        transactions would wait for them in turn.
        """
        return Turnstile(self.gate, OPENING_SECONDS).one("osusume layout")

    def prepare(self) -> None:
        """Make LangGraph's tables; its indexes are made outside of any transaction."""
        with self._told(), self._connect(autocommit=True) as connection:
            PostgresSaver(connection).setup()

    def saver(self, connection: Connection) -> PostgresSaver:
        """Return LangGraph's saver, at work within a transaction."""
        return PostgresSaver(_driver(connection), serde=SERDE)

    def prune(self, connection: Connection, config: RunnableConfig, kept: Checkpoint) -> None:
        """Delete a thread's checkpoints but one, and the values that it does not use."""
        thread = config["configurable"]["thread_id"]
        for statement, other in zip(PRUNED, (kept["id"], thread), strict=True):
            connection.exec_driver_sql(statement, (thread, other))

    def erase(self, connection: Connection, session: str) -> None:
        """Delete a session's checkpoints, whichever catalogue they are about."""
        for table in ("checkpoints", "checkpoint_blobs", "checkpoint_writes"):
            connection.exec_driver_sql(
                f"DELETE FROM {table} WHERE thread_id LIKE %s", (f"%/{session}",)
            )

    def alone(self, connection: Connection, name: str) -> None:
        """Keep other transactions that ask for the same name waiting for the end of this one."""
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key_of(name)})

    def tidy(self) -> None:
        """Do nothing: what was deleted is the server's to clear, and it does."""

    def sentence(self, error: BaseException) -> OsusumeError:
        """Tell who was refused, and what to do; never the password."""
        reason = self._reason(error)
        if "authentication failed" in reason or "no password supplied" in reason:
            return StoreError(
                f"{self.where} does not let user '{self._user}' in: {reason}. "
                "Correct user and password in memory.dsn (OSUSUME__MEMORY__DSN)."
            )
        if isinstance(error, psycopg.OperationalError):
            return StoreError(
                f"{self.where} cannot be reached: {reason}. What was being done is not kept; "
                "see that it runs and that memory.dsn is right, then try again."
            )
        return StoreError(f"{self.where} refused to keep or find a conversation: {reason}.")

    def close(self) -> None:
        """Close every connection."""
        self._gate.close()
        super().close()

    def _connect(self, autocommit: bool = False) -> psycopg.Connection[Any]:
        address = make_conninfo(self._dsn, application_name="osusume", **self._patience)
        return psycopg.connect(address, autocommit=autocommit)

    def _connect_to_hold(self) -> psycopg.Connection[Any]:
        with self._told():
            connection = self._connect(autocommit=True)
            for setting in KEEPALIVE:
                connection.execute(setting)
            return connection

    def _reason(self, error: BaseException) -> str:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        reason = lines[-1] if lines else type(error).__name__
        if isinstance(error, psycopg.Error):
            reason = error.diag.message_primary or reason
        for mark in ("FATAL:", "ERROR:", "failed:"):
            reason = reason.split(mark)[-1].strip()
        if self._password:
            reason = reason.replace(self._password, "…")
        return reason.rstrip(".")


def _parts(dsn: str) -> dict[str, Any]:
    try:
        named = conninfo_to_dict(dsn)
    except psycopg.Error:
        named = {}  # its message would repeat the address, and the password in it
    if not dsn.startswith(("postgresql://", "postgres://")) or not named:
        raise SettingsError(
            "memory.dsn (OSUSUME__MEMORY__DSN) is not the address of a PostgreSQL database. "
            f"It looks like {EXAMPLE}."
        )
    if any("@" in str(named.get(part) or "") for part in ("host", "port", "dbname")):
        raise SettingsError(
            "memory.dsn (OSUSUME__MEMORY__DSN) has an '@' too many. Write those in the user's name "
            "or the password as %40."
        )
    return named


def _driver(connection: Connection) -> Any:
    return connection.connection.dbapi_connection
