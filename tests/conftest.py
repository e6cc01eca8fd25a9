"""What tests share: the real data beside the project, a state folder of their own."""

import json
import os
import random
import sys
import zlib
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from filelock import FileLock
from langchain_core.embeddings import Embeddings
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from data.build import build_index
from data.embedding import EmbeddingSettings
from data.index import Index, open_index
from data.profile import load_profile
from data.words import words_of
from infra import telemetry

if TYPE_CHECKING:
    from tests.otlp_receiver import Receiver

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real data, or skip visibly; under CI its absence is a failure."""
    path = Path(os.environ.get("OSUSUME_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not path.is_dir():
        reason = f"no real data at {path}; set OSUSUME_SHARED_DATA"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture
def otlp() -> Iterator["Receiver"]:
    """Run a back end for telemetry that takes what it is sent."""
    receiver: Receiver = _receiver().Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def spans(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    """Return the spans of this test, kept in memory."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    made = telemetry.Pipeline(provider, provider.get_tracer("test"))
    monkeypatch.setattr(telemetry, "pipeline", lambda: made)
    return exporter


def _receiver() -> Any:
    name = "otlp_receiver"
    if name not in sys.modules:
        spec = spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
        assert spec and spec.loader
        sys.modules[name] = module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test an empty state folder of its own."""
    folder = tmp_path / "home"
    monkeypatch.setenv("OSUSUME_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all workers of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def bundled_home(shared_folder: Path) -> Path:
    """Return a state folder with the bundled catalogue's index, built once for all workers."""
    folder = shared_folder / "bundled"
    with FileLock(shared_folder / "bundled.lock"), pytest.MonkeyPatch.context() as patch:
        patch.setenv("OSUSUME_HOME", str(folder))
        build_index(load_profile("anime"), EmbeddingSettings())
    return folder


@pytest.fixture(scope="session")
def bundled_index(bundled_home: Path) -> Index:
    """Return the opened index of the bundled catalogue, its model loaded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OSUSUME_HOME", str(bundled_home))
        index = open_index(load_profile("anime"), EmbeddingSettings())
        index.embed("once, so that the model is found now")
    return index


@pytest.fixture(scope="session")
def small_index(shared_folder: Path) -> Index:
    """Return a real index of about a hundred made-up games, embedded by their words."""
    folder = shared_folder / "small"
    with FileLock(shared_folder / "small.lock"), pytest.MonkeyPatch.context() as patch:
        patch.setenv("OSUSUME_HOME", str(folder))
        patch.setattr("data.build.make_embeddings", lambda settings: Hashed())
        patch.setattr("data.index.make_embeddings", lambda settings: Hashed())
        folder.mkdir(exist_ok=True)
        lines = (json.dumps(game) for game in small_games())
        (folder / "games.jsonl").write_text("\n".join(lines), "utf-8")
        (folder / "games.yaml").write_text(SMALL_PROFILE, "utf-8")
        profile = load_profile(str(folder / "games.yaml"))
        settings = EmbeddingSettings(provider="huggingface", model="hashed")
        build_index(profile, settings)
        return open_index(profile, settings)


class Hashed(Embeddings):
    """Embed a text by which words it has: alike texts are near, and nothing is to be loaded."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        vector = np.full(64, 0.01)
        for word in words_of(text):
            vector[zlib.crc32(word.encode()) % 64] += 1
        found: list[float] = vector.tolist()
        return found


SMALL_PROFILE = """
name: games
noun: {one: game, many: games}
facets:
  kinds: {label: kind}
  moods: {label: mood, soft: true}
  maker: {label: maker, single: true, weight: 0.4}
numbers:
  rounds: {label: rounds, one: round, many: rounds}
  minutes: {label: minutes per round, one: minute, many: minutes}
  year: {label: year, kind: year, step: 0.002}
  price: {label: price, prefix: "€", decimals: 2}
  rating: {label: rating, kind: score, decimals: 2, step: 0.03}
  players: {label: players, kind: popularity, state: false}
tones:
  dark: {low: {name: lighter}, high: {name: darker}}
  calm: {low: {name: wilder}, high: {name: calmer}}
files: [games.jsonl]
card: [year, rounds, rating, kinds]
examples: [a game about trains, something darker than Lantern Road]
"""
SPECIAL_GAMES: tuple[dict[str, Any], ...] = (
    {"id": "lantern", "title": "Lantern Road", "franchise": "lantern", "entry": 1,
     "kinds": ["Trading", "Family"], "rounds": 24, "players": 900_000, "tones": {"dark": -1}},
    {"id": "lantern-2", "title": "Lantern Road: The Return", "franchise": "lantern", "entry": 2,
     "kinds": ["Trading", "Family"], "rounds": 12, "players": 300_000},
    {"id": "orchard", "title": "Demon Orchard: A Harvest Tale", "kinds": ["Horror"],
     "aliases": ["Oni no Ringoen", "The Red Orchard"], "players": 500_000},
    {"id": "ledger", "title": "Night Ledger", "kinds": ["Horror", "Deduction"],
     "players": 800_000, "rating": 8.5, "tones": {"dark": 2}},
    {"id": "echo-known", "title": "Echo", "players": 700_000, "kinds": ["Space"]},
    {"id": "echo-obscure", "title": "Echo", "players": 40, "kinds": ["Racing"]},
    {"id": "twin-a", "title": "Marrowfield", "players": 5_000, "kinds": ["Farming"]},
    {"id": "twin-b", "title": "Harrowfield", "players": 5_000, "kinds": ["Racing"]},
    {"id": "single", "title": "Solstice Sitting", "rounds": 1, "minutes": 110, "players": 60_000,
     "kinds": ["Deduction"]},
    {"id": "bare", "title": "Quillon", "synopsis": ""},
    {"id": "told", "title": "Wexcombe Lane", "kinds": [], "synopsis": "A horror of a harvest."},
    {"id": "stated", "title": "Ashby Fold", "kinds": ["Farming"],
     "synopsis": "A farm that keeps horror out of doors."},
)  # fmt: skip
KINDS = ("Trading", "Family", "Horror", "Deduction", "Space", "Racing", "Farming", "Game")
MOODS = ("Cosy", "Tense", "Silly", "Game")
SYLLABLES = ("ba", "vo", "ri", "ke", "lu", "ta", "mo", "shi", "ne", "zu")


def small_games() -> list[dict[str, Any]]:
    """Return the records of the made-up games: some to test by name, and a hundred at random."""
    chance = random.Random(7)
    return [{**_game(chance, number), **game} for number, game in enumerate(SPECIAL_GAMES)] + [
        _game(chance, number) for number in range(100, 200)
    ]


def _game(chance: random.Random, number: int) -> dict[str, Any]:
    kinds = chance.sample(KINDS, chance.randint(1, 3))
    moods = chance.sample(MOODS, chance.randint(0, 2))
    game: dict[str, Any] = {
        "id": f"g{number}",
        "title": "".join(chance.choices(SYLLABLES, k=4)).title() + str(number),
        "synopsis": f"A game of {kinds[0].lower()} for {' and '.join(moods).lower() or 'all'}.",
        "kinds": kinds,
        "moods": moods,
        "maker": [chance.choice(["Anvil", "Birch", "Comet"])],
        "tones": {"dark": chance.uniform(-2, 2), "calm": chance.uniform(-2, 2)},
        "rounds": chance.randint(1, 60),
        "minutes": chance.randint(5, 90),
        "year": chance.randint(1970, 2024),
        "price": round(chance.uniform(5, 90), 2),
        "rating": round(chance.uniform(4, 9.5), 2),
        "players": chance.randint(50, 400_000),
    }
    for name in chance.sample(["rounds", "minutes", "price", "rating", "players"], 1):
        if chance.random() < 0.3:
            del game[name]
    return game
