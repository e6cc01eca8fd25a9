"""What a bundled catalogue is compared with: a table of facts, foreign texts, another site's tags.

None of these comes with the project; the checks that need them are left out where they are absent.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.entries import Entries, Entry, Finding
from data.items import Item
from data.profile import Profile
from data.sources import read_items
from data.tables import FIELD_LIMIT, Report

SCORE_APART = 0.3
FOREIGN_RUN = 8
OWN_RUN = 12
FACTS = ("type", "year", "season", "episodes", "minutes", "studios", "source", "rating", "genres")
_WORD = re.compile(r"[a-z0-9']+")


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact that is not as the table has it, with the reason that the entry gives."""

    place: str
    fact: str
    ours: str
    theirs: str
    reason: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often a word of ours and the tags of another site meet on the same titles."""

    word: str
    both: int
    theirs: int
    ours: int


def read_table(profile: Profile, path: Path) -> Mapping[str, Item]:
    """Return the table's titles by id, read through the profile's own mapping."""
    return {item.id: item for item in read_items(profile, [path], Report())}


def differences(read: Entries, table: Mapping[str, Item]) -> Iterator[Difference]:
    """Yield each fact of an entry that the table states otherwise."""
    for entry in read.entries:
        item = table.get(entry.id)
        if item is None:
            continue
        for fact in (*FACTS, "score"):
            ours, theirs = getattr(entry, fact), _stated(item, fact)
            if theirs is not None and not _same(fact, ours, theirs):
                reason = entry.reasons.get(fact, "")
                yield Difference(read.place(entry), fact, _shown(ours), _shown(theirs), reason)


def idle_reasons(
    read: Entries, table: Mapping[str, Item], found: Iterable[Difference]
) -> Iterator[Finding]:
    """Yield a finding for each reason whose fact is as the table has it."""
    differing = {(each.place, each.fact) for each in found}
    for entry in read.entries:
        item, place = table.get(entry.id), read.place(entry)
        for fact in entry.reasons:
            if item and _stated(item, fact) is not None and (place, fact) not in differing:
                yield Finding(place, f"reasons: {fact} is as the table has it; remove the reason")


def _stated(item: Item, fact: str) -> Any:
    return item.numbers.get(fact) if fact in item.numbers else item.facets.get(fact)


def _same(fact: str, ours: Any, theirs: Any) -> bool:
    if fact == "score":
        return abs(float(ours) - float(theirs)) <= SCORE_APART
    if isinstance(theirs, tuple):
        given = (ours,) if isinstance(ours, str) else ours
        return set(given) == set(theirs)
    return float(ours) == float(theirs)


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    return value if isinstance(value, str) else f"{value:g}"


def runs(text: str, length: int) -> Iterator[str]:
    """Yield each run of `length` words, without case and punctuation."""
    words = _WORD.findall(text.lower().replace("’", "'"))
    for start in range(len(words) - length + 1):
        yield " ".join(words[start : start + length])


def repeated_runs(read: Entries) -> Iterator[Finding]:
    """Yield a finding for each synopsis that shares a run of words with an earlier one."""
    first: dict[str, Entry] = {}
    for entry in read.entries:
        for run in runs(entry.synopsis, OWN_RUN):
            other = first.setdefault(run, entry)
            if other is not entry:
                yield Finding(read.place(entry), f"synopsis has '{run}' of '{other.title}'")
                break


def borrowed_runs(read: Entries, folder: Path) -> Iterator[Finding]:
    """Yield a finding for each synopsis that shares a run of words with a text below `folder`."""
    ours: dict[str, list[Entry]] = defaultdict(list)
    for entry in read.entries:
        for run in set(runs(entry.synopsis, FOREIGN_RUN)):
            ours[run].append(entry)
    met: set[tuple[str, str]] = set()
    for path in sorted(folder.rglob("*.csv")):
        for text in _texts(path):
            for run in runs(text, FOREIGN_RUN):
                for entry in ours.get(run, ()):
                    if (entry.id, run) not in met:
                        met.add((entry.id, run))
                        yield Finding(read.place(entry), f"synopsis has '{run}' of {path.name}")


def _texts(path: Path) -> Iterator[str]:
    """Yield the cells of a CSV file that are long enough to hold a run of words."""
    csv.field_size_limit(FIELD_LIMIT)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        for row in csv.reader(file):
            yield from (cell for cell in row if cell.count(" ") >= FOREIGN_RUN - 1)


def read_tags(path: Path) -> dict[str, frozenset[str]]:
    """Return another site's tags by id."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["mal_id"]: frozenset(row["tags"].split("|")) for row in csv.DictReader(file)}


def theme_agreement(
    entries: Sequence[Entry],
    tags: Mapping[str, frozenset[str]],
    mapping: Mapping[str, Sequence[str]],
) -> list[Agreement]:
    """Return for each theme with a counterpart on how many shared titles both give it."""
    shared = [entry for entry in entries if entry.id in tags]
    return [
        Agreement(
            theme,
            sum(theme in each.themes and bool(tags[each.id] & set(names)) for each in shared),
            sum(bool(tags[each.id] & set(names)) for each in shared),
            sum(theme in each.themes for each in shared),
        )
        for theme, names in mapping.items()
    ]


def tone_agreement(
    entries: Sequence[Entry],
    tags: Mapping[str, frozenset[str]],
    mapping: Mapping[str, Mapping[str, Sequence[str]]],
) -> list[Agreement]:
    """Return for each end of a tone how many titles with its tags stand on that side of it."""
    found = []
    for axis, ends in mapping.items():
        for end, names in ends.items():
            side = 1 if end == "high" else -1
            steps = [
                side * each.tones[axis] for each in entries if tags.get(each.id, set()) & set(names)
            ]
            fit = sum(step >= 0 for step in steps)
            found.append(Agreement(f"{axis} {end}", fit, len(steps), sum(s > 0 for s in steps)))
    return found
