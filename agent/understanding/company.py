"""Who will watch, read or use it: what suits them is required, what does not is vetoed."""

from collections.abc import Sequence
from dataclasses import dataclass

from agent.understanding.draft import Draft, unique
from agent.understanding.language import languages
from agent.understanding.lexicon import ENGLISH
from agent.understanding.meaning import Meant
from agent.understanding.scope import Scope
from agent.understanding.tokens import words
from data.items import fold
from data.profile import Audience
from tools.change import Critique
from tools.preferences import Value, Wanted

GROWN_UP, TEEN = 18, 13
USUAL_AGES = {"child": 8, "family": 10, "teen": 13}
"""How old the youngest is taken to be where a profile does not say what suits them."""


@dataclass(frozen=True, slots=True)
class Company:
    """Compose what the companions and ages of a message alter."""

    scope: Scope

    def _for_age(self, age: float, found: Draft) -> None:
        """Exclude what is for people older than whoever watches; the mildest there is stays."""
        for facet, ages in self.scope.profile.ages.items():
            present = [
                least for v, least in ages.items() if v in self.scope.catalogue.facets[facet]
            ]
            limit = max(age, min(present, default=age))
            found.exclude += [Value(facet, v) for v, least in ages.items() if least > limit]
        if age < TEEN:
            self._suit(self.scope.profile.audiences.get("child"), found)

    def _usual(self, kind: str, found: Draft, *, aged: bool) -> None:
        """Gather what suits somebody where the profile does not say it."""
        if not aged:
            self._for_age(USUAL_AGES[kind], found)
        labels = languages()[ENGLISH].suits.get(kind, ())
        for name, facet in self.scope.profile.facets.items():
            present = self.scope.catalogue.facets[name] if facet.guess else {}
            named = tuple(value for value in present if fold(value) in labels)
            if named and kind == "child":
                found.require.append(Wanted(name, named))
            found.prefer += [Value(name, value) for value in named]

    def _suit(self, audience: Audience | None, found: Draft) -> None:
        if audience is None:
            return
        present = self.scope.catalogue.facets
        for facet, values in audience.require.items():
            kept = tuple(v for v in values if v in present.get(facet, {}))
            found.require += [Wanted(facet, kept)] if kept else []
        for facet, values in audience.exclude.items():
            found.exclude += [Value(facet, v) for v in values if v in present.get(facet, {})]
        found.tones += [
            Critique(axis, step, relative=False) for axis, step in audience.tones.items()
        ]

    def read(self, mentions: Sequence[Meant], found: Draft) -> None:
        """Gather what suits whoever will watch, read or use it."""
        figures = [m.mention.figure for m in mentions if m.role.name == "viewer"]
        ages = [figure.low for figure in figures if figure is not None]
        if ages and min(ages) < GROWN_UP:
            self._for_age(min(ages), found)
        for each in mentions:
            if each.kind == "audience" and each.role.name in {"want", "must"}:
                found.about += self._worn_by(each.mention.words)
                for kind in self._audiences(each.mention.words):
                    known = self.scope.profile.audiences.get(kind)  # type: ignore[call-overload]
                    if known is None and kind in USUAL_AGES:
                        self._usual(kind, found, aged=bool(ages))
                    self._suit(known, found)

    def suppose(self, mentions: Sequence[Meant], found: Draft) -> None:
        """Gather what suits the young, where they are but named: it only makes a list milder."""
        for each in mentions:
            for kind in self._audiences(each.mention.words):
                if kind in USUAL_AGES:
                    known = self.scope.profile.audiences.get(kind)  # type: ignore[call-overload]
                    if known is None:
                        self._usual(kind, found, aged=False)
                    self._suit(known, found)

    def _worn_by(self, said: str) -> list[str]:
        """Return the words by which names say for whom a thing is: "women" for "my sister"."""
        spoken, wearers = words(said), self.scope.language.wearers
        found = [
            wearers[spoken[start : start + length]]
            for length in (3, 2, 1)
            for start in range(len(spoken))
            if spoken[start : start + length] in wearers
        ]
        labels = [
            label
            for wearer in found[:1]
            for language in languages().values()
            for label in language.labels.get(wearer, ())
        ]
        return [label for label in unique(labels) if label in self.scope.catalogue.describing]

    def _audiences(self, said: str) -> list[str]:
        spoken = words(said)
        found = [
            self.scope.language.audience[spoken[start : start + length]]
            for length in (4, 3, 2, 1)
            for start in range(len(spoken))
            if spoken[start : start + length] in self.scope.language.audience
        ]
        return found[:1]
