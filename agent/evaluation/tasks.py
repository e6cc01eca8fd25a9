"""Tasks for a scripted person: constraints, when each is told, and what must not happen.

The format is τ-Rec's (arXiv 2606.10156): constraints with a field, an operator and a value, each
volunteered, told on being asked, or hidden until it is violated.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, Literal

from data.catalogue import Catalogue
from data.items import Item
from data.profile import Profile
from infra.errors import UsageError

Reveal = Literal["volunteer", "on_ask", "hidden"]
OPERATORS = frozenset({"contains", "not_contains", "contains_any", "in", "==", ">=", "<="})
DIFFICULTIES = ("simple", "medium", "complex")
ESTRANGED = 0.2
"""Share of generated tasks whose wishes come from two items."""

SERVED = 3
"""Items that a generated task leaves at least, unless it is impossible."""


@dataclass(frozen=True, slots=True)
class Constraint:
    """What an item must be; `field` is a facet or number of the profile."""

    field: str
    op: str
    values: tuple[str, ...] = ()
    figure: float = 0.0
    reveal: Reveal = "volunteer"

    def holds(self, item: Item) -> bool:
        """Tell whether an item is as demanded; what is unknown is not."""
        if self.op in {">=", "<="}:
            known = item.numbers.get(self.field)
            if known is None:
                return False
            return known >= self.figure if self.op == ">=" else known <= self.figure
        shared = set(self.values) & set(item.facets.get(self.field, ()))
        return not shared if self.op == "not_contains" else bool(shared)


@dataclass(frozen=True, slots=True)
class Task:
    """What one scripted person wants."""

    name: str
    constraints: tuple[Constraint, ...]
    known: frozenset[str] = frozenset()
    impossible: bool = False
    difficulty: str = ""
    reveal: str = ""

    def fault(self, item: Item) -> Constraint | None:
        """Return the first constraint that an item does not meet."""
        return next((each for each in self.constraints if not each.holds(item)), None)


def read_tasks(folder: Path, profile: Profile, services: Reveal) -> list[Task]:
    """Return the tasks of a folder of JSON files; the services somebody has are told as `services`.

    Raises UsageError with file, what is wrong and what to do.
    """
    files = sorted(folder.glob("*.json"))
    if not files:
        raise UsageError(f"{folder} holds no tasks. Name a folder of JSON files, one task each.")
    fields = _fields(profile)
    return [_task(path, fields, services) for path in files]


def _task(path: Path, fields: dict[str, str], services: Reveal) -> Task:
    try:
        told: dict[str, Any] = json.loads(path.read_text("utf-8"))
        constraints = [_constraint(each, fields) for each in told["constraints"]]
        if told.get("user_services") and "streaming_services" in fields:
            name = fields["streaming_services"]
            values = tuple(map(str, told["user_services"]))
            constraints.append(Constraint(name, "contains_any", values, reveal=services))
        history = told.get("user_history", {}).get(told.get("user_id"), {})
        return Task(
            str(told["id"]),
            tuple(constraints),
            frozenset(map(str, history.get("watched", ()))),
            bool(told.get("no_valid_recommendation")),
            str(told.get("complexity", "")),
            str(told.get("reveal_difficulty", "")),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{path} is no task: {error}. Mend or remove it.") from error


def _constraint(told: dict[str, Any], fields: dict[str, str]) -> Constraint:
    stated, reveal = told["constraint"], told.get("reveal", "volunteer")
    field, op, value = stated["field"], stated["op"], stated["value"]
    if field not in fields:
        raise ValueError(f"the profile has no '{field}'")
    if op not in OPERATORS:
        raise ValueError(f"'{op}' is no operator; known: {', '.join(sorted(OPERATORS))}")
    if op in {">=", "<="}:
        return Constraint(fields[field], op, figure=float(value), reveal=reveal)
    values = tuple(map(str, value if isinstance(value, list) else [value]))
    return Constraint(fields[field], op, values, reveal=reveal)


def _fields(profile: Profile) -> dict[str, str]:
    """Map the columns of sources, and names themselves, to facets and numbers.

    A column that several use is the facet's or number's of another name: "rating" may be a score.
    """
    fields: dict[str, str] = {}
    for source in profile.sources:
        for name, column in (*source.facets.items(), *source.numbers.items()):
            fields.update(dict.fromkeys(column.column, name))
    names = {name: name for name in (*profile.facets, *profile.numbers)}
    return names | fields


def made_tasks(catalogue: Catalogue, count: int, seed: int = 7) -> list[Task]:
    """Return tasks made from a catalogue's own items, some of them impossible."""
    drawn = Random(seed)
    made: list[Task] = []
    while len(made) < count:
        task = _made(catalogue, drawn, len(made))
        if task is not None:
            made.append(task)
    return made


def _made(catalogue: Catalogue, drawn: Random, place: int) -> Task | None:
    """Return a task whose wishes come from one item, or from two that may share nothing."""
    one, other = (catalogue.items[drawn.randrange(len(catalogue))] for _ in range(2))
    wishes = list(_wishes(catalogue, one, drawn))
    if drawn.random() < ESTRANGED:
        wishes += _wishes(catalogue, other, drawn)
    if len({each.field for each in wishes}) < 2:
        return None
    few = drawn.sample(wishes, min(len(wishes), drawn.choice((1, 2, 3))))
    reveals: Sequence[Reveal] = ("volunteer", "on_ask", "hidden")
    told = [replace(few[0], reveal="volunteer")]
    told += [replace(each, reveal=drawn.choice(reveals)) for each in few[1:]]
    task = Task(f"own {place + 1}", tuple(told), difficulty=DIFFICULTIES[len(told) - 1])
    served = sum(task.fault(each) is None for each in catalogue.items)
    if served == 0:
        whole = tuple(replace(each, reveal="volunteer") for each in task.constraints)
        return replace(task, constraints=whole, impossible=True)
    return task if served >= SERVED else None


def _wishes(catalogue: Catalogue, item: Item, drawn: Random) -> Iterator[Constraint]:
    profile = catalogue.profile
    for name, facet in profile.facets.items():
        values = item.facets.get(name, ())
        if values and facet.weight and facet.guess and name in profile.card:
            yield Constraint(name, "contains", (drawn.choice(values),))
    for name, number in profile.numbers.items():
        if name in item.numbers and number.state and name in profile.card:
            figure = item.numbers[name]
            yield Constraint(name, drawn.choice((">=", "<=")), figure=figure)
