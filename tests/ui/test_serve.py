"""`osusume ui` as a process: one port for everything, and an end that loses nothing."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-c", "from ui.cli import main; main()", "ui", "--no-browser"]
SECONDS = 60
SPEAKS_SLOWLY = """
import sys, time
from agent.templates.writer import TemplateWriter
told = TemplateWriter.recommend
def slowly(self, brief):
    for piece in told(self, brief):
        time.sleep(0.02)
        yield piece
TemplateWriter.recommend = slowly
from ui.cli import main
main()
"""


class Site:
    """A running `osusume ui`."""

    def __init__(self, home: Path, port: int, process: "subprocess.Popen[bytes]") -> None:
        self.home, self.port, self.process = home, port, process

    def ask(self, way: str, path: str, body: Any = None) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        headers = {"content-type": "application/json"} if body is not None else {}
        connection.request(way, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        told = answer.read().decode()
        connection.close()
        return answer.status, told

    def until(self, path: str, status: int) -> str:
        ends = time.monotonic() + SECONDS
        while time.monotonic() < ends:
            try:
                found, told = self.ask("GET", path)
            except OSError:
                found, told = 0, ""
            if found == status:
                return told
            assert self.process.poll() is None, self.log()
            time.sleep(0.05)
        raise AssertionError(f"{path} never answered {status}:\n{self.log()}")

    def log(self) -> str:
        return (self.home / "ui.log").read_text("utf-8")


@pytest.fixture
def start(bundled_home: Path, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Start sites, with or without an index; whatever still runs at the end is killed."""
    started: list[Site] = []

    def go(indexed: bool = True, program: list[str] = COMMAND, **variables: str) -> Site:
        home = tmp_path / f"home-{len(started)}"
        home.mkdir()
        for part in ("indexes", "models", "embeddings") if indexed else ():
            (home / part).symlink_to(bundled_home / part)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        clean = {name: each for name, each in os.environ.items() if "OSUSUME__" not in name}
        environment = clean | {"OSUSUME_HOME": str(home), "PYTHONPATH": str(ROOT)}
        environment |= {"OSUSUME__MODELS__MIND": "offline", **variables}
        with (home / "ui.log").open("ab") as log:
            process = subprocess.Popen(
                [*program, "--port", str(port), "--host", "127.0.0.1"],
                env=environment, stdout=log, stderr=log, cwd=home,
            )  # fmt: skip
        started.append(Site(home, port, process))
        return started[-1]

    yield go
    for site in started:
        if site.process.poll() is None:
            site.process.kill()
        site.process.wait()


def test_everything_is_on_one_port_and_ends_well(start: Callable[..., Site]) -> None:
    site = start()
    assert json.loads(site.until("/readyz", 200))["catalogue"] == "anime"
    assert site.ask("GET", "/healthz")[0] == 200
    assert site.ask("GET", "/_stcore/health") == (200, "ok")
    page, text = site.ask("GET", "/")
    assert page == 200 and "<title>Streamlit</title>" in text
    session = json.loads(site.ask("POST", "/api/sessions")[1])["session"]
    turns = f"/api/sessions/{session}/turns"
    status, told = site.ask("POST", turns, {"message": "anime like Naruto but darker"})
    assert (status, len(json.loads(told)["recommendations"])) == (200, 5)
    status, told = site.ask("GET", "/metrics")
    assert 'osusume_turns_total{intent="recommend",outcome="answered"} 1.0' in told
    site.process.send_signal(signal.SIGTERM)
    assert site.process.wait(SECONDS) == 0
    first, *lines = site.log().splitlines()
    assert first == f"Osusume is at http://127.0.0.1:{site.port} and stops with Ctrl-C."
    logged = [json.loads(line) for line in lines]
    assert [each["event"] for each in logged] == ["ready", "turn"]
    assert logged[1]["trace_id"] == json.loads(told_of(site, logged))["trace_id"]
    assert "Naruto" not in site.log()


def told_of(site: Site, logged: list[dict[str, Any]]) -> str:
    """Return the turn's line, which names the trace that the reply named."""
    return json.dumps(next(each for each in logged if each["event"] == "turn"))


def test_without_an_index_the_page_is_up_and_not_ready(start: Callable[..., Site]) -> None:
    site = start(indexed=False)
    site.until("/healthz", 200)
    ends = time.monotonic() + SECONDS
    while "Run 'osusume index anime'" not in site.until("/readyz", 503):
        assert time.monotonic() < ends
        time.sleep(0.05)
    assert site.ask("POST", "/api/sessions")[0] == 503
    site.process.send_signal(signal.SIGINT)
    assert site.process.wait(SECONDS) == 0


def test_a_turn_under_way_is_finished_before_the_end(start: Callable[..., Site]) -> None:
    site = start(program=[sys.executable, "-c", SPEAKS_SLOWLY, "ui", "--no-browser"])
    site.until("/readyz", 200)
    session = json.loads(site.ask("POST", "/api/sessions")[1])["session"]
    connection = HTTPConnection("127.0.0.1", site.port, timeout=SECONDS)
    headers = {"content-type": "application/json", "accept": "text/event-stream"}
    body = json.dumps({"message": "anime like Naruto but darker"})
    connection.request("POST", f"/api/sessions/{session}/turns", body, headers)
    answer = connection.getresponse()
    while not answer.readline().startswith(b"event: token"):
        pass
    site.process.send_signal(signal.SIGTERM)
    assert "stopping" in site.until("/readyz", 503)
    assert site.ask("POST", "/api/sessions")[0] == 503
    with closing(connection), closing(answer):
        assert "event: reply" in answer.read().decode()
    assert site.process.wait(SECONDS) == 0
    (line,) = (each for each in site.log().splitlines() if '"event":"turn"' in each)
    assert json.loads(line)["outcome"] == "answered"


def test_a_port_that_is_taken_is_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [*COMMAND, "--port", port, "--host", "127.0.0.1"],
            env={**os.environ, "OSUSUME_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
            capture_output=True, text=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert "address already in use" in done.stderr and "Traceback" not in done.stderr
