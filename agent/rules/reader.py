"""The rules mind reads a message: what is asked, and what it alters, without an LLM."""

from dataclasses import replace

from agent.rules import sayings, words
from agent.rules.commands import closed_command, command, speaks_of_catalogue
from agent.rules.comparisons import read_compared
from agent.rules.descriptions import Descriptions
from agent.rules.feedback import Feedback, FeedbackReader
from agent.rules.figures import Figures
from agent.rules.forgetting import Forgetting
from agent.rules.gathered import Gathered
from agent.rules.lexicon import Lexicon
from agent.rules.mentions import Mentions
from agent.rules.questions import Questions
from agent.rules.references import References
from agent.rules.utterance import Phrases, Utterance, read_message
from agent.rules.wishes import Wishes
from data.index import Index
from tools.change import Change, Intent, Mention, Question, Reading
from tools.preferences import Preferences
from tools.scene import THIS, Scene
from tools.titles import Titles

_REQUESTS = Phrases(words.REQUEST_CUES)
_LIKE = Phrases(words.LIKE_CUES)
_SAME_AGAIN = Phrases(words.SAME_AGAIN)
_FOR_ME = Phrases(words.FOR_ME)
INTENTS: dict[str, Intent] = {"why": "explain", "compare": "compare"}
FEW_WORDS = 2  # left over in a question about one title: "who directed Akira"
FILTERED = {"count", "best"}
"""Questions about the catalogue, narrowed by the wishes in the same message."""


class RulesMind:
    """Read messages by grammar and the catalogue's own vocabulary."""

    def __init__(self, index: Index, titles: Titles) -> None:
        """Gather the vocabulary of an index."""
        self._lexicon = Lexicon(index)
        self._references = References(self._lexicon)
        self._mentions = Mentions(titles, self._lexicon, self._references, index.catalogue)
        self._figures = Figures(self._lexicon)
        self._descriptions = Descriptions(self._lexicon)
        self._wishes = Wishes(index, self._lexicon, self._descriptions)
        self._feedback = FeedbackReader(self._mentions, self._references, self._figures)
        self._questions = Questions(self._lexicon, self._mentions, self._references)
        self._forgetting = Forgetting(index.catalogue, self._lexicon)

    def read(self, message: str, before: Preferences, scene: Scene) -> Reading:
        """Return the intent of a message, what it alters, and the question it asks."""
        utterance = self._mended(read_message(message))
        return (
            self._answered(utterance, scene)
            or command(utterance, self._lexicon)
            or self._continued(utterance, before, scene)
            or self._asked(utterance, before, scene)
            or self._wished(utterance, before, scene)
        )

    def closed(self, message: str, before: Preferences, scene: Scene) -> Reading | None:
        """Return what a whole message of set words asks: undo, start over, a yes, a place."""
        utterance = self._mended(read_message(message))
        return (
            self._answered(utterance, scene)
            or closed_command(utterance)
            or self._continued(utterance, before, scene)
        )

    def asks_personally(self, message: str) -> bool:
        """Tell whether a message asks for what this person would like, in set English words."""
        return self._personally(read_message(message))

    def _mended(self, message: Utterance) -> Utterance:
        """Return the message with misspelt grammar and vocabulary mended; names are left alone."""
        tokens = []
        for token in message.tokens:
            name = token.is_capital and token.start > 0 and not token.text.isupper()
            mended = token.word if name else self._lexicon.mend(token.word)
            tokens.append(replace(token, word=mended) if mended != token.word else token)
        return Utterance(message.text, tokens)

    def _answered(self, message: Utterance, scene: Scene) -> Reading | None:
        """Return which of the titles offered by "did you mean" a message picks."""
        if not scene.offered:
            return None
        if sayings.AGREED.match(message.said):
            return Reading("recommend", Change(like=("#1",)))
        copy = message.anew()
        chosen = self._references.read(copy)
        if not chosen and (figure := self._references.plain_figure(copy, 0)):
            copy.take(0, figure[0])
            chosen = list(figure[1])
        rest = [w for place, w in enumerate(copy.words) if not copy.taken[place]]
        clear = all(word in words.STOPWORDS or not word[0].isalnum() for word in rest)
        return Reading("recommend", Change(like=tuple(chosen))) if chosen and clear else None

    def _continued(self, message: Utterance, before: Preferences, scene: Scene) -> Reading | None:
        """Return "something else" and "forget the episode limit", which follow on a list."""
        said = message.said
        like_the_list = sayings.MORE_LIKE_POINTED.match(said) and not scene.focus
        if (sayings.MORE_OF_IT.match(said) or like_the_list) and (scene.shown or before.wishes()):
            return Reading("refine")
        forget = self._forgetting.read(said, before)
        return Reading("refine", Change(forget=forget)) if forget else None

    def _asked(self, message: Utterance, before: Preferences, scene: Scene) -> Reading | None:
        question = self._questions.read(message.anew(), len(scene.shown))
        if question is None:
            return None
        filters = self._filters(message, question) if question.kind in FILTERED else Change()
        return Reading(INTENTS.get(question.kind, "lookup"), filters, question)

    def _filters(self, message: Utterance, question: Question) -> Change:
        """Return which titles a question is about: "the best rated horror movie"."""
        if question.items:
            return Change()
        change = self._change(message, Feedback())
        return replace(change, order=None, about="" if question.kind == "best" else change.about)

    def _wished(self, message: Utterance, before: Preferences, scene: Scene) -> Reading:
        feedback = self._feedback.read(message)
        rest = message.left()
        change = self._change(message, feedback)
        if feedback.loved and not scene.shown and not change.like:
            change = replace(change, like=feedback.loved)
        only_feedback = Change(seen=change.seen, disliked=change.disliked, loved=change.loved)
        if feedback and change == only_feedback:
            more = sayings.MORE_OF_IT.match(rest)
            return Reading("refine" if more else "feedback", change)
        if (asked := self._asked_in_passing(message, change)) is not None:
            return asked
        if change.empty():
            return self._without_wish(message, before)
        fresh = not before.wishes() or self._asks_anew(message, change)
        return Reading("recommend" if fresh else "refine", replace(change, fresh=fresh))

    def _asked_in_passing(self, message: Utterance, change: Change) -> Reading | None:
        """Return a question that only what was read of it gives away.

        "Is Monster any good?" is about that title; "how tall is Mount Everest" is not for us.
        """
        copy = message.anew()
        one_title = change.like and change == Change(like=change.like, about=change.about)
        asks = sayings.ASKING_OF_ONE.match(copy.said) and len(change.about.split()) <= FEW_WORDS
        if one_title and asks and _LIKE.find(copy) is None:
            return Reading("lookup", question=Question("details", change.like))
        return Reading("out_of_scope") if self._is_factual(copy, change) else None

    def _is_factual(self, message: Utterance, change: Change) -> bool:
        """Tell whether a message asks what no catalogue knows; a word of it may well be known."""
        asks = sayings.FACTUAL.match(message.said)
        if not asks or _REQUESTS.find(message) or _LIKE.find(message) or change.require:
            return False
        if any(title[:1].isupper() for title in change.like):
            return False
        foreign = bool(change.about) or sayings.HOW_TO.match(message.said) is not None
        return foreign and not speaks_of_catalogue(message, self._lexicon)

    def _change(self, message: Utterance, feedback: Feedback) -> Change:
        """Return what a message alters; each reader takes what it understands."""
        personal = self._personally(message)
        self._descriptions.prepare(message)
        like = self._again(message, feedback)
        like += self._mentions.after_cues(message)
        compared = read_compared(message, self._mentions, self._references)
        order = self._wishes.order(message)
        bounds = tuple(self._figures.read(message))
        like += self._mentions.anywhere(message)
        like += self._references.read(message)
        found = self._wishes.read(message, compared)
        like += self._mentions.misspelt(message)
        change = _change(found, feedback, tuple(dict.fromkeys(like)))
        return replace(
            change,
            bounds=(*bounds, *change.bounds),
            order=order or change.order,
            about=self._descriptions.text(message),
            personal=personal,
        )

    def _personally(self, message: Utterance) -> bool:
        """Tell whether a message asks for what this person would like, taking those tokens."""
        found = _FOR_ME.find(message)
        if found is None or message.word(found[1]) == "to":
            return False
        message.take(*found)
        return True

    def _again(self, message: Utterance, feedback: Feedback) -> list[Mention]:
        """Return the titles just judged, where the message asks for "something similar"."""
        found = _SAME_AGAIN.find(message)
        if not feedback or found is None or message.word(found[1]) in {"to", "one"}:
            return []
        message.take(*found)
        return [mention for mention in feedback.all() if mention != THIS] or [THIS]

    def _without_wish(self, message: Utterance, before: Preferences) -> Reading:
        """Return what a message without any wish in it means."""
        asks = sayings.SURPRISE.search(message.said) or _REQUESTS.at(message.anew(), 0) is not None
        names_the_kind = any(word in self._lexicon.nouns for word in message.words)
        if asks or (names_the_kind and not before.wishes()):
            return Reading("recommend", Change(fresh=True))
        return Reading("converse", small_talk="nothing")

    def _asks_anew(self, message: Utterance, change: Change) -> bool:
        """Tell whether a message is a new request rather than a refinement of the last."""
        copy = message.anew()
        first = copy.word(0)
        named = [m for m in change.like if not m.startswith("#") and m != THIS]
        if named and not change.loved:
            return first not in words.JOINING
        if change.like or first in words.REFINEMENTS or words.INSTEAD in copy.words:
            return False
        describes = bool(change.about or change.require or change.prefer or change.personal)
        relative = any(each.relative for each in change.tones) or bool(change.numbers)
        opens = first in words.OPENINGS and not relative and not words.COMPARING & set(copy.words)
        return describes and (opens or _REQUESTS.find(copy) is not None)


def _change(found: Gathered, feedback: Feedback, like: tuple[Mention, ...]) -> Change:
    return Change(
        like=like,
        require=tuple(dict.fromkeys(found.require)),
        exclude=tuple(dict.fromkeys(found.exclude)),
        prefer=tuple(dict.fromkeys(found.prefer)),
        bounds=tuple(found.bounds),
        numbers=tuple(found.numbers),
        tones=tuple(found.tones),
        seen=feedback.seen,
        disliked=feedback.disliked,
        loved=feedback.loved,
        order=found.order,
    )
