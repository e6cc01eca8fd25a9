"""What the tests of the data room share: a made-up catalogue of board games, and its state."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from data import minilm
from data.embedding import EmbeddingSettings
from data.profile import Profile, load_profile

PROFILE = """
name: games
noun: {one: game, many: games}
facets:
  kinds: {label: kind}
  maker: {label: maker, single: true}
numbers:
  price: {label: price, prefix: "€", decimals: 2}
  minutes: {label: minutes}
  year: {label: year, kind: year}
  rating: {label: rating, kind: score}
tones:
  dark:
    low: {name: lighter, phrases: [a cheerful game for the whole family]}
    high: {name: darker, phrases: [a grim game of horror and death]}
    facets: {"kinds:Horror": 1.0, "kinds:Family": -1.0}
sources:
  - match: [Code, Game]
    id: Code
    title: Game
    aliases: {column: [Also known as], split: ";"}
    description: [Blurb]
    facets: {kinds: {column: [Kinds, Kind], split: "|"}, maker: Maker}
    numbers:
      price: {column: Price, parse: price}
      minutes: {column: Time, parse: minutes}
      year: {column: Published, parse: year}
      rating: Rating
    no_description: [No blurb]
files: [games.jsonl]
card: [kinds, price]
examples: [a game about trains]
probes: [a game about trains, trading spices, a haunted house, farming with friends]
out_of_scope: [file my taxes, fix a leaking tap, the capital of France, train a neural network]
"""

PLOTS = (
    ("Rails of the North", "Family", "Build railways between snowy towns and carry timber south."),
    ("Pepper Fleet", "Trading", "Buy spices cheaply in far harbours and sell them dearly at home."),
    ("The Cellar Door", "Horror", "Something scratches below the old house, and one of you knows."),
    ("Barley and Rye", "Farming", "Sow grain with your friends, feed the village, plan the year."),
    ("Orbit Nine", "Space", "Dock the last shuttle before the station falls out of the sky."),
    ("Lantern Market", "Trading", "Swap paper lamps at night for the rarest colours of ink."),
)


@pytest.fixture(scope="session")
def model_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the ONNX graph, which takes seconds to write: once for all tests."""
    home = tmp_path_factory.mktemp("models")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OSUSUME_HOME", str(home))
        minilm.MiniLM().embed_query("once")
    return home / "models"


@pytest.fixture
def ready(state: Path, model_files: Path) -> Path:
    """Return an empty state folder that has the embedding model."""
    state.mkdir()
    (state / "models").symlink_to(model_files)
    return state


@pytest.fixture
def settings() -> EmbeddingSettings:
    return EmbeddingSettings()


def records(count: int = 24) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for number in range(count):
        title, kind, plot = PLOTS[number % len(PLOTS)]
        found.append(
            {
                "id": f"g{number}",
                "title": f"{title} {number}",
                "synopsis": f"{plot} Box {number} of the series.",
                "kinds": [kind],
                "price": 10 + number,
                "year": 1990 + number,
            }
        )
    return found


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write text, bytes or records to a file of the test's folder."""

    def put(name: str, content: str | bytes | list[dict[str, object]]) -> Path:
        path = tmp_path / name
        if isinstance(content, list):
            content = "".join(f"{json.dumps(record)}\n" for record in content)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return put


@pytest.fixture
def games(write: Callable[..., Path]) -> Profile:
    """Return the profile of a made-up catalogue of 24 board games beside it."""
    write("games.jsonl", records())
    return load_profile(str(write("games.yaml", PROFILE)))


@pytest.fixture
def change(write: Callable[..., Path]) -> Callable[[int], None]:
    """Write the catalogue anew, with one game's description as the given edition has it."""

    def edit(edition: int) -> None:
        changed = records()
        changed[3]["synopsis"] = f"Edition {edition}: harvest pumpkins before the frost."
        write("games.jsonl", changed)

    return edit


class Counting(Embeddings):
    """Embed by a hash, and count the texts that were asked for."""

    def __init__(self, dimension: int = 8, fails_at: int | None = None) -> None:
        self.seen: list[str] = []
        self.dimension = dimension
        self.fails_at = fails_at

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        if self.fails_at is not None and len(self.seen) + len(texts) > self.fails_at:
            raise KeyboardInterrupt
        self.seen += texts
        return [self._vector(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self._vector(text)

    def _vector(self, text: str) -> list[float]:
        seed = sum(text.encode()) + len(text)
        vector: list[float] = np.random.default_rng(seed).normal(size=self.dimension).tolist()
        return vector


@pytest.fixture
def counting() -> type[Counting]:
    return Counting


@pytest.fixture
def spied(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Collect the texts that MiniLM is asked to embed as documents."""
    seen: list[str] = []
    encode = minilm.MiniLM.encode

    def watch(self: minilm.MiniLM, texts: list[str]) -> object:
        seen.extend(texts)
        return encode(self, texts)

    monkeypatch.setattr(minilm.MiniLM, "encode", watch)
    yield seen
