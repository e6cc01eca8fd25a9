"""Titles as rows with what can be done with each, for the lists of a person."""

from collections.abc import Callable, Iterable

import streamlit as st

from agent.cards import Card, make_card
from ui.page.acting import act_on_item
from ui.page.cardhtml import cover_html, facts_html
from ui.page.live import Acted, button
from ui.page.text import html
from ui.page.texts import language, text
from ui.page.view import View

LEAVING = "yours-leaving"


def cards_of(view: View, ids: Iterable[str]) -> list[Card]:
    """Return the cards of the titles that the catalogue still has."""
    index = view.recommender.index
    known = (each for each in ids if each in index.catalogue)
    return [make_card(index, index.catalogue[each], 0, {}, language()) for each in known]


def row_html(card: Card, acts: str, told: str = "") -> str:
    """Return a title's row; `acts` are its buttons."""
    remark = f'<p class="os-told">{html(told)}</p>' if told else ""
    return (
        f'<li class="os-row">{cover_html(card)}<div><h3>{html(card.title)}</h3>'
        f'<p class="os-facts">{facts_html(card)}</p>{remark}<div class="os-acts">{acts}</div></div>'
        "</li>"
    )


def act_html(view: View, act: str, card: Card) -> str:
    """Return a button of a row, whose words tell the title to those who hear the page."""
    words = text(f"row.{act}")
    said = f"{words}: {card.title}"
    busy = view.busy and act == "more"
    return button(act, words, hidden=said, id=card.id, disabled=busy)


def acting(view: View, put: Callable[[str, str], None]) -> Callable[[Acted], None]:
    """Return what clicks on rows do: a wish leaves the dialog, the rest is `put` on the shelf."""

    def act(acted: Acted) -> None:
        if acted["act"] in ("more", "details"):
            act_on_item(view, acted)
            st.session_state[LEAVING] = True
        else:
            put(acted["act"], acted["id"])

    return act


def leave_if_asked() -> None:
    """Close the dialog if a click led out of it."""
    if st.session_state.pop(LEAVING, False):
        st.rerun()
