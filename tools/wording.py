"""Figures, ranges and lists in words, as the profile names them."""

from collections.abc import Sequence
from math import inf

from data.catalogue import Catalogue
from data.items import Item
from data.profile import Number

Fact = float | str | list[str]


def figure(number: Number, value: float) -> str:
    """Return a figure with its unit: "24 episodes", "1998", "8.76"."""
    digits = f"{value:,.{number.decimals}f}" if number.kind != "year" else f"{value:.0f}"
    unit = number.one if value == 1 else number.many
    return f"{number.prefix}{digits}{f' {unit}' if unit else ''}"


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
