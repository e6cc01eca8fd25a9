"""PromQL over the names of telemetry, and the objectives that dashboards mark."""

from infra.names import SERVICE, TURNS, Metric

# The alerts hold to the same figures; a test compares them.
AVAILABILITY = 0.995  # of turns that people did not cancel, over 30 days
TURN_P95 = 5.0  # seconds, a chat model's time included
FIRST_TOKEN_P95 = 3.0  # seconds
ABSTAINED = 0.25  # of turns over an hour
FALLBACKS = 0.2  # of a model's calls
COST_A_DAY = 5.0  # US dollars at the last hour's pace
MEMORY = 0.9 * 768 * 2**20  # bytes: nine tenths of the container's limit
INDEX_AGE = 30 * 86_400  # seconds

WINDOW = "$__rate_interval"
RANGE = "$__range"  # what the dashboard shows
JOB = f'job="{SERVICE}"'  # for names that other programs use too
COUNTED = 'outcome!="cancelled"'
FAILED = 'outcome="failed"'


def total(metric: Metric, where: str = "") -> str:
    """Return a counter's series."""
    return f"{metric.prometheus}_total{_braced(where)}"


def count(metric: Metric, where: str = "") -> str:
    """Return how often a histogram was given a value."""
    return f"{metric.prometheus}_count{_braced(where)}"


def summed(metric: Metric, where: str = "") -> str:
    """Return the sum of a histogram's values."""
    return f"{metric.prometheus}_sum{_braced(where)}"


def buckets(metric: Metric, where: str = "") -> str:
    """Return a histogram's buckets."""
    return f"{metric.prometheus}_bucket{_braced(where)}"


def rate(series: str, *by: str, window: str = WINDOW) -> str:
    """Return how much series grow a second, summed but for some labels."""
    return f"sum{_by(by)}(rate({series}[{window}]))"


def grown(series: str, *by: str, window: str = RANGE) -> str:
    """Return by how much series grew, summed but for some labels."""
    return f"sum{_by(by)}(increase({series}[{window}]))"


def quantile(of: float, metric: Metric, *by: str, where: str = "", window: str = WINDOW) -> str:
    """Return a quantile of a histogram."""
    inner = rate(buckets(metric, where), "le", *by, window=window)
    return f"histogram_quantile({of}, {inner})"


def or_none(expr: str) -> str:
    """Return zero where nothing of the kind ever happened."""
    return f"({expr} or vector(0))"


def failed(window: str) -> str:
    """Return the share of turns that failed, of those that people did not cancel."""
    bad = or_none(grown(total(TURNS, FAILED), window=window))
    return f"{bad} / {grown(total(TURNS, COUNTED), window=window)}"


def _braced(where: str) -> str:
    return f"{{{where}}}" if where else ""


def _by(labels: tuple[str, ...]) -> str:
    return f" by ({', '.join(labels)}) " if labels else ""
