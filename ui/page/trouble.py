"""What went wrong, as a sentence; a command in it stands out."""

import re

import streamlit as st

from infra.errors import OsusumeError, SessionError
from ui.page.text import html
from ui.page.view import show

_COMMAND = re.compile(r"(?:&#x27;|`)((?:osusume|make) [^`&]+)(?:&#x27;|`)")


def draw_trouble(sentence: str) -> None:
    """Draw one sentence that a person can act on."""
    text = _COMMAND.sub(r"<code>\1</code>", html(sentence))
    st.html(f'<div class="os-trouble" role="alert"><p>{text}</p></div>')


def draw_dead_end(error: OsusumeError) -> None:
    """Draw a page that has nothing but a sentence, and the way on."""
    st.html('<h1 class="os-dead">This did not work</h1>')
    draw_trouble(str(error))
    if isinstance(error, SessionError):
        st.button("New conversation", type="primary", on_click=show, args=(None,))
    else:
        st.button("Try again", type="primary")
