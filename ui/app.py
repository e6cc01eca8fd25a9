"""The chat page: `streamlit run ui/app.py`."""

from dataclasses import replace
from uuid import uuid4

import streamlit as st

from infra.errors import OsusumeError
from ui.page.brand import MARK, mark_html
from ui.page.comparison import draw_comparison
from ui.page.details import draw_details
from ui.page.dialogs import draw_dialog
from ui.page.identity import must_sign_in
from ui.page.sidebar import draw_sidebar
from ui.page.signin import draw_sign_in
from ui.page.styles import draw_styles
from ui.page.talk import draw_talk
from ui.page.texts import settled_language, speak_of, text
from ui.page.trouble import draw_dead_end
from ui.page.view import View, look, say, stop
from ui.page.welcome import draw_welcome
from ui.page.wishes import draw_wishes
from ui.page.yours import DIALOGS as YOURS

DIALOGS = {"details": draw_details, "compare": draw_comparison, **YOURS}


def main() -> None:
    """Draw the page."""
    st.set_page_config("Osusume", MARK, initial_sidebar_state="auto")
    draw_styles(settled_language())
    with st.container(key="brand"):
        st.html(mark_html())
    if must_sign_in():
        draw_sign_in()
        return
    try:
        view = look()
    except OsusumeError as error:
        draw_dead_end(error)
        return
    speak_of(view.recommender.index.catalogue.profile)
    draw_sidebar(view)
    _draw_message_box(view)
    draw_dialog(view, DIALOGS)
    if view.conversation["history"] or view.latest:
        draw_talk(view)
    else:
        draw_welcome(view)


def _draw_message_box(view: View) -> None:
    with st.bottom:
        draw_wishes(view)
        with st.container(key="box", horizontal=True, gap="small", vertical_alignment="bottom"):
            example = view.recommender.index.catalogue.profile.examples[0]
            st.chat_input(
                text("message.box", example=example),
                key="message",
                max_chars=view.settings.limits.message_characters,
                submit_mode="disable",
                on_submit=_send,
                args=(view,),
            )
            if view.busy:
                icon = ":material/stop_circle:"
                words = text("message.stop")
                st.button(words, key="stop", icon=icon, on_click=stop, args=(view,))


def _send(view: View) -> None:
    """Say what was typed; unlike a second click it is never a repetition, so it waits its turn."""
    say(replace(view, turn=uuid4().hex), st.session_state["message"])


main()
