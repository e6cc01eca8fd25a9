"""Every step is timed and traced the same way."""

from functools import wraps
from time import perf_counter
from typing import Any, Protocol

from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime

from graph.protocols import Context
from graph.state import Conversation


class Node(Protocol):
    """A step of a turn."""

    __name__: str

    def __call__(self, state: Conversation, runtime: Runtime[Context]) -> dict[str, Any]:
        """Return what changed."""
        ...


def timed(node: Node) -> Node:
    """Return a node that says when it begins and how many milliseconds it took."""
    name = node.__name__

    @wraps(node)
    def step(state: Conversation, runtime: Runtime[Context]) -> dict[str, Any]:
        emit = get_stream_writer()
        emit({"step": name})
        began = perf_counter()
        with runtime.context.trace.step(name):
            update = node(state, runtime)
        emit({"step": name, "ms": round(1000 * (perf_counter() - began), 2)})
        return update

    return step
