"""Measure speed, memory and size against the budgets: `make bench`, `make bench ARGS=--json`.

Turns run in this process, one after the other; cold starts, memory and indexing run in processes
of their own, as people meet them. The large catalogue is measured where its data is found.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
DATA = Path(os.environ.get("OSUSUME_SHARED_DATA", ROOT.parent / "shared" / "data"))
COMMAND = [sys.executable, "-c", "from ui.cli import main; main()"]
# A scripted chat model in a process of its own: it begins at once, and goes on as Groq's do.
MODEL = """
import sys
sys.path.insert(0, sys.argv[1])
import groq_server as acts
pieces = acts.LIST[:24], *(acts.LIST[at : at + 6] for at in range(24, len(acts.LIST), 6))
spoken = acts.Behaviour(acts.LIST, pieces=pieces, gap=0.002)
def script(received):
    return acts.reads(about=received.said) if received.wants == "reading" else spoken
print(acts.GroqServer().always(script).url, flush=True)
sys.stdin.read()
"""
COLD_STARTS = 5
CONVERSATIONS = 8
ROUNDS = 5
BACK_ENDS = {
    "gone": "gone",
    "200 slow": "that never answers",
    "401": "that answers 401",
    "429": "that answers 429",
    "500": "that answers 500",
}
SESSIONS = 50
MESSAGES = (
    "anime like Naruto but darker",
    "fewer episodes",
    "no romance, after 2005",
    "a cozy show about cooking, under 26 episodes",
    "something funnier",
    "time travel to save a friend",
    "horror or mystery, not too sad",
    "movies by Studio Ghibli",
    "anime like Cowboy Bebop and Samurai Champloo",
    "newer",
    "I've seen the first one",
    "mecha from the 80s, rated above 7",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure beside its budget; `budget` is None where there is none."""

    catalogue: str
    what: str
    measured: float
    unit: str
    budget: float | None = None


def main() -> None:
    """Measure, print a table or JSON, and exit 1 if a budget is exceeded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    asked = parser.parse_args()
    figures = []
    for figure in _all_figures():
        figures.append(figure)
        sys.stderr.write(f"measured: {figure.catalogue} {figure.what}\n")
    if asked.json:
        sys.stdout.write(json.dumps([asdict(figure) for figure in figures], indent=2) + "\n")
    else:
        print_figures(figures)
    over = [f for f in figures if f.budget is not None and f.measured > f.budget]
    raise SystemExit(1 if over else 0)


def _all_figures() -> Iterator[Figure]:
    yield Figure("", "installed size, default environment", _installed_gb(), "GB", 1.2)
    yield from _catalogue_figures("bundled", (), None)
    source = DATA / "anime"
    if source.is_dir():
        yield from _catalogue_figures("large", ("--from", str(source)), 180.0)
    else:
        sys.stderr.write(f"SKIPPED: the large catalogue, no data at {source}\n")


def _catalogue_figures(
    name: str, source: Sequence[str], index_budget: float | None
) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"OSUSUME_HOME": home, "OSUSUME__MODELS__MIND": "offline"}
        began = perf_counter()
        _run(["index", "anime", *source])
        yield Figure(name, "index from cold", perf_counter() - began, "s", index_budget)
        colds = [_cold_start() for _ in range(COLD_STARTS)]
        yield Figure(name, "chat from cold to first answer", median(s for s, _ in colds), "s", 4.0)
        yield Figure(name, "memory of the chat process", max(mb for _, mb in colds), "MB", 600.0)
        yield from _turns(name)
        if not source:  # it costs the same whatever the catalogue
            yield from _telemetry(name)
        with _chat_model() as url:
            yield from _spoken_turns(name, url)


def _run(arguments: Sequence[str]) -> None:
    subprocess.run([*COMMAND, *arguments], cwd=ROOT, check=True, stderr=subprocess.DEVNULL)


def _cold_start() -> tuple[float, float]:
    """Return the seconds to the first answer, and the peak memory after a whole conversation."""
    began = perf_counter()
    with subprocess.Popen(
        [*COMMAND, "chat", "--json"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as chat:
        assert chat.stdin and chat.stdout
        seconds = 0.0
        for message in MESSAGES:
            chat.stdin.write(json.dumps({"message": message}).encode() + b"\n")
            chat.stdin.flush()
            chat.stdout.readline()
            seconds = seconds or perf_counter() - began
        status = Path(f"/proc/{chat.pid}/status").read_text("utf-8")
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        chat.stdin.close()
    return seconds, int(found.group(1)) / 1024 if found else 0.0


def _turns(name: str) -> Iterator[Figure]:
    from agent.recommender import open_recommender
    from agent.settings import load_settings

    recommender = open_recommender(load_settings())
    timings: dict[str, list[float]] = {}
    for conversation in range(CONVERSATIONS):
        session = recommender.memory.begin("bench")
        for message in MESSAGES:
            reply = recommender.reply(message, session)
            if conversation:  # the first one warms caches
                for step, milliseconds in reply["timings_ms"].items():
                    timings.setdefault(step, []).append(milliseconds)
    recommender.memory.close()
    total = timings.pop("total")
    yield Figure(name, "turn, p50", quantile(total, 0.50), "ms", 25.0)
    yield Figure(name, "turn, p95", quantile(total, 0.95), "ms", 50.0)
    for step, figures in sorted(timings.items(), key=lambda pair: -sum(pair[1])):
        yield Figure(name, f"  {step}, p50", quantile(figures, 0.50), "ms")
        yield Figure(name, f"  {step}, p95", quantile(figures, 0.95), "ms")


def _telemetry(name: str) -> Iterator[Figure]:
    """Measure what telemetry costs, in turn with and without it, so that both meet one machine.

    Of several rounds the best counts: whatever else the machine does only adds.
    """
    from agent.recommender import open_recommender
    from agent.settings import load_settings

    recommender = open_recommender(load_settings())
    with _back_end("200") as url:
        off, on = _compared(recommender, url, 1)
        cost = min(each.cpu_ms for each in on) - min(each.cpu_ms for each in off)
        yield Figure(name, "telemetry, processor time of a turn", cost, "ms", 1.0)
        off, on = _compared(recommender, url, SESSIONS)
        kept = max(each.per_second for each in on) / max(each.per_second for each in off)
        yield Figure(name, "telemetry, throughput lost", 100 * (1 - kept), "%", 3.0)
    for how, told in BACK_ENDS.items():
        with _back_end(*how.split()) as url:
            off, on = _compared(recommender, url, 1)
        slower = min(each.p95 for each in on) / min(each.p95 for each in off)
        yield Figure(name, f"turn, p95, back end {told}: slower by", 100 * (slower - 1), "%", 5.0)
    recommender.close()


@dataclass(frozen=True, slots=True)
class Load:
    """What turns took: each of them, all together, and of the processor."""

    p95: float
    per_second: float
    cpu_ms: float


def _compared(recommender: Any, back_end: str, sessions: int) -> tuple[list[Load], list[Load]]:
    """Return loads without and with telemetry, one after the other; the first pair warms caches."""
    pairs = [
        [_conversations(recommender, each, sessions) for each in ("", back_end)]
        for _ in range(ROUNDS + 1)
    ]
    return [off for off, _ in pairs[1:]], [on for _, on in pairs[1:]]


def _conversations(recommender: Any, back_end: str, sessions: int) -> Load:
    """Hold conversations, as many as sessions at once, with telemetry going to a back end."""
    from infra import telemetry

    os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = back_end
    os.environ["OTEL_EXPORTER_OTLP_TIMEOUT"] = "1"
    telemetry.close()
    sending = telemetry.pipeline().spans

    def conversation(number: int) -> list[float]:
        session = recommender.memory.begin(f"bench-{number}")
        return [_heard(recommender.turn(message, session))[1] for message in MESSAGES]

    began, worked = perf_counter(), process_time()
    with ThreadPoolExecutor(sessions) as threads:
        runs = threads.map(conversation, range(max(sessions, CONVERSATIONS)))
        ms = [each for run in runs for each in run]
    seconds = perf_counter() - began
    if sending:
        sending.force_flush(1000)  # what is sent last is paid for, too
    cpu_ms = 1000 * (process_time() - worked) / len(ms)
    os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = ""
    telemetry.close()
    return Load(quantile(ms, 0.95), len(ms) / seconds, cpu_ms)


@contextmanager
def _back_end(*how: str) -> Iterator[str]:
    """Run a back end for telemetry in a process of its own."""
    if how == ("gone",):
        yield "http://127.0.0.1:9"
        return
    command = [sys.executable, str(ROOT / "tests" / "otlp_receiver.py"), *how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as it:
        assert it.stdin and it.stdout
        yield it.stdout.readline().strip()
        it.stdin.close()


@contextmanager
def _chat_model() -> Iterator[str]:
    command = [sys.executable, "-c", MODEL, str(ROOT / "tests" / "agent")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as it:
        assert it.stdin and it.stdout
        yield it.stdout.readline().strip()
        it.stdin.close()


def _spoken_turns(name: str, url: str) -> Iterator[Figure]:
    """Measure turns with a chat model that takes no time itself, and is reached over HTTP."""
    from agent.models.settings import ModelsSettings
    from agent.recommender import open_recommender
    from agent.settings import load_settings

    models = ModelsSettings.model_validate(
        {"url": url, "key": "gsk_test_0123456789abcdef", "cached_rewrites": 0}
    )
    recommender = open_recommender(load_settings().model_copy(update={"models": models}))

    def conversation(number: int) -> list[tuple[float, float]]:
        session = recommender.memory.begin(f"bench-{number}")
        return [_heard(recommender.turn(message, session)) for message in MESSAGES]

    conversation(0)  # warms caches
    heard = [each for number in range(CONVERSATIONS) for each in conversation(number)]
    first = [milliseconds for milliseconds, _ in heard]
    yield Figure(name, "added before the first token, p50", quantile(first, 0.50), "ms")
    yield Figure(name, "added before the first token, p95", quantile(first, 0.95), "ms", 40.0)
    began = perf_counter()
    with ThreadPoolExecutor(SESSIONS) as threads:
        many = [each for few in threads.map(conversation, range(SESSIONS)) for each in few]
    seconds = perf_counter() - began
    whole = [milliseconds for _, milliseconds in many]
    yield Figure(name, f"{SESSIONS} sessions at once", len(many) / seconds, "turns/s")
    yield Figure(name, f"{SESSIONS} sessions at once, turn, p95", quantile(whole, 0.95), "ms")
    recommender.close()


def _heard(turn: Iterator[Any]) -> tuple[float, float]:
    """Return the milliseconds to a turn's first token and to its end."""
    from agent.recommender import Token

    began = perf_counter()
    first = 0.0
    for event in turn:
        if isinstance(event, Token):
            first = first or perf_counter() - began
    return 1000 * first, 1000 * (perf_counter() - began)


def quantile(figures: Sequence[float], share: float) -> float:
    return sorted(figures)[min(len(figures) - 1, int(share * len(figures)))]


def _installed_gb() -> float:
    """Return how much disk the packages of the default lock take."""
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    names = re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)
    return sum(map(_size, names)) / 1e9


def _size(name: str) -> int:
    try:
        files = distribution(name).files or []
    except PackageNotFoundError:  # a marker of another platform
        return 0
    paths = (Path(str(file.locate())) for file in files)
    return sum(path.stat().st_size for path in paths if path.is_file())


def print_figures(figures: Sequence[Figure]) -> None:
    table = Table(title=f"{os.cpu_count()} cores, Python {sys.version.split()[0]}")
    for column in ("catalogue", "what", "measured", "budget", ""):
        table.add_column(column, justify="right" if column in {"measured", "budget"} else "left")
    for figure in figures:
        budget = "" if figure.budget is None else f"{figure.budget:g} {figure.unit}"
        well = (
            "" if figure.budget is None else "✓" if figure.measured <= figure.budget else "✗ over"
        )
        measured = f"{figure.measured:.2f} {figure.unit}"
        table.add_row(figure.catalogue, figure.what, measured, budget, well)
    Console().print(table)


if __name__ == "__main__":
    main()
