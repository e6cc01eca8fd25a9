"""The grounding threshold: how near the catalogue a request must lie to be answered from it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from data.embedding import embed_query
from data.profile import Profile

VERSION = "2"  # raise it when a threshold comes out otherwise
REFUSED = 2.0  # what a false refusal weighs: questions and orders never come as far as the gate
BEST = 5  # one lucky neighbour grounds nothing: the mean of the five best does
DEFAULT_THRESHOLD = 0.25  # for a profile without probes


@dataclass(frozen=True, slots=True)
class Calibration:
    """The threshold, and how well it parts the probes it was set on (AUROC, 0.5…1)."""

    threshold: float
    auroc: float


def evidence(similarities: NDArray[np.float32]) -> float:
    """Return how well a request is grounded: the mean of its best similarities."""
    if len(similarities) == 0:
        return 0.0
    cut = max(0, len(similarities) - BEST)
    return float(np.partition(similarities, cut)[cut:].mean())


def calibrate(profile: Profile, vectors: NDArray[np.float32], model: Embeddings) -> Calibration:
    """Return the threshold that parts requests the catalogue can serve from those it cannot.

    The fewest errors decide, a false refusal counting twice; between equal thresholds the middle
    one is taken.
    """
    inside = _evidences(profile.probes, vectors, model)
    outside = _evidences(profile.out_of_scope, vectors, model)
    if not len(inside) or not len(outside):
        return Calibration(DEFAULT_THRESHOLD, 0.5)
    return Calibration(threshold_of(inside, outside), round(auroc(inside, outside), 4))


def threshold_of(inside: NDArray[np.floating], outside: NDArray[np.floating]) -> float:
    """Return the threshold with the fewest errors of both kinds; the middle of equal ones."""
    seen = np.unique(np.concatenate([inside, outside]))
    cuts = (seen[1:] + seen[:-1]) / 2 if len(seen) > 1 else seen
    errors = np.array([REFUSED * (inside < cut).mean() + (outside >= cut).mean() for cut in cuts])
    best = cuts[errors == errors.min()]
    return round(float(best[len(best) // 2]), 4)


def auroc(above: NDArray[np.floating], below: NDArray[np.floating]) -> float:
    """Return how often a figure of one set exceeds one of the other; a tie counts half."""
    differences = above[:, np.newaxis] - below
    return float(((differences > 0) + (differences == 0) / 2).mean())


def _evidences(
    requests: Sequence[str], vectors: NDArray[np.float32], model: Embeddings
) -> NDArray[np.float64]:
    return np.array([evidence(vectors @ embed_query(model, request)) for request in requests])
