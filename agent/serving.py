"""What serves now, and how it is swapped at the next turn: edited settings, a new index."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread

from agent.minds import Minds, Spoken
from agent.models.caller import ModelPool
from agent.models.watch import SettingsWatch
from agent.settings import Settings, load_settings
from data.build import build_index
from data.builds import current_build
from data.index import Index, open_index
from data.profile import load_profile
from graph.protocols import Context, Trace
from infra.errors import IndexUnusableError, OsusumeError


@dataclass(frozen=True, slots=True)
class Serving:
    """One version of everything a turn needs; running turns keep theirs."""

    settings: Settings
    minds: Minds
    pool: ModelPool | None

    def begin(self, session: str, turn: Callable[[], int], trace: Trace) -> tuple[Context, Spoken]:
        """Return the parts of a turn, and what will tell of its chat models.

        `turn` counts the session's turns; only the ledger of chat models asks for it.
        """
        if self.pool is None or not self.settings.models.speaks:
            return self.minds.offline(trace), Spoken()
        return self.minds.speaking(self.pool.turn(session, turn()), trace)


class Server:
    """Keep what serves up to date, from one turn to the next."""

    def __init__(self, settings: Settings, index: Index, watched: bool = False) -> None:
        """Serve an opened index; `watched` looks for edited settings and new builds."""
        self._lock = Lock()
        self._watch = SettingsWatch(load_settings) if watched else None
        self._build = current_build(index.catalogue.profile.name) if watched else None
        self._building: Thread | None = None
        self._notices: list[str] = []
        self.serving = Serving(settings, Minds(index, settings), _pool(settings, None))
        self._warm()

    def now(self) -> tuple[Serving, list[str]]:
        """Return what serves the turn that begins now, and what there is to say of a change."""
        with self._lock:
            self._notices = []
            if self._watch is not None:
                self._take_settings()
                self._take_build()
            return self.serving, self._notices

    def _take_settings(self) -> None:
        edited = self._watch.look() if self._watch else None
        if edited is None:
            return
        if edited.settings is None:
            self._notices.append(edited.refused)
            return
        self._change(edited.settings)

    def _change(self, settings: Settings) -> None:
        """Take new settings: models at once, an index when it is there."""
        before = self.serving
        pool = _pool(settings, before.pool)
        self.serving = Serving(settings, before.minds, pool)
        if _asks_for(settings) == _asks_for(before.settings):
            self._warm()
        else:
            self._reopen(settings)

    def _take_build(self) -> None:
        """Open a build that was swapped in, by this process or another."""
        build = current_build(self.serving.minds.index.catalogue.profile.name)
        if build is None or build == self._build:
            return
        self._build = build
        try:
            self._open(self.serving.settings)
        except OsusumeError as error:
            self._notices.append(f"{error} Until then the index from before serves.")

    def _reopen(self, settings: Settings) -> None:
        """Serve the index that settings want; where it must be built first, the old one serves."""
        try:
            self._open(settings)
        except IndexUnusableError:
            self._build_beside(settings)
        except OsusumeError as error:
            self._notices.append(f"{error} Until then the index from before serves.")

    def _open(self, settings: Settings) -> None:
        profile = load_profile(settings.catalogue)
        index = open_index(profile, settings.embedding)
        self._build = current_build(profile.name)
        self.serving = Serving(settings, Minds(index, settings), self.serving.pool)
        self._warm()

    def _build_beside(self, settings: Settings) -> None:
        """Build the wanted index in the background; a later turn finds and opens it."""
        self._notices.append("The new index is being built; until then the one from before serves.")
        if self._building is not None and self._building.is_alive():
            return
        manifest = self.serving.minds.index.manifest
        sources = [] if manifest.bundled else [Path(source) for source in manifest.sources]

        def build() -> None:
            with suppress(OsusumeError):  # said again, with its reason, by `osusume doctor`
                build_index(load_profile(settings.catalogue), settings.embedding, sources)

        self._building = Thread(target=build, name="osusume-index", daemon=True)
        self._building.start()

    def _warm(self) -> None:
        if self.serving.pool is not None and self.serving.settings.models.speaks:
            self.serving.pool.warm()
            self.serving.minds.warm_language()


def _asks_for(settings: Settings) -> tuple[object, ...]:
    """Return the settings that minds are made of."""
    return settings.catalogue, settings.embedding, settings.list


def _pool(settings: Settings, before: ModelPool | None) -> ModelPool | None:
    if not settings.models.speaks:
        return before  # kept for its ledger, should models come back
    return before.renewed(settings.models) if before else ModelPool(settings.models)
