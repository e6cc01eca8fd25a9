"""A turn as it happens."""

from collections.abc import Sequence

import streamlit as st

from ui.page.text import around_the_list, html, listed_so_far, without_a_stub
from ui.page.turns import Progress, RunningTurn
from ui.page.view import View
from ui.page.why import step_words

PATIENCE = 0.2  # seconds between two looks: Streamlit stops a script only where it draws


def follow(view: View, turn: RunningTurn) -> None:
    """Draw a running turn until it is over, then the page again."""
    steps, text, waiting = st.empty(), st.empty(), st.empty()
    progress = turn.progress
    while not progress.done:
        steps.html(_steps(view, progress.steps))
        opening, closing = around_the_list(without_a_stub(progress.text))
        text.markdown(f"{opening}\n\n{closing}")
        waiting.html(_waiting(view, progress))
        progress = turn.wait(progress.events, PATIENCE)
    st.rerun()


def _steps(view: View, steps: Sequence[str]) -> str:
    names = list(dict.fromkeys(steps)) or ["rewrite"]
    done = "".join(f"<li>{html(step_words(view, name))}</li>" for name in names[:-1])
    now = f'<li class="os-now">{html(step_words(view, names[-1]))} …</li>'
    return f'<ol class="os-steps" role="status" aria-live="polite">{done}{now}</ol>'


def _waiting(view: View, progress: Progress) -> str:
    """Keep the room that the cards will take, once it is known that there will be a list."""
    cards = view.settings.list.size if "rank" in progress.steps else 1
    ghosts = '<div class="os-ghost"></div>' * max(cards, listed_so_far(progress.text))
    return f'<div aria-hidden="true">{ghosts}</div>'
