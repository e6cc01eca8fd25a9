"""What has been read so far of a message's wishes, and what its shortcuts add."""

from dataclasses import dataclass, field, replace
from math import inf

from data.catalogue import Catalogue
from data.profile import Shortcut
from tools.change import Bounds, Critique
from tools.preferences import Order, Value, Wanted


@dataclass(slots=True)
class Gathered:
    """Wishes as they are found, before they become a change."""

    require: list[Wanted] = field(default_factory=list)
    exclude: list[Value] = field(default_factory=list)
    prefer: list[Value] = field(default_factory=list)
    bounds: list[Bounds] = field(default_factory=list)
    numbers: list[Critique] = field(default_factory=list)
    tones: list[Critique] = field(default_factory=list)
    order: Order | None = None

    def tone(self, critique: Critique) -> None:
        """Add a tone, unless it was said in other words already."""
        if not any(replace(each, words=critique.words) == critique for each in self.tones):
            self.tones.append(critique)

    def shortcut(self, shortcut: Shortcut, said: str, catalogue: Catalogue) -> None:
        """Add what a phrase such as "hidden gems" stands for in a catalogue."""
        for number, bound in shortcut.ranges.items():
            low = _figure(catalogue, number, bound.low, -inf)
            high = _figure(catalogue, number, bound.high, inf)
            self.bounds.append(Bounds(number, low, high, said))
        self.require += [Wanted(facet, values) for facet, values in shortcut.require.items()]
        for values, wished in ((self.exclude, shortcut.exclude), (self.prefer, shortcut.prefer)):
            values += [Value(facet, each) for facet, few in wished.items() for each in few]
        for axis, sign in shortcut.tones.items():
            self.tone(Critique(axis, sign, said, relative=False))
        if shortcut.order:
            number = shortcut.order.lstrip("-")
            self.order = Order(number, number == shortcut.order, said)


def _figure(catalogue: Catalogue, number: str, end: float | str | None, unset: float) -> float:
    """Return one end of a shortcut's bound: a figure, or a percentile of the catalogue."""
    if end is None:
        return unset
    if isinstance(end, str):
        return round(catalogue.quantile(number, float(end.rstrip("%")) / 100), 2)
    return float(end)
