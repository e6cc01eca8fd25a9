"""What `osusume doctor` examines: each finding is a fact, and a remedy where something is wrong."""

import platform
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agent.settings import Settings, load_settings
from agent.understanding.language import languages
from agent.understanding.reader import LearnedReader
from data.build import index_is_stale
from data.embedding import embed_query, make_embeddings
from data.index import open_index
from data.profile import load_profile
from graph.memory import Memory
from infra.errors import OsusumeError
from infra.home import folder, home

LITTLE_SPACE = 500 * 2**20  # bytes; a large catalogue's index takes about a fifth of it


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing examined: what, whether it is well, and a sentence."""

    what: str
    well: bool
    told: str


def examine(catalogue: str | None = None) -> Iterator[Finding]:
    """Yield the findings one by one; what depends on broken settings is not examined."""
    yield Finding("Python", True, platform.python_version())
    yield _finding("state folder", _state_folder)
    try:
        settings = load_settings(catalogue=catalogue)
    except OsusumeError as error:
        yield Finding("settings", False, str(error))
        return
    mind = "language" if settings.models.speaks else "offline"
    yield Finding("settings", True, f"catalogue '{settings.catalogue}', mind {mind}")
    yield from _models(settings)
    yield _finding("reader", _reader)
    yield _finding("embedding", lambda: _embedding(settings))
    yield _finding("profile", lambda: _profile(settings))
    yield _finding("index", lambda: _index(settings))
    yield _finding("conversations", lambda: _conversations(settings))


def _models(settings: Settings) -> Iterator[Finding]:
    if settings.models.speaks:
        from agent.models.probe import probe

        wrong = probe(settings.models)
        yield from (Finding("chat models", False, each) for each in wrong)
        if not wrong:
            yield Finding("chat models", True, settings.models.answer.model or "offline to answer")


def _finding(what: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(what, True, check())
    except OsusumeError as error:
        return Finding(what, False, str(error))


def _state_folder() -> str:
    path = folder()
    free = shutil.disk_usage(path).free
    little = "; that is little" if free < LITTLE_SPACE else ""
    return f"{home()}, {free / 2**30:.1f} GB free{little}"


def _reader() -> str:
    LearnedReader()
    return ", ".join(each.name for each in languages().values())


def _embedding(settings: Settings) -> str:
    vector = embed_query(make_embeddings(settings.embedding), "test")
    return f"{settings.embedding.name}, {len(vector)} dimensions"


def _profile(settings: Settings) -> str:
    profile = load_profile(settings.catalogue)
    counts = (len(profile.facets), len(profile.numbers), len(profile.tones))
    return "'{}': {} facets, {} numbers, {} tones".format(profile.name, *counts)


def _index(settings: Settings) -> str:
    profile = load_profile(settings.catalogue)
    opened = open_index(profile, settings.embedding)
    manifest = opened.manifest
    stale = index_is_stale(profile, settings.embedding)
    old = f"; its sources have changed: run 'osusume index {profile.name}'" if stale else ""
    return f"{manifest.items:,} {profile.noun.many}, built {manifest.built}{old}"


def _conversations(settings: Settings) -> str:
    memory = Memory(dsn=settings.memory.dsn.get_secret_value())
    try:
        return memory.where
    finally:
        memory.close()
