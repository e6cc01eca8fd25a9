import subprocess
import sys
from pathlib import Path

import pytest

from infra.errors import HomeError
from infra.home import folder, home, locked, places, storing


def test_the_state_folder_is_the_one_named_or_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OSUSUME_HOME", "~/somewhere")
    assert home() == Path.home() / "somewhere"
    monkeypatch.delenv("OSUSUME_HOME")
    assert home().name == "osusume"
    monkeypatch.setenv("OSUSUME_HOME", "")
    assert home().name == "osusume"


def test_a_folder_is_made_when_it_is_asked_for(state: Path) -> None:
    assert not state.exists()
    assert folder("a", "b") == state / "a" / "b"
    assert (state / "a" / "b").is_dir()


def test_a_folder_that_cannot_be_made_is_a_sentence(state: Path) -> None:
    state.write_text("a file in its place")
    with pytest.raises(HomeError) as refused:
        folder("indexes")
    told = str(refused.value)
    assert str(state / "indexes") in told
    assert told.endswith("set OSUSUME_HOME to a folder that you may write to.")


def test_what_was_shipped_is_looked_for_behind_the_state_folder(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert places("models") == [state / "models"]
    monkeypatch.setenv("OSUSUME_SHIPPED", str(tmp_path / "shipped"))
    assert places("models") == [state / "models", tmp_path / "shipped" / "models"]


def test_only_failed_writes_become_sentences(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match="no space left on device"), storing(tmp_path):
        raise OSError(28, "No space left on device")
    with pytest.raises(KeyError), storing(tmp_path):
        raise KeyError("a fault of ours")


def test_a_lock_that_another_holds_is_said_at_once(tmp_path: Path) -> None:
    path = tmp_path / "below" / "lock"
    with locked(path, "busy"), pytest.raises(HomeError, match="busy"), locked(path, "busy"):
        pass
    with locked(path, "busy"):
        pass


def test_a_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    code = f"from filelock import FileLock; x = FileLock({str(path)!r}); x.acquire(); input('held')"
    with subprocess.Popen(
        [sys.executable, "-uc", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.read(4) == b"held"
        with pytest.raises(HomeError), locked(path, "busy"):
            pass
        process.kill()
    with locked(path, "busy"):
        pass
