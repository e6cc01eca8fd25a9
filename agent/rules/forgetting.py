"""Wishes taken back: "forget the episode limit", "romance is fine after all"."""

from collections.abc import Iterator

from agent.rules.lexicon import Lexicon
from agent.rules.sayings import TAKEN_BACK
from agent.understanding.senses import FacetSense, ToneSense
from data.catalogue import Catalogue
from data.items import fold
from tools.preferences import Preferences


class Forgetting:
    """Read which of the wishes that stand a message takes back."""

    def __init__(self, catalogue: Catalogue, lexicon: Lexicon) -> None:
        """Know how wishes are named."""
        self._catalogue = catalogue
        self._lexicon = lexicon

    def read(self, said: str, before: Preferences) -> tuple[str, ...]:
        """Return the names, as the preferences hold them, of what is taken back."""
        if before == Preferences():
            return ()
        known = dict(self._names(before))
        for pattern in TAKEN_BACK:
            found = pattern.search(said)
            if found and (names := self._meant(found["what"].split(), known)):
                return names
        return ()

    def _meant(self, what: list[str], known: dict[str, str]) -> tuple[str, ...]:
        """Return the names that words mean, as a whole or else one by one, and by their sense.

        "Cosy" may have brought a theme and a tone: both go.
        """
        joined = " ".join(what)
        whole = [known[form] for form in (joined, joined.removesuffix("s")) if form in known]
        named = whole[:1] or [known[word] for word in what if word in known]
        standing = set(known.values())
        senses = (name for place in range(len(what)) for name in self._senses(what[place:]))
        return tuple(dict.fromkeys([*named, *(name for name in senses if name in standing)]))

    def _senses(self, said: list[str]) -> Iterator[str]:
        for sense in self._lexicon.at(said)[1]:
            if isinstance(sense, FacetSense):
                yield sense.value
            elif isinstance(sense, ToneSense) and not sense.relative:
                yield sense.axis

    def _names(self, before: Preferences) -> Iterator[tuple[str, str]]:
        """Yield how each wish may be called, folded, and the name that the preferences hold."""
        standing = {bound.number for bound in before.ranges}
        numbers = self._lexicon.numbers_by_word
        yield from ((word, name) for word, name in numbers.items() if name in standing)
        for wish in before.tones:
            yield fold(wish.axis), wish.axis
            yield fold(wish.words), wish.axis
        for anchor in before.anchors:
            yield from ((fold(name), anchor) for name in self._catalogue[anchor].names())
        values = [(value.facet, value.value) for value in (*before.exclude, *before.prefer)]
        values += [(group.facet, value) for group in before.require for value in group.any_of]
        for facet, value in values:
            yield from self._facet_names(facet)
            yield fold(value), value

    def _facet_names(self, facet: str) -> Iterator[tuple[str, str]]:
        declared = self._lexicon.profile.facets.get(facet)
        if declared is not None:
            label = fold(declared.label)
            yield from ((name, facet) for name in (facet, label, f"{label}s"))
