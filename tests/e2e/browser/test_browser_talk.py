"""Conversations in a real browser: words, chips, cards, comparison, what means harm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from tests.e2e.browser.conftest import Visit

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
PHONE = (390, 844)


def test_a_conversation_of_five_turns_survives_a_refresh(address: str, visit: Visit) -> None:
    visitor = visit(address)
    page = visitor.page
    expect(page.get_by_role("heading", name="What are you in the mood for?")).to_be_visible()
    visitor.keep("desktop-welcome")
    visitor.say("anime like Naruto but darker", 1)
    first = visitor.titles()
    assert len(first) == 5 and visitor.chips() == ["like Naruto", "darker"]
    visitor.say("under 30 episodes", 2)
    assert all(each < 30 for each in visitor.figures("episode"))
    second = visitor.titles()
    assert set(second) & set(first)
    assert page.locator(".os-new").count() == len(set(second) - set(first))

    page.reload()
    visitor.settled(2)
    visitor.say("no romance", 3)
    visitor.press("Remove up to 29 episodes")
    visitor.settled(4)
    assert visitor.chips() == ["like Naruto", "darker", "no Romance"]
    visitor.say("<script>alert('hi')</script> **why** the first one?", 5)
    assert visitor.said_by("user")[-1] == "<script>alert('hi')</script> **why** the first one?"

    shown, chips = visitor.titles(), visitor.chips()
    page.reload()
    visitor.settled(5)
    assert (visitor.titles(), visitor.chips()) == (shown, chips)
    assert visitor.said_by("user")[0] == "anime like Naruto but darker"
    visitor.keep("desktop-five-turns")


def test_a_chip_moves_and_undo_takes_it_back(address: str, visit: Visit) -> None:
    visitor = visit(address)
    visitor.say("anime like Naruto but darker", 1)
    visitor.press("More: darker")
    visitor.settled(2)
    assert visitor.chips() == ["like Naruto", "darker still"]
    visitor.press("Undo")
    visitor.settled(3)
    assert visitor.chips() == ["like Naruto", "darker"]
    visitor.press("Start over")
    visitor.settled(4)
    assert visitor.chips() == []


def test_titles_are_looked_at_compared_and_kept(address: str, visit: Visit) -> None:
    visitor = visit(address)
    page = visitor.page
    visitor.say("anime like Naruto but darker", 1)
    first, second, *_ = visitor.titles()
    page.locator(".os-reason button").first.focus()
    expect(page.get_by_role("tooltip").first).to_be_visible()
    visitor.keep("desktop-evidence")

    visitor.press(f"Details: {first}")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name=first, exact=True)).to_be_visible()
    assert visitor.faults() == []
    visitor.keep("desktop-details")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)

    for title in (first, second):
        page.get_by_role("checkbox", name=f"Compare: {title}").check()
    visitor.keep("desktop-picked")
    visitor.press("Side by side")
    expect(dialog.get_by_role("columnheader")).to_have_count(2)
    assert visitor.faults() == []
    visitor.keep("desktop-comparison")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)

    later = page.get_by_role("button", name=f"Watch later: {second}")
    later.click()
    expect(later).to_have_attribute("aria-pressed", "true")
    page.reload()
    visitor.settled(1)
    expect(later).to_have_attribute("aria-pressed", "true")
    later.click()
    expect(later).to_have_attribute("aria-pressed", "false")


def test_the_last_message_is_edited_and_an_answer_judged(address: str, visit: Visit) -> None:
    visitor = visit(address)
    page = visitor.page
    visitor.say("anime like Naruto but darker", 1)
    page.locator(".os-edit summary").click()
    page.get_by_label("Edit your last message").fill("anime like Monster")
    page.locator(".os-edit").get_by_role("button", name="Send").click()
    expect(page.get_by_label("Chat message from user")).to_have_text("anime like Monster")
    visitor.settled(1)
    assert visitor.chips() == ["like Monster"]
    page.get_by_role("button", name="Not helpful").click()
    page.get_by_label("What was wrong?").fill("too slow")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Thank you.")).to_be_visible()
    page.locator(".os-why summary").click()
    expect(page.locator(".os-waterfall")).to_be_visible()
    visitor.keep("desktop-why")


def test_conversations_are_listed_and_opened_again(address: str, visit: Visit) -> None:
    visitor = visit(address, PHONE)
    page = visitor.page
    visitor.press("hidden gems from the 90s")
    visitor.settled(1)
    shown = visitor.titles()
    sidebar = page.get_by_test_id("stSidebar")
    page.get_by_test_id("stExpandSidebarButton").click()
    expect(sidebar).to_have_attribute("data-collapsed", "false")
    visitor.keep("phone-sidebar")
    visitor.press("New conversation")
    expect(page.get_by_role("heading", name="What are you in the mood for?")).to_be_visible()
    expect(sidebar).to_have_attribute("data-collapsed", "true")
    page.get_by_test_id("stExpandSidebarButton").click()
    sidebar.get_by_role("button", name="hidden gems from the 90s").first.click()
    visitor.settled(1)
    expect(sidebar).to_have_attribute("data-collapsed", "true")
    assert visitor.titles() == shown


def test_a_catalogue_that_means_harm_is_shown_as_text_and_a_dead_model_is_stood_in_for(
    shop: str, visit: Visit
) -> None:
    visitor = visit(shop)
    page = visitor.page
    visitor.say("a lamp from 19 to 23 euros", 1)
    expect(page.locator(".os-quiet").first).to_contain_text("stands in")
    evil = page.get_by_role("article").filter(has_text="<script>")
    expect(evil).to_have_count(1)
    expect(evil.locator(".os-facts")).to_contain_text("€19.50")
    visitor.keep("desktop-products")
    evil.get_by_role("button", name="Details").click()
    expect(page.get_by_role("dialog").get_by_role("heading", level=2).last).to_contain_text(
        "<script>"
    )
    assert page.locator("img[src=x]").count() == 0


def test_two_people_at_once_see_only_their_own(shop: str, visit: Visit) -> None:
    one, other = visit(shop), visit(shop)
    one.send("a desk for reading")
    other.send("a chair for reading")
    one.settled(1)
    other.settled(1)
    assert one.said_by("user") == ["a desk for reading"]
    assert other.said_by("user") == ["a chair for reading"]
    other.page.goto(one.page.url)
    expect(other.page.get_by_role("alert")).to_contain_text("no such conversation of yours")
    one.page.reload()
    one.settled(1)
    assert one.said_by("user") == ["a desk for reading"]
