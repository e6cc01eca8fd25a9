import csv
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from data.embedding import embed_query
from data.grounding import DEFAULT_THRESHOLD, auroc, calibrate, evidence
from data.index import document
from data.items import Item
from data.minilm import MiniLM
from data.profile import Profile, load_profile
from data.sources import read_items, source_files
from data.tables import Report
from data.tones import score_tones

Embedded = tuple[Profile, list[Item], NDArray[np.float32]]
DARK = {"Dark Fantasy", "Horror", "Psychological"}
LIGHT = {"Family Friendly", "Iyashikei", "Slice of Life", "Comedy"}


@pytest.fixture(scope="module")
def tagged(shared_data: Path) -> dict[str, set[str]]:
    """Return the tags that another site gives to some real titles."""
    with (shared_data / "tags" / "tags.csv").open(encoding="utf-8", newline="") as file:
        return {row["mal_id"]: set(row["tags"].split("|")) for row in csv.DictReader(file)}


@pytest.fixture
def embedded(ready: Path, shared_data: Path, tagged: dict[str, set[str]]) -> Embedded:
    """Return the tagged titles that are clearly dark or light, and their vectors."""
    profile = load_profile("anime")
    items = read_items(profile, source_files(profile, [shared_data / "anime"]), Report())
    sides = {item_id: (is_dark(tags), bool(tags & LIGHT)) for item_id, tags in tagged.items()}
    items = [item for item in items if len(set(sides.get(item.id, (0, 0)))) == 2]
    return profile, items, MiniLM().encode([document(profile, item) for item in items])


def is_dark(tags: set[str]) -> bool:
    return bool(tags & DARK) or any(tag.startswith("Death") for tag in tags)


def test_dark_titles_are_darker_and_probes_are_parted_on_real_titles(
    embedded: Embedded, tagged: dict[str, set[str]]
) -> None:
    profile, items, vectors = embedded
    dark = score_tones(profile, items, vectors, MiniLM())[:, list(profile.tones).index("dark")]
    labels = np.array([is_dark(tagged[item.id]) for item in items])
    assert labels.sum() >= 20 and (~labels).sum() >= 200
    assert auroc(dark[labels], dark[~labels]) > 0.95
    found = calibrate(profile, vectors, MiniLM())
    assert found.auroc > 0.95
    refused = [
        evidence(vectors @ embed_query(MiniLM(), probe)) < found.threshold
        for probe in profile.probes
    ]
    assert np.mean(refused) < 0.15


def test_the_threshold_parts_what_fits_from_what_does_not(ready: Path, games: Profile) -> None:
    model = MiniLM()
    vectors = model.encode([*games.probes, "a box of dice"])
    found = calibrate(games, vectors, model)
    assert found.auroc == 1
    for requests, fits in ((games.probes, True), (games.out_of_scope, False)):
        for request in requests:
            grounds = evidence(vectors @ embed_query(model, request))
            assert (grounds >= found.threshold) == fits


def test_a_profile_without_probes_gets_the_default(ready: Path, games: Profile) -> None:
    bare = games.model_copy(update={"probes": ()})
    found = calibrate(bare, MiniLM().encode(["x"]), MiniLM())
    assert (found.threshold, found.auroc) == (DEFAULT_THRESHOLD, 0.5)


def test_probes_that_cannot_be_told_apart_still_give_a_threshold(
    ready: Path, games: Profile
) -> None:
    same = games.model_copy(update={"probes": ("x",), "out_of_scope": ("x",)})
    assert calibrate(same, MiniLM().encode(["y"]), MiniLM()).auroc == 0.5


def test_evidence_is_the_mean_of_the_five_best() -> None:
    similarities = np.array([0.1, 0.9, 0.5, 0.6, 0.7, 0.8, 0.0], np.float32)
    assert evidence(similarities) == pytest.approx(0.7)
    assert evidence(similarities[:2]) == pytest.approx(0.5)
    assert evidence(similarities[:0]) == 0
