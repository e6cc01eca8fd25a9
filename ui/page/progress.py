"""A turn as it happens, and what it took once it is over."""

from collections.abc import Mapping, Sequence

import streamlit as st

from ui.page.text import around_the_list, html, listed_so_far, without_a_stub
from ui.page.turns import Progress, RunningTurn

PATIENCE = 0.2  # seconds between two looks: Streamlit stops a script only where it draws
WORDS = {
    "rewrite": "Reading your wish",
    "retrieve": "Searching {size:,} {noun}",
    "ground": "Checking the evidence",
    "relax": "Loosening what can give",
    "rank": "Ranking",
    "answer": "Writing",
    "verify": "Checking every claim",
    "clarify": "Finding the right question",
    "inspect": "Thinking about your question",
    "tools": "Looking it up",
    "converse": "Answering",
}


def follow(turn: RunningTurn, size: int, noun: str) -> None:
    """Draw a running turn until it is over, then the page again."""
    steps, text, waiting = st.empty(), st.empty(), st.empty()
    progress = turn.progress
    while not progress.done:
        steps.html(_steps(progress.steps, size, noun))
        opening, closing = around_the_list(without_a_stub(progress.text))
        text.markdown(f"{opening}\n\n{closing}")
        waiting.html(_waiting(progress))
        progress = turn.wait(progress.events, PATIENCE)
    st.rerun()


def draw_timings(timings: Mapping[str, float], size: int, noun: str) -> None:
    """Draw the steps of a finished turn, folded away."""
    rows = "".join(
        f"<li>{html(_words(name, size, noun))}<span>{ms:,.1f} ms</span></li>"
        for name, ms in timings.items()
        if name != "total"
    )
    total = timings.get("total", 0.0)
    st.html(
        f'<details class="os-timings"><summary>Answered in {_duration(total)}</summary>'
        f"<ol>{rows}</ol></details>"
    )


def _steps(steps: Sequence[str], size: int, noun: str) -> str:
    names = list(dict.fromkeys(steps)) or ["rewrite"]
    done = "".join(f"<li>{html(_words(name, size, noun))}</li>" for name in names[:-1])
    now = f'<li class="os-now">{html(_words(names[-1], size, noun))} …</li>'
    return f'<ol class="os-steps" role="status" aria-live="polite">{done}{now}</ol>'


def _waiting(progress: Progress) -> str:
    ghosts = '<div class="os-ghost"></div>' * max(1, listed_so_far(progress.text))
    return f'<div aria-hidden="true">{ghosts}</div>'


def _words(step: str, size: int, noun: str) -> str:
    return WORDS.get(step, step.capitalize()).format(size=size, noun=noun)


def _duration(ms: float) -> str:
    return f"{ms:,.0f} ms" if ms < 1000 else f"{ms / 1000:.1f} s"
