"""Suite `conversations`: somebody looks for a title of which they know all but the name."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from agent.evaluation.promises import unmet, vetoed
from agent.evaluation.study import Study, listed
from agent.evaluation.tables import Row, Table, measured
from data.items import Item
from tools.preferences import from_json

SEEKERS, QUICK = 200, 40
KNOWN = 1500  # they look for one of so many best known titles
TURNS = 5
Reply = dict[str, Any]


@dataclass(slots=True)
class Seeker:
    """A person with a title in mind who says only what it is like."""

    item: Item
    chance: random.Random
    said: set[str] = field(default_factory=set)

    def opening(self) -> str:
        """Return the first wish: two genres, and the kind of thing it is."""
        genres = list(self.item.facets["genres"])
        told = self.chance.sample(genres, min(2, len(genres)))
        self.said |= set(told)
        return f"a {' '.join(told).lower()} anime"

    def critique(self, shown: Sequence[Item]) -> str:
        """Return what is wrong with a list, or what is still unsaid."""
        ways = [self._genre(), self._veto(shown), *self._figures(shown)]
        new = [way for way in ways if way and way not in self.said]
        said = self.chance.choice(new) if new else "something else"
        self.said.add(said)
        return said

    def _genre(self) -> str:
        left = [each for each in self.item.facets["genres"] if each not in self.said]
        if not left:
            return ""
        genre = self.chance.choice(left)
        self.said.add(genre)
        return f"with {genre.lower()}"

    def _veto(self, shown: Sequence[Item]) -> str:
        own = set(self.item.facets["genres"])
        others = Counter(g for item in shown for g in item.facets.get("genres", ()) if g not in own)
        common = [genre for genre, count in others.most_common(1) if count > len(shown) // 3]
        return f"no {common[0].lower()}" if common else ""

    def _figures(self, shown: Sequence[Item]) -> list[str]:
        year = int(self.item.numbers.get("year", 0))
        episodes = int(self.item.numbers.get("episodes", 0))
        wishes = [f"from the {year // 10 * 10}s"] if year else []
        if episodes:
            wishes.append(f"at most {episodes} episodes")
        if episodes > 1:
            wishes.append(f"at least {episodes} episodes")
        return wishes


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one search for a title went."""

    turns: int
    found: bool
    fresh: int
    later: int
    unmatched: int
    violations: int
    shown: int


def run(study: Study) -> list[Table]:
    """Let seekers talk, and count."""
    outcomes = [_sought(study, seeker) for seeker in _seekers(study)]
    turns = sum(each.turns for each in outcomes)
    shown = sum(each.shown for each in outcomes)
    measures = (
        measured(f"found within {TURNS} turns", [each.found for each in outcomes]),
        measured("turns, where found", [each.turns for each in outcomes if each.found]),
        measured(
            "later titles that are new",
            _spread(sum(e.fresh for e in outcomes), sum(e.later for e in outcomes)),
        ),
        measured("turns without a list", _spread(sum(e.unmatched for e in outcomes), turns)),
        measured(
            "items against a wish", _spread(sum(e.violations for e in outcomes), shown), 0, True
        ),
    )
    notes = (
        f"{len(outcomes)} seekers after one of the {KNOWN} best known titles; lists of ten.",
        "A wish that was relaxed, and said to be, is not held against the list.",
    )
    rows = (Row("Osusume", measures),)
    return [Table("conversations", "a seeker who knows attributes only", rows, notes)]


def _spread(count: int, of: int) -> list[int]:
    return [1] * count + [0] * (of - count)


def _seekers(study: Study) -> list[Seeker]:
    catalogue = study.catalogue
    known = np.argsort(-np.nan_to_num(catalogue.audience), kind="stable")[:KNOWN]
    titles = [catalogue.items[place] for place in known]
    titles = [item for item in titles if item.facets.get("genres")]
    chosen = random.Random(7).sample(titles, min(len(titles), QUICK if study.quick else SEEKERS))
    return [Seeker(item, random.Random(item.id)) for item in chosen]


def _sought(study: Study, seeker: Seeker) -> Outcome:
    session = study.begin()
    message = seeker.opening()
    met: list[str] = []
    unmatched = violations = fresh = later = 0
    turns = 0
    while turns < TURNS:
        turns += 1
        reply = study.say(message, session)
        ids = listed(reply)
        if met:
            later += len(ids)
            fresh += len(set(ids) - set(met))
        met += ids
        unmatched += not ids
        violations += _violations(study, reply)
        if _has(study, seeker.item, ids):
            break
        message = seeker.critique([study.catalogue[each] for each in ids])
    found = _has(study, seeker.item, met)
    return Outcome(turns, found, fresh, later, unmatched, violations, len(met))


def _has(study: Study, item: Item, ids: Sequence[str]) -> bool:
    """Tell whether a list has the title, or another entry of its franchise."""
    numbers, position = study.catalogue.franchises, study.catalogue.position
    return any(numbers[position[each]] == numbers[position[item.id]] for each in ids)


def _violations(study: Study, reply: Reply) -> int:
    if reply["relaxed"]:
        return 0
    wanted, ids = from_json(reply["preferences"]), listed(reply)
    return vetoed(study.index, wanted, ids) + unmet(study.index, wanted, ids)
