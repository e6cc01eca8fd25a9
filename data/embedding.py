"""Which model embeds: one factory over LangChain's `Embeddings`, and a cache of vectors by text."""

import hashlib
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Literal

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, SecretStr

from data import minilm
from infra.errors import EmbeddingError
from infra.home import folder, storing

Vectors = NDArray[np.float32]
BATCH = 256  # texts between two commits of the cache: what a kill can cost


class EmbeddingSettings(BaseModel):
    """Which embedding model is used; `provider` alone is enough."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    provider: Literal["minilm", "huggingface", "huggingface-endpoint", "openai"] = "minilm"
    model: str = ""
    url: str = ""
    key: SecretStr | None = None

    @property
    def name(self) -> str:
        """Return the model's name as manifests and collections bear it."""
        if self.provider == "minilm":
            return minilm.GRAPH
        return f"{self.provider}-{self.model or DEFAULT_MODELS[self.provider]}"


DEFAULT_MODELS = {
    "huggingface": "sentence-transformers/all-MiniLM-L6-v2",
    "huggingface-endpoint": "sentence-transformers/all-MiniLM-L6-v2",
    "openai": "text-embedding-3-small",
}


def make_embeddings(settings: EmbeddingSettings) -> Embeddings:
    """Return the embedding model that the settings name.

    Raises EmbeddingError where its package is not installed.
    """
    model = settings.model or DEFAULT_MODELS.get(settings.provider, "")
    key = settings.key.get_secret_value() if settings.key else None
    try:
        if settings.provider == "minilm":
            return minilm.MiniLM()
        if settings.provider == "huggingface":
            from langchain_huggingface import HuggingFaceEmbeddings

            return HuggingFaceEmbeddings(
                model_name=model, encode_kwargs={"normalize_embeddings": True}
            )
        if settings.provider == "huggingface-endpoint":
            from langchain_huggingface import HuggingFaceEndpointEmbeddings

            return HuggingFaceEndpointEmbeddings(
                model=settings.url or model, huggingfacehub_api_token=key
            )
        from langchain_openai import OpenAIEmbeddings

        return OpenAIEmbeddings(
            model=model, base_url=settings.url or None, api_key=SecretStr(key) if key else None
        )
    except ImportError as error:
        extra = {"huggingface": "torch", "openai": "openai"}.get(settings.provider, "")
        raise EmbeddingError(
            f"The embedding provider '{settings.provider}' needs a package that is not installed "
            f"({error.name}). Run \"pip install 'osusume[{extra}]'\"."
        ) from error


def embed_query(model: Embeddings, text: str) -> Vectors:
    """Return the unit vector of one text; shape (dimension,)."""
    return unit(np.asarray(model.embed_query(text), np.float32))


def embed_cached(
    model: Embeddings,
    name: str,
    texts: Sequence[str],
    progress: Callable[[int], None] = lambda done: None,
) -> Vectors:
    """Return the unit vectors of texts, shape (texts, dimension); only new texts are embedded.

    Vectors are kept by model and text below the state folder, a batch at a time, so that a killed
    run goes on where it stopped. `progress` is told how many texts each step settled.
    """
    keys = [hashlib.sha256(text.encode()).digest() for text in texts]
    path = folder("embeddings") / f"{''.join(c if c.isalnum() else '-' for c in name)}.sqlite"
    with storing(path), closing(sqlite3.connect(path)) as cache:
        try:
            found = _kept(cache)
        except sqlite3.DatabaseError:
            cache.close()
            path.unlink()
            return embed_cached(model, name, texts, progress)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        progress(len(texts) - len(missing))
        fresh = sorted(missing, key=lambda key: len(missing[key]))
        for start in range(0, len(fresh), BATCH):
            batch = fresh[start : start + BATCH]
            vectors = _embed(model, [missing[key] for key in batch])
            found.update(zip(batch, vectors, strict=True))
            _keep(cache, batch, vectors)
            progress(len(batch))
    return np.stack([found[key] for key in keys])


def _embed(model: Embeddings, texts: list[str]) -> Vectors:
    if isinstance(model, minilm.MiniLM):
        return model.encode(texts)
    try:
        return unit(np.asarray(model.embed_documents(texts), np.float32))
    except Exception as error:  # each provider's client has its own family of errors
        raise EmbeddingError(
            f"The embedding model failed: {type(error).__name__}: {str(error)[:200]}. "
            "Check 'embedding' in the settings and that its server answers; then index again."
        ) from error


def _kept(cache: sqlite3.Connection) -> dict[bytes, Vectors]:
    cache.execute("PRAGMA journal_mode=WAL")
    cache.execute("CREATE TABLE IF NOT EXISTS vectors (text BLOB PRIMARY KEY, vector BLOB)")
    rows = cache.execute("SELECT text, vector FROM vectors")
    return {text: np.frombuffer(vector, np.float32) for text, vector in rows}


def _keep(cache: sqlite3.Connection, keys: Sequence[bytes], vectors: Vectors) -> None:
    try:
        with cache:
            cache.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                [(key, vector.tobytes()) for key, vector in zip(keys, vectors, strict=True)],
            )
    except sqlite3.OperationalError as error:
        raise OSError(None, str(error)) from error


def unit(vectors: Vectors) -> Vectors:
    """Return vectors scaled to length one along the last axis."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = vectors / np.maximum(lengths, 1e-12)
    return scaled
