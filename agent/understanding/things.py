"""Kinds of things in a shop, where names say what an item is: "a wireless router"."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from agent.understanding.draft import Draft, unique
from agent.understanding.meaning import Meant
from agent.understanding.mentions import Mention
from agent.understanding.scope import WANTED, Scope
from agent.understanding.senses import FacetSense, WordSense
from agent.understanding.tokens import words
from tools.preferences import Preferences, Value, Wanted
from tools.selection import TEXT


@dataclass(frozen=True, slots=True)
class Things:
    """Compose what mentioned kinds of things alter."""

    scope: Scope

    def read(self, mentions: Sequence[Meant], text: str, found: Draft) -> None:
        """Require what a thing is, the last word of "wireless router", and search for the rest.

        Of several things the first counts, and those joined to it: "a blanket or a towel".
        """
        named = [each for each in mentions if names_kind(each)]
        wanted = [each for each in named if each.role.name in WANTED]
        kept = {_word(each) for each in wanted}
        avoided = [_word(each) for each in named if each.role.name == "avoid"]
        found.exclude += [Value(TEXT, word) for word in avoided if word not in kept]
        found.about += [_word(each) for each in wanted]
        heads = [
            one
            for one, other in zip_longest(wanted, wanted[1:])
            if other is None or not _leads(one, other, text)
        ]
        heads = [each for each in heads if each.role.name in {"want", "must"}]
        heads = [each for each in heads if _word(each) in self.scope.catalogue.kinds] or heads
        joined = heads[:1]
        for each in heads[1:]:
            if not self._are_joined(joined[-1], each, text):
                break
            joined.append(each)
        if joined:
            found.require.append(Wanted(TEXT, unique(_word(each) for each in joined)))

    def renew(self, found: Draft, before: Preferences) -> None:
        """Put aside what was wanted of another kind of thing than the one that is wanted now."""
        kinds = self.scope.catalogue.kinds
        asked = _things(found.require)
        if asked & kinds and not asked & _things(before.require):
            found.forget += [f"{TEXT}:{word}" for word in sorted(_things(before.require))]
            found.forget.append("about")

    def suppose(
        self, seen: Sequence[Mention], text: str, found: Draft, before: Preferences
    ) -> None:
        """Take the first kind of thing that is named at all, where nothing was heard as wanted.

        Where a thing is wanted already only a word that names end with is another one.
        """
        named = [mention for mention in seen if _thing(mention)]
        wanted = _things(before.require)
        if wanted:
            catalogue = self.scope.catalogue
            plain = self.scope.language.plain - catalogue.frequent
            others = catalogue.kinds - wanted - plain
            named = [mention for mention in named if _thing(mention) in others]
        if not named or found.require or found.like:
            return
        group = named[:1]
        for each in named[1:]:
            if text[group[-1].end : each.start].strip(" -"):
                break
            group.append(each)
        kinds = [word for mention in group if (word := _thing(mention))]
        if set(kinds) & {value.value for value in found.exclude}:
            return
        taken = {mention.words for mention in group}
        found.unsure = [words for words in found.unsure if words not in taken]
        found.about += kinds
        found.require.append(Wanted(TEXT, (kinds[-1],)))

    def _are_joined(self, one: Meant, other: Meant, text: str) -> bool:
        """Tell whether only "or", "and" and plain words part two things."""
        language = self.scope.language
        between = words(text[one.mention.end : other.mention.start])
        joints = {word for phrase in (*language.either, *language.also) for word in phrase}
        return bool(joints & set(between)) and set(between) <= joints | language.plain


def _things(groups: Iterable[Wanted]) -> set[str]:
    return {word for group in groups if group.facet == TEXT for word in group.any_of}


def names_kind(each: Meant) -> bool:
    """Tell whether a mention is a word by which names say what an item is."""
    return each.kind == "value" and bool(_thing(each.mention))


def _word(each: Meant) -> str:
    return _thing(each.mention)


def _thing(mention: Mention) -> str:
    """Return the word by which names say what an item is, "" for a mention of another kind.

    A label of a facet, such as a brand, is no kind of thing.
    """
    if any(isinstance(sense, FacetSense) for sense in mention.senses):
        return ""
    return next((s.word for s in mention.senses if isinstance(s, WordSense)), "")


def _leads(one: Meant, other: Meant, text: str) -> bool:
    """Tell whether a word stands right before another: "wireless" in "wireless router"."""
    return not text[one.mention.end : other.mention.start].strip(" -")
