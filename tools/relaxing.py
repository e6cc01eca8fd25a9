"""What is given up, and in which order, when nothing matches: never a veto."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor, inf

from data.profile import Number, Profile
from tools.preferences import Preferences, Range
from tools.reasons import Reason, Values

WIDENINGS = 4  # times a bound is widened before the next wish has its turn


@dataclass(frozen=True, slots=True)
class GivenUp:
    """One thing given up: how, and the reason to be told."""

    topic: str
    change: Callable[[Preferences], Preferences]
    reason: Reason


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

    The order: soft wishes, tones, ranges (stepwise wider), required facets. What turns out not to
    have been in the way is taken back, a bound as far as it can be.
    """
    given: dict[str, list[GivenUp]] = {}
    for step in _steps(profile, preferences):
        given.setdefault(step.topic, []).append(step)
        if matches(_after(preferences, [steps[-1] for steps in given.values()])):
            needed = _needed(preferences, given, matches)
            reasons = tuple(step.reason for step in needed)
            kinds = tuple(step.topic.partition(":")[0] for step in needed)
            return Relaxed(_after(preferences, needed), reasons, kinds)
    return None


def _after(preferences: Preferences, steps: Sequence[GivenUp]) -> Preferences:
    for step in steps:
        preferences = step.change(preferences)
    return preferences


def _needed(
    preferences: Preferences,
    given: Mapping[str, Sequence[GivenUp]],
    matches: Callable[[Preferences], bool],
) -> list[GivenUp]:
    """Return the least of each topic's steps, or none, that still brings a match."""
    needed: dict[str, GivenUp] = {topic: steps[-1] for topic, steps in given.items()}
    for topic, steps in given.items():
        others = {name: step for name, step in needed.items() if name != topic}
        for less in (None, *steps):
            tried = others | ({topic: less} if less else {})
            if tried and matches(_after(preferences, list(tried.values()))):
                needed = {name: tried[name] for name in given if name in tried}
                break
    return list(needed.values())


def _steps(profile: Profile, preferences: Preferences) -> Iterator[GivenUp]:
    yield from _soft(preferences)
    yield from _tones(preferences)
    for bound in preferences.ranges:
        yield from _widenings(profile, bound)
    yield from _required(preferences)


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


def _widenings(profile: Profile, bound: Range) -> Iterator[GivenUp]:
    wider = bound
    for _ in range(WIDENINGS):
        wider = widened(profile.numbers[bound.number], wider)

        def change(current: Preferences, wider: Range = wider) -> Preferences:
            return current.with_range(wider)

        reason = Reason("range", {"before": bound, "after": wider})
        yield GivenUp(f"range:{bound.number}", change, reason)


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


def _required(preferences: Preferences) -> Iterator[GivenUp]:
    for wanted in reversed(preferences.require):

        def without(current: Preferences, gone: object = wanted) -> Preferences:
            return replace(current, require=tuple(w for w in current.require if w != gone))

        topic = f"require:{wanted.facet}:{wanted.any_of}"
        reason = Reason("require", {"values": Values(wanted.any_of, either=True)})
        yield GivenUp(topic, without, reason)
