"""How well a model finds what people liked whom it never learned from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.evaluation.gain import ndcg
from data.heldout import Case

LONGEST = 20
Scorer = Callable[[Mapping[str, float]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Found:
    """The measures of each case, in the cases' order."""

    ndcg: list[float]
    recall: list[float]
    plain_recall: list[float]


def best(
    items: Sequence[str], scores: NDArray[np.float32], given: Mapping[str, float]
) -> list[str]:
    """Return the ids of the best items that were not given, best first."""
    wanted = min(LONGEST + len(given), len(items))
    top = np.argpartition(-scores, wanted - 1)[:wanted]
    ordered = top[np.argsort(-scores[top], kind="stable")]
    return [items[place] for place in ordered if items[place] not in given][:LONGEST]


def find(items: Sequence[str], score: Scorer, cases: Sequence[Case]) -> Found:
    """Return the measures of a way of scoring.

    Recall is over as many items as the list can hold, as the published figures have it; plain
    recall is over all that was kept back.
    """
    found = Found([], [], [])
    for case in cases:
        listed = best(items, score(case.given), case.given)
        hits = len(case.wanted.intersection(listed))
        found.ndcg.append(ndcg(listed, case.wanted))
        found.recall.append(hits / min(LONGEST, len(case.wanted)))
        found.plain_recall.append(hits / len(case.wanted))
    return found
