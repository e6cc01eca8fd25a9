"""Vectors kept by model and text, so that only new texts are ever embedded."""

import hashlib
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from urllib.parse import quote

import numpy as np
from langchain_core.embeddings import Embeddings

from data.embedding import Vectors, embed_texts
from infra.home import folder, storing

BATCH = 256  # texts between two commits: what a kill can cost
ASKED = 500  # keys in one query; SQLite takes 999 in its oldest builds
WAIT = 60.0  # seconds for another process's commit

Progress = Callable[[int], None]


def embed_cached(
    model: Embeddings,
    name: str,
    texts: Sequence[str],
    progress: Progress = lambda done: None,
) -> Vectors:
    """Return the unit vectors of texts, shape (texts, dimension); only new texts are embedded.

    A batch at a time is kept below the state folder, so that a killed run goes on where it
    stopped. `progress` is told how many texts each step settled. Raises HomeError where nothing
    can be written; a damaged file is replaced.
    """
    path = folder("embeddings") / f"{quote(name, safe='')}.sqlite"
    with storing(path):
        try:
            return _embed_through(path, model, texts, progress)
        except sqlite3.OperationalError as error:  # locked, full, not writable: nothing is damaged
            raise OSError(None, str(error)) from error
        except sqlite3.DatabaseError:
            for suffix in ("", "-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            return _embed_through(path, model, texts, progress)


def _embed_through(
    path: Path, model: Embeddings, texts: Sequence[str], progress: Progress
) -> Vectors:
    keys = [hashlib.sha256(text.encode()).digest() for text in texts]
    with closing(sqlite3.connect(path, timeout=WAIT)) as cache:
        cache.execute("PRAGMA journal_mode=WAL")
        cache.execute("CREATE TABLE IF NOT EXISTS vectors (text BLOB PRIMARY KEY, vector BLOB)")
        missing = dict(zip(keys, texts, strict=True))
        for (key,) in _rows(cache, "text", set(keys)):
            del missing[key]
        progress(sum(key not in missing for key in keys))
        alike = sorted(missing, key=lambda key: len(missing[key]))  # lengths, for even batches
        for batch in _batches(alike, BATCH):
            _keep(cache, batch, embed_texts(model, [missing[key] for key in batch]))
            progress(len(batch))
        return _read(cache, keys)


def _read(cache: sqlite3.Connection, keys: Sequence[bytes]) -> Vectors:
    places: dict[bytes, list[int]] = {}
    for place, key in enumerate(keys):
        places.setdefault(key, []).append(place)
    vectors: Vectors = np.empty((len(keys), 0), np.float32)
    for key, kept in _rows(cache, "text, vector", places):
        if vectors.shape[1] == 0:
            vectors = np.empty((len(keys), len(kept) // 4), np.float32)
        if len(kept) != 4 * vectors.shape[1]:
            raise sqlite3.DatabaseError("vectors of several lengths")
        vectors[places[key]] = np.frombuffer(kept, np.float32)
    return vectors


def _rows(
    cache: sqlite3.Connection, columns: str, keys: Collection[bytes]
) -> Iterator[tuple[bytes, ...]]:
    for batch in _batches(keys, ASKED):
        marks = ", ".join("?" * len(batch))
        yield from cache.execute(f"SELECT {columns} FROM vectors WHERE text IN ({marks})", batch)


def _batches(keys: Collection[bytes], size: int) -> Iterator[list[bytes]]:
    rest = iter(keys)
    while batch := list(islice(rest, size)):
        yield batch


def _keep(cache: sqlite3.Connection, keys: Sequence[bytes], vectors: Vectors) -> None:
    rows = [(key, vector.tobytes()) for key, vector in zip(keys, vectors, strict=True)]
    with cache:
        cache.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)
