"""The LangChain tools: thin wrappers over the plain functions, for rules and models alike."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from langchain_core.tools import BaseTool, StructuredTool

from data.index import Index
from infra.names import Attribute, Span
from infra.telemetry import Attributes, span
from tools import lookup
from tools.preferences import Preferences, from_json
from tools.titles import Titles

Result = dict[str, Any]


def make_tools(index: Index, titles: Titles) -> list[BaseTool]:
    """Return the tools over one index. Titles may also be given as `id:…`."""

    def details(titles: list[str]) -> Result:
        """Say all that the catalogue knows of one or more titles."""
        ids, unknown = resolve(titles)
        return {"items": [lookup.details(index, each) for each in ids], "unknown": unknown}

    def compare(titles: list[str]) -> Result:
        """Put two to four titles side by side."""
        ids, unknown = resolve(titles)
        compared = lookup.compare(index, ids) if len(ids) > 1 else {"items": [], "shared": []}
        return {**compared, "unknown": unknown}

    def count(preferences: Result) -> Result:
        """Count the titles that meet preferences."""
        return {"count": lookup.count(index, from_json(preferences)), "of": len(index.catalogue)}

    def best(
        number: str,
        highest: bool = True,
        preferences: Result | None = None,
        among: list[str] | None = None,
    ) -> Result:
        """Name the titles with the highest or lowest figure of a number."""
        wanted = from_json(preferences) if preferences else Preferences()
        ids, unknown = resolve(among or [])
        return {
            "items": lookup.best(index, number, highest, wanted, ids),
            "number": number,
            "highest": highest,
            "unknown": unknown,
        }

    def vocabulary(facet: str) -> Result:
        """List the values of a facet with how many titles bear each."""
        return {"facet": facet, "values": lookup.vocabulary(index, facet)}

    def resolve(names: list[str]) -> tuple[list[str], list[Result]]:
        found: list[str] = []
        unknown: list[Result] = []
        for name in names:
            item_id = name.removeprefix("id:")
            if name.startswith("id:") and item_id in index.catalogue:
                found.append(item_id)
                continue
            resolution = titles_.resolve(name)
            if resolution.item:
                found.append(resolution.item)
            else:
                near = [index.catalogue[each].title for each in resolution.nearest]
                unknown.append({"name": name, "nearest": near})
        return list(dict.fromkeys(found)), unknown

    titles_ = titles
    functions = (details, compare, count, best, vocabulary)
    return [StructuredTool.from_function(_traced(each)) for each in functions]


def _traced(function: Callable[..., Result]) -> Callable[..., Result]:
    """Return a tool that opens a span whenever it is called."""
    name = function.__name__
    told: Attributes = {Attribute.OPERATION: "execute_tool", Attribute.TOOL_NAME: name}

    @wraps(function)
    def traced(*args: Any, **options: Any) -> Result:
        with span(f"{Span.TOOL} {name}", told):
            return function(*args, **options)

    return traced
