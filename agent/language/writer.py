"""The writer: the model's words, held to the catalogue; the templates wherever they do not hold."""

from collections.abc import Iterator, Sequence

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

from agent.language.fence import fenced, neutralised
from agent.language.material import Material, of_list, of_results
from agent.language.names import Names
from agent.language.prompts import load_prompt
from agent.language.reader import Heard
from agent.language.rendering import Telling, titled
from agent.models.calls import Models, ModelUnavailableError, Role
from agent.templates.markdown import escape
from agent.templates.writer import TemplateWriter
from graph.protocols import Brief

PHRASED = {"details", "compare", "field", "why"}
MOST_ITEMS = 6  # items that a model is told of in one answer to a question


class LanguageWriter:
    """Fill `Writer` for one turn; `removed` and `notices` tell what became of the model's words.

    `told` tells whether any of them were let through; None where the model was not asked.
    """

    def __init__(
        self,
        models: Models,
        templates: TemplateWriter,
        names: Names,
        heard: Heard | None = None,
    ) -> None:
        self._models = models
        self._templates = templates
        self._names = names
        self._catalogue = names.catalogue
        self._heard = heard or Heard()
        self.removed: list[str] = []
        self.notices: list[str] = []
        self.told: bool | None = None
        self._broken = False

    def recommend(self, brief: Brief) -> Iterator[str]:
        """Yield the answer that presents a list; what verification cut short, templates tell."""
        if not brief.chosen or self.told is not None:
            yield from self._templates.recommend(brief)
            return
        remarks = "\n\n".join(self._templates.remarks(brief))
        material = of_list(self._catalogue, brief)
        telling = Telling(self._names, material)
        first = True
        for piece in self._streamed("answer", self.presenting(brief, material), telling):
            if first and remarks:
                yield f"{remarks}\n\n"
            first = False
            yield piece
        if not telling.shown:
            self._note("The answer was written from templates.")
            yield from self._templates.recommend(brief)
        elif telling.missing:
            self._note("The answer was completed from the catalogue.")
            yield "\n\n" + self._completion(telling)

    def clarify(self, brief: Brief) -> Iterator[str]:
        """Yield the templates' answer when there is nothing to present."""
        return self._templates.clarify(brief)

    def converse(self, brief: Brief) -> Iterator[str]:
        """Yield the templates' small talk."""
        return self._templates.converse(brief)

    def inspect(self, brief: Brief) -> Iterator[str]:
        """Yield the model's answer to a free question, then what the tools said as it stands."""
        question = brief.reading.question
        material = of_results(self._catalogue, brief)
        free = question is not None and question.kind in PHRASED and not self._heard.by_rules
        if free and 0 < len(material.items) <= MOST_ITEMS:
            telling = Telling(self._names, material)
            yield from self._streamed("inspect", self.explaining(brief, material), telling)
            if telling.shown:
                yield "\n\n"
        yield from self._templates.inspect(brief)

    def presenting(self, brief: Brief, material: Material) -> list[BaseMessage]:
        """Return the request for an answer that presents a list."""
        relaxed = "; ".join(map(material.unnamed, brief.relaxed))
        wishes = "; ".join(map(material.unnamed, material.wishes)) or "anything good"
        data = fenced(wishes=wishes, given_up=relaxed, candidates=material.told())
        return self._messages("answer", data)

    def explaining(self, brief: Brief, material: Material) -> list[BaseMessage]:
        """Return the request for an answer to a question."""
        tones = {
            marker: each.get("tones", {})
            for marker, item in material.items.items()
            for result in brief.results
            for each in result.get("items", ())
            if each.get("id") == item.id
        }
        asked = material.unnamed(neutralised(self._heard.message, 1000))
        return self._messages("inspect", fenced(question=asked, results=material.told(tones)))

    def _messages(self, prompt: str, data: str) -> list[BaseMessage]:
        many = self._catalogue.profile.noun.many
        return [SystemMessage(load_prompt(prompt).filled(many=many)), HumanMessage(data)]

    def _streamed(
        self, role: Role, messages: Sequence[BaseMessage], telling: Telling
    ) -> Iterator[str]:
        """Yield what may be seen of a stream; a stream that breaks leaves no half sentence."""
        stream = self._models.stream(role, messages)
        try:
            for piece in stream:
                yield from telling.feed(piece)
                if telling.cut:
                    break
            yield from telling.finish()
        except ModelUnavailableError:
            self._broken = True
            yield from telling.finish(broken=True)
        finally:
            self.told = telling.shown
            self.removed += telling.removed
            if close := getattr(stream, "close", None):
                close()

    def _note(self, line: str) -> None:
        """Say what became of an answer; of one that broke the models themselves have said why."""
        if not self._broken:
            self.notices.append(line)

    def _completion(self, telling: Telling) -> str:
        """Return a line for each candidate that the model left out or lost."""
        lines = [
            f"- {titled(self._catalogue, telling.material.items[marker])}. "
            f"{_sentence(telling.material.reasons.get(marker, ()))}".rstrip()
            for marker in telling.missing
        ]
        return "\n".join(lines)


def _sentence(reasons: Sequence[str]) -> str:
    told = "; ".join(escape(reason) for reason in reasons[:3])
    return f"{told[:1].upper()}{told[1:]}." if told else ""
