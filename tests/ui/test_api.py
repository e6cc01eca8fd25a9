"""The HTTP API and the probes, over the routes that the page's port serves."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from agent.models.settings import ModelsSettings
from agent.recommender import LEAVING as NOT_TAKEN
from agent.recommender import Recommender
from agent.settings import Settings
from data.index import Index
from graph.memory import Memory
from infra.errors import IndexUnusableError
from infra.metrics import METRICS
from ui.api import LARGEST_BODY, api_routes
from ui.health import health_routes
from ui.shared import LEAVING, OPENING, Parts, Shared

NO_INDEX = "The catalogue 'games' is not indexed yet. Run 'osusume index games'."


@pytest.fixture
def parts(small_index: Index, tmp_path: Path) -> Iterator[Parts]:
    settings = Settings(models=ModelsSettings.model_validate({"mind": "offline"}))
    recommender = Recommender(small_index, Memory(tmp_path / "c.sqlite"), settings)
    yield recommender, settings
    recommender.close()


@pytest.fixture
def shared(parts: Parts) -> Shared:
    made = Shared(lambda: parts)
    made.parts()
    return made


def client_of(shared: Shared) -> TestClient:
    return TestClient(Starlette(routes=[*health_routes(shared), *api_routes(shared)]))


@pytest.fixture
def client(shared: Shared) -> TestClient:
    return client_of(shared)


@pytest.fixture
def say(client: TestClient) -> Callable[..., Any]:
    """Say something in one session."""
    turns = f"/api/sessions/{begin(client)}/turns"
    return lambda message, **more: client.post(turns, json={"message": message}, **more)


def begin(client: TestClient) -> str:
    answer = client.post("/api/sessions")
    assert answer.status_code == 201
    session: str = answer.json()["session"]
    return session


def test_a_conversation_is_held_as_on_the_command_line(say: Callable[..., Any]) -> None:
    first, second = (say(each).json() for each in ("something like Lantern Road", "no horror"))
    assert (first["turn"], second["turn"], second["intent"]) == (1, 2, "refine")
    assert first["recommendations"] and first["preferences"]["anchors"]
    assert {"answer", "usage", "timings_ms", "trace_id", "notices"} <= first.keys()


def test_two_sessions_know_nothing_of_each_other(client: TestClient) -> None:
    one, other = begin(client), begin(client)
    assert len({one, other}) == 2 and len(one) == 32
    client.post(f"/api/sessions/{one}/turns", json={"message": "no horror"})
    reply = client.post(f"/api/sessions/{other}/turns", json={"message": "hello"}).json()
    assert (reply["turn"], reply["preferences"]) == (1, {})


def test_a_turn_can_be_followed_as_it_happens(say: Callable[..., Any]) -> None:
    answer = say("something like Lantern Road", headers={"accept": "text/event-stream"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = [
        (each.split("\n")[0].removeprefix("event: "), json.loads(each.split("data: ")[1]))
        for each in answer.text.strip().split("\n\n")
    ]
    assert events[0] == ("step", {"step": "rewrite"})
    assert events[1][1]["ms"] >= 0
    kind, reply = events[-1]
    assert kind == "reply"
    assert "".join(each["text"] for name, each in events if name == "token") == reply["answer"]


def test_a_session_that_was_deleted_is_gone(client: TestClient) -> None:
    session = begin(client)
    assert client.delete(f"/api/sessions/{session}").status_code == 204
    assert client.delete(f"/api/sessions/{session}").status_code == 404
    answer = client.post(f"/api/sessions/{session}/turns", json={"message": "hello"})
    assert (answer.status_code, answer.json()["error"]) == (
        404, "There is no such session. Begin one with POST /api/sessions.",
    )  # fmt: skip


def test_the_pages_conversations_are_out_of_reach(client: TestClient, parts: Parts) -> None:
    theirs = parts[0].memory.begin("local")
    answer = client.post(f"/api/sessions/{theirs.id}/turns", json={"message": "hello"})
    assert answer.status_code == 404


JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("body", "headers", "status", "told"),
    [
        (b"{", JSON, 400, "is not JSON"),
        (b"[]", JSON, 400, "has no message"),
        (b'{"message": 3}', JSON, 400, "has no message"),
        (b'{"message": " "}', JSON, 400, "is empty"),
        (b'{"message": "a", "user": "b"}', JSON, 400, "Unknown key user."),
        (b'{"message": "a"}', {"content-type": "text/plain"}, 415, "application/json"),
        (b'{"message": "%s"}' % (b"a" * 5000), JSON, 400, "5,000 characters"),
        (b"a" * (LARGEST_BODY + 1), JSON, 413, "larger than 65,536 bytes"),
    ],
)
def test_what_is_wrong_with_a_request_is_one_sentence(
    client: TestClient, body: bytes, headers: dict[str, str], status: int, told: str
) -> None:
    answer = client.post(f"/api/sessions/{begin(client)}/turns", content=body, headers=headers)
    assert answer.status_code == status
    assert told in answer.json()["error"] and answer.json().keys() == {"error"}


def test_what_breaks_is_told_without_its_words(
    say: Callable[..., Any], parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise ZeroDivisionError("of somebody's words")

    monkeypatch.setattr("agent.recommender.reply_fields", broken)
    answer = say("hello")
    assert answer.status_code == 500
    assert answer.json()["error"].startswith("Something went wrong here")
    streamed = say("hello", headers={"accept": "text/event-stream"}).text
    assert "event: error" in streamed and "somebody" not in streamed


def test_a_process_is_ready_once_everything_is_open(parts: Parts) -> None:
    shared, go_on = Shared(lambda: (go_on.wait(10), parts)[1]), Event()
    client = client_of(shared)
    assert client.get("/healthz").json() == {"status": "ok"}
    unready = client.get("/readyz")
    assert (unready.status_code, unready.json()["reason"]) == (503, OPENING)
    assert client.post("/api/sessions").json() == {"error": OPENING}
    go_on.set()
    shared.parts()
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["items"]) == (200, 112)


def test_without_an_index_the_reason_is_told_until_there_is_one(parts: Parts) -> None:
    found: list[Parts] = []

    def opened() -> Parts:
        if not found:
            raise IndexUnusableError(NO_INDEX)
        return found[0]

    shared = Shared(opened)
    client = client_of(shared)
    for _ in range(2):
        with pytest.raises(IndexUnusableError):
            shared.parts()
    assert client.get("/readyz").json() == {"status": "unavailable", "reason": NO_INDEX}
    found.append(parts)
    shared.parts()
    assert client.get("/readyz").status_code == 200


def test_a_memory_that_does_not_answer_is_a_reason(
    client: TestClient, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts[0].memory.close()
    monkeypatch.setattr(parts[0].memory, "ping", refused)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["reason"]) == (503, "No database answers.")


def refused() -> None:
    raise IndexUnusableError("No database answers.")


def test_a_process_that_stops_takes_no_turn_and_finishes_those_it_has(
    shared: Shared, client: TestClient, say: Callable[..., Any], parts: Parts
) -> None:
    recommender = parts[0]
    running = recommender.turn("something like Lantern Road", recommender.memory.begin("local"))
    next(running)
    shared.leave()
    assert client.get("/readyz").json()["reason"] == LEAVING
    assert client.get("/healthz").status_code == 200
    assert (say("hello").status_code, say("hello").json()["error"]) == (503, LEAVING)
    *_, last = running
    assert last.fields["answer"]  # type: ignore[union-attr]
    with pytest.raises(Exception, match=NOT_TAKEN):
        recommender.reply("hello", recommender.memory.begin("local"))


def test_prometheus_reads_every_metric(client: TestClient, say: Callable[..., Any]) -> None:
    say("something like Lantern Road")
    text = client.get("/metrics").text
    assert "osusume_turns_total" in text
    assert 'osusume_index_items{catalogue="games"} 112.0' in text
    for metric in METRICS:
        assert f"# HELP {metric.prometheus}" in text
    accept = {"accept": "application/openmetrics-text; version=1.0.0"}
    assert client.get("/metrics", headers=accept).text.endswith("# EOF\n")
