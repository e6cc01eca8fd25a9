"""The conversation: what was said, what was shown, and the turn that is running."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from agent.cards import make_cards
from ui.page.cards import draw_cards, draw_shelf
from ui.page.progress import draw_timings, follow
from ui.page.text import around_the_list, html
from ui.page.trouble import draw_trouble
from ui.page.view import View

AVATAR = ":material/auto_awesome:"
# Streamlit would stay where it is, above what is new. Runs when its attributes change.
TO_THE_LAST_QUESTION = """
<span class="os-hidden" data-session="{session}" data-turns="{turns}" data-busy="{busy}"></span>
<script>
setTimeout(() => {{
  const asked = document.querySelectorAll('[data-testid="stChatMessageAvatarUser"]');
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  asked[asked.length - 1]?.parentElement.scrollIntoView({{behavior: still ? "auto" : "smooth"}});
}}, 150);
</script>
"""


def draw_talk(view: View) -> None:
    """Draw the whole conversation."""
    history = view.conversation["history"]
    listed = view.conversation["recommendations"]
    for place, turn in enumerate(history):
        last = place == len(history) - 1
        _said(turn["message"])
        with st.chat_message("assistant", avatar=AVATAR):
            _answered(view, turn, listed)
            if last and not view.busy:
                _took(view)
    _scroll(view)
    _unfinished(view)


def _scroll(view: View) -> None:
    if view.session:
        turns, busy = len(view.conversation["history"]), str(view.busy).lower()
        script = TO_THE_LAST_QUESTION.format(session=view.session.id, turns=turns, busy=busy)
        st.html(script, unsafe_allow_javascript=True)


def _said(message: str) -> None:
    with st.chat_message("user"):
        st.html(f'<p class="os-said">{html(message)}</p>')


def _answered(view: View, turn: Mapping[str, Any], listed: Sequence[Mapping[str, Any]]) -> None:
    shown = turn["shown"]
    if not shown:
        st.markdown(turn["answer"])
        return
    opening, closing = around_the_list(turn["answer"])
    st.markdown(opening)
    if shown == [each["id"] for each in listed]:
        draw_cards(view, make_cards(view.recommender.index, listed))
    else:
        draw_shelf(make_cards(view.recommender.index, [{"id": each} for each in shown]))
    if closing:
        st.markdown(closing)


def _took(view: View) -> None:
    if view.progress and (reply := view.progress.reply):
        catalogue = view.recommender.index.catalogue
        draw_timings(reply["timings_ms"], len(catalogue), catalogue.profile.noun.many)


def _unfinished(view: View) -> None:
    """Draw the turn that is running, or the sentence of one that failed: neither is history."""
    if not view.latest or not view.progress or view.progress.reply:
        return
    _said(view.latest.message)
    with st.chat_message("assistant", avatar=AVATAR):
        if view.progress.trouble:
            draw_trouble(view.progress.trouble)
        else:
            catalogue = view.recommender.index.catalogue
            follow(view.latest, len(catalogue), catalogue.profile.noun.many)
