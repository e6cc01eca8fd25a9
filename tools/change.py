"""What one message alters: names and words as read, before the catalogue resolves them."""

from dataclasses import dataclass, field
from math import inf
from typing import Literal

from tools.preferences import Order, Value, Wanted

Mention = str
"""A title as written; `#2` for the second just shown; `this` for the last spoken of; `id:19`."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A range given outright, such as "under 13 episodes"."""

    number: str
    low: float = -inf
    high: float = inf
    words: str = ""


@dataclass(frozen=True, slots=True)
class Critique:
    """A number or tone wanted higher (+1) or lower (−1) than a reference.

    `than` is a title as written, if one was named; `relative` is false for a plain "dark". `also`
    are the numbers meant where `name` cannot move that way: a film has one episode already. `back`
    takes a step back from a tone's wish that stands.
    """

    name: str
    direction: Literal[-1, 1]
    words: str = ""
    than: Mention = ""
    relative: bool = True
    also: tuple[str, ...] = ()
    back: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """All that a message alters in the preferences; empty fields alter nothing.

    `fresh` drops earlier wishes (never vetoes) first. `forget` holds names of fields, facets,
    numbers, tones or single values.
    """

    fresh: bool = False
    about: str = ""
    like: tuple[Mention, ...] = ()
    unlike: tuple[Mention, ...] = ()
    require: tuple[Wanted, ...] = ()
    exclude: tuple[Value, ...] = ()
    prefer: tuple[Value, ...] = ()
    bounds: tuple[Bounds, ...] = ()
    numbers: tuple[Critique, ...] = ()
    tones: tuple[Critique, ...] = ()
    seen: tuple[Mention, ...] = ()
    disliked: tuple[Mention, ...] = ()
    loved: tuple[Mention, ...] = ()
    forget: tuple[str, ...] = ()
    order: Order | None = None
    personal: bool = False
    undo: bool = False
    reset: bool = False

    def empty(self) -> bool:
        """Tell whether the message alters nothing."""
        return self == Change(fresh=self.fresh)


Intent = Literal[
    "recommend",
    "refine",
    "lookup",
    "compare",
    "explain",
    "feedback",
    "reset",
    "converse",
    "out_of_scope",
]


@dataclass(frozen=True, slots=True)
class Question:
    """A question about items or the catalogue that tools answer.

    `kind` names the tool; `items` are mentions; `field` a facet or number; `highest` for best-of.
    """

    kind: Literal["details", "compare", "why", "count", "best", "field", "list"]
    items: tuple[Mention, ...] = ()
    field: str = ""
    highest: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """How a message was understood: intent, change, question; `small_talk` picks a reply."""

    intent: Intent
    change: Change = field(default_factory=Change)
    question: Question | None = None
    small_talk: Literal[
        "", "greeting", "thanks", "help", "goodbye", "nothing", "model", "recap", "unknown"
    ] = ""
    language: str = "en"
    not_understood: tuple[str, ...] = ()
    """Words left out because their meaning was unsure."""
    unknown: tuple[str, ...] = ()
    """What was asked that the catalogue cannot tell, or does not have."""
    sure: float = 1.0
    """How sure the intent is, 0…1; set words are wholly so."""
    named: tuple[str, ...] = ()
    """Ids of what was spoken of in passing: known to the person, so not to be shown."""
    pick: bool = False
    """Whether one title is asked for, of the list where there is one."""
    others: bool = False
    """Whether what was shown is to be put aside: "something else", "none of these"."""
    agrees: bool | None = None
    """Whether the open question is answered with yes or no; None where it is with neither."""
