import multiprocessing
import os
from itertools import combinations
from pathlib import Path
from shutil import copytree

import numpy as np
import onnxruntime as ort
import pytest

from data import minilm
from infra.errors import EmbeddingError, HomeError

# What sentence-transformers prints for these sentences and this model in its own documentation.
SENTENCES = ("The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium.")
COSINES = (0.6660, 0.1046, 0.1411)


def cosines(vectors: np.ndarray) -> list[float]:
    return [float(one @ other) for one, other in combinations(vectors, 2)]


@pytest.mark.usefixtures("ready")
def test_the_kept_model_agrees_with_the_published_one() -> None:
    vectors = minilm.MiniLM().encode(SENTENCES)
    assert vectors.shape == (3, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert cosines(vectors) == pytest.approx(COSINES, abs=0.03)


@pytest.mark.usefixtures("ready")
def test_a_shipped_graph_is_read_and_not_written_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OSUSUME_SHIPPED", os.environ["OSUSUME_HOME"])
    monkeypatch.setenv("OSUSUME_HOME", str(tmp_path / "volume"))
    assert minilm.MiniLM().encode(["a"]).shape == (1, 384)
    assert not (tmp_path / "volume").exists()


@pytest.mark.usefixtures("ready")
def test_the_graph_before_rounding_agrees_to_the_last_figure_printed() -> None:
    graph = minilm._graph(minilm._verified_weights()).SerializeToString()
    model = minilm.MiniLM()
    model.__dict__["_session"] = ort.InferenceSession(graph, providers=["CPUExecutionProvider"])
    exact = model.encode(SENTENCES)
    assert cosines(exact) == pytest.approx(COSINES, abs=1e-4)
    assert np.sum(exact * minilm.MiniLM().encode(SENTENCES), axis=1).min() > 0.98


@pytest.mark.usefixtures("ready")
def test_a_vector_does_not_depend_on_its_batch_and_order_is_kept() -> None:
    texts = [f"{'a long story about the sea ' * (number % 7)}{number}" for number in range(40)]
    model = minilm.MiniLM()
    together = model.encode(texts)
    alone = np.stack([model.encode([text])[0] for text in texts])
    assert np.allclose(together, alone, atol=1e-6)
    assert np.allclose(together, model.encode(texts[::-1])[::-1], atol=1e-6)
    assert (np.argmax(together @ alone.T, axis=1) == np.arange(40)).all()


@pytest.mark.usefixtures("ready")
def test_any_text_has_a_vector() -> None:
    model = minilm.MiniLM()
    assert model.embed_documents([]) == []
    odd = ["", "x" * 100_000, "word " * 20_000, "\0", "\ud800", "😀", "<b>&amp;", "ラーメン"]
    vectors = np.array(model.embed_documents(odd))
    assert vectors.shape == (8, 384)
    assert np.isfinite(vectors).all()
    assert np.allclose(vectors[0], model.embed_query(""), atol=1e-6)


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test weights of its own, under the real tokenizer."""
    copytree(minilm._model_folder(), tmp_path / "weights")
    monkeypatch.setattr(minilm, "_model_folder", lambda: tmp_path / "weights")
    return tmp_path / "weights" / "model.safetensors"


def test_wrong_weights_are_refused(state: Path, weights: Path) -> None:
    weights.chmod(0o600)
    with weights.open("r+b") as file:
        file.seek(1000)
        file.write(b"damage")
    with pytest.raises(EmbeddingError, match=r"damaged: SHA-256 \w+… instead of 53aa51172d14…"):
        minilm.MiniLM().embed_query("x")
    assert not list(state.rglob("*.onnx"))


def test_missing_weights_get_a_sentence(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "find_spec", lambda name: None)
    with pytest.raises(EmbeddingError, match=r"are not installed\. Run 'make index'"):
        minilm.MiniLM().embed_query("x")


def test_a_damaged_graph_is_written_anew(state: Path, model_files: Path) -> None:
    copytree(model_files, state / "models")
    [kept] = (state / "models").glob("*.onnx")
    whole = kept.read_bytes()
    kept.write_bytes(whole[:1000])
    assert len(minilm.MiniLM().embed_query("x")) == 384
    assert kept.read_bytes() == whole
    assert sorted(path.suffix for path in (state / "models").iterdir()) == [".onnx", ".sha256"]


def _replace_often(path: Path, letter: bytes) -> None:
    for _ in range(50):
        minilm._replace(path, letter * 100_000)


def test_processes_that_write_the_same_file_do_not_collide(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_replace_often, args=(path, each)) for each in (b"a", b"b")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert path.read_bytes() in (b"a" * 100_000, b"b" * 100_000)
    assert os.listdir(tmp_path) == ["kept"]  # noqa: PTH208


def test_a_state_folder_that_cannot_be_made_gets_a_sentence(state: Path) -> None:
    state.write_text("a file")
    with pytest.raises(HomeError, match=r"Cannot write to .*models: .*OSUSUME_HOME"):
        minilm.MiniLM().embed_query("x")
