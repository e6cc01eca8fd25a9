"""docs/telemetry.md and infra/names.py name the same things."""

import re
from pathlib import Path

import pytest

from infra import names
from infra.metrics import METRICS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "telemetry.md").read_text("utf-8")
QUOTED = set(re.findall(r"`([^`\n]+)`", PAGE))
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("| `")
]


@pytest.mark.parametrize("kind", [names.Span, names.Attribute])
def test_every_span_and_attribute_is_described(kind: type[names.Span | names.Attribute]) -> None:
    assert {str(each) for each in kind} <= QUOTED


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_every_metric_is_described_with_its_labels(metric: names.Metric) -> None:
    (row,) = (row for row in ROWS if row[0] == f"`{metric.name}`" and len(row) == 4)
    shown = metric.exposed[0] if metric.kind == "counter" else metric.prometheus
    assert row[1] == f"`{shown}`"
    assert re.findall(r"`(\w+)`", row[2]) == list(metric.labels)


@pytest.mark.parametrize("label", [*names.VALUES, *names.OPEN_LABELS])
def test_every_label_is_described_with_its_values(label: str) -> None:
    assert label in QUOTED
    assert set(names.VALUES.get(label, ())) - {""} <= QUOTED


def test_nothing_is_described_that_is_not_there() -> None:
    ours = {*map(str, names.Attribute), *(each.name for each in METRICS)}
    ours |= {each.prometheus for each in METRICS} | {each.exposed[0] for each in METRICS}
    ours |= {label for each in METRICS for label in each.labels}
    told = {each for each in QUOTED if re.match(r"(osusume|gen_ai)[._]", each)}
    assert told <= ours
