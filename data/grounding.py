"""The grounding threshold: how near the catalogue a request must lie to be answered from it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from data.embedding import embed_query
from data.profile import Profile

BEST = 5  # one lucky neighbour grounds nothing: the mean of the five best does
DEFAULT_THRESHOLD = 0.25  # for a profile without probes


@dataclass(frozen=True, slots=True)
class Calibration:
    """The threshold, and how well it parts the probes it was set on (AUROC, 0.5…1)."""

    threshold: float
    auroc: float
    probes: int


def evidence(similarities: NDArray[np.float32]) -> float:
    """Return how well a request is grounded: the mean of its best similarities."""
    if len(similarities) == 0:
        return 0.0
    best = np.sort(similarities)[-BEST:]
    return float(best.mean())


def calibrate(
    profile: Profile, vectors: NDArray[np.float32], model: Embeddings
) -> Calibration:
    """Return the threshold that parts requests the catalogue can serve from those it cannot.

    The fewest errors decide, a false refusal counting as much as a false answer; between equal
    thresholds the middle one is taken.
    """
    inside = _evidences(profile.probes, vectors, model)
    outside = _evidences(profile.out_of_scope, vectors, model)
    if not inside or not outside:
        return Calibration(DEFAULT_THRESHOLD, 0.5, len(inside) + len(outside))
    wins = [(a > b) + (a == b) / 2 for a in inside for b in outside]
    cuts = np.array(sorted({*inside, *outside}))
    middles = (cuts[1:] + cuts[:-1]) / 2
    errors = [
        np.mean(np.array(inside) < cut) + np.mean(np.array(outside) >= cut) for cut in middles
    ]
    best = [float(cut) for cut, error in zip(middles, errors, strict=True) if error == min(errors)]
    threshold = best[len(best) // 2]
    return Calibration(round(threshold, 4), round(float(np.mean(wins)), 4), len(wins))


def _evidences(
    requests: Sequence[str], vectors: NDArray[np.float32], model: Embeddings
) -> list[float]:
    return [evidence(vectors @ embed_query(model, request)) for request in requests]
