"""What one message brings, what a conversation remembers, and what lives only during a turn."""

from dataclasses import dataclass
from typing import Annotated, Any, NotRequired, TypedDict

from langgraph.channels import UntrackedValue

from tools.candidates import Candidate, Found
from tools.change import Change, Mention, Reading
from tools.inquiry import Inquiry
from tools.preferences import Preferences
from tools.relaxing import Offer
from tools.titles import Resolution

KEPT_TURNS = 20  # turns of history kept word for word
KEPT_UNDOS = 20


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A tool's name and the arguments it is called with."""

    name: str
    args: dict[str, Any]


class Turn(TypedDict):
    """What one message brings; `change` is set where a click, not words, alters the wishes.

    `again` puts the turn in the place of the last one.
    """

    message: str
    change: NotRequired[Annotated[Change | None, UntrackedValue]]
    again: NotRequired[Annotated[bool, UntrackedValue]]


class Conversation(Turn):
    """What is remembered of a session, JSON-plain, and the untracked values of the running turn."""

    preferences: dict[str, Any]
    history: list[dict[str, Any]]
    listed: list[dict[str, Any]]
    shown: list[str]
    aside: list[str]
    focus: str
    offered: list[str]
    undo: list[dict[str, Any]]
    turns: int
    language: str
    asked: dict[str, Any]
    inquiries: list[str]
    confirmed: list[str]
    rejections: int
    earlier: dict[str, Any]

    before: Annotated[Preferences, UntrackedValue]
    reading: Annotated[Reading, UntrackedValue]
    wanted: Annotated[Preferences, UntrackedValue]
    unresolved: Annotated[tuple[Resolution, ...], UntrackedValue]
    beyond: Annotated[tuple[Mention, ...], UntrackedValue]
    found: Annotated[Found, UntrackedValue]
    grounded: Annotated[bool, UntrackedValue]
    foreign: Annotated[bool, UntrackedValue]
    relaxed: Annotated[tuple[str, ...], UntrackedValue]
    chosen: Annotated[tuple[Candidate, ...], UntrackedValue]
    personal: Annotated[tuple[Candidate, ...], UntrackedValue]
    picked: Annotated[list[dict[str, Any]], UntrackedValue]
    calls: Annotated[tuple[ToolCall, ...], UntrackedValue]
    results: Annotated[tuple[dict[str, Any], ...], UntrackedValue]
    answer: Annotated[str, UntrackedValue]
    removed: Annotated[tuple[str, ...], UntrackedValue]
    inquiry: Annotated[Inquiry | None, UntrackedValue]
    offers: Annotated[tuple[Offer, ...], UntrackedValue]
