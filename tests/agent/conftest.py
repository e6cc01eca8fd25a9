"""What the tests of the agent room share."""

from pathlib import Path

import pytest
from filelock import FileLock
from langchain_core.embeddings import Embeddings

from data.build import build_index
from data.embedding import EmbeddingSettings
from data.index import Index, open_index
from data.profile import load_profile


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
    profile, settings = load_profile("anime"), EmbeddingSettings(provider="huggingface", model="no")
    with FileLock(shared_folder / "large.lock"), pytest.MonkeyPatch.context() as patch:
        patch.setenv("OSUSUME_HOME", str(shared_folder / "large"))
        patch.setattr("data.build.make_embeddings", lambda settings: Constant())
        patch.setattr("data.index.make_embeddings", lambda settings: Constant())
        build_index(profile, settings, sources)
        return open_index(profile, settings)
