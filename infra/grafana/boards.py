"""Dashboards as values: rows of panels, and what can be chosen at the top."""

from dataclasses import dataclass

from infra.grafana.panels import PROMETHEUS, Json, Panel

TAG = "osusume"
COLUMNS = 24  # of Grafana's grid
RESTARTS = {
    "name": "Restarts",
    "datasource": PROMETHEUS,
    "enable": True,
    "iconColor": "purple",
    "expr": 'changes(process_start_time_seconds{job="osusume"}[$__rate_interval]) > 0',
}
LINKS = {
    "title": "Osusume",
    "type": "dashboards",
    "tags": [TAG],
    "asDropdown": True,
    "keepTime": True,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A variable at a dashboard's top: some values, or those of a label."""

    name: str
    label: str
    values: tuple[str, ...] = ()
    query: str = ""

    def json(self) -> Json:
        """Return the variable."""
        common = {"name": self.name, "label": self.label}
        if self.query:
            return common | {
                "type": "query",
                "datasource": PROMETHEUS,
                "query": self.query,
                "refresh": 2,
                "multi": True,
                "includeAll": True,
                "allValue": ".*",
                "current": {"text": ["All"], "value": ["$__all"]},
            }
        first = self.values[0]
        offered = [{"text": each, "value": each, "selected": each == first} for each in self.values]
        return common | {
            "type": "custom",
            "query": ",".join(self.values),
            "options": offered,
            "current": {"text": first, "value": first},
        }


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard: rows of panels under headings."""

    uid: str
    title: str
    about: str
    rows: tuple[tuple[str, tuple[Panel, ...]], ...]
    choices: tuple[Choice, ...] = ()

    def json(self) -> Json:
        """Return the dashboard as Grafana reads it."""
        return {
            "uid": self.uid,
            "title": self.title,
            "description": self.about,
            "tags": [TAG],
            "schemaVersion": 39,
            "timezone": "browser",
            "editable": True,
            "refresh": "30s",
            "time": {"from": "now-6h", "to": "now"},
            "graphTooltip": 1,
            "links": [LINKS],
            "annotations": {"list": [RESTARTS]},
            "templating": {"list": [choice.json() for choice in self.choices]},
            "panels": self._placed(),
        }

    def _placed(self) -> list[Json]:
        placed: list[Json] = []
        y = 0
        for heading, panels in self.rows:
            place = {"x": 0, "y": y, "w": COLUMNS, "h": 1}
            row = {"type": "row", "title": heading, "collapsed": False, "panels": []}
            placed.append({"id": len(placed) + 1, "gridPos": place, **row})
            y = _fill(placed, panels, y + 1)
        return placed


def _fill(placed: list[Json], panels: tuple[Panel, ...], y: int) -> int:
    """Place panels from left to right, line under line, and return the next free line."""
    x = tallest = 0
    for panel in panels:
        if x + panel.width > COLUMNS:
            x, y, tallest = 0, y + tallest, 0
        placed.append(panel.json(len(placed) + 1, x, y))
        x, tallest = x + panel.width, max(tallest, panel.height)
    return y + tallest
