"""What tests share: the real data beside the project, a state folder of their own."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real data, or skip visibly; under CI its absence is a failure."""
    path = Path(os.environ.get("OSUSUME_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not path.is_dir():
        reason = f"no real data at {path}; set OSUSUME_SHARED_DATA"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test an empty state folder of its own."""
    folder = tmp_path / "home"
    monkeypatch.setenv("OSUSUME_HOME", str(folder))
    return folder
