"""Build an index beside the one that serves, and swap at the end in one step."""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import bm25s
import numpy as np
import orjson

from data.embedding import EmbeddingSettings, embed_cached, make_embeddings
from data.franchise import with_franchises
from data.grounding import calibrate
from data.index import (
    FORMAT,
    TEMPLATE,
    Manifest,
    catalogue_folder,
    current_build,
    document,
    lexical_document,
    read_manifest,
    words_of,
    write_items,
)
from data.items import Item
from data.profile import Profile
from data.sources import read_items, source_files
from data.tables import Report
from data.tones import score_tones
from data.vectorstore import write_collection
from infra.errors import IndexUnusableError
from infra.home import folder, locked, storing

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
    base = catalogue_folder(profile.name)
    busy = f"Another process is indexing '{profile.name}'. Wait until it is done, then try again."
    folder("indexes", profile.name)
    with locked(base / "lock", busy), storing(base):
        files = source_files(profile, [path.expanduser() for path in paths])
        fingerprint = _fingerprint(profile, settings, files)
        serving = _serving(profile.name)
        if serving and serving.fingerprint == fingerprint and not force:
            return Built(serving, Report(), fresh=False)
        report = Report()
        items = with_franchises(read_items(profile, files, report))
        with _new_build(base, fingerprint) as build:
            manifest = _write(build, profile, settings, items, progress)
            manifest = _complete(manifest, files, fingerprint, report, bundled=not paths)
            _write_report(build, report)
            (build / "manifest.json").write_bytes(
                orjson.dumps(asdict(manifest), option=orjson.OPT_INDENT_2)
            )
        _swap(base, build.name)
        return Built(manifest, report, fresh=True)


def index_is_stale(profile: Profile, settings: EmbeddingSettings) -> bool:
    """Tell whether the serving index is missing, unusable, or older than its sources."""
    serving = _serving(profile.name)
    if serving is None:
        return True
    paths = [] if serving.bundled else [Path(source) for source in serving.sources]
    if not all(path.exists() for path in paths):
        return False  # its files are gone: what was indexed still serves
    return serving.fingerprint != _fingerprint(profile, settings, source_files(profile, paths))


def _serving(name: str) -> Manifest | None:
    build = current_build(name)
    try:
        return read_manifest(build) if build else None
    except IndexUnusableError:
        return None


def _fingerprint(profile: Profile, settings: EmbeddingSettings, files: Sequence[Path]) -> str:
    digest = hashlib.sha256(f"{FORMAT} {TEMPLATE} {settings.name}".encode())
    digest.update(profile.model_dump_json().encode())
    for path in files:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


@contextmanager
def _new_build(base: Path, fingerprint: str) -> Iterator[Path]:
    """Yield an empty folder for a build; it is removed again if the build fails."""
    serving = current_build(base.name)
    for leftover in (base / "builds").glob("*"):
        if leftover != serving and not (leftover / "manifest.json").exists():
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
) -> Manifest:
    """Write all parts of a build but its manifest, and return that as far as it is known."""
    total = len(items)
    model = make_embeddings(settings)
    texts = [document(profile, item) for item in items]
    vectors = embed_cached(
        model, settings.name, texts, lambda done: progress("embedding", done, total)
    )
    calibration = calibrate(profile, vectors, model)
    np.save(build / "vectors.npy", vectors)
    np.save(build / "tones.npy", score_tones(profile, items, vectors, model))
    write_items(build / "items.json", items)
    lexical = bm25s.BM25()
    words = [words_of(lexical_document(profile, item)) for item in items]
    lexical.index(words, show_progress=False)
    lexical.save(build / "bm25", show_progress=False)
    collection = _collection_name(profile, settings, vectors.shape[1], build)
    write_collection(
        build / "chroma",
        collection,
        [item.id for item in items],
        [item.title for item in items],
        vectors,
        lambda done: progress("writing", done, total),
    )
    return Manifest(
        catalogue=profile.name,
        model=settings.name,
        dimension=vectors.shape[1],
        template=TEMPLATE,
        format=FORMAT,
        fingerprint="",
        sources=[],
        bundled=True,
        items=total,
        rejected=0,
        collection=collection,
        threshold=calibration.threshold,
        auroc=calibration.auroc,
        axes=list(profile.tones),
        built=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _complete(
    manifest: Manifest, files: Sequence[Path], fingerprint: str, report: Report, bundled: bool
) -> Manifest:
    stated = asdict(manifest) | {
        "fingerprint": fingerprint,
        "sources": [str(path.resolve()) for path in files],
        "bundled": bundled,
        "rejected": len(report.rejected),
    }
    return Manifest(**stated)


def _collection_name(
    profile: Profile, settings: EmbeddingSettings, dimension: int, build: Path
) -> str:
    """Name model, dimension and template: the same dimension with another model goes unnoticed."""
    parts = (profile.name, settings.name, f"{dimension}d", f"t{TEMPLATE}", build.name[-8:])
    safe = "".join(c if c.isalnum() else "-" for c in "-".join(parts))
    return safe[:200]


def _write_report(build: Path, report: Report) -> None:
    if report.rejected or report.remarks:
        rows = [("rejected", *row) for row in report.rejected]
        rows += [("mended", *row) for row in report.remarks]
        (build / "report.json").write_bytes(orjson.dumps(rows))


def _swap(base: Path, build: str) -> None:
    """Let a whole build serve; the one before stays for processes that have it open."""
    before = current_build(base.name)
    partial = base / "current.partial"
    partial.write_text(build, "utf-8")
    partial.replace(base / "current")
    for old in (base / "builds").glob("*"):
        if old.name != build and old != before:
            shutil.rmtree(old, ignore_errors=True)
