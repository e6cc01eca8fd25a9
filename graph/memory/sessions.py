"""Whose conversation is whose, and what it is called."""

import unicodedata
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update

from graph.memory.database import Database
from graph.memory.tables import feedback, sessions, turns
from graph.memory.values import Session, folded, now
from infra.errors import SessionError

LONGEST_NAME = 60
SELECT = select(
    sessions.c.id, sessions.c.user, sessions.c.label, sessions.c.title, sessions.c.begun
)
GONE = "There is no such conversation of yours. Start a new one."


class Sessions:
    """The conversations of every user; none is found for another."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, user: str, label: str = "") -> Session:
        """Return a new session of a user; its id is ours and cannot be guessed."""
        _check_names(user, label)
        with self._database.writing() as connection:
            return _begun(connection, user, label)

    def labelled(self, user: str, label: str) -> Session:
        """Return a user's session of this label or id, begun if there is none."""
        _check_names(user, label)
        named = or_(sessions.c.label == label, sessions.c.id == label)
        wanted = (sessions.c.user == user) & named
        with self._database.reading() as connection:
            found = _first(connection, wanted)
        if found:
            return found
        with self._database.writing() as connection:
            self._database.alone(connection, f"label {user} {label}")
            return _first(connection, wanted) or _begun(connection, user, label)

    def find(self, user: str, session: str) -> Session:
        """Return a user's session; raises SessionError for an id that is not the user's."""
        found = None
        if _is_text(user) and _is_text(session):
            with self._database.reading() as connection:
                found = _first(connection, (sessions.c.user == user) & (sessions.c.id == session))
        if found is None:
            raise SessionError(GONE)
        return found

    def of(self, user: str) -> list[Session]:
        """Return a user's sessions, the last used first."""
        wanted = SELECT.where(sessions.c.user == user)
        latest_first = wanted.order_by(sessions.c.touched.desc(), sessions.c.id)
        with self._database.reading() as connection:
            return [Session(*row) for row in connection.execute(latest_first)]

    def rename(self, session: Session, title: str) -> None:
        """Give a session the title it is listed by; raises SessionError where it is gone."""
        kept = _titled(title)
        with self._database.writing() as connection:
            changed = connection.execute(update(sessions).where(_is(session)).values(kept))
            if not changed.rowcount:
                raise SessionError(GONE)

    def delete(self, session: Session) -> None:
        """Delete a session and its turns; raises SessionError where it is gone."""
        with self._database.writing() as connection:
            if not erase(self._database, connection, session):
                raise SessionError(GONE)
        self._database.tidy()


def touch(connection: Connection, session: Session, title: str) -> None:
    """Note a turn; the first names the session. Raises SessionError where it is gone."""
    changed = connection.execute(update(sessions).where(_is(session)).values(touched=now()))
    if not changed.rowcount:
        raise SessionError("This conversation was deleted meanwhile. Start a new one.")
    if not session.title:
        unnamed = update(sessions).where(_is(session), sessions.c.title == "")
        connection.execute(unnamed.values(_titled(title)))


def erase(database: Database, connection: Connection, session: Session) -> bool:
    """Delete all that a conversation left; tell whether there was one."""
    if not connection.execute(delete(sessions).where(_is(session))).rowcount:
        return False
    for table in (turns, feedback):
        connection.execute(delete(table).where(table.c.session == session.id))
    database.erase(connection, session.id)
    return True


def _is(session: Session) -> ColumnElement[bool]:
    return (sessions.c.id == session.id) & (sessions.c.user == session.user)


def _begun(connection: Connection, user: str, label: str) -> Session:
    session = Session(uuid4().hex, user, label, "", now())
    connection.execute(
        insert(sessions).values(
            id=session.id,
            user=user,
            label=label,
            title="",
            begun=session.begun,
            touched=session.begun,
            folded="",
        )
    )
    return session


def _first(connection: Connection, wanted: ColumnElement[bool]) -> Session | None:
    oldest_first = SELECT.where(wanted).order_by(sessions.c.begun, sessions.c.id).limit(1)
    row = connection.execute(oldest_first).first()
    return Session(*row) if row else None


def _titled(title: str) -> dict[str, str]:
    plain = "".join(" " if unicodedata.category(each) in {"Cc", "Cs"} else each for each in title)
    kept = plain.strip()[:LONGEST_NAME]
    return {"title": kept, "folded": folded(kept)}


def _check_names(*names: str) -> None:
    for name in names:
        if not _is_text(name):
            raise SessionError(
                f"The user or session name {name!a} is not valid text. Choose another."
            )


def _is_text(name: str) -> bool:
    """Tell whether every database can keep a name: none keeps half characters, one no NUL."""
    return "\x00" not in name and not any(unicodedata.category(each) == "Cs" for each in name)
