import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import rmtree

import chromadb
import numpy as np
import pytest

from data.build import build_index, index_is_stale
from data.builds import current_build, read_manifest, write_manifest
from data.embedding import EmbeddingSettings
from data.index import Index, open_index
from data.profile import Profile
from data.vectorstore import write_collection
from data.words import words_of
from infra.errors import IndexUnusableError

SETTINGS = EmbeddingSettings()
REMEDY = "Run 'osusume index games'."


@pytest.fixture
def build(ready: Path, games: Profile) -> Path:
    """Return the folder of a fresh build that serves."""
    build_index(games, SETTINGS)
    path = current_build("games")
    assert path is not None
    return path


@pytest.fixture
def index(build: Path, games: Profile) -> Index:
    return open_index(games, SETTINGS)


def test_a_shipped_index_serves_until_the_state_folder_has_its_own(
    build: Path, games: Profile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OSUSUME_SHIPPED", os.environ["OSUSUME_HOME"])
    monkeypatch.setenv("OSUSUME_HOME", str(tmp_path / "volume"))
    assert open_index(games, SETTINGS).manifest.sources
    assert not index_is_stale(games, SETTINGS)
    assert not build_index(games, SETTINGS).fresh
    assert current_build("games") == build
    assert build_index(games, SETTINGS, force=True).fresh
    serving = current_build("games")
    assert serving and serving.is_relative_to(tmp_path / "volume")
    assert build.exists()


def test_the_nearest_are_those_of_exact_search(index: Index) -> None:
    for text in ("scary sounds under the floor", "trade spices", "trains in the snow"):
        vector = index.embed(text)
        exact = np.argsort(-(index.vectors @ vector))[:5]
        found = index.nearest(vector, 5)
        assert found.dtype == np.intp
        assert np.allclose(index.vectors[found] @ vector, index.vectors[exact] @ vector, atol=1e-5)
    assert (
        "Cellar" in index.catalogue.items[index.nearest(index.embed("a haunted house"), 1)[0]].title
    )


def test_words_match_titles_and_texts_best_first(index: Index) -> None:
    found, scores = index.matching("cellar doors", 3)
    assert {index.catalogue.items[place].title[:15] for place in found} == {"The Cellar Door"}
    assert (np.diff(scores) <= 0).all() and (scores > 0).all()
    assert index.knows_word("Railways")
    assert not index.knows_word("zeppelin")
    for nothing in ("", "zeppelin", "the of", "!!!"):
        assert len(index.matching(nothing, 5)[0]) == 0


def test_limits_beyond_the_catalogue_and_below_one_are_taken(index: Index) -> None:
    vector = index.embed("x")
    assert len(index.nearest(vector, 1000)) == 24
    assert len(index.nearest(vector, 0)) == 0
    assert len(index.matching("box", 1000)[0]) == 24
    assert len(index.matching("box", 0)[0]) == 0


def test_a_tone_is_a_column_over_the_items(index: Index) -> None:
    dark = index.tone("dark")
    assert dark.shape == (24,)
    kinds = [item.facets["kinds"][0] for item in index.catalogue.items]
    assert dark[kinds.index("Horror")] > dark[kinds.index("Family")]
    with pytest.raises(ValueError):
        index.tone("loud")


def test_words_are_folded_and_singular() -> None:
    assert words_of("The Trains' boss & CAFÉS") == ["train", "boss", "cafe"]


def test_a_catalogue_that_was_never_indexed_gets_a_sentence(ready: Path, games: Profile) -> None:
    with pytest.raises(IndexUnusableError) as caught:
        open_index(games, SETTINGS)
    assert str(caught.value) == f"The catalogue 'games' is not indexed yet. {REMEDY}"


def truncate(path: Path, share: float) -> None:
    with path.open("r+b") as file:
        file.truncate(int(path.stat().st_size * share))


def hnsw(build: Path) -> Path:
    return next(build.rglob("data_level0.bin"))


def chroma_with(build: Path, space: str, count: int) -> None:
    """Put another collection in the place of the build's own."""
    name = read_manifest("games", build).collection
    rmtree(build / "chroma")
    vectors = np.load(build / "vectors.npy")[:count]
    ids = [f"g{place}" for place in range(count)]
    if space == "cosine":
        write_collection(build / "chroma", name, ids, ids, vectors)
        return
    settings = chromadb.config.Settings(anonymized_telemetry=False)
    client = chromadb.PersistentClient(str(build / "chroma"), settings)
    made = client.create_collection(name, configuration={"hnsw": {"space": "l2"}})
    made.add(ids=ids, embeddings=vectors)
    client.clear_system_cache()


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "no manifest": (lambda b: (b / "manifest.json").unlink(), "is not whole"),
    "half a manifest": (lambda b: truncate(b / "manifest.json", 0.5), "manifest cannot be read"),
    "a manifest of more": (
        lambda b: (b / "manifest.json").write_text('{"a": 1}'),
        "manifest cannot be read",
    ),
    "half the database": (
        lambda b: truncate(b / "chroma/chroma.sqlite3", 0.5),
        "chroma|collection",
    ),
    "an empty database": (lambda b: truncate(b / "chroma/chroma.sqlite3", 0), "chroma|collection"),
    "no database": (lambda b: (b / "chroma/chroma.sqlite3").unlink(), "chroma|collection"),
    "no chroma": (lambda b: rmtree(b / "chroma"), "chroma|collection"),
    "half the vectors": (lambda b: truncate(b / "vectors.npy", 0.5), "vectors.npy|ValueError"),
    "no vectors": (lambda b: truncate(b / "vectors.npy", 0), "vectors.npy|Error"),
    "half the tones": (lambda b: truncate(b / "tones.npy", 0.5), "tones.npy|ValueError"),
    "other tones": (lambda b: np.save(b / "tones.npy", np.zeros((24, 9))), "parts disagree"),
    "fewer vectors": (
        lambda b: np.save(b / "vectors.npy", np.zeros((9, 384), np.float32)),
        "parts disagree|cut short",
    ),
    "items in no JSON": (lambda b: (b / "items.json").write_text("x" * 99_999), "JSONDecodeError"),
    "other items": (lambda b: (b / "items.json").write_text("[" + "1," * 9999 + "1]"), "TypeError"),
    "fewer items": (lambda b: (b / "items.json").write_text("[]"), "parts disagree|cut short"),
    "no words": (lambda b: rmtree(b / "bm25"), "bm25|FileNotFoundError"),
    "half the words": (
        lambda b: truncate(b / "bm25/indices.csc.index.npy", 0.5),
        "bm25|ValueError",
    ),
    "another space": (lambda b: chroma_with(b, "l2", 24), "24 vectors in l2 space where 24 in cos"),
    "another count": (lambda b: chroma_with(b, "cosine", 23), "holds 23 vectors in cosine"),
    "no build": (lambda b: rmtree(b), "is not whole"),
    "an empty pointer": (lambda b: (b.parent.parent / "current").write_text(""), "not indexed yet"),
    "a wild pointer": (lambda b: (b.parent.parent / "current").write_text("no"), "is not whole"),
    "no text": (lambda b: (b.parent.parent / "current").write_bytes(b"\xff"), "not indexed yet"),
}


@pytest.mark.parametrize("sized", [True, False], ids=["sizes known", "sizes unknown"])
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_index_gets_a_sentence_and_its_remedy_works(
    build: Path, games: Profile, damage: str, sized: bool
) -> None:
    act, reason = DAMAGE[damage]
    if not sized or damage.startswith("another"):
        write_manifest(build, replace(read_manifest("games", build), sizes={}))
    act(build)
    with pytest.raises(IndexUnusableError, match=reason) as caught:
        open_index(games, SETTINGS)
    assert str(caught.value).endswith(REMEDY)
    assert build_index(games, SETTINGS).fresh
    assert len(open_index(games, SETTINGS).catalogue) == 24


def test_neighbour_lists_cut_short_are_refused_rather_than_searched(
    build: Path, games: Profile
) -> None:
    truncate(hnsw(build), 0.5)
    with pytest.raises(IndexUnusableError, match=r"data_level0\.bin is missing or cut short"):
        open_index(games, SETTINGS)


@pytest.mark.parametrize(
    ("settings", "profile", "reason"),
    [
        (EmbeddingSettings(provider="huggingface", model="a/b"), {}, "embedding model all-MiniLM"),
        (SETTINGS, {"tones": {}}, "tones"),
    ],
)
def test_an_index_of_another_model_or_profile_is_refused(
    build: Path,
    games: Profile,
    settings: EmbeddingSettings,
    profile: dict[str, object],
    reason: str,
) -> None:
    changed = games.model_copy(update=profile)
    with pytest.raises(IndexUnusableError, match=f"it was built for {reason}.*{REMEDY}"):
        open_index(changed, settings)
    assert index_is_stale(changed, settings)


def test_the_remedy_names_the_files_that_were_indexed(
    ready: Path, games: Profile, write: Callable[..., Path]
) -> None:
    table = write("t.csv", "Code,Game\n1,One\n")
    build_index(games, SETTINGS, [table])
    build = current_build("games")
    assert build is not None
    truncate(build / "items.json", 0.5)
    with pytest.raises(IndexUnusableError, match=f"Run 'osusume index games --from {table}'"):
        open_index(games, SETTINGS)


def test_an_open_index_keeps_answering_while_new_builds_take_over(
    index: Index, games: Profile, change: Callable[[int], None]
) -> None:
    vector = index.embed("a haunted house")
    before = index.nearest(vector, 10).tolist()
    words = index.matching("cellar", 10)[0].tolist()
    for edition in (1, 2, 3):
        change(edition)
        assert build_index(games, SETTINGS).fresh
        assert index.nearest(vector, 10).tolist() == before
        assert index.matching("cellar", 10)[0].tolist() == words
        assert (index.vectors @ index.embed("pumpkins")).shape == (24,)
    assert "Edition 3" in open_index(games, SETTINGS).catalogue["g3"].description
    assert "Edition" not in index.catalogue["g3"].description
