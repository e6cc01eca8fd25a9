"""What is a person's own, in a real browser: lists, files in and out, an end to all of it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Download, Page, expect

if TYPE_CHECKING:
    from tests.e2e.browser.conftest import Visit, Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
PHONE = (390, 844)
STILL = "() => document.getAnimations().every((each) => each.playState !== 'running')"
LISTED = """<?xml version="1.0" encoding="UTF-8"?>
<myanimelist><myinfo><user_export_type>1</user_export_type></myinfo>
<anime><series_animedb_id>19</series_animedb_id><series_title><![CDATA[Monster]]></series_title>
<my_score>10</my_score><my_status>Completed</my_status></anime>
<anime><series_animedb_id>1</series_animedb_id><series_title><![CDATA[Cowboy Bebop]]></series_title>
<my_score>0</my_score><my_status>Plan to Watch</my_status></anime>
<anime><series_animedb_id>99999999</series_animedb_id>
<series_title><![CDATA[<b>Nobody knows</b>]]></series_title>
<my_score>7</my_score><my_status>Completed</my_status></anime></myanimelist>"""


def dialog(visitor: Visitor, name: str) -> Page:
    """Open one of the dialogs in the sidebar."""
    open_now = visitor.page.get_by_role("dialog")
    if open_now.count():
        open_now.get_by_role("button", name="Close").click()
    expect(open_now).to_have_count(0)
    visitor.press(name)
    expect(visitor.page.get_by_role("dialog")).to_contain_text(name)
    return visitor.page


def saved(page: Page, name: str) -> str:
    """Press a button that downloads, and return what it saved."""
    with page.expect_download() as waiting:
        page.get_by_role("dialog").get_by_role("button", name=name).click()
    download: Download = waiting.value
    return Path(download.path()).read_text("utf-8")


def test_a_list_comes_in_is_taken_along_and_everything_is_deleted(
    address: str, visit: Visit
) -> None:
    visitor = visit(address)
    page = dialog(visitor, "Import a list")
    packed = gzip.compress(LISTED.encode())
    page.locator('input[type="file"]').set_input_files(
        {"name": "list.xml.gz", "mimeType": "application/gzip", "buffer": packed}
    )
    box = page.get_by_role("dialog")
    expect(box).to_contain_text("2 titles recognised, 1 not in this catalogue.")
    box.get_by_text("1 not in this catalogue", exact=True).click()
    expect(box).to_contain_text("<b>Nobody knows</b>")
    assert visitor.faults() == []
    box.get_by_role("button", name="Keep 2 entries").click()
    expect(box).to_contain_text("Done: 2 new entries.")

    dialog(visitor, "Watch list")
    expect(page.locator(".os-row h3")).to_have_text(["Cowboy Bebop"])
    page.get_by_role("button", name="Seen it: Cowboy Bebop").click()
    expect(box).to_contain_text("Nothing here yet.")
    dialog(visitor, "Seen and loved")
    expect(page.locator(".os-row h3")).to_have_text(["Cowboy Bebop", "Monster"])
    expect(box).to_contain_text("your rating 10")
    assert visitor.faults() == []

    dialog(visitor, "Your data")
    told = json.loads(saved(page, "Export everything (JSON)"))
    said = {(each["item"], each["kind"], each["rating"]) for each in told["shelf"]["anime"]}
    assert {("19", "seen", 10.0), ("1", "seen", None)} <= said
    box.get_by_text("Yes, delete all of it").click()
    box.get_by_role("button", name="Delete everything").click()
    expect(box).to_have_count(0)
    dialog(visitor, "Seen and loved")
    expect(box).to_contain_text("Nothing here.")


def test_three_loved_titles_are_asked_for_once(address: str, visit: Visit) -> None:
    visitor = visit(address)
    page = dialog(visitor, "Your data")
    box = page.get_by_role("dialog")
    box.get_by_text("Yes, delete all of it").click()
    box.get_by_role("button", name="Delete everything").click()
    visitor.press("Choose three")
    expect(box).to_contain_text("What do you love?")
    page.locator(".os-choices button").first.click()
    expect(box).to_contain_text("2 more, if you like.")
    search = box.get_by_label("Search by title")
    search.fill("cowboy")
    search.press("Enter")
    page.locator(".os-choices button", has_text="Cowboy Bebop").first.click()
    expect(page.locator(".os-choices [aria-pressed=true]")).to_have_count(2)
    assert visitor.faults() == []
    visitor.keep("desktop-onboarding")
    box.get_by_role("button", name="Keep these").click()
    expect(page.locator(".os-offer")).to_have_count(0)
    dialog(visitor, "Seen and loved")
    expect(page.locator(".os-row")).to_have_count(2)
    expect(box).to_contain_text("Cowboy Bebop")


def test_a_conversation_is_named_exported_found_and_deleted(address: str, visit: Visit) -> None:
    visitor = visit(address)
    page = visitor.page
    visitor.say("a quiet show about shogi", 1)
    page.get_by_role("button", name="Rename, export or delete: a quiet show about shogi").click()
    box = page.get_by_role("dialog")
    assert "**You:** a quiet show about shogi" in saved(page, "Export as Markdown")
    assert json.loads(saved(page, "Export as JSON"))["turns"][0]["turn"] == 1
    box.get_by_label("Name").fill("Shogi & <b>tea</b>")
    box.get_by_role("button", name="Rename").click()
    expect(box).to_have_count(0)
    page.get_by_role("button", name="Rename, export or delete: Shogi & <b>tea</b>").click()
    box.get_by_role("button", name="Delete", exact=True).click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.locator(".os-welcome")).to_be_visible()
    expect(page.get_by_role("button", name="Shogi")).to_have_count(0)


@pytest.mark.parametrize("size", [(1280, 900), PHONE])
def test_a_click_on_the_map_asks_for_more_like_that_title(
    address: str, visit: Visit, size: tuple[int, int]
) -> None:
    visitor = visit(address, size, "dark" if size == PHONE else "light")
    page = visitor.page
    visitor.say("anime like Naruto but darker, under 30 episodes", 1)
    page.get_by_text("Pictures", exact=True).click()
    spot = page.locator(".os-spot.os-anchor")
    expect(spot).to_contain_text("Naruto")
    expect(page.locator(".os-spot.os-shown")).to_have_count(5)
    assert visitor.faults() == [] and not visitor.overflows()
    for name, drawn in (("Tones", ".os-tonebar"), ("Numbers", ".os-range")):
        page.get_by_role("radio", name=name).click()
        expect(page.locator(drawn).first).to_be_visible()
        page.wait_for_function(STILL)
        assert visitor.faults() == [] and not visitor.overflows()
    page.get_by_role("radio", name="Taste map").click()
    far = page.locator(".os-spot", has_text="Kuroko").first
    title = far.locator("text").text_content()
    far.dispatch_event("click")
    visitor.settled(2)
    assert title and any(title.rstrip("…")[:10] in chip for chip in visitor.chips())
