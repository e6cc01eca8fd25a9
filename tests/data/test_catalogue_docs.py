"""What docs/catalogue.md shows works as it stands there."""

import re
from pathlib import Path

import pytest
import yaml

from data.check import check
from data.entries import Entry, load_entries
from data.profile import Facet, Number, Profile, Source, load_profile
from data.sources import read_items, source_files
from data.tables import Report

DOCS = Path(__file__).resolve().parents[2] / "docs"
BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def page() -> str:
    """Return the page about catalogues."""
    return (DOCS / "catalogue.md").read_text("utf-8")


def blocks(page: str, language: str) -> list[str]:
    """Return the code blocks in a language, without their indentation."""
    return [
        re.sub(f"^{indent}", "", text, flags=re.MULTILINE)
        for indent, name, text in BLOCK.findall(page)
        if name == language
    ]


def test_the_worked_example_is_a_catalogue(page: str, tmp_path: Path) -> None:
    (tmp_path / "profile.yaml").write_text(blocks(page, "yaml")[1], "utf-8")
    (tmp_path / "games.csv").write_text(blocks(page, "csv")[0], "utf-8")
    profile = load_profile(str(tmp_path / "profile.yaml"))
    report = Report()
    items = read_items(profile, source_files(profile, []), report)
    assert (report.rejected, report.remarks) == ([], [])
    assert [item.title for item in items] == ["Lantern Harbour", "Fever Street", "Nobody Lies"]
    assert items[0].numbers == {
        "players": 4,
        "minutes": 90,
        "year": 2014,
        "score": 7.9,
        "price": 44.9,
    }
    assert items[1].facets["mechanics"] == ("Cooperative", "Deck Building")
    assert items[1].aliases == ("Street of Fever", "FS")
    assert "price" not in items[2].numbers and "designer" not in items[2].facets


def test_the_entry_to_copy_is_the_one_that_is_bundled(page: str) -> None:
    (shown,) = yaml.safe_load(blocks(page, "yaml")[0])
    bundled = load_entries(load_profile("anime")).entries
    (kept,) = (entry for entry in bundled if entry.id == shown["id"])
    assert kept.model_dump(by_alias=True, exclude_defaults=True, mode="json") == shown


def test_the_entry_to_copy_passes_the_check(page: str, tmp_path: Path) -> None:
    path = tmp_path / "2013-2015.yaml"
    path.write_text(blocks(page, "yaml")[0], "utf-8")
    assert check(load_profile("anime"), None, [path]).findings == []


@pytest.mark.parametrize("model", [Entry, Profile, Facet, Number, Source])
def test_every_key_is_documented(
    page: str, model: type[Entry | Profile | Facet | Number | Source]
) -> None:
    keys = {field.alias or name for name, field in model.model_fields.items()}
    assert {key for key in keys - {"folder"} if not re.search(rf"\b{key}\b", page)} == set()


def test_the_data_card_states_the_counts_of_the_bundled_catalogue() -> None:
    entries = load_entries(load_profile("anime")).entries
    card = (DOCS / "data-card.md").read_text("utf-8")
    counts = {
        f"{len(entries):,} titles",
        *(f"{sum(entry.type == kind for entry in entries):,} {kind}" for kind in ("TV", "Movie")),
        f"{sum(entry.year >= 2021 for entry in entries)} from 2021 on",
        f"{sum(entry.members < 60_000 for entry in entries)} little-known",
    }
    assert {count for count in counts if count not in card} == set()
