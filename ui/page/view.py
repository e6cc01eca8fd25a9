"""What every part of the page draws from, and the one way in which it acts."""

from collections.abc import Generator
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import uuid4

import streamlit as st

from agent.recommender import Event, Recommender
from agent.settings import Settings
from agent.stopping import Stop
from graph.memory import Session, Taste
from tools.change import Change
from ui.page.identity import current_user
from ui.page.turns import Progress, RunningTurn, Turns
from ui.shared import shared_parts

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
    def taste(self) -> Taste:
        """What this person has seen, loved and wants to see, over all conversations."""
        return self.recommender.shelf(self.user).taste()

    def replies(self, last: int) -> list[dict[str, Any]]:
        """Return the replies of the last turns, oldest first."""
        return self.recommender.transcript(self.session, last=last) if self.session else []

    @cached_property
    def conversation(self) -> dict[str, Any]:
        """What is remembered of this conversation."""
        if self.session is None:
            return {"history": [], "preferences": {}, "recommendations": []}
        return self.recommender.conversation(self.session)


@st.cache_resource(show_spinner="Opening the catalogue …")
def opened() -> tuple[Recommender, Settings, Turns]:
    """Return what all pages of the process share."""
    return *shared_parts(), Turns()


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


def say(view: View, message: str, change: Change | None = None, again: bool = False) -> None:
    """Begin a turn, or with `again` put one in the place of the last.

    A second click on the same drawing of the page begins none.
    """
    if not message.strip() or view.turns.begun(view.turn):
        return
    session = view.session or view.recommender.memory.begin(view.user)
    st.query_params[SESSION] = session.id

    def events(stop: Stop) -> Generator[Event]:
        return view.recommender.turn(message, session, change, again=again, stop=stop)

    view.turns.start(RunningTurn(view.turn, session.id, message, change, again), events)


def stop(view: View) -> None:
    """Stop the turn that runs."""
    if view.latest:
        view.latest.stop()


def show(session: str | None) -> None:
    """Turn to another conversation, or to a new one."""
    if session:
        st.query_params[SESSION] = session
    else:
        st.query_params.pop(SESSION, None)
