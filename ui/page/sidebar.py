"""The conversations of this person."""

import streamlit as st

from ui.page.brand import mark_html
from ui.page.text import html, label
from ui.page.view import View, show

LISTED = 40
LONGEST = 42  # characters of a conversation's title


def draw_sidebar(view: View) -> None:
    """Draw the list of conversations, and the way to a new one."""
    catalogue = view.recommender.index.catalogue
    with st.sidebar:
        st.html(mark_html())
        st.button(
            "New conversation",
            key="new",
            icon=":material/edit_square:",
            width="stretch",
            on_click=show,
            args=(None,),
        )
        with st.container(key="conversations", gap=None):
            _draw_list(view)
        size = f"{len(catalogue):,} {catalogue.profile.noun.many}"
        st.html(f'<p class="os-small">{html(size)} of {html(catalogue.profile.name)}</p>')


def _draw_list(view: View) -> None:
    named = [each for each in view.recommender.memory.sessions(view.user) if each.title]
    if named:
        st.html('<h2 class="os-small">Earlier conversations</h2>')
    for session in named[:LISTED]:
        current = view.session is not None and session.id == view.session.id
        st.button(
            label(_shortened(session.title)),
            key=f"open-{session.id}",
            type="secondary" if current else "tertiary",
            width="stretch",
            on_click=show,
            args=(session.id,),
        )


def _shortened(title: str) -> str:
    return title if len(title) <= LONGEST else f"{title[: LONGEST - 1].rstrip()}…"
