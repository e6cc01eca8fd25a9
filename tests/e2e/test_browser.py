"""The page in a real browser, as a person meets it; screenshots land beside this file."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
ARTEFACTS = Path(__file__).parent / "artefacts"
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()
DESKTOP, PHONE = (1280, 900), (390, 844)
SECONDS = 60  # a page opens in three, on a busy machine in thirty
SLOW_PAGE = """
import runpy
import time

from agent.recommender import Recommender

turn = Recommender.turn

def slowly(self, message, session, change=None):
    for event in turn(self, message, session, change):
        time.sleep(0.02)
        yield event

if turn.__name__ != "slowly":
    Recommender.turn = slowly
runpy.run_path({app!r}, run_name="__main__")
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return Chromium, or skip visibly; under CI its absence is a failure."""
    if not CHROMIUM.exists():
        reason = f"no browser at {CHROMIUM}; install the package chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    expect.set_options(timeout=SECONDS * 1000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def home(bundled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a state folder with the bundled index and no conversations."""
    folder = tmp_path_factory.mktemp("browser")
    for part in ("indexes", "models", "embeddings"):
        (folder / part).symlink_to(bundled_home / part)
    return folder


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    """Start the page, and return its address."""
    with serving(ROOT / "ui" / "app.py", home) as found:
        yield found


@contextmanager
def serving(script: Path, home: Path) -> Iterator[str]:
    port = free_port()
    flags = {"port": port, "headless": "true", "address": "127.0.0.1", "fileWatcherType": "none"}
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += [f"--server.{name}={value}" for name, value in flags.items()]
    environment = {**os.environ, "OSUSUME_HOME": str(home), "PYTHONPATH": str(ROOT)}
    with (home / "page.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=home)
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health", process, home / "page.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(SECONDS)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(address):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"the page did not start:\n{log.read_text('utf-8')}")


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open an address; whatever the page reports as an error fails the test."""
    errors: list[str] = []
    contexts = []

    def go(address: str, size: tuple[int, int] = DESKTOP, scheme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(SECONDS * 1000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("dialog", lambda dialog: errors.append(f"dialog: {dialog.message}"))
        page.goto(address)
        return page

    yield go
    for context in contexts:
        context.close()
    assert errors == []


def say(page: Page, message: str, answers: int) -> None:
    """Send a message, and wait until that many answers are there and the last is whole."""
    box = page.get_by_test_id("stChatInputTextArea")
    expect(box).to_be_enabled()
    box.fill(message)
    box.press("Enter")
    settled(page, answers)


def settled(page: Page, answers: int) -> None:
    marks = page.locator(f'[data-turns="{answers}"][data-busy="false"]')
    expect(marks).to_be_attached()
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_enabled()
    expect(said_by(page, "assistant")).to_have_count(answers)
    expect(page.locator(".os-steps, [data-stale=true]")).to_have_count(0)


def said_by(page: Page, who: str) -> Locator:
    return page.get_by_label(f"Chat message from {who}")


def titles(page: Page) -> list[str]:
    return page.locator(".os-card h3").all_inner_texts()


def chip_labels(page: Page) -> list[str]:
    return page.locator("[class*=st-key-chip-] p").all_inner_texts()


def figures(page: Page, unit: str) -> list[int]:
    facts = page.locator(".os-facts").all_inner_texts()
    return [int(re.sub(r"\D", "", re.findall(rf"([\d,]+) {unit}", each)[0])) for each in facts]


def overflows(page: Page) -> bool:
    sideways: bool = page.evaluate(
        """() => [document.documentElement, document.querySelector('[data-testid="stMain"]')]
            .some(each => each.scrollWidth > each.clientWidth)"""
    )
    return sideways


def keep(page: Page, name: str) -> None:
    ARTEFACTS.mkdir(exist_ok=True)
    page.wait_for_timeout(400)  # the page scrolls to what is new
    page.screenshot(path=ARTEFACTS / f"{name}.png")


def test_a_conversation_of_five_turns_survives_a_refresh(
    address: str, visit: Callable[..., Page]
) -> None:
    page = visit(address)
    expect(page.get_by_role("heading", name="What are you in the mood for?")).to_be_visible()
    keep(page, "desktop-welcome")
    say(page, "anime like Naruto but darker", 1)
    first = titles(page)
    assert len(first) == 5 and chip_labels(page) == ["like Naruto", "darker"]
    say(page, "under 30 episodes", 2)
    assert all(each < 30 for each in figures(page, "episode"))
    assert not set(titles(page)) & set(first)
    keep(page, "desktop-refined")

    page.reload()
    settled(page, 2)
    say(page, "no romance", 3)
    page.get_by_role("button", name="up to 29 episodes").click()
    settled(page, 4)
    assert chip_labels(page) == ["like Naruto", "darker", "no Romance"]
    say(page, "<script>alert('hi')</script> **why** the first one?", 5)
    expect(said_by(page, "user").last).to_have_text(
        "<script>alert('hi')</script> **why** the first one?"
    )

    shown, labels = titles(page), chip_labels(page)
    page.reload()
    settled(page, 5)
    assert (titles(page), chip_labels(page)) == (shown, labels)
    expect(said_by(page, "user").first).to_have_text("anime like Naruto but darker")
    assert not overflows(page)
    keep(page, "desktop-five-turns")


def test_conversations_are_listed_and_opened_again(
    address: str, visit: Callable[..., Page]
) -> None:
    page = visit(address)
    page.get_by_role("button", name="hidden gems from the 90s").click()
    settled(page, 1)
    shown = titles(page)
    page.get_by_role("button", name="New conversation").click()
    expect(page.get_by_role("heading", name="What are you in the mood for?")).to_be_visible()
    page.get_by_test_id("stSidebar").get_by_role("button", name="hidden gems from the 90s").click()
    settled(page, 1)
    assert titles(page) == shown


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("name", "size"), [("desktop", DESKTOP), ("phone", PHONE)])
def test_nothing_overflows_on_any_screen(
    address: str, visit: Callable[..., Page], name: str, size: tuple[int, int], scheme: str
) -> None:
    page = visit(address, size, scheme)
    page.get_by_test_id("stChatInputTextArea").wait_for()
    assert not overflows(page)
    keep(page, f"{name}-{scheme}-1")
    say(page, "a cozy show about cooking, under 13 episodes", 1)
    assert not overflows(page)
    keep(page, f"{name}-{scheme}-2")
    page.get_by_role("button", name="More like this").first.click()
    settled(page, 2)
    say(page, "compare 1 and 3", 3)
    assert not overflows(page)
    keep(page, f"{name}-{scheme}-3")


def test_the_keyboard_alone_sends_a_message_and_takes_back_a_wish(
    address: str, visit: Callable[..., Page]
) -> None:
    page = visit(address)
    box = page.get_by_test_id("stChatInputTextArea")
    box.focus()
    page.keyboard.type("sad love story, no school")
    page.keyboard.press("Enter")
    settled(page, 1)
    expect(box).to_be_focused()
    before = len(chip_labels(page))
    chip = page.locator("[class*=st-key-chip-] button").last
    chip.focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    settled(page, 2)
    assert len(chip_labels(page)) == before - 1


def test_a_refresh_or_a_message_in_the_middle_of_a_turn_neither_kills_nor_repeats_it(
    home: Path, visit: Callable[..., Page], tmp_path: Path
) -> None:
    script = tmp_path / "slow.py"
    script.write_text(SLOW_PAGE.format(app=str(ROOT / "ui" / "app.py")), "utf-8")
    shutil.copytree(ROOT / "ui" / ".streamlit", tmp_path / ".streamlit")
    with serving(script, home) as address:
        page = visit(address)
        page.locator(".st-key-examples button").first.click()
        expect(page.locator(".os-steps")).to_be_visible()
        expect(page.locator(".os-ghost").first).to_be_visible()
        keep(page, "desktop-working")
        page.reload()
        expect(page.locator(".os-steps")).to_be_visible()
        say(page, "fewer episodes", 2)
        assert said_by(page, "user").all_inner_texts() == [
            "anime like Naruto but darker",
            "fewer episodes",
        ]
        assert len(titles(page)) == 5


def test_a_missing_index_is_said_with_its_command(
    visit: Callable[..., Page], tmp_path: Path
) -> None:
    with serving(ROOT / "ui" / "app.py", tmp_path) as address:
        page = visit(address, PHONE)
        expect(page.get_by_role("alert").locator("code").first).to_contain_text("osusume index")
        assert "Traceback" not in page.content()
        keep(page, "phone-no-index")
