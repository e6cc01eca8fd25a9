"""The state folder: where indexes, models and conversations live."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from platformdirs import user_data_path

from infra.errors import HomeError


def home() -> Path:
    """Return the state folder, `OSUSUME_HOME` or the user's data folder; it need not exist yet."""
    named = os.environ.get("OSUSUME_HOME")
    return Path(named).expanduser() if named else user_data_path("osusume", appauthor=False)


def places(*parts: str) -> list[Path]:
    """Return where a part of the state is looked for, best first; none need exist.

    Behind the state folder stands the one that `OSUSUME_SHIPPED` names: indexes and models that
    came with an image, which are only ever read.
    """
    shipped = os.environ.get("OSUSUME_SHIPPED")
    folders = [home(), Path(shipped).expanduser()] if shipped else [home()]
    return [each.joinpath(*parts) for each in folders]


def folder(*parts: str) -> Path:
    """Return a folder below the state folder, made if missing.

    Raises HomeError where it cannot be made.
    """
    path = home().joinpath(*parts)
    with storing(path):
        path.mkdir(parents=True, exist_ok=True)
    return path


@contextmanager
def storing(path: Path) -> Iterator[None]:
    """Turn a refused or failed write below `path` into a HomeError with its remedy."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise HomeError(
            f"Cannot write to {path}: {reason}. "
            "Free some space or set OSUSUME_HOME to a folder that you may write to."
        ) from error


@contextmanager
def locked(path: Path, busy: str) -> Iterator[None]:
    """Hold the lock file `path`; raise HomeError(busy) where another process has it."""
    with storing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise HomeError(busy) from error
    try:
        yield
    finally:
        lock.release()
