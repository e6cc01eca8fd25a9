"""The page before the first word."""

import streamlit as st

from ui.page.text import html, label
from ui.page.texts import text, word
from ui.page.view import View, say
from ui.page.yours import offer_onboarding


def draw_welcome(view: View) -> None:
    """Draw what can be asked, with examples that ask it."""
    catalogue = view.recommender.index.catalogue
    noun = catalogue.profile.noun
    about = text("welcome.about", one=word(noun.one), many=word(noun.many), size=len(catalogue))
    st.html(
        f'<div class="os-welcome"><h1>{html(text("welcome.title"))}</h1><p>{html(about)}</p></div>'
    )
    with st.container(key="examples", horizontal=True, gap="small"):
        for number, example in enumerate(catalogue.profile.examples):
            st.button(
                label(example),
                key=f"example-{number}",
                on_click=say,
                args=(view, example),
            )
    offer_onboarding(view)
