"""The upload against a server that keeps what it is sent, as Grafana does, and tells it."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote

import pytest
import yaml

from infra.grafana.dashboards import BOARDS
from infra.grafana.upload import main

TOKEN = "glsa_0123456789abcdef"
CONVERT = "/api/convert/prometheus/config/v1/rules/"
GROUPS = ["recorded", "service", "models", "quality", "resources"]


class Recorder(ThreadingHTTPServer):
    """A Grafana as far as the upload meets it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.asked: list[str] = []
        self.sources = {"grafanacloud-prom", "grafanacloud-traces"}
        self.folders: dict[str, str] = {}
        self.dashboards: dict[str, dict[str, Any]] = {}
        self.rules: dict[str, dict[str, Any]] = {}
        self.headers: list[dict[str, str]] = []
        self.refuse: tuple[int, bytes] | None = None


class Handler(BaseHTTPRequestHandler):
    server: Recorder

    def log_message(self, *args: Any) -> None:
        """Keep the tests' output clean."""

    def do_GET(self) -> None:
        self._meet()

    def do_POST(self) -> None:
        self._meet()

    def do_DELETE(self) -> None:
        self._meet()

    def _meet(self) -> None:
        owner, path = self.server, unquote(self.path)
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        owner.asked.append(f"{self.command} {path}")
        owner.headers.append(dict(self.headers.items()))
        if owner.refuse:
            return self._send(*owner.refuse)
        if self.headers["authorization"] != f"Bearer {TOKEN}":
            return self._say(401, {"message": "Invalid API key"})
        self._say(*self._act(path, body))

    def _act(self, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        owner = self.server
        name = path.rpartition("/")[2]
        if path.startswith("/api/datasources/uid/"):
            return (200, {"uid": name}) if name in owner.sources else (404, {"message": "no"})
        if path == "/api/folders":
            sent = json.loads(body)
            owner.folders[sent["uid"]] = sent["title"]
            return 200, sent
        if path.startswith("/api/folders/"):
            return (200, {"uid": name}) if name in owner.folders else (404, {"message": "no"})
        if path == "/api/dashboards/db":
            sent = json.loads(body)
            assert sent["overwrite"]
            assert sent["folderUid"] in owner.folders
            owner.dashboards[sent["dashboard"]["uid"]] = sent["dashboard"]
            return 200, {"status": "success", "url": f"/d/{sent['dashboard']['uid']}"}
        assert path.startswith(f"{CONVERT}Alerts")
        return self._ruled(name, body)

    def _ruled(self, name: str, body: bytes) -> tuple[int, dict[str, Any]]:
        owner = self.server
        assert self.headers["x-grafana-alerting-folder-uid"] in owner.folders
        if self.command == "POST":
            assert self.headers["x-grafana-alerting-datasource-uid"] in owner.sources
            group = yaml.safe_load(body)
            owner.rules[group["name"]] = group
            return 202, {}
        if self.command == "DELETE":
            del owner.rules[name]
            return 202, {}
        return 200, {"Alerts": list(owner.rules.values())}

    def _say(self, status: int, value: dict[str, Any]) -> None:
        self._send(status, json.dumps(value).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def grafana(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    server = Recorder()
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    monkeypatch.setenv("GRAFANA_URL", server.url)
    monkeypatch.setenv("GRAFANA_TOKEN", TOKEN)
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_upload_brings_every_dashboard_and_every_rule(
    grafana: Recorder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == 0
    assert grafana.folders == {"osusume": "Osusume"}
    assert set(grafana.dashboards) == {board.uid for board in BOARDS}
    assert list(grafana.rules) == [f"osusume-{each}" for each in GROUPS]
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "folder osusume: made"
    assert f"dashboard osusume-overview: {grafana.url}/d/osusume-overview" in told
    assert "rules osusume-service: 5" in told
    assert len(told) == 1 + len(BOARDS) + len(GROUPS)


def test_uploading_twice_leaves_what_once_leaves(
    grafana: Recorder, capsys: pytest.CaptureFixture[str]
) -> None:
    main([])
    once = json.dumps([grafana.folders, grafana.dashboards, grafana.rules])
    capsys.readouterr()
    assert main([]) == 0
    assert json.dumps([grafana.folders, grafana.dashboards, grafana.rules]) == once
    assert capsys.readouterr().out.startswith("folder osusume: kept\n")


def test_dashboards_are_given_the_sources_of_the_cloud(grafana: Recorder) -> None:
    main([])
    sent = json.dumps(grafana.dashboards)
    assert '"uid": "grafanacloud-prom"' in sent
    assert '"uid": "grafanacloud-traces"' in sent
    assert '"uid": "prometheus"' not in sent
    assert '"uid": "tempo"' not in sent


def test_another_grafanas_sources_can_be_named(grafana: Recorder) -> None:
    grafana.sources = {"mine", "own"}
    assert main(["--prometheus", "mine", "--tempo", "own"]) == 0
    assert '"uid": "mine"' in json.dumps(grafana.dashboards)


def test_rules_that_are_ours_no_longer_are_removed_and_other_peoples_stay(
    grafana: Recorder, capsys: pytest.CaptureFixture[str]
) -> None:
    main([])
    for name in ("osusume-old", "somebody-elses"):
        grafana.rules[name] = {"name": name, "rules": []}
    main([])
    assert "osusume-old" not in grafana.rules
    assert "somebody-elses" in grafana.rules
    assert "rules osusume-old: removed" in capsys.readouterr().out


def test_runbooks_become_links_where_the_docs_are_named(grafana: Recorder) -> None:
    main(["--docs", "https://example.org/osusume/"])
    alerts = [rule for group in grafana.rules.values() for rule in group["rules"]]
    links = [rule["annotations"] for rule in alerts if "alert" in rule]
    assert all(
        each["runbook_url"].startswith("https://example.org/osusume/docs/runbooks/Osusume")
        and "runbook" not in each
        for each in links
    )


def test_a_dry_run_asks_nobody_and_needs_no_token(
    grafana: Recorder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("GRAFANA_TOKEN")
    assert main(["--dry-run"]) == 0
    assert grafana.asked == []
    told = capsys.readouterr().out
    assert "would write dashboard osusume-overview" in told
    assert "would write rules osusume-service: 5" in told


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (401, b'{"message": "Invalid API key"}', "Put a token of a service account"),
        (403, b'{"message": "Permissions needed: folders:create"}', "folders:create. Give"),
        (429, b'{"message": "slow down"}', "Wait a minute"),
        (500, b'{"message": "database is locked"}', "500 to GET /api/datasources"),
        (200, b"<html>Loading your stack</html>", "not Grafana's"),
        (302, b"", "302"),
    ],
)
def test_a_refusal_is_one_sentence_with_a_remedy(
    grafana: Recorder,
    capsys: pytest.CaptureFixture[str],
    status: int,
    body: bytes,
    told: str,
) -> None:
    grafana.refuse = (status, body)
    assert main([]) == 1
    said = capsys.readouterr()
    assert told in said.err
    assert said.err.count("\n") == 1
    assert TOKEN not in said.err + said.out


def test_a_grafana_too_old_for_rules_is_told(
    grafana: Recorder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(Handler, "_ruled", lambda *_: (404, {"message": "Not found"}))
    assert main([]) == 1
    assert "version 12 or newer" in capsys.readouterr().err


def test_a_source_that_is_not_there_is_named_before_anything_is_written(
    grafana: Recorder, capsys: pytest.CaptureFixture[str]
) -> None:
    grafana.sources = {"grafanacloud-prom"}
    assert main([]) == 2
    assert "no data source 'grafanacloud-traces'" in capsys.readouterr().err
    assert not any(each.startswith("POST") for each in grafana.asked)


def test_a_grafana_that_does_not_answer_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("GRAFANA_URL", f"http://127.0.0.1:{taken.getsockname()[1]}")
        monkeypatch.setenv("GRAFANA_TOKEN", TOKEN)
        assert main([]) == 1
    said = capsys.readouterr().err
    assert said.startswith("No answer from http://127.0.0.1")
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("url", "token", "told"),
    [
        ("", TOKEN, "GRAFANA_URL is not set"),
        ("https://stack.grafana.net", " ", "GRAFANA_TOKEN is not set"),
        ("http://stack.grafana.net", TOKEN, "over https alone"),
        ("stack.grafana.net", TOKEN, "over https alone"),
    ],
)
def test_the_environment_is_checked_before_the_token_leaves(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    url: str,
    token: str,
    told: str,
) -> None:
    monkeypatch.setenv("GRAFANA_URL", url)
    monkeypatch.setenv("GRAFANA_TOKEN", token)
    assert main([]) == 2
    assert told in capsys.readouterr().err


def test_help_says_what_the_environment_must_hold(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    told = capsys.readouterr().out
    assert "GRAFANA_TOKEN" in told
    assert "examples:" in told
