"""The conversations of this person, and what else is theirs."""

import streamlit as st

from ui.page.brand import mark_html
from ui.page.signin import draw_sign_out
from ui.page.text import html
from ui.page.texts import draw_language, text, word
from ui.page.view import View, show
from ui.page.yours import draw_conversations

# On a phone the sidebar lies over the page: choosing a conversation closes it.
CLOSE = """
<span class="os-hidden" data-session="{session}"></span>
<script>
if (matchMedia("(max-width: 768px)").matches) {{
  const open = '[data-testid="stSidebar"][data-collapsed="false"] ';
  document.querySelector(`${{open}}[data-testid="stSidebarCollapseButton"] button`)?.click();
}}
</script>
"""


def draw_sidebar(view: View) -> None:
    """Draw the list of conversations, and the way to a new one."""
    catalogue = view.recommender.index.catalogue
    with st.sidebar:
        st.html(mark_html())
        st.button(
            text("talks.new"),
            key="new",
            icon=":material/edit_square:",
            width="stretch",
            on_click=show,
            args=(None,),
        )
        draw_conversations(view)
        many = word(catalogue.profile.noun.many)
        size = text("talks.size", size=len(catalogue), many=many, name=catalogue.profile.name)
        st.html(f'<p class="os-small">{html(size)}</p>')
        draw_language()
        draw_sign_out()
        session = view.session.id if view.session else ""
        st.html(CLOSE.format(session=session), unsafe_allow_javascript=True)
