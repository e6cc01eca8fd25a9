"""`osusume chat`: a conversation in the terminal, with colours and steps as they happen."""

import sys
from collections.abc import Iterator
from io import TextIOWrapper
from typing import Any

from rich.console import Console
from rich.markdown import Markdown
from rich.status import Status
from rich.text import Text

from agent.recommender import Recommender, Reply, Step
from graph.memory import Session
from infra.errors import OsusumeError

STEPS = {
    "rewrite": "reading your wish",
    "retrieve": "searching",
    "ground": "checking the evidence",
    "relax": "loosening what does not fit",
    "rank": "ranking",
    "tools": "looking it up",
    "answer": "writing",
    "inspect": "writing",
}
LEAVE = {"/quit", "/exit", "quit", "exit"}


def converse(recommender: Recommender, user: str, label: str | None) -> None:
    """Hold a conversation until the person leaves."""
    console = Console(highlight=False)
    if isinstance(sys.stdin, TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    memory = recommender.memory
    session = memory.labelled(user, label) if label else memory.begin(user)
    profile = recommender.index.catalogue.profile
    count = len(recommender.index.catalogue)
    console.print(f"[bold]Osusume[/bold] knows {count:,} {profile.noun.many}. Ctrl-D leaves.")
    console.print(Text(f"Try: {' · '.join(profile.examples[:3])}\n", "dim"))
    while True:
        try:
            message = console.input("[bold cyan]you >[/bold cyan] ")
        except (EOFError, KeyboardInterrupt):
            console.print()
            return
        if message.strip().lower() in LEAVE:
            return
        _answer(console, recommender, session, message)


def _answer(console: Console, recommender: Recommender, session: Session, message: str) -> None:
    try:
        with console.status("…", spinner="dots") as status:
            reply = _run(recommender, session, message, status)
    except OsusumeError as error:
        console.print(Text(f"{error}\n", "red"))
        return
    console.print(Markdown(reply["answer"]))
    for pick in _beside(reply):
        console.print(pick)
    for notice in reply["notices"]:
        console.print(Text(notice, "dim italic"))
    milliseconds = reply["timings_ms"]["total"]
    console.print(f"[dim]{reply['intent']} · {reply['model']} · {milliseconds:.0f} ms[/dim]\n")


def _beside(reply: dict[str, Any]) -> Iterator[Text]:
    """Yield the second list in few words: each title with its first reason."""
    picks = reply.get("personal", [])
    if picks:
        yield Text("\nPicked for you", "bold")
    for pick in picks:
        yield Text.assemble("  • ", (pick["title"], "bold"), f": {pick['because'][0]}")


def _run(
    recommender: Recommender, session: Session, message: str, status: Status
) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for event in recommender.turn(message, session):
        if isinstance(event, Step) and event.ms is None:
            status.update(f"[dim]{STEPS.get(event.name, event.name)} …[/dim]")
        elif isinstance(event, Reply):
            fields = event.fields
    return fields
