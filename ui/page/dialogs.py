"""Dialogs: what a click asks for is opened at the end of the page's run."""

from collections.abc import Callable, Mapping

import streamlit as st

from ui.page.view import View

KEY = "dialog"
Dialog = Callable[..., None]


def open_dialog(name: str, **what: object) -> None:
    """Let this run of the page end with a dialog."""
    st.session_state[KEY] = (name, what)


def draw_dialog(view: View, dialogs: Mapping[str, Dialog]) -> None:
    """Draw the dialog that a click asked for, if one did."""
    name, what = st.session_state.pop(KEY, ("", {}))
    if name in dialogs:
        dialogs[name](view, **what)
