"""Values of facets: wanted, favoured, vetoed, or beyond a limit."""

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from agent.understanding.alike import holds
from agent.understanding.draft import Draft, unique
from agent.understanding.meaning import Meant, facet_senses
from agent.understanding.scope import UNWANTED, WANTED, Scope
from agent.understanding.senses import FacetSense, UnknownSense
from agent.understanding.things import names_kind
from agent.understanding.tokens import words
from data.items import fold
from tools.change import Critique
from tools.preferences import Value, Wanted
from tools.selection import TEXT

ENOUGH_VALUES = 3
"""From so many values of one facet on, any of them will do."""

LONGEST_OWNING = 4
"""Words before a value among which somebody says to have it."""

FACET_TONE = 0.9
"""How much a value must pull a tone for "less of it" to mean the tone."""


@dataclass(frozen=True, slots=True)
class Values:
    """Compose what mentioned values alter."""

    scope: Scope

    def read(self, mentions: Sequence[Meant], text: str, found: Draft) -> None:
        """Gather the values that a message wants and does not want."""
        wanted: list[tuple[Meant, Sequence[FacetSense]]] = []
        for each in mentions:
            if each.kind not in {"value", "person"}:
                continue
            unknown = [s.topic for s in each.mention.senses if isinstance(s, UnknownSense)]
            if unknown and each.role.name in WANTED | UNWANTED | {"max", "min"}:
                found.unknown += unknown
                continue
            senses = self._one_facet(facet_senses(each))
            if not senses and names_kind(each):
                continue
            if not senses:
                self._unknown_value(each, found)
            elif each.role.name in UNWANTED:
                self._unwanted(each, senses, found)
            elif each.role.name in {"maybe", "more"} or (each.inside and each.role.positive):
                found.prefer += [Value(s.facet, s.value) for s in senses]
            elif each.role.name in {"want", "must"}:
                wanted.append((each, senses))
            elif each.role.name in {"max", "below", "min", "above"}:
                self._ordered_values(each, senses, found)
        self._require(wanted, text, found)

    def _one_facet(self, senses: Sequence[FacetSense]) -> list[FacetSense]:
        """Return senses with, of a label that several facets would require, the commonest one."""
        profile, facets = self.scope.profile, self.scope.catalogue.facets

        def bearers(sense: FacetSense) -> int:
            return len(facets[sense.facet].get(sense.value, ()))

        hard = [sense for sense in senses if not profile.facets[sense.facet].soft]
        best = {s.value: max((h for h in hard if h.value == s.value), key=bearers) for s in hard}
        return [s for s in senses if s not in hard or best[s.value] is s]

    def _unwanted(self, each: Meant, senses: Sequence[FacetSense], found: Draft) -> None:
        values = [Value(s.facet, s.value) for s in senses]
        if each.role.name == "less":
            axis = self._axis(values)
            if axis:
                found.tones.append(Critique(axis, -1, each.mention.words))
                return
        found.exclude += values

    def _axis(self, values: Sequence[Value]) -> str:
        """Return the tone that values stand for most: "less romance" is less romantic."""
        for axis, tone in self.scope.profile.tones.items():
            if any(tone.facets.get(f"{v.facet}:{v.value}", 0) >= FACET_TONE for v in values):
                return axis
        return ""

    def _unknown_value(self, each: Meant, found: Draft) -> None:
        """Take a value that the catalogue does not list: search its texts for it, or say so."""
        said = self.scope.english(each.mention.words)
        if fold(said) in {fold(facet.label) for facet in self.scope.profile.facets.values()}:
            return
        if each.role.name in UNWANTED:
            if self.scope.tells(said) and len(said.split()) <= 2:
                found.exclude.append(Value(TEXT, said))
            else:
                found.unknown.append(each.mention.words)
        elif each.role.name in {"want", "must", "more", "maybe"}:
            if self.scope.tells(said) and each.kind == "value":
                found.about.append(said)
            elif each.role.name != "maybe":
                found.unknown.append(each.mention.words)

    def _ordered_values(self, each: Meant, senses: Sequence[FacetSense], found: Draft) -> None:
        """Exclude what lies beyond a value that has an order: "nothing above PG-13"."""
        for sense in senses:
            ages = self.scope.profile.ages.get(sense.facet)
            if not ages or sense.value not in ages:
                continue
            limit, role = ages[sense.value], each.role.name
            kept = {"max": operator.le, "below": operator.lt, "min": operator.ge}
            holds = kept.get(role, operator.gt)
            found.exclude += [
                Value(sense.facet, value) for value, age in ages.items() if not holds(age, limit)
            ]

    def _require(
        self, wanted: Sequence[tuple[Meant, Sequence[FacetSense]]], text: str, found: Draft
    ) -> None:
        """Require hard values and favour soft ones; of three and more of a facet any will do."""
        by_facet: dict[str, list[tuple[Meant, str]]] = {}
        for each, senses in wanted:
            for sense in senses:
                if self.scope.profile.facets[sense.facet].soft:
                    found.prefer.append(Value(sense.facet, sense.value))
                else:
                    by_facet.setdefault(sense.facet, []).append((each, sense.value))
        for facet, pairs in by_facet.items():
            values = unique(value for _, value in pairs)
            mentions = {id(each): each for each, _ in pairs}
            must = any(each.role.name == "must" for each in mentions.values())
            choice = self.scope.profile.offers_choice(facet)
            either = choice or self._either(list(mentions.values()), text)
            if either or (len(mentions) >= ENOUGH_VALUES and not must):
                found.require.append(Wanted(facet, values))
                if len(mentions) >= ENOUGH_VALUES and not self.scope.profile.facets[facet].single:
                    found.prefer += [Value(facet, value) for value in values]
            else:
                found.require += [Wanted(facet, (value,)) for value in values]

    def _either(self, mentions: Sequence[Meant], text: str) -> bool:
        """Tell whether any of some values will do: "or" stands between, or somebody has them."""
        before = words(text[: min(each.mention.start for each in mentions)])
        if holds(before[-LONGEST_OWNING:], self.scope.language.owning):
            return True
        spans = sorted((each.mention.start, each.mention.end) for each in mentions)
        for (_, end), (start, _) in pairwise(spans):
            between = text[end:start]
            said = words(between)
            if "/" in between or any(
                said[k : k + 1] in self.scope.language.either for k in range(len(said))
            ):
                return True
        return False
