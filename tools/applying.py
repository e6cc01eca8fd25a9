"""Apply what a message alters to what was known: names resolved, critiques made figures."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, floor, inf

import numpy as np

from data.catalogue import Catalogue
from data.index import Index
from tools.change import Bounds, Change, Critique, Mention
from tools.forgetting import forgotten
from tools.preferences import Preferences, Range, ToneWish, Value, Wanted
from tools.reasons import SHOWN
from tools.scene import Scene, point
from tools.selection import TEXT
from tools.titles import Resolution, Titles
from tools.wording import listed

FURTHEST = 4  # steps that repeating "darker" can reach
ABSOLUTE = 0.25  # where a plain "dark" begins on the scale of −1…1


@dataclass(frozen=True, slots=True)
class Applied:
    """The preferences after a message, and the names in it that nothing or several things bear."""

    preferences: Preferences
    unresolved: tuple[Resolution, ...] = ()
    beyond: tuple[Mention, ...] = ()


@dataclass(slots=True)
class Applier:
    """Resolve mentions and apply one change; collects what could not be resolved."""

    index: Index
    titles: Titles
    scene: Scene
    unresolved: list[Resolution] = field(default_factory=list)
    beyond: list[Mention] = field(default_factory=list)
    _resolved: dict[Mention, str] = field(default_factory=dict)

    def apply(self, change: Change, before: Preferences) -> Applied:
        """Return the preferences that a change makes of those before."""
        if change.fresh:
            self.scene = replace(self.scene, compared=False)
        after = forgotten(before.vetoes() if change.fresh else before, change.forget)
        after = self._named(change, after)
        after = _facets(change, self._superseded(change, after))
        for bounds in change.bounds:
            after = after.with_range(_bounded(after.range(bounds.number), bounds))
        for critique in change.numbers:
            after = self._number(critique, after)
        for critique in change.tones:
            after = after.with_tone(self._tone(critique, after))
        after = replace(after, order=change.order or after.order)
        after = replace(after, personal=change.personal or after.personal)
        return Applied(after, tuple(self.unresolved), tuple(self.beyond))

    def items(self, mentions: Iterable[Mention]) -> tuple[str, ...]:
        """Return the ids that mentions stand for; what stands for nothing is collected."""
        found = (self._item(mention) for mention in mentions)
        return tuple(dict.fromkeys(each for each in found if each in self.index.catalogue))

    def _item(self, mention: Mention) -> str:
        if mention not in self._resolved:
            self._resolved[mention] = self._resolve(mention)
        return self._resolved[mention]

    def _resolve(self, mention: Mention) -> str:
        pointed = point(mention, self.scene)
        if pointed is not None:
            if not pointed:
                self.beyond.append(mention)
            return pointed
        resolution = self.titles.resolve(mention)
        if not resolution.item:
            self.unresolved.append(resolution)
        return resolution.item

    def _named(self, change: Change, after: Preferences) -> Preferences:
        seen, disliked, loved = map(self.items, (change.seen, change.disliked, change.loved))
        unlike = self.items(change.unlike)
        anchors = tuple(e for e in self.items(change.like) if e not in {*disliked, *unlike})
        return replace(
            after,
            about=_joined(after.about, change.about),
            anchors=tuple(
                each for each in _union(after.anchors, anchors) if each not in {*disliked, *unlike}
            ),
            unlike=tuple(each for each in _union(after.unlike, unlike) if each not in anchors),
            seen=_union(after.seen, seen),
            disliked=_union(after.disliked, disliked),
            loved=tuple(each for each in _union(after.loved, loved) if each not in disliked),
        )

    def _superseded(self, change: Change, after: Preferences) -> Preferences:
        """Drop what a new word replaces: nothing is a film and a series, or of any two makers."""
        profile = self.index.catalogue.profile
        named = {group.facet for group in change.require} & set(profile.facets)
        replaced = {
            each for each in named if profile.offers_choice(each) or not profile.facets[each].guess
        }
        kept = tuple(group for group in after.require if group.facet not in replaced)
        return replace(after, require=kept)

    def _number(self, critique: Critique, after: Preferences) -> Preferences:
        """Move a bound strictly past its reference, and past the bound that stands already."""
        critique = self._movable(critique, after)
        number = critique.name
        figure, reference = self._reference_figure(critique, after)
        if figure is None:
            return after
        step = 10 ** -self.index.catalogue.profile.numbers[number].decimals
        kept = after.range(number) or Range(number)
        if critique.direction < 0:
            high = _below(min(figure, kept.high), step)
            low = kept.low if kept.low <= high else -inf
        else:
            low = _above(max(figure, kept.low), step)
            high = kept.high if kept.high >= low else inf
        return after.with_range(Range(number, low, high, critique.words, reference))

    def _movable(self, critique: Critique, after: Preferences) -> Critique:
        """Return the critique on the first of its numbers that can still move that way."""
        for name in (critique.name, *critique.also):
            option = replace(critique, name=name, also=())
            figure, _ = self._reference_figure(option, after)
            if figure is not None and self._can_move(name, figure, critique.direction):
                return option
        return replace(critique, also=())

    def _reference_figure(self, critique: Critique, after: Preferences) -> tuple[float | None, str]:
        """Return the figure that a critique is relative to, and what it is the figure of.

        The named title; else the stricter of the anchors and the items just shown; else the
        catalogue's middle.
        """
        if critique.than:
            return self._median(critique.name, self.items([critique.than]))
        named = self._median(critique.name, after.anchors)
        shown = self._median(critique.name, self._shown())
        known = [(figure, name) for figure, name in (named, shown) if figure is not None]
        movable = [
            pair for pair in known if self._can_move(critique.name, pair[0], critique.direction)
        ]
        if known:
            strictest = max if critique.direction > 0 else min
            return strictest(movable or known, key=lambda pair: pair[0])
        return self.index.catalogue.quantile(critique.name, 0.5), "the middle of the catalogue"

    def _can_move(self, number: str, figure: float, direction: int) -> bool:
        """Tell whether the catalogue has anything beyond a figure."""
        furthest = self.index.catalogue.quantile(number, 1.0 if direction > 0 else 0.0)
        return figure < furthest if direction > 0 else figure > furthest

    def _median(self, number: str, ids: Sequence[str]) -> tuple[float | None, str]:
        items = [self.index.catalogue[each] for each in ids]
        figures = [item.numbers[number] for item in items if number in item.numbers]
        if not figures:
            return None, ""
        middle = float(np.median(figures))
        return middle, f"{self._names([item.id for item in items])} ({middle:.10g})"

    def _shown(self) -> tuple[str, ...]:
        return tuple(each for each in self.scene.reference if each in self.index.catalogue)

    def _names(self, ids: Sequence[str]) -> str:
        if len(ids) > 1 and set(ids) <= set(self.scene.shown):
            return SHOWN
        return listed([self.index.catalogue[each].title for each in ids])

    def _tone(self, critique: Critique, after: Preferences) -> ToneWish:
        """Return the wish a critique makes; repeated, it moves a step further.

        As with numbers the reference is the title named with it, else the anchors or the items just
        shown, whichever is stricter: what was shown may be darker than the anchor already.
        """
        kept = after.tone(critique.name)
        direction = critique.direction
        if kept and critique.back:
            return replace(kept, steps=kept.steps + direction)
        if kept and kept.steps * direction > 0 and not critique.than:
            steps = max(-FURTHEST, min(FURTHEST, kept.steps + direction))
            return replace(kept, steps=steps, words=critique.words)
        ids = self.items([critique.than]) if critique.than else after.anchors or self._shown()
        if not critique.relative and not ids:
            return ToneWish(critique.name, direction, ABSOLUTE * direction / 2, critique.words)
        if not ids:
            return ToneWish(critique.name, direction, 0.0, critique.words)
        than = self._middle_tone(critique.name, ids)
        shown = () if critique.than else self._shown()
        if shown and direction * self._middle_tone(critique.name, shown) > direction * than:
            ids, than = shown, self._middle_tone(critique.name, shown)
        return ToneWish(critique.name, direction, round(than, 3), critique.words, self._names(ids))

    def _middle_tone(self, axis: str, ids: Sequence[str]) -> float:
        column = self.index.tone(axis)
        return float(np.median([column[self.index.catalogue.position[each]] for each in ids]))


def known(catalogue: Catalogue, preferences: Preferences) -> Preferences:
    """Return what of preferences a catalogue has: it may have been indexed anew since."""
    profile, order = catalogue.profile, preferences.order
    facets = {*profile.facets, TEXT}

    def items(ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(each for each in ids if each in catalogue)

    return replace(
        preferences,
        require=tuple(each for each in preferences.require if each.facet in facets),
        exclude=tuple(each for each in preferences.exclude if each.facet in facets),
        prefer=tuple(each for each in preferences.prefer if each.facet in facets),
        ranges=tuple(each for each in preferences.ranges if each.number in profile.numbers),
        tones=tuple(each for each in preferences.tones if each.axis in profile.tones),
        order=order if order and order.number in profile.numbers else None,
        anchors=items(preferences.anchors),
        unlike=items(preferences.unlike),
        seen=items(preferences.seen),
        disliked=items(preferences.disliked),
        loved=items(preferences.loved),
    )


def _joined(before: str, added: str) -> str:
    if not added or added.lower() in before.lower():
        return before
    return f"{before}, {added}" if before else added


def _union(before: Sequence[str], added: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*before, *added)))


def _facets(change: Change, after: Preferences) -> Preferences:
    """Add facet wishes; the latest word counts where it contradicts an earlier one."""
    wanted = {Value(group.facet, value) for group in change.require for value in group.any_of}
    wanted |= set(change.prefer)
    vetoed = set(change.exclude)
    exclude = [v for v in after.exclude if v not in wanted] + list(change.exclude)
    prefer = [v for v in after.prefer if v not in vetoed] + list(change.prefer)
    narrowed = [_without(group, vetoed) for group in after.require]
    require = [group for group in narrowed if group.any_of] + list(change.require)
    return replace(
        after,
        require=tuple(dict.fromkeys(require)),
        exclude=tuple(dict.fromkeys(exclude)),
        prefer=tuple(dict.fromkeys(prefer)),
    )


def _without(group: Wanted, vetoed: set[Value]) -> Wanted:
    left = tuple(value for value in group.any_of if Value(group.facet, value) not in vetoed)
    return replace(group, any_of=left)


def _bounded(kept: Range | None, bounds: Bounds) -> Range:
    """Return new bounds with the other side of the old ones, where both can hold."""
    low, high = bounds.low, bounds.high
    if kept and low == -inf and kept.low <= high:
        low = kept.low
    if kept and high == inf and kept.high >= low:
        high = kept.high
    return Range(bounds.number, low, high, bounds.words)


def _below(figure: float, step: float) -> float:
    lower = ceil(round(figure / step, 6)) - 1
    return round(lower * step, 4)


def _above(figure: float, step: float) -> float:
    higher = floor(round(figure / step, 6)) + 1
    return round(higher * step, 4)
