"""The one recommender of a serving process: opened at its start, seen by page, API and probes."""

import gc
from collections.abc import Callable
from threading import Event, Lock, Thread

import structlog

from agent.recommender import Recommender, open_recommender
from agent.settings import Settings, load_settings
from infra.errors import OsusumeError

Parts = tuple[Recommender, Settings]
OPENING = "The catalogue is being opened."
LEAVING = "The process is stopping."
AGAIN_SECONDS = 3.0  # between attempts to open what cannot be opened


class Shared:
    """Open once, and again for as long as it fails: an index may come later."""

    def __init__(self, open_parts: Callable[[], Parts]) -> None:
        self._open = open_parts
        self._lock = Lock()
        self._parts: Parts | None = None
        self._trouble = OPENING
        self._leaving = Event()

    def begin(self) -> None:
        """Open in a thread of its own."""
        Thread(target=self._keep_opening, name="opening", daemon=True).start()

    def parts(self) -> Parts:
        """Return what is shared; raises OsusumeError, each time, where it cannot be opened."""
        with self._lock:
            if self._parts is None:
                try:
                    self._parts = self._open()
                except OsusumeError as error:
                    if str(error) != self._trouble:
                        structlog.get_logger().error("not ready", reason=str(error))
                    self._trouble = str(error)
                    raise
                structlog.get_logger().info("ready")
            return self._parts

    def ready(self) -> Recommender:
        """Return the recommender; raises OsusumeError with the reason where none can serve."""
        if self._leaving.is_set():
            raise OsusumeError(LEAVING)
        if self._parts is None:
            raise OsusumeError(self._trouble)
        recommender = self._parts[0]
        recommender.memory.ping()
        return recommender

    def settings(self) -> Settings | None:
        """Return the settings it was opened with."""
        return self._parts[1] if self._parts else None

    def leave(self) -> None:
        """Take no further turn."""
        self._leaving.set()
        if self._parts is not None:
            self._parts[0].leave()

    def _keep_opening(self) -> None:
        while not self._leaving.is_set():
            try:
                self.parts()
            except OsusumeError:
                self._leaving.wait(AGAIN_SECONDS)
            else:
                return


_serving: Shared | None = None


def serve_from(shared: Shared | None) -> None:
    """Let everything in this process use what is shared."""
    global _serving
    _serving = shared


def shared_parts() -> Parts:
    """Return what the process shares; opened for the caller alone where nothing is."""
    return _serving.parts() if _serving else opened()


def opened() -> Parts:
    """Open the catalogue that the settings name; raises OsusumeError with its remedy."""
    settings = load_settings()
    recommender = open_recommender(settings)
    gc.collect()
    gc.freeze()  # or every collection goes through the whole catalogue: 0.1 s that all turns wait
    return recommender, settings
