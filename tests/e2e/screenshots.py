"""Draw the README's pictures: `make screenshots` writes docs/images/*.png.

The page as it is, over the bundled catalogue and the offline mind, in a state folder of its own.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.bench import COMMAND  # noqa: E402
from tests.bench_ui import CHROMIUM, FLAGS, served  # noqa: E402

IMAGES = ROOT / "docs" / "images"
DESKTOP, PHONE = (1280, 860), (390, 800)
COLOURS = 160  # of the palette: flat pages lose nothing by it
LARGEST = 250_000  # bytes
STILL = "() => document.getAnimations().every((each) => each.playState !== 'running')"
Size = tuple[int, int]


def main() -> None:
    """Write every picture."""
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"OSUSUME_HOME": home, "OSUSUME__MODELS__MIND": "offline"}
        subprocess.run([*COMMAND, "index", "anime"], check=True, stderr=subprocess.DEVNULL)
        with served() as port, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            _draw(browser, f"http://127.0.0.1:{port}")
            browser.close()


def _draw(browser: Browser, address: str) -> None:
    with _page(browser, address, DESKTOP, "light") as page:
        _keep(page, "welcome")
        _say(page, "anime like Naruto but darker", 1)
        _say(page, "under 30 episodes", 2)
        _keep(page, "conversation-light")
        conversation = page.url
        _open_pictures(page)
        _keep(page, "taste-map", page.locator(".os-map > svg"))
        page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
        page.get_by_role("button", name="Details").first.click()
        page.get_by_role("dialog").wait_for()
        _keep(page, "details")
    with _page(browser, conversation, DESKTOP, "dark") as page:
        page.locator('[data-turns="2"][data-busy="false"]').wait_for(state="attached")
        _keep(page, "conversation-dark")
    with _page(browser, conversation, PHONE, "light") as page:
        page.locator('[data-turns="2"][data-busy="false"]').wait_for(state="attached")
        _keep(page, "phone")


@contextmanager
def _page(browser: Browser, address: str, size: Size, scheme: str) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        locale="en-GB",
    )
    page = context.new_page()
    page.goto(address)
    page.get_by_test_id("stChatInputTextArea").wait_for()
    yield page
    context.close()


def _say(page: Page, message: str, turns: int) -> None:
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(message)
    box.press("Enter")
    page.locator(f'[data-turns="{turns}"][data-busy="false"]').wait_for(state="attached")


def _open_pictures(page: Page) -> None:
    page.get_by_text("Pictures", exact=True).click()
    page.set_viewport_size({"width": DESKTOP[0], "height": 2 * DESKTOP[1]})
    page.wait_for_timeout(500)  # a larger page is scrolled anew
    page.locator(".os-map > svg").evaluate("map => map.scrollIntoView({block: 'center'})")


def _keep(page: Page, name: str, part: Locator | None = None) -> None:
    page.wait_for_timeout(900)  # the page scrolls to what is new, and covers fade in
    page.wait_for_function(STILL)
    shot = Image.open(BytesIO((part or page).screenshot())).convert("RGB")
    IMAGES.mkdir(parents=True, exist_ok=True)
    path = IMAGES / f"{name}.png"
    shot.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    if path.stat().st_size > LARGEST:
        raise SystemExit(f"{path.name} has {path.stat().st_size:,} bytes; {LARGEST:,} are allowed.")
    sys.stdout.write(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1000:,.0f} kB\n")


if __name__ == "__main__":
    main()
