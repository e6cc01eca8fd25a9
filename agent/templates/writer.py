"""Answers that read like a knowledgeable friend, with nothing the catalogue does not support."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from agent.answers.wording import ENGLISH, Wording
from agent.templates.asking import offers_text, question_text
from agent.templates.markdown import escape
from agent.templates.tables import comparison_table, details_text, field_sentence, values_line
from agent.templates.talk import quoted_examples, small_talk
from agent.understanding.language import languages
from data.index import Index
from data.items import Item
from graph.protocols import Brief
from tools.preferences import Preferences
from tools.titles import Resolution
from tools.unmet import unmet

_PIECE = re.compile(r"\S+\s*|\s+")
CARD_FACTS = 4
OTHER = "other"
"""The language of a message that is in none that is read."""


class TemplateWriter:
    """Write answers over one index, in the language of the message."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._catalogue = index.catalogue
        self._in = lru_cache(lambda code: Wording(index.catalogue.profile, code))

    def _wording(self, brief: Brief) -> Wording:
        return self._in(brief.reading.language)

    def recommend(self, brief: Brief) -> Iterator[str]:
        """Yield the answer that presents a list."""
        parts = [self._opening(brief), *self.remarks(brief)]
        if brief.chosen:
            parts.append(self._list(brief))
        parts.append(self.asked(brief))
        return _pieces("\n\n".join(part for part in parts if part))

    def clarify(self, brief: Brief) -> Iterator[str]:
        """Yield the answer when there is nothing to present, with one useful question."""
        return _pieces("\n\n".join([*self.remarks(brief), self._question(brief)]))

    def converse(self, brief: Brief) -> Iterator[str]:
        """Yield small talk."""
        wording = self._wording(brief)
        if brief.reading.language == OTHER:
            return _pieces(self._foreign(wording))
        return _pieces(small_talk(self._catalogue, brief, wording))

    def inspect(self, brief: Brief) -> Iterator[str]:
        """Yield the answer to a question from what the tools said."""
        question = brief.reading.question
        assert question is not None
        result = brief.results[-1] if brief.results else {}
        wording = self._wording(brief)
        unknown = [
            _unknown(each["name"], each["nearest"], wording) for each in result.get("unknown", [])
        ]
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
        nothing = self._wording(brief).say("questions.which")
        text = "\n\n".join(part for part in [*unknown, told] if part) or nothing
        return _pieces(text)

    def _opening(self, brief: Brief) -> str:
        feedback, wording = self._feedback(brief), self._wording(brief)
        stated = replace(brief.stated, personal=brief.stated.personal and brief.known)
        if brief.reading.pick and brief.chosen:
            return feedback + wording.say("opening.pick")
        wishes = [escape(each) for each in wording.summary(self._catalogue, stated)]
        if not wishes:
            return feedback + wording.varied("opening.none", brief.turn)
        understood = wording.comma.join(wishes)
        few = len(brief.chosen)
        if brief.relaxed:
            return feedback + wording.say("opening.near", wishes=understood)
        if few == 1:
            key = "opening.one" if brief.matching == 1 else "opening.single"
            return feedback + wording.say(key, wishes=understood)
        if brief.matching <= few:
            return feedback + wording.say("opening.few", count=few, wishes=understood)
        return feedback + wording.varied("opening.many", brief.turn, wishes=understood)

    def _feedback(self, brief: Brief) -> str:
        """Return what a message told about titles, as far as it was news."""
        before, stated, wording = brief.before, brief.stated, self._wording(brief)
        news = {
            "seen_many": _new(stated.seen, before.seen),
            "disliked": _new(stated.disliked, before.disliked),
            "unlike": _new(stated.unlike, before.unlike),
            "loved": _new(stated.loved, before.loved),
        }
        if len(news["seen_many"]) == 1:
            news = {"seen_one": news.pop("seen_many"), **news}
        said = [
            wording.say(f"feedback.{key}", titles=self._titles(ids, wording))
            for key, ids in news.items()
            if ids
        ]
        if brief.reading.change.undo:
            nothing = brief.before == brief.stated
            said = [wording.say("feedback.nothing_back" if nothing else "feedback.back")]
        text = wording.say("list.joint").join(filter(None, said))
        return f"{_sentence(text, wording)}{wording.say('list.gap')}" if text else ""

    def _titles(self, ids: Sequence[str], wording: Wording) -> str:
        return wording.listed([escape(self._catalogue[each].title) for each in ids])

    def remarks(self, brief: Brief) -> list[str]:
        """Return what must be said before anything else: unknown names, what was given up."""
        wording = self._wording(brief)
        remarks = [self._unresolved(each, wording) for each in brief.unresolved]
        if any(not each.nearest for each in brief.unresolved) and brief.chosen:
            remarks.append(wording.say("remarks.meanwhile"))
        if brief.reading.language == OTHER:
            remarks.append(self._foreign(wording))
        if brief.reading.unknown:
            topics = wording.listed([escape(each) for each in brief.reading.unknown], "or")
            remarks.append(wording.say("remarks.unknown_topic", topics=topics))
        if brief.reading.not_understood:
            unsure = [f"“{escape(each)}”" for each in brief.reading.not_understood[:3]]
            remarks.append(wording.say("remarks.not_understood", words=wording.listed(unsure)))
        if brief.beyond:
            remarks.append(wording.say("remarks.beyond"))
        if brief.wanted.personal and not brief.known and brief.grounded:
            remarks.append(wording.say("remarks.no_taste"))
        if brief.relaxed and brief.grounded:
            given = wording.listed([escape(each) for each in brief.relaxed])
            remarks.append(wording.say("remarks.relaxed", given=given))
        shown = [each.id for each in brief.chosen]
        if missing := unmet(self._catalogue, shown, brief.wanted):
            values = wording.listed([escape(each) for each in missing], "or")
            remarks.append(wording.say("remarks.unmet", values=values))
        return remarks

    def _foreign(self, wording: Wording) -> str:
        """Return the sentence that names the languages that are read."""
        names = [each.name for each in languages().values()]
        return wording.say("remarks.foreign", languages=wording.listed(names))

    def _unresolved(self, resolution: Resolution, wording: Wording) -> str:
        nearest = [self._catalogue[each].title for each in resolution.nearest]
        if resolution.ambiguous:
            name, options = escape(resolution.asked), _options(nearest, wording)
            return wording.say("remarks.ambiguous", name=name, options=options)
        return _unknown(resolution.asked, nearest, wording)

    def _list(self, brief: Brief) -> str:
        wording, lines = self._wording(brief), []
        for rank, (candidate, reasons) in enumerate(
            zip(brief.chosen, brief.reasons, strict=True), start=1
        ):
            item = self._catalogue[candidate.id]
            told = filter(None, [self._hook(item, brief), self._reason(reasons, wording)])
            title = escape(item.title)
            beside = [escape(each) for each in wording.disclosed(item)]
            facts = wording.comma.join([*self._card(item, wording), *beside])
            slots = {"title": title, "facts": facts, "told": wording.say("list.gap").join(told)}
            line = wording.say("list.line" if facts else "list.bare", **slots)
            lines.append(f"{rank}. {line.rstrip()}")
        return "\n".join(lines)

    def _hook(self, item: Item, brief: Brief) -> str:
        """Return whom an item is for, in the catalogue's own words, if the person reads them."""
        if not item.suits or brief.reading.language != ENGLISH:
            return ""
        return f"{self._wording(brief).say('facts.for', suits=escape(item.suits))}"

    def _card(self, item: Item, wording: Wording) -> list[str]:
        """Return the figures that place an item at a glance: year, length, score."""
        numbers = self._catalogue.profile.numbers
        shown = [
            wording.figure(name, item.numbers[name])
            if number.kind != "score"
            else wording.say("facts.rated", figure=wording.plain(name, item.numbers[name]))
            for name in self._catalogue.profile.card
            if (number := numbers.get(name)) and name in item.numbers and number.state
        ]
        return shown[:CARD_FACTS]

    def _reason(self, reasons: Sequence[str], wording: Wording) -> str:
        told = wording.say("list.joint").join(escape(reason) for reason in reasons[:3])
        return _sentence(told, wording)

    def asked(self, brief: Brief) -> str:
        """Return the question that is open after an answer, "" where none is."""
        if brief.inquiry is None:
            return ""
        return question_text(self._catalogue, brief, brief.inquiry, self._wording(brief))

    def _question(self, brief: Brief) -> str:
        """Return the one question that helps most when there is nothing to show."""
        examples, wording = quoted_examples(self._catalogue), self._wording(brief)
        if brief.inquiry is not None and brief.inquiry.kind == "slot":
            return self.asked(brief)
        if brief.unresolved and not brief.wanted.wishes():
            nearest = brief.unresolved[0].nearest
            return "" if nearest else wording.say("questions.another", examples=examples)
        about = escape(brief.reading.change.about or brief.wanted.about)
        if about and not brief.grounded and not brief.offers:
            return wording.say("questions.unknown_about", text=about, examples=examples)
        wishes = [escape(each) for each in wording.summary(self._catalogue, brief.stated)]
        told = [wording.say("opening.near", wishes=wording.comma.join(wishes))] if wishes else []
        told.append(wording.say("questions.nothing"))
        told.append(offers_text(brief, wording) if brief.offers else self._loosen(brief, wording))
        text = wording.say("list.gap").join(told)
        return "\n\n".join(part for part in (text, self.asked(brief)) if part)

    def _loosen(self, brief: Brief, wording: Wording) -> str:
        if vetoes := [value.value for value in brief.wanted.exclude]:
            values = wording.listed([escape(each) for each in vetoes], "or")
            return wording.say("questions.allow", values=values)
        return wording.say("questions.over")

    def _details(self, brief: Brief, result: dict[str, Any]) -> str:
        return "\n\n".join(
            details_text(self._catalogue.profile, each, self._wording(brief))
            for each in result.get("items", [])
        )

    def _field(self, brief: Brief, result: dict[str, Any]) -> str:
        question = brief.reading.question
        assert question is not None
        return " ".join(
            field_sentence(self._catalogue.profile, each, question.field, self._wording(brief))
            for each in result.get("items", [])
        )

    def _compare(self, brief: Brief, result: dict[str, Any]) -> str:
        items = result.get("items", [])
        if len(items) < 2:
            return self._wording(brief).say("questions.two")
        return comparison_table(
            self._catalogue.profile, items, result["shared"], self._wording(brief)
        )

    def _why(self, brief: Brief, result: dict[str, Any]) -> str:
        told = []
        known = {each["id"]: each["because"] for each in brief.listed}
        for item in result.get("items", []):
            told.append(self._why_one(item, known.get(item["id"], ()), self._wording(brief)))
        return "\n\n".join(told)

    def _why_one(self, item: dict[str, Any], reasons: Sequence[str], wording: Wording) -> str:
        name = escape(item["title"])
        title = f"**{name}**"
        if not reasons:
            return wording.say("facts.not_listed", title=title, name=name)
        lines = "\n".join(f"- {escape(reason)}" for reason in reasons)
        told = f"{wording.say('facts.because', title=title)}\n\n{lines}"
        if not item.get("suits"):
            return told
        return f"{told}\n\n{wording.say('facts.it_is_for', suits=escape(item['suits']))}"

    def _count(self, brief: Brief, result: dict[str, Any]) -> str:
        wording = self._wording(brief)
        wishes = wording.summary(self._catalogue, _asked(brief))
        return wording.say(
            "facts.count",
            count=wording.count(result["count"]),
            all=wording.count(result["of"]),
            many=wording.many,
            which=f" ({escape(', '.join(wishes))})" if wishes else "",
        )

    def _values(self, brief: Brief, result: dict[str, Any]) -> str:
        wording = self._wording(brief)
        if not result["values"]:
            return wording.say("facts.no_values", label=wording.label(result["facet"]))
        values = values_line(result["values"], wording)
        return wording.say("facts.values", many=wording.many, values=values)

    def _best(self, brief: Brief, result: dict[str, Any]) -> str:
        name, wording = result["number"], self._wording(brief)
        if not result["items"]:
            return wording.say("facts.none_known", label=wording.label(name))
        lines = [
            f"{rank}. **{escape(item['title'])}**: {wording.figure(name, item['facts'][name])}"
            for rank, item in enumerate(result["items"], start=1)
        ]
        key = "facts.highest" if result["highest"] else "facts.lowest"
        return f"{wording.say(key, label=wording.label(name))}\n\n" + "\n".join(lines)


def _new(after: Sequence[str], before: Sequence[str]) -> list[str]:
    return [each for each in after if each not in before]


def _asked(brief: Brief) -> Preferences:
    change = brief.reading.change
    return Preferences(
        about=change.about, require=change.require, exclude=change.exclude, prefer=change.prefer
    )


def _unknown(name: str, nearest: Sequence[str], wording: Wording) -> str:
    told = wording.say("remarks.unknown", name=escape(name))
    if not nearest:
        return told
    return f"{told} {wording.say('remarks.nearest', options=_options(nearest, wording))}"


def _options(titles: Sequence[str], wording: Wording) -> str:
    options = [f"({n}) **{escape(title)}**" for n, title in enumerate(titles, start=1)]
    return wording.listed(options, "or")


def _sentence(text: str, wording: Wording) -> str:
    return wording.say("list.sentence", text=f"{text[:1].upper()}{text[1:]}") if text else ""


def _pieces(text: str) -> Iterator[str]:
    return (piece.group() for piece in _PIECE.finditer(text))
