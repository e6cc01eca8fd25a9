"""What no list may ever do, counted over every list that a run of suites brings about."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.evaluation.tables import Measure, Row, Table
from data.index import Index
from tools.preferences import Preferences, from_json
from tools.selection import bearers, has_any, within

Reply = dict[str, Any]
NEVER = (
    "one franchise twice",
    "marked as new though it stood in the list before",
    "excluded, seen or rejected",
    "outside a bound or a required value, not said",
)


@dataclass(slots=True)
class Promises:
    """Count lists, their items, and those that break a promise."""

    index: Index
    lists: int = 0
    items: int = 0
    broken: Counter[str] = field(default_factory=Counter)
    _last: dict[str, set[str]] = field(default_factory=dict)

    def saw(self, reply: Reply, conversation: str) -> None:
        """Look at both lists of a reply of one conversation."""
        ids = shown(reply)
        if not ids:
            return
        self.lists += 1
        self.items += len(ids)
        numbers, position = self.index.catalogue.franchises, self.index.catalogue.position
        franchises = [int(numbers[position[each]]) for each in ids]
        before = self._last.get(conversation, set())
        self.broken[NEVER[0]] += len(franchises) - len(set(franchises))
        new = {each["id"] for each in reply["recommendations"] if each["new"]}
        self.broken[NEVER[1]] += len(new & before)
        self._last[conversation] = set(ids)
        wanted = from_json(reply["preferences"])
        self.broken[NEVER[2]] += vetoed(self.index, wanted, ids)
        self.broken[NEVER[3]] += 0 if reply["relaxed"] else unmet(self.index, wanted, ids)

    def table(self) -> Table:
        """Return the counts; each is to be nothing."""
        rows = tuple(
            Row(what, (Measure("items", self.broken[what], count=self.items, reach=0, least=True),))
            for what in NEVER
        )
        note = f"{self.lists:,} lists of {self.items:,} items, the second lists included."
        return Table("promises", "what no list of the suites above may do", rows, (note,))


def shown(reply: Reply) -> list[str]:
    """Return the ids of both lists of a reply."""
    return [each["id"] for each in (*reply["recommendations"], *reply.get("personal", ()))]


def vetoed(index: Index, wanted: Preferences, ids: Sequence[str]) -> int:
    """Return how many items were ruled out: by a value they bear, or themselves."""
    out = {place for value in wanted.exclude for place in bearers(index, value).tolist()}
    named = {*wanted.seen, *wanted.loved, *wanted.disliked}
    return sum(each in named or index.catalogue.position[each] in out for each in ids)


def unmet(index: Index, wanted: Preferences, ids: Sequence[str]) -> int:
    """Return how many items miss a bound or a required value."""
    masks = [within(index, bound) for bound in wanted.ranges]
    masks += [has_any(index, group) for group in wanted.require]
    places = [index.catalogue.position[each] for each in ids]
    return sum(not all(mask[place] for mask in masks) for place in places)
