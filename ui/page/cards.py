"""The last list, whose cards act, and the shelf of an earlier one, which does not."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from agent.cards import Card, make_cards
from ui.page.acting import act_on_item
from ui.page.cardhtml import COMPARED, Scene, card_html, cover_html, tile_html
from ui.page.live import button, draw_live
from ui.page.text import html
from ui.page.texts import language, text
from ui.page.view import View


def draw_cards(view: View, reply: Mapping[str, Any]) -> None:
    """Draw the lists of a reply: what is close to the wish, and what is picked by taste."""
    wish = make_cards(view.recommender.index, reply.get("recommendations", ()), language())
    personal = make_cards(view.recommender.index, reply.get("personal", ()), language())
    taste = view.taste
    scene = Scene("wish", view.busy, taste.watch, taste.loved, taste.seen)
    cards = "".join(card_html(card, scene) for card in wish)
    hidden = "" if personal else ' class="os-heard"'
    heading = f"<h2{hidden}>{html(text('shelf.wish'))}</h2>"
    body = f'<section aria-label="{html(text("shelf.wish"))}">{heading}{cards}</section>'
    draw_live(
        "cards",
        f'<div class="os-cards">{body}{_personal(personal, scene)}{_compare_bar()}</div>',
        lambda acted: act_on_item(view, acted),
    )


def draw_shelf(cards: Sequence[Card]) -> None:
    """Draw an earlier list in one row."""
    tiles = "".join(f"<li>{cover_html(card)}<span>{html(card.title)}</span></li>" for card in cards)
    label = html(text("talk.shown_then"))
    st.html(f'<ol class="os-shelf" tabindex="0" aria-label="{label}">{tiles}</ol>')


def _personal(cards: Sequence[Card], scene: Scene) -> str:
    if not cards:
        return ""
    here = Scene("personal", scene.busy, scene.watch, scene.loved, scene.seen)
    tiles = "".join(tile_html(card, here) for card in cards)
    heading = html(text("shelf.personal"))
    return (
        f'<section class="os-personal" aria-label="{heading}"><h2>{heading}</h2>'
        f'<div class="os-tiles" tabindex="0" role="group" aria-label="{heading}">{tiles}</div>'
        "</section>"
    )


def _compare_bar() -> str:
    """Return the bar that appears with the first title picked for comparison."""
    compare = button("compare", text("compare.title"), style="os-primary", picked="")
    return (
        f'<div class="os-picks" data-picks="{COMPARED}" role="status" hidden>'
        f"<span>{html(text('compare.picked'))} <b data-count>0</b></span>{compare}"
        f"{button('unpick', text('message.cancel'))}</div>"
    )
