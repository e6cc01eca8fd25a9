"""The pictures of a conversation under its last answer, drawn once somebody opens them."""

import streamlit as st

from ui.page.pictures.ranges import draw_ranges
from ui.page.pictures.tastemap import draw_taste_map
from ui.page.pictures.tones import draw_tones
from ui.page.texts import text
from ui.page.view import View

VIEWS = {"map": draw_taste_map, "tones": draw_tones, "ranges": draw_ranges}


def draw_pictures(view: View) -> None:
    """Draw the folded panel; what is folded costs nothing."""
    panel = st.expander(
        text("pictures.title"), key="pictures", icon=":material/bubble_chart:", on_change="rerun"
    )
    if not panel.open:
        return
    with panel:
        chosen = st.segmented_control(
            text("pictures.title"),
            list(VIEWS),
            default="map",
            required=True,
            format_func=lambda name: text(f"{name}.title"),
            key="picture",
            label_visibility="collapsed",
        )
        VIEWS[chosen or "map"](view)
