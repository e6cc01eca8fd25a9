"""The steps of a turn: small functions of (state, runtime) that return what changed."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime

from graph.asking import (
    REJECTIONS,
    after,
    answered,
    confirmed,
    fresh,
    opened,
    rejections,
)
from graph.protocols import Brief, Context, Wishes
from graph.routes import names_nothing, recommends
from graph.state import KEPT_TURNS, KEPT_UNDOS, Conversation
from graph.thread import are_new, put_aside, staying
from tools.applying import Applied
from tools.candidates import Candidate
from tools.change import Change, Reading
from tools.inquiry import Inquiry
from tools.inquiry import from_json as from_plain
from tools.preferences import Preferences, from_json, to_json
from tools.scene import Scene

Update = dict[str, Any]


def rewrite(state: Conversation, runtime: Runtime[Context]) -> Update:
    """Read the message and apply what it alters."""
    wishes = runtime.context.wishes
    if state.get("again"):
        state = _without_the_last_turn(state)
    before = wishes.known(from_json(state.get("preferences", {})))
    scene = scene_of(state)
    clicked = state.get("change")
    reading = (
        Reading("refine", clicked)
        if clicked
        else answered(runtime.context.reader.read(state["message"], before, scene), scene.asked)
    )
    update = _fresh_turn(state, reading) | {"before": before}
    if reading.question is not None:
        return update | {"wanted": before}
    if reading.change.undo:
        return update | _undone(state, wishes)
    if reading.change.reset:
        return update | _reset(before, reading.change)
    applied = wishes.apply(reading.change, before, scene)
    update |= _applied(state, reading, before, applied)
    if not clicked and recommends(reading) and not update["shown"]:
        update["inquiry"] = runtime.context.inquirer.slot(update["wanted"], update["inquiries"])
    return update


def _applied(
    state: Conversation, reading: Reading, before: Preferences, applied: Applied
) -> Update:
    """Return what a change made; where all it named is unknown, only its vetoes are kept."""
    after = applied.preferences
    if applied.unresolved and not after.wishes():
        after = before.with_vetoes_of(after)
    undo = state.get("undo", [])
    aside = put_aside(state, reading, after != before or bool(applied.unresolved))
    altered = after != before or len(aside) > len(state.get("aside", []))
    return {
        "preferences": to_json(after),
        "aside": aside,
        "rejections": rejections(state, reading, after != before),
        "wanted": applied.preferences,
        "unresolved": applied.unresolved,
        "beyond": applied.beyond,
        "undo": [*undo, to_json(before)][-KEPT_UNDOS:] if altered else undo,
    }


def _fresh_turn(state: Conversation, reading: Reading) -> Update:
    """Return the values a turn begins with; what is remembered is carried over."""
    carried: Update = {
        "preferences": state.get("preferences", {}),
        "listed": state.get("listed", []),
        "shown": state.get("shown", []),
        "aside": state.get("aside", []),
        "focus": state.get("focus", ""),
        "undo": state.get("undo", []),
        "inquiries": state.get("inquiries", []),
        "rejections": state.get("rejections", 0),
        "confirmed": state.get("confirmed", []),
        "asked": state.get("asked", {}),
        "language": spoken if (spoken := reading.language) != "other" else "en",
    }
    return {
        **carried,
        "earlier": {**carried, "offered": state.get("offered", [])},
        "confirmed": confirmed(state, reading),
        "asked": {},
        "turns": state.get("turns", 0) + 1,
        "history": state.get("history", []),
        "reading": reading,
        "offered": [],
        "unresolved": (),
        "beyond": (),
        "relaxed": (),
        "chosen": (),
        "personal": (),
        "picked": [],
        "calls": (),
        "results": (),
        "answer": "",
        "removed": (),
        "inquiry": None,
        "offers": (),
        "grounded": True,
        "foreign": False,
    }


def _without_the_last_turn(state: Conversation) -> Conversation:
    """Return the state as the last turn found it; one turn goes back, never two."""
    if not state.get("earlier"):
        return state
    rest: Update = {"history": state["history"][:-1], "turns": state["turns"] - 1}
    return {**state, **state["earlier"], **rest}  # type: ignore[typeddict-item]


def _undone(state: Conversation, wishes: Wishes) -> Update:
    *earlier, last = state.get("undo", []) or [state.get("preferences", {})]
    recent = {each for turn in state.get("history", [])[-2:] for each in turn["shown"]}
    aside = [each for each in state.get("aside", []) if each not in recent]
    wanted = wishes.known(from_json(last))
    return {"preferences": to_json(wanted), "wanted": wanted, "undo": earlier, "aside": aside}


def _reset(before: Preferences, change: Change) -> Update:
    kept = (
        Preferences() if change.forget else Preferences(seen=before.seen, disliked=before.disliked)
    )
    return {
        "preferences": to_json(kept),
        "wanted": kept,
        "undo": [],
        "listed": [],
        "shown": [],
        "aside": [],
        "focus": "",
        "inquiries": [],
        "confirmed": [],
        "rejections": 0,
    }


def retrieve(state: Conversation, runtime: Runtime[Context]) -> Update:
    """Find candidates for what is wanted."""
    context, wanted = runtime.context, state["wanted"]
    told, met = context.person.told(wanted), _met(state, context)
    if context.repeat == "demote":
        found = context.retriever.search(wanted, [*met, *state["shown"]], told)
        if found.candidates:
            return {"found": found}
    return {"found": context.retriever.search(wanted, met, told)}


def ground(state: Conversation, runtime: Runtime[Context]) -> Update:
    """Decide whether the evidence carries an answer."""
    found, retriever = state["found"], runtime.context.retriever
    foreign = _only_about(state["reading"].change) and not retriever.near(
        state["reading"].change.about
    )
    enough = bool(found.candidates) and retriever.grounded(found)
    return {"grounded": enough and not foreign and not names_nothing(state), "foreign": foreign}


def _only_about(change: Change) -> bool:
    """Tell whether all is free text; "best" and values that repeat its words ground nothing."""
    echoed = tuple(v for v in change.prefer if v.value.casefold() in change.about.casefold())
    bare = Change(fresh=change.fresh, about=change.about, prefer=echoed, order=change.order)
    return bool(change.about) and change == bare


def relax(state: Conversation, runtime: Runtime[Context]) -> Update:
    """Give up as little as brings a match, and remember what it was."""
    relaxed = runtime.context.wishes.relax(
        state["wanted"], _met(state, runtime.context), state["reading"].language
    )
    if relaxed is None:
        return {}
    return {"wanted": relaxed.preferences, "relaxed": relaxed.sentences}


def rank(state: Conversation, runtime: Runtime[Context]) -> Update:
    """Choose what is shown, and beside it what this person in particular would like."""
    ranker, found, wanted = runtime.context.ranker, state["found"], state["wanted"]
    if wanted.personal and found.personal:
        chosen = ranker.choose(replace(found, candidates=found.personal), wanted)
        return {"chosen": chosen, "inquiry": _inquiry(state, runtime.context, chosen)}
    chosen = ranker.choose(found, wanted, staying(state))
    picks = state["reading"].pick
    personal = () if picks else ranker.pick(found, wanted, chosen)
    chosen = chosen[:1] if picks else chosen
    inquiry = _inquiry(state, runtime.context, chosen)
    return {"chosen": chosen, "personal": personal, "inquiry": inquiry}


def _inquiry(state: Conversation, context: Context, chosen: Sequence[Candidate]) -> Inquiry | None:
    """Return the question that a list ends with: what must be confirmed, else what pays."""
    ambiguous = any(each.ambiguous for each in state["unresolved"])
    if ambiguous or not chosen:
        return None
    before, inquirer = state["inquiries"], context.inquirer
    doubt = inquirer.confirmation(chosen, state["confirmed"])
    if doubt is not None and (len(chosen) == 1 or fresh(doubt, before)):
        return doubt
    if state["rejections"] >= REJECTIONS and (wrong := fresh(Inquiry("rejection"), before)):
        return wrong
    return fresh(inquirer.split(state["wanted"], chosen), before)


def answer(state: Conversation, runtime: Runtime[Context]) -> Update:
    """Present the list, streaming."""
    brief = brief_of(state, runtime.context)
    return {"answer": _streamed(runtime.context.writer.recommend(brief))}


def verify(state: Conversation, runtime: Runtime[Context]) -> Update:
    """Check every title against the catalogue before it counts as said, and remember the turn."""
    verify_all, wanted = runtime.context.verifier.verify, state["wanted"]
    met = _met(state, runtime.context)
    chosen, removed = verify_all(state["chosen"], wanted, met)
    beside = [*met, *(each.id for each in chosen)]
    personal, untrue = verify_all(state["personal"], wanted, beside) if chosen else ((), ())
    update: Update = {"chosen": chosen, "personal": personal, "removed": (*removed, *untrue)}
    inquiry = state["inquiry"]
    if removed:
        inquiry = _inquiry(state, runtime.context, chosen)
        brief = brief_of({**state, "chosen": chosen, "inquiry": inquiry}, runtime.context)
        writer = runtime.context.writer
        update["answer"] = "".join((writer.recommend if chosen else writer.clarify)(brief))
    if chosen:
        update |= _listed(state, runtime.context, chosen, personal)
    elif ids := _spoken_of(state):
        update["focus"] = ids[0]
    return update | opened(state, inquiry) | _remembered(state, update)


def clarify(state: Conversation, runtime: Runtime[Context]) -> Update:
    """Say honestly that there is nothing to show, and ask the one question that helps.

    Before the first list that is the question which the operator demands.
    """
    first, met = state["inquiry"], _met(state, runtime.context)
    bare = first is None and not state["foreign"] and not names_nothing(state)
    given_up = runtime.context.wishes.offers(state["wanted"], met) if bare else ()
    inquiry = after(given_up, state["inquiries"]) if given_up else first
    told: Conversation = {**state, "offers": given_up, "inquiry": inquiry}
    update: Update = {
        "answer": _streamed(runtime.context.writer.clarify(brief_of(told, runtime.context))),
        "offered": [each for name in state["unresolved"] for each in name.nearest],
        "offers": given_up,
        "inquiry": inquiry,
        "grounded": first is not None,
    }
    if state["foreign"]:
        update |= _taken_back(state)
    update |= opened(state, inquiry)
    return update | _remembered({**state, **update}, update)  # type: ignore[typeddict-item]


def _taken_back(state: Conversation) -> Update:
    """Return the wishes as they were before words that this catalogue cannot serve."""
    return {
        "reading": replace(state["reading"], intent="out_of_scope"),
        "preferences": to_json(state["before"]),
        "undo": state["earlier"]["undo"],
        "aside": state["earlier"]["aside"],
    }


def inspect(state: Conversation, runtime: Runtime[Context]) -> Update:
    """Ask for the tools a question needs; once they have answered, answer."""
    question, scene = state["reading"].question, scene_of(state)
    assert question is not None
    calls = runtime.context.inspector.plan(
        question, state["reading"].change, scene, state["results"]
    )
    if calls:
        return {"calls": calls}
    brief = brief_of(state, runtime.context)
    return {"calls": (), "answer": _streamed(runtime.context.writer.inspect(brief))}


def tools(state: Conversation, runtime: Runtime[Context]) -> Update:
    """Run the tools that were asked for."""
    results = tuple(runtime.context.inspector.call(call) for call in state["calls"])
    return {"results": (*state["results"], *results), "calls": ()}


def converse(state: Conversation, runtime: Runtime[Context]) -> Update:
    """Answer what is no request."""
    brief = brief_of(state, runtime.context)
    update: Update = {"answer": _streamed(runtime.context.writer.converse(brief))}
    return update | _remembered(state, update)


def scene_of(state: Conversation) -> Scene:
    """Return what a message can point at."""
    return Scene(
        shown=tuple(each["id"] for each in state.get("listed", [])),
        focus=state.get("focus", ""),
        offered=tuple(state.get("offered", [])),
        language=state.get("language", "en"),
        history=tuple((turn["message"], turn["answer"]) for turn in state.get("history", [])),
        asked=from_plain(state.get("asked", {})),
    )


def brief_of(state: Conversation, context: Context) -> Brief:
    """Return all that an answer may speak of."""
    found = state.get("found")
    told = context.person.told(state["wanted"])
    return Brief(
        reading=state["reading"],
        stated=from_json(state["preferences"]),
        wanted=state["wanted"],
        before=state["before"],
        chosen=state["chosen"],
        reasons=context.ranker.reasons(
            state["chosen"], state["wanted"], told, state["reading"].language
        ),
        known=bool(told),
        relaxed=state["relaxed"],
        unresolved=state["unresolved"],
        beyond=state["beyond"],
        matching=found.matching if found else 0,
        grounded=state["grounded"],
        results=state["results"],
        listed=tuple(state["listed"]),
        turn=state["turns"],
        inquiry=state["inquiry"],
        offers=state["offers"],
    )


def _met(state: Conversation, context: Context) -> list[str]:
    """Return what is never shown again: put aside here, or met and not just taken back."""
    before, wanted = state["before"], state["wanted"]
    said = {*before.seen, *before.disliked, *before.loved}
    taken_back = said - {*wanted.seen, *wanted.disliked, *wanted.loved}
    return [*state["aside"], *sorted(context.person.hidden - taken_back)]


def _listed(
    state: Conversation,
    context: Context,
    chosen: Sequence[Candidate],
    personal: Sequence[Candidate],
) -> Update:
    told, language = context.person.told(state["wanted"]), state["reading"].language
    reasons = context.ranker.reasons
    new = are_new(state, [each.id for each in chosen])
    listed, picked = (
        [
            _stated(each, because, each.id in new)
            for each, because in zip(
                few, reasons(few, state["wanted"], told, language), strict=True
            )
        ]
        for few in (chosen, personal)
    )
    ids = [each["id"] for each in (*listed, *picked)]
    shown = dict.fromkeys([*state["shown"], *ids])
    return {"listed": listed, "picked": picked, "shown": list(shown), "focus": ""}


def _stated(each: Candidate, reasons: Sequence[str], new: bool) -> dict[str, Any]:
    return {
        "id": each.id,
        "because": list(reasons),
        "contributions": {name: round(value, 3) for name, value in each.contributions.items()},
        "similarity": round(each.similarity, 4),
        "new": new,
    }


def _spoken_of(state: Conversation) -> list[str]:
    return [
        item["id"]
        for result in state["results"]
        for item in result.get("items", [])
        if "id" in item
    ]


def _remembered(state: Conversation, update: Update) -> Update:
    """Return the history with this turn at its end, trimmed by whole turns."""
    turn = {
        "message": state["message"],
        "intent": state["reading"].intent,
        "answer": update.get("answer") or state["answer"],
        "shown": [each["id"] for each in (*update.get("listed", []), *update.get("picked", []))],
    }
    return {"history": [*state["history"], turn][-KEPT_TURNS:]}


def _streamed(pieces: Iterable[str]) -> str:
    """Pass pieces on as they come, and return them as one text."""
    emit = get_stream_writer()
    told = []
    for piece in pieces:
        emit({"token": piece})
        told.append(piece)
    return "".join(told)
