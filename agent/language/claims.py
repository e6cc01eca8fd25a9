"""Whether the figures of a sentence agree with the catalogue's facts on what it speaks of."""

import re
from collections.abc import Iterable, Sequence

from agent.language.material import Material
from agent.language.numerals import Figure, Figures
from data.items import Item

MARKER = re.compile(r"\[(\d{1,3}|[A-Z])\]")
_JOINT = re.compile(r"\s*(?:,|&|\band\b|\bor\b|,\s*and\b|\bwith\b|\bto\b)?\s*", re.IGNORECASE)
Group = tuple[int, tuple[str, ...]]
"""Where markers stand side by side, and which."""


class Claims:
    """Check figures against the items that a sentence speaks of."""

    def __init__(self, material: Material) -> None:
        self._material = material
        self._figures = Figures(material.catalogue.profile)

    def fault(self, text: str, before: Sequence[str]) -> str:
        """Return the first figure that nothing bears out, or "".

        `before` are the markers last spoken of. Markers in `text` are written [1]; a figure belongs
        to those right before it, else to those right after, else to those of the sentence before.
        """
        groups = list(grouped(text))
        bare = MARKER.sub(lambda found: " " * len(found[0]), text)
        for figure in self._figures.read(bare):
            subjects = _subjects(figure, groups) or before
            if not self._holds(figure, subjects, self._speaks_of_wishes(groups, figure)):
                return bare[figure.start : figure.end].strip()
        return ""

    def _speaks_of_wishes(self, groups: Sequence[Group], figure: Figure) -> bool:
        """Tell whether a figure may be one that was asked for: no candidate is spoken of."""
        candidates = self._material.candidates
        named = any(each in candidates for _, markers in groups for each in markers)
        return not named and (not groups or bool(figure.bound))

    def _holds(self, figure: Figure, subjects: Sequence[str], of_wishes: bool) -> bool:
        if figure.odd:
            return False
        if of_wishes and self._is_wished(figure):
            return True
        items = [self._material.items[each] for each in subjects]
        return bool(items) and all(self._fits(figure, item) for item in items)

    def _is_wished(self, figure: Figure) -> bool:
        if figure.decade:
            within = range(int(figure.value), int(figure.value) + 10)
            return any(year in self._material.figures for year in within)
        value = figure.value * figure.factor
        near = {value, value - 1, value + 1} if figure.bound else {value}
        return any(each in self._material.figures for each in near)

    def _fits(self, figure: Figure, item: Item) -> bool:
        profile = self._material.catalogue.profile
        names = [figure.number] if figure.number else self._kinds(figure)
        return any(
            self._agrees(figure, item.numbers[name])
            for name in names
            if name in item.numbers and profile.numbers[name].state
        )

    def _kinds(self, figure: Figure) -> Iterable[str]:
        """Return the numbers that a figure without a unit can be meant as."""
        for name, number in self._material.catalogue.profile.numbers.items():
            year = number.kind == "year"
            is_year = figure.decade or (1900 <= figure.value <= 2100 and not figure.decimals)
            if year == is_year and (number.decimals > 0 or not figure.decimals):
                yield name

    def _agrees(self, figure: Figure, known: float) -> bool:
        if figure.decade:
            return figure.value <= known < figure.value + 10
        value = figure.value * figure.factor
        if figure.bound:
            return known >= value if figure.bound > 0 else known <= value
        if figure.factor != 1:
            return abs(known - value) <= figure.factor / 2
        written = round(known, figure.decimals) if figure.decimals else known
        return abs(written - value) < 1e-6


def grouped(text: str) -> Iterable[Group]:
    """Yield the markers of a text, those side by side ("[1] and [2]") together."""
    markers: list[str] = []
    start = last = 0
    for found in MARKER.finditer(text):
        if markers and not _JOINT.fullmatch(text, last, found.start()):
            yield start, tuple(markers)
            markers = []
        start = start if markers else found.start()
        markers.append(found[1])
        last = found.end()
    if markers:
        yield start, tuple(markers)


def _subjects(figure: Figure, groups: Sequence[Group]) -> tuple[str, ...]:
    earlier = [markers for start, markers in groups if start < figure.start]
    if earlier:
        return earlier[-1]
    return groups[0][1] if groups else ()
