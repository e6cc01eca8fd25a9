"""The steps of a turn: small functions of (state, runtime) that return what changed."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime

from graph.protocols import Brief, Context, Wishes
from graph.state import KEPT_TURNS, KEPT_UNDOS, Conversation
from tools.applying import Applied
from tools.change import Change, Reading
from tools.preferences import Preferences, from_json, to_json
from tools.scene import Scene

Update = dict[str, Any]


def rewrite(state: Conversation, runtime: Runtime[Context]) -> Update:
    """Read the message and apply what it alters."""
    wishes = runtime.context.wishes
    before = wishes.known(from_json(state.get("preferences", {})))
    scene = scene_of(state)
    clicked = state.get("change")
    reading = (
        Reading("refine", clicked)
        if clicked
        else runtime.context.reader.read(state["message"], before, scene)
    )
    update = _fresh_turn(state, reading) | {"before": before}
    if reading.question is not None:
        return update | {"wanted": before}
    if reading.change.undo:
        return update | _undone(state, wishes)
    if reading.change.reset:
        return update | _reset(before, reading.change)
    return update | _applied(state, before, wishes.apply(reading.change, before, scene))


def _applied(state: Conversation, before: Preferences, applied: Applied) -> Update:
    """Return what a change made; where all it named is unknown, only its vetoes are kept."""
    after = applied.preferences
    if applied.unresolved and not after.wishes():
        after = before.with_vetoes_of(after)
    undo = state.get("undo", [])
    return {
        "preferences": to_json(after),
        "wanted": applied.preferences,
        "unresolved": applied.unresolved,
        "beyond": applied.beyond,
        "undo": undo if after == before else [*undo, to_json(before)][-KEPT_UNDOS:],
    }


def _fresh_turn(state: Conversation, reading: Reading) -> Update:
    """Return the values a turn begins with; what is remembered is carried over."""
    return {
        "reading": reading,
        "turns": state.get("turns", 0) + 1,
        "preferences": state.get("preferences", {}),
        "listed": state.get("listed", []),
        "shown": state.get("shown", []),
        "focus": state.get("focus", ""),
        "offered": [],
        "undo": state.get("undo", []),
        "history": state.get("history", []),
        "unresolved": (),
        "beyond": (),
        "relaxed": (),
        "chosen": (),
        "calls": (),
        "results": (),
        "answer": "",
        "removed": (),
        "grounded": True,
        "foreign": False,
    }


def _undone(state: Conversation, wishes: Wishes) -> Update:
    *earlier, last = state.get("undo", []) or [state.get("preferences", {})]
    recent = {each for turn in state.get("history", [])[-2:] for each in turn["shown"]}
    shown = [each for each in state.get("shown", []) if each not in recent]
    wanted = wishes.known(from_json(last))
    return {"preferences": to_json(wanted), "wanted": wanted, "undo": earlier, "shown": shown}


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
        "focus": "",
    }


def retrieve(state: Conversation, runtime: Runtime[Context]) -> Update:
    """Find candidates for what is wanted."""
    return {"found": runtime.context.retriever.search(state["wanted"], state["shown"])}


def ground(state: Conversation, runtime: Runtime[Context]) -> Update:
    """Decide whether the evidence carries an answer."""
    found, retriever = state["found"], runtime.context.retriever
    foreign = _only_about(state["reading"].change) and not retriever.near(
        state["reading"].change.about
    )
    named_nothing = bool(state["unresolved"]) and not state["wanted"].wishes()
    enough = bool(found.candidates) and retriever.grounded(found)
    return {"grounded": enough and not foreign and not named_nothing, "foreign": foreign}


def _only_about(change: Change) -> bool:
    return bool(change.about) and change == Change(fresh=change.fresh, about=change.about)


def relax(state: Conversation, runtime: Runtime[Context]) -> Update:
    """Give up as little as brings a match, and remember what it was."""
    relaxed = runtime.context.wishes.relax(state["wanted"], state["shown"])
    if relaxed is None:
        return {}
    return {"wanted": relaxed.preferences, "relaxed": relaxed.sentences}


def rank(state: Conversation, runtime: Runtime[Context]) -> Update:
    """Choose what is shown."""
    return {"chosen": runtime.context.ranker.choose(state["found"], state["wanted"])}


def answer(state: Conversation, runtime: Runtime[Context]) -> Update:
    """Present the list, streaming."""
    brief = brief_of(state, runtime.context)
    return {"answer": _streamed(runtime.context.writer.recommend(brief))}


def verify(state: Conversation, runtime: Runtime[Context]) -> Update:
    """Check every title against the catalogue before it counts as said, and remember the turn."""
    chosen, removed = runtime.context.verifier.verify(
        state["chosen"], state["wanted"], state["shown"]
    )
    update: Update = {"chosen": chosen, "removed": removed}
    if removed:
        brief = brief_of({**state, "chosen": chosen}, runtime.context)
        writer = runtime.context.writer
        update["answer"] = "".join((writer.recommend if chosen else writer.clarify)(brief))
    if chosen:
        update |= _listed(state, runtime.context, [each.id for each in chosen])
    elif ids := _spoken_of(state):
        update["focus"] = ids[0]
    return update | _remembered(state, update)


def clarify(state: Conversation, runtime: Runtime[Context]) -> Update:
    """Say honestly that there is nothing to show, and ask the one question that helps."""
    brief = brief_of(state, runtime.context)
    update: Update = {
        "answer": _streamed(runtime.context.writer.clarify(brief)),
        "offered": [each for name in state["unresolved"] for each in name.nearest],
        "grounded": False,
    }
    if state["foreign"]:
        update |= _taken_back(state)
    return update | _remembered({**state, **update}, update)  # type: ignore[typeddict-item]


def _taken_back(state: Conversation) -> Update:
    """Return the wishes as they were before words that this catalogue cannot serve."""
    before = to_json(state["before"])
    altered = before != state["preferences"]
    return {
        "reading": replace(state["reading"], intent="out_of_scope"),
        "preferences": before,
        "undo": state["undo"][:-1] if altered else state["undo"],
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
        history=tuple((turn["message"], turn["answer"]) for turn in state.get("history", [])),
    )


def brief_of(state: Conversation, context: Context) -> Brief:
    """Return all that an answer may speak of."""
    found = state.get("found")
    return Brief(
        reading=state["reading"],
        stated=from_json(state["preferences"]),
        wanted=state["wanted"],
        before=state["before"],
        chosen=state["chosen"],
        reasons=tuple(context.ranker.reasons(each, state["wanted"]) for each in state["chosen"]),
        relaxed=state["relaxed"],
        unresolved=state["unresolved"],
        beyond=state["beyond"],
        matching=found.matching if found else 0,
        grounded=state["grounded"],
        results=state["results"],
        listed=tuple(state["listed"]),
        turn=state["turns"],
    )


def _listed(state: Conversation, context: Context, ids: Iterable[str]) -> Update:
    by_id = {each.id: each for each in state["chosen"]}
    listed = [
        {
            "id": each,
            "because": list(context.ranker.reasons(by_id[each], state["wanted"])),
            "contributions": {
                name: round(value, 3) for name, value in by_id[each].contributions.items()
            },
            "similarity": round(by_id[each].similarity, 4),
        }
        for each in ids
    ]
    shown = dict.fromkeys([*state["shown"], *(each["id"] for each in listed)])
    return {"listed": listed, "shown": list(shown), "focus": ""}


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
        "shown": [each["id"] for each in update.get("listed", [])],
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
