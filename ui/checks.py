"""`osusume doctor`: findings as a table."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

from agent.doctor import Finding

MARKS = {True: "[green]✓[/green]", False: "[red]✗[/red]"}


def show(findings: Iterable[Finding]) -> int:
    """Print the findings and return the exit code: 1 if anything is wrong."""
    console = Console(highlight=False)
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column()
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    wrong = 0
    for finding in findings:
        wrong += not finding.well
        table.add_row(MARKS[finding.well], finding.what, finding.told)
    console.print(table)
    return 1 if wrong else 0
