"""Turns that run while a person stops them, leaves, comes back or says the next thing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from agent.recommender import Recommender
from agent.settings import Settings
from data.index import Index
from graph.memory import Memory
from ui.page.talk import WINDOW

if TYPE_CHECKING:
    from tests.e2e.browser.conftest import Visit

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


@pytest.fixture
def held(gate: Path) -> Iterator[Path]:
    """Hold turns back after their first step, for as long as the file is there."""
    gate.touch()
    yield gate
    gate.unlink(missing_ok=True)


def test_a_turn_is_stopped_before_its_first_word(address: str, visit: Visit, held: Path) -> None:
    visitor = visit(address)
    page = visitor.page
    visitor.send("anime like Naruto but darker")
    expect(page.locator(".os-steps")).to_be_visible()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Nothing of this turn was kept.")).to_be_visible()
    expect(visitor.box).to_be_enabled()
    visitor.keep("desktop-stopped")
    held.unlink()
    page.get_by_role("button", name="Try again").click()
    visitor.settled(1)
    assert len(visitor.titles()) == 5
    visitor.say("fewer episodes", 2)


def test_a_refresh_a_second_tab_and_a_lost_connection_come_back_to_the_running_turn(
    address: str, visit: Visit, held: Path
) -> None:
    visitor = visit(address)
    page = visitor.page
    visitor.send("anime like Naruto but darker")
    expect(page.locator(".os-steps")).to_be_visible()
    expect(page.locator(".os-ghost").first).to_be_visible()
    visitor.keep("desktop-working")
    page.reload()
    expect(page.locator(".os-steps")).to_be_visible()
    other = visit(page.url)
    expect(other.page.locator(".os-steps")).to_be_visible()
    page.context.set_offline(True)
    page.context.set_offline(False)
    held.unlink()
    for each in (visitor, other):
        each.settled(1)
        assert each.said_by("user") == ["anime like Naruto but darker"]
        assert len(each.titles()) == 5


def test_a_message_in_the_middle_of_a_turn_waits_for_it(
    address: str, visit: Visit, held: Path
) -> None:
    visitor = visit(address)
    visitor.send("anime like Naruto but darker")
    expect(visitor.page.locator(".os-steps")).to_be_visible()
    visitor.page.reload()
    expect(visitor.page.locator(".os-steps")).to_be_visible()
    visitor.send("fewer episodes")
    held.unlink()
    visitor.settled(2)
    assert visitor.said_by("user") == ["anime like Naruto but darker", "fewer episodes"]


def test_of_two_hundred_turns_the_latest_are_drawn(
    address: str, visit: Visit, home: Path, bundled_index: Index
) -> None:
    recommender = Recommender(
        bundled_index, Memory(home / "conversations" / "conversations.sqlite"), Settings()
    )
    session = recommender.memory.begin("local")
    for turn in range(200):
        recommender.reply("anime like Naruto" if turn % 50 == 0 else "thank you", session)
    recommender.close()
    visitor = visit(f"{address}/?session={session.id}")
    visitor.settled(200)
    answers = visitor.page.get_by_label("Chat message from assistant")
    expect(answers).to_have_count(WINDOW)
    visitor.press("Show earlier messages")
    expect(answers).to_have_count(2 * WINDOW)
    visitor.say("thanks", 201)
