"""The page as a person meets it: servers, a browser, and what a visitor does with them."""

import os
import re
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
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from data.build import build_index
from data.embedding import EmbeddingSettings
from data.profile import load_profile

ROOT = Path(__file__).resolve().parents[3]
ARTEFACTS = Path(__file__).parents[1] / "artefacts"
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()
DESKTOP, PHONE = (1280, 900), (390, 844)
OSUSUME = (sys.executable, "-c", "from ui.cli import main; main()")
SECONDS = 60  # a page opens in three, on a busy machine in thirty
# The page itself; while the file is there, a turn waits after its first step, until it is stopped.
HELD_PAGE = """
import runpy
import time
from pathlib import Path

from agent.recommender import Recommender

turn = Recommender.turn

def held(self, message, session, change=None, again=False, stop=None):
    for event in turn(self, message, session, change, again, stop):
        yield event
        while Path({gate!r}).exists() and not stop.asked:
            time.sleep(0.02)

if turn.__name__ != "held":
    Recommender.turn = held
runpy.run_path({app!r}, run_name="__main__")
"""
EVIL = "<script>alert('hi')</script><img src=x onerror=alert(1)>"
SHOP = """
name: shop
noun: {one: product, many: products}
facets:
  kinds: {label: kind}
  maker: {label: maker, single: true, weight: 0.4}
numbers:
  price: {label: price, prefix: "€", decimals: 2, less: [cheaper], more: [dearer]}
  stock: {label: stock, one: in stock, many: in stock}
files: [shop.csv]
sources:
  - match: [sku, label]
    id: sku
    title: label
    description: about
    facets: {kinds: {column: kinds, split: "|"}, maker: maker}
    numbers: {price: {column: price, parse: number}, stock: {column: stock, parse: number}}
card: [price, stock, kinds]
examples: [a lamp for reading, something cheaper than the desk]
"""


class Visitor:
    """Somebody at the page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def box(self) -> Locator:
        """The message box."""
        return self.page.get_by_test_id("stChatInputTextArea")

    def send(self, message: str) -> None:
        """Send a message, and wait for nothing."""
        expect(self.box).to_be_enabled()
        self.box.fill(message)
        self.box.press("Enter")

    def say(self, message: str, turns: int) -> None:
        """Send a message, and wait until the conversation has so many whole turns."""
        self.send(message)
        self.settled(turns)

    def settled(self, turns: int) -> None:
        """Wait until the conversation has so many turns, the last one whole and drawn."""
        marks = self.page.locator(f'[data-turns="{turns}"][data-busy="false"]')
        expect(marks).to_be_attached()
        expect(self.box).to_be_enabled()
        expect(self.page.locator(".os-steps, [data-stale=true]")).to_have_count(0)

    def press(self, name: str) -> None:
        """Press the first button of a name."""
        self.page.get_by_role("button", name=name).first.click()

    def said_by(self, who: str) -> list[str]:
        """Return what the user or the assistant has said."""
        return self.page.get_by_label(f"Chat message from {who}").all_inner_texts()

    def titles(self) -> list[str]:
        """Return the titles of the last list."""
        names = self.page.locator(".os-card h3").all_inner_texts()
        return [re.sub(r"^\d+\s+", "", name) for name in names]

    def chips(self) -> list[str]:
        """Return what was understood."""
        return self.page.locator(".os-chip > span:first-child").all_inner_texts()

    def figures(self, unit: str) -> list[int]:
        """Return a figure of each title of the last list."""
        facts = self.page.locator(".os-card .os-facts").all_inner_texts()
        return [int(re.sub(r"\D", "", re.findall(rf"([\d,]+) {unit}", each)[0])) for each in facts]

    def overflows(self) -> bool:
        """Tell whether anything is wider than the screen."""
        sideways: bool = self.page.evaluate(
            """() => [document.documentElement, document.querySelector('[data-testid="stMain"]')]
                .some(each => each.scrollWidth > each.clientWidth)"""
        )
        return sideways

    def faults(self) -> list[str]:
        """Return what axe finds serious or worse."""
        found = Axe().run(self.page).response["violations"]
        return [
            f"{each['id']}: {[node['target'] for node in each['nodes']][:4]}"
            for each in found
            if each["impact"] in ("serious", "critical")
        ]

    def keep(self, name: str) -> None:
        """Keep a picture of the page."""
        ARTEFACTS.mkdir(exist_ok=True)
        self.page.wait_for_timeout(400)  # the page scrolls to what is new
        self.page.screenshot(path=ARTEFACTS / f"{name}.png")


Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
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


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Open an address as somebody new; what the page reports as an error fails the test."""
    errors: list[str] = []
    contexts: list[BrowserContext] = []

    def go(address: str, size: tuple[int, int] = DESKTOP, scheme: str = "light") -> Visitor:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if scheme == "dark" else "light",
            reduced_motion="reduce",
            locale="en-GB",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(SECONDS * 1000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("dialog", lambda dialog: errors.append(f"dialog: {dialog.message}"))
        page.goto(address)
        return Visitor(page)

    yield go
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture(scope="session")
def home(bundled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a state folder with the bundled index and no conversations."""
    return linked(bundled_home, tmp_path_factory.mktemp("browser"))


@pytest.fixture(scope="session")
def gate(home: Path) -> Path:
    """Return the file that holds turns of the page back while it is there."""
    return home / "hold"


@pytest.fixture(scope="session")
def address(home: Path, gate: Path) -> Iterator[str]:
    """Start the page for this computer alone, and return its address."""
    script = home / "held.py"
    app = ROOT / "ui" / "app.py"
    script.write_text(HELD_PAGE.format(app=str(app), gate=str(gate)), "utf-8")
    port = free_port()
    flags = {"port": port, "headless": "true", "address": "127.0.0.1", "fileWatcherType": "none"}
    command = [sys.executable, "-m", "streamlit", "run", str(script)]
    command += [f"--server.{name}={value}" for name, value in flags.items()]
    (home / ".streamlit").symlink_to(ROOT / "ui" / ".streamlit")
    with serving(command, home, port) as found:
        yield found


@pytest.fixture(scope="session")
def shop(bundled_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a page that everybody reaches, over products, with a chat model that is dead."""
    home = linked(bundled_home, tmp_path_factory.mktemp("shop"), "models")
    (home / "shop.yaml").write_text(SHOP, "utf-8")
    (home / "shop.csv").write_text("\n".join(products()), "utf-8")
    profile = home / "shop.yaml"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OSUSUME_HOME", str(home))
        build_index(load_profile(str(profile)), EmbeddingSettings())
    port = free_port()
    command = [*OSUSUME, "ui", "--catalogue", str(profile)]
    command += ["--host", "0.0.0.0", "--port", str(port), "--no-browser"]
    dead = {"GROQ_API_KEY": "gsk_nobody", "GROQ_API_BASE": f"http://127.0.0.1:{free_port()}"}
    with serving(command, home, port, dead) as found:
        yield found


def products() -> Iterator[str]:
    """Return the rows of a small shop, one of which means harm."""
    yield "sku,label,about,kinds,maker,price,stock"
    yield f'evil,"{EVIL} lamp","{EVIL} reads to you","lamp|{EVIL}","{EVIL}",19.5,3'
    for number, thing in enumerate(("lamp", "desk", "chair", "shelf") * 8):
        about = f"A {thing} for reading and of number {number}."
        yield f"p{number},{thing} {number},{about},{thing}|home,Birch,{10 + number}.90,{number}"


@contextmanager
def serving(
    command: list[str], home: Path, port: int, more: dict[str, str] | None = None
) -> Iterator[str]:
    """Run a server in a state folder until the tests are over; return its address."""
    environment = {**os.environ, **(more or {}), "OSUSUME_HOME": str(home)}
    environment["PYTHONPATH"] = str(ROOT)
    with (home / "page.log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=home)
    try:
        wait_for(f"http://127.0.0.1:{port}/_stcore/health", process, home / "page.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(SECONDS)


def linked(bundled: Path, folder: Path, *parts: str) -> Path:
    """Return a folder that shares the parts of a state folder that nobody writes to."""
    for part in parts or ("indexes", "models", "embeddings"):
        if (bundled / part).exists():
            (folder / part).symlink_to(bundled / part)
    return folder


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a server answers; fails with its last words where it does not."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(address):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"the page did not start:\n{log.read_text('utf-8')}")


@pytest.fixture
def empty_page(tmp_path: Path) -> Iterator[str]:
    """Start a page that has no index."""
    port = free_port()
    command = [*OSUSUME, "ui", "--port", str(port), "--no-browser"]
    with serving(command, tmp_path, port) as found:
        yield found
