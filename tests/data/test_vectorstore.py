import subprocess
import sys
from pathlib import Path

import chromadb
import numpy as np
import pytest

from data.embedding import unit
from data.vectorstore import VectorStore, open_store, write_collection
from infra.errors import HomeError, IndexUnusableError

REMEDY = "Run 'osusume index games'."


def vectors(count: int, dimension: int = 384) -> np.ndarray:
    """Return unit vectors that lie in clumps, as those of texts do."""
    draw = np.random.default_rng(5)
    centres = draw.normal(size=(20, dimension))
    found = centres[draw.integers(0, 20, count)] + draw.normal(size=(count, dimension)) * 0.7
    return unit(found.astype(np.float32))


def write(folder: Path, found: np.ndarray) -> None:
    ids = [f"i{place}" for place in range(len(found))]
    write_collection(folder, "made", ids, [f"Title {each}" for each in ids], found)


@pytest.mark.parametrize("count", [1, 2, 30])
def test_the_nearest_come_first(tmp_path: Path, count: int) -> None:
    found = vectors(count)
    write(tmp_path, found)
    store = open_store(tmp_path, "made", found, REMEDY)
    for place in range(count):
        exact = np.argsort(-(found @ found[place]), kind="stable")
        assert store.nearest(found[place], count) == [f"i{each}" for each in exact]
    assert len(store.nearest(found[0], count + 5)) == count


def test_a_large_collection_finds_nearly_all_true_neighbours(tmp_path: Path) -> None:
    found = vectors(2600)
    told: list[int] = []
    ids = [str(place) for place in range(len(found))]
    write_collection(tmp_path, "made", ids, ids, found, told.append)
    assert sum(told) == 2600 and min(told) >= 1000
    store = open_store(tmp_path, "made", found, REMEDY)
    shares = []
    for query in found[::130]:
        exact = np.argsort(-(found @ query))[:100]
        shares.append(len(set(store.nearest(query, 200)) & set(map(str, exact))) / 100)
    assert np.mean(shares) >= 0.98


def test_the_store_is_one_of_langchain(tmp_path: Path) -> None:
    found = vectors(5)
    write(tmp_path, found)
    store = open_store(tmp_path, "made", found, REMEDY)
    assert isinstance(store, VectorStore)
    [document] = store.similarity_search_by_vector(found[3].tolist(), k=1)
    assert (document.id, document.page_content) == ("i3", "Title i3")


def test_a_read_only_collection_is_read_through_a_copy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Root may write anywhere, so the refusal is feigned; the container's test has a real one."""
    found = vectors(30)
    write(tmp_path / "shipped", found)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "shipped").rglob("*")}
    monkeypatch.setattr("data.vectorstore.os.access", lambda path, mode: False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    with pytest.raises(HomeError, match=r"no copy can be made.*no such file.*tmpfs at /tmp"):
        open_store(tmp_path / "shipped", "made", found, REMEDY)
    (tmp_path / "temporary").mkdir()
    store = open_store(tmp_path / "shipped", "made", found, REMEDY)
    assert store.nearest(found[7], 1) == ["i7"]
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "shipped").rglob("*")} == before
    assert len([*(tmp_path / "temporary").glob("osusume-*/chroma.sqlite3")]) == 1


def test_a_collection_in_another_space_is_refused(tmp_path: Path) -> None:
    found = vectors(4)
    client = chromadb.PersistentClient(
        str(tmp_path), chromadb.config.Settings(anonymized_telemetry=False)
    )
    made = client.create_collection("made", configuration={"hnsw": {"space": "l2"}})
    made.add(ids=list("abcd"), embeddings=found)
    with pytest.raises(IndexUnusableError, match=f"in l2 space where 4 in cosine.*{REMEDY}"):
        open_store(tmp_path, "made", found, REMEDY)


def test_a_collection_with_another_count_is_refused(tmp_path: Path) -> None:
    write(tmp_path, vectors(4))
    with pytest.raises(IndexUnusableError, match=f"holds 4 vectors.*where 5.*{REMEDY}"):
        open_store(tmp_path, "made", vectors(5), REMEDY)


def test_a_missing_collection_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusableError, match=f"is not in .*{REMEDY}"):
        open_store(tmp_path / "gone", "made", vectors(1), REMEDY)
    write(tmp_path, vectors(1))
    with pytest.raises(IndexUnusableError, match=f"other is damaged.*{REMEDY}"):
        open_store(tmp_path, "other", vectors(1), REMEDY)


FULL = """
import resource, signal, sys
from pathlib import Path
import numpy as np
sys.path.insert(0, sys.argv[2])
from data.embedding import unit
from data.vectorstore import write_collection
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
vectors = np.random.default_rng(0).normal(size=(2000, 384)).astype(np.float32)
ids = list(map(str, range(2000)))
try:
    write_collection(Path(sys.argv[1]), "made", ids, ids, vectors)
except OSError as error:
    print("refused:", error.strerror)
"""


def test_a_full_disk_is_an_os_error(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path), str(request.config.rootpath)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("refused:"), done.stderr
