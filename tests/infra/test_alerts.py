"""Alerts: what Prometheus' own tools say of the rules, and a runbook for each."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.grafana import promql

ROOT = Path(__file__).resolve().parents[2]
PROMETHEUS = ROOT / "infra" / "prometheus"
RUNBOOKS = ROOT / "docs" / "runbooks"
Program = Callable[[str], str]


def run(*command: str | Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True, cwd=PROMETHEUS)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_prometheus_accepts_its_settings_and_rules(program: Program) -> None:
    told = run(program("promtool"), "check", "config", "prometheus.yaml")
    assert "1 rule files found" in told


def test_alertmanager_accepts_its_settings(program: Program) -> None:
    assert "SUCCESS" in run(program("amtool"), "check-config", "alertmanager.yaml")


@pytest.mark.parametrize("name", sorted(each.name for each in (PROMETHEUS / "tests").iterdir()))
def test_alerts_fire_when_they_should_and_only_then(name: str, program: Program) -> None:
    run(program("promtool"), "test", "rules", f"tests/{name}")


def test_every_alert_is_tried_on_made_up_series(alerts: list[dict[str, Any]]) -> None:
    fired = set()
    for path in (PROMETHEUS / "tests").iterdir():
        for group in yaml.safe_load(path.read_text("utf-8"))["tests"]:
            fired |= {each["alertname"] for each in group["alert_rule_test"] if each["exp_alerts"]}
    assert fired == {rule["alert"] for rule in alerts}


def test_an_alert_says_how_grave_it_is_what_it_means_and_what_to_do(
    alerts: list[dict[str, Any]],
) -> None:
    for rule in alerts:
        assert rule["alert"].startswith("Osusume")
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["annotations"]["summary"].endswith(".")
        assert rule["annotations"]["runbook"] == f"docs/runbooks/{rule['alert']}.md"
        assert "for" in rule


def test_every_alert_has_a_runbook_and_every_runbook_an_alert(
    alerts: list[dict[str, Any]],
) -> None:
    assert {each.stem for each in RUNBOOKS.glob("*.md")} == {rule["alert"] for rule in alerts}


def test_a_runbook_tells_meaning_look_and_remedy() -> None:
    for page in RUNBOOKS.glob("*.md"):
        text = page.read_text("utf-8")
        assert text.startswith(f"# {page.stem}\n"), page.name
        headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert headings == ["What it means", "How to look", "What to do"], page.name


def test_dashboards_mark_the_bounds_that_alerts_use(alerts: list[dict[str, Any]]) -> None:
    bounds = {
        "OsusumeTurnsSlow": promql.TURN_P95,
        "OsusumeFirstWordsLate": promql.FIRST_TOKEN_P95,
        "OsusumeFallsBack": promql.FALLBACKS,
        "OsusumeCostBurns": promql.COST_A_DAY,
        "OsusumeIndexStale": promql.INDEX_AGE,
        "OsusumeMemoryHigh": promql.MEMORY,
        "OsusumeAbstainsOften": promql.ABSTAINED,
    }
    for rule in alerts:
        if rule["alert"] in bounds:
            bound = re.split(r" > | and ", rule["expr"])[1]
            product = 1.0
            for factor in bound.split("*"):
                product *= float(factor)
            assert product == pytest.approx(bounds[rule["alert"]]), rule["alert"]


def test_the_budget_is_the_one_that_the_objective_leaves(
    rule_groups: list[dict[str, Any]],
) -> None:
    budgets = [
        float(rule["expr"].rpartition("/")[2])
        for group in rule_groups
        for rule in group["rules"]
        if rule.get("record", "").startswith("osusume:error_budget:")
    ]
    assert budgets == pytest.approx([1 - promql.AVAILABILITY] * 3)
