from collections.abc import Mapping

import numpy as np
import pytest

from data.index import Index
from tools.crowd import CatalogueCrowd
from tools.judging import Judging, judged_by
from tools.likeness import Floats, Likeness, nearer, standardised
from tools.preferences import Preferences
from tools.search import Search
from tools.shapes import Curve, Shapes


class Everybody:
    """A model of two items that likes the second for the sake of the first."""

    def likeness(self, item_id: str) -> Floats:
        return np.array([0, 1], np.float32) * (item_id == "lantern")

    def likeness_to(self, item_id: str) -> Floats:
        return np.array([1, 0], np.float32) * (item_id == "ledger")

    def together(self, item_id: str) -> Floats:
        return np.array([1, 1], np.float32) * (item_id == "lantern")


@pytest.fixture
def crowd(small_index: Index) -> CatalogueCrowd:
    position = small_index.catalogue.position
    places = np.array([position["lantern"], position["ledger"]], np.intp)
    return CatalogueCrowd(Everybody(), small_index.catalogue, places)


def test_an_item_is_most_like_itself(small_index: Index) -> None:
    likeness = Likeness(small_index)
    place = small_index.catalogue.position["lantern"]
    for name, column in likeness.signals("lantern").items():
        assert column[place] == pytest.approx(column.max(), abs=1e-5), name
        assert np.isfinite(column).all()


def test_every_figure_is_there_for_every_item(small_index: Index, crowd: CatalogueCrowd) -> None:
    likeness = Likeness(small_index, crowd)
    places = np.arange(len(small_index.catalogue), dtype=np.intp)
    for item_id in ("lantern", "bare"):
        figures = likeness.features(item_id, places, likeness.signals(item_id))
        assert {len(column) for column in figures.values()} == {len(places)}
        assert all(np.isfinite(column).all() for column in figures.values())


def test_a_figure_does_not_depend_on_the_other_candidates(small_index: Index) -> None:
    likeness = Likeness(small_index)
    signals = likeness.signals("lantern")
    places = np.arange(len(small_index.catalogue), dtype=np.intp)
    everybody = likeness.features("lantern", places, signals)
    few = likeness.features("lantern", places[5:9], signals)
    for name, column in few.items():
        assert column.tolist() == everybody[name][5:9].tolist(), name


def test_the_crowd_speaks_in_both_directions(small_index: Index, crowd: CatalogueCrowd) -> None:
    position = small_index.catalogue.position
    assert crowd.likeness("lantern")[position["ledger"]] == 1
    assert crowd.likeness_to("ledger")[position["lantern"]] == 1
    assert crowd.likeness("bare").sum() == 0


def test_nearer_counts_what_lies_above() -> None:
    column = np.array([0.0, 0.0, 3.0, 1.0], np.float32)
    counted = nearer(column, np.array([0, 2, 3], np.intp))
    assert counted.tolist() == pytest.approx([np.log2(3), 0, 1])


def test_outliers_are_held_back() -> None:
    column = np.array([0] * 999 + [1000], np.float32)
    assert standardised(column).max() == 8
    assert standardised(np.ones(3, np.float32)).tolist() == [0, 0, 0]


def test_a_curve_is_read_step_by_step() -> None:
    curve = Curve(np.array([1, 2], np.float32), np.array([10, 20, 30], np.float32))
    assert curve(np.array([0, 1, 1.5, 2, 9], np.float32)).tolist() == [10, 10, 20, 20, 30]


def learned(curves: Mapping[str, Curve]) -> Shapes:
    return Shapes(curves, {})


def test_a_learned_ranking_orders_the_list_and_its_parts_sum_up(small_index: Index) -> None:
    later = Curve(np.array([1990], np.float32), np.array([0, 5], np.float32))
    alike = Curve(np.array([0.5], np.float32), np.array([0, 1], np.float32))
    shapes = learned({"year.value": later, "kinds.likeness": alike})
    with judged_by(Judging(shapes)):
        found = Search(small_index)(Preferences(anchors=("lantern",))).candidates
    years = [small_index.catalogue[each.id].numbers["year"] > 1990 for each in found]
    assert years == sorted(years, reverse=True)
    assert set(found[0].contributions) == {"form", "facets"}
    assert found[0].score == pytest.approx(sum(found[0].contributions.values()))


def test_a_reason_left_out_adds_nothing(small_index: Index) -> None:
    shapes = learned({"year.value": Curve(np.array([1990], np.float32), np.array([0, 5.0]))})
    with judged_by(Judging(shapes, without=("form",))):
        found = Search(small_index)(Preferences(anchors=("lantern",))).candidates
    assert all("form" not in each.contributions for each in found)
