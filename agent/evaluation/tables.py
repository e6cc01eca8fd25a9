"""What a suite comes to: tables of measures with their intervals."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from agent.evaluation.intervals import interval


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure, its 95 % interval, how many cases it rests on, and what it should reach."""

    what: str
    value: float
    low: float | None = None
    high: float | None = None
    count: int = 0
    reach: float | None = None
    least: bool = False

    @property
    def reached(self) -> bool | None:
        """Tell whether the goal is met, or None where there is none."""
        if self.reach is None:
            return None
        return self.value <= self.reach if self.least else self.value >= self.reach


@dataclass(frozen=True, slots=True)
class Row:
    """What one way of recommending, or one kind of case, measures."""

    name: str
    measures: tuple[Measure, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The outcome of one suite, or of one part of it."""

    suite: str
    title: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def measured(
    what: str, values: Sequence[float], reach: float | None = None, least: bool = False
) -> Measure:
    """Return the mean of values with its bootstrap interval."""
    mean, low, high = interval(values)
    return Measure(what, mean, low, high, len(values), reach, least)


def to_json(tables: Sequence[Table]) -> list[dict[str, Any]]:
    """Return tables JSON-safe, with whether each goal is met."""
    return [asdict(table) | {"rows": [_row(row) for row in table.rows]} for table in tables]


def _row(row: Row) -> dict[str, Any]:
    measures = [asdict(each) | {"reached": each.reached} for each in row.measures]
    return {"name": row.name, "measures": measures}
