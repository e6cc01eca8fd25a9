"""The conversation: what was said, what was shown, and the turn that is running."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from agent.cards import make_cards
from ui.page.cards import draw_cards, draw_shelf
from ui.page.foot import draw_foot
from ui.page.pictures import draw_pictures
from ui.page.progress import follow
from ui.page.text import around_the_list, html
from ui.page.texts import language, text
from ui.page.unfinished import draw_unfinished
from ui.page.view import View

Reply = Mapping[str, Any]
AVATAR = ":material/auto_awesome:"
DRAWN = "drawn"  # how many turns of a conversation are drawn
WINDOW = 8
# Streamlit would stay where it is, above what is new, and may lose the focus of the box that it
# disables while a turn runs; a phone's keyboard stays away. Runs when its attributes change.
TO_THE_LAST_QUESTION = """
<span class="os-hidden" data-session="{session}" data-turns="{turns}" data-busy="{busy}"></span>
<script>
setTimeout(() => {{
  const asked = document.querySelectorAll('[data-testid="stChatMessageAvatarUser"]');
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  asked[asked.length - 1]?.parentElement.scrollIntoView({{behavior: still ? "auto" : "smooth"}});
  const write = (tries) => {{
    const box = document.querySelector('[data-testid="stChatInputTextArea"]');
    if (!box || document.activeElement !== document.body) return;
    if (box.disabled && tries) setTimeout(write, 100, tries - 1);
    else box.focus({{preventScroll: true}});
  }};
  if (!{busy} && matchMedia("(pointer: fine)").matches) write(30);
}}, 150);
</script>
"""


def draw_talk(view: View) -> None:
    """Draw the latest turns of the conversation, and the way to earlier ones."""
    drawn = _drawn(view)
    replies = view.replies(drawn)
    _announce(view, replies)
    if replies and replies[0].get("turn", 1) > 1 and len(replies) == drawn:
        with st.container(key="earlier", horizontal_alignment="center"):
            words = text("talk.earlier")
            st.button(words, key="more", type="tertiary", on_click=_more, args=(view,))
    if view.busy and view.latest and view.latest.again:
        replies = replies[:-1]  # the running turn takes its place
    listed = _place_of_the_list(replies)
    for place, reply in enumerate(replies):
        _said(reply["message"])
        with st.chat_message("assistant", avatar=AVATAR):
            last = place == len(replies) - 1
            _answered(view, reply, place == listed)
            draw_foot(view, reply, last)
            if last and not view.busy:
                draw_pictures(view)
    _scroll(view, replies[-1]["turn"] if replies else 0)
    _unfinished(view)


def _drawn(view: View) -> int:
    """Return how many turns are drawn: of another conversation, what was asked for here is none."""
    session, turns = st.session_state.get(DRAWN, ("", WINDOW))
    return int(turns) if view.session and view.session.id == session else WINDOW


def _more(view: View) -> None:
    if view.session:
        st.session_state[DRAWN] = (view.session.id, _drawn(view) + WINDOW)


def _announce(view: View, replies: Sequence[Reply]) -> None:
    """Head the page and tell of a new answer, for those who hear it."""
    title = view.session.title if view.session else ""
    answer = ""
    if replies and not view.busy:
        opening, _ = around_the_list(replies[-1]["answer"])
        titles = (each["title"] for each in replies[-1].get("recommendations", ()))
        answer = text("talk.answered", answer=" ".join([opening, ", ".join(titles)]))
    st.html(
        f'<h1 class="os-heard">{html(title or "Osusume")}</h1>'
        f'<div class="os-heard" role="status" aria-live="polite">{html(answer)}</div>'
    )


def _place_of_the_list(replies: list[dict[str, Any]]) -> int:
    """Return the place of the last turn with a list: its cards act."""
    return max((n for n, reply in enumerate(replies) if reply.get("recommendations")), default=-1)


def _scroll(view: View, turns: int) -> None:
    if view.session:
        busy = str(view.busy).lower()
        script = TO_THE_LAST_QUESTION.format(session=view.session.id, turns=turns, busy=busy)
        st.html(script, unsafe_allow_javascript=True)


def _said(message: str) -> None:
    with st.chat_message("user"):
        st.html(f'<p class="os-said">{html(message)}</p>')


def _answered(view: View, reply: Reply, acts: bool) -> None:
    if not reply.get("recommendations"):
        st.markdown(reply["answer"])
    else:
        opening, closing = around_the_list(reply["answer"])
        st.markdown(opening)
        if acts:
            draw_cards(view, reply)
        else:
            draw_shelf(make_cards(view.recommender.index, reply["recommendations"], language()))
        if closing:
            st.markdown(closing)
    _quietly(reply)


def _quietly(reply: Reply) -> None:
    """Draw what there is to say beside the answer: what was given up, what failed."""
    said = reply["answer"]
    lines = [f"{each}." for each in reply.get("relaxed", ()) if each not in said]
    if unknown := [each for each in reply.get("unknown_titles", ()) if each not in said]:
        lines.append(text("talk.unknown", titles=", ".join(unknown)))
    lines += reply.get("notices", ())
    if lines:
        told = "".join(f"<p>{html(line)}</p>" for line in lines)
        st.html(f'<div class="os-quiet" role="note">{told}</div>')


def _unfinished(view: View) -> None:
    """Draw the turn that is running, or one that failed or was stopped: neither is history."""
    if not view.latest or not view.progress or view.progress.reply:
        return
    _said(view.latest.message)
    with st.chat_message("assistant", avatar=AVATAR):
        if view.busy:
            follow(view, view.latest)
        draw_unfinished(view, view.latest)
