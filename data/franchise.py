"""Which items belong to one work.

Names give the candidates: pairs that share a name, or the beginning of one, once order markers
("2nd Season", "OVA") are taken off. Evidence decides them: facets in common, weighed by their
rarity, and rare proper names that stand in both descriptions. A pair that shares no part of a
name is never looked at, so that 16,000 items take about a second.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from data.items import Item, fold
from data.stems import Kind, keys_of, says_nothing

Pair = tuple[int, int]  # places in the list of items
Value = tuple[str, str]  # a facet's name and one of its values

WORD = re.compile(r"[a-zà-ÿ]+")
PROPER = re.compile(r"[A-Z][a-zà-ÿ]{2,}")
# What a shared key says before any evidence. Two names that only begin alike ("Acme Shirt Red",
# "Acme Shirt Blue") or only end alike are not listed: no evidence is enough for them.
PRIOR = {
    (Kind.WHOLE, Kind.WHOLE): 1.9,
    (Kind.WHOLE, Kind.HEAD): 2.1,
    (Kind.HEAD, Kind.HEAD): 1.5,
    (Kind.WHOLE, Kind.TAIL): 0.7,
    (Kind.HEAD, Kind.TAIL): 0.5,
    (Kind.WHOLE, Kind.START): 0.6,
    (Kind.HEAD, Kind.START): 0.5,
    (Kind.WHOLE, Kind.END): -0.2,
    (Kind.HEAD, Kind.END): -0.2,
}
LENGTH = (-0.3, 0.3, 1.1, 1.5)  # one word may be anybody's, four hardly meet by chance
ORDINARY = -0.8  # "Monster", "Free": a word that descriptions use
LONG_WORD = 7  # letters from which a single word counts as neither
UNALIKE = 0.4  # likeness of facets that two unrelated items reach easily
LIKENESS = 2.0
PROPER_NAME = 0.7
PROPER_NAMES = 3  # further ones say nothing new
NEEDED = 1.4
MOST_EVIDENCE = LIKENESS * (1 - UNALIKE) + PROPER_NAME * PROPER_NAMES
CROWD = 60  # in larger buckets only pairs with a whole or head are looked at
BRAND_GROUPS = 3  # "Gundam", "Precure": a word that so many groups of one maker share
BRAND_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class Traits:
    """What evidence is drawn from: weighed facet values, their norm, rare proper names."""

    facets: dict[Value, float]
    norm: float
    names: frozenset[str]


class Groups:
    """Union-find over the places of a list; two given franchises never become one."""

    def __init__(self, items: Sequence[Item]) -> None:
        """Begin with every item alone."""
        self.items = items
        self._parent = list(range(len(items)))
        self._given = [item.franchise for item in items]

    def root(self, place: int) -> int:
        """Return the place that stands for the group."""
        while self._parent[place] != place:
            self._parent[place] = self._parent[self._parent[place]]
            place = self._parent[place]
        return place

    def join(self, pairs: Iterable[Pair]) -> None:
        """Make each pair's groups one, unless they were given different franchises."""
        for pair in pairs:
            low, high = sorted(map(self.root, pair))
            given = {self._given[low], self._given[high]} - {""}
            if low != high and len(given) < 2:
                self._parent[high] = low
                self._given[low] = "".join(given)

    def members(self) -> dict[int, list[Item]]:
        """Return the items of each group by its root."""
        members: dict[int, list[Item]] = defaultdict(list)
        for place, item in enumerate(self.items):
            members[self.root(place)].append(item)
        return members

    def names(self) -> dict[str, str]:
        """Return each item's franchise by id: the given one, or a slug no other group has."""
        taken = set(self._given)
        names: dict[str, str] = {}
        for root, group in self.members().items():
            name = self._given[root] or (_slug(group) if len(group) > 1 else "")
            if name in taken and not self._given[root]:
                name = name and f"{name}-{self.items[root].id}"
            taken.add(name)
            names |= {item.id: item.franchise or name for item in group}
        return names


def with_franchises(items: Sequence[Item]) -> list[Item]:
    """Return the items with `franchise` filled in; an item that stands alone keeps ''."""
    ordered = sorted(items, key=lambda item: item.id)
    groups = Groups(ordered)
    groups.join(sorted(_related(ordered)))
    groups.join(sorted(_branded(ordered, groups)))
    names = groups.names()
    return [replace(item, franchise=names[item.id]) for item in items]


def _slug(group: Sequence[Item]) -> str:
    """Return the longest key that nearly as many of the titles have as any."""
    keys = Counter(key for item in group for key in {key for key, _ in keys_of(item.title)})
    most = max(keys.values(), default=0)
    common = (key for key in keys if keys[key] >= 0.8 * most and not says_nothing(key))
    return max(common, key=lambda key: (len(key), key), default=group[0].id).replace(" ", "-")


def _related(items: Sequence[Item]) -> Iterator[Pair]:
    traits = _traits(items)
    buckets = _buckets(items)
    ordinary = _ordinary(items, buckets)
    for key, kinds in buckets.items():
        length = ORDINARY if key in ordinary else _length(key)
        for (one, kind), (other, another) in _pairs(kinds):
            prior = PRIOR.get((max(kind, another), min(kind, another)), -math.inf) + length
            if (
                prior + MOST_EVIDENCE >= NEEDED
                and prior + _evidence(traits[one], traits[other]) >= NEEDED
            ):
                yield one, other


def _buckets(items: Sequence[Item]) -> dict[str, dict[int, Kind]]:
    """Return the places of the items that share a key which may be a work's name."""
    words = {value: _facet_words(value) for value in _values(items)}
    buckets: dict[str, dict[int, Kind]] = defaultdict(dict)
    for place, item in enumerate(items):
        described = set[str]().union(*(words[value] for value in _values_of(item)))
        for name in item.names():
            for key, kind in keys_of(name):
                if not described.issuperset(key.split()):
                    bucket = buckets[key]
                    bucket[place] = max(kind, bucket.get(place, Kind.END))
    return {
        key: kinds
        for key, kinds in buckets.items()
        if len(kinds) > 1 and max(kinds.values()) >= Kind.HEAD and not says_nothing(key)
    }


def _facet_words(value: Value) -> set[str]:
    """Return the words of a facet's value: "Acme Shirt" says its brand and kind, not a work."""
    words = fold(value[1]).split()
    return {*words, *(word[:-1] for word in words if word.endswith("s"))}


def _pairs(kinds: Mapping[int, Kind]) -> Iterator[tuple[tuple[int, Kind], tuple[int, Kind]]]:
    if len(kinds) <= CROWD:
        yield from combinations(kinds.items(), 2)
        return
    strong = [entry for entry in kinds.items() if entry[1] >= Kind.HEAD]
    yield from ((one, other) for one in strong for other in kinds.items() if one != other)


def _length(key: str) -> float:
    if key.isascii():
        words = len(key.split())
    elif len(key) < 3:
        return ORDINARY
    else:
        words = len(key) // 3
    if words == 1 and len(key) >= LONG_WORD:
        return 0.0
    return LENGTH[min(words, len(LENGTH)) - 1]


def _ordinary(items: Sequence[Item], keys: Iterable[str]) -> set[str]:
    single = {key for key in keys if " " not in key}
    used = Counter(word for item in items for word in single.intersection(item.description.split()))
    least = max(2, len(items) // 4000)
    return {word for word, count in used.items() if count >= least}


def _values(items: Iterable[Item]) -> Counter[Value]:
    return Counter(value for item in items for value in _values_of(item))


def _values_of(item: Item) -> dict[Value, None]:
    return dict.fromkeys((name, value) for name in item.facets for value in item.facets[name])


def _traits(items: Sequence[Item]) -> list[Traits]:
    used = _values(items)
    weights = [{v: math.log(len(items) / used[v]) for v in _values_of(item)} for item in items]
    norms = [math.hypot(*each.values()) for each in weights]
    usual = sum(norms) / max(1, len(norms))
    names = _rare_names(items)
    return [
        Traits(each, max(norm, usual), found)  # few facets that agree say little
        for each, norm, found in zip(weights, norms, names, strict=True)
    ]


def _rare_names(items: Sequence[Item]) -> list[frozenset[str]]:
    """Return each description's proper names that few others have, without the title's own."""
    found = [set(PROPER.findall(item.description)) for item in items]
    used = Counter(word for words in found for word in words)
    rare = {word for word, count in used.items() if 1 < count <= max(3, len(items) // 400)}
    return [
        frozenset((words & rare) - {word.capitalize() for word in _title_words(item)})
        for item, words in zip(items, found, strict=True)
    ]


def _title_words(item: Item) -> set[str]:
    return set(WORD.findall(" ".join(item.names()).casefold()))


def _evidence(one: Traits, other: Traits) -> float:
    shared = sum(weight**2 for value, weight in one.facets.items() if value in other.facets)
    likeness = shared / (one.norm * other.norm) if shared else 0.0
    names = min(PROPER_NAMES, len(one.names & other.names))
    return LIKENESS * (likeness - UNALIKE) + PROPER_NAME * names


def _branded(items: Sequence[Item], groups: Groups) -> Iterator[Pair]:
    """Yield groups that share a word of their titles and with most of its bearers a maker.

    A maker is a value of a facet with many values, such as studio; a word that names the maker
    itself, as "Acme" does, is no work's name.
    """
    used = _values(items)
    variety = Counter(name for name, _ in used)
    makers = {value for value in used if variety[value[0]] ** 2 > len(items)}
    bearers: dict[str, list[tuple[int, bool, set[Value]]]] = defaultdict(list)
    for root, group in groups.members().items():
        own = {value for item in group for value in _values_of(item) if value in makers}
        for word in _common_words(group):
            bearers[word].append((root, len(group) > 1, own))
    for word, parts in bearers.items():
        if sum(several for _, several, _ in parts) < BRAND_GROUPS:
            continue
        counts = Counter(v for *_, own in parts for v in own if word not in fold(v[1]))
        maker, count = max(((v, c) for v, c in counts.items()), key=_by_count, default=(None, 0))
        if count >= BRAND_SHARE * len(parts):
            first, *others = [root for root, _, own in parts if maker in own]
            yield from ((first, other) for other in others)


def _by_count(entry: tuple[Value, int]) -> tuple[int, Value]:
    return entry[1], entry[0]


def _common_words(group: Sequence[Item]) -> Iterator[str]:
    words = Counter(word for item in group for word in set(fold(item.title).split()))
    for word, count in words.items():
        if count >= 0.8 * len(group) and len(word) > 3 and not says_nothing(word):
            yield word
