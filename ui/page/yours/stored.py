"""The dialog about all that is stored of a person: taken along, or deleted."""

import json
from collections import Counter

import streamlit as st

from ui.page.identity import on_this_computer
from ui.page.text import html
from ui.page.texts import text
from ui.page.view import View, show

NAME = "osusume.json"


def draw_stored(view: View) -> None:
    """Open the dialog."""

    @st.dialog(text("yours.stored"))
    def opened() -> None:
        st.html(f"<p>{html(_told(view))}</p>")
        st.download_button(
            text("stored.export"),
            lambda: _exported(view),
            NAME,
            "application/json",
            key="export-all",
            on_click="ignore",
            icon=":material/download:",
        )
        _draw_end(view)

    opened()


def _told(view: View) -> str:
    talks = len(view.recommender.memory.sessions(view.user))
    kinds = Counter(entry.kind for entry in view.recommender.shelf(view.user).entries())
    counts = {kind: kinds[kind] for kind in ("seen", "loved", "disliked", "watch")}
    return text("stored.about", talks=talks, where=_where(view), **counts)


def _where(view: View) -> str:
    return view.recommender.memory.where if on_this_computer() else text("stored.server")


def _exported(view: View) -> str:
    return json.dumps(view.recommender.memory.export(view.user), ensure_ascii=False, indent=2)


def _draw_end(view: View) -> None:
    st.html(f"<h3>{html(text('stored.end'))}</h3><p>{html(text('stored.warning'))}</p>")
    sure = st.checkbox(text("stored.sure"), key="forget-sure")
    if st.button(text("stored.forget"), key="forget", type="primary", disabled=not sure):
        view.recommender.memory.forget(view.user)
        show(None)
        st.rerun()
