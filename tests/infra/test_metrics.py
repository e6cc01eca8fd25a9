"""Metrics: their names, their bounded labels, and how they are read."""

import re

import pytest
from opentelemetry.trace import SpanContext, TraceFlags
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from infra import metrics, names
from infra.exposition import exposed
from infra.metrics import Activity

OPENMETRICS = "application/openmetrics-text; version=1.0.0"
SAMPLED = SpanContext(0xABC, 0xDEF, False, TraceFlags(1))


def value(name: str, **labels: str) -> float:
    return metrics.REGISTRY.get_sample_value(name, labels) or 0.0


def test_what_is_exposed_bears_the_names_that_dashboards_use() -> None:
    for metric in metrics.METRICS:
        values = [names.VALUES.get(label, ["some"])[0] for label in metric.labels]
        if metric.kind == "histogram":
            metrics.observe(metric, 0.03, *values)
        elif metric.labels and metric.kind == "gauge":
            metrics.put(metric, 1.0, *values)
        elif metric.kind == "counter":
            metrics.count(metric, *values)
    text, kind = exposed()
    assert kind.startswith("text/plain")
    found = {line.split("{")[0].split(" ")[0] for line in text.decode().splitlines()}
    for metric in metrics.METRICS:
        assert set(metric.exposed) <= found
    ours = {name for name in found if name.startswith(("osusume_", "gen_ai_"))}
    assert ours == {name for metric in metrics.METRICS for name in metric.exposed}
    assert {"process_resident_memory_bytes", "process_cpu_seconds_total"} <= found


def test_counters_of_known_labels_are_there_before_they_count() -> None:
    for action in names.ITEM_ACTIONS:
        assert f'osusume_actions_total{{action="{action}"}}' in exposed()[0].decode()


def test_a_latency_leads_to_its_trace() -> None:
    metrics.observe(names.TURN_DURATION, 0.03, "compare", example=SAMPLED)
    text, kind = exposed(OPENMETRICS)
    assert kind.startswith("application/openmetrics-text")
    assert text.endswith(b"# EOF\n")
    (family,) = (
        each
        for each in text_string_to_metric_families(text.decode())  # type: ignore[no-untyped-call]
        if each.name == names.TURN_DURATION.prometheus
    )
    examples = [
        each.exemplar.labels
        for each in family.samples
        if each.exemplar and each.labels["intent"] == "compare"
    ]
    assert examples == [{"trace_id": f"{0xABC:032x}", "span_id": f"{0xDEF:016x}"}]


def test_a_trace_that_nobody_keeps_is_no_example() -> None:
    unsampled = SpanContext(0x123, 0x456, False, TraceFlags(0))
    metrics.observe(names.TURN_DURATION, 0.03, "explain", example=unsampled)
    assert f"{0x123:032x}" not in exposed(OPENMETRICS)[0].decode()


@pytest.mark.parametrize(
    ("label", "given", "kept"),
    [
        ("intent", "recommend", "recommend"),
        ("intent", "<script>", "unknown"),
        ("action", "dance", "other"),
        ("error_type", "", ""),
        ("reason", "resting", "other"),
    ],
)
def test_a_label_takes_no_value_that_was_not_declared(label: str, given: str, kept: str) -> None:
    assert metrics.folded(label, given) == kept


def test_a_label_of_open_values_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(metrics._open, "model", set())
    kept = {metrics.folded("model", f"m{number}") for number in range(100)}
    assert len(kept) == metrics.OPEN_VALUES + 1
    assert metrics.folded("model", "m0") == "m0"
    assert metrics.folded("model", "m99") == names.OTHER


def test_clicks_and_thumbs_are_counted() -> None:
    loved, thumbs = value("osusume_actions_total", action="love"), thumb("up")
    metrics.acted("love")
    metrics.judged("up")
    assert value("osusume_actions_total", action="love") == loved + 1
    assert thumb("up") == thumbs + 1


def thumb(verdict: str) -> float:
    return value("osusume_feedback_total", verdict=verdict)


def test_only_the_mind_that_serves_is_told() -> None:
    metrics.speaks("model")
    metrics.speaks("offline")
    lines = re.findall(r"osusume_build\{.*", exposed()[0].decode())
    assert lines == [f'osusume_build{{mind="offline",version="{metrics.release()}"}} 1.0']


def test_a_session_is_active_for_a_quarter_of_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(metrics, "monotonic", lambda: now)
    activity = Activity()
    for session in ("a", "b", "a"):
        activity.began(session)
    activity.ended()
    assert (activity.running, activity.sessions()) == (2, 2)
    now += metrics.ACTIVE_SECONDS + 1
    activity.began("c")
    assert activity.sessions() == 1


def test_the_age_of_the_index_is_that_of_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "time", lambda: 5000.0)
    metrics.serves("games", 112, 4400.0, 0.3)
    assert value("osusume_index_age_seconds", catalogue="games") == 600
    assert value("osusume_index_items", catalogue="games") == 112
