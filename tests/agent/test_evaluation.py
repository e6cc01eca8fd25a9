import ast
import csv
import importlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.evaluation.answers import FOLDS, fold_of, read_answers
from agent.evaluation.gain import hit, ndcg, recall
from agent.evaluation.intervals import interval
from agent.evaluation.promises import NEVER, Promises
from agent.evaluation.suites import SUITES, check, run
from agent.evaluation.tables import Measure, Row, Table, measured, to_json
from data.index import Index
from infra.errors import UsageError
from tools.likeness import Likeness
from tools.preferences import Preferences
from tools.search import Search

ROOT = Path(__file__).resolve().parent.parent.parent


def test_gain_is_one_for_the_right_answers_first_and_falls_with_rank() -> None:
    assert ndcg(["a", "b"], {"a", "b"}) == 1
    assert ndcg(["x", "a"], {"a"}) == pytest.approx(1 / np.log2(3))
    assert ndcg(["x"], {"a"}) == ndcg([], set()) == 0
    assert (hit(["x", "a"], {"a"}), hit(["x", "a"], {"a"}, 1)) == (1, 0)
    assert recall(["a", "x"], {"a", "b"}) == 0.5


def test_an_interval_holds_its_mean_and_is_the_same_every_time() -> None:
    figures = [0.0, 1.0] * 40
    mean, low, high = interval(figures)
    assert low < mean == 0.5 < high
    assert interval(figures) == (mean, low, high)
    assert all(np.isnan(interval([])))


def test_a_goal_is_met_from_above_or_from_below() -> None:
    assert measured("x", [1, 1], reach=0.9).reached is True
    assert Measure("x", 0.2, reach=0.1, least=True).reached is False
    assert Measure("x", 0.2).reached is None
    table = Table("s", "t", (Row("r", (Measure("x", 0.2, reach=0.1),)),))
    assert to_json([table])[0]["rows"][0]["measures"][0]["reached"] is True


def test_folds_keep_a_franchise_together_and_do_not_change(bundled_index: Index) -> None:
    items = bundled_index.catalogue.items
    folds: dict[str, set[int]] = {}
    for item in items:
        folds.setdefault(item.franchise or item.id, set()).add(fold_of(item))
    assert all(len(few) == 1 for few in folds.values())
    assert {fold for few in folds.values() for fold in few} == set(range(FOLDS))


def test_answers_leave_out_the_franchise_and_what_few_people_said(
    bundled_index: Index, tmp_path: Path
) -> None:
    catalogue = bundled_index.catalogue
    one, *others = (item.id for item in catalogue.items if not item.franchise)
    with (tmp_path / "pairs.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["source_id", "target_id", "votes"])
        rows.writerows([one, other, votes] for votes, other in enumerate(others[:8]))
        rows.writerows([[one, one, 9], [one, "no such id", 9]])
    answers = read_answers(tmp_path / "pairs.csv", catalogue)
    assert answers.asked() == [one]
    assert answers.right(one) == set(others[3:8])


def test_an_unknown_suite_is_named_and_missing_data_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(None) == list(SUITES)
    with pytest.raises(UsageError, match="no suite 'paris'"):
        check("paris")

    class Nowhere:
        data = tmp_path

    nowhere: Any = Nowhere()
    assert run("pairs", nowhere) == []
    assert "SKIPPED pairs" in capsys.readouterr().err


def test_no_labelled_pair_reaches_a_feature(
    bundled_index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The figures are the same where every file of labels is out of reach."""
    anchor = bundled_index.catalogue.items[0].id
    places, before = Search(bundled_index).compared(Preferences(anchors=(anchor,)))
    opened: list[str] = []
    reach = Path.open

    def watched(path: Path, *arguments: Any, **named: Any) -> Any:
        opened.append(path.name)
        assert path.name not in {"pairs.csv", "tags.csv"}
        return reach(path, *arguments, **named)

    monkeypatch.setattr(Path, "open", watched)
    monkeypatch.setenv("OSUSUME_SHARED_DATA", "/nowhere")
    search = Search(bundled_index)
    search.warm()
    again, after = search.compared(Preferences(anchors=(anchor,)))
    assert again.tolist() == places.tolist()
    assert all(after[name].tolist() == before[name].tolist() for name in before)


def test_what_ranks_imports_nothing_that_reads_labels() -> None:
    readers = {"agent.evaluation", "csv"}
    for path in (ROOT / "tools").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                module = getattr(node, "module", None) or node.names[0].name
                assert not any(module.startswith(each) for each in readers), path.name


def test_a_shuffled_answer_changes_no_figure(bundled_index: Index) -> None:
    """Figures are a function of the catalogue alone: nobody is asked who answered what."""
    likeness = Likeness(bundled_index)
    signature = set(Likeness.__init__.__annotations__) - {"return"}
    assert signature == {"index", "crowd"}
    one = bundled_index.catalogue.items[1].id
    first, second = likeness.signals(one), Likeness(bundled_index).signals(one)
    assert all(first[name].tolist() == second[name].tolist() for name in first)


@pytest.mark.parametrize("suite", [each for each in SUITES if each != "ratings"])
def test_every_suite_is_a_module_with_a_run(suite: str) -> None:
    assert callable(importlib.import_module(f"agent.evaluation.{suite}").run)


def test_broken_promises_are_counted_over_both_lists(bundled_index: Index) -> None:
    catalogue = bundled_index.catalogue
    numbers = catalogue.franchises.tolist()
    number = next(each for each in numbers if numbers.count(each) > 1)
    bearing = zip(catalogue.items, numbers, strict=True)
    one, other, *_ = (item.id for item, own in bearing if own == number)
    promises = Promises(bundled_index)
    wished = {"seen": [{"id": other}], "ranges": {"episodes": {"low": 10_000}}}
    reply = {
        "recommendations": [{"id": one, "new": False}],
        "personal": [{"id": other}],
        "preferences": wished,
        "relaxed": [],
    }
    promises.saw(reply, "a")
    assert (promises.lists, promises.items) == (1, 2)
    assert [promises.broken[each] for each in NEVER] == [1, 0, 1, 2]
    again = {"recommendations": [{"id": one, "new": True}], "personal": [], "relaxed": []}
    promises.saw({**again, "preferences": {}}, "a")
    promises.saw({**again, "preferences": {}}, "b")
    assert [promises.broken[each] for each in NEVER] == [1, 1, 1, 2]
    assert not any(row.measures[0].reached for row in promises.table().rows)
    promises.saw({**reply, "recommendations": [], "personal": []}, "a")
    assert promises.lists == 3
