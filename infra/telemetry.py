"""Tracing by OpenTelemetry: one trace a turn, sent where the standard OTEL_* variables say.

Without an end point no span is made; a turn then has an id all the same, for its log lines.
"""

import atexit
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from secrets import randbits
from threading import Lock
from time import perf_counter
from typing import Any

from opentelemetry import trace
from opentelemetry.context import Context, attach, detach
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, Status, StatusCode, TraceFlags
from opentelemetry.trace import Tracer as Tracer

from infra import metrics, names
from infra.names import SERVICE, Attribute
from infra.otlp import MetricSender, at_once, resource, span_outbox, wanted

Figure = str | int | float | bool
Attributes = Mapping[Any, Figure]  # keys are `names.Attribute`
FRAMES = 12  # of a stack trace, the innermost


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The ways on which telemetry leaves the process; absent ones are off."""

    spans: TracerProvider | None = None
    tracer: Tracer | None = None
    metrics: MetricSender | None = None

    def close(self) -> None:
        """Send what is left, side by side; takes three seconds at most."""
        at_once(self._end_spans, self._end_metrics)

    def _end_spans(self) -> None:
        if self.spans:
            self.spans.shutdown()

    def _end_metrics(self) -> None:
        if self.metrics:
            self.metrics.close()


def pipeline() -> Pipeline:
    """Return the process's pipeline, begun at the first call."""
    with _lock:
        return _begun()


@cache
def _begun() -> Pipeline:
    provider = sender = None
    about = resource()
    if wanted("traces"):
        provider = TracerProvider(resource=about, shutdown_on_exit=False)
        provider.add_span_processor(span_outbox())
    if wanted("metrics"):
        sender = MetricSender(about)
    tracer = provider.get_tracer(SERVICE) if provider else None
    if provider or sender:
        atexit.register(close)
    return Pipeline(provider, tracer, sender)


_lock = Lock()


def close() -> None:
    """Send what is left; whatever is told afterwards begins a new pipeline."""
    with _lock:
        if not _begun.cache_info().currsize:
            return
        running = _begun()
        _begun.cache_clear()
    atexit.unregister(close)
    running.close()


def begin(name: str, attributes: Attributes | None = None, above: Context | None = None) -> Span:
    """Begin a span below the one that is current, or below `above`; whoever calls ends it.

    Where the one above is not recorded, this one is not either, and costs next to nothing.
    """
    parent = trace.get_current_span(above)
    tracer = pipeline().tracer if parent.is_recording() else None
    if tracer is None:
        return trace.INVALID_SPAN
    return tracer.start_span(name, above, attributes=attributes)


@contextmanager
def span(
    name: str, attributes: Attributes | None = None, above: Context | None = None
) -> Iterator[Span]:
    """Hold a span open around work that does not yield; an error marks it and goes on."""
    opened = begin(name, attributes, above)
    if not opened.is_recording():
        yield opened
        return
    token = attach(trace.set_span_in_context(opened, above))
    try:
        yield opened
    except Exception as error:  # whatever it is: it is only noted here
        failed(opened, error)
        raise
    finally:
        detach(token)
        opened.end()


def failed(opened: Span, error: BaseException) -> None:
    """Mark a span as failed, by the error's type and place: its words may quote a message."""
    kind = type(error).__name__
    opened.set_status(Status(StatusCode.ERROR))
    opened.set_attribute(Attribute.ERROR, kind)
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    told = "\n".join(f"{each.filename}:{each.lineno} {each.name}" for each in frames)
    opened.add_event("exception", {"exception.type": kind, "exception.stacktrace": told})


class TurnTrace:
    """The trace of one turn: a root span and one child for each step.

    The parent is handed to each child by name, never left current across a `yield`.
    """

    def __init__(self, conversation: str) -> None:
        tracer = pipeline().tracer
        if tracer is None:
            context = SpanContext(randbits(128) or 1, randbits(64) or 1, False, TraceFlags(0))
            self.root: Span = NonRecordingSpan(context)
        else:
            told: Attributes = {
                Attribute.OPERATION: "invoke_agent",
                Attribute.CONVERSATION: conversation,
            }
            self.root = tracer.start_span(names.Span.TURN, Context(), attributes=told)
        self._parent = trace.set_span_in_context(self.root, Context())

    @property
    def id(self) -> str:
        """Return the trace id, 32 hex digits."""
        return trace.format_trace_id(self.context.trace_id)

    @property
    def context(self) -> SpanContext:
        """Return the ids of the root span."""
        return self.root.get_span_context()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Open the span of one step, and take its time."""
        began = perf_counter()
        token = attach(self._parent)  # so that log lines bear the trace's id even without spans
        try:
            with span(name, None, self._parent):
                yield
        finally:
            detach(token)
            seconds = perf_counter() - began
            metrics.observe(names.STEP_DURATION, seconds, name, example=self.context)

    def tell(self, attributes: Attributes) -> None:
        """Add attributes to the root span."""
        if self.root.is_recording():
            self.root.set_attributes(dict(attributes))

    def fail(self, error: BaseException) -> None:
        """Mark the whole turn as failed."""
        if self.root.is_recording():
            failed(self.root, error)

    def end(self) -> None:
        """Close the root span."""
        self.root.end()
