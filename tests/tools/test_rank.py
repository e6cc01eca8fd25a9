import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tools.candidates import Candidate
from tools.rank import choose


def vector(angle: float) -> NDArray[np.float32]:
    return np.array([np.cos(angle), np.sin(angle)], np.float32)


candidates = st.lists(
    st.builds(
        Candidate,
        st.integers(0, 40).map(str),
        st.just(0.0),
        st.fixed_dictionaries({"meaning": st.floats(-5, 5)}),
    ),
    unique_by=lambda each: each.id,
    max_size=60,
)


def chosen(few: list[Candidate], limit: int, diverse: float = 0.35) -> list[Candidate]:
    return choose(few, limit, lambda each: int(each) // 3, lambda each: vector(int(each)), diverse)


@given(candidates, st.integers(0, 8))
def test_a_list_has_one_of_a_franchise_and_no_more_than_asked(
    few: list[Candidate], limit: int
) -> None:
    found = chosen(few, limit)
    franchises = {int(each.id) // 3 for each in few}
    assert len(found) == min(limit, len(franchises))
    assert len({int(each.id) // 3 for each in found}) == len(found)
    assert all(each in few for each in found)


@given(candidates)
def test_ranking_is_pure_and_the_best_comes_first(few: list[Candidate]) -> None:
    before = list(few)
    found = chosen(few, 5)
    assert few == before
    assert found == chosen(few, 5)
    if few:
        assert found[0].score == max(each.score for each in few)


@given(candidates)
def test_without_diversity_the_order_is_that_of_the_scores(few: list[Candidate]) -> None:
    scores = [each.score for each in chosen(few, 10, diverse=0.0)]
    assert scores == sorted(scores, reverse=True)


def test_of_near_equals_the_one_unlike_the_others_is_chosen() -> None:
    angles = {"a": 0.0, "b": 0.05, "c": 1.5}
    few = [
        Candidate(each, 0.0, {"meaning": score})
        for each, score in (("a", 1), ("b", 0.9), ("c", 0.8))
    ]
    found = choose(few, 2, lambda each: ord(each), lambda each: vector(angles[each]))
    assert [each.id for each in found] == ["a", "c"]
