"""The collaborative model: what people who rate alike say of items, and of a new person."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from data.catalogue import Catalogue, Positions
from data.fitting import Weights
from data.profile import Profile
from infra.errors import IndexUnusableError
from infra.home import home, storing

FORMAT = 1  # raise it when the arrays of the file change
FILE = "collaborative.npz"
FULL = 255  # a cosine of 1 in eight bits
Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Card:
    """Where a model comes from, and how good it was on people it never saw."""

    catalogue: str
    command: str
    trained: str
    data: str
    users: int
    ratings: int
    items: int
    metrics: Mapping[str, float]
    format: int = FORMAT


class Collaborative:
    """Weights between items, read from their file at the first use."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def _read(self) -> tuple[Weights, Card]:
        return read_model(self.path)

    @property
    def card(self) -> Card:
        """Return where the model comes from."""
        return self._read[1]

    @property
    def weights(self) -> Weights:
        """Return the arrays themselves."""
        return self._read[0]

    @property
    def items(self) -> tuple[str, ...]:
        """Return the ids that the model knows, in the order of every score."""
        return self.weights.items

    @cached_property
    def position(self) -> dict[str, int]:
        """Return each id's place among `items`."""
        return {item: place for place, item in enumerate(self.items)}

    def fold_in(self, ratings: Mapping[str, float]) -> Floats:
        """Return how much a person's ratings speak for each item; shape (items,).

        Only ratios of ratings count, so that any scale serves; unknown ids are passed over.
        """
        known, points = self._told(ratings)
        entries, sizes = self._entries(known)
        spoken = self.weights.steps[entries] * np.repeat(points, sizes)
        found = np.bincount(self.weights.targets[entries], spoken, len(self.items))
        scores: Floats = found.astype(np.float32) * self.weights.scale
        return scores

    def contributions(self, ratings: Mapping[str, float], item_id: str) -> list[tuple[str, float]]:
        """Return which rated items speak for an item and how much, the largest share first."""
        place = self.position.get(item_id)
        if place is None:
            return []
        items, mean = self.items, self.weights.mean
        sources, entries = self._into(place)
        amounts = self.weights.steps[entries] * self.weights.scale[place] / mean
        shares = [
            (items[source], ratings[items[source]] * amount)
            for source, amount in zip(sources.tolist(), amounts.tolist(), strict=True)
            if items[source] in ratings
        ]
        return sorted(shares, key=lambda share: -share[1])

    def neighbours(self, item_id: str, k: int) -> list[tuple[str, float]]:
        """Return the items that liking one speaks for most, the strongest first."""
        weights = self.likeness(item_id)
        best = np.argsort(-weights, kind="stable")[:k]
        return [(self.items[place], float(weights[place])) for place in best if weights[place] > 0]

    def likeness(self, item_id: str) -> Floats:
        """Return how much liking one item speaks for each; zeros for an unknown id."""
        return self.fold_in({item_id: self.weights.mean})

    def likeness_to(self, item_id: str) -> Floats:
        """Return how much liking each item speaks for one; zeros for an unknown id."""
        found = np.zeros(len(self.items), np.float32)
        place = self.position.get(item_id)
        if place is not None:
            sources, entries = self._into(place)
            found[sources] = self.weights.steps[entries] * self.weights.scale[place]
        return found

    def together(self, item_id: str) -> Floats:
        """Return the cosine of each item's raters to one item's, 0 beyond its neighbourhood."""
        found = np.zeros(len(self.items), np.float32)
        place = self.position.get(item_id)
        if place is not None:
            out, _ = self._entries(np.array([place]))
            found[self.weights.targets[out]] = self.weights.cosines[out] / np.float32(FULL)
            sources, entries = self._into(place)
            found[sources] = self.weights.cosines[entries] / np.float32(FULL)
        return found

    def _told(self, ratings: Mapping[str, float]) -> tuple[Ints, Floats]:
        known = [item for item in ratings if item in self.position]
        points = np.array([ratings[item] for item in known], np.float32) / self.weights.mean
        return np.array([self.position[item] for item in known], np.int64), points

    def _entries(self, sources: Ints) -> tuple[Ints, Ints]:
        """Return the positions of all entries of some sources, and how many each has."""
        starts = self.weights.starts.astype(np.int64, copy=False)
        firsts, sizes = starts[sources], starts[sources + 1] - starts[sources]
        before = np.cumsum(sizes) - sizes
        return np.arange(sizes.sum()) + np.repeat(firsts - before, sizes), sizes

    def _into(self, target: int) -> tuple[Ints, Ints]:
        """Return the sources of one target's weights, and their positions among all entries."""
        order, bounds = self._by_target
        entries = order[bounds[target] : bounds[target + 1]]
        sources = np.searchsorted(self.weights.starts, entries, "right") - 1
        return sources.astype(np.int64), entries

    @cached_property
    def _by_target(self) -> tuple[Ints, Ints]:
        order = np.argsort(self.weights.targets, kind="stable").astype(np.int64)
        sizes = np.bincount(self.weights.targets, minlength=len(self.items))
        return order, np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])


class Fitted(Collaborative):
    """A model that was fitted just now and has no file."""

    def __init__(self, weights: Weights, card: Card | None = None) -> None:
        super().__init__(Path())
        self._weights = weights

    @property
    def weights(self) -> Weights:
        """Return the arrays themselves."""
        return self._weights


def load_collaborative(profile: Profile) -> Collaborative | None:
    """Return a catalogue's model: one trained here, else the one beside its profile, else None."""
    for path in (trained_file(profile), profile.folder / FILE):
        if path.is_file():
            return Collaborative(path)
    return None


def trained_file(profile: Profile) -> Path:
    """Return where a model trained here is kept."""
    return home() / "collaborative" / profile.name / FILE


def onto(model: Collaborative, catalogue: Catalogue) -> Positions:
    """Return the catalogue's position of each of the model's items, −1 where it has none."""
    return np.array([catalogue.position.get(item, -1) for item in model.items], np.intp)


def write_model(path: Path, weights: Weights, card: Card) -> None:
    """Write a model in one step: a reader finds the old file or the new one, never half of it."""
    stated = json.dumps({"card": asdict(card), "mean": weights.mean, "items": weights.items})
    part = path.with_suffix(".part")
    with storing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            np.savez_compressed(
                file,
                manifest=np.frombuffer(stated.encode(), np.uint8),
                starts=weights.starts,
                targets=weights.targets,
                steps=weights.steps,
                cosines=weights.cosines,
                scale=weights.scale,
            )
        part.replace(path)


def read_model(path: Path) -> tuple[Weights, Card]:
    """Return a written model; raises IndexUnusableError where it is damaged or of another time."""
    remedy = "Train it again with 'osusume train --ratings FILE', or delete it."
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            stated = json.loads(arrays["manifest"].tobytes())
            card = Card(**stated["card"])
            parts = ("starts", "targets", "steps", "cosines", "scale")
            weights = Weights(
                tuple(stated["items"]), stated["mean"], *(arrays[part] for part in parts)
            )
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
        raise IndexUnusableError(
            f"The collaborative model {path} cannot be read ({type(error).__name__}: {error}). "
            f"{remedy}"
        ) from error
    if card.format != FORMAT:
        raise IndexUnusableError(
            f"The collaborative model {path} has format {card.format} where {FORMAT} is read. "
            f"{remedy}"
        )
    return weights, card
