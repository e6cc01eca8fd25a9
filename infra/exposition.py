"""The metrics as others read them: Prometheus' text, and points for OTLP."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from time import time_ns

from opentelemetry.sdk.metrics import Exemplar as Example
from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    Gauge,
    Histogram,
    HistogramDataPoint,
    Metric,
    MetricsData,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
    Sum,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.samples import Exemplar, Sample

from infra.metrics import METRICS, REGISTRY
from infra.names import SERVICE, attribute

BEGUN = time_ns()
_OURS = {metric.prometheus: metric for metric in METRICS}
CUMULATIVE = AggregationTemporality.CUMULATIVE


def exposed(accept: str = "") -> tuple[bytes, str]:
    """Return the metrics as text and its content type; OpenMetrics, with examples, if asked for."""
    encoder, kind = choose_encoder(accept)
    text: bytes = encoder(REGISTRY)
    return text, kind


def points(resource: Resource) -> MetricsData:
    """Return the metrics as they are now, for an OTLP exporter."""
    scope = InstrumentationScope(SERVICE)
    found = list(_metrics(time_ns()))
    return MetricsData([ResourceMetrics(resource, [ScopeMetrics(scope, found, "")], "")])


def how_many(data: MetricsData) -> int:
    """Return the number of points."""
    scopes = (scope for each in data.resource_metrics for scope in each.scope_metrics)
    return sum(len(metric.data.data_points) for scope in scopes for metric in scope.metrics)


def _metrics(now: int) -> Iterator[Metric]:
    for family in REGISTRY.collect():
        ours = _OURS.get(family.name)
        name, unit = (ours.name, ours.unit) if ours else (family.name, family.unit)
        if family.samples:
            yield Metric(name, family.documentation, unit, _data(family, now))


def _data(family: Family, now: int) -> Sum | Gauge | Histogram:
    if family.type == "histogram":
        return Histogram(list(_histograms(family.samples, now)), CUMULATIVE)
    numbers = [
        NumberDataPoint(_attributes(each), BEGUN, now, float(each.value)) for each in family.samples
    ]
    if family.type == "counter":
        return Sum(numbers, CUMULATIVE, is_monotonic=True)
    return Gauge(numbers)


def _histograms(samples: Sequence[Sample], now: int) -> Iterator[HistogramDataPoint]:
    """Yield a point for each set of labels; Prometheus' buckets count all that is below."""
    grouped: dict[tuple[tuple[str, str], ...], list[Sample]] = {}
    for each in samples:
        labels = tuple(pair for pair in each.labels.items() if pair[0] != "le")
        grouped.setdefault(labels, []).append(each)
    for group in grouped.values():
        buckets = [each for each in group if "le" in each.labels]
        below = [0, *(int(each.value) for each in buckets)]
        total = next(each.value for each in group if each.name.endswith("_sum"))
        yield HistogramDataPoint(
            attributes=_attributes(group[0]),
            start_time_unix_nano=BEGUN,
            time_unix_nano=now,
            count=below[-1],
            sum=float(total),
            bucket_counts=[after - before for before, after in pairwise(below)],
            explicit_bounds=[float(each.labels["le"]) for each in buckets[:-1]],
            min=None,  # type: ignore[arg-type]  # not kept, and so left out
            max=None,  # type: ignore[arg-type]
            exemplars=[_example(each.exemplar) for each in buckets if each.exemplar],
        )


def _example(exemplar: Exemplar) -> Example:
    trace, span = (int(exemplar.labels[name], 16) for name in ("trace_id", "span_id"))
    at = int(1e9 * float(exemplar.timestamp or 0.0))
    return Example({}, exemplar.value, at, span, trace)


def _attributes(sample: Sample) -> dict[str, str]:
    return {
        attribute(name): value for name, value in sample.labels.items() if name != "le" and value
    }
