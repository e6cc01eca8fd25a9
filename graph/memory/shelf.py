"""What a person said of items, over all conversations; the latest word counts."""

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, delete, insert, select, tuple_

from graph.memory.database import Database
from graph.memory.tables import shelf, shelves
from graph.memory.values import KINDS, Entry, Kind, Opinions, Session, Taste, now

BY_HAND = ""  # in place of the conversation that something was said in
KEPT_TASTES = 512
RATINGS = (1.0, 10.0)


class Tastes:
    """Tastes as they were read last: a shelf of thousands is not read again at every turn."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[tuple[str, str], tuple[str, Taste]] = OrderedDict()

    def get(self, owner: tuple[str, str], edition: str) -> Taste | None:
        """Return a taste if it is of this edition."""
        with self._lock:
            kept = self._kept.get(owner)
        return kept[1] if kept and kept[0] == edition else None

    def keep(self, owner: tuple[str, str], edition: str, taste: Taste) -> None:
        """Keep a taste in place of the one that was not used for longest."""
        with self._lock:
            self._kept[owner] = edition, taste
            self._kept.move_to_end(owner)
            if len(self._kept) > KEPT_TASTES:
                self._kept.popitem(last=False)


class Shelf:
    """A person's shelf of one catalogue."""

    def __init__(self, database: Database, tastes: Tastes, user: str, catalogue: str) -> None:
        self._database = database
        self._tastes = tastes
        self._owner = (user, catalogue)

    def put(self, item: str, kind: Kind, rating: float | None = None) -> None:
        """Say of an item that it was seen, loved, disliked, or is to be watched.

        Raises ValueError for a rating outside of 1…10.
        """
        self.put_all([Entry(item, kind, rating)])

    def put_all(self, entries: Iterable[Entry]) -> int:
        """Put entries on the shelf at once, and return how many of them it did not have."""
        wanted = {(entry.item, entry.kind): _checked(entry) for entry in entries}
        with self._database.writing() as connection:
            self._change(connection)
            there = {(each.item, each.kind): each for each in self._read(connection)}
            by_hand = self._by_hand(connection)
            kept = {key for key, each in wanted.items() if _told_already(there.get(key), each)}
            new = [
                _merged(there.get(key), each)
                for key, each in wanted.items()
                if key not in kept & by_hand
            ]
            self._write(connection, new, BY_HAND)
        return len(new)

    def take(self, item: str, kind: Kind | None = None) -> None:
        """Take one kind of word about an item off the shelf, or all."""
        kinds = [kind] if kind else list(KINDS)
        with self._database.writing() as connection:
            self.unsay(connection, [(item, each) for each in kinds])

    def entries(self, kind: Kind | None = None) -> list[Entry]:
        """Return what counts, newest first."""
        with self._database.reading() as connection:
            found = self._read(connection)
        return [entry for entry in found if kind in (None, entry.kind)]

    def taste(self) -> Taste:
        """Return all that was said, as ranking takes it."""
        with self._database.reading() as connection:
            mine = shelves.c.user == self._owner[0], shelves.c.catalogue == self._owner[1]
            edition = connection.execute(select(shelves.c.edition).where(*mine)).scalar()
            if edition is None:
                return Taste()
            taste = self._tastes.get(self._owner, edition)
            if taste is None:
                taste = Taste.of(self._read(connection))
                self._tastes.keep(self._owner, edition, taste)
        return taste

    def hear(self, connection: Connection, session: Session, opinions: Opinions) -> None:
        """Keep what a turn said, within its transaction."""
        if opinions.unsaid:
            self.unsay(connection, opinions.unsaid, session.id if opinions.undone else None)
        if opinions.said:
            said = [Entry(item, kind, None, now()) for item, kind in opinions.said]
            self._write(connection, said, session.id)

    def unsay(
        self, connection: Connection, words: Iterable[tuple[str, Kind]], session: str | None = None
    ) -> None:
        """Take words back, whoever said them; of a `session`, only what was said there."""
        named = tuple_(shelf.c.item, shelf.c.kind).in_(list(words))
        said_there = () if session is None else (shelf.c.session == session,)
        self._change(connection)
        connection.execute(delete(shelf).where(*self._mine(), named, *said_there))

    def _by_hand(self, connection: Connection) -> set[tuple[str, str]]:
        wanted = select(shelf.c.item, shelf.c.kind).where(*self._mine())
        rows = connection.execute(wanted.where(shelf.c.session == BY_HAND))
        return {(row.item, row.kind) for row in rows}

    def _write(self, connection: Connection, entries: list[Entry], session: str) -> None:
        """Put entries in place of those there are."""
        if not entries:
            return
        self._change(connection)
        user, catalogue = self._owner
        keys = [(entry.item, entry.kind) for entry in entries]
        for some in (keys[at : at + 400] for at in range(0, len(keys), 400)):
            named = tuple_(shelf.c.item, shelf.c.kind).in_(some)
            connection.execute(
                delete(shelf).where(*self._mine(), named, shelf.c.session == session)
            )
        rows = [
            {
                "user": user,
                "catalogue": catalogue,
                "item": entry.item,
                "kind": entry.kind,
                "session": session,
                "rating": entry.rating,
                "at": entry.at,
            }
            for entry in entries
        ]
        connection.execute(insert(shelf), rows)

    def _change(self, connection: Connection) -> None:
        """Give the shelf a new edition, one change after the other."""
        user, catalogue = self._owner
        self._database.alone(connection, f"shelf {user} {catalogue}")
        mine = shelves.c.user == user, shelves.c.catalogue == catalogue
        connection.execute(delete(shelves).where(*mine))
        row = {"user": user, "catalogue": catalogue, "edition": uuid4().hex}
        connection.execute(insert(shelves).values(row))

    def _mine(self) -> tuple[ColumnElement[bool], ...]:
        return shelf.c.user == self._owner[0], shelf.c.catalogue == self._owner[1]

    def _read(self, connection: Connection) -> list[Entry]:
        wanted = select(shelf.c.item, shelf.c.kind, shelf.c.rating, shelf.c.at)
        rows = connection.execute(wanted.where(*self._mine()).order_by(shelf.c.at))
        return what_counts([Entry(*row) for row in rows])


def what_counts(words: list[Entry]) -> list[Entry]:
    """Return of words, oldest first, those that no later one contradicts; newest first."""
    last: dict[str, dict[Kind, Entry]] = {}
    for word in words:
        before = last.setdefault(word.item, {})
        earlier = before.pop(word.kind, None)
        for contradicted in CONTRADICTED[word.kind]:
            before.pop(contradicted, None)
        before[word.kind] = _merged(earlier, word)
    counting = [entry for of_item in last.values() for entry in of_item.values()]
    return sorted(counting, key=lambda entry: entry.at, reverse=True)


CONTRADICTED: dict[Kind, tuple[Kind, ...]] = {
    "seen": ("watch",),
    "loved": ("disliked", "watch"),
    "disliked": ("loved", "watch"),
    "watch": (),
}


def _checked(entry: Entry) -> Entry:
    low, high = RATINGS
    if entry.rating is not None and not low <= entry.rating <= high:
        raise ValueError(f"A rating is between {low:g} and {high:g}, not {entry.rating:g}.")
    if entry.kind not in KINDS:
        raise ValueError(f"{entry.kind!r} is nothing to say of an item: {', '.join(KINDS)}.")
    return Entry(entry.item, entry.kind, entry.rating, entry.at or now())


def _told_already(there: Entry | None, entry: Entry) -> bool:
    return there is not None and entry.rating in (None, there.rating)


def _merged(there: Entry | None, entry: Entry) -> Entry:
    """Return an entry with the rating from before where it brings none."""
    if there is None or entry.rating is not None:
        return entry
    return Entry(entry.item, entry.kind, there.rating, entry.at)
