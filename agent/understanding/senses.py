"""What a phrase can mean in a catalogue."""

from dataclasses import dataclass
from typing import Literal

from data.profile import Shortcut

Direction = Literal[-1, 1]


@dataclass(frozen=True, slots=True)
class FacetSense:
    """A value of a facet; `guess` is false where it counts only as written or beside its label."""

    facet: str
    value: str
    guess: bool = True


@dataclass(frozen=True, slots=True)
class ToneSense:
    """A tone axis, toward high (+1) or low (−1); relative for "darker", not for "dark".

    `settled` where the phrase says itself which way it goes: "not so violent".
    """

    axis: str
    direction: Direction
    relative: bool = False
    settled: bool = False


@dataclass(frozen=True, slots=True)
class NumberSense:
    """A number wanted higher or lower: "shorter"; `settled` where the phrase complains itself."""

    number: str
    direction: Direction
    settled: bool = False


@dataclass(frozen=True, slots=True)
class OrderSense:
    """A superlative such as "newest"."""

    number: str
    highest: bool


@dataclass(frozen=True, slots=True)
class ShortcutSense:
    """A word that stands for figures or values: "hidden gem", "short"."""

    shortcut: Shortcut


@dataclass(frozen=True, slots=True)
class UnknownSense:
    """What people ask that the catalogue cannot tell: "dub"."""

    topic: str


@dataclass(frozen=True, slots=True)
class WordSense:
    """A word by which the catalogue's own names say what an item is: "router"."""

    word: str


@dataclass(frozen=True, slots=True)
class FieldSense:
    """The name of a facet or number itself: "episodes", "studio"."""

    name: str


@dataclass(frozen=True, slots=True)
class NounSense:
    """What the catalogue's items are called: "anime"; `beside` the values of a facet or of none."""

    beside: str = ""


Sense = (
    FacetSense | ToneSense | NumberSense | OrderSense | ShortcutSense | UnknownSense | FieldSense
    | NounSense | WordSense
)  # fmt: skip
