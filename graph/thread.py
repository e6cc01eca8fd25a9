"""The thread of a conversation: what stays on the table, what is put aside, what is new."""

from dataclasses import fields

from graph.state import Conversation
from tools.change import Change, Reading

NARROWING = frozenset(
    {"seen", "disliked", "loved", "unlike", "require", "exclude", "bounds", "numbers"}
)
"""What of a change takes titles off the table without ranking those that stay anew."""

RANKING = frozenset({"recommend", "refine", "feedback"})


def put_aside(state: Conversation, reading: Reading, altered: bool) -> list[str]:
    """Return what is not shown again: what was named in passing, the table with "others".

    A message that alters nothing asks for others, unless it answers a question.
    """
    aside = [*state.get("aside", []), *reading.named]
    answers = reading.agrees is not None
    others = reading.others or not (altered or reading.pick or answers)
    if reading.intent in RANKING and not reading.small_talk and others:
        aside += last_shown(state)
    return list(dict.fromkeys(aside))


def last_shown(state: Conversation) -> list[str]:
    """Return what the last turn with a list showed."""
    turns = reversed(state.get("history", []))
    shown: list[str] = next((turn["shown"] for turn in turns if turn["shown"]), [])
    return shown


def staying(state: Conversation) -> tuple[str, ...]:
    """Return the titles on the table that keep their places if they still fit."""
    reading = state["reading"]
    narrows = reading.pick or _narrows(reading.change)
    if reading.intent == "recommend" or not narrows:
        return ()
    return tuple(each["id"] for each in state["listed"])


def are_new(state: Conversation, ids: list[str]) -> set[str]:
    """Return which titles joined those that stay of the last list; none where none stays."""
    before = {each["id"] for each in state["listed"]}
    if state["reading"].intent == "recommend" or not before & set(ids):
        return set()
    return set(ids) - before


def _narrows(change: Change) -> bool:
    """Tell whether a change only takes away: opinions on titles, and what can be checked."""
    plain = Change()
    altered = {f.name for f in fields(Change) if getattr(change, f.name) != getattr(plain, f.name)}
    return bool(altered) and altered <= NARROWING
