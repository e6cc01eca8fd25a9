"""The parts of one turn: by rules and templates, or with chat models over the same parts."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from agent.models.calls import Models
from agent.parts import (
    CatalogueRanker,
    CatalogueRetriever,
    CatalogueVerifier,
    CatalogueWishes,
    RulesInspector,
)
from agent.rules.reader import RulesMind
from agent.settings import Settings
from agent.templates.writer import TemplateWriter
from data.index import Index
from graph.protocols import Context, Trace
from tools.titles import Titles
from tools.toolbox import make_tools

if TYPE_CHECKING:
    from agent.language.writer import LanguageWriter

OFFLINE = "offline"


@dataclass(frozen=True, slots=True)
class Spoken:
    """What became of a turn's chat models; nothing in the offline mind."""

    models: Models | None = None
    writer: "LanguageWriter | None" = None

    @property
    def model(self) -> str:
        """Return the model that spoke last, or `offline`."""
        answered = [call.model for call in self._calls if call.outcome in {"ok", "cached"}]
        return answered[-1] if answered else OFFLINE

    @property
    def usage(self) -> dict[str, Any]:
        """Return the turn's tokens and cost; `estimated` if any of them is."""
        return {
            "input_tokens": sum(call.input_tokens for call in self._calls),
            "output_tokens": sum(call.output_tokens for call in self._calls),
            "cost_usd": round(sum(call.cost_usd for call in self._calls), 6),
            "estimated": any(call.estimated for call in self._calls),
        }

    @property
    def removed(self) -> list[str]:
        """Return the sentences of the model that were not let through."""
        return list(self.writer.removed) if self.writer else []

    @property
    def notices(self) -> list[str]:
        """Return the quiet lines that tell what went wrong, each once."""
        told = [*(self.models.usage.notices if self.models else ())]
        told += self.writer.notices if self.writer else ()
        return list(dict.fromkeys(told))

    @property
    def _calls(self) -> Sequence[Any]:
        return self.models.usage.calls if self.models else ()


class Minds:
    """All parts over one index that serve one set of settings."""

    def __init__(self, index: Index, settings: Settings) -> None:
        self.index = index
        self._titles = Titles(index.catalogue)
        self._titles.warm()
        retriever = CatalogueRetriever(index)
        retriever.warm()
        self._rules = RulesMind(index, self._titles)
        self._templates = TemplateWriter(index)
        self._inspector = RulesInspector(index, self._titles)
        self._wishes = CatalogueWishes(index, self._titles, retriever)
        self._retriever = retriever
        self._ranker = CatalogueRanker(index, settings.list.size)
        self._verifier = CatalogueVerifier(index)

    def offline(self, trace: Trace) -> Context:
        """Return the parts of a turn that no chat model takes part in."""
        return Context(
            reader=self._rules,
            wishes=self._wishes,
            retriever=self._retriever,
            ranker=self._ranker,
            writer=self._templates,
            verifier=self._verifier,
            inspector=self._inspector,
            trace=trace,
        )

    def speaking(self, models: Models, trace: Trace) -> tuple[Context, Spoken]:
        """Return the parts of a turn in which chat models read, write and inspect."""
        from agent.language.inspector import LanguageInspector
        from agent.language.reader import Heard, LanguageReader
        from agent.language.writer import LanguageWriter

        language, names, summaries = self._language
        heard = Heard()
        writer = LanguageWriter(models, self._templates, names, heard)
        context = replace(
            self.offline(trace),
            reader=LanguageReader(models, self._rules, language, summaries, heard),
            writer=writer,
            inspector=LanguageInspector(
                models, self._inspector, self._tools, self.index.catalogue, heard
            ),
        )
        return context, Spoken(models, writer)

    def warm_language(self) -> None:
        """Build what the first spoken turn would otherwise wait for."""
        language, names, _ = self._language
        names.warm()
        _ = language.schema, self._tools

    @cached_property
    def _tools(self) -> list[Any]:
        return make_tools(self.index, self._titles)

    @cached_property
    def _language(self) -> tuple[Any, Any, Any]:
        from agent.language.history import Summaries
        from agent.language.names import Names
        from agent.language.schema import Language

        catalogue = self.index.catalogue
        names = Names(self.index, self._titles)
        return Language(catalogue), names, Summaries(catalogue.profile.noun.many)
