"""The suite `ratings`: its protocol and the ways of recommending it compares."""

import importlib.util
import random
from collections.abc import Callable

import numpy as np
import pytest

from agent.evaluation.foldin import best, find
from agent.evaluation.neumf import train
from agent.evaluation.recommenders import Counted, Way, cosine, dense, ease, edlae, popular
from data.heldout import Case, cases, users_of
from data.ratings import Ratings
from infra.errors import UsageError


def tastes(people: int = 120) -> Ratings:
    chance = random.Random(5)
    return Ratings(
        {
            f"p{person}": {
                f"{'ab'[person % 2]}{each}": float(chance.randint(6, 10))
                for each in chance.sample(range(15), 10)
            }
            for person in range(people)
        }
    )


def test_a_list_holds_the_best_that_was_not_given() -> None:
    scores = np.array([3, 1, 2], np.float32)
    assert best(["x", "y", "z"], scores, {"x": 9.0}) == ["z", "y"]


def test_measures_are_those_of_the_protocol() -> None:
    found = find(
        ["x", "y", "z"],
        lambda given: np.array([0, 2, 1], np.float32),
        [Case("ann", {"x": 9.0}, frozenset({"z", "gone"}))],
    )
    assert found.recall == found.plain_recall == [0.5]
    assert found.ndcg == [pytest.approx((1 / np.log2(3)) / (1 + 1 / np.log2(3)))]


@pytest.mark.parametrize("make", [cosine, ease, edlae])
def test_each_way_tells_two_tastes_apart(make: Callable[[Counted], Way]) -> None:
    ratings = tastes()
    way = make(Counted(ratings.of(users_of(ratings, "train"))))
    listed = best(way.items, way.score({"a1": 9.0, "a2": 8.0}), {"a1": 9.0, "a2": 8.0})
    assert {item[0] for item in listed[:8]} == {"a"}


def test_popularity_is_the_same_for_everybody() -> None:
    way = popular(Counted(tastes()))
    assert np.array_equal(way.score({"a1": 9.0}), way.score({"b1": 9.0}))


def test_no_item_explains_itself_in_the_dense_solution() -> None:
    weights = dense(Counted(tastes()).pairs, 10.0, 0.2)
    assert not np.diag(weights).any()


@pytest.mark.skipif(importlib.util.find_spec("torch") is not None, reason="PyTorch is installed")
def test_neumf_names_the_extra_that_it_needs() -> None:
    ratings = tastes()
    held = list(cases(ratings, "test"))
    with pytest.raises(UsageError, match=r"osusume\[torch\]"):
        train(ratings, held, held)
