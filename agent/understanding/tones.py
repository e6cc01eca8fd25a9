"""Tones, comparatives and words that stand for figures: "darker", "too long", "hidden gems"."""

from collections.abc import Sequence
from dataclasses import dataclass

from agent.understanding.draft import Draft
from agent.understanding.meaning import Meant
from agent.understanding.scope import UNWANTED, WANTED, Scope
from agent.understanding.senses import FacetSense, NumberSense, ShortcutSense, ToneSense
from data.profile import Bound, Shortcut
from tools.change import Bounds, Critique
from tools.preferences import Value, Wanted


@dataclass(frozen=True, slots=True)
class Tones:
    """Compose what mentions of feeling and of more and less alter."""

    scope: Scope

    def read(self, mentions: Sequence[Meant], reference: str, found: Draft) -> None:
        """Gather the tones of a message, relative to a title that it names for comparison."""
        for each in mentions:
            if each.kind != "tone" or each.role.name not in WANTED | UNWANTED:
                continue
            if not each.mention.senses:
                self._plain_tone(each, found)
            for sense in each.mention.senses:
                if isinstance(sense, ToneSense):
                    self._tone(each, sense, reference, found)
                elif isinstance(sense, FacetSense):
                    self._value_of_tone(each, sense, found)
            self._shortcuts(each, reference, found)
            self._numbers(each, reference, found)

    def _tone(self, each: Meant, sense: ToneSense, than: str, found: Draft) -> None:
        role = each.role.name
        turned = role in UNWANTED and not sense.settled
        relative = sense.relative or role in {"more", "less"}
        direction = -sense.direction if turned else sense.direction
        if any(kept.name == sense.axis for kept in found.tones):
            return
        found.tones.append(
            Critique(sense.axis, 1 if direction > 0 else -1, each.mention.words, than, relative)
        )

    def _value_of_tone(self, each: Meant, sense: FacetSense, found: Draft) -> None:
        value = Value(sense.facet, sense.value)
        if each.role.name == "avoid":
            found.exclude.append(value)
        elif each.role.name in WANTED:
            found.prefer.append(value)

    def _plain_tone(self, each: Meant, found: Draft) -> None:
        """Search for a tone that is no axis of the profile: "surreal"."""
        said = self.scope.english(each.mention.words)
        if each.role.name in WANTED and self.scope.tells(said):
            found.vague.append(said)

    def _numbers(self, each: Meant, than: str, found: Draft) -> None:
        senses = [s for s in each.mention.senses if isinstance(s, NumberSense)]
        if not senses:
            return
        first, *others = senses
        turned = each.role.name in UNWANTED and not first.settled
        direction = -first.direction if turned else first.direction
        also = tuple(s.number for s in others if s.direction == first.direction)
        found.numbers.append(
            Critique(first.number, 1 if direction > 0 else -1, each.mention.words, than, also=also)
        )

    def _shortcuts(self, each: Meant, than: str, found: Draft) -> None:
        for sense in each.mention.senses:
            if not isinstance(sense, ShortcutSense):
                continue
            if each.role.name in {"want", "must", "maybe"} and not than:
                self._shortcut(sense.shortcut, each.mention.words, found)
            else:
                self._relative_shortcut(sense.shortcut, each, than, found)

    def _shortcut(self, short: Shortcut, said: str, found: Draft) -> None:
        for name, bound in short.ranges.items():
            low = self._limit(name, bound.low, float("-inf"))
            high = self._limit(name, bound.high, float("inf"))
            found.bounds.append(Bounds(name, low, high, said))
        found.require += [Wanted(facet, tuple(v)) for facet, v in short.require.items()]
        found.prefer += [Value(facet, v) for facet, few in short.prefer.items() for v in few]
        found.exclude += [Value(facet, v) for facet, few in short.exclude.items() for v in few]
        found.tones += [Critique(axis, step, said) for axis, step in short.tones.items()]

    def _limit(self, number: str, declared: float | str | None, none: float) -> float:
        if isinstance(declared, str):
            return self.scope.catalogue.quantile(number, float(declared.rstrip("%")) / 100)
        return none if declared is None else declared

    def _relative_shortcut(self, short: Shortcut, each: Meant, than: str, found: Draft) -> None:
        """Read "shorter" and "too short" of a word that stands for a bound."""
        for name, bound in list(short.ranges.items())[:1]:
            direction = _side(bound)
            turned = each.role.name in UNWANTED
            way = -direction if turned else direction
            if way:
                found.numbers.append(Critique(name, 1 if way > 0 else -1, each.mention.words, than))


def _side(bound: Bound) -> int:
    if bound.high is not None and bound.low is None:
        return -1
    return 1 if bound.low is not None and bound.high is None else 0
