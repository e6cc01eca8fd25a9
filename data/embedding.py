"""Which model embeds: one factory over LangChain's `Embeddings`."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, SecretStr

from data import minilm
from infra.errors import EmbeddingError, OsusumeError

Vectors = NDArray[np.float32]


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
        return f"{self.provider}-{self.model or self.url or DEFAULT_MODELS[self.provider]}"


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
            from huggingface_hub import InferenceClient
            from langchain_huggingface import HuggingFaceEndpointEmbeddings

            endpoint = HuggingFaceEndpointEmbeddings(model=model, huggingfacehub_api_token=key)
            if settings.url:  # its `model` takes no address, though the client below it does
                endpoint.client = InferenceClient(model=settings.url, token=key)
            return endpoint
        from langchain_openai import OpenAIEmbeddings

        remote: Embeddings = OpenAIEmbeddings(
            model=model, base_url=settings.url or None, api_key=SecretStr(key) if key else None
        )
        return remote
    except ImportError as error:
        extra = "openai" if settings.provider == "openai" else "torch"
        raise EmbeddingError(
            f"The embedding provider '{settings.provider}' needs the extra '{extra}', which is not "
            f"installed. Run \".venv/bin/pip install -e '.[{extra}]'\" in the project's folder."
        ) from error


def embed_query(model: Embeddings, text: str) -> Vectors:
    """Return the unit vector of one text; shape (dimension,). Raises EmbeddingError."""
    with _answering():
        return unit(np.asarray(model.embed_query(text), np.float32))


def embed_texts(model: Embeddings, texts: list[str]) -> Vectors:
    """Return the unit vectors of texts; shape (texts, dimension). Raises EmbeddingError."""
    if isinstance(model, minilm.MiniLM):
        return model.encode(texts)
    with _answering():
        return unit(np.asarray(model.embed_documents(texts), np.float32))


@contextmanager
def _answering() -> Iterator[None]:
    try:
        yield
    except OsusumeError:
        raise
    except Exception as error:  # each provider's client has its own family of errors
        raise EmbeddingError(
            f"The embedding model failed: {type(error).__name__}: {str(error)[:200]}. "
            "Check 'embedding' in the settings and that its server answers, then try again."
        ) from error


def unit(vectors: Vectors) -> Vectors:
    """Return vectors scaled to length one along the last axis."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32, copy=False)
    return scaled
