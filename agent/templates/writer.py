"""Answers that read like a knowledgeable friend, with nothing the catalogue does not support."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from agent.templates.markdown import escape
from agent.templates.tables import comparison_table, details_text, field_sentence, values_line
from agent.templates.talk import quoted_examples, small_talk
from data.index import Index
from data.items import Item
from graph.protocols import Brief
from tools.asking import Split, best_split
from tools.candidates import Candidate
from tools.preferences import Preferences
from tools.titles import Resolution
from tools.wording import figure, listed, summary

_PIECE = re.compile(r"\S+\s*|\s+")
CARD_FACTS = 4


class TemplateWriter:
    """Write answers over one index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._catalogue = index.catalogue
        self._noun = index.catalogue.profile.noun

    def recommend(self, brief: Brief) -> Iterator[str]:
        """Yield the answer that presents a list."""
        parts = [self._opening(brief), *self.remarks(brief)]
        if brief.chosen:
            parts.append(self._list(brief))
        closing = self._closing(brief)
        return _pieces("\n\n".join(part for part in [*parts, closing] if part))

    def clarify(self, brief: Brief) -> Iterator[str]:
        """Yield the answer when there is nothing to present, with one useful question."""
        return _pieces("\n\n".join([*self.remarks(brief), self._question(brief)]))

    def converse(self, brief: Brief) -> Iterator[str]:
        """Yield small talk."""
        return _pieces(small_talk(self._catalogue, brief))

    def inspect(self, brief: Brief) -> Iterator[str]:
        """Yield the answer to a question from what the tools said."""
        question = brief.reading.question
        assert question is not None
        result = brief.results[-1] if brief.results else {}
        unknown = [_unknown(each["name"], each["nearest"]) for each in result.get("unknown", [])]
        answers = {
            "details": self._details,
            "why": self._why,
            "field": self._field,
            "compare": self._compare,
            "count": self._count,
            "list": self._values,
            "best": self._best,
        }
        told = answers[question.kind](brief, result)
        nothing = "I am not sure which title you mean. Name it, or say “#2” for one of the list."
        text = "\n\n".join(part for part in [*unknown, told] if part) or nothing
        return _pieces(text)

    def _opening(self, brief: Brief) -> str:
        feedback = self._feedback(brief)
        stated = replace(brief.stated, personal=brief.stated.personal and brief.known)
        wishes = [escape(each) for each in summary(self._catalogue, stated)]
        if not wishes:
            return feedback + _varied(
                brief.turn,
                f"Here are {self._noun.many} that nearly everyone is glad to have met:",
                "A varied handful of well-loved ones to start with:",
            )
        understood = ", ".join(wishes)
        few = len(brief.chosen)
        if few == 1:
            return f"{feedback}Just one {self._noun.one} fits: {understood}."
        if brief.matching <= few:
            return f"{feedback}Only {few} {self._noun.many} fit all of that: {understood}."
        return feedback + _varied(
            brief.turn,
            f"So: {understood}. These fit best:",
            f"Understood: {understood}. I would try these:",
            f"Got it: {understood}. My picks:",
        )

    def _feedback(self, brief: Brief) -> str:
        """Return what a message told about titles, as far as it was news."""
        before, stated = brief.before, brief.stated
        met = _new(stated.seen, before.seen)
        seen = self._titles(met)
        disliked = self._titles(_new(stated.disliked, before.disliked))
        loved = self._titles(_new(stated.loved, before.loved))
        nothing = brief.before == brief.stated
        said = [
            f"noted, {seen} {'is' if len(met) == 1 else 'are'} off the list as seen"
            if seen
            else "",
            f"understood, no more {disliked}" if disliked else "",
            f"good to know that you loved {loved}" if loved else "",
        ]
        if brief.reading.change.undo:
            said = ["there was nothing to take back" if nothing else "back to where we were"]
        text = "; ".join(filter(None, said))
        return f"{text[:1].upper()}{text[1:]}. " if text else ""

    def _titles(self, ids: Sequence[str]) -> str:
        return listed([escape(self._catalogue[each].title) for each in ids])

    def remarks(self, brief: Brief) -> list[str]:
        """Return what must be said before anything else: unknown names, what was given up."""
        remarks = [self._unresolved(each) for each in brief.unresolved]
        if brief.reading.unknown:
            topics = listed([escape(each) for each in brief.reading.unknown], "or")
            remarks.append(f"The catalogue does not tell {topics}, so I left that out.")
        if brief.reading.not_understood:
            words = listed([f"“{escape(each)}”" for each in brief.reading.not_understood[:3]])
            remarks.append(f"I was not sure what you meant by {words}, so I left it out.")
        if brief.beyond:
            remarks.append("There is no such place in the list that I last showed.")
        if brief.wanted.personal and not brief.known and brief.grounded:
            remarks.append(
                f"I know nothing of your taste yet. Tell me of {self._noun.many} that you loved, "
                "and this list will follow it."
            )
        if brief.relaxed and brief.grounded:
            given = listed([escape(each) for each in brief.relaxed])
            remarks.append(f"Nothing matched all of it: {given}.")
        return remarks

    def _unresolved(self, resolution: Resolution) -> str:
        nearest = [self._catalogue[each].title for each in resolution.nearest]
        if resolution.ambiguous:
            return (
                f"“{escape(resolution.asked)}” could be {_options(nearest)}. Which one do you mean?"
            )
        return _unknown(resolution.asked, nearest)

    def _list(self, brief: Brief) -> str:
        lines = []
        for rank, (candidate, reasons) in enumerate(
            zip(brief.chosen, brief.reasons, strict=True), start=1
        ):
            item = self._catalogue[candidate.id]
            lines.append(
                f"{rank}. **{escape(item.title)}** ({self._card(item)}). {self._reason(reasons)}"
            )
        return "\n".join(lines)

    def _card(self, item: Item) -> str:
        """Return the figures that place an item at a glance: year, length, score."""
        numbers = self._catalogue.profile.numbers
        shown = [
            figure(number, item.numbers[name])
            if number.kind != "score"
            else f"rated {item.numbers[name]:g}"
            for name in self._catalogue.profile.card
            if (number := numbers.get(name)) and name in item.numbers and number.state
        ]
        return ", ".join(shown[:CARD_FACTS])

    def _reason(self, reasons: Sequence[str]) -> str:
        told = "; ".join(escape(reason) for reason in reasons[:3])
        return f"{told[:1].upper()}{told[1:]}." if told else ""

    def _closing(self, brief: Brief) -> str:
        if brief.unresolved and any(each.ambiguous for each in brief.unresolved):
            return ""
        if brief.stated.wishes() or not brief.chosen:
            return ""
        split = self._split(brief.chosen, brief.wanted)
        return self._ask(split) if split else ""

    def _split(self, chosen: Sequence[Candidate], wanted: Preferences) -> Split | None:
        known = {value.value for value in (*wanted.prefer, *wanted.exclude)}
        order = (-self._catalogue.renown).argsort()[:60]
        pool = [each.id for each in chosen] + [self._catalogue.items[p].id for p in order]
        return best_split(self._catalogue, pool, known)

    def _ask(self, split: Split) -> str:
        one, other = map(escape, split.values)
        return f"To narrow it down: are you more in the mood for {one} or for {other}?"

    def _question(self, brief: Brief) -> str:
        """Return the one question that helps most when there is nothing to show."""
        examples = quoted_examples(self._catalogue)
        if brief.unresolved and not brief.wanted.wishes():
            return (
                ""
                if brief.unresolved[0].nearest
                else f"Tell me another one, or describe it: {examples}."
            )
        about = escape(brief.reading.change.about or brief.wanted.about)
        if not about or brief.grounded:
            return f"Nothing in this catalogue meets all of that. {self._loosen(brief)}"
        return (
            f"I know no {self._noun.one} that is really about “{about}”, and I would rather say so "
            f"than guess. Name a {self._noun.one} you love, a genre or a mood: {examples}."
        )

    def _loosen(self, brief: Brief) -> str:
        vetoes = [value.value for value in brief.wanted.exclude]
        if brief.wanted.ranges:
            words = brief.wanted.ranges[-1].words or brief.wanted.ranges[-1].number
            return f"Shall I drop “{escape(words)}”?"
        if vetoes:
            ruled_out = listed([escape(each) for each in vetoes], "or")
            return f"You ruled out {ruled_out}: shall I allow one of them again?"
        return "Say “start over” for a fresh list, or tell me what matters least."

    def _details(self, brief: Brief, result: dict[str, Any]) -> str:
        return "\n\n".join(
            details_text(self._catalogue.profile, each) for each in result.get("items", [])
        )

    def _field(self, brief: Brief, result: dict[str, Any]) -> str:
        question = brief.reading.question
        assert question is not None
        return " ".join(
            field_sentence(self._catalogue.profile, each, question.field)
            for each in result.get("items", [])
        )

    def _compare(self, brief: Brief, result: dict[str, Any]) -> str:
        items = result.get("items", [])
        if len(items) < 2:
            return "Name two titles to compare, or say “compare 1 and 3”."
        return comparison_table(self._catalogue.profile, items, result["shared"])

    def _why(self, brief: Brief, result: dict[str, Any]) -> str:
        told = []
        known = {each["id"]: each["because"] for each in brief.listed}
        for item in result.get("items", []):
            told.append(self._why_one(item, known.get(item["id"], ())))
        return "\n\n".join(told)

    def _why_one(self, item: dict[str, Any], reasons: Sequence[str]) -> str:
        title = escape(item["title"])
        if not reasons:
            return (
                f"I did not recommend **{title}** in the last list. "
                f"Ask “tell me about {title}” to see what it is."
            )
        lines = "\n".join(f"- {escape(reason)}" for reason in reasons)
        suits = f"\n\nIt is for {escape(item['suits'])}." if item.get("suits") else ""
        return f"**{title}** is there because:\n\n{lines}{suits}"

    def _count(self, brief: Brief, result: dict[str, Any]) -> str:
        wishes = summary(self._catalogue, _asked(brief))
        which = f" ({escape(', '.join(wishes))})" if wishes else ""
        return f"{result['count']:,} of {result['of']:,} {self._noun.many}{which}."

    def _values(self, brief: Brief, result: dict[str, Any]) -> str:
        facet = self._catalogue.profile.facets[result["facet"]]
        return (
            f"These, with how many {self._noun.many} each: {values_line(result['values'])}."
            if result["values"]
            else f"This catalogue states no {facet.label}."
        )

    def _best(self, brief: Brief, result: dict[str, Any]) -> str:
        name = result["number"]
        number = self._catalogue.profile.numbers[name]
        if not result["items"]:
            return f"No {self._noun.one} that fits has a known {number.label}."
        lines = [
            f"{rank}. **{escape(item['title'])}**: {figure(number, item['facts'][name])}"
            for rank, item in enumerate(result["items"], start=1)
        ]
        end = "highest" if result["highest"] else "lowest"
        return f"By {number.label}, {end} first:\n\n" + "\n".join(lines)


def _new(after: Sequence[str], before: Sequence[str]) -> list[str]:
    return [each for each in after if each not in before]


def _asked(brief: Brief) -> Preferences:
    change = brief.reading.change
    return Preferences(
        about=change.about, require=change.require, exclude=change.exclude, prefer=change.prefer
    )


def _unknown(name: str, nearest: Sequence[str]) -> str:
    near = f" The nearest titles are {_options(nearest)}: is it one of these?" if nearest else ""
    return f"“{escape(name)}” is not in the catalogue.{near}"


def _options(titles: Sequence[str]) -> str:
    return listed([f"({n}) **{escape(title)}**" for n, title in enumerate(titles, start=1)], "or")


def _varied(turn: int, *wordings: str) -> str:
    return wordings[(turn - 1) % len(wordings)]


def _pieces(text: str) -> Iterator[str]:
    return (piece.group() for piece in _PIECE.finditer(text))
