"""Every whole turn as it was answered: to be shown, searched, judged and taken away."""

from collections.abc import Iterator
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from graph.memory.database import Database
from graph.memory.sessions import SELECT
from graph.memory.tables import feedback, sessions, turns
from graph.memory.values import Hit, Session, Verdict, folded, now
from infra.errors import SessionError

LONGEST_REASON = 1000  # characters
OF_TURN = and_(
    feedback.c.session == turns.c.session,
    feedback.c.catalogue == turns.c.catalogue,
    feedback.c.turn == turns.c.turn,
)
TOLD = select(
    turns.c.session,
    turns.c.catalogue,
    turns.c.turn,
    turns.c.at,
    turns.c.reply,
    feedback.c.verdict,
    feedback.c.reason,
    feedback.c.at.label("judged"),
)


class Archive:
    """The turns of every conversation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def transcript(
        self,
        session: Session,
        catalogue: str,
        last: int | None = None,
        before: int | None = None,
    ) -> list[dict[str, Any]]:
        """Return a conversation's replies, oldest first: the `last` ones `before` a turn."""
        wanted = _told(turns.c.session == session.id, turns.c.catalogue == catalogue)
        wanted = wanted.where(sessions.c.user == session.user).order_by(turns.c.turn.desc())
        if before is not None:
            wanted = wanted.where(turns.c.turn < before)
        with self._database.reading() as connection:
            rows = connection.execute(wanted.limit(last)).all()
        return [_reply(row) for row in reversed(rows)]

    def search(self, user: str, words: str, limit: int) -> list[Hit]:
        """Return where all the words occur in a title or a turn: the latest of each session."""
        sought = folded(words).replace("\x00", " ").split()
        if not sought:
            return []
        with self._database.reading() as connection:
            titles = connection.execute(_titles(user, sought).limit(limit)).all()
            said = connection.execute(_said(user, sought).limit(limit)).all()
        hits = [Hit(Session(*row[:5]), *row[5:]) for row in said]
        there = {hit.session.id for hit in hits}
        named = [Hit(Session(*row)) for row in titles if row.id not in there]
        return [*named, *hits][:limit]

    def judge(
        self, session: Session, catalogue: str, turn: int, verdict: Verdict, reason: str
    ) -> None:
        """Keep what a person thinks of an answer; raises SessionError where it is not theirs."""
        key = {"session": session.id, "catalogue": catalogue, "turn": turn}
        name = f"feedback {session.id} {catalogue} {turn}"
        with self._database.writing() as connection:
            self._database.alone(connection, name)
            if not _is_there(connection, session, catalogue, turn):
                raise SessionError(f"There is no turn {turn} in this conversation of yours.")
            connection.execute(delete(feedback).filter_by(**key))
            if verdict:
                kept = reason.replace("\x00", " ").strip()[:LONGEST_REASON]
                said = {"verdict": verdict, "reason": kept, "at": now()}
                connection.execute(insert(feedback).values(key | said))

    def judged(self) -> Iterator[dict[str, Any]]:
        """Yield every turn that somebody judged, oldest first, and nothing of who it was."""
        with self._database.reading() as connection:
            wanted = _told(feedback.c.verdict != "").order_by(feedback.c.at)
            for row in connection.execute(wanted):
                told = {"catalogue": row.catalogue, **_reply(row)}
                told.pop("session", None)  # a label may be a name
                yield told

    def turns_of(self, session: Session) -> Iterator[dict[str, Any]]:
        """Yield a conversation's replies about whichever catalogue."""
        wanted = _told(turns.c.session == session.id, sessions.c.user == session.user)
        with self._database.reading() as connection:
            for row in connection.execute(wanted.order_by(turns.c.catalogue, turns.c.turn)):
                yield {"catalogue": row.catalogue, **_reply(row)}


def append(
    connection: Connection, session: Session, catalogue: str, reply: dict[str, Any], again: bool
) -> None:
    """Archive a turn; raises SessionError where another one bears its number already.

    `again` takes that one, and what was thought of it, away first.
    """
    if again:
        key = {"session": session.id, "catalogue": catalogue, "turn": reply["turn"]}
        for table in (turns, feedback):
            connection.execute(delete(table).filter_by(**key))
    titles = [each["title"] for each in reply["recommendations"]]
    row = {
        "session": session.id,
        "catalogue": catalogue,
        "turn": reply["turn"],
        "at": now(),
        "message": reply["message"],
        "folded": folded(reply["message"], *titles),
        "reply": orjson.dumps(reply).decode(),
    }
    try:
        connection.execute(insert(turns), row)
    except IntegrityError as error:
        raise SessionError(
            "This conversation went on elsewhere meanwhile. Look at it again, then say it again."
        ) from error.orig


def _told(*where: ColumnElement[bool]) -> Select[Any]:
    joined = turns.join(sessions, sessions.c.id == turns.c.session)
    return TOLD.select_from(joined.outerjoin(feedback, OF_TURN)).where(*where)


def _reply(row: Row[Any]) -> dict[str, Any]:
    reply: dict[str, Any] = orjson.loads(row.reply) | {"at": row.at}
    if row.verdict:
        reply["feedback"] = {"verdict": row.verdict, "reason": row.reason, "at": row.judged}
    return reply


def _titles(user: str, words: list[str]) -> Select[Any]:
    found = [sessions.c.folded.contains(word, autoescape=True) for word in words]
    wanted = SELECT.where(sessions.c.user == user, *found)
    return wanted.order_by(sessions.c.touched.desc())


def _said(user: str, words: list[str]) -> Select[Any]:
    """Select the latest turn of each session that has all the words."""
    found = [turns.c.folded.contains(word, autoescape=True) for word in words]
    latest = func.row_number().over(partition_by=turns.c.session, order_by=turns.c.at.desc())
    ranked = (
        select(turns.c.session, turns.c.catalogue, turns.c.turn, turns.c.message, turns.c.at)
        .add_columns(latest.label("place"))
        .join(sessions, sessions.c.id == turns.c.session)
        .where(sessions.c.user == user, *found)
        .subquery()
    )
    wanted = SELECT.add_columns(ranked.c.catalogue, ranked.c.turn, ranked.c.message)
    wanted = wanted.join(ranked, ranked.c.session == sessions.c.id).where(ranked.c.place == 1)
    return wanted.order_by(ranked.c.at.desc())


def _is_there(connection: Connection, session: Session, catalogue: str, turn: int) -> bool:
    wanted = _told(
        turns.c.session == session.id,
        turns.c.catalogue == catalogue,
        turns.c.turn == turn,
        sessions.c.user == session.user,
    )
    return connection.execute(wanted).first() is not None
