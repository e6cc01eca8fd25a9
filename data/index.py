"""The index: what a build writes, and how it is opened again."""

from collections.abc import Sequence

import bm25s
import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from data.builds import Manifest, current_build, load_items, read_manifest, remedy, shrunk, unusable
from data.catalogue import Catalogue, Positions
from data.embedding import EmbeddingSettings, embed_query, make_embeddings
from data.items import Item
from data.profile import Profile
from data.vectorstore import VectorStore, open_store
from data.words import words_of
from infra.errors import IndexUnusableError
from infra.names import Attribute, Span
from infra.telemetry import span

TEMPLATE = "1"  # raise it when `document` changes
FORMAT = 1  # raise it when the files of a build, or what is read out of a source, change
PROJECTED = "projection.npy"  # absent from the builds of earlier versions, which still serve
Floats = NDArray[np.float32]


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
        projection: Floats | None = None,
    ) -> None:
        self.manifest = manifest
        self.catalogue = catalogue
        self.vectors = vectors
        self.tones = tones
        self.projection = projection
        self._store = store
        self._lexical = lexical
        self._model = model

    def embed(self, text: str) -> Floats:
        """Return the unit vector of a text in the index's space; shape (dimension,)."""
        told = {Attribute.OPERATION: "embeddings", Attribute.REQUEST_MODEL: self.manifest.model}
        with span(Span.EMBED, told):
            return embed_query(self._model, text)

    def nearest(self, vector: Floats, limit: int) -> Positions:
        """Return positions of the items nearest to a unit vector, nearest first."""
        if limit < 1:
            return np.empty(0, np.intp)
        ids = self._store.nearest(vector, min(limit, len(self.catalogue)))
        return np.array([self.catalogue.position[each] for each in ids], np.intp)

    def matching(self, text: str, limit: int) -> tuple[Positions, Floats]:
        """Return positions and BM25 scores of the items whose words match, best first."""
        words = words_of(text)
        known = [word for word in words if word in self._lexical.vocab_dict]
        if not known or limit < 1:
            return np.empty(0, np.intp), np.empty(0, np.float32)
        found, scores = self._lexical.retrieve(
            [known], k=min(limit, len(self.catalogue)), show_progress=False
        )
        keep = scores[0] > 0
        return found[0][keep].astype(np.intp), scores[0][keep]

    def containing(self, word: str) -> Positions:
        """Return the positions of the items whose text contains every word of a phrase."""
        found: Positions | None = None
        for each in words_of(word):
            number = self._lexical.vocab_dict.get(each)
            if number is None:
                return np.empty(0, np.intp)
            start, end = self._lexical.scores["indptr"][number : number + 2]
            places = self._lexical.scores["indices"][start:end].astype(np.intp)
            found = places if found is None else np.intersect1d(found, places)
        return np.empty(0, np.intp) if found is None else found

    def knows_word(self, word: str) -> bool:
        """Tell whether a word occurs anywhere in the catalogue's texts."""
        return any(each in self._lexical.vocab_dict for each in words_of(word))

    def tone(self, axis: str) -> Floats:
        """Return every item's place on an axis, −1…1; shape (items,)."""
        column: Floats = self.tones[:, self.manifest.axes.index(axis)]
        return column


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


def open_index(profile: Profile, settings: EmbeddingSettings) -> Index:
    """Open the build of a catalogue that serves.

    Raises IndexUnusableError, with what to do, if there is none or it does not fit the settings.
    """
    name = profile.name
    build = current_build(name)
    if build is None:
        raise IndexUnusableError(
            f"The catalogue '{name}' is not indexed yet. Run 'osusume index {name}'."
        )
    manifest = read_manifest(name, build)
    _check_fit(manifest, profile, settings)
    if short := shrunk(build, manifest):
        raise unusable(name, f"{', '.join(short[:3])} is missing or cut short", manifest)
    try:
        items = load_items(build / "items.json")
        vectors: Floats = np.load(build / "vectors.npy", mmap_mode="r")
        tones: Floats = np.load(build / "tones.npy")
        mapped = (build / PROJECTED).exists()
        projection: Floats | None = np.load(build / PROJECTED) if mapped else None
        lexical = bm25s.BM25.load(build / "bm25", show_progress=False)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, EOFError) as error:
        reason = f"its files cannot be read ({type(error).__name__}: {error})"
        raise unusable(name, reason, manifest) from error
    _check_parts(manifest, items, vectors, tones, lexical, projection)
    store = open_store(build / "chroma", manifest.collection, vectors, remedy(name, manifest))
    catalogue = Catalogue(profile, items)
    model = make_embeddings(settings)
    return Index(manifest, catalogue, vectors, tones, store, lexical, model, projection)


def _check_fit(manifest: Manifest, profile: Profile, settings: EmbeddingSettings) -> None:
    stated = (manifest.model, manifest.template, manifest.format, manifest.axes)
    wanted = (settings.name, TEMPLATE, FORMAT, list(profile.tones))
    names = ("embedding model", "document template", "format", "tones")
    for what, has, wants in zip(names, stated, wanted, strict=True):
        if has != wants:
            reason = f"it was built for {what} {has} where {wants} is configured"
            raise unusable(profile.name, reason, manifest)


def _check_parts(
    manifest: Manifest,
    items: Sequence[Item],
    vectors: Floats,
    tones: Floats,
    lexical: bm25s.BM25,
    projection: Floats | None,
) -> None:
    count = manifest.items
    mapped = (count, 2) if projection is None else projection.shape
    shapes = (vectors.shape, tones.shape, lexical.scores["num_docs"], len(items), mapped)
    promised = ((count, manifest.dimension), (count, len(manifest.axes)), count, count, (count, 2))
    if shapes != promised:
        raise unusable(
            manifest.catalogue,
            f"its parts disagree ({len(items)} items, vectors of shape {vectors.shape} where "
            f"{count} of {manifest.dimension} were promised)",
            manifest,
        )
