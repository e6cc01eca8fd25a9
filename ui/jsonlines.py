"""`osusume chat --json`: one JSON object a line, in and out."""

from typing import Any, BinaryIO

import orjson

from agent.recommender import Recommender
from graph.memory import Session
from infra.errors import MessageError, OsusumeError

KEYS = {"message", "session", "user"}


def talk(
    recommender: Recommender,
    lines: BinaryIO,
    out: BinaryIO,
    user: str = "local",
    session: str | None = None,
) -> None:
    """Answer every line until the input ends; a line that cannot be read gets an error object.

    Lines without a session share one that begins with this call.
    """
    unnamed: dict[str, Session] = {}
    for line in lines:
        if not line.strip():
            continue
        try:
            asked = _read(line)
            owner = asked.get("user") or user
            label = asked.get("session") or session
            if label:
                conversation = recommender.memory.labelled(owner, label)
            else:
                if owner not in unnamed:
                    unnamed[owner] = recommender.memory.begin(owner)
                conversation = unnamed[owner]
            reply = recommender.reply(asked["message"], conversation)
        except OsusumeError as error:
            reply = {"error": str(error)}
        out.write(orjson.dumps(reply) + b"\n")
        out.flush()


def _read(line: bytes) -> dict[str, Any]:
    """Return a line as an object with a message; raises MessageError with what is wrong."""
    try:
        asked = orjson.loads(line)
    except ValueError as error:
        raise MessageError(
            f'That line is not JSON ({error}). Send {{"message": "…"}} on one line.'
        ) from error
    if not isinstance(asked, dict) or "message" not in asked:
        raise MessageError('That line has no message. Send {"message": "…"} on one line.')
    unknown = sorted(set(asked) - KEYS)
    if unknown:
        raise MessageError(f"Unknown key {', '.join(unknown)}. Known: {', '.join(sorted(KEYS))}.")
    for key, value in asked.items():
        if value is not None and not isinstance(value, str):
            raise MessageError(f"'{key}' must be text, not {type(value).__name__}.")
    known = {key: value for key, value in asked.items() if value is not None}
    if "message" not in known:
        raise MessageError('The message is null. Send {"message": "…"} on one line.')
    return known
