"""Measure the page against its budgets: `make bench-ui`, `make bench-ui ARGS=--json`.

A server as `osusume ui` starts it, over the bundled catalogue and the offline mind. What people
see is measured in Chromium; what the server takes, and twenty people at once, over the real
websocket, each of them a browser's side of Streamlit's protocol.
"""

import argparse
import asyncio
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.bench import COMMAND, MESSAGES, Figure, print_figures, quantile  # noqa: E402

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
VISITS, RERUNS = 7, 20
LONG = 200  # turns
PEOPLE, TURNS = 20, 5
PAUSE = 1.0, 3.0  # seconds in which people read before they write again
SECONDS = 60
FIRST_TOKEN = """
() => { window.firstToken = new Promise((resolve) => {
  const answers = '[aria-label="Chat message from assistant"] [data-testid="stMarkdownContainer"]';
  let sent = 0;
  addEventListener("keydown", (event) => { if (event.key === "Enter") sent = performance.now(); },
    {capture: true});
  const said = () => [...document.querySelectorAll(answers)].some((each) => each.innerText.trim());
  new MutationObserver(() => { if (sent && said()) resolve(performance.now() - sent); })
    .observe(document.body, {childList: true, subtree: true, characterData: true});
}); }
"""


def main() -> None:
    """Measure, print a table or JSON, and exit 1 if a budget is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    asked = parser.parse_args()
    figures = list(_all_figures())
    if asked.json:
        sys.stdout.write(json.dumps([asdict(figure) for figure in figures], indent=2) + "\n")
    else:
        print_figures(figures)
    over = [f for f in figures if f.budget is not None and f.measured > f.budget]
    raise SystemExit(1 if over else 0)


def _all_figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"OSUSUME_HOME": home, "OSUSUME__MODELS__MIND": "offline"}
        subprocess.run([*COMMAND, "index", "anime"], check=True, stderr=subprocess.DEVNULL)
        short, long = _conversation(3), _conversation(LONG)
        with served() as port:
            asyncio.run(_reruns(port, short))  # warms the server
            yield from _seen(port)
            yield from _taken(asyncio.run(_reruns(port, short)), "rerun", 150.0)
            yield from _taken(asyncio.run(_reruns(port, long)), f"rerun, {LONG} turns", 300.0)
            told = asyncio.run(_crowd(port, PEOPLE, PAUSE))
            yield from _taken(told, f"turn, {PEOPLE} people at once", 1000.0)
            began = perf_counter()
            told = asyncio.run(_crowd(port, PEOPLE, (0.0, 0.0)))
            rate = len(told) / (perf_counter() - began)
            yield Figure("page", f"{PEOPLE} people who never pause", rate, "turns/s")


def _taken(milliseconds: Sequence[float], what: str, budget: float) -> Iterator[Figure]:
    yield Figure("page", f"{what}, p50", quantile(milliseconds, 0.50), "ms")
    yield Figure("page", f"{what}, p95", quantile(milliseconds, 0.95), "ms", budget)


def _conversation(turns: int) -> str:
    """Hold a conversation as the page's person, and return its id."""
    from agent.recommender import open_recommender
    from agent.settings import load_settings
    from ui.page.identity import LOCAL_USER

    with closing(open_recommender(load_settings())) as recommender:
        session = recommender.memory.begin(LOCAL_USER)
        for number in range(turns):
            recommender.reply(MESSAGES[number % len(MESSAGES)], session)
        return session.id


@contextmanager
def served() -> Iterator[int]:
    """Start the page as people do, and yield its port."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [*COMMAND, "ui", "--port", str(port), "--host", "127.0.0.1", "--no-browser"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=ROOT, **quiet) as server:  # type: ignore[call-overload]
        try:
            _wait_for(f"http://127.0.0.1:{port}/readyz")
            yield port
        finally:
            server.terminate()


def _wait_for(address: str) -> None:
    until = perf_counter() + SECONDS
    while perf_counter() < until:
        try:
            with closing(urlopen(address)):
                return
        except (URLError, OSError):
            asyncio.run(asyncio.sleep(0.1))
    raise SystemExit(f"The page did not start within {SECONDS} s. Run 'osusume ui' to see why.")


def _seen(port: int) -> Iterator[Figure]:
    """Measure what people see in a browser that has never been here."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        _visit(browser, port)  # warms the server and the disk's cache
        visits = [_visit(browser, port) for _ in range(VISITS)]
        browser.close()
    for place, (what, budget) in enumerate(
        (("first paint", 1500.0), ("first answer token after Enter", 300.0))
    ):
        figures = [visit[place] for visit in visits]
        yield Figure("page", f"{what}, p50", quantile(figures, 0.50), "ms", budget)
        yield Figure("page", f"{what}, worst", max(figures), "ms")


def _visit(browser: Browser, port: int) -> tuple[float, float]:
    """Return the milliseconds until the page can be read, and until it begins to answer."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    began = perf_counter()
    page.goto(f"http://127.0.0.1:{port}", wait_until="commit")
    page.locator(".os-welcome h1").wait_for()
    painted = 1000 * (perf_counter() - began)
    token = _first_token(page)
    context.close()
    return painted, token


def _first_token(page: Page) -> float:
    page.evaluate(FIRST_TOKEN)
    box = page.get_by_test_id("stChatInputTextArea")
    box.fill(MESSAGES[0])
    box.press("Enter")
    milliseconds: float = page.evaluate("() => window.firstToken")
    return milliseconds


class Visitor:
    """A browser's side of the websocket, without the drawing."""

    def __init__(self, connection: ClientConnection, query: str) -> None:
        self._connection = connection
        self._query = query
        self._box = ""

    async def say(self, message: str) -> float:
        """Send a message, and return the milliseconds until its answer is drawn whole."""
        asked = BackMsg()
        state = asked.rerun_script.widget_states.widgets.add(id=self._box)
        state.chat_input_value.data = message
        return await self._run(asked)

    async def look(self) -> float:
        """Ask for the page again, and return the milliseconds until it is whole."""
        return await self._run(BackMsg())

    async def _run(self, asked: BackMsg) -> float:
        asked.rerun_script.query_string = self._query
        began = perf_counter()
        await self._connection.send(asked.SerializeToString())
        while not self._ended(await asyncio.wait_for(self._connection.recv(), SECONDS)):
            pass
        return 1000 * (perf_counter() - began)

    def _ended(self, received: str | bytes) -> bool:
        told = ForwardMsg.FromString(received if isinstance(received, bytes) else b"")
        kind = told.WhichOneof("type")
        if kind == "page_info_changed":
            self._query = told.page_info_changed.query_string
        elif kind == "delta" and told.delta.new_element.WhichOneof("type") == "chat_input":
            self._box = told.delta.new_element.chat_input.id
        return kind == "script_finished" and not told.script_finished


def _visiting(port: int) -> Any:
    return connect(
        f"ws://127.0.0.1:{port}/_stcore/stream",
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
    )


async def _reruns(port: int, session: str) -> list[float]:
    """Return the milliseconds of reruns of a conversation's page."""
    async with _visiting(port) as connection:
        visitor = Visitor(connection, f"session={session}")
        await visitor.look()
        return [await visitor.look() for _ in range(RERUNS)]


async def _crowd(port: int, people: int, pause: tuple[float, float]) -> list[float]:
    """Return the milliseconds of every turn of people who talk at the same time."""
    talks = (_talk(port, random.Random(number), pause) for number in range(people))
    return [each for told in await asyncio.gather(*talks) for each in told]


async def _talk(port: int, chance: random.Random, pause: tuple[float, float]) -> list[float]:
    async with _visiting(port) as connection:
        visitor = Visitor(connection, "")
        await visitor.look()
        taken = []
        for message in chance.sample(MESSAGES, TURNS):
            await asyncio.sleep(chance.uniform(*pause))
            taken.append(await visitor.say(message))
        return taken


if __name__ == "__main__":
    main()
