"""People's "if you liked X" answers, and how they are split."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from data.catalogue import Catalogue
from data.items import Item

FOLDS = 5
ENOUGH_VOTES = 3  # from which an answer counts as right
ENOUGH_RIGHT = 5  # right answers a title must have to be asked about


@dataclass(frozen=True, slots=True)
class Answers:
    """Votes by the title asked about and the title answered, both by id."""

    votes: dict[str, dict[str, int]]

    def right(self, source: str) -> set[str]:
        """Return the answers to a title that enough people gave."""
        return {each for each, votes in self.votes[source].items() if votes >= ENOUGH_VOTES}

    def asked(self) -> list[str]:
        """Return the titles with enough right answers to be asked about."""
        return [source for source in self.votes if len(self.right(source)) >= ENOUGH_RIGHT]


def read_answers(path: Path, catalogue: Catalogue) -> Answers:
    """Return the answers whose two titles the catalogue has, other entries of a franchise out."""
    votes: dict[str, dict[str, int]] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            source, target = row["source_id"], row["target_id"]
            if source in catalogue and target in catalogue and _apart(catalogue, source, target):
                votes[source][target] = int(row["votes"])
    return Answers(dict(votes))


def _apart(catalogue: Catalogue, one: str, other: str) -> bool:
    numbers = catalogue.franchises
    return bool(numbers[catalogue.position[one]] != numbers[catalogue.position[other]])


def fold_of(item: Item) -> int:
    """Return the fold of an item, 0…4: a fixed hash, whole franchises together."""
    return int(sha256((item.franchise or item.id).encode()).hexdigest(), 16) % FOLDS
