"""Chroma, behind LangChain's seam: one collection a build, cosine space, never changed in place."""

from collections.abc import Callable, Sequence
from pathlib import Path

import chromadb
import numpy as np
from chromadb.api import ClientAPI
from langchain_chroma import Chroma
from numpy.typing import NDArray

from infra.errors import IndexUnusableError

SPACE = "cosine"
EF_SEARCH = 400  # the default finds 91 of the true 100 nearest among 16,214, this one over 99
EF_CONSTRUCTION = 128
Floats = NDArray[np.float32]


class VectorStore:
    """Ask an opened collection for nearest items."""

    def __init__(self, chroma: Chroma) -> None:
        self._chroma = chroma

    def nearest(self, vector: Floats, limit: int) -> list[str]:
        """Return the ids of the items nearest to a vector, nearest first."""
        found = self._chroma.similarity_search_by_vector_with_relevance_scores(
            vector.tolist(), k=limit
        )
        return [document.id for document, _ in found if document.id is not None]


def write_collection(
    folder: Path,
    collection: str,
    ids: Sequence[str],
    titles: Sequence[str],
    vectors: Floats,
    progress: Callable[[int], None] = lambda done: None,
) -> None:
    """Write a new collection below `folder`; `progress` is told how many each step added."""
    client = _client(folder)
    hnsw = {"space": SPACE, "ef_search": EF_SEARCH, "ef_construction": EF_CONSTRUCTION}
    Chroma(collection, client=client, collection_configuration={"hnsw": hnsw})
    made = client.get_collection(collection)
    step = min(2000, client.get_max_batch_size())
    for start in range(0, len(ids), step):
        end = start + step
        made.add(
            ids=list(ids[start:end]),
            documents=list(titles[start:end]),
            embeddings=vectors[start:end],
        )
        progress(len(ids[start:end]))


def open_store(folder: Path, collection: str, items: int) -> VectorStore:
    """Open a collection for reading.

    Raises IndexUnusableError unless it exists, is in cosine space and holds `items` vectors.
    """
    name = folder.parent.parent.parent.name
    remedy = f"Run 'osusume index {name}'."
    if not (folder / "chroma.sqlite3").is_file():
        raise IndexUnusableError(f"The index of '{name}' has lost its vectors ({folder}). {remedy}")
    try:
        client = _client(folder)
        found = client.get_collection(collection)
        space = (found.configuration.get("hnsw") or {}).get("space")
        count = found.count()
        if space == SPACE and count == items:
            found.get(limit=1)
            return VectorStore(
                Chroma(collection, client=client, create_collection_if_not_exists=False)
            )
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a truncated file panics in Chroma's Rust core, past Exception
        raise IndexUnusableError(
            f"The vectors of '{name}' are damaged ({_first_line(error)}). {remedy}"
        ) from error
    raise IndexUnusableError(
        f"The collection {collection} holds {count} vectors in {space} space where {items} in "
        f"{SPACE} space were promised. {remedy}"
    )


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:160]


def _client(folder: Path) -> ClientAPI:
    settings = chromadb.Settings(anonymized_telemetry=False)
    return chromadb.PersistentClient(str(folder), settings=settings)
