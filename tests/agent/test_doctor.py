from pathlib import Path

import pytest

from agent.doctor import examine


def findings(catalogue: str | None = None) -> dict[str, tuple[bool, str]]:
    return {each.what: (each.well, each.told) for each in examine(catalogue)}


@pytest.fixture
def well(state: Path, bundled_home: Path) -> Path:
    """Return a state folder of the test's own with the bundled index in it."""
    state.mkdir()
    for name in ("indexes", "models"):
        (state / name).symlink_to(bundled_home / name)
    return state


def test_a_whole_installation_is_well(well: Path) -> None:
    found = findings()
    assert all(fine for fine, _ in found.values()), found
    assert list(found)[:4] == ["Python", "state folder", "settings", "reader"]
    assert "384 dimensions" in found["embedding"][1]
    assert "titles, built 20" in found["index"][1]
    assert str(well) in found["conversations"][1]


def test_a_missing_index_is_found_with_its_remedy(state: Path, bundled_home: Path) -> None:
    state.mkdir()
    (state / "models").symlink_to(bundled_home / "models")
    found = findings()
    assert found["index"] == (
        False,
        "The catalogue 'anime' is not indexed yet. Run 'osusume index anime'.",
    )
    assert [what for what, (fine, _) in found.items() if not fine] == ["index"]


def test_an_unknown_catalogue_is_found_and_the_rest_examined(well: Path) -> None:
    found = findings("cookery")
    assert [what for what, (fine, _) in found.items() if not fine] == ["profile", "index"]


def test_nothing_that_needs_the_settings_is_examined_without_them(
    well: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OSUSUME__NONSENSE", "1")
    found = findings()
    assert list(found) == ["Python", "state folder", "settings"]
    assert not found["settings"][0]


def test_damaged_conversations_and_an_unwritable_folder_are_found(
    well: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (well / "conversations").mkdir()
    (well / "conversations" / "conversations.sqlite").write_bytes(b"no database " * 500)
    assert not findings()["conversations"][0]
    file = tmp_path / "file"
    file.write_text("in its place")
    monkeypatch.setenv("OSUSUME_HOME", str(file))
    found = findings()
    assert not found["state folder"][0]
    assert not found["conversations"][0]


def test_sources_that_changed_since_are_said(well: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.doctor.index_is_stale", lambda *_: True)
    fine, told = findings()["index"]
    assert fine
    assert "run 'osusume index anime'" in told
