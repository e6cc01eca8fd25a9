"""The settings file, looked at when a turn begins: an edit counts from the next turn on."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from time import time_ns
from typing import Generic, TypeVar

from agent.settings import config_file
from infra.errors import OsusumeError

S = TypeVar("S")
YOUNG = 2 * 10**9  # nanoseconds: two writes so close may bear the same time


@dataclass(frozen=True, slots=True)
class Edited(Generic[S]):
    """The file has changed: new settings, or the reason why they are refused."""

    settings: S | None
    refused: str = ""


class SettingsWatch(Generic[S]):
    """Notice changes of the file that OSUSUME_CONFIG names; without one there are none."""

    def __init__(self, load: Callable[[], S]) -> None:
        self._path = config_file()
        self._load = load
        self._lock = Lock()
        self._seen = self._stamp()
        self._hash = self._digest()

    def look(self) -> Edited[S] | None:
        """Return what an edit brought, once for each; None where nothing changed."""
        if self._path is None:
            return None
        with self._lock:
            stamp = self._stamp()
            if stamp == self._seen and (stamp is None or time_ns() - stamp[0] > YOUNG):
                return None
            if stamp is not None and not stamp[1]:
                return None  # emptied by a program that is about to write it
            self._seen = stamp
            before, self._hash = self._hash, self._digest()
            if self._hash == before:
                return None
        return self._reread()

    def _reread(self) -> Edited[S]:
        try:
            return Edited(self._load())
        except OsusumeError as error:
            return Edited(None, f"{error} The settings from before stay in use.")

    def _stamp(self) -> tuple[int, int, int] | None:
        if self._path is None:
            return None
        try:
            found = self._path.stat()
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_size, found.st_ino)

    def _digest(self) -> str:
        try:
            return hashlib.sha256(self._path.read_bytes()).hexdigest() if self._path else ""
        except OSError:
            return "unreadable"
