"""How the page looks, on every screen and in both themes, and how it is heard and typed at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.e2e.browser.conftest import Visit

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
DESKTOP, PHONE = (1280, 900), (390, 844)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("name", "size"), [("desktop", DESKTOP), ("phone", PHONE)])
def test_nothing_overflows_and_axe_finds_nothing_serious(
    address: str, visit: Visit, name: str, size: tuple[int, int], scheme: str
) -> None:
    visitor = visit(address, size, scheme)
    expect(visitor.page.locator(".st-key-examples button").first).to_be_visible()
    assert not visitor.overflows()
    assert visitor.faults() == []
    visitor.keep(f"{name}-{scheme}-1")
    visitor.say("a cozy show about cooking, under 13 episodes", 1)
    assert not visitor.overflows()
    visitor.keep(f"{name}-{scheme}-2")
    visitor.press("More like this")
    visitor.settled(2)
    visitor.say("compare 1 and 3", 3)
    assert not visitor.overflows()
    assert visitor.faults() == []
    visitor.keep(f"{name}-{scheme}-3")


def test_the_keyboard_alone_sends_a_message_and_takes_back_a_wish(
    address: str, visit: Visit
) -> None:
    visitor = visit(address)
    page = visitor.page
    visitor.box.focus()
    page.keyboard.type("sad love story, no school")
    page.keyboard.press("Enter")
    visitor.settled(1)
    expect(visitor.box).to_be_focused()
    before = len(visitor.chips())
    page.keyboard.press("Shift+Tab")  # the last way back
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")  # the last chip
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    visitor.settled(2)
    assert len(visitor.chips()) == before - 1


def test_an_answer_is_told_to_those_who_hear_the_page(address: str, visit: Visit) -> None:
    visitor = visit(address)
    visitor.say("anime like Naruto but darker", 1)
    told = visitor.page.locator('.os-heard[aria-live="polite"]')
    expect(told).to_contain_text(visitor.titles()[0])
    expect(visitor.page.get_by_role("heading", level=1)).to_have_count(1)


def test_a_missing_index_is_said_with_its_command(
    visit: Visit, tmp_path: Path, empty_page: str
) -> None:
    visitor = visit(empty_page, PHONE)
    expect(visitor.page.get_by_role("alert").locator("code").first).to_contain_text("osusume index")
    assert "Traceback" not in visitor.page.content()
    visitor.keep("phone-no-index")
