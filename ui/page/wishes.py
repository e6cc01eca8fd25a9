"""What is wanted, as chips above the message box: a click takes one back."""

import streamlit as st

from agent.chips import chips
from tools.change import Change
from tools.preferences import from_json
from ui.page.text import label
from ui.page.view import View, say


def draw_wishes(view: View) -> None:
    """Draw the chips, and the ways back."""
    if not view.conversation["history"]:
        return
    preferences = from_json(view.conversation["preferences"])
    with st.container(key="wishes", horizontal=True, gap="small"):
        for chip in chips(view.recommender.index.catalogue, preferences):
            _act(view, chip.name, chip.label, chip.message, chip.change, "close")
        _act(view, "undo", "Undo", "Undo", Change(undo=True), "undo")
        _act(view, "over", "Start over", "Start over", None, "refresh")


def _act(view: View, name: str, words: str, message: str, change: Change | None, icon: str) -> None:
    way_back = icon != "close"
    st.button(
        label(words),
        key=f"{'back' if way_back else 'chip'}-{name}",
        type="tertiary" if way_back else "secondary",
        icon=f":material/{icon}:",
        icon_position="left" if way_back else "right",
        disabled=view.busy,
        on_click=say,
        args=(view, message, change),
    )
