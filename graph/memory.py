"""Conversations on disk: checkpoints in SQLite, and which session belongs to whom."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import uuid4

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite import SqliteSaver

from infra.errors import SessionError
from infra.home import folder, storing

BUSY_SECONDS = 10.0
LONGEST_NAME = 60
NEXT_STEP = "branch:to:"  # LangGraph's channels that say which step is next


@dataclass(frozen=True, slots=True)
class Session:
    """A conversation of a user; `label` is the name under which a program asks for it."""

    id: str
    user: str
    label: str
    title: str
    begun: str


class WholeTurns(SqliteSaver):
    """Save a conversation when a turn is whole, and only its latest state.

    LangGraph saves at a run's end even where a step failed or the caller left: such a checkpoint
    still has a step to go, and is not kept.
    """

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Save the state after a whole turn in place of the one before."""
        if any(channel.startswith(NEXT_STEP) for channel in checkpoint["channel_values"]):
            return config
        saved = super().put(config, checkpoint, metadata, new_versions)
        with self.cursor() as cursor:
            cursor.execute(
                "DELETE FROM checkpoints WHERE thread_id = ? AND checkpoint_id < ?",
                (config["configurable"]["thread_id"], checkpoint["id"]),
            )
        return saved

    def put_writes(self, *args: Any, **kwargs: Any) -> None:
        """Save nothing of a turn that is under way: none is ever resumed in its middle."""


class Memory:
    """Keep conversations: a checkpointer for the graph, and sessions bound to users.

    A turn is written in one transaction at its end, so that a process killed in the middle leaves
    the conversation as it was before.
    """

    def __init__(self, path: Path | None = None) -> None:
        """Open the store at `path`, by default below the state folder.

        Raises SessionError where the file is damaged and HomeError where it cannot be written.
        """
        self.path = path or folder("conversations") / "conversations.sqlite"
        with storing(self.path), _readable(self.path), ExitStack() as opened:
            self._connection = opened.enter_context(closing(_connect(self.path)))
            self._sessions = opened.enter_context(closing(_connect(self.path)))
            for connection in (self._connection, self._sessions):
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=NORMAL")
            self.checkpointer = WholeTurns(self._connection, serde=JsonPlusSerializer())
            self.checkpointer.setup()
            self._sessions.executescript(_SCHEMA)
            opened.pop_all()
        self._lock = Lock()

    def begin(self, user: str, label: str = "") -> Session:
        """Return a new session of a user; its id is ours and cannot be guessed."""
        _check_names(user, label)
        session = uuid4().hex
        with self._lock, self._sessions:
            self._sessions.execute(
                "INSERT INTO sessions (id, user, label) VALUES (?, ?, ?)", (session, user, label)
            )
        return self.find(user, session)

    def labelled(self, user: str, label: str) -> Session:
        """Return a user's session of this label or id, begun if there is none."""
        _check_names(user, label)
        found = self._first(user, label)
        if found is None:
            self.begin(user, label)
            found = self._first(user, label)  # another's, if two began at once
        assert found is not None
        return found

    def _first(self, user: str, label: str) -> Session | None:
        with self._lock, closing(self._sessions.cursor()) as cursor:
            row = cursor.execute(
                f"{_SELECT} WHERE user = ? AND (label = ? OR id = ?) ORDER BY begun, rowid LIMIT 1",
                (user, label, label),
            ).fetchone()
        return Session(*row) if row else None

    def find(self, user: str, session: str) -> Session:
        """Return a user's session; raises SessionError for an id that is not the user's."""
        with self._lock, closing(self._sessions.cursor()) as cursor:
            row = cursor.execute(f"{_SELECT} WHERE user = ? AND id = ?", (user, session)).fetchone()
        if row is None:
            raise SessionError("There is no such conversation of yours. Start a new one.")
        return Session(*row)

    def sessions(self, user: str) -> list[Session]:
        """Return a user's sessions, newest first."""
        with self._lock, closing(self._sessions.cursor()) as cursor:
            rows = cursor.execute(
                f"{_SELECT} WHERE user = ? ORDER BY begun DESC, rowid DESC", (user,)
            ).fetchall()
        return [Session(*row) for row in rows]

    def name(self, session: Session, title: str) -> None:
        """Give a session the title it is listed by."""
        with self._lock, self._sessions:
            self._sessions.execute(
                "UPDATE sessions SET title = ? WHERE id = ?", (title[:LONGEST_NAME], session.id)
            )

    def close(self) -> None:
        """Close the store."""
        self._connection.close()
        self._sessions.close()


_SCHEMA = """
CREATE TABLE IF NOT EXISTS sessions (
    id TEXT PRIMARY KEY, user TEXT NOT NULL, label TEXT NOT NULL, title TEXT NOT NULL DEFAULT '',
    begun TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
);
CREATE INDEX IF NOT EXISTS sessions_of_user ON sessions (user, label);
"""
_SELECT = "SELECT id, user, label, title, begun FROM sessions"


def _check_names(*names: str) -> None:
    for name in names:
        try:
            name.encode()
        except UnicodeEncodeError as error:
            raise SessionError(
                f"The user or session name {name!a} is not valid text. Choose another."
            ) from error


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OSError(None, str(error)) from error
    except sqlite3.DatabaseError as error:
        raise SessionError(
            f"The conversations in {path} cannot be read: {error}. "
            "Move that file away to start with an empty history."
        ) from error


class Turnstile:
    """Let one turn of a session run at a time within this process."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._locks: dict[str, tuple[Lock, int]] = {}

    @contextmanager
    def one(self, session: str) -> Iterator[None]:
        """Hold a session's turn; others of the same session wait."""
        with self._guard:
            lock, waiting = self._locks.get(session, (Lock(), 0))
            self._locks[session] = (lock, waiting + 1)
        try:
            with lock:
                yield
        finally:
            with self._guard:
                _, waiting = self._locks[session]
                if waiting == 1:
                    del self._locks[session]
                else:
                    self._locks[session] = (lock, waiting - 1)
