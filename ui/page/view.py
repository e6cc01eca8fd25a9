"""What every part of the page draws from, and the one way in which it acts."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import uuid4

import streamlit as st

from agent.recommender import Recommender, open_recommender
from agent.settings import Settings, load_settings
from graph.memory import Session
from tools.change import Change
from ui.page.turns import Progress, RunningTurn, Turns

LOCAL_USER = "local"  # nobody signs in on one's own computer
SESSION = "session"


@dataclass(frozen=True)
class View:
    """One drawing of the page: `turn` is the id that whatever is clicked on it will have.

    `progress` is of before the conversation is read, so that a turn that ends in between is seen
    twice rather than not at all.
    """

    recommender: Recommender
    settings: Settings
    turns: Turns
    user: str
    session: Session | None
    latest: RunningTurn | None
    progress: Progress | None
    turn: str

    @property
    def busy(self) -> bool:
        """Tell whether a turn of this conversation is running."""
        return self.progress is not None and not self.progress.done

    @cached_property
    def conversation(self) -> dict[str, Any]:
        """What is remembered of this conversation."""
        if self.session is None:
            return {"history": [], "preferences": {}, "recommendations": []}
        return self.recommender.conversation(self.session)


@st.cache_resource(show_spinner="Opening the catalogue …")
def opened() -> tuple[Recommender, Settings, Turns]:
    """Return what all pages of the process share."""
    settings = load_settings()
    return open_recommender(settings), settings, Turns()


def look() -> View:
    """Return the page as its address names it.

    Raises OsusumeError where the catalogue or the conversation cannot be opened.
    """
    recommender, settings, turns = opened()
    named, user = st.query_params.get(SESSION), current_user()
    session = recommender.memory.find(user, named) if named else None
    latest = turns.latest(session.id) if session else None
    progress = latest.progress if latest else None
    turn = latest.id if latest and progress and not progress.done else uuid4().hex
    return View(recommender, settings, turns, user, session, latest, progress, turn)


def current_user() -> str:
    """Return whose conversations these are: of whoever signed in, else of this computer."""
    return f"sub:{st.user['sub']}" if st.user.get("is_logged_in") else LOCAL_USER


def say(view: View, message: str, change: Change | None = None) -> None:
    """Begin a turn; a second click on the same drawing of the page begins none."""
    if not message.strip() or view.turns.begun(view.turn):
        return
    session = view.session or view.recommender.memory.begin(view.user)
    st.query_params[SESSION] = session.id
    view.turns.start(
        view.turn, session.id, message, lambda: view.recommender.turn(message, session, change)
    )


def show(session: str | None) -> None:
    """Turn to another conversation, or to a new one."""
    if session:
        st.query_params[SESSION] = session
    else:
        st.query_params.pop(SESSION, None)
