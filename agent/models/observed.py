"""What telemetry is told of calls to chat models: a span for each request, and their figures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TYPE_CHECKING

from opentelemetry.trace import Span, SpanContext, Status, StatusCode, get_current_span

from agent.models.faults import REASONS, Fault
from infra import metrics, names
from infra.names import OTHER, Attribute
from infra.telemetry import begin

if TYPE_CHECKING:
    from agent.models.calls import Call, Role
    from agent.models.requests import Meter
    from agent.models.settings import ModelSettings

OPERATION = "chat"


class ObservedRequest:
    """One request to a chat model: its span is never current, as its answer comes in pieces."""

    def __init__(self, role: Role, model: ModelSettings, retries: int) -> None:
        self._model = model
        self._began = perf_counter()
        self._reason = ""
        self._within = get_current_span().get_span_context()
        self._span = begin(
            f"{names.Span.CHAT} {model.model}",
            {
                Attribute.OPERATION: OPERATION,
                Attribute.PROVIDER: model.provider,
                Attribute.REQUEST_MODEL: model.model,
                Attribute.MAX_TOKENS: model.max_tokens,
                Attribute.ROLE: role,
                Attribute.RETRIES: retries,
            },
        )
        if model.temperature is not None:
            self._span.set_attribute(Attribute.TEMPERATURE, model.temperature)

    def failed(self, fault: Fault) -> None:
        """Note what the request failed of; the provider's own words stay out."""
        self._reason = _reason(fault.kind)
        self._span.set_status(Status(StatusCode.ERROR))
        self._span.set_attribute(Attribute.ERROR, self._reason)
        self._span.add_event("exception", {"exception.type": fault.kind})

    def end(self, meter: Meter) -> None:
        """Close the span with what the answer took."""
        _tell(self._span, meter)
        seconds = perf_counter() - self._began
        labels = (self._model.model, self._model.provider, OPERATION, self._reason)
        metrics.observe(names.CALL_DURATION, seconds, *labels, example=self._example)
        self._span.end()

    @property
    def _example(self) -> SpanContext:
        own = self._span.get_span_context()
        return own if own.is_valid else self._within


@contextmanager
def observed(role: Role, model: ModelSettings, meter: Meter) -> Iterator[ObservedRequest]:
    """Observe one request, however it ends."""
    request = ObservedRequest(role, model, meter.retries)
    try:
        yield request
    finally:
        request.end(meter)


def _tell(span: Span, meter: Meter) -> None:
    if not span.is_recording():
        return
    if meter.tokens:
        span.set_attribute(Attribute.INPUT_TOKENS, meter.tokens[0])
        span.set_attribute(Attribute.OUTPUT_TOKENS, meter.tokens[1])
    if meter.first_ms is not None:
        span.set_attribute(Attribute.FIRST_TOKEN, meter.first_ms)
    if meter.named:
        span.set_attribute(Attribute.RESPONSE_MODEL, meter.named)


def charged(call: Call, provider: str) -> None:
    """Count what a call took and cost."""
    if call.outcome == "cached":
        return
    metrics.count(names.COST, call.model, call.role, by=call.cost_usd)
    for kind, tokens in (("input", call.input_tokens), ("output", call.output_tokens)):
        if tokens:
            metrics.observe(names.CALL_TOKENS, tokens, call.model, provider, OPERATION, kind)


def fell_back(model: str, kind: str) -> None:
    """Count a call that another mind took over."""
    if kind != "cancelled":
        metrics.count(names.FALLBACKS, model, _reason(kind))


def _reason(kind: str) -> str:
    return kind if kind == "budget" else REASONS.get(kind, OTHER)


def retried(model: str, fault: Fault) -> None:
    """Count a call that is tried again."""
    metrics.count(names.RETRIES, model, _reason(fault.kind))


def sought(found: bool) -> None:
    """Count a reading that was sought among those kept."""
    metrics.count(names.CACHE, "rewrite", "hit" if found else "miss")
