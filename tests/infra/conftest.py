"""What the tests of dashboards and alerts share: their queries, and programs to try them on."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import pytest
import yaml
from filelock import FileLock

from infra.grafana.dashboards import BOARDS

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "infra" / "prometheus" / "rules" / "osusume.yaml"
Language = Literal["promql", "traceql"]
FENCED = re.compile(r"^```(promql|traceql)\n(.+?)^```", re.MULTILINE | re.DOTALL)
# What Grafana puts in before it asks.
FILLED = {
    "$__rate_interval": "1m",
    "$__range": "1h",
    '"$model"': '".*"',
    "$slower": "2s",
    "$dearer": "0.001",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A query, and where it stands."""

    place: str
    language: Language
    query: str


@dataclass(frozen=True, slots=True)
class Named:
    """What a query names, by the grammar of its language: metrics or attributes, labels."""

    wrong: str
    names: list[str]
    labels: list[str]
    selectors: list[str]


Parse = Callable[[list[Asked]], list[Named]]


def filled(query: str) -> str:
    """Return a query as Grafana sends it."""
    for variable, value in FILLED.items():
        query = query.replace(variable, value)
    return query


def of_panels(board: dict[str, Any]) -> list[Asked]:
    """Return the queries of a dashboard's panels and annotations."""
    found = []
    for panel in board["panels"]:
        for target in panel.get("targets", []):
            traces = target["datasource"]["type"] == "tempo"
            language: Language = "traceql" if traces else "promql"
            query = target["query"] if traces else target["expr"]
            found.append(Asked(f"{board['title']} / {panel['title']}", language, filled(query)))
    for note in board["annotations"]["list"]:
        found.append(Asked(f"{board['title']} / {note['name']}", "promql", filled(note["expr"])))
    return found


@pytest.fixture(scope="session")
def panels() -> list[Asked]:
    """Return every query of every dashboard."""
    return [each for board in BOARDS for each in of_panels(board.json())]


@pytest.fixture(scope="session")
def rule_groups() -> list[dict[str, Any]]:
    """Return the groups of recording and alerting rules."""
    groups: list[dict[str, Any]] = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    return groups


@pytest.fixture(scope="session")
def alerts(rule_groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return every alerting rule."""
    return [rule for group in rule_groups for rule in group["rules"] if "alert" in rule]


@pytest.fixture(scope="session")
def recorded(rule_groups: list[dict[str, Any]]) -> set[str]:
    """Return the names of recorded series."""
    return {rule["record"] for group in rule_groups for rule in group["rules"] if "record" in rule}


@pytest.fixture(scope="session")
def rules(rule_groups: list[dict[str, Any]]) -> list[Asked]:
    """Return the expression of every rule."""
    return [
        Asked(rule.get("alert") or rule["record"], "promql", rule["expr"])
        for group in rule_groups
        for rule in group["rules"]
    ]


@pytest.fixture(scope="session")
def documented() -> list[Asked]:
    """Return every query that the docs tell people to ask."""
    return [
        Asked(str(page.relative_to(ROOT)), cast(Language, language), query.strip())
        for page in sorted((ROOT / "docs").rglob("*.md"))
        for language, query in FENCED.findall(page.read_text("utf-8"))
    ]


@pytest.fixture(scope="session")
def program() -> Callable[[str], str]:
    """Return the way to a program; without it the test is skipped, and fails under CI."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None:
            reason = f"{name} is not installed: see docs/development.md"
            if os.environ.get("CI") == "true":
                pytest.fail(reason)
            pytest.skip(reason)
        return path

    return find


@pytest.fixture(scope="session")
def parse(shared_folder: Path, program: Callable[[str], str]) -> Parse:
    """Return the grammars of PromQL and TraceQL, installed once for all workers."""
    node, npm = program("node"), program("npm")
    folder = shared_folder / "queries"
    with FileLock(shared_folder / "queries.lock"):
        if not folder.is_dir():
            _install(npm, folder)

    def run(asked: list[Asked]) -> list[Named]:
        given = json.dumps([{"language": each.language, "query": each.query} for each in asked])
        done = subprocess.run(
            [node, "parse.mjs"], cwd=folder, input=given, capture_output=True, text=True, check=True
        )
        return [Named(**each) for each in json.loads(done.stdout)]

    return run


def _install(npm: str, folder: Path) -> None:
    """Install the grammars; without a network the test is skipped, and fails under CI."""
    new = folder.with_suffix(".new")
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(Path(__file__).with_name("queries"), new)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=new, capture_output=True, text=True)
    if done.returncode:
        reason = f"the grammars of PromQL and TraceQL cannot be installed: {done.stderr[-300:]}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    new.rename(folder)
