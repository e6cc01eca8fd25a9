from pathlib import Path

import numpy as np
import orjson
import pytest

from agent.evaluation.answers import FOLDS
from data.index import Index
from infra.errors import IndexUnusableError
from tools.preferences import Preferences
from tools.search import Search
from tools.shapes import Curve, Shapes, load_shapes, read_shapes


def test_a_model_is_read_as_it_was_written(tmp_path: Path) -> None:
    curve = Curve(np.array([1, 2], np.float32), np.array([0.5, -1, 2], np.float32))
    fold = Shapes({"b": curve}, {})
    path = tmp_path / "ranker.json"
    path.write_bytes(orjson.dumps(Shapes({"a": curve}, {"date": "today"}, (fold,)).as_json()))
    read = read_shapes(path)
    assert read.card == {"date": "today"}
    assert list(read.curves) == ["a"] and list(read.folds[0].curves) == ["b"]
    assert read.curves["a"].values.tolist() == [0.5, -1, 2]


@pytest.mark.parametrize(
    "text", ["", "{}", '{"card": {}, "curves": {"a": {"edges": [1], "values": [1]}}}', "[1]"]
)
def test_a_damaged_model_is_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "ranker.json"
    path.write_text(text, "utf-8")
    with pytest.raises(IndexUnusableError, match=r"ranker\.json cannot be read"):
        read_shapes(path)


def test_figures_that_are_not_there_add_nothing() -> None:
    curve = Curve(np.array([0], np.float32), np.array([1, 2], np.float32))
    shapes = Shapes({"a": curve, "b": curve}, {})
    assert list(shapes({"a": np.zeros(2, np.float32)})) == ["a"]


def test_the_ranking_that_is_shipped_fits_the_figures_and_tells_where_it_comes_from(
    bundled_index: Index,
) -> None:
    shapes = load_shapes(bundled_index.catalogue.profile)
    assert shapes is not None
    anchor = bundled_index.catalogue.items[0].id
    _, figures = Search(bundled_index).compared(Preferences(anchors=(anchor,)))
    assert set(shapes.curves) <= set(figures)
    assert len(shapes.folds) == FOLDS
    assert {"data", "command", "validation", "ndcg@10", "hit@10", "date"} <= set(shapes.card)
    assert all(np.isfinite(curve.values).all() for curve in shapes.curves.values())
