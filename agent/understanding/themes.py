"""Themes in a person's own words: text to search for, or to keep away from."""

from collections.abc import Sequence
from dataclasses import dataclass

from agent.understanding.draft import Draft
from agent.understanding.language import languages
from agent.understanding.lexicon import ENGLISH
from agent.understanding.meaning import Meant, facet_senses
from agent.understanding.scope import Scope
from agent.understanding.tokens import words
from tools.preferences import Value
from tools.selection import TEXT

LONGEST_THEME = 14
"""Words of a theme that are searched for."""


@dataclass(frozen=True, slots=True)
class Themes:
    """Compose what described themes alter."""

    scope: Scope

    def read(self, mentions: Sequence[Meant], found: Draft) -> None:
        """Gather what a story or a thing is to be about."""
        for each in mentions:
            if each.kind != "theme":
                continue
            senses = facet_senses(each)
            plain = len(words(each.mention.words)) <= 2
            if each.role.name in {"want", "must", "more", "maybe"}:
                if said := self._theme(each.mention.words):
                    found.about.append(said)
                found.prefer += [Value(s.facet, s.value) for s in senses]
            elif each.role.name == "avoid":
                if senses and plain:
                    found.exclude += [Value(s.facet, s.value) for s in senses]
                else:
                    self._unwanted_theme(each, found)

    def _theme(self, said: str) -> str:
        """Return what a theme says without plain words around it; "" where that is nothing."""
        kept = self.scope.english(said).split()
        english = languages()[ENGLISH].plain | self.scope.language.plain
        plain = {word for word in kept if set(words(word)) <= english | self._nouns}
        while kept and kept[0] in plain:
            kept.pop(0)
        while kept and kept[-1] in plain:
            kept.pop()
        return " ".join(kept[:LONGEST_THEME])

    @property
    def _nouns(self) -> frozenset[str]:
        noun = self.scope.profile.noun
        return frozenset(word for name in (noun.one, noun.many, *noun.also) for word in words(name))

    def _unwanted_theme(self, each: Meant, found: Draft) -> None:
        said = self.scope.english(each.mention.words)
        content = [w for w in words(said) if w not in self.scope.language.plain and len(w) > 2]
        if len(content) == 1 and len(self.scope.index.containing(content[0])):
            found.exclude.append(Value(TEXT, content[0]))
        elif len(content) <= 2 and content and len(self.scope.index.containing(" ".join(content))):
            found.exclude.append(Value(TEXT, " ".join(content)))
