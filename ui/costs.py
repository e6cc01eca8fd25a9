"""`osusume costs`: the ledger of calls as a table, or as JSON for programs."""

import sys
from collections.abc import Sequence

import orjson
from rich.console import Console
from rich.table import Table

from agent.models.ledger import Line, open_ledger

COLUMNS = (
    "day",
    "model",
    "step",
    "calls",
    "failed",
    "in",
    "out",
    "cost",
    "first",  # milliseconds to the first token
    "tok/s",
)
WORDS = 3  # columns before the figures
NARROW = 12  # characters that a model's name is folded to where the terminal has little room


def show_costs(days: int, as_json: bool) -> None:
    """Print the last days' calls."""
    with open_ledger() as ledger:
        lines = ledger.audit(days)
    if as_json:
        told = {"days": days, "lines": [line.to_json() for line in lines], "total": _total(lines)}
        sys.stdout.write(orjson.dumps(told).decode() + "\n")
    elif lines:
        _show(lines)
    else:
        Console().print(f"No chat model was called in the last {days} days.", highlight=False)


def _show(lines: Sequence[Line]) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), show_footer=True)
    total = _total(lines)
    footers = {"day": "total", "calls": f"{total['calls']:,}", "cost": _dollars(total["cost_usd"])}
    footers |= {"in": f"{total['input_tokens']:,}", "out": f"{total['output_tokens']:,}"}
    for place, column in enumerate(COLUMNS):
        table.add_column(
            column,
            footers.get(column, ""),
            justify="left" if place < WORDS else "right",
            no_wrap=column != "model",
            overflow="fold",
            min_width=NARROW if column == "model" else None,
        )
    for line in lines:
        table.add_row(*_row(line))
    console = Console(highlight=False)
    console.print(table)
    if any(line.estimated for line in lines):
        console.print("[dim]~ estimated: the provider did not say how many tokens[/dim]")


def _row(line: Line) -> list[str]:
    about = "~" if line.estimated else ""
    return [
        line.day,
        line.model,
        line.role,
        f"{line.calls:,}",
        str(line.calls - line.answered - line.cached or ""),
        f"{about}{line.input_tokens:,}",
        f"{about}{line.output_tokens:,}",
        f"{about}{_dollars(line.cost_usd)}",
        *(_figure(each) for each in (line.first_token_ms, line.tokens_per_second)),
    ]


def _total(lines: Sequence[Line]) -> dict[str, float]:
    names = ("calls", "retries", "input_tokens", "output_tokens", "cost_usd")
    return {name: sum(getattr(line, name) for line in lines) for name in names}


def _dollars(amount: float) -> str:
    return f"${amount:.4f}" if amount < 1 else f"${amount:,.2f}"


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}"
