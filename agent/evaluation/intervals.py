"""Confidence intervals by bootstrap (Efron 1979), with a fixed seed."""

from collections.abc import Sequence
from math import nan

import numpy as np

RESAMPLES = 1000
SEED = 7


def interval(values: Sequence[float], seed: int = SEED) -> tuple[float, float, float]:
    """Return the mean of values and the 95 % interval of that mean."""
    figures = np.asarray(values, np.float64)
    if len(figures) == 0:
        return nan, nan, nan
    drawn = np.random.default_rng(seed).integers(0, len(figures), (RESAMPLES, len(figures)))
    low, high = np.quantile(figures[drawn].mean(axis=1), [0.025, 0.975])
    return float(figures.mean()), float(low), float(high)
