"""The suite that measures how messages are understood."""

from types import SimpleNamespace
from typing import Any

import pytest

from agent.evaluation import understanding
from agent.evaluation.tables import Table
from data.index import Index


@pytest.fixture(scope="module")
def tables(bundled_index: Index) -> dict[str, Table]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(understanding, "MOST_QUICK", 40)
        study: Any = SimpleNamespace(
            index=bundled_index,
            catalogue=bundled_index.catalogue,
            few=lambda cases, most: list(cases)[:most],
        )
        reading, sides = understanding.run(study)
    return {"reading": reading, "sides": sides}


def test_a_row_for_all_and_for_each_language_and_domain(tables: dict[str, Table]) -> None:
    names = {row.name for row in tables["reading"].rows}
    assert {"all", "anime"} <= names
    assert names & {"en", "de", "fr", "ja"}
    measures = {each.what for each in tables["reading"].rows[0].measures}
    assert {"roles", "fields", "intents", "acts", "messages", "inverted"} <= measures


def test_every_share_has_its_interval(tables: dict[str, Table]) -> None:
    for measure in tables["reading"].rows[0].measures:
        assert 0 <= measure.value <= 1


def test_the_rules_are_measured_beside_the_reader(tables: dict[str, Table]) -> None:
    assert [row.name for row in tables["sides"].rows] == ["learned", "rules"]


def test_without_a_corpus_it_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(understanding, "CORPUS", tmp_path / "nowhere")
    assert understanding.run(SimpleNamespace()) == []  # type: ignore[arg-type]
    assert "SKIPPED understanding" in capsys.readouterr().err
