"""The tables that are our own; LangGraph's savers bring theirs."""

from sqlalchemy import Column, Float, Index, Integer, MetaData, Table, Text

metadata = MetaData()


def _text(name: str, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=False, server_default=None if key else "")


schema = Table("osusume_schema", metadata, Column("version", Integer, nullable=False))

sessions = Table(
    "sessions",
    metadata,
    _text("id", key=True),
    _text("user"),
    _text("label"),
    _text("title"),
    _text("begun"),
    _text("touched"),  # the last turn, by which a list is sorted
    _text("folded"),  # the title as it is searched
)
Index("sessions_of_user", sessions.c.user, sessions.c.label)

turns = Table(
    "turns",
    metadata,
    _text("session", key=True),
    _text("catalogue", key=True),
    Column("turn", Integer, primary_key=True, autoincrement=False),
    _text("at"),
    _text("message"),
    _text("folded"),  # message and titles shown, as they are searched
    _text("reply"),  # the JSON object of the command line's contract
)

feedback = Table(
    "feedback",
    metadata,
    _text("session", key=True),
    _text("catalogue", key=True),
    Column("turn", Integer, primary_key=True, autoincrement=False),
    _text("verdict"),
    _text("reason"),
    _text("at"),
)

shelf = Table(
    "shelf",
    metadata,
    _text("user", key=True),
    _text("catalogue", key=True),
    _text("item", key=True),
    _text("kind", key=True),
    _text("session", key=True),  # the conversation that it was said in; empty: by hand
    Column("rating", Float),
    _text("at"),
)

shelves = Table(
    "shelves",
    metadata,
    _text("user", key=True),
    _text("catalogue", key=True),
    _text("edition"),  # another one after every change, so that readers may keep what they read
)
