"""What stands under an answer: why and cost, thumbs, and for the last one a second try."""

from collections.abc import Mapping
from typing import Any

from agent.settings import Settings
from graph.memory import Verdict
from infra import metrics
from ui.page.live import Acted, button, draw_live
from ui.page.text import html
from ui.page.texts import text
from ui.page.view import View, say
from ui.page.why import why_html

Reply = Mapping[str, Any]
LONGEST_REASON = 500


def draw_foot(view: View, reply: Reply, last: bool) -> None:
    """Draw the foot of an answer."""
    turn = reply.get("turn")
    if view.session is None or not turn:
        return
    ways = _again_html(view, reply) if last and not view.busy else ""
    drawn = f'{why_html(view, reply)}<div class="os-acts">{_thumbs(reply)}{ways}</div>'
    draw_live(
        f"foot-{view.session.id}-{turn}",
        f'<div class="os-foot">{drawn}{_reason(reply)}</div>',
        lambda acted: _act(view, reply, acted),
    )


def _thumbs(reply: Reply) -> str:
    given = _given(reply).get("verdict")
    return "".join(
        button(
            verdict,
            "",
            icon=f'<span aria-hidden="true">{sign}</span>',
            hidden=text(f"thumb.{verdict}"),
            style="os-mark",
            pressed=given == verdict,
        )
        for verdict, sign in (("up", "👍"), ("down", "👎"))
    )


def _reason(reply: Reply) -> str:
    """Return the question why an answer was of no help, or thanks."""
    given = _given(reply)
    if not given.get("verdict"):
        return ""
    if given["verdict"] == "up" or given.get("reason"):
        return f'<p class="os-quiet" role="status">{html(text("thumb.thanks"))}</p>'
    ask, send = html(text("thumb.reason")), html(text("message.send"))
    return (
        f'<form data-act="reason"><label>{ask}<input name="reason" maxlength="{LONGEST_REASON}" '
        f'autocomplete="off" id="reason-{reply["turn"]}"></label>'
        f'<button type="submit" class="os-button os-primary">{send}</button></form>'
    )


def _again_html(view: View, reply: Reply) -> str:
    """Return the ways to say the last message once more, as it was or otherwise."""
    retry = button("retry", text("message.retry")) if view.latest else ""
    return f"{retry}{edit_html('edit', reply['message'], view.settings)}"


def edit_html(name: str, message: str, settings: Settings) -> str:
    """Return the folded form in which a message is put otherwise; sent, it acts as `edit`."""
    words, send = html(text("message.edit")), html(text("message.send"))
    label, longest = html(text("message.edit_title")), settings.limits.message_characters
    return (
        f'<details class="os-edit" id="{name}"><summary class="os-button">{words}</summary>'
        f'<form data-act="edit"><textarea name="message" rows="2" required maxlength="{longest}" '
        f'aria-label="{label}">{html(message)}</textarea>'
        f'<button type="submit" class="os-button os-primary">{send}</button></form></details>'
    )


def _act(view: View, reply: Reply, acted: Acted) -> None:
    match acted["act"]:
        case "up":
            _judge(view, reply, "" if _given(reply).get("verdict") == "up" else "up")
        case "down":
            _judge(view, reply, "" if _given(reply).get("verdict") == "down" else "down")
        case "reason":
            _judge(view, reply, "down", acted.get("reason", "").strip()[:LONGEST_REASON])
        case "edit":
            say(view, acted.get("message", ""), again=True)
        case "retry" if view.latest:
            say(view, view.latest.message, view.latest.change, again=True)


def _judge(view: View, reply: Reply, verdict: Verdict, reason: str = "") -> None:
    assert view.session is not None
    view.recommender.feedback(view.session, reply["turn"], verdict, reason)
    if verdict and not reason:
        metrics.judged(verdict)


def _given(reply: Reply) -> Mapping[str, str]:
    given: Mapping[str, str] = reply.get("feedback") or {}
    return given
