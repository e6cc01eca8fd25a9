"""The dialog in which one conversation is renamed, taken along or deleted."""

import streamlit as st

from agent.exports import conversation_as_json, conversation_as_markdown
from graph.memory import Session
from infra.errors import SessionError
from ui.page.texts import text
from ui.page.view import View, show

LONGEST_NAME = 80
ALL = 1_000_000  # turns


def draw_conversation(view: View, session: str) -> None:
    """Open the dialog of a conversation of this person; of nobody else's."""
    try:
        found = view.recommender.memory.find(view.user, session)
    except SessionError:
        return

    @st.dialog(text("conversation.title"))
    def opened() -> None:
        _draw_name(view, found)
        _draw_exports(view, found)
        _draw_end(view, found)

    opened()


def _draw_name(view: View, session: Session) -> None:
    with st.form("conversation-name", border=False):
        name = st.text_input(text("conversation.name"), session.title, max_chars=LONGEST_NAME)
        if st.form_submit_button(text("conversation.rename")) and name.strip():
            view.recommender.memory.rename(session, name.strip())
            st.rerun()


def _draw_exports(view: View, session: Session) -> None:
    replies = view.recommender.transcript(session, last=ALL)
    with st.container(horizontal=True):
        st.download_button(
            text("conversation.markdown"),
            conversation_as_markdown(session, replies),
            "conversation.md",
            "text/markdown",
            key="as-markdown",
            on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            text("conversation.json"),
            conversation_as_json(session, replies),
            "conversation.json",
            "application/json",
            key="as-json",
            on_click="ignore",
            icon=":material/download:",
        )


def _draw_end(view: View, session: Session) -> None:
    with st.popover(text("conversation.delete"), icon=":material/delete:"):
        st.write(text("conversation.sure"))
        if st.button(text("conversation.delete_now"), key="delete-conversation", type="primary"):
            view.recommender.memory.delete(session)
            if view.session and view.session.id == session.id:
                show(None)
            st.rerun()
