"""Whole conversations that a fan would find good, over the bundled catalogue."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.recommender import Recommender
from agent.settings import Settings
from data.index import Index
from graph.memory import Memory

PATH = Path(__file__).with_name("conversations.yaml")
CONVERSATIONS: list[dict[str, Any]] = yaml.safe_load(PATH.read_text("utf-8"))


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=[c["name"] for c in CONVERSATIONS])
def test_a_conversation_goes_as_a_fan_would_wish(
    conversation: dict[str, Any], bundled_index: Index, tmp_path: Path
) -> None:
    recommender = Recommender(bundled_index, Memory(tmp_path / "talk.sqlite"), Settings())
    session = recommender.memory.begin("fan")
    for turn in conversation["turns"]:
        reply = recommender.reply(turn["say"], session)
        titles = [each["title"] for each in reply["recommendations"]]
        assert all(each["id"] in bundled_index.catalogue for each in reply["recommendations"])
        if "good" in turn:
            met = sorted(set(titles) & set(turn["good"]))
            told = f"{turn['say']!r} gave {titles}"
            assert len(met) >= turn.get("least", 2), told
        assert not set(titles) & set(turn.get("never", ())), titles
        assert reply["answer"].strip()
    recommender.memory.close()


def test_every_good_title_is_spelt_as_the_catalogue_spells_some_title(
    bundled_index: Index,
) -> None:
    known = {item.title for item in bundled_index.catalogue.items}
    for conversation in CONVERSATIONS:
        for turn in conversation["turns"]:
            good = turn.get("good", [])
            assert not good or set(good) & known, turn["say"]
