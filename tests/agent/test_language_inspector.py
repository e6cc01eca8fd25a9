"""Free questions: tools by the model in few steps, by the rules when it stumbles, facts always."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from langchain_core.messages import AIMessage, BaseMessage, InvalidToolCall, ToolCall
from langchain_core.tools import BaseTool

from agent.language.inspector import STEPS, LanguageInspector
from agent.language.names import Names
from agent.language.reader import Heard
from agent.language.writer import LanguageWriter
from agent.models.calls import BrokenToolCallError, ModelUnavailableError, TurnUsage
from agent.parts import RulesInspector
from agent.templates.writer import TemplateWriter
from data.index import Index
from graph.protocols import Brief
from tools.change import Change, Question, Reading
from tools.preferences import Preferences
from tools.scene import Scene
from tools.titles import Titles
from tools.toolbox import make_tools

QUESTION = Question("details", ("Monster",))
SCENE = Scene(shown=("19", "20"))
Reply = AIMessage | Exception


@dataclass
class Scripted:
    """Models that reply in order, and then want no more tools."""

    replies: list[Reply]
    text: str = ""
    usage: TurnUsage = field(default_factory=TurnUsage)
    asked: list[list[BaseMessage]] = field(default_factory=list)

    def ask(
        self,
        role: str,
        messages: Sequence[BaseMessage],
        schema: Any = None,
        tools: Sequence[BaseTool] = (),
    ) -> AIMessage:
        self.asked.append(list(messages))
        reply = self.replies.pop(0) if self.replies else AIMessage("")
        if isinstance(reply, Exception):
            raise reply
        return reply

    def stream(self, role: str, messages: Sequence[BaseMessage]) -> Iterator[str]:
        self.asked.append(list(messages))
        yield from self.text


def calls(*wanted: tuple[str, dict[str, Any]]) -> AIMessage:
    listed = [
        ToolCall(type="tool_call", name=name, args=args, id=f"c{place}")
        for place, (name, args) in enumerate(wanted)
    ]
    return AIMessage("", tool_calls=listed)


def no_json() -> AIMessage:
    call = InvalidToolCall(type="invalid_tool_call", name="best", args="{", id="x", error="")
    return AIMessage("", invalid_tool_calls=[call])


@dataclass(frozen=True)
class Bench:
    index: Index
    titles: Titles

    def run(
        self, models: Scripted, question: Question = QUESTION, by_rules: bool = False
    ) -> tuple[list[dict[str, Any]], list[str]]:
        """Return the results of a whole loop, as the graph runs it, and the tools it called."""
        heard = Heard("is monster longer than the first one?", by_rules)
        inspector = LanguageInspector(
            models,
            RulesInspector(self.index, self.titles),
            make_tools(self.index, self.titles),
            self.index.catalogue,
            heard,
        )
        results: list[dict[str, Any]] = []
        called: list[str] = []
        while wanted := inspector.plan(question, Change(), SCENE, results):
            called += [call.name for call in wanted]
            results += [inspector.call(call) for call in wanted]
            assert len(called) < 20
        return results, called


@pytest.fixture(scope="session")
def bench(bundled_index: Index) -> Bench:
    return Bench(bundled_index, Titles(bundled_index.catalogue))


def test_a_plain_question_needs_no_model(bench: Bench) -> None:
    models = Scripted([])
    _, called = bench.run(models, by_rules=True)
    assert (called, models.asked) == (["details"], [])


def test_the_model_takes_as_many_tools_as_it_needs_and_the_rules_theirs(bench: Bench) -> None:
    models = Scripted(
        [
            calls(("compare", {"titles": ["Monster", "#1"]})),
            calls(("best", {"number": "episodes", "highest": False})),
        ]
    )
    results, called = bench.run(models)
    assert called == ["compare", "best", "details"]
    assert [item["id"] for item in results[-1]["items"]] == ["19"]
    assert "tool" in {message.type for message in models.asked[1]}


def test_the_loop_is_bounded(bench: Bench) -> None:
    endless = [calls(("count", {"preferences": {"about": str(n)}})) for n in range(50)]
    models = Scripted(list(endless))
    _, called = bench.run(models)
    assert called == ["count"] * STEPS + ["details"]
    assert len(models.asked) == STEPS


def test_calls_of_one_round_are_bounded(bench: Bench) -> None:
    many = calls(*(("count", {"preferences": {"about": str(n)}}) for n in range(50)))
    _, called = bench.run(Scripted([many]))
    assert len(called) == 4


@pytest.mark.parametrize(
    "broken",
    [
        calls(("details", {"titels": ["Monster"]})),
        calls(("details", {"titles": 7})),
        calls(("best", {"number": "price"})),
        calls(("vocabulary", {"facet": "colours"})),
        calls(("count", {"preferences": {"ranges": {"price": {"low": 1}}}})),
        calls(("count", {"preferences": {"ranges": ["x"]}})),
        calls(("delete_everything", {})),
        no_json(),
        BrokenToolCallError("The tool call cannot be read.", "<function=details{"),
    ],
    ids=lambda reply: str(getattr(reply, "tool_calls", reply))[:50],
)
def test_a_call_that_makes_no_sense_is_repaired_once(bench: Bench, broken: Reply) -> None:
    good = calls(("compare", {"titles": ["Monster", "Naruto"]}))
    assert bench.run(Scripted([broken, good]))[1] == ["compare", "details"]
    twice = Scripted([broken, broken, good])
    assert bench.run(twice)[1] == ["details"]
    assert len(twice.asked) == 2
    assert len(twice.asked[1]) == len(twice.asked[0]) + 2


def test_without_a_model_the_rules_choose(bench: Bench) -> None:
    assert bench.run(Scripted([ModelUnavailableError("It is away. Wait.")]))[1] == ["details"]


def test_a_repeated_call_is_not_run_again(bench: Bench) -> None:
    same = calls(("details", {"titles": ["Monster"]}))
    assert bench.run(Scripted([same, same, same]))[1] == ["details", "details"]


def told(bench: Bench, text: str, question: Question = QUESTION) -> tuple[str, str, LanguageWriter]:
    """Return the answer to a free question, the templates' own, and the writer."""
    results, _ = bench.run(Scripted([]), question)
    nothing = Preferences()
    reading = Reading("lookup", question=question)
    brief = Brief(reading, nothing, nothing, nothing, results=tuple(results))
    templates = TemplateWriter(bench.index)
    models = Scripted([], text)
    heard = Heard("is it long?", by_rules=False)
    writer = LanguageWriter(models, templates, Names(bench.index, bench.titles), heard)
    return "".join(writer.inspect(brief)), "".join(templates.inspect(brief)), writer


def test_an_answer_to_a_free_question_stands_above_the_facts(bench: Bench) -> None:
    shown, facts, _ = told(bench, "Yes, [1] takes its time with 74 episodes.")
    begins = "Yes, **Monster** (2004, 74 episodes) takes its time with 74 episodes."
    assert shown == f"{begins}\n\n{facts}"


@pytest.mark.parametrize(
    "text",
    ["Monster has 900 episodes.", "No, Trigun is longer.", "[7] is.", "See http://x.example.", ""],
)
def test_what_does_not_hold_leaves_the_facts_alone(bench: Bench, text: str) -> None:
    shown, facts, writer = told(bench, text)
    assert shown == facts
    assert len(writer.removed) == bool(text)


def test_counts_and_lists_are_told_by_the_templates_alone(bench: Bench) -> None:
    shown, facts, _ = told(bench, "There are 5000.", Question("count"))
    assert shown == facts
