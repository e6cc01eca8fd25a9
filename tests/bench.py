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
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from statistics import median
from time import perf_counter

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
DATA = Path(os.environ.get("OSUSUME_SHARED_DATA", ROOT.parent / "shared" / "data"))
COMMAND = [sys.executable, "-c", "from ui.cli import main; main()"]
COLD_STARTS = 5
CONVERSATIONS = 8
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
    figures = list(_all_figures())
    if asked.json:
        sys.stdout.write(json.dumps([asdict(figure) for figure in figures], indent=2) + "\n")
    else:
        _print(figures)
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
        os.environ["OSUSUME_HOME"] = home
        began = perf_counter()
        _run(["index", "anime", *source])
        yield Figure(name, "index from cold", perf_counter() - began, "s", index_budget)
        colds = [_cold_start() for _ in range(COLD_STARTS)]
        yield Figure(name, "chat from cold to first answer", median(s for s, _ in colds), "s", 4.0)
        yield Figure(name, "memory of the chat process", max(mb for _, mb in colds), "MB", 600.0)
        yield from _turns(name)


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
    yield Figure(name, "turn, p50", _share(total, 0.50), "ms", 25.0)
    yield Figure(name, "turn, p95", _share(total, 0.95), "ms", 50.0)
    for step, figures in sorted(timings.items(), key=lambda pair: -sum(pair[1])):
        yield Figure(name, f"  {step}, p50", _share(figures, 0.50), "ms")
        yield Figure(name, f"  {step}, p95", _share(figures, 0.95), "ms")


def _share(figures: Sequence[float], share: float) -> float:
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


def _print(figures: Sequence[Figure]) -> None:
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
