"""The dialog with all of one title."""

from collections.abc import Sequence

import streamlit as st

from agent.sheets import Entry, Row, Sheet, Tone, make_sheet
from ui.page.acting import act_on_item
from ui.page.cardhtml import cover_html, facts_html, notes_html, tags_html
from ui.page.icons import ICONS
from ui.page.live import Acted, button, draw_live
from ui.page.text import html
from ui.page.texts import language, text
from ui.page.view import View

ITEM = "details-item"
LEAVING = "details-leaving"


def draw_details(view: View, item: str) -> None:
    """Open the dialog of a title; another one of its franchise or alike can be gone to."""
    st.session_state[ITEM] = item

    @st.dialog(text("card.details"), width="large")
    def opened() -> None:
        sheet = make_sheet(view.recommender.index, st.session_state[ITEM], language())
        draw_live("details", sheet_html(sheet, view.busy), lambda acted: _act(view, acted))
        if st.session_state.pop(LEAVING, False):
            st.rerun()

    opened()


def _act(view: View, acted: Acted) -> None:
    if acted["act"] == "details":
        if acted["id"] in view.recommender.index.catalogue:
            st.session_state[ITEM] = acted["id"]
        return
    act_on_item(view, acted)
    st.session_state[LEAVING] = True


def sheet_html(sheet: Sheet, busy: bool) -> str:
    """Return the dialog's inside."""
    card = sheet.card
    names = " · ".join(html(name) for name in (card.alias, card.native) if name)
    suits = f'<p class="os-suits">{html(text("details.suits", suits=sheet.suits))}</p>'
    return (
        f'<div class="os-sheet"><div class="os-top">{cover_html(card)}<div>'
        f'<h2>{html(card.title)}</h2><p class="os-alias">{names}</p>'
        f'<p class="os-facts">{facts_html(card)}</p>{tags_html(card)}{notes_html(card)}'
        f'<div class="os-acts">{_acts(sheet, busy)}</div></div></div>'
        f"{_part('story', f'<p>{html(card.story)}</p>' if card.story else '')}"
        f"{suits if sheet.suits else ''}"
        f"{_part('order', _order(sheet.order))}"
        f"{_part('facts', facts_table(sheet.facts))}"
        f"{_part('tones', tones_html(sheet.tones))}"
        f"{_part('similar', _similar(sheet))}</div>"
    )


def facts_table(rows: Sequence[Row]) -> str:
    """Return facts as a list of terms."""
    told = "".join(
        f"<div><dt>{html(row.label)}</dt><dd>{html(row.values[0])}</dd></div>" for row in rows
    )
    return f'<dl class="os-sheet-facts">{told}</dl>' if told else ""


def tones_html(tones: Sequence[Tone]) -> str:
    """Return places between two ends, a mark for each title."""
    rows = "".join(
        f'<div class="os-tone"><span>{html(tone.low)}</span><i>'
        + "".join(f'<b style="--at:{(value + 1) / 2:.3f}"></b>' for value in tone.values)
        + f"</i><span>{html(tone.high)}</span></div>"
        for tone in tones
    )
    return f'<div class="os-tones">{rows}</div>' if rows else ""


def _acts(sheet: Sheet, busy: bool) -> str:
    card = sheet.card
    acts = (
        ("more", ICONS.more),
        ("not", ICONS.not_this),
        ("seen", ICONS.seen),
        ("love", ICONS.love),
        ("watch", ICONS.watch),
    )
    drawn = "".join(
        button(act, text(f"card.{act}"), icon=icon, id=card.id, disabled=busy) for act, icon in acts
    )
    return drawn + _link(card.link)


def _link(address: str) -> str:
    if not address.startswith(("https://", "http://")):
        return ""
    words = html(text("details.link"))
    return f'<a href="{html(address)}" target="_blank" rel="noopener noreferrer">{words}</a>'


def _part(heading: str, body: str) -> str:
    return f"<section><h3>{html(text(f'details.{heading}'))}</h3>{body}</section>" if body else ""


def _order(entries: Sequence[Entry]) -> str:
    rows = "".join(
        f"<li{' aria-current=true' if entry.here else ''}>"
        f"{html(entry.title) if entry.here else button('details', entry.title, id=entry.id)}"
        f"<span>{html(entry.told)}</span></li>"
        for entry in entries
    )
    return f'<ol class="os-order">{rows}</ol>' if rows else ""


def _similar(sheet: Sheet) -> str:
    tiles = "".join(
        f"<li>{cover_html(card)}{button('details', card.title, id=card.id)}</li>"
        for card in sheet.similar
    )
    return f'<ul class="os-shelf">{tiles}</ul>' if tiles else ""
