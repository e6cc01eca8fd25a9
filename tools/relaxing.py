"""What is given up, and in which order, when nothing matches: soft wishes only, never a veto.

Of hard wishes it is but offered what giving one of them up would bring.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import floor, inf

from data.profile import Number, Profile
from tools.preferences import Preferences, Range, Wanted
from tools.reasons import Reason, Values

WIDENINGS = 4  # times a bound is widened before it is offered to go
MOST_OFFERS = 3


@dataclass(frozen=True, slots=True)
class GivenUp:
    """One thing given up: how, and the reason to be told."""

    topic: str
    change: Callable[[Preferences], Preferences]
    reason: Reason


@dataclass(frozen=True, slots=True)
class Offer:
    """A hard wish that could be given up, and how many items that would bring.

    `wider` are the bounds that would come instead, if the wish need not go altogether; `values`
    are those of a facet's group.
    """

    about: str
    count: int
    values: tuple[str, ...] = ()
    bound: Range | None = None
    wider: Range | None = None


@dataclass(frozen=True, slots=True)
class Relaxed:
    """Preferences that match something, and what was given up for that."""

    preferences: Preferences
    reasons: tuple[Reason, ...]
    kinds: tuple[str, ...] = ()


def relax(
    profile: Profile, preferences: Preferences, matches: Callable[[Preferences], bool]
) -> Relaxed | None:
    """Give up one thing after the other until something matches; None if nothing ever does.

    The order: favoured values, free text, tones. What turns out not to have been in the way is
    taken back.
    """
    given: list[GivenUp] = []
    for step in (*_soft(preferences), *_tones(preferences)):
        given.append(step)
        if matches(_after(preferences, given)):
            needed = _needed(preferences, given, matches)
            reasons = tuple(step.reason for step in needed)
            kinds = tuple(step.topic.partition(":")[0] for step in needed)
            return Relaxed(_after(preferences, needed), reasons, kinds)
    return None


def offers(
    profile: Profile, preferences: Preferences, count: Callable[[Preferences], int]
) -> tuple[Offer, ...]:
    """Return hard wishes of which giving up one alone brings something, the least missed first.

    Bounds come before facets, later wishes before earlier ones; kinds of things are never offered.
    """
    found = [_wider(profile, preferences, bound, count) for bound in reversed(preferences.ranges)]
    found += [
        Offer(wanted.facet, count(without_group(preferences, wanted)), wanted.any_of)
        for wanted in reversed(preferences.require)
        if wanted.facet in profile.facets
    ]
    return tuple(offer for offer in found if offer.count)[:MOST_OFFERS]


def _wider(
    profile: Profile, preferences: Preferences, bound: Range, count: Callable[[Preferences], int]
) -> Offer:
    """Return the narrowest bounds that bring something, or that the bound goes."""
    wider = bound
    for _ in range(WIDENINGS):
        wider = widened(profile.numbers[bound.number], wider)
        if brings := count(preferences.with_range(wider)):
            return Offer(bound.number, brings, bound=bound, wider=wider)
    rest = tuple(each for each in preferences.ranges if each != bound)
    return Offer(bound.number, count(replace(preferences, ranges=rest)), bound=bound)


def without_group(preferences: Preferences, gone: Wanted) -> Preferences:
    """Return preferences without a group of required values."""
    kept = tuple(each for each in preferences.require if each != gone)
    return replace(preferences, require=kept)


def _after(preferences: Preferences, steps: Sequence[GivenUp]) -> Preferences:
    for step in steps:
        preferences = step.change(preferences)
    return preferences


def _needed(
    preferences: Preferences,
    given: Sequence[GivenUp],
    matches: Callable[[Preferences], bool],
) -> list[GivenUp]:
    """Return the steps without which nothing matches."""
    needed = list(given)
    for step in given:
        fewer = [each for each in needed if each is not step]
        if fewer and matches(_after(preferences, fewer)):
            needed = fewer
    return needed


def _soft(preferences: Preferences) -> Iterator[GivenUp]:
    if preferences.prefer:
        values = Values(tuple(value.value for value in preferences.prefer))
        reason = Reason("prefer", {"values": values})
        yield GivenUp("prefer", lambda p: replace(p, prefer=()), reason)
    others = replace(preferences, about="")
    if preferences.about and others.wishes():
        reason = Reason("about", {"text": preferences.about})
        yield GivenUp("about", lambda p: replace(p, about=""), reason)


def _tones(preferences: Preferences) -> Iterator[GivenUp]:
    for wish in preferences.tones:

        def without(current: Preferences, axis: str = wish.axis) -> Preferences:
            return replace(current, tones=tuple(t for t in current.tones if t.axis != axis))

        yield GivenUp(f"tone:{wish.axis}", without, Reason("tone", {"words": wish.words}))


def widened(number: Number, bound: Range) -> Range:
    """Return bounds moved outward by the number's step, a share of their figure.

    The words go: they named the narrower bounds.
    """
    least = 10**-number.decimals
    low, high = bound.low, bound.high
    if low != -inf:
        lower = min(low - least, _down(low - abs(low) * number.step, number.decimals))
        low = lower if low < 0 else max(0.0, lower)
    if high != inf:
        high = max(high + least, -_down(-high - abs(high) * number.step, number.decimals))
    return replace(bound, low=low, high=high, words="")


def _down(figure: float, decimals: int) -> float:
    scale: float = 10.0**decimals
    return floor(round(figure * scale, 6)) / scale
