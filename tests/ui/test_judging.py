"""`osusume feedback`: what people thought, and nothing of who they are."""

import json
from pathlib import Path

import pytest

from agent.recommender import Recommender
from agent.settings import Settings
from data.index import Index
from graph.memory import Memory
from ui.judging import show_feedback


def test_feedback_is_shown_without_its_author(
    bundled_index: Index, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    show_feedback(Settings(), as_json=False)
    assert "Nobody has judged an answer yet." in capsys.readouterr().out
    recommender = Recommender(bundled_index, Memory(), Settings())
    session = recommender.memory.labelled("ann", "anns evening")
    recommender.reply("anime like Naruto", session)
    recommender.feedback(session, 1, "down", "[red]too [/long")
    recommender.close()

    show_feedback(Settings(), as_json=False)
    table = capsys.readouterr().out
    assert "[red]too [/long" in table
    assert "0 of 1 were liked." in table
    show_feedback(Settings(), as_json=True)
    line = capsys.readouterr().out
    told = json.loads(line)
    assert told["feedback"]["verdict"] == "down"
    assert told["recommendations"]
    assert "anns evening" not in line
    assert session.id not in line
