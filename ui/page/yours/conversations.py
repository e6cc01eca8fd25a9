"""The conversations of a person, searched and opened, and the ways to the rest that is theirs."""

from collections.abc import Iterator

import streamlit as st

from graph.memory import Session
from ui.page.dialogs import open_dialog
from ui.page.live import Acted, button, draw_live
from ui.page.text import html
from ui.page.texts import text
from ui.page.view import View, show

LISTED = 40
SEARCHED_FROM = 6  # fewer conversations are found by looking
SEARCH = "talks-search"
WAYS = ("watch", "history", "import", "stored")


def draw_conversations(view: View) -> None:
    """Draw what is theirs, and the conversations: all, or those with the words searched for."""
    named = [each for each in view.recommender.memory.sessions(view.user) if each.title]
    words = _draw_search() if len(named) >= SEARCHED_FROM else ""
    found = list(_found(view, words)) if words else named
    draw_live("yours", _html(view, found, bool(words)), lambda acted: _act(acted))


def _draw_search() -> str:
    words: str = st.text_input(
        text("talks.search"),
        key=SEARCH,
        placeholder=text("talks.search"),
        icon=":material/search:",
        label_visibility="collapsed",
    )
    return words.strip()


def _found(view: View, words: str) -> Iterator[Session]:
    """Yield each conversation that a search finds, once."""
    known: set[str] = set()
    for hit in view.recommender.memory.search(view.user, words, LISTED):
        if hit.session.title and hit.session.id not in known:
            known.add(hit.session.id)
            yield hit.session


def _html(view: View, sessions: list[Session], searched: bool) -> str:
    ways = "".join(
        f"<li>{button('dialog', text(f'yours.{name}'), style='os-way', name=name)}</li>"
        for name in WAYS
    )
    heading = text("talks.found", count=len(sessions)) if searched else text("talks.earlier")
    rows = "".join(_row(view, session) for session in sessions[:LISTED])
    listed = f'<h2 class="os-small">{html(heading)}</h2><ul class="os-talks">{rows}</ul>'
    return (
        f'<nav aria-label="{html(text("yours.title"))}"><ul class="os-ways">{ways}</ul></nav>'
        f"{listed if sessions or searched else ''}"
    )


def _row(view: View, session: Session) -> str:
    current = view.session is not None and session.id == view.session.id
    style = "os-talk os-current" if current else "os-talk"
    manage = text("talks.manage", title=session.title)
    return (
        f"<li>{button('open', session.title, style=style, id=session.id)}"
        f"{button('manage', '', icon='⋯', hidden=manage, style='os-mark', id=session.id)}</li>"
    )


def _act(acted: Acted) -> None:
    match acted["act"]:
        case "open":
            show(acted["id"])
        case "manage":
            open_dialog("conversation", session=acted["id"])
        case "dialog":
            open_dialog(acted["name"])
