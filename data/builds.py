"""The folder of an index: its builds, which of them serves, and what each was made of."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson

from data.items import Item
from infra.errors import IndexUnusableError
from infra.home import places

MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a build was made of; two builds with the same `fingerprint` hold the same.

    `sizes` are the bytes of its files: a file cut short may be read without an error, and answer
    wrongly.
    """

    catalogue: str
    model: str
    dimension: int
    template: str
    format: int
    fingerprint: str
    sources: list[str]
    bundled: bool
    items: int
    rejected: int
    collection: str
    threshold: float
    auroc: float
    axes: list[str]
    built: str
    sizes: dict[str, int] = field(default_factory=dict)


def current_build(name: str) -> Path | None:
    """Return the folder of the build that serves, or None before the first."""
    for base in places("indexes", name):
        try:
            build = (base / "current").read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError):
            continue
        if build:
            return base / "builds" / build
    return None


def point_to(build: Path) -> None:
    """Let a whole build serve from now on, in one step."""
    base = build.parent.parent
    partial = base / "current.partial"
    partial.write_text(build.name, "utf-8")
    partial.replace(base / "current")


def remedy(name: str, manifest: Manifest | None = None) -> str:
    """Return the sentence that says how to index a catalogue again, from the same files."""
    sources = manifest.sources if manifest and not manifest.bundled else []
    return f"Run 'osusume index {' '.join([name, '--from', *sources] if sources else [name])}'."


def unusable(name: str, reason: str, manifest: Manifest | None = None) -> IndexUnusableError:
    """Return the error that says why an index cannot be used, with the remedy."""
    return IndexUnusableError(
        f"The index of '{name}' cannot be used: {reason}. {remedy(name, manifest)}"
    )


def read_manifest(name: str, build: Path) -> Manifest:
    """Return a build's manifest; raises IndexUnusableError where it is missing or damaged."""
    try:
        return Manifest(**orjson.loads((build / MANIFEST).read_bytes()))
    except FileNotFoundError as error:
        raise unusable(name, f"its build {build.name} is not whole") from error
    except (OSError, ValueError, TypeError) as error:
        raise unusable(name, f"its manifest cannot be read ({error})") from error


def write_manifest(build: Path, manifest: Manifest) -> None:
    """Write the manifest, which makes a build whole."""
    (build / MANIFEST).write_bytes(orjson.dumps(asdict(manifest), option=orjson.OPT_INDENT_2))


def sizes(build: Path) -> dict[str, int]:
    """Return the bytes of each file of a build, by its path in it."""
    files = (path for path in sorted(build.rglob("*")) if path.is_file())
    return {path.relative_to(build).as_posix(): path.stat().st_size for path in files}


def shrunk(build: Path, manifest: Manifest) -> list[str]:
    """Return the files that are missing or shorter than when they were written."""
    found = sizes(build)
    return [name for name, size in manifest.sizes.items() if found.get(name, -1) < size]


def save_items(path: Path, items: Sequence[Item]) -> None:
    """Write items as one JSON list that `load_items` reads back."""
    path.write_bytes(orjson.dumps([asdict(item) for item in items]))


def load_items(path: Path) -> list[Item]:
    """Return written items; raises ValueError, KeyError or TypeError for anything else."""
    with _uncollected():
        return [_item(stated) for stated in orjson.loads(path.read_bytes())]


def _item(stated: Mapping[str, Any]) -> Item:
    facets = {name: tuple(values) for name, values in stated["facets"].items()}
    return Item(**{**stated, "aliases": tuple(stated["aliases"]), "facets": facets})


@contextmanager
def _uncollected() -> Iterator[None]:
    """Hold the garbage collector: over 16,214 growing items it takes 0.4 s and finds nothing."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
