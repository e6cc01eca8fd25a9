"""From mentions and roles to what a message alters: small pure functions."""

import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, zip_longest

from agent.understanding.language import Language, languages
from agent.understanding.lexicon import ENGLISH
from agent.understanding.meaning import Meant, facet_senses
from agent.understanding.places import ALL, places
from agent.understanding.quantities import Quantities
from agent.understanding.senses import (
    FacetSense,
    NumberSense,
    OrderSense,
    ShortcutSense,
    ToneSense,
    UnknownSense,
    WordSense,
)
from agent.understanding.tokens import tokens, words
from data.catalogue import Catalogue
from data.index import Index
from data.profile import Audience, Bound, Profile, Shortcut
from tools.change import Bounds, Change, Critique
from tools.preferences import Order, Value, Wanted
from tools.scene import Scene
from tools.selection import TEXT

ENOUGH_VALUES = 3
"""From so many values of one facet on, any of them will do."""

WANTED = frozenset({"want", "must", "maybe", "more"})
UNWANTED = frozenset({"avoid", "less"})
NAMED = frozenset({"like", "unlike", "loved", "disliked", "seen"})
LONGEST_THEME = 14
MOST_ABOUT = 60


@dataclass(slots=True)
class Draft:
    """What has been gathered of a message."""

    about: list[str] = field(default_factory=list)
    like: list[str] = field(default_factory=list)
    unlike: list[str] = field(default_factory=list)
    loved: list[str] = field(default_factory=list)
    disliked: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    require: list[Wanted] = field(default_factory=list)
    exclude: list[Value] = field(default_factory=list)
    prefer: list[Value] = field(default_factory=list)
    bounds: list[Bounds] = field(default_factory=list)
    numbers: list[Critique] = field(default_factory=list)
    tones: list[Critique] = field(default_factory=list)
    forget: list[str] = field(default_factory=list)
    order: Order | None = None
    unknown: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)
    vague: list[str] = field(default_factory=list)
    """Feelings that are no tone of the profile: searched for where there is nothing else."""


@dataclass(frozen=True, slots=True)
class Composer:
    """Compose the changes of messages over one index, in one language."""

    index: Index
    language: Language

    @property
    def profile(self) -> Profile:
        """Return the catalogue's profile."""
        return self.index.catalogue.profile

    @property
    def catalogue(self) -> Catalogue:
        """Return the catalogue."""
        return self.index.catalogue

    def wishes(self, mentions: Sequence[Meant], text: str, scene: Scene) -> Draft:
        """Gather what the mentions of a message alter."""
        found = Draft()
        self._unsure(mentions, found)
        sure = [each for each in mentions if each.is_sure]
        self._names(sure, found, scene)
        self._values(sure, text, found)
        self._tones(sure, found, scene)
        self._figures(_paired(sure, text), found)
        self._themes(sure, found)
        self._audience(sure, found)
        self._orders(sure, found)
        self._dropped(sure, found)
        _reconcile(found)
        return found

    def topics(self, mentions: Sequence[Meant]) -> list[str]:
        """Return what is asked that the catalogue cannot tell."""
        return [
            sense.topic
            for each in mentions
            if each.role.name == "ask"
            for sense in each.mention.senses
            if isinstance(sense, UnknownSense)
        ]

    def change(self, found: Draft) -> Change:
        """Return the gathered wishes as a change."""
        return Change(
            about=", ".join(found.about)[:MOST_ABOUT].strip(),
            like=_unique(found.like),
            unlike=_unique(found.unlike),
            require=_unique(found.require),
            exclude=_unique(found.exclude),
            prefer=_unique(found.prefer),
            bounds=tuple(found.bounds),
            numbers=tuple(found.numbers),
            tones=tuple(found.tones),
            seen=_unique(found.seen),
            disliked=_unique(found.disliked),
            loved=_unique(found.loved),
            forget=_unique(found.forget),
            order=found.order,
        )

    def names(self, each: Meant, scene: Scene) -> list[str]:
        """Return what a title or a pointer stands for, as mentions; empty for what says nothing."""
        if each.kind != "place":
            return [each.mention.words]
        said = tokens(each.mention.words)
        pointed = places(said, self.language, len(scene.shown))
        if not pointed:
            return self._pointed_by_value(each, scene)
        return [
            mention for place in pointed for mention in (scene.shown if place == ALL else (place,))
        ]

    def _pointed_by_value(self, each: Meant, scene: Scene) -> list[str]:
        """Return the items of the list that bear a value: "the Ghibli one"."""
        values = {(s.facet, s.value) for s in facet_senses(each)}
        shown = [self.catalogue[i] for i in scene.shown if i in self.catalogue]
        named = [
            item.id
            for item in shown
            if any(value in item.facets.get(facet, ()) for facet, value in values)
        ]
        return named if values else ["this"]

    def _unsure(self, mentions: Iterable[Meant], found: Draft) -> None:
        for each in mentions:
            wished = each.kind in {"value", "tone", "title", "person", "order"}
            if wished and not each.is_sure and each.role.positive and not each.inside:
                found.unsure.append(each.mention.words)

    def _names(self, mentions: Iterable[Meant], found: Draft, scene: Scene) -> None:
        for each in mentions:
            if each.kind not in {"title", "place"}:
                continue
            if each.role.name in NAMED:
                getattr(found, each.role.name).extend(self.names(each, scene))

    def _values(self, mentions: Sequence[Meant], text: str, found: Draft) -> None:
        wanted: list[tuple[Meant, Sequence[FacetSense]]] = []
        for each in mentions:
            if each.kind not in {"value", "person"}:
                continue
            unknown = [s.topic for s in each.mention.senses if isinstance(s, UnknownSense)]
            if unknown and each.role.name in WANTED | UNWANTED | {"max", "min"}:
                found.unknown += unknown
                continue
            senses = facet_senses(each)
            if not senses and _names_kind(each):
                continue
            if not senses:
                self._unknown_value(each, found)
            elif each.role.name in UNWANTED:
                self._unwanted(each, senses, found)
            elif each.role.name in {"maybe", "more"} or (each.inside and each.role.positive):
                found.prefer += [Value(s.facet, s.value) for s in senses]
            elif each.role.name in {"want", "must"}:
                wanted.append((each, senses))
            elif each.role.name in {"max", "below", "min", "above"}:
                self._ordered_values(each, senses, found)
        self._require(wanted, text, found)
        self._kinds_of_thing(mentions, text, found)

    def _unwanted(self, each: Meant, senses: Sequence[FacetSense], found: Draft) -> None:
        values = [Value(s.facet, s.value) for s in senses]
        if each.role.name == "less":
            axis = self._axis(values)
            if axis:
                found.tones.append(Critique(axis, -1, each.mention.words))
                return
        found.exclude += values

    def _axis(self, values: Sequence[Value]) -> str:
        """Return the tone that values stand for most: "less romance" is less romantic."""
        for axis, tone in self.profile.tones.items():
            if any(tone.facets.get(f"{v.facet}:{v.value}", 0) >= 0.9 for v in values):
                return axis
        return ""

    def _kinds_of_thing(self, mentions: Sequence[Meant], text: str, found: Draft) -> None:
        """Require what a thing is, the last word of "wireless router", and search for the rest.

        Of several things the first counts, and those joined to it: "a blanket or a towel".
        """
        named = [each for each in mentions if _names_kind(each)]
        found.exclude += [Value(TEXT, _word(e)) for e in named if e.role.name == "avoid"]
        wanted = [each for each in named if each.role.name in WANTED]
        found.about += [_word(each) for each in wanted]
        heads = [
            one
            for one, other in zip_longest(wanted, wanted[1:])
            if other is None or not _leads(one, other, text)
        ]
        heads = [each for each in heads if each.role.name in {"want", "must"}]
        joined = heads[:1]
        for each in heads[1:]:
            between = words(text[joined[-1].mention.end : each.mention.start])
            if not between or not set(between) <= self._joints:
                break
            joined.append(each)
        if joined:
            found.require.append(Wanted(TEXT, _unique(_word(each) for each in joined)))

    @property
    def _joints(self) -> frozenset[str]:
        either = {word for phrase in self.language.either for word in phrase}
        return frozenset(either | self.language.plain)

    def _unknown_value(self, each: Meant, found: Draft) -> None:
        """Take a value that the catalogue does not list: search its texts for it, or say so."""
        said = self._english(each.mention.words)
        content = [w for w in said.split() if len(self.index.containing(w))]
        if each.role.name in UNWANTED:
            if content and len(said.split()) <= 2:
                found.exclude.append(Value(TEXT, said))
            else:
                found.unknown.append(each.mention.words)
        elif each.role.name in {"want", "must", "more", "maybe"}:
            if content and each.kind == "value":
                found.about.append(said)
            elif each.role.name != "maybe":
                found.unknown.append(each.mention.words)

    def _ordered_values(self, each: Meant, senses: Sequence[FacetSense], found: Draft) -> None:
        """Exclude what lies beyond a value that has an order: "nothing above PG-13"."""
        for sense in senses:
            ages = self.profile.ages.get(sense.facet)
            if not ages or sense.value not in ages:
                continue
            limit, role = ages[sense.value], each.role.name
            kept = {"max": operator.le, "below": operator.lt, "min": operator.ge}
            holds = kept.get(role, operator.gt)
            found.exclude += [
                Value(sense.facet, value) for value, age in ages.items() if not holds(age, limit)
            ]

    def _require(
        self, wanted: Sequence[tuple[Meant, Sequence[FacetSense]]], text: str, found: Draft
    ) -> None:
        """Require hard values and favour soft ones; of three and more of a facet any will do."""
        by_facet: dict[str, list[tuple[Meant, str]]] = {}
        for each, senses in wanted:
            for sense in senses:
                if self.profile.facets[sense.facet].soft:
                    found.prefer.append(Value(sense.facet, sense.value))
                else:
                    by_facet.setdefault(sense.facet, []).append((each, sense.value))
        for facet, pairs in by_facet.items():
            values = _unique(value for _, value in pairs)
            mentions = {id(each): each for each, _ in pairs}
            must = any(each.role.name == "must" for each in mentions.values())
            either = self.profile.facets[facet].single or self._either(
                list(mentions.values()), text
            )
            if either or (len(mentions) >= ENOUGH_VALUES and not must):
                found.require.append(Wanted(facet, values))
                if len(mentions) >= ENOUGH_VALUES and not self.profile.facets[facet].single:
                    found.prefer += [Value(facet, value) for value in values]
            else:
                found.require += [Wanted(facet, (value,)) for value in values]

    def _either(self, mentions: Sequence[Meant], text: str) -> bool:
        spans = sorted((each.mention.start, each.mention.end) for each in mentions)
        for (_, end), (start, _) in pairwise(spans):
            between = text[end:start]
            said = words(between)
            if "/" in between or any(
                said[k : k + 1] in self.language.either for k in range(len(said))
            ):
                return True
        return False

    def _tones(self, mentions: Sequence[Meant], found: Draft, scene: Scene) -> None:
        than = next((self.names(m, scene) for m in mentions if m.role.name == "than"), [])
        reference = than[0] if than else ""
        for each in mentions:
            if each.kind != "tone" or each.role.name not in WANTED | UNWANTED:
                continue
            if not each.mention.senses:
                self._plain_tone(each, found)
            for sense in each.mention.senses:
                if isinstance(sense, ToneSense):
                    self._tone(each, sense, reference, found)
                elif isinstance(sense, FacetSense):
                    self._value_of_tone(each, sense, found)
            self._shortcuts(each, reference, found)
            self._numbers(each, reference, found)

    def _tone(self, each: Meant, sense: ToneSense, than: str, found: Draft) -> None:
        role = each.role.name
        turned = role in UNWANTED
        relative = sense.relative or role in {"more", "less"}
        direction = -sense.direction if turned else sense.direction
        if any(kept.name == sense.axis for kept in found.tones):
            return
        found.tones.append(
            Critique(sense.axis, 1 if direction > 0 else -1, each.mention.words, than, relative)
        )

    def _value_of_tone(self, each: Meant, sense: FacetSense, found: Draft) -> None:
        value = Value(sense.facet, sense.value)
        if each.role.name == "avoid":
            found.exclude.append(value)
        elif each.role.name in WANTED:
            found.prefer.append(value)

    def _plain_tone(self, each: Meant, found: Draft) -> None:
        """Search for a tone that is no axis of the profile: "surreal"."""
        said = self._english(each.mention.words)
        if each.role.name in WANTED and any(len(self.index.containing(w)) for w in said.split()):
            found.vague.append(said)

    def _numbers(self, each: Meant, than: str, found: Draft) -> None:
        senses = [s for s in each.mention.senses if isinstance(s, NumberSense)]
        if not senses:
            return
        first, *others = senses
        turned = each.role.name in UNWANTED
        direction = -first.direction if turned else first.direction
        also = tuple(s.number for s in others if s.direction == first.direction)
        found.numbers.append(
            Critique(first.number, 1 if direction > 0 else -1, each.mention.words, than, also=also)
        )

    def _shortcuts(self, each: Meant, than: str, found: Draft) -> None:
        for sense in each.mention.senses:
            if not isinstance(sense, ShortcutSense):
                continue
            if each.role.name in {"want", "must", "maybe"} and not than:
                self._shortcut(sense.shortcut, each.mention.words, found)
            else:
                self._relative_shortcut(sense.shortcut, each, than, found)

    def _shortcut(self, short: Shortcut, said: str, found: Draft) -> None:
        for name, bound in short.ranges.items():
            low = self._limit(name, bound.low, float("-inf"))
            high = self._limit(name, bound.high, float("inf"))
            found.bounds.append(Bounds(name, low, high, said))
        found.require += [Wanted(facet, tuple(v)) for facet, v in short.require.items()]
        found.prefer += [Value(facet, v) for facet, few in short.prefer.items() for v in few]
        found.exclude += [Value(facet, v) for facet, few in short.exclude.items() for v in few]
        found.tones += [Critique(axis, step, said) for axis, step in short.tones.items()]

    def _limit(self, number: str, declared: float | str | None, none: float) -> float:
        if isinstance(declared, str):
            return self.catalogue.quantile(number, float(declared.rstrip("%")) / 100)
        return none if declared is None else declared

    def _relative_shortcut(self, short: Shortcut, each: Meant, than: str, found: Draft) -> None:
        """Read "shorter" and "too short" of a word that stands for a bound."""
        for name, bound in list(short.ranges.items())[:1]:
            direction = _side(bound)
            turned = each.role.name in UNWANTED
            way = -direction if turned else direction
            if way:
                found.numbers.append(Critique(name, 1 if way > 0 else -1, each.mention.words, than))

    def _figures(self, mentions: Sequence[Meant], found: Draft) -> None:
        stated = Quantities(self.profile).bounds(m for m in mentions if m.kind == "figure")
        named = {bound.number: bound for bound in stated}
        kept = [_stricter(b, named[b.number]) if b.number in named else b for b in found.bounds]
        held = {bound.number for bound in kept}
        found.bounds = kept + [bound for bound in stated if bound.number not in held]
        numbers = {bound.number for bound in found.bounds}
        found.numbers = [c for c in found.numbers if c.name not in numbers]
        ages = [
            m.mention.figure.low for m in mentions if m.role.name == "viewer" and m.mention.figure
        ]
        if ages and min(ages) < 18:
            self._for_age(min(ages), found)

    def _for_age(self, age: float, found: Draft) -> None:
        """Exclude what is meant for older people than whoever watches."""
        for facet, ages in self.profile.ages.items():
            found.exclude += [Value(facet, v) for v, least in ages.items() if least > age]
        if age < 13:
            self._suit(self.profile.audiences.get("child"), found)

    def _suit(self, audience: Audience | None, found: Draft) -> None:
        if audience is None:
            return
        present = self.catalogue.facets
        for facet, values in audience.require.items():
            kept = tuple(v for v in values if v in present.get(facet, {}))
            found.require += [Wanted(facet, kept)] if kept else []
        for facet, values in audience.exclude.items():
            found.exclude += [Value(facet, v) for v in values if v in present.get(facet, {})]
        found.tones += [
            Critique(axis, step, relative=False) for axis, step in audience.tones.items()
        ]

    def _audience(self, mentions: Sequence[Meant], found: Draft) -> None:
        for each in mentions:
            if each.kind == "audience" and each.role.name in {"want", "must"}:
                for kind in self._audiences(each.mention.words):
                    self._suit(self.profile.audiences.get(kind), found)  # type: ignore[call-overload]

    def _audiences(self, said: str) -> list[str]:
        spoken = words(said)
        found = [
            self.language.audience[spoken[start : start + length]]
            for length in (4, 3, 2, 1)
            for start in range(len(spoken))
            if spoken[start : start + length] in self.language.audience
        ]
        return found[:1]

    def _themes(self, mentions: Sequence[Meant], found: Draft) -> None:
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
        kept = self._english(said).split()
        english = languages()[ENGLISH].plain | self.language.plain
        plain = {word for word in kept if set(words(word)) <= english | self._nouns}
        while kept and kept[0] in plain:
            kept.pop(0)
        while kept and kept[-1] in plain:
            kept.pop()
        return _shortened(" ".join(kept))

    @property
    def _nouns(self) -> frozenset[str]:
        noun = self.profile.noun
        return frozenset(word for name in (noun.one, noun.many, *noun.also) for word in words(name))

    def _unwanted_theme(self, each: Meant, found: Draft) -> None:
        said = self._english(each.mention.words)
        content = [w for w in words(said) if w not in self.language.plain and len(w) > 2]
        if len(content) == 1 and len(self.index.containing(content[0])):
            found.exclude.append(Value(TEXT, content[0]))
        elif len(content) <= 2 and content and len(self.index.containing(" ".join(content))):
            found.exclude.append(Value(TEXT, " ".join(content)))

    def _orders(self, mentions: Sequence[Meant], found: Draft) -> None:
        for each in mentions:
            senses = [s for s in each.mention.senses if isinstance(s, OrderSense)]
            if senses and each.kind == "order" and each.role.name in {"want", "must", "maybe"}:
                found.order = Order(senses[0].number, senses[0].highest, each.mention.words)

    def _dropped(self, mentions: Sequence[Meant], found: Draft) -> None:
        """Return the names of the wishes that are taken back."""
        for each in mentions:
            if each.role.name != "drop":
                continue
            found.forget += [f"{s.facet}:{s.value}" for s in facet_senses(each)]
            for sense in each.mention.senses:
                if isinstance(sense, ToneSense):
                    found.forget.append(sense.axis)
                if isinstance(sense, NumberSense | OrderSense):
                    found.forget.append(sense.number)
                if isinstance(sense, ShortcutSense):
                    found.forget += list(sense.shortcut.ranges)
            figure = each.mention.figure
            if figure is not None:
                named = Quantities(self.profile).number_of(figure, each.role.field)
                found.forget += [named[0]] if named else []
            if each.kind in {"theme"}:
                found.forget.append("about")

    def _english(self, said: str) -> str:
        """Return words as English texts would have them, by the language's glossary."""
        glossary: Mapping[tuple[str, ...], str] = self.language.glossary
        if not glossary:
            return said
        spoken = words(said)
        found: list[str] = []
        place = 0
        while place < len(spoken):
            for length in range(min(6, len(spoken) - place), 0, -1):
                gloss = glossary.get(spoken[place : place + length])
                if gloss:
                    found.append(gloss)
                    place += length
                    break
            else:
                word = spoken[place]
                if word not in self.language.plain and word.isascii():
                    found.append(word)
                place += 1
        return " ".join(found) or said


def _paired(mentions: Sequence[Meant], text: str) -> list[Meant]:
    """Return mentions with "600 to 800 rupees" read as a range, where neither end has a side."""
    kept = list(mentions)
    for place, (one, other) in enumerate(pairwise(mentions)):
        if not _a_range(one, other, text):
            continue
        field = other.role.field or one.role.field
        low = replace(one.role, name="min", field=field)
        high = replace(other.role, name="max", field=field)
        figure, unit = one.mention.figure, other.mention.figure
        if figure is not None and unit is not None and figure.bare:
            figure = replace(figure, kind=unit.kind, units=unit.units, bare=unit.bare)
        kept[place] = replace(one, role=low, mention=replace(one.mention, figure=figure))
        kept[place + 1] = replace(other, role=high)
    return kept


def _a_range(one: Meant, other: Meant, text: str) -> bool:
    if one.mention.figure is None or other.mention.figure is None:
        return False
    plain = {"exact", "about", "other", "min", "max"}
    between = text[one.mention.end : other.mention.start]
    near = 0 < len(between) <= 5 and between.strip(" -–~〜").isalpha()
    rising = one.mention.figure.low < other.mention.figure.high
    sides = {one.role.name, other.role.name}
    return near and rising and sides <= plain and sides != {"other"} and one.mention.figure.bare


def _word(each: Meant) -> str:
    return next(s.word for s in each.mention.senses if isinstance(s, WordSense))


def _leads(one: Meant, other: Meant, text: str) -> bool:
    """Tell whether a word stands right before another: "wireless" in "wireless router"."""
    return not text[one.mention.end : other.mention.start].strip(" -")


def _names_kind(each: Meant) -> bool:
    return each.kind == "value" and any(isinstance(s, WordSense) for s in each.mention.senses)


def _side(bound: Bound) -> int:
    if bound.high is not None and bound.low is None:
        return -1
    return 1 if bound.low is not None and bound.high is None else 0


def _stricter(one: Bounds, other: Bounds) -> Bounds:
    low, high = max(one.low, other.low), min(one.high, other.high)
    return replace(other, low=low, high=high) if low <= high else other


def _shortened(said: str) -> str:
    kept = said.split()
    return " ".join(kept[:LONGEST_THEME])


def _reconcile(found: Draft) -> None:
    """Let the plainer word count where two contradict: what is excluded is not favoured."""
    excluded = set(found.exclude)
    found.prefer = [value for value in found.prefer if value not in excluded]
    wanted = {(w.facet, value) for w in found.require for value in w.any_of}
    narrowed = [
        replace(w, any_of=tuple(v for v in w.any_of if Value(w.facet, v) not in excluded))
        for w in found.require
    ]
    found.require = [w for w in narrowed if w.any_of]
    found.prefer = [v for v in found.prefer if (v.facet, v.value) not in wanted or len(wanted) > 1]
    rejected = {*found.disliked, *found.unlike}
    found.like = [each for each in found.like if each not in rejected]


def _unique(values: Iterable) -> tuple:  # type: ignore[type-arg]
    return tuple(dict.fromkeys(values))
