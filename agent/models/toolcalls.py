"""Tool calls rescued from what a provider refused to parse."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

from langchain_core.messages import AIMessage
from langchain_core.messages.tool import tool_call

# <function=name{"a": 1}</function>, <function=name>{"a": 1}, name{"a": 1}
INLINE = re.compile(r"^(?:<function[=(/]\s*)?([A-Za-z_]\w*)\s*[>),=]*\s*(\{.*\})", re.DOTALL)
FENCES = re.compile(r"^```\w*|```$|</?tool[-_]\w+>|</function>", re.MULTILINE)


def rescue(generation: str, tools: Sequence[dict[str, Any]]) -> AIMessage | None:
    """Return the tool calls of a failed generation, or None where there are none to be had."""
    names = {tool["function"]["name"] for tool in tools}
    calls = [
        tool_call(name=name, args=args, id=f"call_{uuid4().hex[:12]}")
        for name, args in _calls(FENCES.sub("", generation).strip())
        if name in names
    ]
    return AIMessage(content="", tool_calls=calls) if calls else None


def _calls(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    found = _json(text)
    if found is not None:
        yield from _named(found)
    elif inline := INLINE.match(text):
        args = _json(inline[2])
        if isinstance(args, dict):
            yield inline[1], args


def _named(found: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(found, list):
        for each in found:
            yield from _named(each)
    elif isinstance(found, dict) and isinstance(found.get("tool_calls"), list):
        yield from _named(found["tool_calls"])
    elif isinstance(found, dict):
        inner = found.get("function")
        flat = found | inner if isinstance(inner, dict) else found
        args: Any = next(
            (flat[key] for key in ("arguments", "parameters", "args") if key in flat), {}
        )
        args = _json(args) if isinstance(args, str) else args
        name = flat.get("name")
        if isinstance(name, str) and isinstance(args, dict):
            yield name, args


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
