"""The tones of the last list against what it should be like."""

import streamlit as st

from agent.pictures import ToneBar, tone_bars
from tools.preferences import Preferences, from_json
from tools.wording import listed
from ui.page.text import html
from ui.page.texts import text, word
from ui.page.view import View

SAME = 0.08  # of 2: nearer places look the same


def draw_tones(view: View) -> None:
    """Draw one row a tone: each title a dot, the anchors a line; nothing without a list."""
    preferences = from_json(view.conversation["preferences"])
    shown = [each["id"] for each in view.conversation["recommendations"]]
    bars = tone_bars(view.recommender.index, shown, preferences)
    if not bars:
        st.html(f'<p class="os-small">{html(text("tones.absent"))}</p>')
        return
    st.html(tones_html(bars, _named(view, preferences)))


def _named(view: View, preferences: Preferences) -> str:
    """Return the titles that the list should be like."""
    catalogue = view.recommender.index.catalogue
    known = [each for each in preferences.anchors if each in catalogue]
    return listed([catalogue[each].title for each in known], text("list.and"))


def tones_html(bars: list[ToneBar], anchors: str) -> str:
    """Return the rows with their legend; every title is escaped."""
    rows = "".join(_row(bar, anchors) for bar in bars)
    key = f'<li class="os-key-list">{html(text("tones.list"))}</li>'
    if anchors:
        key += f'<li class="os-key-anchor">{html(anchors)}</li>'
    return f'<figure class="os-tonebars"><ul class="os-key">{key}</ul><ul>{rows}</ul></figure>'


def _row(bar: ToneBar, anchors: str) -> str:
    start = bar.anchor if bar.anchor is not None else 0.0
    left, right = sorted((_across(start), _across(bar.mean)))
    dots = "".join(
        f'<i style="left:{_across(value):.1f}%" title="{html(title)}"></i>'
        for title, value in bar.places
    )
    anchor = f'<b style="left:{_across(start):.1f}%"></b>' if bar.anchor is not None else ""
    wanted = " os-wanted" if bar.wanted else ""
    return (
        f'<li class="os-tonebar{wanted}"><span>{html(word(bar.low))}</span>'
        f'<div role="img" aria-label="{html(_said(bar, anchors))}">'
        f'<s style="left:{left:.1f}%;width:{right - left:.1f}%"></s>{anchor}{dots}</div>'
        f"<span>{html(word(bar.high))}</span></li>"
    )


def _across(value: float) -> float:
    return 2 + 48 * (1 + max(-1.0, min(1.0, value)))


def _said(bar: ToneBar, anchors: str) -> str:
    """Return a row in words."""
    start = bar.anchor if bar.anchor is not None else 0.0
    than = anchors if bar.anchor is not None else text("tones.middle")
    if abs(bar.mean - start) < SAME:
        return text("tones.same", low=word(bar.low), high=word(bar.high), than=than)
    return text("tones.apart", tone=word(bar.high if bar.mean > start else bar.low), than=than)
