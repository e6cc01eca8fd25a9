"""What serves now, and how it is swapped at the next turn: edited settings, a new index."""

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING

from agent.minds import Minds, Spoken
from agent.models.settings import ModelsSettings
from agent.models.watch import SettingsWatch
from agent.record import announce
from agent.settings import Settings, load_settings
from data.builds import current_build
from data.index import Index, open_index
from data.profile import load_profile
from graph.protocols import Context, Trace
from infra.errors import IndexUnusableError, OsusumeError, SettingsError

if TYPE_CHECKING:
    from agent.models.caller import ModelPool

OLD_ONE = "The index from before serves."


@dataclass(frozen=True, slots=True)
class Serving:
    """One version of everything a turn needs; running turns keep theirs."""

    settings: Settings
    minds: Minds
    pool: "ModelPool | None"

    def begin(self, session: str, turn: Callable[[], int], trace: Trace) -> tuple[Context, Spoken]:
        """Return the parts of a turn, and what will tell of its chat models.

        `turn` counts the session's turns; only the ledger of chat models asks for it.
        """
        size = self.settings.list.size
        if self.pool is None or not self.settings.models.speaks:
            return self.minds.offline(size, trace), Spoken()
        return self.minds.speaking(self.pool.turn(session, turn()), size, trace)


class Server:
    """Keep what serves up to date, from one turn to the next."""

    def __init__(self, settings: Settings, index: Index, watched: bool = False) -> None:
        """Serve an opened index; `watched` looks for edited settings, new builds, sick models.

        The catalogue stays as it is, as conversations are about the titles of one.
        """
        self._catalogue = settings.catalogue
        self._lock = Lock()
        self._notices: SimpleQueue[str] = SimpleQueue()
        self._builder: Thread | None = None
        self._watched = watched
        self._build = current_build(index.catalogue.profile.name) if watched else None
        self.serving = Serving(settings, Minds(index), None)
        self.serving = replace(self.serving, pool=self._pool(settings))
        self._announce()
        with suppress(SettingsError):  # a package is missing: every turn that lacks it says so
            self._warm(self.serving.pool)
        self._watch = SettingsWatch(self._load) if watched else None

    def now(self) -> tuple[Serving, list[str]]:
        """Return what serves the turn that begins now, and what there is to say of a change.

        A turn that begins while another one swaps does not wait: it runs on what served before.
        """
        if self._watch is not None and self._lock.acquire(blocking=False):
            try:
                self._take_settings(self._watch)
                self._take_build()
            finally:
                self._lock.release()
        return self.serving, self._said()

    def close(self) -> None:
        """Close the connections and the ledger of the chat models."""
        if self.serving.pool is not None:
            self.serving.pool.close()

    def _announce(self) -> None:
        announce(self.serving.minds.index, self.serving.settings.models.speaks)

    def _load(self) -> "tuple[Settings, ModelPool | None]":
        """Read the settings again; raises SettingsError where they, or a package, are wrong."""
        settings = load_settings(catalogue=self._catalogue)
        pool = self._pool(settings)
        if pool is not self.serving.pool:
            self._warm(pool)
        return settings, pool

    def _pool(self, settings: Settings) -> "ModelPool | None":
        """Return the models of some settings; those there are where nothing changed."""
        before, models = self.serving.pool, settings.models
        if not models.speaks or (before and before.settings == models):
            return before  # kept for its ledger, should models come back
        from agent.models.caller import ModelPool

        return before.renewed(models) if before else ModelPool(models)

    def _warm(self, pool: "ModelPool | None") -> None:
        """Build what the first spoken turn would wait for; then look whether the providers serve.

        Raises SettingsError where a provider's package is missing.
        """
        if pool is None:
            return
        pool.warm()
        self.serving.minds.warm_language()
        if self._watched:
            Thread(target=self._probe, args=[pool.settings], name="probe", daemon=True).start()

    def _probe(self, models: ModelsSettings) -> None:
        """Say, without anybody waiting, what keeps the chat models from serving."""
        from structlog import PrintLogger

        from agent.models.probe import probe

        for sentence in probe(models):
            self._notices.put(sentence)
            PrintLogger(sys.stderr).warning(sentence)

    def _said(self) -> list[str]:
        """Return the notices since the last turn."""
        said: list[str] = []
        with suppress(Empty):
            while True:
                said.append(self._notices.get_nowait())
        return said

    def _take_settings(self, watch: "SettingsWatch[tuple[Settings, ModelPool | None]]") -> None:
        """Take edited settings: models at once, an index when it is there."""
        edited = watch.look()
        if edited is None:
            return
        if edited.settings is None:
            self._notices.put(edited.refused)
            return
        embedding = self.serving.settings.embedding
        settings, pool = edited.settings
        self.serving = replace(self.serving, settings=settings, pool=pool)
        self._announce()
        if settings.embedding != embedding:
            self._reopen(build=True)

    def _take_build(self) -> None:
        """Open a build that was swapped in, by this process or another."""
        if self._builder is not None and self._builder.is_alive():
            return
        ours, self._builder = self._builder is not None, None
        build = current_build(self.serving.minds.index.catalogue.profile.name)
        if build is not None and build != self._build:
            self._reopen(build=ours)

    def _reopen(self, build: bool) -> None:
        """Serve the index that is there if it fits the settings; else `build` one that does."""
        settings = self.serving.settings
        try:
            profile = load_profile(settings.catalogue)
            self._build = current_build(profile.name)
            minds = Minds(open_index(profile, settings.embedding))
        except IndexUnusableError as error:
            if build:
                self._build_beside()
            else:
                self._notices.put(f"{error} {OLD_ONE}")
        except OsusumeError as error:
            self._notices.put(f"{error} {OLD_ONE}")
        else:
            if self.serving.pool is not None:
                minds.warm_language()
            self.serving = replace(self.serving, minds=minds)
            self._announce()

    def _build_beside(self) -> None:
        """Build the wanted index in the background; the turn after its end opens it.

        A build that runs goes on: at its end it is seen whether it is still what is wanted.
        """
        self._notices.put("The new index is being built; until then the one from before serves.")
        if self._builder is None or not self._builder.is_alive():
            self._builder = Thread(target=self._build_wanted, name="osusume-index", daemon=True)
            self._builder.start()

    def _build_wanted(self) -> None:
        from data.build import build_index

        settings, manifest = self.serving.settings, self.serving.minds.index.manifest
        sources = [] if manifest.bundled else [Path(source) for source in manifest.sources]
        try:
            build_index(load_profile(settings.catalogue), settings.embedding, sources)
        except OsusumeError as error:
            self._notices.put(f"The new index could not be built. {error} {OLD_ONE}")
