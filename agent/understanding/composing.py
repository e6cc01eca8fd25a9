"""From mentions and roles to what a message alters, a composer a kind of mention."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from agent.understanding.alike import Alike, holds
from agent.understanding.answering import Answering
from agent.understanding.company import Company
from agent.understanding.draft import Draft
from agent.understanding.language import languages
from agent.understanding.lexicon import ENGLISH
from agent.understanding.meaning import Meant, facet_senses
from agent.understanding.mentions import Found
from agent.understanding.places import ALL, places
from agent.understanding.quantities import Quantities
from agent.understanding.reader import Judgement, Role
from agent.understanding.recognition import script_of
from agent.understanding.scope import Scope
from agent.understanding.senses import (
    FacetSense,
    NumberSense,
    OrderSense,
    ShortcutSense,
    ToneSense,
    UnknownSense,
    WordSense,
)
from agent.understanding.themes import Themes
from agent.understanding.things import Things
from agent.understanding.tokens import tokens
from agent.understanding.tones import Tones
from agent.understanding.values import Values
from tools.inquiry import Inquiry
from tools.preferences import Order, Preferences, Value
from tools.scene import THIS, Scene
from tools.selection import TEXT

RATHER_NONE = 0.75
ALL_BUT_SURELY_NONE = 0.97
RARELY_NONE = 0.9
SURELY_NONE = 0.95
"""The reader's chance from which a label is surely said in passing."""

NAMED = frozenset({"like", "unlike", "loved", "disliked", "seen"})


@dataclass(frozen=True, slots=True)
class Composer:
    """Compose the changes of messages over one index, in one language."""

    scope: Scope

    def wishes(self, mentions: Sequence[Meant], text: str, scene: Scene) -> Draft:
        """Gather what the mentions of a message alter."""
        found = Draft()
        self._unsure(mentions, found)
        sure = [each for each in mentions if each.is_sure]
        self._names(sure, found, scene)
        Values(self.scope).read(sure, text, found)
        Things(self.scope).read(sure, text, found)
        Tones(self.scope).read(sure, self._reference(sure, scene), found)
        Quantities(self.scope.profile).read(sure, text, found)
        Themes(self.scope).read(sure, found)
        Company(self.scope).read(sure, found)
        self._orders(sure, found)
        self._dropped(sure, found)
        found.reconcile()
        return found

    def untold(self, found: Found, judgement: Judgement, draft: Draft) -> None:
        """Note what a request names that the catalogue cannot tell, in whatever role."""
        for mention, role in zip(found.mentions, judgement.roles, strict=True):
            if role.name in {"none", "passing", "other"} and role.chance < RARELY_NONE:
                draft.unknown += [s.topic for s in mention.senses if isinstance(s, UnknownSense)]

    def unexplained(self, found: Found, mentions: Sequence[Meant]) -> list[str]:
        """Return the content words of a message that speaks of nothing known.

        Text in scripts without spaces has none.
        """
        known = any(each.role.name not in {"none", "other"} for each in mentions)
        if known or found.fields or script_of(found.text):
            return []
        plain = self.scope.language.plain
        return [t.word for t in found.tokens if t.is_word and t.word not in plain]

    def loosen(self, found: Found, draft: Draft, before: Preferences) -> None:
        """Let a noun open the facet beside whose values it stands.

        "A film or a series" requires neither, "make it a series" takes an earlier film back.
        """
        language = self.scope.language
        said = {token.word for token in found.tokens}
        choice = any(phrase and phrase[0] in said for phrase in language.either)
        for facet in sorted(found.beside):
            named = any(group.facet == facet for group in draft.require)
            if named and choice:
                draft.require = [group for group in draft.require if group.facet != facet]
            elif not named and any(group.facet == facet for group in before.require):
                draft.forget.append(facet)

    def suppose(
        self, found: Found, judgement: Judgement, draft: Draft, before: Preferences
    ) -> None:
        """Take what is only named for a wish, where a request is heard and nothing as wanted.

        A kind of thing is required, labels are but favoured.
        """
        pairs = list(zip(found.mentions, judgement.roles, strict=True))
        likely = [each for each, role in pairs if not _is_filler(role)]
        Things(self.scope).suppose(likely, found.text, draft, before)
        if judgement.intent not in {"recommend", "refine"}:
            return
        self._suppose_company(found, judgement, draft)
        if judgement.intent == "recommend" and draft.change().empty() and not draft.unsure:
            names = [(m, role) for m, role in pairs if m.kind == "title" and role.name == "none"]
            if len(names) == 1 and len(pairs) == 1:
                ((name, role),) = names
                meant = role.chance < (SURELY_NONE if name.hidden else RATHER_NONE)
                draft.like += [name.words] if meant else []
                return
            doubted = [m for m, role in pairs if _is_doubted(role)]
            draft.prefer += [
                Value(sense.facet, sense.value)
                for mention in doubted
                for sense in mention.senses
                if isinstance(sense, FacetSense) and sense.guess
            ]

    def _suppose_company(self, found: Found, judgement: Judgement, draft: Draft) -> None:
        """Take children and families who are only named for those who will watch."""
        pairs = zip(found.mentions, judgement.roles, strict=True)
        named = [
            Meant(mention, replace(role, name="want", certainty=1.0))
            for mention, role in pairs
            if mention.kind == "audience" and role.name == "none" and role.chance < RARELY_NONE
        ]
        Company(self.scope).suppose(named, draft)

    def fields(self, found: Found, mentions: Sequence[Meant], scene: Scene, draft: Draft) -> None:
        """Gather wishes for the same or another value of a field than what was shown."""
        places = [each for each in mentions if each.kind == "place"]
        pointed = [name for each in places for name in self.names(each, scene)]
        Alike(self.scope).read(found, pointed, scene, draft)

    def compares_fields(self, found: Found, scene: Scene) -> bool:
        """Tell whether the same or another value of a field than shown is spoken of."""
        return Alike(self.scope).is_said(found, scene)

    def answer(self, found: Found, mentions: Sequence[Meant], asked: Inquiry, draft: Draft) -> None:
        """Take what is only named for the answer to the open question."""
        Answering(self.scope).read(found, mentions, asked, draft)

    def correct(self, found: Found, draft: Draft, before: Preferences) -> None:
        """Take back what is said anew after "scratch that" or "no, I meant"."""
        said = tuple(token.word for token in found.tokens if token.is_word)
        if not holds(said, self.scope.language.corrections):
            return
        facets = {group.facet for group in draft.require} | {each.facet for each in draft.prefer}
        draft.forget += [
            f"{group.facet}:{value}"
            for group in before.require
            for value in group.any_of
            if group.facet in facets
        ]
        draft.forget += [f"{v.facet}:{v.value}" for v in before.prefer if v.facet in facets]
        draft.forget += ["anchors"] if draft.like else []
        draft.forget += ["about"] if facets or draft.like or draft.about else []

    def renew(self, draft: Draft, before: Preferences) -> None:
        """Put aside what was wanted of a thing where another kind of thing is wanted now."""
        Things(self.scope).renew(draft, before)

    def topics(self, mentions: Sequence[Meant]) -> list[str]:
        """Return what is asked that the catalogue cannot tell."""
        return [
            sense.topic
            for each in mentions
            if each.role.name == "ask"
            for sense in each.mention.senses
            if isinstance(sense, UnknownSense)
        ]

    def names(self, each: Meant, scene: Scene) -> list[str]:
        """Return what a title or a pointer stands for, as mentions; empty for what says nothing."""
        if each.kind != "place":
            return [each.mention.words]
        said = tokens(each.mention.words)
        own, english = self.scope.language, languages()[ENGLISH]
        pointed = places(said, own, len(scene.shown)) or places(said, english, len(scene.shown))
        if not pointed:
            return self._pointed_by_value(each, scene)
        return [
            mention for place in pointed for mention in (scene.shown if place == ALL else (place,))
        ]

    def _pointed_by_value(self, each: Meant, scene: Scene) -> list[str]:
        """Return the items of the list that bear a value: "the Ghibli one"."""
        values = {(s.facet, s.value) for s in facet_senses(each)}
        shown = [self.scope.catalogue[i] for i in scene.shown if i in self.scope.catalogue]
        named = [
            item.id
            for item in shown
            if any(value in item.facets.get(facet, ()) for facet, value in values)
        ]
        return named if values else [THIS]

    def _reference(self, mentions: Sequence[Meant], scene: Scene) -> str:
        """Return the title or place that something is compared with: "darker than Monster"."""
        than = [name for m in mentions if m.role.name == "than" for name in self.names(m, scene)]
        return than[0] if than else ""

    def _unsure(self, mentions: Iterable[Meant], found: Draft) -> None:
        for each in mentions:
            wished = each.kind in {"value", "tone", "title", "person", "order"}
            if wished and not each.is_sure and each.role.positive and not each.inside:
                found.unsure.append(each.mention.words)

    def _names(self, mentions: Iterable[Meant], found: Draft, scene: Scene) -> None:
        for each in mentions:
            listless = each.kind == "place" and not scene.shown
            if each.kind not in {"title", "place"} or listless:
                continue
            if each.role.name in NAMED:
                getattr(found, each.role.name).extend(self.names(each, scene))

    def _orders(self, mentions: Sequence[Meant], found: Draft) -> None:
        for each in mentions:
            senses = [s for s in each.mention.senses if isinstance(s, OrderSense)]
            if senses and each.kind == "order" and each.role.name in {"want", "must", "maybe"}:
                found.order = Order(senses[0].number, senses[0].highest, each.mention.words)

    def _dropped(self, mentions: Sequence[Meant], found: Draft) -> None:
        """Gather the names of the wishes that are taken back."""
        for each in mentions:
            if each.role.name != "drop":
                continue
            found.forget += [f"{s.facet}:{s.value}" for s in facet_senses(each)]
            for sense in each.mention.senses:
                if isinstance(sense, ToneSense):
                    found.forget.append(sense.axis)
                if isinstance(sense, NumberSense | OrderSense):
                    found.forget.append(sense.number)
                if isinstance(sense, WordSense):
                    found.forget += [f"{TEXT}:{sense.word}", "about"]
                if isinstance(sense, ShortcutSense):
                    found.forget += list(sense.shortcut.ranges)
            figure = each.mention.figure
            if figure is not None:
                named = Quantities(self.scope.profile).number_of(figure, each.role.field)
                found.forget += [named[0]] if named else []
            if each.kind == "theme":
                found.forget.append("about")


def _is_filler(role: Role) -> bool:
    """Tell whether a word is all but surely part of a phrase: "fan" in "not a fan of"."""
    return role.name == "none" and role.chance >= ALL_BUT_SURELY_NONE


def _is_doubted(role: Role) -> bool:
    """Tell whether a label that seems said in passing may well be wished."""
    return (role.name == "none" and role.chance < SURELY_NONE) or (
        role.name == "passing" and role.chance < RATHER_NONE
    )
