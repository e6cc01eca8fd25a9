"""How good a list is beside the answers that people gave."""

from collections.abc import Collection, Sequence
from math import log2

CUT = 10


def ndcg(listed: Sequence[str], right: Collection[str], cut: int = CUT) -> float:
    """Return the normalised discounted gain of a list (Järvelin and Kekäläinen 2002), 0…1."""
    gained = sum(1 / log2(rank + 2) for rank, each in enumerate(listed[:cut]) if each in right)
    most = sum(1 / log2(rank + 2) for rank in range(min(cut, len(right))))
    return gained / most if most else 0.0


def hit(listed: Sequence[str], right: Collection[str], cut: int = CUT) -> float:
    """Return 1 where the list holds an answer, else 0."""
    return float(any(each in right for each in listed[:cut]))


def recall(listed: Sequence[str], right: Collection[str], cut: int = CUT) -> float:
    """Return which share of the answers the list holds."""
    return len(set(listed[:cut]) & set(right)) / len(right) if right else 0.0
