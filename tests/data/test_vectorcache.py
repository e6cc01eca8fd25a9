import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.vectorcache import BATCH, embed_cached
from infra.errors import EmbeddingError, HomeError

Counting = Callable[..., Any]
TEXTS = [f"text {number} {'x' * (number % 9)}" for number in range(BATCH * 3)]


def test_only_new_texts_are_embedded(state: Path, counting: Counting) -> None:
    model = counting()
    first = embed_cached(model, "m", ["a", "bb", "a"])
    assert sorted(model.seen) == ["a", "bb"]
    assert first.shape == (3, 8)
    assert np.allclose(np.linalg.norm(first, axis=1), 1)
    assert (first[0] == first[2]).all() and (first[0] != first[1]).any()
    told: list[int] = []
    second = embed_cached(model, "m", ["ccc", "bb", "bb"], told.append)
    assert model.seen[2:] == ["ccc"]
    assert told == [2, 1]
    assert (second[1] == first[1]).all()
    fresh = counting()
    assert (embed_cached(fresh, "other", ["bb"])[0] == first[1]).all()


def test_vectors_are_in_the_order_of_the_texts(state: Path, counting: Counting) -> None:
    vectors = embed_cached(counting(), "m", TEXTS)
    for place in (0, 1, 300, len(TEXTS) - 1):
        alone = embed_cached(counting(), "alone", [TEXTS[place]])
        assert np.allclose(vectors[place], alone[0])


def test_a_killed_run_goes_on_where_it_stopped(state: Path, counting: Counting) -> None:
    killed = counting(fails_at=BATCH * 2)
    with pytest.raises(KeyboardInterrupt):
        embed_cached(killed, "m", TEXTS)
    resumed = counting()
    assert len(embed_cached(resumed, "m", TEXTS)) == len(TEXTS)
    assert len(resumed.seen) == BATCH
    assert not set(resumed.seen) & set(killed.seen)


@pytest.mark.parametrize("names", [("a/b", "a-b"), ("m1", "m2"), ("..", "...")])
def test_two_models_do_not_mix(state: Path, counting: Counting, names: tuple[str, str]) -> None:
    one, other = counting(), counting(dimension=4)
    assert embed_cached(one, names[0], ["a"]).shape == (1, 8)
    assert embed_cached(other, names[1], ["a"]).shape == (1, 4)
    assert one.seen == other.seen == ["a"]
    assert all(path.parent == state / "embeddings" for path in state.rglob("*.sqlite"))


def test_a_model_that_changed_its_dimension_is_embedded_anew(
    state: Path, counting: Counting
) -> None:
    embed_cached(counting(), "m", ["a", "b"])
    changed = counting(dimension=4)
    assert embed_cached(changed, "m", ["a", "b", "c"]).shape == (3, 4)
    assert set(changed.seen) == {"a", "b", "c"}


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_a_damaged_file_is_replaced(state: Path, counting: Counting, share: float) -> None:
    expected = embed_cached(counting(), "m", TEXTS)
    [path] = (state / "embeddings").glob("*.sqlite")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)] + b"damaged" * 300)
    assert (embed_cached(counting(), "m", TEXTS) == expected).all()
    again = counting()
    embed_cached(again, "m", TEXTS)
    assert not again.seen


def test_a_file_in_use_is_not_mistaken_for_a_damaged_one(
    state: Path, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.vectorcache.WAIT", 0.1)
    embed_cached(counting(), "m", ["a"])
    [path] = (state / "embeddings").glob("*.sqlite")
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(HomeError, match="database is locked"):
            embed_cached(counting(), "m", ["a", "b"])
    again = counting()
    embed_cached(again, "m", ["a"])
    assert not again.seen


def test_a_folder_in_the_files_place_gets_a_sentence(state: Path, counting: Counting) -> None:
    (state / "embeddings" / "m.sqlite").mkdir(parents=True)
    with pytest.raises(HomeError, match="unable to open database file"):
        embed_cached(counting(), "m", ["a"])


def test_a_provider_that_fails_gets_a_sentence(state: Path, counting: Counting) -> None:
    class Failing(counting):  # type: ignore[misc, valid-type]
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            raise ConnectionError("refused")

    with pytest.raises(EmbeddingError, match="ConnectionError: refused"):
        embed_cached(Failing(), "m", ["a"])


def test_no_texts_have_no_vectors(state: Path, counting: Counting) -> None:
    assert len(embed_cached(counting(), "m", [])) == 0
