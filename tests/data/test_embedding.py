import numpy as np
import pytest
from langchain_core.embeddings import Embeddings
from pydantic import ValidationError

from data.embedding import EmbeddingSettings, embed_query, make_embeddings, unit
from infra.errors import EmbeddingError


class Refusing(Embeddings):
    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        raise TimeoutError("no answer")

    def embed_query(self, text: str) -> list[float]:
        raise TimeoutError("no answer")


def test_a_model_is_named_by_provider_and_model_or_address() -> None:
    assert EmbeddingSettings().name.startswith("all-MiniLM-L6-v2")
    names = {
        EmbeddingSettings(provider="huggingface").name,
        EmbeddingSettings(provider="huggingface", model="a/b").name,
        EmbeddingSettings(provider="huggingface-endpoint", url="http://one").name,
        EmbeddingSettings(provider="huggingface-endpoint", url="http://two").name,
        EmbeddingSettings(provider="openai").name,
    }
    assert len(names) == 5


def test_an_unknown_provider_is_refused() -> None:
    with pytest.raises(ValidationError, match="provider"):
        EmbeddingSettings.model_validate({"provider": "word2vec"})


def test_a_provider_without_its_package_gets_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "langchain_openai", None)
    with pytest.raises(EmbeddingError, match="extra 'openai'"):
        make_embeddings(EmbeddingSettings(provider="openai"))


def test_a_provider_that_does_not_answer_gets_a_sentence() -> None:
    with pytest.raises(EmbeddingError, match=r"TimeoutError: no answer\. Check 'embedding'"):
        embed_query(Refusing(), "x")


def test_unit_vectors_have_length_one_and_zero_stays() -> None:
    scaled = unit(np.array([[3, 4], [0, 0]], np.float32))
    assert scaled.tolist() == [[pytest.approx(0.6), pytest.approx(0.8)], [0, 0]]
    assert scaled.dtype == np.float32
