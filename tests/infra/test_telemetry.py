import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from infra import metrics, telemetry
from infra.telemetry import TurnTrace, begin, span


def test_a_turn_is_a_root_span_with_a_child_for_each_step(spans: InMemorySpanExporter) -> None:
    turn = TurnTrace("session 1")
    for name in ("rewrite", "retrieve"):
        with turn.step(name):
            pass
    turn.end()
    *steps, root = spans.get_finished_spans()
    assert root.name == "turn"
    assert root.attributes == {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.conversation.id": "session 1",
    }
    assert [each.name for each in steps] == ["rewrite", "retrieve"]
    assert root.context is not None
    for each in steps:
        assert each.parent is not None
        assert each.parent.span_id == root.context.span_id
    assert turn.id == trace.format_trace_id(root.context.trace_id)
    assert len(turn.id) == 32


def test_no_span_of_a_turn_is_current_outside_its_steps(spans: InMemorySpanExporter) -> None:
    turn = TurnTrace("s")
    assert not trace.get_current_span().get_span_context().is_valid
    with turn.step("rewrite"):
        assert trace.get_current_span().get_span_context().is_valid
    assert not trace.get_current_span().get_span_context().is_valid
    turn.end()


def test_a_turn_begun_within_another_is_a_trace_of_its_own(spans: InMemorySpanExporter) -> None:
    outer = TurnTrace("s")
    with outer.step("rewrite"):
        inner = TurnTrace("t")
        inner.end()
    outer.end()
    assert inner.id != outer.id
    assert spans.get_finished_spans()[0].parent is None


def test_a_step_that_fails_is_closed_and_marked_without_its_words(
    spans: InMemorySpanExporter,
) -> None:
    turn = TurnTrace("s")
    with pytest.raises(ValueError, match="broken"), turn.step("rank"):
        raise ValueError("broken by what somebody wrote")
    turn.end()
    failed = spans.get_finished_spans()[0]
    assert failed.name == "rank"
    assert not failed.status.is_ok
    (event,) = failed.events
    assert event.name == "exception"
    assert event.attributes and event.attributes["exception.type"] == "ValueError"
    assert "somebody" not in failed.to_json()
    assert "test_telemetry.py" in str(event.attributes["exception.stacktrace"])


def test_work_outside_a_turn_makes_no_span(spans: InMemorySpanExporter) -> None:
    with span("embed") as opened:
        assert not opened.is_recording()
    assert not begin("chat").is_recording()
    assert spans.get_finished_spans() == ()


def test_a_span_begun_by_hand_is_never_current(spans: InMemorySpanExporter) -> None:
    turn = TurnTrace("s")
    with turn.step("answer"):
        chat = begin("chat")
        assert trace.get_current_span() is not chat
    chat.end()  # after its step, as a stream may
    turn.end()
    step, call, _ = spans.get_finished_spans()
    assert call.parent and step.context and call.parent.span_id == step.context.span_id


def test_a_step_is_timed_with_and_without_a_back_end() -> None:
    name, labels = "osusume_step_duration_seconds_count", {"step": "verify"}
    before = metrics.REGISTRY.get_sample_value(name, labels) or 0.0
    turn = TurnTrace("s")
    with turn.step("verify"):
        pass
    turn.end()
    assert metrics.REGISTRY.get_sample_value(name, labels) == before + 1


def test_the_end_can_be_called_twice() -> None:
    telemetry.close()
    telemetry.close()
