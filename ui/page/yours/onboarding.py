"""Three titles that a person loves, asked for once and never insisted on."""

import streamlit as st

from agent.cards import Card
from agent.finding import find_titles, well_known
from graph.memory import Entry
from ui.page.cardhtml import cover_html
from ui.page.dialogs import open_dialog
from ui.page.live import Acted, button, draw_live
from ui.page.text import html
from ui.page.texts import text, word
from ui.page.view import View
from ui.page.yours.rows import cards_of

ASKED = 3
MOST = 12  # titles that may be named
TILES = 12
PICKED, SKIPPED, SEARCH = "loved-picked", "loved-skipped", "loved-search"


def offer_onboarding(view: View) -> None:
    """Draw the question for somebody of whom nothing is known; nothing for others."""
    if view.taste or st.session_state.get(SKIPPED):
        return
    noun = view.recommender.index.catalogue.profile.noun
    ask = html(text("onboarding.offer", many=word(noun.many)))
    acts = button("name", text("onboarding.begin"), style="os-primary")
    acts += button("skip", text("onboarding.skip"))
    draw_live("onboarding", f'<div class="os-offer"><p>{ask}</p>{acts}</div>', _answer)


def _answer(acted: Acted) -> None:
    if acted["act"] == "name":
        st.session_state[PICKED] = []
        open_dialog("onboarding")
    else:
        st.session_state[SKIPPED] = True


def draw_onboarding(view: View) -> None:
    """Open the dialog: titles to pick from, and a search over all."""

    @st.dialog(text("onboarding.title"), width="large")
    def opened() -> None:
        words = st.text_input(
            text("onboarding.search"),
            key=SEARCH,
            placeholder=text("onboarding.search"),
            icon=":material/search:",
            label_visibility="collapsed",
        )
        picked: list[str] = st.session_state.setdefault(PICKED, [])
        draw_live("loved-tiles", _tiles_html(view, words, picked), _pick)
        _draw_end(view, picked)

    opened()


def _tiles_html(view: View, words: str, picked: list[str]) -> str:
    index = view.recommender.index
    found = find_titles(index, words, TILES) if words.strip() else well_known(index, TILES)
    ids = dict.fromkeys([*picked, *found])
    if not found:
        return f'<p class="os-quiet">{html(text("onboarding.none"))}</p>{_grid(view, picked, ids)}'
    return _grid(view, picked, ids)


def _grid(view: View, picked: list[str], ids: dict[str, None]) -> str:
    tiles = "".join(_tile(card, card.id in picked) for card in cards_of(view, ids))
    return f'<ul class="os-choices">{tiles}</ul>'


def _tile(card: Card, pressed: bool) -> str:
    return (
        f'<li><button type="button" data-act="pick" data-id="{html(card.id)}" '
        f'aria-pressed="{str(pressed).lower()}">{cover_html(card)}'
        f"<span>{html(card.title)}</span></button></li>"
    )


def _pick(acted: Acted) -> None:
    picked: list[str] = st.session_state[PICKED]
    if acted["id"] in picked:
        picked.remove(acted["id"])
    elif len(picked) < MOST:
        picked.append(acted["id"])


def _draw_end(view: View, picked: list[str]) -> None:
    left = max(0, ASKED - len(picked))
    told = text("onboarding.left", count=left) if left else text("onboarding.enough")
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(
            text("onboarding.keep"), key="loved-keep", type="primary", disabled=not picked
        ):
            shelf = view.recommender.shelf(view.user)
            shelf.put_all([Entry(item, "loved") for item in picked])
            st.rerun()
        st.html(f'<p class="os-quiet" role="status">{html(told)}</p>')
