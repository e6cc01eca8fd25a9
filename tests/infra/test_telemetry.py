from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from infra import telemetry
from infra.telemetry import TurnTrace


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    telemetry.provider.cache_clear()
    telemetry.provider().add_span_processor(SimpleSpanProcessor(exporter))
    yield exporter
    telemetry.provider.cache_clear()


def test_a_turn_is_a_root_span_with_a_child_for_each_step(spans: InMemorySpanExporter) -> None:
    turn = TurnTrace("session 1")
    for name in ("rewrite", "retrieve"):
        with turn.step(name):
            pass
    turn.end()
    *steps, root = spans.get_finished_spans()
    assert root.name == "turn"
    assert root.attributes == {"gen_ai.conversation.id": "session 1"}
    assert [span.name for span in steps] == ["rewrite", "retrieve"]
    assert root.context is not None
    for span in steps:
        assert span.parent is not None
        assert span.parent.span_id == root.context.span_id
    assert turn.id == trace.format_trace_id(root.context.trace_id)
    assert len(turn.id) == 32


def test_no_span_of_a_turn_is_current_outside_its_steps(spans: InMemorySpanExporter) -> None:
    turn = TurnTrace("s")
    assert not trace.get_current_span().get_span_context().is_valid
    with turn.step("rewrite"):
        assert trace.get_current_span().get_span_context().is_valid
    assert not trace.get_current_span().get_span_context().is_valid
    turn.end()


def test_a_step_that_fails_is_closed_and_marked(spans: InMemorySpanExporter) -> None:
    turn = TurnTrace("s")
    with pytest.raises(ValueError, match="broken"), turn.step("rank"):
        raise ValueError("broken")
    turn.end()
    failed = spans.get_finished_spans()[0]
    assert failed.name == "rank"
    assert not failed.status.is_ok


def test_spans_leave_the_process_only_where_an_end_point_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for variable in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
        monkeypatch.delenv(variable, raising=False)
    telemetry.provider.cache_clear()
    assert telemetry.provider()._active_span_processor._span_processors == ()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:9")
    telemetry.provider.cache_clear()
    made = telemetry.provider()
    assert len(made._active_span_processor._span_processors) == 1
    made.shutdown()
    telemetry.provider.cache_clear()
