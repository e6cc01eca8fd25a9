"""The bundled catalogue keeps to its rules, and each rule is seen to be broken."""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from data.check import among, check, find_folder, main, shared_aliases
from data.entries import Entries, Finding, load_entries, load_vocabulary, read_words
from data.items import Item
from data.profile import Profile, load_profile
from data.reference import (
    borrowed_runs,
    differences,
    idle_reasons,
    read_tags,
    theme_agreement,
    tone_agreement,
)
from data.sources import read_items, source_files
from data.tables import Report
from infra.errors import UsageError

SOUND: dict[str, Any] = {
    "id": "999001",
    "title": "The Paper Lantern",
    "aliases": ["Kami no Akari"],
    "franchise": "paper-lantern",
    "entry": 1,
    "type": "TV",
    "year": 2003,
    "season": "Spring",
    "episodes": 12,
    "minutes": 24,
    "studios": ["Madhouse"],
    "source": "Original",
    "rating": "PG-13 - Teens 13 or older",
    "score": 7.5,
    "members": 12000,
    "genres": ["Drama", "Mystery"],
    "themes": ["Small Town", "Ghost", "Grief", "Slow Burn Romance", "Eerie"],
    "notes": ["Suicide"],
    "tones": {
        "dark": 1,
        "funny": -1,
        "mature": 1,
        "fast": -2,
        "romantic": 0,
        "violent": -1,
        "sad": 1,
        "complex": 0,
    },
    "synopsis": "A lantern maker in a harbour town notices that one of his lamps goes out each "
    "evening at the same minute, and that somebody has died whenever it does. With the daughter "
    "of the ferryman he reads the old order book of the shop, name by name, and finds the two of "
    "them on its last page.",
    "for": "people who like quiet ghost stories by the sea",
}


@pytest.fixture(scope="module")
def profile() -> Profile:
    """Return the bundled profile."""
    return load_profile("anime")


@pytest.fixture(scope="module")
def bundled(profile: Profile) -> Entries:
    """Return the bundled entries."""
    return load_entries(profile)


def changed(**values: Any) -> dict[str, Any]:
    """Return the sound entry with other values; `Ellipsis` takes a key away."""
    entry = {**copy.deepcopy(SOUND), **values}
    return {key: value for key, value in entry.items() if value is not ...}


def written(folder: Path, *entries: Mapping[str, Any], name: str = "2000-2004.yaml") -> Path:
    """Write entries to a catalogue file and return its path."""
    path = folder / name
    path.write_text(yaml.safe_dump(list(entries), allow_unicode=True, sort_keys=False), "utf-8")
    return path


def problems(profile: Profile, *paths: Path) -> list[Finding]:
    """Return what the check finds without a table."""
    return check(profile, None, paths).findings


def test_nothing_is_wrong_with_the_bundled_catalogue(bundled: Entries) -> None:
    assert [str(finding) for finding in (*bundled.findings, *among(bundled))] == []


def test_the_bundled_facts_are_those_of_the_table_or_say_why(
    profile: Profile, shared_data: Path
) -> None:
    assert [str(finding) for finding in check(profile, shared_data).findings] == []


def test_the_bundled_catalogue_is_as_large_and_as_wide_as_promised(bundled: Entries) -> None:
    entries = bundled.entries
    assert len(entries) >= 1_050
    assert {entry.year // 10 * 10 for entry in entries} >= set(range(1960, 2030, 10))
    assert sum(entry.year >= 2021 for entry in entries) >= 60
    assert sum(entry.members < 60_000 for entry in entries) >= 80
    assert {entry.type for entry in entries} >= {"TV", "Movie", "OVA", "ONA"}


def test_every_bundled_entry_is_read_without_a_remark(profile: Profile, bundled: Entries) -> None:
    report = Report()
    items = read_items(profile, source_files(profile, []), report)
    assert (report.rejected, report.remarks) == ([], [])
    assert [item.id for item in items] == [entry.id for entry in bundled.entries]


def test_every_theme_and_note_is_used_and_explained(profile: Profile, bundled: Entries) -> None:
    vocabulary = load_vocabulary(profile)
    used = {theme for entry in bundled.entries for theme in entry.themes}
    assert vocabulary.facets["themes"] == used
    assert vocabulary.facets["notes"] == {n for entry in bundled.entries for n in entry.notes}
    parts = yaml.safe_load((profile.folder / "themes.yaml").read_text("utf-8"))
    assert all(isinstance(line, str) and line for part in parts.values() for line in part.values())


def test_words_that_people_use_for_themes_lead_to_themes(profile: Profile) -> None:
    vocabulary = load_vocabulary(profile)
    assert set(profile.facets["themes"].synonyms) <= vocabulary.facets["themes"]
    assert set(read_words(profile, "tags")["themes"]) <= vocabulary.facets["themes"]


def test_themes_and_tones_agree_with_the_tags_of_another_site(
    profile: Profile, bundled: Entries, shared_data: Path
) -> None:
    tags, mapping = read_tags(shared_data / "tags" / "tags.csv"), read_words(profile, "tags")
    themes = theme_agreement(bundled.entries, tags, mapping["themes"])
    tones = tone_agreement(bundled.entries, tags, mapping["tones"])
    assert sum(each.both for each in themes) / sum(each.theirs for each in themes) >= 0.8
    assert sum(each.both for each in tones) / sum(each.theirs for each in tones) >= 0.9


def test_a_sound_entry_passes(profile: Profile, tmp_path: Path) -> None:
    assert problems(profile, written(tmp_path, SOUND)) == []


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"id": 999001}, "id Input should be a valid string"),
        ({"id": "mal-1"}, "id String should match pattern"),
        ({"title": ...}, "title Field required"),
        ({"mood": "sad"}, "mood Extra inputs are not permitted"),
        ({"aliases": "Lantern"}, "aliases is a text; write a list"),
        ({"franchise": "Paper Lantern"}, "franchise String should match pattern"),
        ({"entry": ...}, "franchise and entry go together"),
        ({"type": "Film"}, "type 'Film' is not in the vocabulary"),
        ({"season": "Autumn"}, "season 'Autumn' is not in the vocabulary"),
        ({"episodes": 0}, "episodes Input should be greater than or equal to 1"),
        ({"score": 75}, "score Input should be less than or equal to 10"),
        ({"genres": ["Dramma"]}, "genres 'Dramma' is not in the vocabulary; nearest is 'Drama'"),
        ({"themes": [*SOUND["themes"], "Ghosts"]}, "nearest is 'Ghost'"),
        ({"themes": SOUND["themes"][:4]}, "themes Tuple should have at least 5 items"),
        ({"themes": [*SOUND["themes"], "Ghost"]}, "themes names a value twice"),
        ({"notes": ["Blood"]}, "notes 'Blood' is not in the vocabulary"),
        ({"tones": {"dark": 1}}, "tones must name each axis of the profile once"),
        ({"tones": {**SOUND["tones"], "sad": 3}}, "tones go from -2 to 2"),
        ({"synopsis": "Too short."}, "synopsis has 2 words; write 45 to 90"),
        ({"for": "fans of ghosts"}, "for begins with neither"),
        ({"for": "people who dream."}, "for is not a phrase of"),
        ({"reasons": {"length": "why not"}}, "reasons names length"),
        ({"year": 2009}, "year 2009 belongs in another file"),
    ],
)
def test_a_broken_entry_is_named_with_its_file(
    profile: Profile, tmp_path: Path, values: dict[str, Any], problem: str
) -> None:
    (found,) = problems(profile, written(tmp_path, changed(**values)))
    assert found.place.startswith("2000-2004.yaml:1 ")
    assert problem in found.problem


SECOND = changed(
    id="999002",
    title="The Glass Harbour",
    aliases=[],
    entry=2,
    synopsis="Ten years later the shop stands empty, and a schoolgirl who sleeps badly buys its "
    "last lamp at a flea market. It burns without oil. She asks the teacher of physics, then the "
    "priest, and at last an old woman on the ferry, who tells her which street to avoid when the "
    "fog comes in and why nobody there ever hangs out washing.",
)


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"id": "999001"}, "id 999001 is that of 2000-2004.yaml:1 The Paper Lantern"),
        ({"title": "The paper lantern!"}, "title is that of"),
        ({"aliases": ["Paper Lantern, The", "The Paper Lantern"]}, "alias 'The Paper Lantern'"),
        ({"entry": 1}, "entry 1 of 'paper-lantern' is 'The Paper Lantern'"),
        ({"synopsis": SOUND["synopsis"] + " Again."}, "synopsis has 'a lantern maker in"),
    ],
)
def test_two_entries_in_conflict_are_found(
    profile: Profile, tmp_path: Path, values: dict[str, Any], problem: str
) -> None:
    path = written(tmp_path, SOUND, {**SECOND, **values})
    (found,) = problems(profile, path)
    assert problem in found.problem


def test_an_alias_of_two_entries_is_reported_but_not_refused(
    profile: Profile, tmp_path: Path
) -> None:
    path = written(tmp_path, SOUND, {**SECOND, "aliases": ["Kami no Akari"]})
    outcome = check(profile, None, [path])
    assert outcome.findings == []
    assert shared_aliases(outcome.read.entries) == {
        "Kami no Akari": ["The Paper Lantern", "The Glass Harbour"]
    }


def test_an_entry_that_is_no_mapping_is_named_with_its_line(
    profile: Profile, tmp_path: Path
) -> None:
    path = tmp_path / "1990s.yaml"
    path.write_text("- only words\n", "utf-8")
    assert [str(f) for f in problems(profile, path)] == ["1990s.yaml:1: is not an entry with keys"]


def table(**facets: tuple[str, ...]) -> dict[str, Item]:
    """Return a table of one title that agrees with the sound entry but for some facets."""
    facts = {"type": ("TV",), "genres": ("Mystery", "Drama"), "studios": ("Madhouse",), **facets}
    numbers = {"episodes": 12.0, "year": 2003.0, "score": 7.3}
    return {"999001": Item("999001", "Kami no Akari", facets=facts, numbers=numbers)}


def test_a_fact_that_differs_needs_a_reason(profile: Profile, tmp_path: Path) -> None:
    read = load_entries(profile, [written(tmp_path, SOUND)])
    assert list(differences(read, table())) == []
    (found,) = differences(read, table(studios=("Bones",)))
    assert (found.fact, found.ours, found.theirs) == ("studios", "Madhouse", "Bones")
    assert found.reason == ""


def test_a_reason_without_a_difference_is_idle(profile: Profile, tmp_path: Path) -> None:
    entry = changed(reasons={"studios": "the table names the sponsor"})
    read = load_entries(profile, [written(tmp_path, entry)])
    (kept,) = differences(read, table(studios=("Bones",)))
    assert kept.reason == "the table names the sponsor"
    (idle,) = idle_reasons(read, table(), differences(read, table()))
    assert "remove the reason" in idle.problem


def test_a_run_of_eight_words_of_a_foreign_text_is_found(profile: Profile, tmp_path: Path) -> None:
    read = load_entries(profile, [written(tmp_path, SOUND)])
    foreign = tmp_path / "texts"
    foreign.mkdir()
    text = "In the end he reads the old order book of the shop; nobody sleeps."
    (foreign / "blurbs.csv").write_text(f'id,text\n1,"{text}"\n', "utf-8")
    found = [finding.problem for finding in borrowed_runs(read, foreign)]
    assert "synopsis has 'he reads the old order book of the' of blurbs.csv" in found


def test_the_check_says_loudly_that_facts_were_not_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OSUSUME_SHARED_DATA", str(tmp_path))
    assert main([]) == 0
    assert "FACTS WERE NOT COMPARED" in capsys.readouterr().err


def test_a_named_folder_without_the_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Name the folder above"):
        find_folder(str(tmp_path))
    assert main(["--table", str(tmp_path)]) == 2
