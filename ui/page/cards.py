"""The cards of the last list, which act, and the shelf of an earlier one, which does not."""

from collections.abc import Sequence

import streamlit as st

from agent.cards import Card
from tools.change import Change
from ui.page.cover import cover
from ui.page.text import html, label
from ui.page.view import View, say


def draw_cards(view: View, cards: Sequence[Card]) -> None:
    """Draw a list that can be acted upon."""
    for card in cards:
        with st.container(key=f"card-{card.rank}"):
            st.html(card_html(card))
            with st.container(key=f"acts-{card.rank}", horizontal=True, gap="small"):
                _act(view, card, "More like this", f"More like {card.title}", "like")
                _act(view, card, "Not this", f"Not {card.title}", "disliked")
                _act(view, card, "Seen it", f"I have seen {card.title}", "seen")
                _act(view, card, "Why?", f"Why #{card.rank}?", "")


def _act(view: View, card: Card, words: str, message: str, field: str) -> None:
    pointed = f"#{card.rank}"
    change = {
        "like": Change(like=(pointed,)),
        "disliked": Change(disliked=(pointed,)),
        "seen": Change(seen=(pointed,)),
    }.get(field)
    st.button(
        label(words),
        key=f"{field or 'why'}-{card.id}",
        type="tertiary",
        disabled=view.busy,
        on_click=say,
        args=(view, message, change),
    )


def draw_shelf(cards: Sequence[Card]) -> None:
    """Draw an earlier list in one row."""
    tiles = "".join(f"<li>{cover_html(card)}<span>{html(card.title)}</span></li>" for card in cards)
    st.html(f'<ol class="os-shelf" aria-label="Shown then">{tiles}</ol>')


def card_html(card: Card) -> str:
    """Return a card; every value is escaped."""
    return (
        f'<article class="os-card">{cover_html(card)}<div class="os-head">'
        f"<h3><b>{card.rank}</b> {_title(card)}</h3>"
        f'<p class="os-facts">{_facts(card)}</p>{_tags(card)}</div>'
        f'<div class="os-body">{_because(card)}{_story(card)}</div></article>'
    )


def cover_html(card: Card) -> str:
    """Return a title's cover: the drawn one, with the picture over it where there is one."""
    picture = ""
    if card.image.startswith("https://"):
        picture = (
            f'<img src="{html(card.image)}" alt="" loading="lazy" referrerpolicy="no-referrer">'
        )
    return f'<div class="os-cover"><img src="{cover(card)}" alt="">{picture}</div>'


def _title(card: Card) -> str:
    if not card.link.startswith(("https://", "http://")):
        return html(card.title)
    return f'<a href="{html(card.link)}" target="_blank" rel="noopener">{html(card.title)}</a>'


def _facts(card: Card) -> str:
    told = [f"<span>{html(fact)}</span>" for fact in card.facts]
    if card.score:
        told.insert(
            0, f'<strong aria-label="score {html(card.score)}">★ {html(card.score)}</strong>'
        )
    return " ".join(told)


def _tags(card: Card) -> str:
    tags = "".join(f"<li>{html(tag)}</li>" for tag in card.tags)
    return f'<ul class="os-tags" aria-label="Kinds">{tags}</ul>' if tags else ""


def _because(card: Card) -> str:
    reasons = "".join(f"<li>{html(_capital(reason))}</li>" for reason in card.because)
    return f'<ul class="os-because" aria-label="Reasons">{reasons}</ul>' if reasons else ""


def _story(card: Card) -> str:
    if not card.story:
        return ""
    return f"<details><summary>What it is about</summary><p>{html(card.story)}</p></details>"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
