"""The language mind over one index: what is made once, and the parts of each turn."""

from dataclasses import dataclass

from agent.language.history import Summaries
from agent.language.inspector import LanguageInspector
from agent.language.names import Names
from agent.language.prompts import quotable
from agent.language.reader import Heard, LanguageReader
from agent.language.schema import Language
from agent.language.writer import LanguageWriter
from agent.models.calls import Models
from agent.templates.writer import TemplateWriter
from data.index import Index
from graph.protocols import Inspector, Reader
from tools.titles import Titles
from tools.toolbox import make_tools


@dataclass(frozen=True, slots=True)
class LanguageParts:
    """The parts of one turn, which know of each other what a turn needs."""

    reader: LanguageReader
    writer: LanguageWriter
    inspector: LanguageInspector


class LanguageMind:
    """Hold what all turns share: vocabulary, names, summaries and the offline mind behind it."""

    def __init__(
        self,
        index: Index,
        titles: Titles,
        reader: Reader,
        inspector: Inspector,
        templates: TemplateWriter,
    ) -> None:
        self._language = Language(index.catalogue)
        self._names = Names(index, titles)
        self._summaries = Summaries(index.catalogue.profile.noun.many)
        self._tools = make_tools(index, titles)
        self._reader = reader
        self._inspector = inspector
        self._templates = templates

    def warm(self) -> None:
        """Build what the first turn would otherwise wait for."""
        self._names.warm()
        _ = self._language.schema, self._language.prompt, quotable()

    def parts(self, models: Models) -> LanguageParts:
        """Return the parts of a turn that calls these models."""
        heard = Heard()
        catalogue = self._language.catalogue
        return LanguageParts(
            LanguageReader(models, self._reader, self._language, self._summaries, heard),
            LanguageWriter(models, self._templates, self._names, heard),
            LanguageInspector(models, self._inspector, self._tools, catalogue, heard),
        )
