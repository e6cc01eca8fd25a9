"""`osusume feedback`: the thumbs that people gave, for whoever looks after the quality."""

import sys

import orjson
from rich.console import Console
from rich.table import Table

from agent.settings import Settings
from graph.memory import Memory

THUMBS = {"up": "👍", "down": "👎"}


def show_feedback(settings: Settings, as_json: bool) -> None:
    """Print every turn that somebody judged, oldest first."""
    memory = Memory(dsn=settings.memory.dsn.get_secret_value())
    try:
        judged = list(memory.judged())
    finally:
        memory.close()
    if as_json:
        sys.stdout.writelines(orjson.dumps(each).decode() + "\n" for each in judged)
        return
    console = Console(highlight=False, markup=False)
    if not judged:
        console.print("Nobody has judged an answer yet.")
        return
    table = Table("", "said", "read as", "reason", box=None, pad_edge=False)
    for each in judged:
        said = each["feedback"]
        table.add_row(
            THUMBS[said["verdict"]], each["message"], each.get("intent", ""), said["reason"]
        )
    console.print(table)
    ups = sum(each["feedback"]["verdict"] == "up" for each in judged)
    console.print(f"{ups:,} of {len(judged):,} were liked.")
