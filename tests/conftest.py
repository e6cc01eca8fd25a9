"""What tests share: the real data beside the project, a state folder of their own."""

import os
from pathlib import Path

import pytest
from filelock import FileLock

from data.build import build_index
from data.embedding import EmbeddingSettings
from data.index import Index, open_index
from data.profile import load_profile

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


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all workers of this run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def bundled_home(shared_folder: Path) -> Path:
    """Return a state folder with the bundled catalogue's index, built once for all workers."""
    folder = shared_folder / "bundled"
    with FileLock(shared_folder / "bundled.lock"), pytest.MonkeyPatch.context() as patch:
        patch.setenv("OSUSUME_HOME", str(folder))
        build_index(load_profile("anime"), EmbeddingSettings())
    return folder


@pytest.fixture(scope="session")
def bundled_index(bundled_home: Path) -> Index:
    """Return the opened index of the bundled catalogue, its model loaded."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OSUSUME_HOME", str(bundled_home))
        index = open_index(load_profile("anime"), EmbeddingSettings())
        index.embed("once, so that the model is found now")
    return index
