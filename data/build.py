"""Build an index beside the one that serves, and swap at the end in one step."""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import orjson

from data.builds import (
    MANIFEST,
    Manifest,
    current_build,
    point_to,
    read_manifest,
    save_items,
    sizes,
    write_manifest,
)
from data.embedding import EmbeddingSettings, make_embeddings
from data.franchise import with_franchises
from data.grounding import VERSION as GATE
from data.grounding import calibrate
from data.index import FORMAT, PROJECTED, TEMPLATE, document, lexical_document, open_index
from data.items import Item
from data.knowledge import own_files, with_own_knowledge
from data.profile import Profile
from data.projection import VERSION as PROJECTION
from data.projection import project
from data.sources import read_items, source_files
from data.tables import Report, reading
from data.tones import VERSION as TONES
from data.tones import score_tones
from data.vectorcache import embed_cached
from data.vectorstore import write_collection
from data.words import words_of
from infra.errors import IndexUnusableError, SourceError
from infra.home import folder, locked, storing

SAID_ONLY = {"noun", "shortcuts", "card", "examples", "link"}  # no part of an index
LONGEST_NAME = 200  # characters in a collection's name
Progress = Callable[[str, int, int], None]
"""Told the step's name, how much more of it is done, and how much it is in all."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build came to; `fresh` is false where nothing had changed."""

    manifest: Manifest
    report: Report
    fresh: bool


def build_index(
    profile: Profile,
    settings: EmbeddingSettings,
    paths: Sequence[Path] = (),
    progress: Progress = lambda step, done, total: None,
    force: bool = False,
) -> Built:
    """Index a catalogue's files, or the profile's own where `paths` is empty.

    The build that serves is not touched until the new one is whole. Raises SourceError for files
    that cannot be read and HomeError where another process is indexing or nothing can be written.
    """
    base = folder("indexes", profile.name)
    busy = f"Another process is indexing '{profile.name}'. Wait until it is done, then try again."
    with locked(base / "lock", busy):
        files = source_files(profile, [path.expanduser() for path in paths])
        own = own_files(profile, paths)
        fingerprint = _fingerprint(profile, settings, [*files, *own])
        serving = _serving(profile, settings)
        if serving and serving.fingerprint == fingerprint and not force:
            return Built(serving, Report(), fresh=False)
        report = Report()
        read = with_own_knowledge(profile, read_items(profile, files, report), own)
        items = with_franchises(read)
        _check_policies(profile, items)
        with storing(base), _new_build(base, fingerprint) as build:
            known = {
                "catalogue": profile.name,
                "fingerprint": fingerprint,
                "sources": [str(path.resolve()) for path in files],
                "bundled": not paths,
                "rejected": len(report.rejected),
            }
            _write_report(build, report)
            manifest = _write(build, profile, settings, items, progress, known)
            write_manifest(build, manifest)
            _swap(build)
        return Built(manifest, report, fresh=True)


def _check_policies(profile: Profile, items: Sequence[Item]) -> None:
    """Raise SourceError where a policy lets nothing be shown, or names what no item has."""
    policies = profile.policies
    for place, declared in (("only", policies.only), ("confirm", policies.confirm)):
        for facet, values in declared.items():
            if items and not any(set(values) & set(item.facets.get(facet, ())) for item in items):
                had = sorted({value for item in items for value in item.facets.get(facet, ())})
                raise SourceError(
                    f"policies.{place} of '{profile.name}' names items whose {facet} is "
                    f"{' or '.join(values)}, and no item has that; they have {_few(had)}. "
                    "Name values that the catalogue has, or take the policy out."
                )
    for slot in policies.ask_first:
        if items and not any(item.facets.get(slot) or slot in item.numbers for item in items):
            raise SourceError(
                f"policies.ask_first of '{profile.name}' asks for {slot}, which no item states. "
                "Fill it in, or take it out of ask_first."
            )


def _few(values: Sequence[str]) -> str:
    return f"{', '.join(values[:5])}{' …' if len(values) > 5 else ''}" or "none"


def index_is_stale(profile: Profile, settings: EmbeddingSettings) -> bool:
    """Tell whether the serving index is missing, unusable, or older than its sources."""
    build = current_build(profile.name)
    try:
        serving = read_manifest(profile.name, build) if build else None
    except IndexUnusableError:
        serving = None
    if serving is None:
        return True
    paths = [] if serving.bundled else [Path(source) for source in serving.sources]
    if not all(path.exists() for path in paths):
        return False  # its files are gone: what was indexed still serves
    files = [*source_files(profile, paths), *own_files(profile, paths)]
    return serving.fingerprint != _fingerprint(profile, settings, files)


def _serving(profile: Profile, settings: EmbeddingSettings) -> Manifest | None:
    """Return the manifest of the build that serves if it can be used; a damaged one is redone."""
    try:
        return open_index(profile, settings).manifest
    except IndexUnusableError:
        return None


def _fingerprint(profile: Profile, settings: EmbeddingSettings, files: Sequence[Path]) -> str:
    digest = hashlib.sha256(
        f"{FORMAT} {TEMPLATE} {PROJECTION} {TONES} {GATE} {settings.name}".encode()
    )
    digest.update(profile.model_dump_json(exclude=SAID_ONLY).encode())
    for path in files:
        with reading(path), path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


@contextmanager
def _new_build(base: Path, fingerprint: str) -> Iterator[Path]:
    """Yield an empty folder for a build; it is removed again if the build fails."""
    serving = current_build(base.name)
    for leftover in (base / "builds").glob("*"):
        if leftover != serving and not (leftover / MANIFEST).exists():
            shutil.rmtree(leftover, ignore_errors=True)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    build = base / "builds" / f"{stamp}-{fingerprint[:8]}"
    build.mkdir(parents=True)
    try:
        yield build
    except BaseException:
        shutil.rmtree(build, ignore_errors=True)
        raise


def _write(
    build: Path,
    profile: Profile,
    settings: EmbeddingSettings,
    items: Sequence[Item],
    progress: Progress,
    known: Mapping[str, Any],
) -> Manifest:
    """Write all parts of a build but its manifest, and return that."""
    total = len(items)
    model = make_embeddings(settings)
    texts = [document(profile, item) for item in items]
    vectors = embed_cached(
        model, settings.name, texts, lambda done: progress("embedding", done, total)
    )
    np.save(build / "vectors.npy", vectors)
    np.save(build / "tones.npy", score_tones(profile, items, vectors, model))
    np.save(build / PROJECTED, project(profile, items, vectors))
    progress("mapping", total, total)
    save_items(build / "items.json", items)
    _write_lexical(build / "bm25", [lexical_document(profile, item) for item in items])
    collection = _collection_name(profile, settings, vectors.shape[1], build)
    write_collection(
        build / "chroma",
        collection,
        [item.id for item in items],
        [item.title for item in items],
        vectors,
        lambda done: progress("writing", done, total),
    )
    calibration = calibrate(profile, vectors, model)
    return Manifest(
        **known,
        model=settings.name,
        dimension=vectors.shape[1],
        template=TEMPLATE,
        format=FORMAT,
        items=total,
        collection=collection,
        threshold=calibration.threshold,
        auroc=calibration.auroc,
        axes=list(profile.tones),
        built=datetime.now(UTC).isoformat(timespec="seconds"),
        sizes=sizes(build),
    )


def _write_lexical(path: Path, texts: Sequence[str]) -> None:
    lexical = bm25s.BM25()
    no_word = [""]  # for an item without any: a catalogue of such items cannot be indexed
    lexical.index([words_of(text) or no_word for text in texts], show_progress=False)
    lexical.save(path, show_progress=False)


def _collection_name(
    profile: Profile, settings: EmbeddingSettings, dimension: int, build: Path
) -> str:
    """Name model, dimension and template: the same dimension with another model goes unnoticed."""
    parts = (profile.name, settings.name, f"{dimension}d", f"t{TEMPLATE}", build.name[-8:])
    safe = "".join(c if c.isascii() and c.isalnum() else "-" for c in "-".join(parts))
    return safe[-LONGEST_NAME:].lstrip("-")


def _write_report(build: Path, report: Report) -> None:
    if report.rejected or report.remarks:
        rows = [("rejected", *row) for row in report.rejected]
        rows += [("mended", *row) for row in report.remarks]
        (build / "report.json").write_bytes(orjson.dumps(rows))


def _swap(build: Path) -> None:
    """Let a whole build serve; the one before stays for processes that have it open."""
    before = current_build(build.parent.parent.name)
    point_to(build)
    for old in build.parent.glob("*"):
        if old not in (build, before):
            shutil.rmtree(old, ignore_errors=True)
