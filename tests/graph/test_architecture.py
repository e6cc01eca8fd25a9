"""The page on the architecture says what the code does."""

import json
import re
from pathlib import Path

from graph import protocols
from graph.build import build_graph
from tools.preferences import Preferences, from_json, to_json

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "architecture.md").read_text("utf-8")


def section(heading: str) -> str:
    return PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def rows(text: str) -> list[str]:
    return [name for line in text.splitlines() for name in re.findall(r"^\| `(\w+)`", line)]


def test_the_documented_diagram_is_the_compiled_graph() -> None:
    diagram = section("A turn").split("```mermaid")[1].split("```")[0]
    names = {"START": "__start__", "END": "__end__"}
    drawn = {
        (names.get(source, source), names.get(target, target))
        for source, target in re.findall(r"(\w+)\s*-->(?:\|[^|]*\|)?\s*(\w+)", diagram)
    }
    compiled = {(edge.source, edge.target) for edge in build_graph().get_graph().edges}
    assert drawn == compiled


def test_every_step_is_described() -> None:
    steps = {name for name in build_graph().get_graph().nodes if not name.startswith("__")}
    assert steps <= set(re.findall(r"`(\w+)`", section("A turn")))


def test_every_protocol_is_described() -> None:
    declared = {
        name
        for name, value in vars(protocols).items()
        if getattr(value, "_is_protocol", False) and value.__module__ == protocols.__name__
    }
    assert declared == {name for name in rows(section("A turn")) if name[0].isupper()}


def test_the_documented_preferences_are_those_of_the_code() -> None:
    assert rows(section("Preferences")) == list(Preferences.__dataclass_fields__)


def test_the_documented_json_is_what_the_code_writes() -> None:
    example = json.loads(section("Preferences").split("```json")[1].split("```")[0])
    titles = {each["id"]: each["title"] for field in ("anchors", "seen") for each in example[field]}
    assert to_json(from_json(example), titles.__getitem__) == example
