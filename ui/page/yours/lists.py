"""The watch list, and what was seen, loved and rejected, in dialogs."""

from collections.abc import Iterable

import streamlit as st

from agent.cards import Card
from data.items import fold
from graph.memory import Entry, Kind
from ui.page.live import draw_live
from ui.page.text import html
from ui.page.texts import figure, text
from ui.page.view import View
from ui.page.yours.rows import act_html, acting, cards_of, leave_if_asked, row_html

ROWS = 60  # drawn at once; the rest is found by searching
MET: tuple[Kind, ...] = ("loved", "seen", "disliked")
MARKS = {"loved": "♥", "seen": "✓", "disliked": "✕"}


def draw_watch_list(view: View) -> None:
    """Open the titles that are to be watched, newest first."""

    @st.dialog(text("yours.watch"), width="medium")
    def opened() -> None:
        shelf = view.recommender.shelf(view.user)
        cards = cards_of(view, (entry.item for entry in shelf.entries("watch")))
        draw_live("watch-list", _watch_html(view, cards), acting(view, _put))
        leave_if_asked()

    def _put(act: str, item: str) -> None:
        shelf = view.recommender.shelf(view.user)
        if act == "seen":
            shelf.put(item, "seen")
        elif act == "remove":
            shelf.take(item, "watch")

    opened()


def _watch_html(view: View, cards: list[Card]) -> str:
    if not cards:
        return f'<p class="os-quiet">{html(text("watch.empty"))}</p>'
    rows = (
        row_html(card, "".join(act_html(view, act, card) for act in ("more", "seen", "remove")))
        for card in cards[:ROWS]
    )
    return f'<ul class="os-rows">{"".join(rows)}</ul>{_rest(len(cards))}'


def draw_history(view: View) -> None:
    """Open what was seen, loved and rejected, newest first."""

    @st.dialog(text("yours.history"), width="medium")
    def opened() -> None:
        entries = view.recommender.shelf(view.user).entries()
        kinds = st.segmented_control(
            text("history.kinds"),
            MET,
            default=["loved", "seen"],
            selection_mode="multi",
            format_func=lambda kind: text(f"history.{kind}"),
            key="history-kinds",
            label_visibility="collapsed",
        )
        words = st.text_input(
            text("history.search"),
            key="history-search",
            placeholder=text("history.search"),
            label_visibility="collapsed",
        )
        met = _met(entries, kinds)
        cards = [card for card in cards_of(view, met) if fold(words) in fold(card.title)]
        draw_live("history", _history_html(view, cards, met), acting(view, _put))
        leave_if_asked()

    def _put(act: str, item: str) -> None:
        shelf = view.recommender.shelf(view.user)
        if act == "love":
            shelf.put(item, "loved")
        elif act == "remove":
            for kind in MET:
                shelf.take(item, kind)

    opened()


def _met(entries: Iterable[Entry], kinds: Iterable[str]) -> dict[str, list[Entry]]:
    """Return what was said of each title of which one of the kinds was said."""
    met: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.kind in MET:
            met.setdefault(entry.item, []).append(entry)
    wanted = set(kinds)
    return {item: said for item, said in met.items() if wanted & {each.kind for each in said}}


def _history_html(view: View, cards: list[Card], met: dict[str, list[Entry]]) -> str:
    if not cards:
        return f'<p class="os-quiet">{html(text("history.empty"))}</p>'
    rows = (
        row_html(card, _history_acts(view, card, met[card.id]), _told(met[card.id]))
        for card in cards[:ROWS]
    )
    return f'<ul class="os-rows">{"".join(rows)}</ul>{_rest(len(cards))}'


def _history_acts(view: View, card: Card, said: list[Entry]) -> str:
    acts = ["more", "remove"] if any(each.kind == "loved" for each in said) else _UNLOVED
    return "".join(act_html(view, act, card) for act in acts)


_UNLOVED = ["more", "love", "remove"]


def _told(said: list[Entry]) -> str:
    words = [f"{MARKS[each.kind]} {text(f'history.{each.kind}')}" for each in said]
    rating = next((each.rating for each in said if each.rating is not None), None)
    if rating is not None:
        words.append(text("history.rated", rating=figure(rating, 1 if rating % 1 else 0)))
    return " · ".join(words)


def _rest(count: int) -> str:
    if count <= ROWS:
        return ""
    return f'<p class="os-quiet">{html(text("rows.rest", count=count - ROWS))}</p>'
