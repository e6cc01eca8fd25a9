"""The process's metrics: one store, read at /metrics and sent over OTLP, told by whoever acts.

Recording takes a few microseconds and never fails: an unknown label value counts as `other`.
"""

from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from threading import Lock
from time import monotonic, time
from typing import Final, TypeVar

from opentelemetry.trace import SpanContext, format_span_id, format_trace_id
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

from infra import names
from infra.names import OPEN_LABELS, OTHER, SERVICE, VALUES, Metric

Made = TypeVar("Made", Counter, Histogram, Gauge)
OPEN_VALUES = 20  # of a label whose values only settings know; further ones count as `other`
ACTIVE_SECONDS = 15 * 60
PRUNED_EVERY = 1000  # sessions
disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY: Final = CollectorRegistry(auto_describe=False)
METRICS: Final = tuple(each for each in vars(names).values() if isinstance(each, Metric))

_made: dict[str, Counter | Histogram | Gauge] = {}
_open: dict[str, set[str]] = {label: set() for label in OPEN_LABELS}
_lock = Lock()


def _make(metric: Metric) -> Counter | Histogram | Gauge:
    about, labels = metric.about, metric.labels
    if metric.kind == "histogram":
        return Histogram(
            metric.prometheus, about, labels, buckets=metric.buckets, registry=REGISTRY
        )
    kind = Counter if metric.kind == "counter" else Gauge
    return kind(metric.prometheus, about, labels, registry=REGISTRY)


def folded(label: str, value: str) -> str:
    """Return a value that a label may take."""
    if label in VALUES:
        known = VALUES[label]
        return value if value in known else "unknown" if "unknown" in known else OTHER
    seen = _open[label]
    if value not in seen:
        with _lock:
            if len(seen) >= OPEN_VALUES:
                return OTHER
            seen.add(value)
    return value


def count(metric: Metric, *values: str, by: float = 1.0) -> None:
    """Raise a counter."""
    if by > 0:
        _of(metric, values, Counter).inc(by)


def observe(
    metric: Metric, figure: float, *values: str, example: SpanContext | None = None
) -> None:
    """Put a figure into a histogram; its span, if recorded, can be looked up as an example."""
    exemplar = None
    if example is not None and example.trace_flags.sampled:
        exemplar = {
            "trace_id": format_trace_id(example.trace_id),
            "span_id": format_span_id(example.span_id),
        }
    _of(metric, values, Histogram).observe(max(0.0, figure), exemplar)


def put(metric: Metric, figure: float, *values: str) -> None:
    """Set a gauge."""
    _of(metric, values, Gauge).set(figure)


def watch(metric: Metric, look: Callable[[], float], *values: str) -> None:
    """Let a gauge be looked up whenever it is read."""
    _of(metric, values, Gauge).set_function(look)


def _of(metric: Metric, values: tuple[str, ...], kind: type[Made]) -> Made:
    made = _made[metric.name]
    assert isinstance(made, kind)
    if not values:
        return made
    return made.labels(*map(folded, metric.labels, values))


def acted(action: str) -> None:
    """Count what somebody did with an item shown: one of `names.ITEM_ACTIONS`."""
    count(names.ACTIONS, action)


def judged(verdict: str) -> None:
    """Count a thumb: `up` or `down`."""
    count(names.FEEDBACK, verdict)


def dropped(signal: str, records: int) -> None:
    """Count telemetry that was lost on its way."""
    count(names.DROPPED, signal, by=records)


def serves(catalogue: str, items: int, built: float, threshold: float) -> None:
    """Tell which index serves; `built` is in seconds since 1970."""
    put(names.INDEX_ITEMS, items, catalogue)
    put(names.THRESHOLD, threshold, catalogue)
    watch(names.INDEX_AGE, lambda: max(0.0, time() - built), catalogue)


def speaks(mind: str) -> None:
    """Tell which version runs, and with which mind."""
    _made[names.INFO.name].clear()
    put(names.INFO, 1.0, release(), mind)


def release() -> str:
    """Return the version that is installed."""
    try:
        return version(SERVICE)
    except PackageNotFoundError:
        return "unknown"


class Activity:
    """Which turns are under way, and which sessions had one lately."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._running = 0
        self._sessions: dict[str, float] = {}

    @property
    def running(self) -> int:
        """Return how many turns are under way."""
        return self._running

    def began(self, session: str) -> None:
        """Note that a turn of a session begins."""
        with self._lock:
            self._running += 1
            self._sessions[session] = monotonic()
            if len(self._sessions) % PRUNED_EVERY == 0:
                self._prune()

    def ended(self) -> None:
        """Note that a turn is over."""
        with self._lock:
            self._running -= 1

    def sessions(self) -> int:
        """Return how many sessions had a turn in the last quarter of an hour."""
        with self._lock:
            self._prune()
            return len(self._sessions)

    def _prune(self) -> None:
        since = monotonic() - ACTIVE_SECONDS
        self._sessions = {each: at for each, at in self._sessions.items() if at >= since}


def _begin_at_zero(metric: Metric) -> None:
    """Let a counter of closed labels be there before it first counts: rates need that."""
    combinations: list[tuple[str, ...]] = [()]
    for label in metric.labels:
        if label in OPEN_LABELS:
            return
        combinations = [(*each, value) for each in combinations for value in VALUES[label]]
    for values in combinations:
        _of(metric, values, Counter).inc(0)


for _metric in METRICS:
    _made[_metric.name] = _make(_metric)
    if _metric.kind == "counter":
        _begin_at_zero(_metric)
ProcessCollector(registry=REGISTRY)
ACTIVITY: Final = Activity()
watch(names.RUNNING, lambda: ACTIVITY.running)
watch(names.SESSIONS, ACTIVITY.sessions)
