"""What a model said of a message, held to the person's words and the catalogue's vocabulary."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf, isfinite
from typing import Any, Literal, cast

from rapidfuzz import fuzz, process

from agent.language.schema import Language
from agent.language.shape import (
    Said,
    SaidBound,
    SaidCritique,
    SaidOrder,
    SaidQuestion,
    SaidTone,
    UnreadableError,
)
from data.items import fold
from tools.change import Bounds, Change, Critique, Intent, Question, Reading
from tools.preferences import Order, Preferences, Value, Wanted
from tools.scene import THIS
from tools.selection import TEXT

AS_WRITTEN = 88.0  # similarity in % of a title to what the person wrote; models mend spelling
MATCHED = 90.0  # similarity in % of a value to the one of the vocabulary it is taken for
LONGEST = 80  # characters of words that are kept as somebody's own
LONGEST_ABOUT = 300
YEARS = (1800, 2200)
_PLACE = re.compile(r"#(?:-?\d{1,3}|all)")
_ASKING: dict[str, Intent] = {"compare": "compare", "why": "explain"}
Direction = Literal[-1, 1]


@dataclass(frozen=True, slots=True)
class Judge:
    """Make a reading of what was said, less what neither person nor catalogue bears out."""

    language: Language
    written: str
    """All that titles may come from: the message, the earlier ones and the titles shown."""

    def reading(self, said: Said, before: Preferences) -> Reading:
        """Return the reading; raises UnreadableError where intent and content disagree."""
        if said.undo:
            return Reading("refine", Change(undo=True))
        if said.intent == "reset":
            return Reading("reset", Change(reset=True))
        if said.intent == "out_of_scope":
            return Reading("out_of_scope")
        if said.intent == "converse":
            return Reading("converse", small_talk=said.small_talk or "nothing")
        if said.intent in {"lookup", "compare", "explain"}:
            return self._question(said)
        return self._wish(said, before)

    def _question(self, said: Said) -> Reading:
        question = self._asked(said.question)
        if question is None:
            raise UnreadableError(f"Intent '{said.intent}' needs a question that can be looked up.")
        filters = self._change(said) if question.kind in {"count", "best"} else Change()
        return Reading(_ASKING.get(question.kind, "lookup"), filters, question)

    def _asked(self, asked: SaidQuestion | None) -> Question | None:
        if asked is None:
            return None
        profile = self.language.profile
        fields: dict[str, Iterable[str]] = {
            "best": profile.numbers,
            "list": profile.facets,
            "field": (*profile.numbers, *profile.facets),
        }
        if asked.kind in fields and asked.field not in fields[asked.kind]:
            return None
        items = self._titles(asked.items)
        if not items and asked.kind in {"details", "field", "why"}:
            items = (THIS,)
        field = asked.field if asked.kind in fields else ""
        return Question(asked.kind, items, field, asked.highest)

    def _wish(self, said: Said, before: Preferences) -> Reading:
        change = self._change(said, before)
        told = Change(seen=change.seen, disliked=change.disliked, loved=change.loved)
        if said.intent == "feedback" and change == told and not told.empty():
            return Reading("feedback", change)
        if change.empty() and (said.intent != "recommend" or said.wishes()):
            raise UnreadableError(f"Intent '{said.intent}' changes nothing that the message says.")
        fresh = said.starts_over or said.intent == "recommend" or not before.wishes()
        return Reading("recommend" if fresh else "refine", replace(change, fresh=fresh))

    def _change(self, said: Said, before: Preferences | None = None) -> Change:
        facets = [(each.how, self._facet(each.facet, each.values)) for each in said.facets]
        kept = [(how, wanted) for how, wanted in facets if wanted.any_of]
        return Change(
            about=_short(said.about, LONGEST_ABOUT),
            like=self._titles(said.like),
            require=tuple(wanted for how, wanted in kept if how == "require"),
            exclude=(
                *_values(wanted for how, wanted in kept if how == "exclude"),
                *(Value(TEXT, word) for word in self._avoided(said.avoid)),
            ),
            prefer=tuple(_values(wanted for how, wanted in kept if how == "prefer")),
            bounds=tuple(each for bound in said.bounds if (each := self._bounds(bound))),
            numbers=tuple(self._critiques(said.critiques)),
            tones=tuple(self._tones(said.tones)),
            seen=self._titles(said.seen),
            disliked=self._titles(said.disliked),
            loved=self._titles(said.loved),
            forget=self._forgotten(said.forget, before) if before else (),
            order=self._order(said.order),
        )

    def _titles(self, names: Sequence[str]) -> tuple[str, ...]:
        kept = (each.strip() for each in names)
        return tuple(dict.fromkeys(each for each in kept if self._is_written(each)))

    def _is_written(self, name: str) -> bool:
        if name == THIS or _PLACE.fullmatch(name):
            return True
        folded = fold(name)
        if not folded or len(name) > 200:
            return False
        known = f" {self.written} "
        near = len(folded) > 3 and fuzz.partial_ratio(folded, known) >= AS_WRITTEN
        return near or f" {folded} " in known

    def _facet(self, facet: str, values: Sequence[str]) -> Wanted:
        known = self.language.catalogue.facets.get(facet, {})
        found = (self._value(facet, value, known) for value in values)
        return Wanted(facet, tuple(dict.fromkeys(value for value in found if value)))

    def _value(self, facet: str, value: str, known: Iterable[str]) -> str:
        """Return the vocabulary's value that one is: itself, by case, by synonym, by spelling."""
        folded = {fold(each): each for each in known}
        asked = fold(value)
        if asked in folded:
            return folded[asked]
        synonyms = self.language.profile.facets[facet].synonyms if folded else {}
        for name, words in synonyms.items():
            if fold(name) in folded and asked in map(fold, words):
                return folded[fold(name)]
        near = process.extractOne(asked, list(folded), scorer=fuzz.ratio, score_cutoff=MATCHED)
        return folded[near[0]] if asked and near else ""

    def _bounds(self, bound: SaidBound) -> Bounds | None:
        number = self.language.profile.numbers.get(bound.number)
        low = -inf if bound.low is None else bound.low
        high = inf if bound.high is None else bound.high
        ends = [end for end in (bound.low, bound.high) if end is not None]
        floor, ceiling = YEARS if number and number.kind == "year" else (0, 1e9)
        sane = ends and all(isfinite(end) and floor <= end <= ceiling for end in ends)
        if number is None or not sane or low > high:
            return None
        return Bounds(bound.number, low, high, self._words(bound.words))

    def _critiques(self, said: Sequence[SaidCritique]) -> Iterable[Critique]:
        for each in said:
            if each.number in self.language.profile.numbers:
                direction: Direction = 1 if each.to == "higher" else -1
                than = next(iter(self._titles([each.than])), "")
                words = self._words(each.words)
                also = self._also(each.number, direction, words)
                yield Critique(each.number, direction, words, than, also=also)

    def _also(self, name: str, direction: Direction, words: str) -> tuple[str, ...]:
        """Return the other numbers that people mean by the same words: "shorter" is two."""
        return tuple(
            other
            for other, number in self.language.profile.numbers.items()
            if other != name
            and fold(words) in map(fold, number.more if direction > 0 else number.less)
        )

    def _tones(self, said: Sequence[SaidTone]) -> Iterable[Critique]:
        for each in said:
            if each.tone in self.language.poles:
                axis, direction = self.language.poles[each.tone]
                than = next(iter(self._titles([each.than])), "")
                words = self._words(each.words)
                yield Critique(axis, cast(Direction, direction), words, than, each.relative)

    def _order(self, said: SaidOrder | None) -> Order | None:
        if said is None or said.number not in self.language.profile.numbers:
            return None
        words = self._words(said.words)
        label = self.language.profile.numbers[said.number].label
        return Order(said.number, said.highest, words or f"by {label}")

    def _forgotten(self, names: Sequence[str], before: Preferences) -> tuple[str, ...]:
        known = {fold(each): each for each in self.language.wishes(before)}
        titles: Callable[[str], Any] = self.language.catalogue.__getitem__
        known |= {fold(name): each for each in before.anchors for name in titles(each).names()}
        return tuple(dict.fromkeys(known[fold(name)] for name in names if fold(name) in known))

    def _avoided(self, words: Sequence[str]) -> Iterable[str]:
        for word in words:
            if len(fold(word).split()) == 1 and f" {fold(word)} " in f" {self.written} ":
                yield fold(word)

    def _words(self, words: str) -> str:
        """Return words that stand on a chip: only the person's own."""
        short = _short(words, LONGEST)
        return short if fold(short) and fold(short) in self.written else ""


def _values(groups: Iterable[Wanted]) -> list[Value]:
    return [Value(group.facet, value) for group in groups for value in group.any_of]


def _short(text: str, longest: int) -> str:
    return " ".join(text.split())[:longest]
