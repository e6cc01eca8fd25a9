"""The index: what a build writes, and how it is opened again."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import bm25s
import numpy as np
import orjson
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from data.catalogue import Catalogue, Positions
from data.embedding import EmbeddingSettings, embed_query, make_embeddings
from data.items import Item, fold
from data.profile import Profile
from data.vectorstore import VectorStore, open_store
from infra.errors import IndexUnusableError
from infra.home import home

TEMPLATE = "1"  # raise it when `document` changes
FORMAT = 1  # raise it when the files of a build change
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a build was made of; two builds with the same `fingerprint` hold the same."""

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


class Index:
    """An opened build: the catalogue with its vectors, tones and both kinds of search."""

    def __init__(
        self,
        manifest: Manifest,
        catalogue: Catalogue,
        vectors: Floats,
        tones: Floats,
        store: VectorStore,
        lexical: bm25s.BM25,
        model: Embeddings,
    ) -> None:
        self.manifest = manifest
        self.catalogue = catalogue
        self.vectors = vectors
        self.tones = tones
        self._store = store
        self._lexical = lexical
        self._model = model

    def embed(self, text: str) -> Floats:
        """Return the unit vector of a text in the index's space; shape (dimension,)."""
        return embed_query(self._model, text)

    def nearest(self, vector: Floats, limit: int) -> Positions:
        """Return positions of the items nearest to a unit vector, nearest first."""
        ids = self._store.nearest(vector, min(limit, len(self.catalogue)))
        return np.array([self.catalogue.position[each] for each in ids], np.intp)

    def matching(self, text: str, limit: int) -> tuple[Positions, Floats]:
        """Return positions and BM25 scores of the items whose words match, best first."""
        words = words_of(text)
        known = [word for word in words if word in self._lexical.vocab_dict]
        if not known:
            return np.empty(0, np.intp), np.empty(0, np.float32)
        found, scores = self._lexical.retrieve(
            [known], k=min(limit, len(self.catalogue)), show_progress=False
        )
        keep = scores[0] > 0
        return found[0][keep].astype(np.intp), scores[0][keep]

    def knows_word(self, word: str) -> bool:
        """Tell whether a word occurs anywhere in the catalogue's texts."""
        return any(each in self._lexical.vocab_dict for each in words_of(word))

    def tone(self, axis: str) -> Floats:
        """Return every item's place on an axis, −1…1; shape (items,)."""
        column: Floats = self.tones[:, self.manifest.axes.index(axis)]
        return column


def words_of(text: str) -> list[str]:
    """Return the words of a text as BM25 sees them: folded, a plural's s gone, no function words."""
    return [_singular(word) for word in fold(text).split() if word not in FUNCTION_WORDS]


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


FUNCTION_WORDS = frozenset(
    "a an and are as at be but by for from has have he her his i in is it its me my of on or our "
    "she so that the their them they this to was we were who will with you your".split()
)


def document(profile: Profile, item: Item) -> str:
    """Return the text of an item that is embedded: facets, description, whom it suits."""
    values = [
        ", ".join(item.facets[name])
        for name, facet in profile.facets.items()
        if facet.in_document and name in item.facets
    ]
    suits = f"For {item.suits}." if item.suits else ""
    told = " ".join(part for part in (item.description, suits) if part)
    return ". ".join([*values, told or item.title])


def lexical_document(profile: Profile, item: Item) -> str:
    """Return the text of an item that is searched by words: its names as well."""
    return f"{' '.join(item.names())} {document(profile, item)}"


def catalogue_folder(name: str) -> Path:
    """Return where the builds of a catalogue live."""
    return home() / "indexes" / name


def current_build(name: str) -> Path | None:
    """Return the folder of the build that serves, or None before the first."""
    pointer = catalogue_folder(name) / "current"
    try:
        return catalogue_folder(name) / "builds" / pointer.read_text("utf-8").strip()
    except FileNotFoundError:
        return None


def read_manifest(build: Path) -> Manifest:
    """Return a build's manifest; raises IndexUnusableError where it is missing or damaged."""
    try:
        stated = orjson.loads((build / "manifest.json").read_bytes())
        return Manifest(**{each.name: stated[each.name] for each in fields(Manifest)})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexUnusableError(_unusable(build, f"its manifest cannot be read ({error})")) from error


def open_index(profile: Profile, settings: EmbeddingSettings) -> Index:
    """Open the build of a catalogue that serves.

    Raises IndexUnusableError, with what to do, if there is none or it does not fit the settings.
    """
    build = current_build(profile.name)
    if build is None:
        raise IndexUnusableError(
            f"The catalogue '{profile.name}' is not indexed yet. Run 'osusume index {profile.name}'."
        )
    manifest = read_manifest(build)
    _check_fit(build, manifest, profile, settings)
    try:
        items = [_item(fields) for fields in orjson.loads((build / "items.json").read_bytes())]
        vectors = np.load(build / "vectors.npy", mmap_mode="r")
        tones = np.load(build / "tones.npy")
        lexical = bm25s.BM25.load(build / "bm25", show_progress=False)
    except (OSError, ValueError, KeyError, EOFError) as error:
        reason = f"its files cannot be read ({type(error).__name__}: {error})"
        raise IndexUnusableError(_unusable(build, reason)) from error
    if not len(items) == len(vectors) == len(tones) == manifest.items:
        counts = f"{len(items)} items, {len(vectors)} vectors, {manifest.items} promised"
        raise IndexUnusableError(_unusable(build, f"its parts disagree ({counts})"))
    store = open_store(build / "chroma", manifest.collection, manifest.items)
    catalogue = Catalogue(profile, items)
    return Index(manifest, catalogue, vectors, tones, store, lexical, make_embeddings(settings))


def _check_fit(
    build: Path, manifest: Manifest, profile: Profile, settings: EmbeddingSettings
) -> None:
    stated = (manifest.model, manifest.template, manifest.format, manifest.axes)
    wanted = (settings.name, TEMPLATE, FORMAT, list(profile.tones))
    for what, has, wants in zip(("model", "template", "format", "tones"), stated, wanted, strict=True):
        if has != wants:
            raise IndexUnusableError(
                _unusable(build, f"its {what} is {has} where {wants} is configured")
            )


def _unusable(build: Path, reason: str) -> str:
    name = build.parent.parent.name
    return f"The index of '{name}' cannot be used: {reason}. Run 'osusume index {name}'."


def write_items(path: Path, items: Sequence[Item]) -> None:
    """Write items as one JSON list that `open_index` reads back."""
    path.write_bytes(orjson.dumps([asdict(item) for item in items]))


def _item(stated: Mapping[str, Any]) -> Item:
    return Item(
        **{
            **stated,
            "aliases": tuple(stated["aliases"]),
            "facets": {name: tuple(values) for name, values in stated["facets"].items()},
        }
    )
