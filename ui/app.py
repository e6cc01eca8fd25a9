"""The chat page: `streamlit run ui/app.py`."""

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import streamlit as st

from infra.errors import OsusumeError
from ui.page.brand import MARK, mark_html
from ui.page.sidebar import draw_sidebar
from ui.page.talk import draw_talk
from ui.page.trouble import draw_dead_end
from ui.page.view import View, look, say
from ui.page.welcome import draw_welcome
from ui.page.wishes import draw_wishes

STYLE = Path(__file__).parent / "page" / "style.css"


def main() -> None:
    """Draw the page."""
    st.set_page_config("Osusume", MARK, initial_sidebar_state="auto")
    st.html(STYLE)
    with st.container(key="brand"):
        st.html(mark_html())
    try:
        view = look()
    except OsusumeError as error:
        draw_dead_end(error)
        return
    draw_sidebar(view)
    _draw_message_box(view)
    if view.conversation["history"] or view.latest:
        draw_talk(view)
    else:
        draw_welcome(view)


def _draw_message_box(view: View) -> None:
    with st.bottom:
        draw_wishes(view)
        st.chat_input(
            f"{view.recommender.index.catalogue.profile.examples[0]} …",
            key="message",
            max_chars=view.settings.limits.message_characters,
            submit_mode="disable",
            on_submit=_send,
            args=(view,),
        )


def _send(view: View) -> None:
    """Say what was typed; unlike a second click it is never a repetition, so it waits its turn."""
    say(replace(view, turn=uuid4().hex), st.session_state["message"])


main()
