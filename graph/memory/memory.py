"""All that is remembered, behind one door."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select, text

from graph.memory.archive import Archive, append
from graph.memory.checkpoints import WholeTurns, thread_of
from graph.memory.database import Database
from graph.memory.migrations import migrate
from graph.memory.sessions import Sessions, erase, touch
from graph.memory.shelf import Shelf, Tastes
from graph.memory.sqlite import SqliteDatabase
from graph.memory.tables import shelf, shelves
from graph.memory.turnstile import LONGEST_WAIT, Turnstile
from graph.memory.values import Hit, Opinions, Session, Verdict, now
from infra.home import folder

NOTHING_SAID = Opinions()


@dataclass(frozen=True, slots=True)
class OpenTurn:
    """A turn under way: nothing of it is kept until all of it is."""

    session: Session
    catalogue: str
    _keep: Callable[["OpenTurn", dict[str, Any], Opinions, bool], None]

    def keep(
        self, reply: dict[str, Any], opinions: Opinions = NOTHING_SAID, again: bool = False
    ) -> None:
        """Keep the conversation's state, the reply and what was said of items, or nothing.

        `again` puts the reply in the place of the last one. Raises SessionError where the
        conversation was deleted or went on elsewhere meanwhile.
        """
        self._keep(self, reply, opinions, again)


class Memory:
    """Keep conversations: a checkpointer for the graph, and sessions bound to users.

    A turn is written in one transaction at its end, so that a process killed in the middle leaves
    the conversation as it was before. Whatever fails raises StoreError, SessionError or HomeError.
    """

    def __init__(
        self, path: Path | None = None, dsn: str = "", longest_wait: float = LONGEST_WAIT
    ) -> None:
        """Open PostgreSQL at `dsn`, else the file `path`, by default below the state folder.

        A turn waits for the one before it `longest_wait` seconds.
        """
        self._database = _opened(path, dsn)
        self.checkpointer = WholeTurns(self._database)
        self._turnstile = Turnstile(self._database.gate, longest_wait)
        self._sessions = Sessions(self._database)
        self._archive = Archive(self._database)
        self._tastes = Tastes()
        self.begin = self._sessions.begin
        self.find = self._sessions.find
        self.labelled = self._sessions.labelled
        self.sessions = self._sessions.of
        self.name = self.rename = self._sessions.rename
        self.delete = self._sessions.delete
        self.transcript = self._archive.transcript
        self.judged = self._archive.judged

    @property
    def where(self) -> str:
        """Return where it is kept, without a password."""
        return self._database.where

    @contextmanager
    def turn(self, session: Session, catalogue: str) -> Iterator[OpenTurn]:
        """Hold a session's turn, within this process and against others; see `OpenTurn.keep`."""
        thread = thread_of(catalogue, session.id)
        with self._turnstile.one(session.id), self.checkpointer.held(thread):
            yield OpenTurn(session, catalogue, self._keep)

    def search(self, user: str, words: str, limit: int = 50) -> list[Hit]:
        """Return a user's conversations in whose title, or one turn, all the words occur."""
        return self._archive.search(user, words, limit)

    def judge(
        self, session: Session, catalogue: str, turn: int, verdict: Verdict, reason: str = ""
    ) -> None:
        """Keep a thumb up or down on an answer; an empty verdict takes it back."""
        self._archive.judge(session, catalogue, turn, verdict, reason)

    def shelf(self, user: str, catalogue: str) -> Shelf:
        """Return what a user said of a catalogue's items."""
        return Shelf(self._database, self._tastes, user, catalogue)

    def export(self, user: str) -> dict[str, Any]:
        """Return everything that is stored about a user, JSON-safe."""
        return {
            "user": user,
            "exported": now(),
            "conversations": [self._exported(each) for each in self.sessions(user)],
            "shelf": {
                catalogue: [
                    {"item": each.item, "kind": each.kind, "rating": each.rating, "at": each.at}
                    for each in self.shelf(user, catalogue).entries()
                ]
                for catalogue in self._catalogues(user)
            },
        }

    def forget(self, user: str) -> int:
        """Delete everything that is stored about a user; return how many conversations it was."""
        sessions = self.sessions(user)
        with self._database.writing() as connection:
            for session in sessions:
                erase(self._database, connection, session)
            for table in (shelf, shelves):
                connection.execute(delete(table).where(table.c.user == user))
        self._database.tidy()
        return len(sessions)

    def ping(self) -> None:
        """Raise where the database does not answer."""
        with self._database.reading() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close the store."""
        self._database.close()

    def _exported(self, session: Session) -> dict[str, Any]:
        return {
            "id": session.id,
            "label": session.label,
            "title": session.title,
            "begun": session.begun,
            "turns": list(self._archive.turns_of(session)),
        }

    def _catalogues(self, user: str) -> list[str]:
        wanted = select(shelves.c.catalogue).where(shelves.c.user == user)
        with self._database.reading() as connection:
            return sorted(connection.execute(wanted).scalars())

    def _keep(self, turn: OpenTurn, reply: dict[str, Any], opinions: Opinions, again: bool) -> None:
        session, catalogue = turn.session, turn.catalogue
        with self._database.writing() as connection:
            touch(connection, session, reply["message"])
            append(connection, session, catalogue, reply, again)
            self.checkpointer.write(connection, thread_of(catalogue, session.id))
            self.shelf(session.user, catalogue).hear(connection, session, opinions)


def _opened(path: Path | None, dsn: str) -> Database:
    database = _database(path, dsn)
    with ExitStack() as opened:
        opened.callback(database.close)
        with database.opening():
            migrate(database)
        opened.pop_all()
    return database


def _database(path: Path | None, dsn: str) -> Database:
    if not dsn:
        return SqliteDatabase(path or folder("conversations") / "conversations.sqlite")
    from graph.memory.postgres import PostgresDatabase

    return PostgresDatabase(dsn)
