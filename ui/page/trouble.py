"""What went wrong, as a sentence; a command in it stands out."""

import re

import streamlit as st

from infra.errors import OsusumeError, SessionError
from ui.page.text import html
from ui.page.texts import text
from ui.page.turns import FAILED
from ui.page.view import show

_COMMAND = re.compile(r"(?:&#x27;|`)((?:osusume|make) [^`&]+)(?:&#x27;|`)")


def draw_trouble(sentence: str) -> None:
    """Draw one sentence that a person can act on."""
    told = html(text("trouble.crash") if sentence == FAILED else sentence)
    told = _COMMAND.sub(r"<code>\1</code>", told)
    st.html(f'<div class="os-trouble" role="alert"><p>{told}</p></div>')


def draw_dead_end(error: OsusumeError) -> None:
    """Draw a page that has nothing but a sentence, and the way on."""
    st.html(f'<h1 class="os-dead">{html(text("trouble.title"))}</h1>')
    draw_trouble(str(error))
    if isinstance(error, SessionError):
        st.button(text("talks.new"), type="primary", on_click=show, args=(None,))
    else:
        st.button(text("trouble.again"), type="primary")
