"""The reader: the rules where they are certain, one strict request to the model elsewhere."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage

from agent.language.fence import fenced, neutralised
from agent.language.history import Summaries
from agent.language.said import Judge
from agent.language.schema import Language
from agent.language.shape import UnreadableError, parse
from agent.models.calls import Models, ModelUnavailableError
from data.items import fold
from graph.protocols import Reader
from tools.change import Change, Question, Reading
from tools.preferences import Preferences, to_json
from tools.scene import THIS, Scene

LONGEST_REPLY = 4000  # characters of a reply that failed which are sent back to be mended
UNWISHED = {"reset", "out_of_scope"}


@dataclass(slots=True)
class Heard:
    """What the reader leaves for the writer and the inspector of the same turn."""

    message: str = ""
    by_rules: bool = True


class LanguageReader:
    """Fill `Reader` for one turn."""

    def __init__(
        self,
        models: Models,
        rules: Reader,
        language: Language,
        summaries: Summaries,
        heard: Heard | None = None,
    ) -> None:
        self._models = models
        self._rules = rules
        self._language = language
        self._summaries = summaries
        self.heard = heard or Heard()

    def read(self, message: str, before: Preferences, scene: Scene) -> Reading:
        """Return what is asked and what it alters; the rules have the last word."""
        by_rules = self._rules.read(message, before, scene)
        self.heard.message, self.heard.by_rules = message, True
        if certain(by_rules) or not fold(message):
            return by_rules
        reading = self._asked(message, before, scene)
        self.heard.by_rules = reading is None
        return _with_taste(reading, by_rules) if reading else by_rules

    def _asked(self, message: str, before: Preferences, scene: Scene) -> Reading | None:
        """Return the model's reading, mended once if need be; None where there is none."""
        judge = Judge(self._language, self._written(message, before, scene))
        messages = self.messages(message, before, scene)
        for last in (False, True):
            try:
                reply = self._models.ask("rewrite", messages, schema=self._language.schema)
            except ModelUnavailableError:
                return None
            try:
                return judge.reading(parse(str(reply.text)), before)
            except UnreadableError as error:
                if not last:
                    messages = [*messages, *_complaint(reply, error)]
        return None

    def messages(self, message: str, before: Preferences, scene: Scene) -> list[BaseMessage]:
        """Return the request: instructions, and the conversation as fenced data."""
        data = fenced(
            history=self._summaries.history(scene.history, self._models),
            wishes=neutralised_json(to_json(before, self._title)),
            shown="\n".join(
                f"#{place} {neutralised(self._title(each), 120)}"
                for place, each in enumerate(scene.offered or scene.shown, start=1)
            ),
            spoken_of=neutralised(self._title(scene.focus), 120) if scene.focus else "",
            message=neutralised(message, 6000),
        )
        return [SystemMessage(self._language.prompt), HumanMessage(data)]

    def _title(self, item_id: str) -> str:
        known = item_id in self._language.catalogue
        return self._language.catalogue[item_id].title if known else item_id

    def _written(self, message: str, before: Preferences, scene: Scene) -> str:
        named = (*scene.shown, *scene.offered, *before.anchors, *before.loved)
        titles = [self._title(each) for each in (*named, scene.focus) if each]
        earlier = [said for said, _ in scene.history[-6:]]
        return " ".join(map(fold, (*titles, *earlier, message)))


def _with_taste(reading: Reading, by_rules: Reading) -> Reading:
    """Return a model's reading; yes, no and "what would I like?" are known for certain."""
    reading = replace(reading, agrees=by_rules.agrees)
    if reading.intent not in {"recommend", "refine"}:
        return reading
    return replace(reading, change=replace(reading.change, personal=by_rules.change.personal))


SURE = 0.9
"""How sure the intent must be for a message to need no chat model."""


def certain(reading: Reading) -> bool:
    """Tell whether reading offline is surely right: commands, small talk, bare references."""
    if reading.agrees is not None and reading.change.empty():
        return True
    if reading.intent in UNWISHED or reading.change.undo or reading.change.forget:
        return True
    if reading.intent == "converse":
        return reading.small_talk not in {"", "nothing"}
    if reading.question is not None:
        return reading.sure >= SURE and _is_pointed(reading.question)
    change = replace(reading.change, fresh=False)
    told = (*change.like, *change.seen, *change.disliked, *change.loved)
    bare = Change(like=change.like, seen=change.seen, disliked=change.disliked, loved=change.loved)
    if not told:
        return reading.intent == "refine" and change == Change() and reading.sure >= SURE
    return change == bare and all(map(_points, told))


def _is_pointed(question: Question) -> bool:
    bare = question.kind == "why"  # of the whole list
    return (bare or bool(question.items)) and all(map(_points, question.items))


def _points(mention: str) -> bool:
    return mention == THIS or mention.startswith("#")


def _complaint(reply: AIMessage, error: UnreadableError) -> Sequence[BaseMessage]:
    said = str(reply.text)[:LONGEST_REPLY] or "(nothing)"
    return AIMessage(said), HumanMessage(f"{error} Write the corrected JSON, and nothing else.")


def neutralised_json(value: object) -> str:
    """Return a value as JSON with every text in it neutralised."""
    return json.dumps(_plain(value), ensure_ascii=False) if value else ""


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {neutralised(str(key), 80): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return neutralised(value, 300) if isinstance(value, str) else value
