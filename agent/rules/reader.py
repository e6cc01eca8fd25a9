"""The rules mind reads a message: what is asked, and what it alters, without an LLM."""

import re
from dataclasses import replace
from functools import cached_property

import numpy as np

from agent.rules.commands import command
from agent.rules.feedback import Feedback, FeedbackReader
from agent.rules.figures import read_bounds
from agent.rules.lexicon import Lexicon
from agent.rules.mentions import Mentions
from agent.rules.questions import Questions
from agent.rules.utterance import Utterance, read_message
from agent.rules.wishes import Gathered, Wishes
from agent.rules.words import REFINEMENTS, REQUEST_CUES
from data.index import Index
from data.items import fold
from tools.applying import Scene
from tools.change import Change, Mention, Reading
from tools.preferences import Preferences
from tools.titles import Titles

_FORGET = re.compile(
    r"(?:^|\b)(?:forget(?: about)?|never ?mind|drop|remove|clear|ignore|delete|lift|no more|without|get rid of|scrap|lose|cancel|disregard)"
    r"(?: about)?(?: the| my| any| that| all)*(?P<what>(?: [\w:-]+){1,6}?)(?: (?:limit|filter|restriction|constraint|requirement|condition|wish|cap|range|thing|part|preference|exclusion|ban|veto)s?\b)"
)
_FORGET_PLAIN = re.compile(
    r"^(?:please |actually |ok |now )*(?:forget(?: about)?|never ?mind|disregard|remove|drop|clear)(?: about)?(?: the| my| that| being)*(?P<what>(?: [\w:-]+){1,4})$"
)
_ANY = re.compile(
    r"\b(?:any|whatever) (?P<what>[\w]+(?: [\w]+)?) (?:is fine|is ok(?:ay)?|will do|works|goes|is good)\b"
    r"|\bi (?:dont|do not) (?:care|mind)(?: about| how)?(?: the| many| much)* (?P<what2>[\w]+(?: [\w]+)?)"
    r"|\b(?P<what3>[\w]+(?: [\w]+)?) (?:doesnt|does not|dont) matter\b"
)
_ELSE = re.compile(r"^(?:(?:show|give) me )?(?:something else|anything else|others?|more|more please|next|another(?: one)?|other (?:ones|options|titles)|what else|next (?:ones|page)|more (?:options|like (?:that|this|these))|(?:a )?few more|keep going|show me more|different ones|more recommendations|any others?|go on)(?: please)?$")
_SURPRISE = re.compile(r"\b(?:surprise me|recommend (?:me )?(?:something|anything)(?: good)?|something good|im bored|anything good|what should i watch|pick (?:something|one) for me|you choose|dont know what)\b")
_YES = re.compile(r"^(?:yes|yeah|yep|yup|sure|that one|exactly|right|correct|the first(?: one)?|yes please)$")


class RulesMind:
    """Read messages by grammar and the catalogue's own vocabulary."""

    def __init__(self, index: Index, titles: Titles) -> None:
        self._index = index
        self._titles = titles
        self.lexicon = Lexicon(index)
        self._wishes = Wishes(index, self.lexicon)
        self._feedback = FeedbackReader(self._mentions)
        self._questions = Questions(self.lexicon, self._mentions)

    @cached_property
    def _mentions(self) -> Mentions:
        renown = self._index.catalogue.renown
        return Mentions(self._titles, self.lexicon, dict(enumerate(np.asarray(renown).tolist())))

    def read(self, message: str, before: Preferences, scene: Scene) -> Reading:
        """Return the intent of a message, what it alters, and the question it asks."""
        utterance = self._mended(read_message(message))
        plain = command(utterance, self._speaks_of_catalogue(utterance))
        if plain is not None:
            return plain
        if scene.offered and (chosen := self._chosen(utterance, scene)):
            return Reading("recommend", Change(like=chosen))
        said = " ".join(token.word for token in utterance.tokens if not token.is_break)
        if _ELSE.match(said) and (scene.shown or before.wishes()):
            return Reading("refine")
        forget = self._forgotten(said, before)
        if forget:
            return Reading("refine", Change(forget=forget))
        question = self._questions.read(read_copy(utterance), len(scene.shown))
        if question is not None and question.kind in {"count", "best"}:
            return Reading("lookup", self._wish(utterance, before, scene).change, question)
        if question is not None:
            kind = question.kind
            intent = "explain" if kind == "why" else "compare" if kind == "compare" else "lookup"
            return Reading(intent, question=question)  # type: ignore[arg-type]
        return self._wish(utterance, before, scene)

    def _wish(self, message: Utterance, before: Preferences, scene: Scene) -> Reading:
        fresh_cue = self._asks_anew(message)
        feedback = self._feedback.read(message)
        like = self._mentions.after_cues(message)
        bounds = list(read_bounds(message, self.lexicon))
        like += [mention for *_, mention in self._mentions.anywhere(message)]
        like += [m for *_, ms in self._mentions.references(message) for m in ms]
        found = self._wishes.read(message)
        like += self._mentions.misspelt(message)
        about = self._wishes.free_text(message)
        change = _change(feedback, tuple(dict.fromkeys(like)), bounds, found, about)
        if feedback.loved and not scene.shown and not change.like:
            change = _replaced(change, like=feedback.loved)
        if feedback and change == Change(seen=change.seen, disliked=change.disliked, loved=change.loved):
            return Reading("feedback", change)
        started = before.wishes()
        fresh = not started or (fresh_cue and bool(change.like or change.about or change.require or change.prefer))
        fresh = fresh or (started and bool(change.like) and not _only_pointed(change.like) and not self._refines(message))
        if change.empty():
            return self._empty(message, before)
        return Reading("recommend" if fresh else "refine", _replaced(change, fresh=fresh))

    def _empty(self, message: Utterance, before: Preferences) -> Reading:
        """Return what a message without any wish in it means."""
        said = " ".join(message.words)
        content = [w for w in message.words if w not in self.lexicon.nouns]
        asks = _SURPRISE.search(said) or any(said.startswith(cue) for cue in REQUEST_CUES)
        if asks or (content != message.words and not before.wishes()):
            return Reading("recommend", Change(fresh=True))
        return Reading("refine" if before.wishes() and asks else "converse", small_talk="nothing")

    def _mended(self, message: Utterance) -> Utterance:
        """Return the message with misspelt grammar and vocabulary mended; titles are left alone."""
        tokens = []
        for token in message.tokens:
            word = token.word
            capital = token.text[:1].isupper() and not token.text.isupper() and token.start > 0
            mended = word if capital or token.is_number else self.lexicon.mend(word)
            tokens.append(replace(token, word=mended) if mended != word else token)
        return Utterance(message.text, tokens, [False] * len(tokens))

    def _speaks_of_catalogue(self, message: Utterance) -> bool:
        words = set(message.words)
        return bool(words & self.lexicon.nouns) or bool(words & {"movie", "film", "movies", "films"})

    def _asks_anew(self, message: Utterance) -> bool:
        words = message.words
        joined = " ".join(words)
        refines = bool(words) and words[0] in REFINEMENTS | {"and", "with", "more", "less", "no", "not", "only", "without"}
        cue = any(f" {cue} " in f" {joined} " for cue in REQUEST_CUES)
        noun_like = any(f"{noun} like" in joined or f"{noun} about" in joined for noun in self.lexicon.nouns)
        return (cue or noun_like) and not refines

    def _refines(self, message: Utterance) -> bool:
        return bool(message.words) and message.words[0] in REFINEMENTS | {"and", "plus", "or"}

    def _chosen(self, message: Utterance, scene: Scene) -> tuple[Mention, ...]:
        """Return which of the offered titles an answer to "did you mean" picks."""
        said = " ".join(token.word for token in message.tokens if not token.is_break)
        if _YES.match(said):
            return (scene.offered[0],)
        copy = read_copy(message)
        references = [m for *_, ms in self._mentions.references(copy) for m in ms]
        if not references and said.isdigit() and 0 < int(said) <= len(scene.offered):
            references = [f"#{said}"]
        if references and all(copy.taken[p] or t.is_break for p, t in enumerate(copy.tokens)) or references and said.isdigit():
            return tuple(references)
        return ()

    def _forgotten(self, said: str, before: Preferences) -> tuple[str, ...]:
        """Return which wishes a message takes back, as names that the preferences hold."""
        for pattern in (_FORGET, _ANY, _FORGET_PLAIN):
            found = pattern.search(said)
            if found:
                what = next(text for text in found.groupdict().values() if text)
                names = self._names(what.strip(), before)
                if names:
                    return names
        return ()

    def _names(self, what: str, before: Preferences) -> tuple[str, ...]:
        words = what.removesuffix("s").split()
        known: dict[str, str] = {bound.number: bound.number for bound in before.ranges}
        for bound in before.ranges:
            number = self._index.catalogue.profile.numbers[bound.number]
            named = (number.label, number.one, number.many, *number.units, *LENGTH_WORDS.get(number.kind, ()))
            known |= {word: bound.number for name in named for word in fold(name).split()}
        known |= {fold(axis): axis for axis in (wish.axis for wish in before.tones)}
        known |= {fold(wish.words): wish.axis for wish in before.tones}
        for value in (*before.exclude, *before.prefer):
            known |= {fold(value.value): value.value}
        for group in before.require:
            known |= {fold(value): value for value in group.any_of}
        for anchor in before.anchors:
            known |= {fold(name): anchor for name in self._index.catalogue[anchor].names()}
        for facet_name, facet in self._index.catalogue.profile.facets.items():
            if any(v.facet == facet_name for v in (*before.exclude, *before.prefer)) or any(w.facet == facet_name for w in before.require):
                known |= {facet.label: facet_name, f"{facet.label}s": facet_name, facet_name: facet_name}
        joined = " ".join(words)
        exact = [known[name] for name in (what, joined) if name in known]
        partial = [known[word] for word in what.split() if word in known]
        senses = self.lexicon.at(what.split())[1]
        meant = [n for s in senses if (n := getattr(s, "value", "") or getattr(s, "axis", "")) in known.values()]
        return tuple(dict.fromkeys(exact or partial or meant))


LENGTH_WORDS = {
    "amount": ("length", "long", "episode"),
    "year": ("date", "years", "age", "old", "decade"),
    "score": ("rating", "ratings", "rated", "score"),
    "popularity": ("popularity", "popular"),
}


def read_copy(message: Utterance) -> Utterance:
    """Return an utterance with the same tokens of which none is taken yet."""
    return Utterance(message.text, message.tokens, [False] * len(message.tokens))


def _only_pointed(mentions: tuple[Mention, ...]) -> bool:
    return all(mention.startswith("#") or mention == "this" for mention in mentions)


def _change(
    feedback: Feedback, like: tuple[Mention, ...], bounds: list, found: Gathered, about: str
) -> Change:
    tones = [tone for tone in found.tones]
    return Change(
        about=about,
        like=like,
        require=tuple(found.require),
        exclude=tuple(found.exclude),
        prefer=tuple(found.prefer),
        bounds=(*bounds, *found.bounds),
        numbers=tuple(found.numbers),
        tones=tuple(tones),
        seen=feedback.seen,
        disliked=feedback.disliked,
        loved=feedback.loved,
        order=found.order,
    )


def _replaced(change: Change, **fields: object) -> Change:
    return replace(change, **fields)  # type: ignore[arg-type]


