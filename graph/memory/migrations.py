"""The layout of our tables, and the steps from one to the next."""

from collections.abc import Callable, Iterator
from typing import Any

import orjson
from sqlalchemy import Connection, insert, inspect, select, text, update

from graph.memory.database import Database
from graph.memory.tables import metadata, schema, sessions, turns
from graph.memory.values import folded
from infra.errors import StoreError

VERSION = 2


def migrate(database: Database) -> None:
    """Bring a database to the present layout; raises StoreError for one of a newer program."""
    if _version(database) == VERSION:
        return
    database.prepare()
    with database.writing() as connection:
        found = _found(connection)
        if found > VERSION:
            raise StoreError(
                f"The conversations in {database.where} were written by a newer Osusume "
                f"(layout {found}, this one knows {VERSION}). Update this one."
            )
        for version in range(found or VERSION, VERSION):
            STEPS[version](connection)
        metadata.create_all(connection)
        if found == 1:
            _fill_archive(database, connection)
        connection.execute(schema.delete())
        connection.execute(insert(schema).values(version=VERSION))


def _version(database: Database) -> int:
    with database.reading() as connection:
        return _found(connection)


def _found(connection: Connection) -> int:
    """Return the layout that is there: 0 for none, 1 for the one that bore no number."""
    tables = set(inspect(connection).get_table_names())
    if schema.name in tables:
        return connection.execute(select(schema.c.version)).scalar() or 0
    return 1 if sessions.name in tables else 0


def _search_titles(connection: Connection) -> None:
    """Lead from layout 1 to 2, which knows when a session was last used and can be searched."""
    for column in ("touched", "folded"):
        connection.execute(
            text(f"ALTER TABLE sessions ADD COLUMN {column} TEXT NOT NULL DEFAULT ''")
        )
    for row in connection.execute(select(sessions)).all():
        known = {"touched": row.begun, "folded": folded(row.title)}
        connection.execute(update(sessions).where(sessions.c.id == row.id).values(known))


STEPS: dict[int, Callable[[Connection], None]] = {1: _search_titles}


def _fill_archive(database: Database, connection: Connection) -> None:
    """Archive what checkpoints still hold of turns from before there was an archive."""
    known = {row.id: row.begun for row in connection.execute(select(sessions))}
    states = {
        found.config["configurable"]["thread_id"]: found.checkpoint["channel_values"]
        for found in reversed(list(database.saver(connection).list(None)))  # the latest counts
    }
    for thread, state in states.items():
        catalogue, _, session = thread.rpartition("/")
        if session in known:
            named = {"session": session, "catalogue": catalogue, "at": known[session]}
            for row in _rows(state):
                connection.execute(insert(turns).values(named | row))


def _rows(state: dict[str, Any]) -> Iterator[dict[str, Any]]:
    history = state.get("history", [])
    first = state.get("turns", len(history)) - len(history) + 1
    for turn, told in enumerate(history, start=first):
        said = {each: told[each] for each in ("message", "intent", "answer")}
        yield {
            "turn": turn,
            "message": told["message"],
            "folded": folded(told["message"]),
            "reply": orjson.dumps({"turn": turn, **said}).decode(),
        }
