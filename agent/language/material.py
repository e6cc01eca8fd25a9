"""What an answer may speak of: items under markers, what is wished, and the figures of both."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_uppercase
from typing import Any

from agent.answers.wording import Wording
from agent.language.fence import neutralised
from data.catalogue import Catalogue
from data.items import Item, fold
from graph.protocols import Brief
from tools.preferences import Preferences
from tools.wording import facts, figure

STORY = 420  # characters of a description that the model sees
TOLD_VALUES = 10
TELLING_TONE = 0.35


@dataclass(frozen=True, slots=True)
class Material:
    """The items by marker, the wishes in words, and which figures and phrases stand apart."""

    catalogue: Catalogue
    items: Mapping[str, Item]
    candidates: tuple[str, ...]
    """The markers of the candidates, in order; the others are titles that the wishes refer to."""
    reasons: Mapping[str, Sequence[str]] = field(default_factory=dict)
    wishes: tuple[str, ...] = ()
    figures: frozenset[float] = frozenset()
    phrases: frozenset[str] = frozenset()
    said: frozenset[str] = frozenset()
    """The person's own words, folded, that may be quoted back."""

    def phrases_of(self, markers: Iterable[str]) -> frozenset[str]:
        """Return what may be written in capitals of some items: their facet values, folded."""
        values = (
            fold(value)
            for marker in markers
            for few in self.items[marker].facets.values()
            for value in few
        )
        return self.phrases | frozenset(values)

    def told(self, tones: Mapping[str, Mapping[str, float]] | None = None) -> str:
        """Return the items as the model sees them: marker, facts, reasons, story; no titles."""
        return "\n\n".join(
            self._one(marker, (tones or {}).get(marker, {})) for marker in self.items
        )

    def _one(self, marker: str, tones: Mapping[str, float]) -> str:
        item = self.items[marker]
        known = facts(self.catalogue, item)
        stated = [self._fact(name, value) for name, value in known.items() if self._states(name)]
        lines = [f"[{marker}] {'; '.join(stated)}"]
        moods = [
            Wording(self.catalogue.profile).tone(axis, 1 if value > 0 else -1)
            for axis, value in tones.items()
            if abs(value) >= TELLING_TONE
        ]
        if moods:
            lines.append(f"tone: {', '.join(moods)}")
        if reasons := self.reasons.get(marker):
            lines.append(f"reasons: {'; '.join(self.unnamed(each) for each in reasons)}")
        if marker in self.candidates:
            lines.append(f"story: {neutralised(item.description, STORY)}")
        return "\n".join(lines)

    def _states(self, name: str) -> bool:
        number = self.catalogue.profile.numbers.get(name)
        return number is None or number.state

    def _fact(self, name: str, value: Any) -> str:
        profile = self.catalogue.profile
        if name in profile.numbers:
            number = profile.numbers[name]
            said = figure(number, float(value))
            return said if number.one else f"{number.label} {said}"
        values = [value] if isinstance(value, str) else list(value)[:TOLD_VALUES]
        return (
            f"{profile.facets[name].label}: {', '.join(neutralised(each, 60) for each in values)}"
        )

    def unnamed(self, text: str) -> str:
        """Return our own words with the titles in them as markers."""
        told = neutralised(text)
        for marker, item in self.items.items():
            told = told.replace(neutralised(item.title), f"[{marker}]")
        return told


def of_list(catalogue: Catalogue, brief: Brief) -> Material:
    """Return the material of an answer that presents a list."""
    items = {str(rank): catalogue[each.id] for rank, each in enumerate(brief.chosen, start=1)}
    reasons = {str(rank): each for rank, each in enumerate(brief.reasons, start=1)}
    named_by_them = (*brief.stated.anchors, *brief.stated.loved[-1:])
    wished = [catalogue[each] for each in dict.fromkeys(named_by_them) if each in catalogue]
    named = dict(zip(ascii_uppercase, wished, strict=False))
    figures = {len(brief.chosen), brief.matching, *_bounds(brief.stated), *_bounds(brief.wanted)}
    wishes = tuple(Wording(catalogue.profile).summary(catalogue, brief.stated))
    return Material(
        catalogue,
        items | named,
        tuple(items),
        reasons,
        wishes,
        frozenset(map(float, figures)),
        _wished_phrases(catalogue, brief.wanted) | _wished_phrases(catalogue, brief.stated),
        frozenset({fold(each) for each in (brief.stated.about, *brief.stated.about.split(","))}),
    )


def of_results(catalogue: Catalogue, brief: Brief) -> Material:
    """Return the material of an answer to a question: the items that the tools spoke of."""
    found = (each["id"] for result in brief.results for each in result.get("items", ()))
    ids = list(dict.fromkeys(each for each in found if each in catalogue))
    items = {str(place): catalogue[each] for place, each in enumerate(ids, start=1)}
    counts = {result[key] for result in brief.results for key in ("count", "of") if key in result}
    known = {each["id"]: each.get("because", ()) for each in brief.listed}
    reasons = {marker: known[item.id] for marker, item in items.items() if item.id in known}
    figures = frozenset(map(float, {len(items), *counts}))
    return Material(catalogue, items, tuple(items), reasons, (), figures)


def _bounds(preferences: Preferences) -> Iterable[float]:
    for bound in preferences.ranges:
        yield from (end for end in (bound.low, bound.high) if abs(end) < 1e9)
        yield from (float(figure) for figure in re.findall(r"\d+(?:\.\d+)?", bound.words))


def _wished_phrases(catalogue: Catalogue, preferences: Preferences) -> frozenset[str]:
    values = [value for wanted in preferences.require for value in wanted.any_of]
    values += [each.value for each in (*preferences.prefer, *preferences.exclude)]
    return frozenset(fold(value) for value in values)
