"""Processes that share a store and are killed: every turn is wholly there, once, and in order."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def outcome(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """Run the processes of `sharing.py`, once over each kind of store."""
    path = str(tmp_path_factory.mktemp("shared") / "conversations.sqlite")
    server = request.param == "postgres" and request.getfixturevalue("postgres")
    place = ["", server.empty()] if server else [path, ""]
    here = Path(__file__)
    script = [here.with_name("sharing.py"), here.with_name("conftest.py")]
    done = subprocess.run(
        [sys.executable, *script, *place],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def is_whole(talk: dict[str, Any]) -> bool:
    """Tell whether state, history and archive agree, and no turn is there twice or lacking."""
    return bool(
        talk["sessions"] == 1
        and talk["numbers"] == list(range(1, talk["turns"] + 1))
        and talk["history"] == talk["messages"][-20:]
        and talk["about"] == talk["messages"][-1]
    )


def test_two_processes_share_a_conversation_and_no_turn_is_lost_or_mixed(
    outcome: dict[str, Any],
) -> None:
    shared = outcome["share"]
    assert shared["status"] == [0, 0]
    assert is_whole(shared), shared
    one, two = shared["told"]
    assert len(one) == len(two) == 20
    assert sorted(one + two) == shared["numbers"]
    for name, numbers in (("one", one), ("two", two)):
        assert [shared["messages"][each - 1] for each in numbers] == [
            f"{name} {each}" for each in range(20)
        ]


def test_a_process_killed_in_a_turn_lets_go_of_it_and_leaves_nothing(
    outcome: dict[str, Any],
) -> None:
    held = outcome["inside"]
    assert held["messages"] == ["before 0", "after 0"]
    assert is_whole(held), held
    assert held["waited"] < 30  # half of the longest wait: its hold ended with it


def test_kill_9_leaves_every_turn_wholly_there_or_not_at_all(outcome: dict[str, Any]) -> None:
    for talk in outcome["anywhere"]:
        assert is_whole(talk), talk
        assert talk["told"][-1] <= talk["turns"] <= talk["told"][-1] + 1
    assert outcome["anywhere"][-1]["turns"] >= len(outcome["anywhere"])
