"""What is remembered: conversations, their turns, and what people said of items."""

from graph.memory.memory import Memory
from graph.memory.shelf import Shelf
from graph.memory.turnstile import Turnstile
from graph.memory.values import Entry, Hit, Kind, Opinions, Session, Taste, Verdict

__all__ = [
    "Entry",
    "Hit",
    "Kind",
    "Memory",
    "Opinions",
    "Session",
    "Shelf",
    "Taste",
    "Turnstile",
    "Verdict",
]
