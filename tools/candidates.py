"""A candidate for recommendation, and the parts its score is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may be recommended.

    `similarity` is the cosine to the request (−1…1). `contributions` maps a signal's name to its
    weighted share of `score`, which is their sum.
    """

    id: str
    similarity: float
    contributions: Mapping[str, float] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """Return the sum of the contributions."""
        return sum(self.contributions.values())


@dataclass(frozen=True, slots=True)
class Found:
    """What a search came to: candidates, how many items met every hard wish, and the evidence.

    `personal` are those that the person's taste speaks for, ranked by it as well.
    """

    candidates: tuple[Candidate, ...]
    matching: int
    evidence: float
    personal: tuple[Candidate, ...] = ()
