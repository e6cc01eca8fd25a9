"""How dark, funny or slow each item is: scored when the index is built, for any catalogue."""

from collections.abc import Sequence

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from data.embedding import embed_query
from data.items import Item
from data.profile import Profile, Tone

Floats = NDArray[np.float32]
VERSION = "2"  # raise it when titles come to lie elsewhere on an axis
TEXT_WEIGHT = 0.5  # facets say more: dark from light has AUC 0.78 by the text alone
SPREAD = 2.5  # standard deviations that reach the ends of the scale
STATED = 0.4  # of a judgement in five steps beside the estimate; at 0.9 axes parted tags less well
SAME = 1e-6  # a smaller deviation is rounding


def score_tones(
    profile: Profile, items: Sequence[Item], vectors: Floats, model: Embeddings
) -> Floats:
    """Return each item's place on each axis, −1…1, in the profile's order; shape (items, axes).

    An estimate is the contrast of the axis's describing phrases in the embedding space, and the
    pull of the item's facets. Where the catalogue states a tone by hand, both count.
    """
    columns = [
        _stated(axis, items, _estimated(tone, items, vectors, model))
        for axis, tone in profile.tones.items()
    ]
    if not columns:
        return np.zeros((len(items), 0), np.float32)
    return np.stack(columns, axis=1)


def _estimated(tone: Tone, items: Sequence[Item], vectors: Floats, model: Embeddings) -> Floats:
    pole = np.zeros(vectors.shape[1], np.float32)
    pole += _mean(tone.high.phrases, model) - _mean(tone.low.phrases, model)
    pulls = np.array([_pull(tone, item) for item in items], np.float32)
    mixed = TEXT_WEIGHT * standardised(vectors @ pole) + standardised(pulls)
    clipped: Floats = np.clip(standardised(mixed) / SPREAD, -1, 1)
    return clipped


def _mean(phrases: Sequence[str], model: Embeddings) -> Floats | float:
    if not phrases:
        return 0.0
    mean: Floats = np.mean([embed_query(model, phrase) for phrase in phrases], axis=0)
    return mean


def _pull(tone: Tone, item: Item) -> float:
    return sum(
        tone.facets.get(f"{facet}:{value}", 0.0)
        for facet, values in item.facets.items()
        for value in values
    )


def _stated(axis: str, items: Sequence[Item], estimated: Floats) -> Floats:
    """Return the column with hand-given tones mixed in; they stand alone where nothing varies."""
    share = STATED if estimated.std() >= SAME else 1.0
    return np.array(
        [
            share * item.tones[axis] + (1 - share) * float(estimate)
            if axis in item.tones
            else estimate
            for item, estimate in zip(items, estimated, strict=True)
        ],
        np.float32,
    )


def standardised(column: Floats) -> Floats:
    """Return values with mean 0 and deviation 1; all zeros where they do not vary."""
    deviation = column.std()
    if deviation < SAME:
        return np.zeros_like(column)
    scaled: Floats = ((column - column.mean()) / deviation).astype(np.float32)
    return scaled
