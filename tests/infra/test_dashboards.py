"""Dashboards: the files are what the code gives, Grafana knows every key, every name exists."""

from __future__ import annotations

import json
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models import units

from infra import names
from infra.grafana.boards import Board
from infra.grafana.dashboards import BOARDS, FOLDER, path, text
from infra.names import Attribute, Metric, Span

if TYPE_CHECKING:
    from tests.infra.conftest import Asked, Parse

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "infra" / "grafana" / "provisioning" / "datasources" / "datasources.yaml"
METRICS = {
    series: metric
    for metric in vars(names).values()
    if isinstance(metric, Metric)
    for series in metric.exposed
}
# What every scrape and the Prometheus client add.
FOREIGN = {
    "up",
    "scrape_duration_seconds",
    "process_resident_memory_bytes",
    "process_cpu_seconds_total",
    "process_open_fds",
    "process_start_time_seconds",
}
SCRAPED = {"job", "instance"}
RESOURCE = {"service.name", "k8s.namespace.name"}  # the second by the pod's environment
MATCHER = re.compile(r'(\w+)(=~|!~|!=|=)"([^"]*)"')
of_each_board = pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.uid)


@pytest.fixture
def every_query(panels: list[Asked], rules: list[Asked], documented: list[Asked]) -> list[Asked]:
    return [*panels, *rules, *documented]


@of_each_board
def test_a_dashboards_file_is_what_the_code_gives(board: Board) -> None:
    assert path(board).read_text("utf-8") == text(board), (
        "run 'python -m infra.grafana.dashboards' and commit what it writes"
    )


def test_every_file_is_a_dashboard_of_the_code() -> None:
    assert {each.name for each in FOLDER.iterdir()} == {path(board).name for board in BOARDS}


@pytest.fixture(scope="module")
def grafana() -> Callable[[Any], Any]:
    """Return what Grafana's own types keep of a dashboard."""
    with warnings.catch_warnings():
        # It recommends the second version, which Grafana reads only from 12 on.
        warnings.simplefilter("ignore", DeprecationWarning)
        from grafana_foundation_sdk.models.dashboard import Dashboard
    register_default_plugins()
    return lambda given: json.loads(json.dumps(Dashboard.from_json(given), cls=JSONEncoder))


@of_each_board
def test_grafana_knows_every_key_of_a_dashboard(
    board: Board, grafana: Callable[[Any], Any]
) -> None:
    assert list(lost(board.json(), grafana(board.json()))) == []


def lost(given: Any, read: Any, place: str = "") -> Iterator[str]:
    """Yield what Grafana's own types dropped or altered."""
    if isinstance(given, dict) and isinstance(read, dict):
        for key, value in given.items():
            if key in read:
                yield from lost(value, read[key], f"{place}.{key}")
            else:
                yield f"{place}.{key} is not known"
    elif isinstance(given, list) and isinstance(read, list) and len(given) == len(read):
        for number, pair in enumerate(zip(given, read, strict=True)):
            yield from lost(*pair, f"{place}[{number}]")
    elif given != read:
        yield f"{place}: {given!r} became {read!r}"


def test_an_unknown_key_would_be_noticed(grafana: Callable[[Any], Any]) -> None:
    given = json.loads(text(BOARDS[0]))
    given["panels"][1]["options"]["graphModes"] = "none"
    assert list(lost(given, grafana(given))) == [".panels[1].options.graphModes is not known"]


@of_each_board
def test_a_panel_says_what_it_shows_in_a_unit_that_grafana_has(board: Board) -> None:
    known = {each for each in vars(units).values() if isinstance(each, str)}
    for panel in board.json()["panels"]:
        if panel["type"] == "row":
            continue
        assert len(panel["description"]) > 5, panel["title"]
        assert panel["description"].endswith("."), panel["title"]
        if "fieldConfig" in panel:
            assert panel["fieldConfig"]["defaults"]["unit"] in known


@of_each_board
def test_panels_fill_the_grid_without_overlap(board: Board) -> None:
    taken: Counter[tuple[int, int]] = Counter()
    for panel in board.json()["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        columns = range(place["x"], place["x"] + place["w"])
        rows = range(place["y"], place["y"] + place["h"])
        taken.update((x, y) for x in columns for y in rows)
    assert set(taken.values()) == {1}


def test_uids_and_panel_numbers_are_fixed_and_unique() -> None:
    uids = [board.uid for board in BOARDS]
    assert len(set(uids)) == len(uids)
    for board in BOARDS:
        numbers = [panel["id"] for panel in board.json()["panels"]]
        assert len(set(numbers)) == len(numbers)


def test_dashboards_use_the_sources_that_are_provisioned() -> None:
    provisioned = yaml.safe_load(SOURCES.read_text("utf-8"))["datasources"]
    known = {(each["type"], each["uid"]) for each in provisioned}
    assert known == {("prometheus", "prometheus"), ("tempo", "tempo"), ("loki", "loki")}
    for board in BOARDS:
        used = re.findall(r'"type": "(\w+)",\s+"uid": "(\w+)"', text(board))
        assert used
        assert set(used) <= known


def test_exemplars_open_the_trace_they_belong_to() -> None:
    provisioned = yaml.safe_load(SOURCES.read_text("utf-8"))["datasources"]
    links = provisioned[0]["jsonData"]["exemplarTraceIdDestinations"]
    assert [(each["name"], each["datasourceUid"]) for each in links] == [("trace_id", "tempo")]
    shown = [target["expr"] for board in BOARDS for target in targets(board) if "expr" in target]
    with_exemplars = [
        target["expr"] for board in BOARDS for target in targets(board) if target.get("exemplar")
    ]
    assert len(shown) > len(with_exemplars) >= 4
    assert all("_bucket" in each for each in with_exemplars)


def targets(board: Board) -> list[dict[str, Any]]:
    return [target for panel in board.json()["panels"] for target in panel.get("targets", [])]


def test_every_query_parses(every_query: list[Asked], parse: Parse) -> None:
    wrong = [
        f"{asked.place}: {asked.query}: {named.wrong}"
        for asked, named in zip(every_query, parse(every_query), strict=True)
        if named.wrong
    ]
    assert wrong == []
    assert {asked.language for asked in every_query} == {"promql", "traceql"}


def test_a_query_that_does_not_parse_is_noticed(panels: list[Asked], parse: Parse) -> None:
    for language in ("promql", "traceql"):
        good = next(each for each in panels if each.language == language)
        broken = type(good)(good.place, good.language, good.query[:-1] + " | (")
        assert parse([broken])[0].wrong


def test_every_metric_label_and_value_exists(
    every_query: list[Asked], parse: Parse, recorded: set[str]
) -> None:
    asked = [each for each in every_query if each.language == "promql"]
    for each, named in zip(asked, parse(asked), strict=True):
        assert named.names, each
        unknown = set(named.names) - set(METRICS) - FOREIGN - recorded
        assert unknown == set(), each
        known = SCRAPED | {label for name in named.names for label in labels_of(name)}
        assert set(named.labels) <= known, each
        for selector in named.selectors:
            check_selector(selector)


def labels_of(series: str) -> set[str]:
    if series not in METRICS:
        return set()
    return {*METRICS[series].labels, *(["le"] if series.endswith("_bucket") else [])}


def check_selector(selector: str) -> None:
    """Hold a selector's labels to its own metric, and their values to those that are told."""
    known = SCRAPED | labels_of(selector.split("{")[0])
    for label, operator, value in MATCHER.findall(selector):
        assert label in known, selector
        values = value.split("|") if "~" in operator else [value]
        if label in names.VALUES and value != ".*":
            assert set(values) <= set(names.VALUES[label]), selector


def test_every_attribute_that_is_searched_for_is_recorded(
    every_query: list[Asked], parse: Parse
) -> None:
    asked = [each for each in every_query if each.language == "traceql"]
    for each, named in zip(asked, parse(asked), strict=True):
        assert set(named.names) <= {*Attribute, *RESOURCE}, each
        for span in re.findall(r'[{ ]name = "(.+?)"', each.query):
            assert span in set(Span), each


def test_the_searches_an_operator_asks_for_are_on_a_dashboard_and_in_the_docs(
    panels: list[Asked], documented: list[Asked]
) -> None:
    titles = {each.place.rpartition(" / ")[2] for each in panels if each.language == "traceql"}
    assert {"Slow turns", "Ungrounded answers", "Fallbacks", "Dear sessions"} <= titles
    told = {each.query for each in documented if each.place == "docs/dashboards.md"}
    assert {each.query for each in panels if each.language == "traceql"} == told
