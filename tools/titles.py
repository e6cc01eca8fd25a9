"""Which item a person means by a name: exact, alias, short form, misspelt; or an honest no."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz, process

from data.catalogue import Catalogue
from data.items import fold

SURE = 88.0  # similarity in % from which a misspelling is taken; "Narutoo" has 92, "Bleech" 83
SURE_SHORT = 80.0  # one wrong letter in five
NEAR = 80.0  # below this a name is not worth offering
KEPT = 500  # misspelt names of which the search is remembered
TIE = 3.0  # two names this close in % are equally near
FAMOUS = 0.15  # difference in renown (0…1) that settles which of two is meant
COMMON = 0.002  # share of descriptions from which a word is an ordinary one
FEW = 3  # items that part of a long name may fit
SHORTEST_FUZZY = 4  # letters; shorter names are taken only as written
_DATED = re.compile(r"\s*[(（]\d{4}[)）]\s*$")
_SUBTITLE = re.compile(r"\s*(?::| - |\(|〜|~)")
Match = tuple[float, int]


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a name stands for: `item` if it is clear; else the nearest ids to offer."""

    asked: str
    item: str = ""
    nearest: tuple[str, ...] = ()
    ambiguous: bool = False


class Titles:
    """Resolve names against a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._kept: dict[str, list[Match]] = {}
        noun = catalogue.profile.noun
        self._nouns = {word for name in (noun.one, noun.many, *noun.also) for word in name.split()}

    def warm(self) -> None:
        """Build the tables that the first look-up would otherwise wait for."""
        self.exact("warm")

    def exact(self, name: str) -> tuple[int, ...]:
        """Return the positions of items whose title, alias or short form is this name."""
        folded = fold(name)
        return tuple(
            self._catalogue.by_name.get(folded)
            or self._short.get(folded)
            or self._joined.get(folded.replace(" ", ""))
            or ()
        )

    @cached_property
    def first_words(self) -> frozenset[str]:
        """Return the words with which names begin; of unspaced scripts the first sign."""
        return frozenset(
            first
            for name in self._names
            for first in (name.split(" ", 1)[0], name[:1])
            if first and (len(first) > 1 or not first.isascii() or " " in name)
        )

    def is_common(self, word: str) -> bool:
        """Tell whether a word stands in so many names or texts that it is an ordinary one."""
        return word in self._frequent

    @cached_property
    def _frequent(self) -> frozenset[str]:
        counts: dict[str, int] = {}
        for item in self._catalogue.items:
            for word in set(fold(item.description).split()):
                counts[word] = counts.get(word, 0) + 1
        least = max(3, COMMON * len(self._catalogue))
        return frozenset(word for word, count in counts.items() if count >= least)

    def resolve(self, name: str) -> Resolution:
        """Return the item a name stands for, or the nearest ones to offer."""
        folded = fold(name)
        undated = fold(_DATED.sub("", name))
        for form in dict.fromkeys((folded, undated, self._bare(folded))):
            if form and (places := self.exact(form)):
                return self._choose(name, places)
        if holders := self._holding(folded):
            return self._choose(name, holders)
        matches = self._alike(folded)
        found = self._misspelt(folded, matches)
        return self._choose(name, found) if found else Resolution(name, nearest=self._near(matches))

    def _holding(self, folded: str) -> tuple[int, ...]:
        """Return the few items whose long names hold all words of this one: "Archer C20".

        Only where names describe, and only if a word of it is a proper one.
        """
        asked = set(folded.split())
        describing = self._catalogue.describing
        if not describing or len(asked) < 2 or asked <= describing:
            return ()
        rarest = min((self._bearers.get(word, frozenset()) for word in asked), key=len)
        holding = [place for place in sorted(rarest) if asked <= self._worded[place]]
        return tuple(holding) if len(holding) <= FEW else ()

    @cached_property
    def _worded(self) -> list[frozenset[str]]:
        return [frozenset(fold(item.title).split()) for item in self._catalogue.items]

    @cached_property
    def _bearers(self) -> dict[str, frozenset[int]]:
        found: dict[str, set[int]] = {}
        for place, said in enumerate(self._worded):
            for word in said:
                found.setdefault(word, set()).add(place)
        return {word: frozenset(places) for word, places in found.items()}

    def _bare(self, folded: str) -> str:
        """Return a name without the catalogue's noun at its end: "the naruto anime"."""
        words = folded.split()
        while len(words) > 1 and words[-1] in self._nouns:
            words.pop()
        return " ".join(words)

    def _alike(self, folded: str) -> list[Match]:
        """Return the names most alike in spelling with their likeness in %, best first."""
        if not folded:
            return []
        known = self._kept.get(folded)
        if known is None:
            found = process.extract(
                folded, self._names, scorer=fuzz.ratio, limit=60, score_cutoff=NEAR
            )
            known = [(score, row) for _, score, row in found]
            if len(self._kept) >= KEPT:
                self._kept.clear()
            self._kept[folded] = known
        return known

    def _near(self, matches: Sequence[Match], limit: int = 3) -> tuple[str, ...]:
        """Return the ids of the items whose names look most alike, the better known first."""
        weighed = sorted(
            ((score + 12 * self._renown(place)), place)
            for score, row in matches
            for place in self._places[row][:1]
        )
        best = dict.fromkeys(place for _, place in reversed(weighed))
        return tuple(self._catalogue.items[place].id for place in self._one_each(best))[:limit]

    def _misspelt(self, folded: str, matches: Sequence[Match]) -> tuple[int, ...]:
        letters = len(folded.replace(" ", ""))
        sure = SURE_SHORT if letters <= 6 else SURE
        if letters < SHORTEST_FUZZY or not matches or matches[0][0] < sure:
            return ()
        best = matches[0][0]
        rows = [row for score, row in matches if score >= max(sure, best - TIE)]
        return tuple(dict.fromkeys(place for row in rows for place in self._places[row]))

    def _choose(self, asked: str, places: Sequence[int]) -> Resolution:
        """Take the only franchise, or the far better known one; else offer them."""
        mains = sorted(self._one_each(places), key=self._renown, reverse=True)
        ids = tuple(self._catalogue.items[place].id for place in mains)
        if len(mains) == 1 or self._outshines(*mains[:2]):
            return Resolution(asked, ids[0])
        return Resolution(asked, nearest=ids[:3], ambiguous=True)

    def _outshines(self, first: int, second: int) -> bool:
        return self._renown(first) - self._renown(second) >= FAMOUS

    def _one_each(self, places: Iterable[int]) -> list[int]:
        """Return the main item of each franchise: named first, else the best known."""
        mains: dict[int, int] = {}
        for place in places:
            franchise = int(self._catalogue.franchises[place])
            kept = mains.get(franchise)
            if kept is None or self._rank(place) > self._rank(kept):
                mains[franchise] = place
        return list(mains.values())

    def _rank(self, place: int) -> tuple[float, int]:
        return self._renown(place), -self._catalogue.items[place].entry

    def _renown(self, place: int) -> float:
        return float(self._catalogue.renown[place])

    @cached_property
    def _names(self) -> list[str]:
        return [*self._catalogue.by_name, *self._short]

    @cached_property
    def _places(self) -> list[list[int]]:
        return [*self._catalogue.by_name.values(), *self._short.values()]

    @cached_property
    def _short(self) -> dict[str, list[int]]:
        """Map what stands before a subtitle, "Demon Slayer" of "Demon Slayer: …", to its items."""
        found: dict[str, list[int]] = {}
        for place, item in enumerate(self._catalogue.items):
            for name in item.names():
                short = fold(_SUBTITLE.split(name, maxsplit=1)[0])
                if len(short) >= SHORTEST_FUZZY and short not in self._catalogue.by_name:
                    places = found.setdefault(short, [])
                    if place not in places:
                        places.append(place)
        return found

    @cached_property
    def _joined(self) -> dict[str, list[int]]:
        return {
            name.replace(" ", ""): places
            for name, places in reversed(list(zip(self._names, self._places, strict=True)))
            if len(name) >= SHORTEST_FUZZY
        }
