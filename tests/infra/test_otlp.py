"""What leaves the process, over real HTTP, and what becomes of it where nobody takes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from infra import metrics, names, outbox, telemetry
from infra.telemetry import TurnTrace, span

if TYPE_CHECKING:
    from tests.otlp_receiver import Receiver

SECRET = "Basic Zm9vOmJhcg=="


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for variable in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_SDK_DISABLED", "OTEL_SERVICE_NAME"):
        monkeypatch.delenv(variable, raising=False)
    telemetry.close()
    yield
    telemetry.close()


@pytest.fixture
def sent(otlp: Receiver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """Return the back end that the environment points to."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", otlp.url)
    yield otlp
    telemetry.close()


def turn() -> TurnTrace:
    made = TurnTrace("s1")
    with made.step("rewrite"), span(names.Span.EMBED, {names.Attribute.CANDIDATES: 3}):
        pass
    made.end()
    return made


def tell_all() -> None:
    """Record something of every metric: of some there is nothing before a model has a name."""
    for metric in metrics.METRICS:
        values = [names.VALUES.get(label, ["named"])[-1] for label in metric.labels]
        if metric.kind == "histogram":
            metrics.observe(metric, 0.03, *values)
        elif metric.kind == "counter":
            metrics.count(metric, *values)
        elif metric.labels:
            metrics.put(metric, 1.0, *values)


def lost(signal: str) -> float:
    found = metrics.REGISTRY.get_sample_value("osusume_telemetry_dropped_total", {"signal": signal})
    assert found is not None
    return found


def test_without_an_end_point_nothing_is_made_and_nothing_costs(otlp: Receiver) -> None:
    made = turn()
    assert telemetry.pipeline() == telemetry.Pipeline()
    assert not made.root.is_recording()
    assert len(made.id) == 32
    telemetry.close()
    assert otlp.bodies == []


@pytest.mark.parametrize(
    "variable",
    ["OTEL_SDK_DISABLED=true", "OTEL_TRACES_EXPORTER=none", "OTEL_TRACES_SAMPLER=always_off"],
)
def test_the_standard_variables_switch_it_off(
    sent: Receiver, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(*variable.split("="))
    turn()
    telemetry.close()
    assert sent.spans() == []


def test_spans_arrive_with_their_parents_headers_and_resource(
    sent: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "Authorization=Basic%20Zm9vOmJhcg==")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")
    made = turn()
    telemetry.close()
    embed, step, root = sent.spans()
    assert [each.name for each in (embed, step, root)] == ["embed", "rewrite", "turn"]
    assert (embed.parent, step.parent, root.parent) == (step.id, root.id, "")
    assert {each.trace for each in (embed, step, root)} == {made.id}
    assert embed.attributes == {"osusume.candidates": 3}
    assert root.attributes["gen_ai.conversation.id"] == "s1"
    headers = {key.lower(): value for key, value in sent.bodies[0][1].items()}
    assert headers["authorization"] == SECRET
    resource = sent.resource()
    assert resource["service.name"] == "osusume"
    assert resource["deployment.environment.name"] == "test"
    assert resource["service.version"] == metrics.release()


def test_another_service_name_wins(sent: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "osusume-blue")
    turn()
    telemetry.close()
    assert sent.resource()["service.name"] == "osusume-blue"


def test_metrics_arrive_under_their_own_names_with_examples(sent: Receiver) -> None:
    made = turn()
    tell_all()
    metrics.observe(names.TURN_DURATION, 0.03, "recommend", example=made.context)
    telemetry.close()
    found = {each.name: each for each in sent.metrics()}
    assert {each.name for each in metrics.METRICS} < found.keys()
    duration = found["osusume.turn.duration"]
    assert (duration.unit, duration.histogram.aggregation_temporality) == ("s", 2)
    point = next(
        each
        for each in duration.histogram.data_points
        if each.attributes[0].value.string_value == "recommend"
    )
    assert sum(point.bucket_counts) == point.count
    assert tuple(point.explicit_bounds) == names.SLOW
    assert made.id in {each.trace_id.hex() for each in point.exemplars}
    assert found["osusume.actions"].sum.is_monotonic
    assert found["process_resident_memory_bytes"].gauge.data_points[0].as_double > 0


@pytest.mark.parametrize("status", [401, 429, 500])
def test_what_a_back_end_refuses_is_counted_and_nothing_waits_for_it(
    sent: Receiver, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "0.2")
    sent.status = status
    before = lost("traces")
    turn()
    telemetry.close()
    assert lost("traces") == before + 3
    assert sent.spans() == []


def test_a_back_end_that_is_gone_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "0.2")
    before = lost("traces"), lost("metrics")
    turn()
    telemetry.close()
    assert lost("traces") == before[0] + 3
    assert lost("metrics") > before[1]


def test_a_back_end_that_never_answers_holds_up_neither_turns_nor_the_end(
    sent: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test ends at all: nothing here waits for the answer, which never comes."""
    monkeypatch.setenv("OTEL_METRICS_EXPORTER", "none")
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "30")
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "3")
    monkeypatch.setattr(outbox, "CLOSING_SECONDS", 0.1)
    sent.answers.clear()
    before = lost("traces")
    turn()
    assert sent.asked.wait(10)
    for _ in range(20):
        turn()
    assert lost("traces") == before + 60 - 30
    telemetry.close()
    assert lost("traces") >= before + 60


def test_after_a_failure_nothing_is_tried_for_a_while(
    sent: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    health = outbox.Health("traces")
    assert health.well
    health.note(False, 5)
    assert not health.well
    health.note(True, 5)
    assert health.well


def test_what_is_told_after_the_end_begins_anew(sent: Receiver) -> None:
    turn()
    telemetry.close()
    turn()
    telemetry.close()
    assert len(sent.traces()) == 2


def test_all_that_waits_can_be_sent_at_once(sent: Receiver) -> None:
    turn()
    provider: Any = telemetry.pipeline().spans
    assert provider.force_flush(10_000)
    assert len(sent.spans()) == 3
