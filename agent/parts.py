"""The parts over one opened index that the graph's nodes call."""

from collections.abc import Sequence
from functools import cached_property
from math import inf
from typing import Any

from langchain_core.tools import BaseTool

from agent.answers.wording import ENGLISH, Wording
from data.index import Index
from data.items import Item
from graph.protocols import Eased
from graph.state import ToolCall
from infra import names
from infra.metrics import count
from tools.applying import Applied, Applier, known
from tools.candidates import Candidate, Found
from tools.change import Change, Question
from tools.evidence import FEW, bears
from tools.preferences import Preferences, Wanted, to_json
from tools.rank import choose, diversity
from tools.relaxing import Offer, offers, relax
from tools.scene import Scene, point
from tools.search import NOTHING_TOLD, Search
from tools.selection import TEXT, Mask, allowed, has_any, hidden
from tools.taste import Taste, Told
from tools.telling import telling
from tools.titles import Titles
from tools.toolbox import make_tools


class CatalogueWishes:
    """Keep preferences in step with one index."""

    def __init__(self, index: Index, titles: Titles, retriever: "CatalogueRetriever") -> None:
        self._index = index
        self._titles = titles
        self._retriever = retriever

    def known(self, preferences: Preferences) -> Preferences:
        """Return what of earlier preferences the catalogue still has."""
        return known(self._index.catalogue, preferences)

    def apply(self, change: Change, before: Preferences, scene: Scene) -> Applied:
        """Return the preferences after a change, names resolved."""
        return Applier(self._index, self._titles, scene).apply(change, before)

    def relax(
        self, wanted: Preferences, shown: Sequence[str], language: str = ENGLISH
    ) -> Eased | None:
        """Give up as little as brings a match, and say what it was."""

        def matches(preferences: Preferences) -> bool:
            met = allowed(self._index, preferences, shown).any()
            return bool(met) and self._retriever.near(preferences.about)

        relaxed = relax(self._index.catalogue.profile, wanted, matches)
        if relaxed is None:
            return None
        for kind in relaxed.kinds:
            count(names.RELAXED, kind)
        wording = Wording(self._index.catalogue.profile, language)
        said = tuple(wording.reason(each, "relaxed") for each in relaxed.reasons)
        return Eased(relaxed.preferences, said)

    def offers(self, wanted: Preferences, shown: Sequence[str]) -> tuple[Offer, ...]:
        """Return what giving up one hard wish would bring."""

        def brings(preferences: Preferences) -> int:
            return int(allowed(self._index, preferences, shown).sum())

        return offers(self._index.catalogue.profile, wanted, brings)


class CatalogueRetriever:
    """Find candidates in one index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._search = Search(index)

    def warm(self) -> None:
        """Compute what the first search would otherwise wait for."""
        self._search.warm()

    @property
    def taste(self) -> Taste:
        """Return what foretells what a person would like."""
        return self._search.taste

    def search(self, wanted: Preferences, shown: Sequence[str], told: Told = NOTHING_TOLD) -> Found:
        """Return candidates, best first."""
        return self._search(wanted, shown, told=told)

    def grounded(self, found: Found) -> bool:
        """Tell whether the evidence reaches the threshold set when the index was built."""
        return found.evidence >= self._index.manifest.threshold

    def near(self, about: str) -> bool:
        """Tell whether a text lies near enough to the catalogue."""
        return self._search.evidence(Preferences(about=about)) >= self._index.manifest.threshold


class CatalogueRanker:
    """Choose from candidates of one index."""

    def __init__(self, index: Index, size: int, taste: Taste | None = None) -> None:
        self._index = index
        self._single = index.catalogue.profile.policies.one_at_a_time
        self._size = 1 if self._single else size
        self._taste = taste

    def choose(
        self, found: Found, wanted: Preferences, staying: Sequence[str] = ()
    ) -> tuple[Candidate, ...]:
        """Return the titles of a list, in the wished order if there is one.

        Those `staying` that are among the candidates keep their places, others fill the list.
        """
        by_id = {each.id: each for each in found.candidates}
        kept = [by_id[each] for each in staying if each in by_id][: self._size]
        met = {self._franchise(each.id) for each in kept}
        rest = [each for each in found.candidates if self._franchise(each.id) not in met]
        best = self._best(rest, wanted) if len(kept) < self._size else []
        return self._ordered([*kept, *best][: self._size], wanted)

    def pick(
        self, found: Found, wanted: Preferences, chosen: Sequence[Candidate]
    ) -> tuple[Candidate, ...]:
        """Return what the person's taste speaks for; no franchise of the first list again."""
        if self._single:
            return ()
        met = {self._franchise(each.id) for each in chosen}
        liked = [
            each
            for each in found.personal
            if each.contributions.get("taste", 0.0) > 0 and self._franchise(each.id) not in met
        ]
        return self._ordered(self._best(liked, wanted), wanted)

    def reasons(
        self,
        chosen: Sequence[Candidate],
        wanted: Preferences,
        told: Told = NOTHING_TOLD,
        language: str = ENGLISH,
    ) -> tuple[tuple[str, ...], ...]:
        """Return why each title of a list is in it, in the words of a language."""
        wording = Wording(self._index.catalogue.profile, language)
        found = []
        for each, reasons in zip(chosen, telling(self._index, chosen, wanted), strict=True):
            taste = each.contributions.get("taste", 0.0) > 0 and self._taste is not None
            by_taste = self._taste.because(told, each.id) if taste and self._taste else ()
            found.append(tuple(map(wording.reason, [*by_taste, *reasons][:FEW])))
        return tuple(found)

    def _best(self, candidates: Sequence[Candidate], wanted: Preferences) -> list[Candidate]:
        catalogue, vectors = self._index.catalogue, self._index.vectors
        if self._is_strict(wanted):
            ordered = self._ordered(list(candidates), wanted)
            first: dict[int, Candidate] = {}
            for each in ordered:
                first.setdefault(self._franchise(each.id), each)
            return list(first.values())[: self._size]
        return choose(
            candidates,
            self._size,
            self._franchise,
            lambda each: vectors[catalogue.position[each]],
            diversity(wanted),
            lambda each: catalogue[each].entry,
        )

    def _is_strict(self, wanted: Preferences) -> bool:
        """Tell whether the first by a figure are wanted, as with the cheapest of a kind of thing.

        Not where an opinion orders (scores, renown), nor where a text is but searched for.
        """
        if wanted.order is None or not wanted.require:
            return False
        kind = self._index.catalogue.profile.numbers[wanted.order.number].kind
        named = not wanted.about or any(group.facet == TEXT for group in wanted.require)
        return kind in {"amount", "year"} and named

    def _ordered(self, chosen: list[Candidate], wanted: Preferences) -> tuple[Candidate, ...]:
        order, catalogue = wanted.order, self._index.catalogue
        if order is None:
            return tuple(chosen)
        sign = -1 if order.highest else 1
        last = sign * inf  # sign² = 1: an unknown figure comes last either way
        return tuple(
            sorted(chosen, key=lambda c: sign * catalogue[c.id].numbers.get(order.number, last))
        )

    def _franchise(self, item_id: str) -> int:
        catalogue = self._index.catalogue
        return int(catalogue.franchises[catalogue.position[item_id]])


class CatalogueVerifier:
    """Check a list against one index."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def verify(
        self, chosen: Sequence[Candidate], wanted: Preferences, shown: Sequence[str]
    ) -> tuple[tuple[Candidate, ...], tuple[str, ...]]:
        """Return the titles that hold, and a sentence for each that does not."""
        met = hidden(self._index, wanted, shown)
        faults = [(each, self._fault(each, wanted, met)) for each in chosen]
        kept = tuple(each for each, fault in faults if not fault)
        return kept, tuple(fault for _, fault in faults if fault)

    def _fault(self, candidate: Candidate, wanted: Preferences, met: Mask) -> str:
        catalogue = self._index.catalogue
        if candidate.id not in catalogue:
            return f"{candidate.id} is not in the catalogue"
        item = catalogue[candidate.id]
        if bears(self._index, item, wanted):
            return f"{item.title} bears what was excluded"
        if met[catalogue.position[item.id]]:
            return f"{item.title} was named, shown, seen or rejected before"
        for bound in wanted.ranges:
            if not bound.holds(item.numbers.get(bound.number)):
                return f"{item.title} is outside the {bound.number} asked for"
        for group in wanted.require:
            if not self._has_any(item, group):
                return f"{item.title} has no {' or '.join(group.any_of)}"
        return ""

    def _has_any(self, item: Item, group: Wanted) -> bool:
        return bool(has_any(self._index, group)[self._index.catalogue.position[item.id]])


class RulesInspector:
    """Answer questions by one tool each, chosen by the question's kind."""

    def __init__(self, index: Index, titles: Titles) -> None:
        self._index = index
        self._titles = titles

    @cached_property
    def _tools(self) -> dict[str, BaseTool]:
        return {tool.name: tool for tool in make_tools(self._index, self._titles)}

    def plan(
        self,
        question: Question,
        change: Change,
        scene: Scene,
        results: Sequence[dict[str, Any]],
    ) -> tuple[ToolCall, ...]:
        """Return the one call a question needs, and none once it is answered."""
        if results:
            return ()
        names = self._names(_expanded(question.items, scene), scene)
        filters = Applier(self._index, self._titles, scene).apply(change, Preferences()).preferences
        wishes = to_json(filters)
        calls = {
            "details": ToolCall("details", {"titles": names}),
            "why": ToolCall("details", {"titles": names}),
            "field": ToolCall("details", {"titles": names}),
            "compare": ToolCall("compare", {"titles": names}),
            "count": ToolCall("count", {"preferences": wishes}),
            "list": ToolCall("vocabulary", {"facet": question.field}),
            "best": ToolCall(
                "best",
                {
                    "number": question.field,
                    "highest": question.highest,
                    "preferences": wishes,
                    "among": names,
                },
            ),
        }
        return (calls[question.kind],)

    def call(self, call: ToolCall) -> dict[str, Any]:
        """Run one tool and return what it says."""
        result: dict[str, Any] = self._tools[call.name].invoke(call.args)
        return result

    def _names(self, mentions: Sequence[str], scene: Scene) -> list[str]:
        """Return titles as written, and what is pointed at as `id:…`; a vain pointer is dropped."""
        pointed = ((mention, point(mention, scene)) for mention in mentions)
        return [name if item is None else f"id:{item}" for name, item in pointed if item != ""]


def _expanded(mentions: Sequence[str], scene: Scene) -> list[str]:
    return [
        each
        for mention in mentions
        for each in ([f"id:{item}" for item in scene.shown] if mention == "#all" else [mention])
    ]
