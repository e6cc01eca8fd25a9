"""What the tests of the agent room share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock
from langchain_core.embeddings import Embeddings

from data.build import build_index
from data.embedding import EmbeddingSettings
from data.index import Index, open_index
from data.profile import load_profile

if TYPE_CHECKING:
    from tests.agent.groq_server import GroqServer


class Constant(Embeddings):
    """Embed every text alike: for tests that need a catalogue's words, not their meaning."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return [1.0, len(text) % 7]


@pytest.fixture(scope="session")
def large_index(shared_data: Path, shared_folder: Path) -> Index:
    """Return an index of the 16,214 titles whose words are real and whose vectors are not."""
    sources = [shared_data / "anime" / name for name in ("anime.csv", "anime_with_synopsis.csv")]
    profile = load_profile("anime").model_copy(update={"files": ()})  # bare facts, no themes
    settings = EmbeddingSettings(provider="huggingface", model="no")
    with FileLock(shared_folder / "large.lock"), pytest.MonkeyPatch.context() as patch:
        patch.setenv("OSUSUME_HOME", str(shared_folder / "large"))
        patch.setattr("data.build.make_embeddings", lambda settings: Constant())
        patch.setattr("data.index.make_embeddings", lambda settings: Constant())
        build_index(profile, settings, sources)
        return open_index(profile, settings)


@pytest.fixture(scope="session")
def acts() -> Any:
    """Return the module of the scripted Groq server: what a test tells it to do."""
    name = "groq_server"
    if name not in sys.modules:
        spec = spec_from_file_location(name, Path(__file__).with_name("groq_server.py"))
        assert spec and spec.loader
        sys.modules[name] = module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture
def groq(acts: Any, state: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GroqServer]:
    """Run a scripted Groq server that the environment points to, with a fresh state folder."""
    server: GroqServer = acts.GroqServer()
    monkeypatch.setenv("GROQ_API_BASE", server.url)
    monkeypatch.setenv("GROQ_API_KEY", acts.KEY)
    for variable in ("OSUSUME_CONFIG", "OPENAI_API_KEY", "LANGSMITH_TRACING"):
        monkeypatch.delenv(variable, raising=False)
    yield server
    server.close()
