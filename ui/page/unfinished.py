"""A turn that is no history: it failed or was stopped."""

from ui.page.foot import edit_html
from ui.page.live import Acted, button, draw_live
from ui.page.text import html
from ui.page.texts import text
from ui.page.trouble import draw_trouble
from ui.page.turns import RunningTurn
from ui.page.view import View, say


def draw_unfinished(view: View, turn: RunningTurn) -> None:
    """Draw why a turn did not end, and the ways on."""
    progress = turn.progress
    if progress.trouble:
        draw_trouble(progress.trouble)
    quiet = f'<p class="os-quiet" role="status">{html(text("message.stopped"))}</p>'
    retry = button("retry", text("message.retry"), style="os-primary")
    edit = edit_html("edit-unfinished", turn.message, view.settings)
    draw_live(
        "unfinished",
        f'<div class="os-foot">{quiet if progress.stopped else ""}'
        f'<div class="os-acts">{retry}{edit}</div></div>',
        lambda acted: _again(view, turn, acted),
    )


def _again(view: View, turn: RunningTurn, acted: Acted) -> None:
    if acted["act"] == "retry":
        say(view, turn.message, turn.change, turn.again)
    elif acted["act"] == "edit":
        say(view, acted.get("message", ""), again=turn.again)
