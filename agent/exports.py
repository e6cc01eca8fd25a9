"""A conversation as a file to take away."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from agent.templates.markdown import escape
from graph.memory import Session

Replies = Sequence[dict[str, Any]]
THUMBS = {"up": "👍", "down": "👎"}


def conversation_as_markdown(session: Session, replies: Replies) -> str:
    """Return a conversation as people read it: what was said, what was answered."""
    title = escape(session.title or "A conversation")
    return "\n\n".join([f"# {title}", f"Begun {session.begun}", *_turns(replies)]) + "\n"


def conversation_as_json(session: Session, replies: Replies) -> str:
    """Return a conversation as programs read it: every reply as it was answered."""
    told = {
        "id": session.id,
        "label": session.label,
        "title": session.title,
        "begun": session.begun,
        "turns": list(replies),
    }
    return orjson.dumps(told, option=orjson.OPT_INDENT_2).decode() + "\n"


def _turns(replies: Replies) -> Iterator[str]:
    for reply in replies:
        yield f"---\n\n**You:** {escape(reply['message'])}"
        yield reply["answer"]
        feedback = reply.get("feedback")
        if feedback:
            yield f"{THUMBS[feedback['verdict']]} {escape(feedback['reason'])}".rstrip()
