"""`osusume eval`: tables with intervals for people, JSON for programs."""

import sys
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter

import orjson
from rich.console import Console
from rich.table import Table as Drawn

from agent.evaluation.study import say, studying
from agent.evaluation.suites import check, run
from agent.evaluation.tables import Measure, Table, to_json
from agent.settings import Settings


def evaluate(
    settings: Settings, suite: str | None, as_json: bool, quick: bool, tasks: Path | None = None
) -> int:
    """Run suites and show what they come to; return 1 if there was nothing to show."""
    names = check(suite)
    tables: list[Table] = []
    with studying(settings, quick, tasks) as study:
        say(f"{len(study.catalogue):,} {study.catalogue.profile.noun.many} are indexed.")
        for name in names:
            began = perf_counter()
            found = run(name, study)
            tables += found
            if found:
                say(f"{name}: {perf_counter() - began:.0f} s")
            if not as_json:
                _draw(found)
        if study.promises.lists:
            tables.append(study.promises.table())
            if not as_json:
                _draw(tables[-1:])
    if as_json:
        sys.stdout.write(orjson.dumps(to_json(tables), option=orjson.OPT_INDENT_2).decode() + "\n")
    return 0 if tables else 1


def _draw(tables: Iterable[Table]) -> None:
    console = Console(highlight=False)
    for table in tables:
        drawn = Drawn(title=f"{table.suite}: {table.title}", title_justify="left")
        drawn.add_column("")
        for what in dict.fromkeys(each.what for row in table.rows for each in row.measures):
            drawn.add_column(what, justify="right")
        for row in table.rows:
            drawn.add_row(row.name, *map(_shown, row.measures))
        console.print(drawn)
        for note in table.notes:
            console.print(f"  {note}")


def _shown(measure: Measure) -> str:
    mark = {None: "", True: " ✓", False: " ✗"}[measure.reached]
    spread = "" if measure.low is None else f" ({measure.low:.3f}–{measure.high:.3f})"
    return f"{measure.value:.3f}{spread}{mark}"
