"""What serves is swapped between turns: settings, embedding, builds of other processes."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from agent.models.settings import LARGE, SMALL
from agent.recommender import Recommender, Token, open_recommender
from agent.settings import load_settings
from data.build import build_index
from data.builds import current_build
from data.profile import load_profile
from graph.memory import Session

if TYPE_CHECKING:
    from tests.agent.groq_server import GroqServer

ROOT = Path(__file__).resolve().parents[2]
ASKED = "tell you what, a game about trains would be lovely"
READ = {ASKED: {"about": "trains", "starts_over": True}}
BUILDING = "The new index is being built; until then the one from before serves."
SOON = 30.0  # seconds that a swap may take

Edit = Callable[[str], None]
PROFILE = """
name: games
noun: {one: game, many: games}
facets: {kinds: {label: kind}}
numbers:
  rounds: {label: rounds, one: round, many: rounds}
  players: {label: players, kind: popularity}
files: [games.jsonl]
card: [kinds, rounds]
examples: [a game about trains]
"""


class VectorServer:
    """Embed over HTTP as an inference endpoint does: by the words of a text."""

    def __init__(self) -> None:
        self.asked = 0
        self.hold = Event()
        self.hold.set()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *args: Any) -> None:
                """Keep the tests' output clean."""

            def do_POST(self) -> None:
                texts = json.loads(self.rfile.read(int(self.headers["content-length"])))["inputs"]
                texts = [texts] if isinstance(texts, str) else texts
                owner.asked += len(texts)
                owner.hold.wait(20)
                body = json.dumps([vector(text) for text in texts]).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.hold.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def vector(text: str) -> list[float]:
    found = np.full(32, 0.01)
    for word in text.lower().split():
        found[zlib.crc32(word.encode()) % 32] += 1
    return [float(each) for each in found]


@pytest.fixture
def vectors() -> Iterator[VectorServer]:
    server = VectorServer()
    yield server
    server.close()


@pytest.fixture
def games(state: Path, bundled_home: Path, tmp_path: Path) -> Path:
    """Index forty games in a state folder that has the model; return the profile's path."""
    state.mkdir()
    (state / "models").symlink_to(bundled_home / "models")
    kinds = ("trains", "trading", "horror", "farming")
    lines = [
        {"id": f"g{n}", "title": f"Quo{'abcdefghij'[n % 10] * 2}{n}ta", "kinds": [kinds[n % 4]],
         "synopsis": f"A game about {kinds[n % 4]} for {n} friends.", "rounds": n, "players": n}
        for n in range(1, 41)
    ]  # fmt: skip
    (tmp_path / "games.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    path = tmp_path / "games.yaml"
    path.write_text(PROFILE, "utf-8")
    return path


@pytest.fixture
def edit(games: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Edit:
    """Write the settings file, as an editor does."""
    path = tmp_path / "osusume.yaml"
    monkeypatch.setenv("OSUSUME_CONFIG", str(path))

    def write(text: str) -> None:
        path.write_text(f"catalogue: {games}\n{text}\n", "utf-8")

    write("")
    return write


@pytest.fixture
def recommender(groq: GroqServer, edit: Edit, acts: Any) -> Iterator[Recommender]:
    """Open the games as the command line does, with the scripted server."""
    groq.always(acts.converses(READ))
    settings = load_settings()
    build_index(load_profile(settings.catalogue), settings.embedding)
    opened = open_recommender(settings)
    yield opened
    opened.close()


@pytest.fixture
def session(recommender: Recommender) -> Session:
    return recommender.memory.begin("ann")


def until(recommender: Recommender, done: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Take turns until one is as wanted; each of them must be whole."""
    ends = monotonic() + SOON
    while monotonic() < ends:
        reply = recommender.reply(ASKED, recommender.memory.begin("ann"))
        assert len(reply["recommendations"]) == 5
        if done(reply):
            return reply
        sleep(0.1)
    raise AssertionError("it was not swapped in time")


def test_an_edited_model_answers_the_next_turn(
    recommender: Recommender, session: Session, edit: Edit, groq: GroqServer
) -> None:
    assert recommender.reply(ASKED, session)["model"] == LARGE
    groq.models = ("some/model", SMALL, LARGE)
    edit("models: {answer: {model: some/model}}")
    reply = recommender.reply(ASKED, session)
    assert (reply["model"], reply["notices"]) == ("some/model", [])
    edit("models: {mind: offline}\nlist: {size: 3}")
    reply = recommender.reply(ASKED, session)
    assert (reply["model"], len(reply["recommendations"])) == ("offline", 3)
    edit("")
    reply = recommender.reply(ASKED, session)
    assert (reply["model"], len(reply["recommendations"])) == (LARGE, 5)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("models: {answer: {temperature: 9}}", "temperature"),
        ("models: {answr: {}}", "answr"),
        ("models: [", "not valid"),
        ("models: {provider: openai-compatible, model: x}", "url"),
        ("models: {answer: {provider: openai, model: x, key: sk-secret}}", "extra 'openai'"),
    ],
)
def test_a_broken_edit_is_refused_and_the_old_settings_stay(
    recommender: Recommender, session: Session, edit: Edit, text: str, reason: str
) -> None:
    if "extra" in reason and find_spec("langchain_openai"):
        pytest.skip("the extra 'openai' is installed")
    edit(text)
    reply = recommender.reply(ASKED, session)
    (notice,) = reply["notices"]
    assert reason in notice
    assert notice.endswith("The settings from before stay in use.")
    assert "sk-secret" not in notice
    assert reply["model"] == LARGE
    again = recommender.reply(ASKED, session)
    assert (again["model"], again["notices"]) == (LARGE, [])


def test_an_edit_that_names_a_retired_model_is_told_a_turn_later(
    recommender: Recommender, session: Session, edit: Edit, groq: GroqServer
) -> None:
    recommender.reply(ASKED, session)
    edit("models: {answer: {model: some/model}}")
    told = until(recommender, lambda reply: any("has no model" in n for n in reply["notices"]))
    assert "'models.answer.model'" in "".join(told["notices"])


def test_a_running_turn_finishes_on_the_old_model(
    recommender: Recommender, session: Session, edit: Edit, groq: GroqServer, acts: Any
) -> None:
    groq.always(acts.converses(READ, acts.Behaviour(acts.LIST, gap=0.01)))
    turn = recommender.turn(ASKED, session)
    next(event for event in turn if isinstance(event, Token))
    edit("models: {answer: {model: some/model}}")
    other = recommender.reply(ASKED, recommender.memory.begin("bob"))
    *_, last = turn
    assert last.fields["model"] == LARGE  # type: ignore[union-attr]
    assert (last.fields["notices"], other["model"]) == ([], "some/model")  # type: ignore[union-attr]


def test_the_catalogue_of_a_running_process_stays(
    recommender: Recommender, session: Session, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OSUSUME__CATALOGUE", "anime")
    edit("list: {size: 2}")
    reply = recommender.reply(ASKED, session)
    assert (len(reply["recommendations"]), reply["notices"]) == (2, [])
    assert recommender.index.catalogue.profile.name == "games"


def test_an_edited_embedding_is_built_beside_the_serving_one(
    recommender: Recommender, session: Session, edit: Edit, vectors: VectorServer
) -> None:
    before = recommender.reply(ASKED, session)
    vectors.hold.clear()
    edit(f"embedding: {{provider: huggingface-endpoint, url: '{vectors.url}'}}")
    began = monotonic()
    meanwhile = recommender.reply(ASKED, recommender.memory.begin("ann"))
    assert (meanwhile["notices"], monotonic() - began < 5) == ([BUILDING], True)
    assert [each["id"] for each in meanwhile["recommendations"]] == [
        each["id"] for each in before["recommendations"]
    ]
    assert recommender.index.manifest.dimension == 384
    vectors.hold.set()
    until(recommender, lambda reply: recommender.index.manifest.dimension == 32)
    assert monotonic() - began < SOON
    assert vectors.asked > 40


def test_an_embedding_that_cannot_be_built_is_told_with_its_reason(
    recommender: Recommender, edit: Edit
) -> None:
    edit("embedding: {provider: huggingface-endpoint, url: 'http://127.0.0.1:9'}")
    failed = "The new index could not be built. The embedding model failed"
    told = until(recommender, lambda reply: any(failed in n for n in reply["notices"]))
    assert told["notices"][0].endswith("The index from before serves.")
    assert recommender.index.manifest.dimension == 384


def test_whoever_changes_their_mind_while_it_is_built_gets_what_they_asked_for_last(
    recommender: Recommender, edit: Edit, vectors: VectorServer
) -> None:
    vectors.hold.clear()
    edit(f"embedding: {{provider: huggingface-endpoint, url: '{vectors.url}'}}")
    until(recommender, lambda reply: reply["notices"] == [BUILDING])
    edit("embedding: {provider: minilm}")
    until(recommender, lambda reply: reply["notices"] == [])
    vectors.hold.set()
    ends = monotonic() + SOON
    while monotonic() < ends:
        until(recommender, lambda reply: True)
        build = current_build("games")
        manifest = json.loads((build / "manifest.json").read_text()) if build else {}
        if manifest["model"] == recommender.index.manifest.model and vectors.asked:
            break
        sleep(0.1)
    assert (recommender.index.manifest.dimension, manifest["dimension"]) == (384, 384)


def test_a_build_of_another_process_serves_from_the_next_turn_on(
    recommender: Recommender, session: Session, games: Path
) -> None:
    first = recommender.reply(ASKED, session)
    more = {"id": "new", "title": "Railmaster", "kinds": ["trains"], "players": 90_000,
            "synopsis": "A game about trains, trains and trains.", "rounds": 9}  # fmt: skip
    with games.with_name("games.jsonl").open("a") as file:
        file.write(f"\n{json.dumps(more)}")
    command = [sys.executable, "-c", "from ui.cli import main; main()", "index", str(games)]
    subprocess.run(
        command, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True, capture_output=True
    )
    reply = recommender.reply(ASKED, recommender.memory.begin("ann"))
    assert len(recommender.index.catalogue) == 41
    assert "Railmaster" in [each["title"] for each in reply["recommendations"]]
    assert reply["notices"] == []
    kept = recommender.conversation(session)["recommendations"]
    assert [each["id"] for each in kept] == [each["id"] for each in first["recommendations"]]


def test_a_build_that_does_not_fit_is_told_and_the_old_index_serves(
    recommender: Recommender, session: Session, games: Path, vectors: VectorServer
) -> None:
    settings = load_settings().embedding.model_copy(
        update={"provider": "huggingface-endpoint", "url": vectors.url}
    )
    build_index(load_profile(str(games)), settings)
    reply = recommender.reply(ASKED, session)
    (notice,) = reply["notices"]
    assert notice.endswith("The index from before serves.")
    assert len(reply["recommendations"]) == 5
    assert recommender.reply(ASKED, session)["notices"] == []
    assert recommender.index.manifest.dimension == 384


def test_the_start_waits_for_no_provider(groq: GroqServer, recommender: Recommender) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        settings = load_settings()
        address = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        models = settings.models.model_validate({"url": address})
        began = monotonic()
        opened = open_recommender(settings.model_copy(update={"models": models}))
        assert monotonic() - began < 2
        opened.close()
