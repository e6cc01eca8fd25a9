"""The page before the first word."""

import streamlit as st

from ui.page.text import html, label
from ui.page.view import View, say


def draw_welcome(view: View) -> None:
    """Draw what can be asked, with examples that ask it."""
    catalogue = view.recommender.index.catalogue
    noun = catalogue.profile.noun
    st.html(
        '<div class="os-welcome"><h1>What are you in the mood for?</h1>'
        f"<p>Name a {html(noun.one)} that you love, a genre or a feeling, and refine in your own "
        f"words. Every suggestion is one of {len(catalogue):,} {html(noun.many)}, with its "
        "reasons.</p></div>"
    )
    with st.container(key="examples", horizontal=True, gap="small"):
        for number, example in enumerate(catalogue.profile.examples):
            st.button(
                label(example),
                key=f"example-{number}",
                on_click=say,
                args=(view, example),
            )
