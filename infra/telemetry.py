"""Tracing by OpenTelemetry: off unless the standard OTEL_* variables name a back end."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Tracer

SERVICE = "osusume"


@cache
def provider() -> TracerProvider:
    """Return the process's tracer provider; spans leave it only where an OTLP endpoint is set."""
    made = TracerProvider(resource=Resource.create({"service.name": SERVICE}))
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or os.environ.get(
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"
    ):
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        made.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(timeout=5)))
    return made


def tracer() -> Tracer:
    """Return the process's tracer."""
    return provider().get_tracer(SERVICE)


class TurnTrace:
    """The trace of one turn: a root span and one child for each step.

    The parent is handed to each child by name, never left current across a `yield`.
    """

    def __init__(self, conversation: str) -> None:
        self._root = tracer().start_span("turn")
        self._root.set_attribute("gen_ai.conversation.id", conversation)
        self._parent = trace.set_span_in_context(self._root)

    @property
    def id(self) -> str:
        """Return the trace id, 32 hex digits."""
        return trace.format_trace_id(self._root.get_span_context().trace_id)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Open the span of one step."""
        with tracer().start_as_current_span(name, context=self._parent):
            yield

    def end(self) -> None:
        """Close the root span."""
        self._root.end()
