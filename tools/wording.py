"""Figures, ranges and lists in words, as the profile names them."""

from collections.abc import Sequence
from math import inf

from data.catalogue import Catalogue
from data.items import Item, fold
from data.profile import Number, Profile
from tools.preferences import Preferences, Range

Fact = float | str | list[str]


def figure(number: Number, value: float) -> str:
    """Return a figure with its unit: "24 episodes", "1998", "8.76"."""
    digits = f"{value:,.{number.decimals}f}" if number.kind != "year" else f"{value:.0f}"
    unit = number.one if value == 1 else number.many
    return f"{number.prefix}{digits}{f' {unit}' if unit else ''}"


def range_in_words(profile: Profile, bound: Range) -> str:
    """Return bounds as people say them: "up to 26 episodes", "from 1990 to 1999"."""
    number = profile.numbers[bound.number]
    low, high = plain_figure(number, bound.low), plain_figure(number, bound.high)
    if number.kind == "year":
        return _years(bound, low, high)
    last = bound.low if bound.high == inf else bound.high
    noun = number.one if last == 1 else number.many
    unit = f" {noun}" if noun else ""
    about = "" if number.many else f"{number.label} "
    if bound.low == bound.high:
        return f"{about}{low}{unit}"
    if bound.low == -inf:
        return f"{about}up to {high}{unit}"
    if bound.high == inf:
        return f"{about}at least {low}{unit}"
    return f"{about}{low} to {high}{unit}"


def _years(bound: Range, low: str, high: str) -> str:
    if bound.low == bound.high:
        return f"of {low}"
    if bound.low == -inf:
        return f"until {high}"
    return f"from {low} on" if bound.high == inf else f"from {low} to {high}"


def plain_figure(number: Number, value: float) -> str:
    """Return a figure without its unit."""
    if value in (inf, -inf):
        return ""
    digits = f"{value:.{number.decimals}f}"
    if number.decimals:
        digits = digits.rstrip("0").rstrip(".")
    return f"{number.prefix}{digits}"


def facts(catalogue: Catalogue, item: Item) -> dict[str, Fact]:
    """Return an item's numbers and facets under the profile's names, JSON-safe."""
    found: dict[str, Fact] = {}
    for name, number in catalogue.profile.numbers.items():
        if name in item.numbers:
            value = round(item.numbers[name], number.decimals)
            found[name] = value if number.decimals else int(value)
    for name, facet in catalogue.profile.facets.items():
        values = list(item.facets.get(name, ()))
        if values:
            found[name] = values[0] if facet.single else values
    return found


def listed(words: Sequence[str], joint: str = "and") -> str:
    """Return words as a list: "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {joint} {words[-1]}"


def tone_words(profile: Profile, axis: str, direction: int) -> str:
    """Return a tone's comparative: "darker"."""
    tone = profile.tones[axis]
    return tone.high.name if direction > 0 else tone.low.name


def summary(catalogue: Catalogue, preferences: Preferences) -> list[str]:
    """Return what is wanted as short phrases, in the order people would say them."""
    profile = catalogue.profile
    said = ["to your taste"] if preferences.personal else []
    if preferences.anchors:
        said.append(f"like {listed([catalogue[each].title for each in preferences.anchors])}")
    if preferences.about:
        said.append(f"about “{preferences.about}”")
    said += [listed(group.any_of, "or") for group in preferences.require]
    echoed = f" {fold(preferences.about)} "
    said += [f"with {v.value}" for v in preferences.prefer if f" {fold(v.value)} " not in echoed]
    said += [
        tone_words(profile, wish.axis, wish.steps) + (" still" if abs(wish.steps) > 1 else "")
        for wish in preferences.tones
    ]
    shortcuts = dict.fromkeys(
        bound.words for bound in preferences.ranges if not profile.numbers[bound.number].state
    )
    said += [words for words in shortcuts if words]
    said += [
        range_in_words(profile, bound)
        for bound in preferences.ranges
        if bound.words not in shortcuts
    ]
    if preferences.exclude:
        said.append(f"no {listed([value.value for value in preferences.exclude], 'or')}")
    if preferences.order:
        said.append(f"{preferences.order.words} first")
    return said
