"""Panels as values, and the JSON that Grafana reads."""

from dataclasses import dataclass
from typing import Any, Literal

Json = dict[str, Any]
Kind = Literal["stat", "timeseries", "heatmap", "state-timeline", "table", "bargauge", "alertlist"]

# Fixed, so that a dashboard finds its data wherever the sources are provisioned with them.
PROMETHEUS = {"type": "prometheus", "uid": "prometheus"}
TEMPO = {"type": "tempo", "uid": "tempo"}
GOOD, WARN, BAD = "green", "orange", "red"
NOTHING = {  # a share of nothing
    "type": "special",
    "options": {"match": "null+nan", "result": {"text": "none", "color": "text", "index": 0}},
}


@dataclass(frozen=True, slots=True)
class Query:
    """A PromQL expression; `legend` names its series."""

    expr: str
    legend: str = ""
    exemplars: bool = False
    buckets: bool = False  # the series are a histogram's buckets

    def target(self, letter: str, now: bool) -> Json:
        """Return Grafana's query; `now` asks for the last value alone."""
        shape = {"instant": True, "range": False} if now else {"range": True}
        return {
            "refId": letter,
            "datasource": PROMETHEUS,
            "expr": self.expr,
            "legendFormat": self.legend or "__auto",
            "format": "heatmap" if self.buckets else "time_series",
            "exemplar": self.exemplars,
            **shape,
        }


@dataclass(frozen=True, slots=True)
class Search:
    """A TraceQL query: traces it finds, or a figure of them."""

    query: str
    limit: int = 30

    def target(self, letter: str, now: bool) -> Json:
        """Return Grafana's query."""
        return {
            "refId": letter,
            "datasource": TEMPO,
            "queryType": "traceql",
            "query": self.query,
            "limit": self.limit,
            "tableType": "spans",
            **({"metricsQueryType": "instant"} if " | topk" in self.query else {}),
        }


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel; `steps` colour its value from each bound upwards."""

    title: str
    about: str
    queries: tuple[Query | Search, ...] = ()
    kind: Kind = "timeseries"
    unit: str = "short"
    width: int = 12
    height: int = 8
    steps: tuple[tuple[float | None, str], ...] = ((None, GOOD),)
    decimals: int | None = None
    stacked: bool = False
    lowest: float | None = 0
    highest: float | None = None

    def json(self, number: int, x: int, y: int) -> Json:
        """Return the panel at its place on the grid."""
        now = self.kind in {"stat", "bargauge"}
        panel = {
            "id": number,
            "type": self.kind,
            "title": self.title,
            "description": self.about,
            "gridPos": {"x": x, "y": y, "w": self.width, "h": self.height},
            "options": _options(self.kind),
        }
        if not self.queries:
            return panel
        letters = zip("ABCDEF", self.queries, strict=False)
        targets = [query.target(letter, now) for letter, query in letters]
        source = targets[0]["datasource"]
        return panel | {"datasource": source, "targets": targets, "fieldConfig": self._fields()}

    def _fields(self) -> Json:
        bounds = {"min": self.lowest, "max": self.highest, "decimals": self.decimals}
        steps = [{"value": value, "color": colour} for value, colour in self.steps]
        defaults = {
            "unit": self.unit,
            "noValue": "none",
            "mappings": [NOTHING],
            "color": {"mode": "palette-classic" if self.kind == "timeseries" else "thresholds"},
            "thresholds": {"mode": "absolute", "steps": steps},
            **{name: value for name, value in bounds.items() if value is not None},
        }
        if self.kind == "timeseries":
            defaults["custom"] = self._lines()
        return {"defaults": defaults, "overrides": []}

    def _lines(self) -> Json:
        lines: Json = {"lineWidth": 1, "fillOpacity": 25 if self.stacked else 8}
        if self.stacked:
            lines["stacking"] = {"mode": "normal", "group": "A"}
        if len(self.steps) > 1:
            lines["thresholdsStyle"] = {"mode": "dashed"}
        return lines | {"showPoints": "never", "spanNulls": False}


OPTIONS: dict[Kind, Json] = {
    "stat": {"reduceOptions": {"calcs": ["lastNotNull"]}, "graphMode": "none"},
    "bargauge": {"reduceOptions": {"calcs": ["lastNotNull"]}, "orientation": "horizontal"},
    "heatmap": {"calculate": False, "cellGap": 1, "yAxis": {"unit": "short"}},
    "state-timeline": {"showValue": "never", "mergeValues": True},
    "table": {"showHeader": True},
    "alertlist": {
        "alertName": "Osusume",
        "stateFilter": {"firing": True, "pending": True, "normal": False, "noData": False},
        "viewMode": "list",
    },
    "timeseries": {
        "legend": {"displayMode": "table", "placement": "right", "calcs": ["lastNotNull", "max"]},
        "tooltip": {"mode": "multi", "sort": "desc"},
    },
}


def _options(kind: Kind) -> Json:
    return OPTIONS[kind]
