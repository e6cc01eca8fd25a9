"""The machine on one screen."""

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph

from graph.nodes import (
    answer,
    clarify,
    converse,
    ground,
    inspect,
    rank,
    relax,
    retrieve,
    rewrite,
    tools,
    verify,
)
from graph.protocols import Context
from graph.routes import by_calls, by_evidence, by_intent, by_relaxing
from graph.state import Conversation, Turn
from graph.steps import timed


def build_graph(
    checkpointer: BaseCheckpointSaver[str] | None = None,
) -> CompiledStateGraph[Conversation, Context, Turn, Conversation]:
    """Return the state machine of a turn, compiled."""
    graph = StateGraph(Conversation, input_schema=Turn, context_schema=Context)
    for node in (rewrite, retrieve, ground, relax, rank, answer, verify):
        graph.add_node(node.__name__, timed(node))
    for node in (clarify, inspect, tools, converse):
        graph.add_node(node.__name__, timed(node))

    graph.add_edge(START, "rewrite")
    graph.add_conditional_edges("rewrite", by_intent)

    graph.add_edge("retrieve", "ground")
    graph.add_conditional_edges("ground", by_evidence)
    graph.add_conditional_edges("relax", by_relaxing)
    graph.add_edge("rank", "answer")
    graph.add_edge("answer", "verify")

    graph.add_conditional_edges("inspect", by_calls)
    graph.add_edge("tools", "inspect")

    for last in ("verify", "clarify", "converse"):
        graph.add_edge(last, END)
    return graph.compile(checkpointer=checkpointer, name="osusume")
