"""A conversation as a file: whole, and harmless to whoever opens it."""

import json

from agent.exports import conversation_as_json, conversation_as_markdown
from graph.memory import Session

SESSION = Session("ab12", "ann", "", "<script> & *stars*", "2026-11-20T10:00:00.000000Z")
REPLIES = [
    {"turn": 1, "message": "trains *now* <b>", "answer": "1. **Monster**", "recommendations": []},
    {
        "turn": 2,
        "message": "darker",
        "answer": "Nothing darker.",
        "feedback": {"verdict": "down", "reason": "too _light_"},
    },
]


def test_markdown_shows_what_was_said_and_answered() -> None:
    text = conversation_as_markdown(SESSION, REPLIES)
    assert text.startswith("# \\<script\\> & \\*stars\\*\n\nBegun 2026-11-20T10:00")
    assert "**You:** trains \\*now\\* \\<b\\>\n\n1. **Monster**" in text
    assert text.endswith("👎 too \\_light\\_\n")
    assert "<script>" not in text


def test_json_holds_every_reply_as_it_was() -> None:
    told = json.loads(conversation_as_json(SESSION, REPLIES))
    assert told["turns"] == REPLIES
    assert told["title"] == SESSION.title
    assert "user" not in told
