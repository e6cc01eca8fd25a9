"""Dashboards and alerts on a real Prometheus that scraped a real load run of the real app."""

from __future__ import annotations

import gzip
import json
import math
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import yaml
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

if TYPE_CHECKING:
    from tests.infra.conftest import Asked, Parse

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "infra" / "prometheus"
APP = [sys.executable, "-c", "from ui.cli import main; main()", "ui", "--no-browser"]
PATIENCE = 90.0  # seconds for anything to happen on a busy machine
pytestmark = [pytest.mark.e2e, pytest.mark.slow]

INVENTED = (
    "Here is what fits.\n\n[1] – slow and tense, in the vein of *Sword of the Paper Moon* (1999, "
    "641 episodes).\n[2] – as dark as it gets.\n[3] – quieter.\n"
)
READINGS: dict[str, dict[str, Any]] = {
    "anime like Naruto but darker": {
        "starts_over": True,
        "like": ["Naruto"],
        "tones": [{"tone": "darker", "relative": True, "than": "", "words": "darker"}],
    },
    "a slow mystery about a detective": {"starts_over": True, "about": "a detective's slow case"},
    "a romance from before 1950": {
        "starts_over": True,
        "facets": [{"how": "require", "facet": "genres", "values": ["Romance"]}],
        "bounds": [{"number": "year", "low": None, "high": 1950, "words": "before 1950"}],
    },
    "a romance about filing an income tax return": {
        "starts_over": True,
        "about": "filing an income tax return",
        "facets": [{"how": "require", "facet": "genres", "values": ["Romance"]}],
    },
    "a recipe for pancakes": {"intent": "out_of_scope"},
    "hello": {"intent": "converse", "small_talk": "greeting"},
}
# No thumb was given in the load run, so a share of thumbs is 0/0; Grafana shows "none" for it.
NOTHING_TO_SHARE = {"Osusume / Conversation quality / Thumbs up"}


class Listener(ThreadingHTTPServer):
    """Take whatever is posted: spans from the app, alerts from Alertmanager."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taker)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.bodies: list[tuple[str, bytes]] = []

    def alerts(self) -> list[dict[str, Any]]:
        sent = [json.loads(body) for path, body in list(self.bodies) if path == "/alerts"]
        return [alert for each in sent for alert in each["alerts"]]

    def attributes(self) -> set[str]:
        """Return the names of attributes of all spans that came."""
        found = set()
        for path, body in list(self.bodies):
            if path.endswith("/v1/traces"):
                sent = ExportTraceServiceRequest.FromString(body)
                found |= {
                    attribute.key
                    for resource in sent.resource_spans
                    for scope in resource.scope_spans
                    for span in scope.spans
                    for attribute in span.attributes
                }
        return found


class Taker(BaseHTTPRequestHandler):
    server: Listener

    def log_message(self, *args: Any) -> None:
        """Keep the tests' output clean."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.bodies.append((self.path, body))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()


@dataclass
class Run:
    """The app, its model's server, and what watches them."""

    app: subprocess.Popen[bytes]
    groq: Any
    acts: Any
    page: str
    prometheus: str
    listener: Listener
    traces: list[str] = field(default_factory=list)

    def talk(self, *messages: str) -> list[dict[str, Any]]:
        """Hold a conversation over the HTTP API."""
        with httpx.Client(base_url=self.page, timeout=PATIENCE) as http:
            session = http.post("/api/sessions").raise_for_status().json()["session"]
            path, replies = f"/api/sessions/{session}/turns", []
            for message in messages:
                answer = http.post(path, json={"message": message})
                replies.append(answer.raise_for_status().json())
        self.traces += [reply["trace_id"] for reply in replies]
        return replies

    def ask(self, query: str) -> list[dict[str, Any]]:
        """Return what a query finds now."""
        answer = httpx.post(
            f"{self.prometheus}/api/v1/query", data={"query": query}, timeout=PATIENCE
        )
        told = answer.json()
        assert told["status"] == "success", (query, told)
        result: list[dict[str, Any]] = told["data"]["result"]
        return result


def until(what: Callable[[], Any], told: str) -> Any:
    """Wait for something to become true, and return it."""
    ends = monotonic() + PATIENCE
    while monotonic() < ends:
        if found := what():
            return found
        sleep(0.2)
    pytest.fail(f"waited {PATIENCE:g} s in vain for {told}")


def answers(url: str) -> bool:
    try:
        return httpx.get(url).is_success
    except httpx.HTTPError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], log: Path, **more: Any) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out, subprocess.Popen(command, stdout=out, stderr=out, **more) as begun:
        yield begun
        begun.terminate()
        begun.wait(PATIENCE)


@pytest.fixture(scope="module")
def run(
    program: Callable[[str], str],
    bundled_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Run]:
    """Start it all and hold conversations with it, some of them while the models fail."""
    prometheus, alertmanager = program("prometheus"), program("prometheus-alertmanager")
    folder = tmp_path_factory.mktemp("monitoring")
    acts = scripted()
    with ExitStack() as stack:
        listener = stack.enter_context(listening())
        groq = stack.enter_context(closing(acts.GroqServer()))
        page, own = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
        alerts = f"127.0.0.1:{free_port()}"
        app = started_app(stack, folder, bundled_home, page, groq.url, acts.KEY, listener.url)
        start_alertmanager(stack, folder, alertmanager, alerts, listener.url)
        start_prometheus(stack, folder, prometheus, own, page, alerts)
        found = Run(app, groq, acts, f"http://{page}", f"http://{own}", listener)
        until(lambda: answers(f"{found.page}/readyz"), "the app")
        until(lambda: answers(f"{found.prometheus}/-/ready"), "Prometheus")
        until(lambda: found.ask("osusume_build"), "the first scrape")
        load(found)
        yield found


def scripted() -> Any:
    """Return the module of the scripted Groq server."""
    path = ROOT / "tests" / "agent" / "groq_server.py"
    spec = spec_from_file_location("groq_server", path)
    assert spec
    assert spec.loader
    sys.modules["groq_server"] = module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def listening() -> Iterator[Listener]:
    with Listener() as server:
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def started_app(
    stack: ExitStack, folder: Path, index: Path, page: str, groq: str, key: str, otlp: str
) -> subprocess.Popen[bytes]:
    shutil.copytree(index, folder / "home")
    environment = {name: value for name, value in os.environ.items() if "OSUSUME" not in name}
    environment |= {
        "OSUSUME_HOME": str(folder / "home"),
        "OSUSUME__MODELS__REST_SECONDS": "1",
        "OSUSUME__MODELS__LONGEST_WAIT": "0.2",
        "GROQ_API_BASE": groq,
        "GROQ_API_KEY": key,
        "OTEL_EXPORTER_OTLP_ENDPOINT": otlp,
        "OTEL_METRICS_EXPORTER": "none",
        "OTEL_BSP_SCHEDULE_DELAY": "200",
    }
    host, _, port = page.rpartition(":")
    command = [*APP, "--host", host, "--port", port]
    log = folder / "app.log"
    return stack.enter_context(running(command, log, env=environment, cwd=ROOT))


def start_alertmanager(
    stack: ExitStack, folder: Path, binary: str, address: str, webhook: str
) -> None:
    """Start Alertmanager with our settings, quicker, and with the test's own webhook."""
    settings = yaml.safe_load((FILES / "alertmanager.yaml").read_text("utf-8"))
    for route in (settings["route"], *settings["route"]["routes"]):
        route |= {"group_wait": "0s", "group_interval": "1s"}
    settings["receivers"][0]["webhook_configs"][0]["url"] = f"{webhook}/alerts"
    (folder / "alertmanager.yaml").write_text(yaml.safe_dump(settings), "utf-8")
    command = [
        binary,
        f"--config.file={folder / 'alertmanager.yaml'}",
        f"--storage.path={folder / 'alertmanager'}",
        f"--web.listen-address={address}",
        "--cluster.listen-address=",
    ]
    stack.enter_context(running(command, folder / "alertmanager.log"))


def start_prometheus(
    stack: ExitStack, folder: Path, binary: str, address: str, page: str, alerts: str
) -> None:
    """Start Prometheus with our settings and rules, all of it a second or less."""
    settings = yaml.safe_load((FILES / "prometheus.yaml").read_text("utf-8"))
    settings["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    settings["alerting"]["alertmanagers"][0]["static_configs"] = [{"targets": [alerts]}]
    rules = yaml.safe_load((FILES / "rules" / "osusume.yaml").read_text("utf-8"))
    for group in rules["groups"]:
        group["interval"] = "1s"
        for rule in group["rules"]:
            rule.pop("for", None)
    for name, content in (
        ("prometheus.yaml", settings),
        ("rules/osusume.yaml", rules),
        ("targets/test.yaml", [{"targets": [page]}]),
    ):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(yaml.safe_dump(content), "utf-8")
    command = [
        binary,
        f"--config.file={folder / 'prometheus.yaml'}",
        f"--storage.tsdb.path={folder / 'prometheus'}",
        f"--web.listen-address={address}",
        "--enable-feature=exemplar-storage",
    ]
    stack.enter_context(running(command, folder / "prometheus.log"))


def load(run: Run) -> None:
    """Hold conversations: with models that answer, limp, and at last fail altogether."""
    run.groq.always(run.acts.converses(READINGS, run.acts.Behaviour(INVENTED)))
    talk(run, 8)
    sleep(1.5)  # a scrape between them, so that counters are seen to grow
    limp = [run.acts.fails(500, "internal"), run.acts.limited("0")] * 3
    run.groq.will(*limp)
    talk(run, 8)
    run.groq.always(
        lambda asked: (
            run.acts.reads(**READINGS[asked.said])
            if asked.wants == "reading"
            else run.acts.fails(500, "internal")
        )
    )
    until(lambda: talk(run, 2) and run.ask("sum(rate(osusume_fallbacks_total[1m])) > 0"), "a fall")
    until(lambda: run.ask("osusume:error_budget:left_30d"), "the recorded series")


def talk(run: Run, conversations: int) -> bool:
    with ThreadPoolExecutor(4) as pool:
        talks = [pool.submit(run.talk, *READINGS) for _ in range(conversations)]
    return all(len(each.result()) == len(READINGS) for each in talks)


def test_the_load_run_met_all_that_dashboards_show(run: Run) -> None:
    for grown in (
        'osusume_turns_total{outcome="answered"}',
        'osusume_turns_total{outcome="relaxed"}',
        'osusume_turns_total{outcome="abstained"}',
        "osusume_relaxed_total",
        "osusume_removed_total",
        "osusume_cost_usd_total",
        "osusume_fallbacks_total",
        "osusume_retries_total",
        'osusume_cache_requests_total{result="hit"}',
        "osusume_best_similarity_count",
    ):
        assert run.ask(f"sum({grown}) > 0"), grown


def test_every_panel_and_alert_is_answered_by_a_real_prometheus(
    run: Run, panels: list[Asked], rules: list[Asked]
) -> None:
    empty = []
    for asked in (each for each in panels if each.language == "promql"):
        values = [float(each["value"][1]) for each in run.ask(asked.query)]
        numbers = [each for each in values if not math.isnan(each)]
        legitimate = asked.place in NOTHING_TO_SHARE or asked.place.endswith(" / Restarts")
        if not numbers and not legitimate:
            empty.append((asked.place, asked.query))
    assert empty == []
    for asked in rules:
        run.ask(asked.query)  # whether it fires is another matter: it must be answered


def test_what_an_alert_compares_is_there(run: Run, alerts: list[dict[str, Any]]) -> None:
    """An alert on a series that nobody tells would never fire: ask without the bounds."""
    for rule in alerts:
        parts = [part.split(" > ")[0].split(" == ")[0] for part in rule["expr"].split(" and ")]
        for part in parts:
            side = part.split(" or absent")[0].split(" >= ")[0]
            assert run.ask(side), (rule["alert"], side)


def test_an_exemplar_leads_to_the_trace_of_a_turn(run: Run) -> None:
    asked = {"query": "osusume_turn_duration_seconds_bucket", "start": "0", "end": "9999999999"}
    told = httpx.get(f"{run.prometheus}/api/v1/query_exemplars", params=asked, timeout=PATIENCE)
    found = {
        each["labels"]["trace_id"] for series in told.json()["data"] for each in series["exemplars"]
    }
    assert found
    assert found <= set(run.traces)


def test_spans_bear_every_attribute_that_searches_ask_for(
    run: Run, panels: list[Asked], parse: Parse
) -> None:
    asked = [each for each in panels if each.language == "traceql"]
    named = {name for each in parse(asked) for name in each.names} - {"service.name"}
    until(lambda: named <= run.listener.attributes() | {"error.type"}, f"{sorted(named)}")


def test_an_alert_reaches_a_webhook_with_its_runbook(run: Run) -> None:
    def fired() -> list[dict[str, Any]]:
        talk(run, 1)
        return [
            alert
            for alert in run.listener.alerts()
            if alert["labels"]["alertname"] == "OsusumeFallsBack"
        ]

    alert = until(fired, "OsusumeFallsBack")[0]
    assert alert["status"] == "firing"
    assert alert["labels"]["severity"] == "warning"
    assert alert["annotations"]["summary"].startswith("Another mind takes over")
    assert (ROOT / alert["annotations"]["runbook"]).is_file()


def test_a_process_that_ends_is_told(run: Run) -> None:
    run.app.terminate()
    run.app.wait(PATIENCE)

    def fired() -> list[dict[str, Any]]:
        return [
            alert
            for alert in run.listener.alerts()
            if alert["labels"]["alertname"] == "OsusumeDown" and "instance" in alert["labels"]
        ]

    alert = until(fired, "OsusumeDown")[0]
    assert alert["labels"]["severity"] == "critical"
    assert alert["annotations"]["summary"].startswith("Osusume does not answer on 127.0.0.1")
