"""OTLP over HTTP, as the standard OTEL_* variables say: off unless they name an end point."""

import logging
import os
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread

from opentelemetry.sdk.metrics.export import MetricExportResult
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace.export import SpanExportResult

from infra import metrics
from infra.exposition import how_many, points
from infra.names import SERVICE
from infra.outbox import CLOSING_SECONDS, Health, Outbox, variable

PATIENCE = 5.0  # seconds for one delivery, repetitions included, where OTEL_* name no other
UNNAMED = "unknown_service"  # what OpenTelemetry calls a service that nobody named


def wanted(signal: str) -> bool:
    """Tell whether a signal (`traces` or `metrics`) is to be sent."""
    if os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    if os.environ.get(f"OTEL_{signal.upper()}_EXPORTER", "otlp").strip().lower() == "none":
        return False
    return bool(_variable(signal, "ENDPOINT"))


def resource() -> Resource:
    """Return what OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME say, and who we are otherwise."""
    found = Resource.create()
    ours = {"service.name": SERVICE, "service.version": metrics.release()}
    named = {
        key: value
        for key, value in found.attributes.items()
        if not (key == "service.name" and str(value).startswith(UNNAMED))
    }
    return Resource({**ours, **named})


def span_outbox() -> Outbox:
    """Return what sends spans to the end point."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    exporter = OTLPSpanExporter(timeout=_patience("traces"))
    _quiet()

    def send(batch: object) -> bool:
        return exporter.export(batch) is SpanExportResult.SUCCESS  # type: ignore[arg-type]

    return Outbox(send, exporter.shutdown)


class MetricSender:
    """Send the metrics at an interval, and once more at the end."""

    def __init__(self, about: Resource) -> None:
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter

        self._exporter = OTLPMetricExporter(timeout=_patience("metrics"))
        _quiet()
        self._about = about
        self._every = variable("OTEL_METRIC_EXPORT_INTERVAL", 60_000) / 1000
        self._health = Health("metrics")
        self._ended = Event()
        self._worker = Thread(target=self._work, name="metrics", daemon=True)
        self._worker.start()

    def close(self) -> None:
        """Send them a last time, as far as the time allows."""
        self._ended.set()
        self._worker.join(CLOSING_SECONDS)
        self._exporter.shutdown()

    def _work(self) -> None:
        while not self._ended.wait(self._every):
            if self._health.well:
                self._send()
        self._send()

    def _send(self) -> None:
        data = points(self._about)
        sent = self._exporter.export(data) is MetricExportResult.SUCCESS
        self._health.note(sent, how_many(data))


def at_once(*work: Callable[[], None]) -> None:
    """Run functions side by side, and return when all are done."""
    threads = [Thread(target=each, daemon=True) for each in work]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def _patience(signal: str) -> float:
    with suppress(ValueError):
        return float(_variable(signal, "TIMEOUT") or PATIENCE)
    return PATIENCE


def _variable(signal: str, name: str) -> str:
    """Return a variable of one signal, or the one that holds for all."""
    own, shared = f"OTEL_EXPORTER_OTLP_{signal.upper()}_{name}", f"OTEL_EXPORTER_OTLP_{name}"
    return os.environ.get(own, "").strip() or os.environ.get(shared, "").strip()


def _quiet() -> None:
    """Silence the exporters' own lines: they come with every batch, and `Health` says it once."""
    logging.getLogger("opentelemetry.exporter").setLevel(logging.CRITICAL)
