"""The parts of one turn: by rules and templates, or with chat models over the same parts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from agent.inquiring import CatalogueInquirer
from agent.parts import (
    CatalogueRanker,
    CatalogueRetriever,
    CatalogueVerifier,
    CatalogueWishes,
    RulesInspector,
)
from agent.rules.reader import RulesMind
from agent.templates.writer import TemplateWriter
from agent.understanding.mind import UnderstandingMind
from agent.understanding.reader import LearnedReader, ReaderUnusableError
from data.index import Index
from graph.protocols import Context, Reader, Trace
from tools.titles import Titles

if TYPE_CHECKING:
    from agent.language.mind import LanguageMind
    from agent.language.writer import LanguageWriter
    from agent.models.caller import TurnModels
    from agent.models.calls import Call

OFFLINE = "offline"
ANSWERED = {"ok", "cached"}
STEPS = ("; asked again.", " stands in.")  # how lines end that tell who was tried next
LAST_STEP = f"; the {OFFLINE} mind stands in."


@dataclass(frozen=True, slots=True)
class Spoken:
    """What became of a turn's chat models; nothing in the offline mind."""

    models: "TurnModels | None" = None
    writer: "LanguageWriter | None" = None

    @property
    def model(self) -> str:
        """Return the model that spoke last, or `offline` where none of its words were shown."""
        told = self.writer.told if self.writer else None
        if not self._calls or told is False:
            return OFFLINE
        last = self._calls[-1]
        return last.model if told or last.outcome in ANSWERED else OFFLINE

    @property
    def usage(self) -> dict[str, Any]:
        """Return the turn's tokens and cost; `estimated` if any of them is."""
        return {
            "input_tokens": sum(call.input_tokens for call in self._calls),
            "output_tokens": sum(call.output_tokens for call in self._calls),
            "cost_usd": round(sum((call.cost_usd for call in self._calls), 0.0), 9),
            "estimated": any(call.estimated for call in self._calls),
        }

    @property
    def fallbacks(self) -> int:
        """Return how many calls somebody else took over."""
        return sum(call.outcome not in {*ANSWERED, "cancelled"} for call in self._calls)

    @property
    def retries(self) -> int:
        """Return how many calls were tried again."""
        return sum(call.retries for call in self._calls)

    @property
    def removed(self) -> list[str]:
        """Return the sentences of the model that were not let through."""
        return list(self.writer.removed) if self.writer else []

    @property
    def notices(self) -> list[str]:
        """Return the quiet lines that tell what went wrong.

        Where the offline mind stood in, that line says it all.
        """
        told = [*(self.models.usage.notices if self.models else ())]
        told += self.writer.notices if self.writer else ()
        last = next((line for line in told if line.endswith(LAST_STEP)), None)
        if last is not None:
            told = [line for line in told if line == last or not line.endswith(STEPS)]
        return list(dict.fromkeys(told))

    def cancel(self) -> None:
        """Stop the request that runs, if one does."""
        if self.models:
            self.models.cancel()

    @property
    def _calls(self) -> Sequence["Call"]:
        return self.models.usage.calls if self.models else ()


class Minds:
    """All parts over one index, ready for any turn."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._titles = Titles(index.catalogue)
        self._titles.warm()
        self._retriever = CatalogueRetriever(index)
        self._retriever.warm()
        self._rules = RulesMind(index, self._titles)
        self.notices: tuple[str, ...] = ()
        """What every turn has to tell of these parts: that the learned reader is missing."""
        self._reader: Reader = self._learned() or self._rules
        self._templates = TemplateWriter(index)
        self._inspector = RulesInspector(index, self._titles)
        self._wishes = CatalogueWishes(index, self._titles, self._retriever)
        self._verifier = CatalogueVerifier(index)
        self._inquirer = CatalogueInquirer(index)

    def _learned(self) -> Reader | None:
        """Return the learned mind; where its model is unusable, None, and the notice says why."""
        try:
            reader = LearnedReader()
        except ReaderUnusableError as error:
            self.notices = (f"{error} Until then plain rules read messages, in English only.",)
            return None
        return UnderstandingMind(self.index, self._titles, reader, self._rules)

    def offline(self, size: int, trace: Trace) -> Context:
        """Return the parts of a turn that no chat model takes part in; `size` is of its list."""
        return Context(
            reader=self._reader,
            wishes=self._wishes,
            retriever=self._retriever,
            ranker=CatalogueRanker(self.index, size, self._retriever.taste),
            writer=self._templates,
            verifier=self._verifier,
            inspector=self._inspector,
            trace=trace,
            inquirer=self._inquirer,
            repeat=self.index.catalogue.profile.repeat,
        )

    def speaking(self, models: "TurnModels", size: int, trace: Trace) -> tuple[Context, Spoken]:
        """Return the parts of a turn in which chat models read, write and inspect."""
        parts = self._language.parts(models)
        context = replace(
            self.offline(size, trace),
            reader=parts.reader,
            writer=parts.writer,
            inspector=parts.inspector,
        )
        return context, Spoken(models, parts.writer)

    def warm_language(self) -> None:
        """Build what the first spoken turn would otherwise wait for."""
        self._language.warm()

    @cached_property
    def _language(self) -> "LanguageMind":
        from agent.language.mind import LanguageMind

        return LanguageMind(
            self.index, self._titles, self._reader, self._inspector, self._templates
        )
