"""Signing in, where the server is set up for it."""

import streamlit as st

from ui.page.text import html
from ui.page.texts import text


def draw_sign_in() -> None:
    """Draw the page of somebody who has not signed in."""
    about = html(text("signin.about"))
    st.html(f'<div class="os-welcome"><h1>{html(text("signin.title"))}</h1><p>{about}</p></div>')
    st.button(text("signin.title"), key="sign-in", type="primary", on_click=st.login)


def draw_sign_out() -> None:
    """Draw the way out, for who has signed in."""
    if st.user.get("is_logged_in"):
        name = str(st.user.get("name") or st.user.get("email") or "")
        st.html(f'<p class="os-small">{html(name)}</p>')
        st.button(text("signin.out"), key="sign-out", type="tertiary", on_click=st.logout)
