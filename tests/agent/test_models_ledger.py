from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from agent.models.calls import Call
from agent.models.ledger import FILE, Ledger, tokens_per_second
from ui.cli import main

CALL = Call("answer", "openai/gpt-oss-120b", 1000, 100, 0.0002, False, 700.0, 200.0)


def costs(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> object:
    monkeypatch.setattr("sys.argv", ["osusume", "costs", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


def test_calls_add_up_by_turn_session_and_day(state: Path) -> None:
    ledger = Ledger()
    for session, turn in (("a", 1), ("a", 1), ("a", 2), ("b", 1)):
        ledger.record(CALL, session, turn)
    assert ledger.of_turn("a", 1).calls == 2
    assert ledger.of_session("a").cost_usd == pytest.approx(0.0006)
    assert ledger.of_day().input_tokens == 4000
    assert ledger.of_session("nobody").calls == 0
    ledger.close()


def test_tokens_per_second_count_from_the_first_token() -> None:
    assert tokens_per_second(CALL) == 200.0
    assert tokens_per_second(replace(CALL, outcome="busy")) is None
    assert tokens_per_second(replace(CALL, milliseconds=200.0)) is None


def test_two_processes_write_to_one_ledger_from_many_threads(state: Path) -> None:
    ledgers = [Ledger(), Ledger()]
    with ThreadPoolExecutor(16) as threads:
        list(threads.map(lambda n: ledgers[n % 2].record(CALL, "s", n), range(400)))
    assert [each.of_session("s").calls for each in ledgers] == [400, 400]
    for each in ledgers:
        each.close()


def test_a_ledger_that_cannot_be_written_does_not_stop_a_turn(state: Path) -> None:
    state.mkdir()
    (state / FILE).write_bytes(b"not a database, but long enough to be taken for one" * 99)
    ledger = Ledger()
    ledger.record(CALL, "s", 1)
    assert ledger.trouble.startswith("The ledger of calls cannot be kept: ")
    assert ledger.of_session("s").calls == 1
    ledger.close()


def test_costs_shows_day_model_and_step(
    state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    ledger = Ledger()
    ledger.record(CALL, "s", 1)
    ledger.record(replace(CALL, role="rewrite", estimated=True), "s", 1)
    ledger.record(replace(CALL, outcome="timeout"), "s", 1)
    ledger.close()
    assert costs(monkeypatch) in (None, 0)
    shown = capsys.readouterr().out
    assert all(each in shown for each in ("openai/gpt-oss-120b", "answer", "rewrite", "~1,000"))
    costs(monkeypatch, "--json", "--days", "1")
    told = json.loads(capsys.readouterr().out)
    assert told["total"]["calls"] == 3
    assert [line["answered"] for line in told["lines"]] == [1, 1]


def test_costs_says_so_where_nothing_was_called(
    state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    costs(monkeypatch, "--days", "7")
    assert capsys.readouterr().out.strip() == "No chat model was called in the last 7 days."


def test_costs_of_a_damaged_ledger_is_one_sentence(
    state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    state.mkdir()
    (state / FILE).write_bytes(b"not a database, but long enough to be taken for one" * 99)
    assert costs(monkeypatch) == 1
    assert "Move the file away" in capsys.readouterr().err
