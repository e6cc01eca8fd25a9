"""Questions to the person: which one is open, what its answer alters, and that none comes twice."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from graph.state import Conversation
from graph.thread import RANKING
from tools.change import Bounds, Change, Reading
from tools.inquiry import Inquiry, from_json, to_json
from tools.preferences import Value
from tools.relaxing import Offer

REJECTIONS = 2
"""Lists put aside in a row, without a reason, after which it is asked what was wrong."""


def asked(state: Conversation) -> Inquiry | None:
    """Return the question that the last answer ended with."""
    return from_json(state.get("asked", {}))


def answered(reading: Reading, inquiry: Inquiry | None) -> Reading:
    """Return a reading with what an answer to the open question means.

    Whoever answers a question with nothing to go by goes on without it.
    """
    if inquiry is None:
        return reading
    if inquiry.kind == "confirm" and reading.agrees is False and reading.change.empty():
        refused = tuple(Value(inquiry.about, value) for value in inquiry.values)
        return _with(reading, exclude=(*reading.change.exclude, *refused))
    if inquiry.kind in {"drop", "widen"} and reading.agrees:
        return _with(reading, **_given_up(inquiry))
    if inquiry.kind == "slot" and reading.change.fresh:
        change = replace(reading.change, fresh=False)  # what was wished before is still wished
        return replace(reading, intent="refine", change=change)
    if reading.agrees is not None or _evades(reading, inquiry):
        return replace(reading, intent="refine", small_talk="")
    return reading


def _with(reading: Reading, **altered: Any) -> Reading:
    change = replace(reading.change, **altered)
    return replace(reading, intent="refine", small_talk="", change=change)


def after(offers: Iterable[Offer], before: Collection[str]) -> Inquiry | None:
    """Return the question whether a wish of some offers may go, or be wider; none asked before."""
    left = (fresh(_whether(offer), before) for offer in offers)
    return next((each for each in left if each is not None), None)


def _whether(offer: Offer) -> Inquiry:
    if offer.wider is None:
        return Inquiry("drop", offer.about, offer.values)
    return Inquiry("widen", offer.about, (str(offer.wider.low), str(offer.wider.high)))


def _given_up(inquiry: Inquiry) -> dict[str, Any]:
    """Return what a wish that goes alters."""
    if inquiry.kind == "widen":
        low, high = map(float, inquiry.values)
        return {"forget": (inquiry.about,), "bounds": (Bounds(inquiry.about, low, high),)}
    names = [f"{inquiry.about}:{value}" for value in inquiry.values] or [inquiry.about]
    return {"forget": tuple(names)}


def _evades(reading: Reading, inquiry: Inquiry) -> bool:
    """Tell whether a question is met with words that hold no wish: "no idea", "whatever"."""
    nothing = reading.intent == "converse" and reading.small_talk in {"", "nothing"}
    return inquiry.kind == "slot" and nothing and reading.change == Change()


def confirmed(state: Conversation, reading: Reading) -> list[str]:
    """Return the values that the person said are all right, as "facet:value"."""
    before, inquiry = state.get("confirmed", []), asked(state)
    if inquiry is None or inquiry.kind != "confirm" or not reading.agrees:
        return before
    now = [f"{inquiry.about}:{value}" for value in inquiry.values]
    return list(dict.fromkeys([*before, *now]))


def rejections(state: Conversation, reading: Reading, altered: bool) -> int:
    """Return how many lists in a row were put aside without a reason, this message included."""
    if reading.intent not in RANKING:
        return state.get("rejections", 0)
    rejects = reading.others and not altered
    return state.get("rejections", 0) + 1 if rejects else 0


def opened(state: Conversation, inquiry: Inquiry | None) -> dict[str, Any]:
    """Return what is remembered of the question that an answer ends with."""
    once = [*state.get("inquiries", []), inquiry.key] if inquiry else state.get("inquiries", [])
    return {"asked": to_json(inquiry), "inquiries": list(dict.fromkeys(once))}


def fresh(inquiry: Inquiry | None, before: Collection[str]) -> Inquiry | None:
    """Return a question unless it was asked before."""
    return None if inquiry is None or inquiry.key in before else inquiry
