"""The offline mind's reading: mentions found, their roles judged, the change composed."""

from dataclasses import replace

from agent.rules.reader import RulesMind
from agent.understanding.agreement import agreement
from agent.understanding.composing import Composer
from agent.understanding.draft import Draft
from agent.understanding.language import languages
from agent.understanding.lexicon import ENGLISH, Lexicon
from agent.understanding.meaning import Meant, meant
from agent.understanding.mentions import Finder, Found, apart
from agent.understanding.questions import question_of
from agent.understanding.reader import Judgement, LearnedReader
from agent.understanding.recognition import recognise, script_of
from agent.understanding.scope import Scope
from data.index import Index
from tools.change import Change, Reading
from tools.preferences import Preferences
from tools.scene import THIS, Scene
from tools.titles import Titles

LONGEST_MESSAGE = 4000
"""Characters that are read; nobody describes an evening at greater length."""

QUESTIONS = frozenset({"lookup", "compare", "explain"})
SURE_OUTSIDE = 0.6
VAGUE_QUESTIONS = frozenset({"ask-values", "ask-good", "ask-start", "complain"})
POLITE_ACTS = frozenset({"greet", "help", "thanks"})
_QUESTION_MARKS = frozenset("?？")
SURE_COUNT = 0.95
"""How sure a question must be to be answered by a count rather than by a list."""

SURE_TALK = 0.85
"""How sure small talk must be where no act of it was recognised; else a list is offered."""

_TALK = {"greet": "greeting", "thanks": "thanks", "bye": "goodbye", "help": "help"}


class UnderstandingMind:
    """Read messages in all languages there is data for."""

    def __init__(
        self, index: Index, titles: Titles, reader: LearnedReader, rules: RulesMind
    ) -> None:
        """Read with a model; `rules` know the set phrases of English commands."""
        self._index = index
        self._rules = rules
        self._reader = reader
        self._titles = titles
        self._finders: dict[str, Finder] = {}
        self._composers = {
            code: Composer(Scope(index, language)) for code, language in languages().items()
        }

    def _finder(self, code: str) -> Finder:
        """Return what finds mentions in a language; made when the language is first spoken."""
        code = code or ENGLISH
        if code not in self._finders:
            english = None if code == ENGLISH else self._finder(ENGLISH).lexicon
            lexicon = Lexicon(self._index.catalogue, languages()[code], english)
            self._finders[code] = Finder(lexicon, self._titles, self._reader.is_word)
        return self._finders[code]

    def read(self, message: str, before: Preferences, scene: Scene) -> Reading:
        """Return the intent of a message, what it alters, and the question it asks."""
        text = message[:LONGEST_MESSAGE]
        talking = bool(scene.history or scene.shown)
        code = recognise(text, languages(), scene.language, talking=talking)
        if scene.asked is None and not scene.shown:
            return self._understood(text, code, before, scene)
        agrees, rest = agreement(text, code, scene.language)
        if scene.asked is None:
            return self._understood(rest if agrees is False and rest else text, code, before, scene)
        if agrees is not None and not rest:
            return Reading("refine", language=scene.language, agrees=agrees)
        reading = self._understood(rest, code, before, scene)
        return replace(reading, agrees=agrees)

    def _understood(self, text: str, code: str, before: Preferences, scene: Scene) -> Reading:
        """Return how a text was understood, whatever question it may answer."""
        if (
            ENGLISH in {code, scene.language}
            and (closed := self._rules.closed(text, before, scene)) is not None
        ):
            return closed
        finder = self._finder(code)
        found = self._with_other_scripts(finder.find(text, bool(scene.shown)), code)
        judgement = self._reader.read(
            text,
            [mention.span() for mention in found.mentions],
            listed=bool(scene.shown),
            asked=bool(scene.offered or scene.asked),
        )
        mentions = meant(found, judgement, finder)
        composer = self._composers[code or ENGLISH]
        reading = self._reading(found, judgement, mentions, composer, before, scene)
        return replace(reading, language=code or "other", sure=judgement.sure)

    def _with_other_scripts(self, found: Found, code: str) -> Found:
        """Return what was found with what a language of another script knows: "some 恋爱 anime"."""
        other = script_of(found.text)
        if not other or code in {other, "ja", "zh"}:
            return found
        there = self._finder(other).find(found.text)
        added = [each for each in there.mentions if script_of(each.words)]
        return replace(found, mentions=apart([*found.mentions, *added]))

    def _reading(
        self,
        found: Found,
        judgement: Judgement,
        mentions: list[Meant],
        composer: Composer,
        before: Preferences,
        scene: Scene,
    ) -> Reading:
        acts = judgement.acts
        if judgement.intent == "reset" and (scene.shown or before != Preferences()):
            return Reading("reset", Change(reset=True))
        if "undo" in acts and not _says_more(mentions):
            return Reading("refine", Change(undo=True))
        if "ask-recap" in acts:
            return Reading("converse", small_talk="recap")
        asks = judgement.intent in QUESTIONS and not _is_bare_wish(found)
        wished = _wishes_in_asking(judgement, mentions) or composer.compares_fields(found, scene)
        if asks and not wished:
            topics = composer.topics(mentions)
            if topics:
                return Reading("lookup", small_talk="unknown", unknown=tuple(topics))
            asked = self._asked(found, judgement, mentions, composer, scene)
            if asked is not None:
                return asked
        titles = judgement.intent in {"recommend", "compare"}
        mentions = [_as_wanted(each, titles) for each in mentions]
        wishes = composer.wishes(mentions, found.text, scene)
        composer.untold(found, judgement, wishes)
        if scene.asked is not None:
            composer.answer(found, mentions, scene.asked, wishes)
        composer.loosen(found, wishes, before)
        composer.fields(found, mentions, scene, wishes)
        if _may_wish(judgement):
            composer.suppose(found, judgement, wishes, before)
        composer.renew(wishes, before)
        composer.correct(found, wishes, before)
        if "seen-all" in acts and set(wishes.seen) <= {THIS}:
            wishes.seen = list(scene.shown)
        if wishes.vague and wishes.change().empty():
            wishes.about += wishes.vague
        change = wishes.change()
        bare = change.empty() and not wishes.unknown and bool(scene.shown or before.wishes())
        if bare and _is_doubtful(judgement) and composer.unexplained(found, mentions):
            return Reading("converse", small_talk="nothing")
        reading = self._wished(found, judgement, change, before, scene, bool(wishes.unknown))
        return replace(
            reading,
            others=bool(judgement.acts & {"more", "none"}),
            pick="pick" in judgement.acts and bool(scene.shown),
            named=self._passing(mentions),
            not_understood=tuple(dict.fromkeys(wishes.unsure)),
            unknown=tuple(dict.fromkeys(wishes.unknown)),
        )

    def _passing(self, mentions: list[Meant]) -> tuple[str, ...]:
        """Return the ids of the titles that are spoken of in passing."""
        names = [m.mention.words for m in mentions if m.kind == "title"
                 and m.role.name == "passing" and m.is_sure]  # fmt: skip
        found = (self._titles.resolve(name).item for name in names)
        return tuple(dict.fromkeys(item for item in found if item))

    def _asked(
        self,
        found: Found,
        judgement: Judgement,
        mentions: list[Meant],
        composer: Composer,
        scene: Scene,
    ) -> Reading | None:
        question = question_of(found, judgement, mentions, composer, scene)
        doubtful = question is not None and question.kind == "count" and not question.items
        if question is None or (doubtful and judgement.sure < SURE_COUNT):
            return None
        filters = Change()
        if question.kind in {"count", "best"} and not question.items:
            asked = [_as_wanted(each) for each in mentions]
            wishes: Draft = composer.wishes(asked, found.text, scene)
            filters = replace(wishes.change(), order=None)
            if replace(filters, about="").empty() and (wishes.unknown or wishes.about):
                return self._unknown(found, wishes, scene)
        intents = {"why": "explain", "compare": "compare"}
        intent = intents.get(question.kind, "lookup")
        return Reading(intent, filters, question)  # type: ignore[arg-type]

    def _unknown(self, found: Found, wishes: Draft, scene: Scene) -> Reading:
        """Return that what is counted is not told here, or is nothing of this catalogue's."""
        if not scene.shown and not found.fields and not any(m.senses for m in found.mentions):
            return Reading("out_of_scope")
        return Reading("lookup", small_talk="unknown", unknown=(*wishes.unknown, *wishes.about))

    def _wished(
        self,
        found: Found,
        judgement: Judgement,
        change: Change,
        before: Preferences,
        scene: Scene,
        unknown: bool,
    ) -> Reading:
        acts = judgement.acts
        if ("personal" in acts or self._rules.asks_personally(found.text)) and judgement.intent in {
            "recommend",
            "refine",
        }:
            change = replace(change, personal=True)
        if change.empty() and not unknown:
            return self._without_wish(found, judgement, before, scene)
        opinions = Change(
            seen=change.seen, disliked=change.disliked, loved=change.loved, unlike=change.unlike
        )
        if change == opinions and not change.empty():
            if change.loved and not scene.shown and judgement.intent in {"recommend", "refine"}:
                return self._fresh(replace(change, like=change.loved), judgement, before)
            if judgement.intent == "feedback" and "seen-all" not in acts:
                return Reading("feedback", change)
            return self._fresh(change, judgement, before)
        if change.loved and not scene.shown and not _wishes(change):
            change = replace(change, like=change.loved)
        return self._fresh(change, judgement, before)

    def _fresh(self, change: Change, judgement: Judgement, before: Preferences) -> Reading:
        anew = judgement.intent == "recommend" or "undo" in judgement.acts
        fresh = not before.wishes() or anew
        return Reading("recommend" if fresh else "refine", replace(change, fresh=fresh))

    def _without_wish(
        self, found: Found, judgement: Judgement, before: Preferences, scene: Scene
    ) -> Reading:
        acts, intent = judgement.acts, judgement.intent
        if intent == "out_of_scope" and judgement.sure >= SURE_OUTSIDE:
            return Reading("out_of_scope")
        if intent in {"recommend", "refine"} or acts & {"more", "none", "surprise", "pick"}:
            again = bool(acts & {"more", "none", "pick"}) or intent == "refine"
            if again and (scene.shown or before.wishes()):
                return Reading("refine")
            return Reading("recommend", Change(fresh=True))
        talk = next((name for act, name in _TALK.items() if act in acts), "nothing")
        if intent in {"converse", "lookup", "reset"} and _may_ask(found, judgement, talk):
            fresh = not (scene.shown or before.wishes())
            return Reading("recommend" if fresh else "refine", Change(fresh=fresh))
        if intent == "feedback" and talk == "nothing":
            talk = "thanks" if "accept" in acts else "nothing"
        return Reading("converse", small_talk=talk)  # type: ignore[arg-type]


def _wishes_in_asking(judgement: Judgement, mentions: list[Meant]) -> bool:
    """Tell whether a question is a wish: "got anything like Parasite?", "any blankets by X?"."""
    asked = any(each.role.name == "ask" for each in mentions)
    if judgement.sure < SURE_TALK and not asked and any(map(_is_wished, mentions)):
        return True
    if not judgement.acts <= VAGUE_QUESTIONS or judgement.intent != "lookup":
        return False
    likes = any(each.role.name == "like" for each in mentions if each.kind == "title")
    return likes or (not asked and any(each.role.positive for each in mentions))


def _is_wished(each: Meant) -> bool:
    """Tell whether a mention is surely a wish."""
    return each.role.name in {"want", "must", "like"} and each.role.certainty >= SURE_TALK


def _is_bare_wish(found: Found) -> bool:
    """Tell whether a message is but a word of more or less: "cheaper?"."""
    words = [token for token in found.tokens if token.is_word]
    return [m.kind for m in found.mentions] == ["tone"] and all(
        found.mentions[0].start <= token.start < found.mentions[0].end for token in words
    )


def _may_wish(judgement: Judgement) -> bool:
    """Tell whether a message may want a thing that is only named in it."""
    unsurely = judgement.intent in {"out_of_scope", "converse"} and judgement.sure < SURE_TALK
    return unsurely or judgement.intent in {"recommend", "refine", "lookup"}


def _is_doubtful(judgement: Judgement) -> bool:
    """Tell whether a message that wishes for nothing known may ask for nothing of ours at all."""
    asks = judgement.intent in {"recommend", "refine"} and judgement.acts <= {"pick"}
    return asks and judgement.sure < SURE_TALK


def _may_ask(found: Found, judgement: Judgement, talk: str) -> bool:
    """Tell whether a message in which nothing was recognised may well ask for something.

    One that greets or thanks as well does only if it asks a question.
    """
    asking = judgement.intent == "lookup" or judgement.sure < SURE_TALK
    questions = any(token.word in _QUESTION_MARKS for token in found.tokens)
    return (
        asking
        and judgement.acts <= VAGUE_QUESTIONS | POLITE_ACTS
        and (talk == "nothing" or questions)
    )


def _says_more(mentions: list[Meant]) -> bool:
    return any(each.role.positive or each.role.negative for each in mentions)


def _as_wanted(each: Meant, titles: bool = False) -> Meant:
    """Return what a question asks about as if it were wished for: "how many horror films"."""
    if each.role.name == "ask" and each.kind in {"value", "theme", "tone", "person"}:
        return replace(each, role=replace(each.role, name="want", certainty=1.0))
    if titles and each.role.name == "ask" and each.kind == "title":
        return replace(each, role=replace(each.role, name="like", certainty=1.0))
    return each


def _wishes(change: Change) -> bool:
    """Tell whether a change wants anything beside opinions on titles."""
    return bool(
        change.about or change.like or change.require or change.prefer or change.bounds
        or change.numbers or change.tones or change.order
    )  # fmt: skip
