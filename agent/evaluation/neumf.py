"""NeuMF: matrix factorisation and a small network over the same users and items.

He et al. 2017, section 3.4, with negatives drawn anew each epoch. It cannot take in a new person
without learning, so it learns from what is told about the people it is tested on as well: an
advantage over the other ways.
"""

from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agent.evaluation.foldin import find
from data.fitting import EVIDENCE
from data.heldout import Case
from data.ratings import Ratings, matrix
from infra.errors import UsageError

WIDTH = 64  # of each embedding; sizes and rates are the best of nine settings
LAYERS = (128, 64, 32)
NEGATIVES = 4  # items not rated for each one that was
RATE = 2e-3
DECAY = 1e-6
DROPPED = 0.2
BATCH = 8192
EPOCHS = 40
PATIENCE = 3  # epochs without a better NDCG on the people held out for tuning
WATCHED = 200  # people on whom that is measured
SEED = 7
Floats = NDArray[np.float32]


def train(
    ratings: Ratings, tune: Sequence[Case], test: Sequence[Case]
) -> tuple[Sequence[str], Floats]:
    """Return items, and the score of each for every test case; shape (cases, items)."""
    torch = _torch()
    torch.manual_seed(SEED)
    told = dict(ratings.given) | {case.user: case.given for case in (*tune, *test)}
    everyone = Ratings(told)
    items = tuple(sorted(each for each, count in everyone.raters.items() if count >= EVIDENCE))
    rows = {user: row for row, user in enumerate(told)}
    known = matrix(everyone, items)
    owners = np.repeat(np.arange(len(told)), np.diff(known.starts))
    net = _network(torch, len(told), len(items))
    optimiser = torch.optim.Adam(net.parameters(), lr=RATE, weight_decay=DECAY)
    best, best_scores, waited = 0.0, np.zeros((len(test), len(items)), np.float32), 0
    for epoch in range(EPOCHS):
        _learn(torch, net, optimiser, owners, known.columns, len(items), epoch)
        reached = _ndcg(torch, net, items, tune[:WATCHED], rows)
        if reached > best:
            best, waited = reached, 0
            best_scores = _scores(torch, net, [rows[case.user] for case in test], len(items))
        elif (waited := waited + 1) == PATIENCE:
            break
    return items, best_scores


def _torch() -> Any:
    try:
        return import_module("torch")
    except ImportError as error:
        raise UsageError(
            "NeuMF needs PyTorch, which comes with the extra torch. "
            "Run 'pip install osusume[torch]'."
        ) from error


def _network(torch: Any, users: int, items: int) -> Any:
    nn: Any = torch.nn
    module: Any = nn.Module

    class NeuMF(module):  # type: ignore[misc]
        """One product and one network of a user's and an item's embeddings, summed."""

        def __init__(self) -> None:
            super().__init__()
            self.tables = nn.ModuleList(
                nn.Embedding(count, WIDTH) for count in (users, items, users, items)
            )
            for table in self.tables:
                nn.init.normal_(table.weight, std=0.05)
            widths = (2 * WIDTH, *LAYERS)
            steps: list[Any] = []
            for width, narrower in pairwise(widths):
                steps += [nn.Dropout(DROPPED), nn.Linear(width, narrower), nn.ReLU()]
            self.layers = nn.Sequential(*steps)
            self.out = nn.Linear(WIDTH + LAYERS[-1], 1)

        def forward(self, user: Any, item: Any) -> Any:
            """Return one logit for each pair."""
            product = self.tables[0](user) * self.tables[1](item)
            both = torch.cat([self.tables[2](user), self.tables[3](item)], dim=-1)
            return self.out(torch.cat([product, self.layers(both)], dim=-1)).squeeze(-1)

    return NeuMF()


def _learn(
    torch: Any,
    net: Any,
    optimiser: Any,
    owners: NDArray[np.int64],
    rated: NDArray[np.int64],
    items: int,
    epoch: int,
) -> None:
    """Run one epoch over what was rated and freshly drawn items that were, nearly always, not."""
    chance = np.random.default_rng([SEED, epoch])
    users = np.tile(owners, NEGATIVES + 1)
    drawn = np.concatenate([rated, chance.integers(0, items, NEGATIVES * len(rated))])
    wanted = np.concatenate([np.ones(len(rated)), np.zeros(NEGATIVES * len(rated))])
    order = chance.permutation(len(users))
    net.train()
    for first in range(0, len(order), BATCH):
        few = order[first : first + BATCH]
        optimiser.zero_grad()
        logits = net(torch.from_numpy(users[few]), torch.from_numpy(drawn[few]))
        truth = torch.from_numpy(wanted[few].astype(np.float32))
        torch.nn.functional.binary_cross_entropy_with_logits(logits, truth).backward()
        optimiser.step()


def _scores(torch: Any, net: Any, rows: Sequence[int], items: int) -> Floats:
    net.eval()
    every = torch.arange(items)
    with torch.no_grad():
        return np.stack([net(torch.full((items,), row), every).numpy() for row in rows])


def _ndcg(
    torch: Any, net: Any, items: Sequence[str], cases: Sequence[Case], rows: dict[str, int]
) -> float:
    scores = _scores(torch, net, [rows[case.user] for case in cases], len(items))
    by_given = {id(case.given): each for case, each in zip(cases, scores, strict=True)}
    return float(np.mean(find(items, lambda given: by_given[id(given)], cases).ndcg))
