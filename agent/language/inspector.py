"""The inspector: the rules choose the tool for a plain question, the model for any other."""

import json
from collections.abc import Sequence
from typing import Any

from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    HumanMessage,
    InvalidToolCall,
    SystemMessage,
    ToolMessage,
)
from langchain_core.tools import BaseTool
from pydantic import ValidationError

from agent.language.fence import fenced, neutralised
from agent.language.prompts import load_prompt
from agent.language.reader import Heard, neutralised_json
from agent.models.calls import BrokenToolCallError, Models, ModelUnavailableError
from data.catalogue import Catalogue
from graph.protocols import Inspector
from graph.state import ToolCall
from tools.change import Change, Question
from tools.scene import Scene, point

STEPS = 3  # rounds of tools that one question may take
CALLS = 3  # calls of one round
LONGEST_RESULT = 6000
REPAIRS = 1
MISUSED = (ValidationError, ValueError, KeyError, TypeError, AttributeError, IndexError)
"""What the tools raise for arguments that make no sense."""


class LanguageInspector:
    """Fill `Inspector` for one turn."""

    def __init__(
        self,
        models: Models,
        rules: Inspector,
        tools: Sequence[BaseTool],
        catalogue: Catalogue,
        heard: Heard | None = None,
    ) -> None:
        self._models = models
        self._rules = rules
        self._tools = {tool.name: tool for tool in tools}
        self._catalogue = catalogue
        self._heard = heard or Heard()
        self._talk: list[BaseMessage] = []
        self._results: dict[str, dict[str, Any]] = {}
        self._steps = self._faults = 0
        self._settled = False

    def plan(
        self, question: Question, change: Change, scene: Scene, results: Sequence[dict[str, Any]]
    ) -> tuple[ToolCall, ...]:
        """Return the tool calls still needed: the model's while it asks, at last the rules' own."""
        if self._heard.by_rules:
            return self._rules.plan(question, change, scene, results)
        if self._settled:
            return ()
        if calls := self._wanted(scene):
            return calls
        self._settled = True
        return self._rules.plan(question, change, scene, ())

    def call(self, call: ToolCall) -> dict[str, Any]:
        """Run one tool and return what it says."""
        known = self._results.get(_key(call))
        return known if known is not None else self._rules.call(call)

    def _wanted(self, scene: Scene) -> tuple[ToolCall, ...]:
        """Return the calls of the next round; none when the model is done or at its wits' end."""
        while self._steps < STEPS and self._faults <= REPAIRS:
            self._steps += 1
            reply = self._asked(scene)
            if reply is None:
                return ()
            calls, faults = self._sorted(reply, scene)
            self._faults += bool(faults)
            if calls or not faults:
                return tuple(calls)
        return ()

    def _asked(self, scene: Scene) -> AIMessage | None:
        if not self._talk:
            self._talk = self._opening(scene)
        try:
            reply = self._models.ask("inspect", self._talk, tools=list(self._tools.values()))
        except BrokenToolCallError as error:
            reply = _broken(error.generation)
        except ModelUnavailableError:
            return None
        self._talk.append(reply)
        return reply

    def _sorted(self, reply: AIMessage, scene: Scene) -> tuple[list[ToolCall], list[str]]:
        """Return the calls that ran, and what was wrong with the others; the model is told both."""
        calls: list[ToolCall] = []
        faults: list[str] = []
        for place, wanted in enumerate(reply.tool_calls):
            call = ToolCall(wanted["name"], self._pointed(wanted["args"], scene))
            fault = "Too many calls at once." if place >= CALLS else self._tried(call)
            if fault:
                faults.append(fault)
            elif fault is None:
                calls.append(call)
            told = fault or neutralised_json(self._results[_key(call)])[:LONGEST_RESULT]
            self._talk.append(ToolMessage(told, tool_call_id=wanted["id"] or wanted["name"]))
        for broken in reply.invalid_tool_calls:
            faults.append("The arguments are no JSON.")
            told = f"The arguments of {broken['name']} are no JSON. Call it again."
            self._talk.append(ToolMessage(told, tool_call_id=broken["id"] or str(broken["name"])))
        return calls, faults

    def _tried(self, call: ToolCall) -> str | None:
        """Run a call; return what is wrong with it, None where it holds, "" where it is known."""
        if _key(call) in self._results:
            return ""
        if call.name not in self._tools:
            return f"There is no tool {neutralised(call.name, 40)}."
        try:
            result = self._tools[call.name].invoke(call.args)
        except MISUSED as error:
            return neutralised(f"These arguments make no sense: {error}", 300)
        self._results[_key(call)] = result
        return None

    def _pointed(self, args: dict[str, Any], scene: Scene) -> dict[str, Any]:
        """Return arguments with `#2` and `this` as the items they point at."""

        def meant(name: Any) -> Any:
            found = point(name, scene) if isinstance(name, str) else None
            return f"id:{found}" if found else name

        return {
            key: [meant(each) for each in value] if isinstance(value, list) else value
            for key, value in args.items()
        }

    def _opening(self, scene: Scene) -> list[BaseMessage]:
        shown = "\n".join(
            f"#{place} {neutralised(self._catalogue[each].title, 120)}"
            for place, each in enumerate(scene.shown, start=1)
            if each in self._catalogue
        )
        many = self._catalogue.profile.noun.many
        profile = self._catalogue.profile
        fields = f"numbers: {', '.join(profile.numbers)}\nfacets: {', '.join(profile.facets)}"
        data = fenced(fields=fields, shown=shown, question=neutralised(self._heard.message, 1000))
        return [SystemMessage(load_prompt("inspect").filled(many=many)), HumanMessage(data)]


def _broken(generation: str) -> AIMessage:
    """Return what a model wrote for a tool call that its provider could not read."""
    call = InvalidToolCall(
        type="invalid_tool_call", id="broken", name="tool", args=generation[:2000], error=None
    )
    return AIMessage("", invalid_tool_calls=[call])


def _key(call: ToolCall) -> str:
    return f"{call.name} {json.dumps(call.args, sort_keys=True, default=str)}"
