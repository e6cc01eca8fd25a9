"""What there is to say, as values: the words for it belong to the languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tools.preferences import Range


@dataclass(frozen=True, slots=True)
class Titles:
    """Items by their titles."""

    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Values:
    """Values of facets, joined by "and", or by "or" where any of them will do."""

    values: tuple[str, ...]
    either: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of a number; bare without its unit."""

    number: str
    value: float
    bare: bool = False


@dataclass(frozen=True, slots=True)
class ToneStep:
    """A tone in one direction: "darker"."""

    axis: str
    direction: int


SHOWN = "the titles just shown"
"""The reference of a wish that is relative to the last list."""

Slot = str | Titles | Values | Figure | ToneStep | Range


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing to say: its kind, and what stands in its slots."""

    kind: str
    slots: Mapping[str, Slot] = field(default_factory=dict)
