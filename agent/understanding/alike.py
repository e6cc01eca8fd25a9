"""The same or another value of a field than what was shown: "not that brand", "same director"."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from agent.understanding.draft import Draft
from agent.understanding.language import Phrase
from agent.understanding.mentions import Found
from agent.understanding.scope import Scope
from data.items import Item
from tools.preferences import Value, Wanted
from tools.scene import Scene, point

NEAR = 3
"""Words before and after the name of a field among which "same" and "another" count."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Compose what a message says of the fields of shown items."""

    scope: Scope

    def read(self, found: Found, pointed: Sequence[str], scene: Scene, draft: Draft) -> None:
        """Require or veto what the items pointed at have of a field that is named."""
        for same, name in self._said(found, scene):
            values = self._values(name, pointed, scene)
            if same and values:
                draft.require.append(Wanted(name, values))
            elif not same:
                draft.exclude += [Value(name, value) for value in values]

    def is_said(self, found: Found, scene: Scene) -> bool:
        """Tell whether the message speaks of a field of what was shown."""
        return bool(self._said(found, scene))

    def _said(self, found: Found, scene: Scene) -> list[tuple[bool, str]]:
        facets = self.scope.profile.facets
        named = [(start, name) for start, name in found.fields if scene.shown and name in facets]
        heard = [(self._wishes_same(found, start), name) for start, name in named]
        return [(same, name) for same, name in heard if same is not None]

    def _wishes_same(self, found: Found, start: int) -> bool | None:
        """Tell whether the same value is wished, or another one; None where neither is said."""
        words = [token for token in found.tokens if token.is_word]
        before = tuple(token.word for token in words if token.end <= start)[-NEAR:]
        after = tuple(token.word for token in words if token.start > start)[:NEAR]
        language = self.scope.language
        if holds(before, language.another) or holds(after, language.another):
            return False
        return True if holds(before, language.same) or holds(after, language.same) else None

    def _values(self, name: str, pointed: Sequence[str], scene: Scene) -> tuple[str, ...]:
        """Return the values of what is pointed at, else those that most of the list shares."""
        items = [self._item(mention, scene) for mention in pointed]
        known = [item for item in items if item is not None]
        if not known and scene.focus:
            known = [item for item in [self._item(scene.focus, scene)] if item is not None]
        if known:
            return tuple(dict.fromkeys(v for each in known for v in each.facets.get(name, ())))
        listed = [self._item(each, scene) for each in scene.shown]
        counts = Counter(v for each in listed if each for v in each.facets.get(name, ()))
        shared = tuple(value for value, count in counts.items() if 2 * count > len(listed))
        return shared or tuple(counts)[:1]

    def _item(self, mention: str, scene: Scene) -> Item | None:
        item = point(mention, scene)
        return self.scope.catalogue[item] if item and item in self.scope.catalogue else None


def holds(words: Phrase, phrases: frozenset[Phrase]) -> bool:
    """Tell whether words have one of the phrases among them."""
    longest = max(map(len, phrases), default=0)
    return any(
        words[at : at + length] in phrases
        for length in range(1, min(longest, len(words)) + 1)
        for at in range(len(words) - length + 1)
    )
