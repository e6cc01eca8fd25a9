"""Where a turn goes next: pure functions whose return types are the edges."""

from typing import Literal

from graph.state import Conversation
from tools.change import Intent, Reading

RECOMMENDING: frozenset[Intent] = frozenset(("recommend", "refine", "feedback"))
ASKING: frozenset[Intent] = frozenset(("lookup", "compare", "explain"))


def by_intent(state: Conversation) -> Literal["retrieve", "clarify", "inspect", "converse"]:
    """Route a message by what it asks for; what the operator wants to know first is asked first."""
    reading = state["reading"]
    if recommends(reading):
        return "clarify" if state["inquiry"] else "retrieve"
    return "inspect" if reading.intent in ASKING and reading.question else "converse"


def recommends(reading: Reading) -> bool:
    """Tell whether a message is answered with a list."""
    return reading.intent in RECOMMENDING and not reading.small_talk


def by_evidence(state: Conversation) -> Literal["rank", "relax", "clarify"]:
    """Route by the grounding gate: relax once what can be relaxed, then ask."""
    if state["grounded"]:
        return "rank"
    hopeless = state["relaxed"] or state["foreign"] or names_nothing(state)
    return "clarify" if hopeless else "relax"


def by_relaxing(state: Conversation) -> Literal["retrieve", "clarify"]:
    """Search again where something was given up; ask where nothing could be."""
    return "retrieve" if state["relaxed"] else "clarify"


def by_calls(state: Conversation) -> Literal["tools", "verify"]:
    """Run the tools that a question still needs."""
    return "tools" if state["calls"] else "verify"


def names_nothing(state: Conversation) -> bool:
    """Tell whether all a message has are names that only nearly fit: then it is asked which."""
    offered = any(each.nearest for each in state["unresolved"])
    return offered and not state["wanted"].wishes()
