"""A learned ranking that can be read: one curve per figure, and a score that is their sum.

A generalised additive model (Hastie and Tibshirani 1986), trained by boosting stumps on a ranking
loss. Deeper trees gained nothing on titles they had not seen, and no sum of theirs is as easily
told to a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from data.profile import Profile
from infra.errors import IndexUnusableError

Floats = NDArray[np.float32]
RANKER = "ranker.json"


@dataclass(frozen=True, slots=True)
class Curve:
    """Steps over one figure: `values[i]` applies up to `edges[i]`, the last one beyond."""

    edges: Floats
    values: Floats

    def __call__(self, figures: Floats) -> Floats:
        """Return the value at each figure; same shape."""
        read: Floats = self.values[np.searchsorted(self.edges, figures, side="left")]
        return read


@dataclass(frozen=True, slots=True)
class Shapes:
    """A curve for each figure that matters, and what is known of its making.

    `folds` were each learned without one fold of the titles: evaluations rank that fold by them.
    """

    curves: Mapping[str, Curve]
    card: Mapping[str, Any]
    folds: tuple["Shapes", ...] = ()

    def __call__(self, figures: Mapping[str, Floats]) -> dict[str, Floats]:
        """Return what each figure adds to the score; a figure that is not there adds nothing."""
        return {
            name: curve(figures[name]) for name, curve in self.curves.items() if name in figures
        }

    def as_json(self) -> dict[str, Any]:
        """Return the model JSON-safe."""
        curves = {
            name: {"edges": _plain(curve.edges), "values": _plain(curve.values)}
            for name, curve in self.curves.items()
        }
        folds = [fold.as_json()["curves"] for fold in self.folds]
        return {"card": dict(self.card), "curves": curves, "folds": folds}


def load_shapes(profile: Profile) -> Shapes | None:
    """Return the ranking that comes with a catalogue, or None where it has none."""
    path = profile.folder / RANKER
    return read_shapes(path) if path.is_file() else None


def read_shapes(path: Path) -> Shapes:
    """Read a model file; raises IndexUnusableError where it is damaged."""
    try:
        stated = orjson.loads(path.read_bytes())
        folds = tuple(Shapes(_curves(fold), {}) for fold in stated.get("folds", ()))
        return Shapes(_curves(stated["curves"]), stated["card"], folds)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexUnusableError(
            f"The ranking model {path} cannot be read ({type(error).__name__}: {error}). "
            "Restore it from the installation, or remove it to rank without it."
        ) from error


def _curves(stated: Mapping[str, Any]) -> dict[str, Curve]:
    return {name: _curve(curve) for name, curve in stated.items()}


def _curve(stated: Mapping[str, Any]) -> Curve:
    edges = np.array(stated["edges"], np.float32)
    values = np.array(stated["values"], np.float32)
    if len(values) != len(edges) + 1:
        raise ValueError(f"{len(edges)} edges need {len(edges) + 1} values, not {len(values)}")
    return Curve(edges, values)


def _plain(column: Floats) -> list[float]:
    return [float(f"{figure:.6g}") for figure in column]
