"""The container, built and run for real: read-only, without network, as nobody, in 768 MB."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest

if TYPE_CHECKING:
    from tests.e2e.conftest import Engine

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

LARGEST = 1.1e9  # bytes
HARDENED = (
    "--read-only --tmpfs /tmp --memory 1g --memory-swap 1g --cap-drop ALL "
    "--security-opt no-new-privileges --pids-limit 256"
).split()
SECONDS = 120  # ready in five, on a busy machine in thirty
# Asked from inside, because the container has no network.
ASK = """
import http.client, json, sys
method, path, body = json.loads(sys.stdin.read())
page = http.client.HTTPConnection("127.0.0.1", 8501, timeout=60)
page.request(method, path, body and json.dumps(body), {"Content-Type": "application/json"})
answer = page.getresponse()
print(answer.status, answer.read().decode(), end="")
"""
PLOTS = (
    "Build railways between snowy towns and carry timber south by train.",
    "Buy spices cheaply in far harbours and sell them dearly at home.",
    "Something scratches below the old house, and one of you knows.",
)
PROFILE = """
name: games
noun: {one: game, many: games}
files: [games.jsonl]
card: []
examples: [a game about trains]
probes: [a game about trains, trading spices, a haunted house]
out_of_scope: [file my taxes, fix a leaking tap, the capital of France]
"""
FORBIDDEN = ("cc", "gcc", "g++", "c++", "clang", "ld", "make", "pip", "pip3", "curl", "git")


class Container:
    """A container with a volume; it can be ended and started anew on the same volume."""

    def __init__(self, engine: Engine, image: str, volume: str) -> None:
        self.engine, self.image, self.volume = engine, image, volume
        self.id = ""

    def start(self, *options: str) -> None:
        mount = ("--volume", f"{self.volume}:/data")
        self.id = self.engine("run", "--detach", *HARDENED, *mount, *options, self.image)
        self._await("ready", lambda: self.ask("GET", "/readyz", check=False)[0] == 200)

    def healthy(self) -> None:
        """Wait for the image's own check."""
        self._await("healthy", lambda: self.state("Health")["Status"] == "healthy")

    def _await(self, what: str, come: Callable[[], bool]) -> None:
        until = time.monotonic() + SECONDS
        while not come():
            if time.monotonic() > until or not self.state("Running"):
                said = self.engine.run("logs", self.id)
                pytest.fail(f"the container is not {what}: {said.stdout}{said.stderr}")
            time.sleep(0.2)

    def state(self, key: str) -> Any:
        return json.loads(self.engine("inspect", "--format", "{{json .State}}", self.id))[key]

    def run(self, *words: str, given: str = "", check: bool = True) -> str:
        return self.engine("exec", "--interactive", self.id, *words, given=given, check=check)

    def ask(self, method: str, path: str, body: Any = None, check: bool = True) -> tuple[int, str]:
        """Send a request from inside the container; return its status and text."""
        said = self.run("python", "-c", ASK, given=json.dumps([method, path, body]), check=check)
        status, _, text = said.partition(" ")
        return int(status or 0), text

    def say(self, session: str, message: str) -> dict[str, Any]:
        """Say a message by the HTTP API; return the reply."""
        status, text = self.ask("POST", f"/api/sessions/{session}/turns", {"message": message})
        assert status == 200, text
        reply: dict[str, Any] = json.loads(text)
        return reply

    def put(self, path: str, content: str) -> None:
        """Write a file in the container."""
        self.run("sh", "-c", 'cat > "$0"', path, given=content)

    def chat(self, *messages: str, catalogue: str = "anime") -> list[dict[str, Any]]:
        """Say messages by `osusume chat --json`; return the replies."""
        lines = [json.dumps({"message": each, "session": "evening"}) for each in messages]
        command = ("osusume", "chat", "--json", "--catalogue", catalogue)
        said = self.run(*command, given="\n".join(lines))
        return [json.loads(line) for line in said.splitlines()]

    def end(self) -> int:
        """Stop it as Docker and Kubernetes do; return its exit code: 137 if it had to be killed."""
        self.engine("stop", "--time", "10", self.id)
        code: int = self.state("ExitCode")
        return code

    def remove(self) -> None:
        if self.id:
            self.engine("rm", "--force", self.id)
        self.id = ""


@pytest.fixture
def container(engine: Engine, image: str) -> Iterator[Container]:
    volume = engine("volume", "create")
    made = Container(engine, image, volume)
    yield made
    made.remove()
    engine("volume", "rm", "--force", volume)


def test_the_image_is_small_and_holds_no_tools_and_no_secrets(engine: Engine, image: str) -> None:
    [stated] = json.loads(engine("image", "inspect", image))
    assert stated["Size"] <= LARGEST
    assert stated["Config"]["User"] == "10001:10001"
    assert stated["Config"]["StopSignal"] == "SIGTERM"

    look = f"""
for tool in {" ".join(FORBIDDEN)}; do command -v $tool; done
find / -xdev \\( -name '.env*' -o -name .git \\) 2>/dev/null
python -c "from importlib.util import find_spec as find
print(*filter(find, ('torch', 'pip', 'setuptools', 'ensurepip')))"
"""
    found = engine("run", "--rm", "--network", "none", "--entrypoint", "sh", image, "-c", look)
    assert found == ""

    told = json.dumps(stated) + engine("history", "--no-trunc", "--format", "{{json .}}", image)
    assert "planted" not in told
    assert not re.search(r"(?i)(key|token|secret|password)=", told)


def test_it_serves_without_network_and_keeps_its_conversations(container: Container) -> None:
    container.start("--network", "none")
    status, page = container.ask("GET", "/")
    assert status == 200 and "<title>" in page
    assert container.ask("GET", "/healthz")[0] == 200
    session = json.loads(container.ask("POST", "/api/sessions")[1])["session"]
    said = ("anime like Naruto but darker", "under 30 episodes", "no romance")
    replies = [container.say(session, each) for each in said]
    assert [each["turn"] for each in replies] == [1, 2, 3]
    assert all(len(each["recommendations"]) == 5 for each in replies)
    shown = [each for reply in replies[1:] for each in reply["recommendations"]]
    assert all(each["facts"]["episodes"] < 30 for each in shown)
    assert re.search(r"^osusume_turns_total\{.*\} \d", container.ask("GET", "/metrics")[1], re.M)
    [typed] = container.chat("hidden gems from the 90s")
    assert typed["recommendations"]
    container.healthy()
    assert container.end() == 0
    assert not container.state("OOMKilled")
    container.remove()

    container.start("--publish", "127.0.0.1::8501")
    with urlopen(f"http://{container.engine('port', container.id, '8501/tcp')}/") as answer:
        assert answer.status == 200
    reply = container.say(session, "why the first one?")
    assert reply["turn"] == 4
    assert replies[-1]["recommendations"][0]["title"] in reply["answer"]
    assert container.chat("fewer episodes")[0]["turn"] == 2
    assert container.end() == 0


def test_nothing_but_the_volume_and_tmp_can_be_written(container: Container) -> None:
    container.start("--network", "none")
    assert container.run("id", "-u") == "10001"
    for place in ("/", "/opt/osusume", "/opt/shipped/indexes", "/home", "/var/tmp"):
        said = container.engine.run("exec", container.id, "touch", f"{place}/x")
        assert said.returncode and "Read-only file system" in said.stderr, place
    container.run("touch", "/data/x", "/tmp/x")
    assert container.run("sh", "-c", "grep -E 'CapEff|NoNewPrivs' /proc/1/status").split() == [
        "CapEff:",
        "0" * 16,
        "NoNewPrivs:",
        "1",
    ]


def test_a_catalogue_of_ones_own_is_indexed_into_the_volume(container: Container) -> None:
    container.start("--network", "none")
    games = [
        {"id": f"g{each}", "title": f"Game {each}", "synopsis": PLOTS[each % 3]}
        for each in range(24)
    ]
    container.run("mkdir", "--parents", "/data/catalogues/games")
    container.put("/data/catalogues/games/profile.yaml", PROFILE)
    container.put("/data/catalogues/games/games.jsonl", "\n".join(map(json.dumps, games)))
    container.run("osusume", "index", "games")
    [reply] = container.chat("a game about trains", catalogue="games")
    assert len(reply["recommendations"]) == 5
    [reply] = container.chat("anime like Naruto")
    assert len(reply["recommendations"]) == 5
