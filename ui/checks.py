"""`osusume doctor`: findings, one a line."""

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from agent.doctor import Finding

WIDEST = len("conversations")


def show(findings: Iterable[Finding]) -> int:
    """Print the findings as they come and return the exit code: 1 if anything is wrong."""
    console = Console(highlight=False, soft_wrap=True)
    wrong = 0
    for finding in findings:
        wrong += not finding.well
        mark = Text("✓", "green") if finding.well else Text("✗", "red")
        console.print(mark, Text(finding.what.ljust(WIDEST), "bold"), Text(finding.told))
    return 1 if wrong else 0
