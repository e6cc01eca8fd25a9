"""Processes that share conversations and are killed: `python sharing.py CONFTEST PATH DSN`.

Prints what came of it as JSON; the processes are forks, so that only one of them imports.
"""

import importlib.util
import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from graph.memory import Memory

spec = importlib.util.spec_from_file_location("fakes", sys.argv[1])
assert spec is not None
assert spec.loader is not None
fakes: Any = importlib.util.module_from_spec(spec)
sys.modules["fakes"] = fakes
spec.loader.exec_module(fakes)

CONTEXT = fakes.Context(
    fakes.FakeReader(),
    fakes.FakeWishes(),
    fakes.FakeRetriever(),
    fakes.FakeRanker(),
    fakes.FakeWriter(),
    fakes.FakeVerifier(),
    fakes.FakeInspector(),
    fakes.FakeTrace(),
    fakes.FakeInquirer(),
)
TURNS, ROUNDS = 20, 8


def opened() -> Memory:
    return Memory(Path(sys.argv[2]) if sys.argv[2] else None, sys.argv[3])


def forked(work: Callable[[int], None]) -> tuple[int, int]:
    """Run `work` in a process of its own; return its id and the end of a pipe from it."""
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(readable)
        try:
            work(writable)
        except BaseException as error:
            os.write(2, repr(error).encode())
            os._exit(1)
        os._exit(0)
    os.close(writable)
    return child, readable


def told(readable: int) -> list[int]:
    with os.fdopen(readable, "rb") as pipe:
        lines = pipe.read().split(b"\n")
    return [int(line) for line in lines[:-1]]


def talk_on(label: str, name: str, turns: int) -> Callable[[int], None]:
    def work(pipe: int) -> None:
        memory = opened()
        for number in range(turns):
            session = memory.labelled("ann", label)
            reply = fakes.whole_turn(memory, session, f"{name} {number}", CONTEXT)
            os.write(pipe, f"{reply['turn']}\n".encode())

    return work


def conversation(label: str) -> dict[str, Any]:
    memory = opened()
    session = memory.labelled("ann", label)
    state = fakes.remembered(memory, session)
    archived = memory.transcript(session, fakes.GAMES)
    labels = [each.label for each in memory.sessions("ann")]
    memory.close()
    return {
        "sessions": labels.count(label),
        "turns": state.get("turns", 0),
        "numbers": [each["turn"] for each in archived],
        "messages": [each["message"] for each in archived],
        "history": [each["message"] for each in state.get("history", [])],
        "about": state.get("preferences", {}).get("about"),
    }


def two_share() -> dict[str, Any]:
    """Let two processes begin and hold one conversation at the same time."""
    children = [forked(talk_on("shared", name, TURNS)) for name in ("one", "two")]
    numbers = [told(readable) for _, readable in children]
    status = [os.waitpid(child, 0)[1] for child, _ in children]
    return {"told": numbers, "status": status, **conversation("shared")}


def killed_inside() -> dict[str, Any]:
    """Kill a process in the middle of a turn; another one goes on at once."""
    talk_on("held", "before", 1)(os.open(os.devnull, os.O_WRONLY))

    def hang(pipe: int) -> None:
        class Hanging:
            def read(self, *asked: Any) -> Any:
                os.write(pipe, b"1\n")
                time.sleep(60)

        memory = opened()
        context = replace(CONTEXT, reader=Hanging())
        fakes.whole_turn(memory, memory.labelled("ann", "held"), "never", context)

    child, readable = forked(hang)
    os.read(readable, 2)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(readable)
    began = time.monotonic()
    talk_on("held", "after", 1)(os.open(os.devnull, os.O_WRONLY))
    return {"waited": time.monotonic() - began, **conversation("held")}


def killed_anywhere() -> list[dict[str, Any]]:
    """Kill a process that talks on and on, wherever it is just then."""
    chance, found = random.Random(11), []
    for number in range(ROUNDS):
        child, readable = forked(talk_on("killed", f"round {number}", 10_000))
        first = b""
        while not first.endswith(b"\n"):  # it is open, and its first turn is whole
            first += os.read(readable, 1)
        time.sleep(chance.uniform(0.0, 0.08))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        numbers = [int(first), *told(readable)]
        found.append({"told": numbers, **conversation("killed")})
    return found


if __name__ == "__main__":
    outcome = {
        "share": two_share(),
        "inside": killed_inside(),
        "anywhere": killed_anywhere(),
    }
    sys.stdout.write(json.dumps(outcome))
