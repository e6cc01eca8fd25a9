"""The words in which a message is annotated and read: intents, acts, kinds, roles, fields."""

from typing import get_args

from tools.change import Intent

INTENTS: tuple[Intent, ...] = get_args(Intent)
ACTS = (
    "greet",
    "thanks",
    "bye",
    "help",
    "more",
    "none",
    "seen-all",
    "pick",
    "accept",
    "undo",
    "forget",
    "surprise",
    "personal",
    "complain",
    "answer",
    "ask-fact",
    "ask-plot",
    "ask-where",
    "ask-long",
    "ask-order",
    "ask-start",
    "ask-suitable",
    "ask-good",
    "ask-which",
    "ask-count",
    "ask-values",
    "ask-why",
    "ask-compare",
    "ask-recap",
)
KINDS = ("title", "value", "person", "theme", "tone", "figure", "order", "place", "audience")
FIELDS = (
    "count",
    "time",
    "year",
    "price",
    "score",
    "percent",
    "age",
    "size",
    "people",
    "popularity",
    "other",
)

_NAMED = frozenset({"title", "place", "person"})
_WISHED = frozenset({"value", "theme", "tone", "person", "audience"})
_ALL = frozenset(KINDS)
ROLES: dict[str, frozenset[str]] = {
    "like": _NAMED,
    "unlike": _NAMED,
    "loved": _NAMED,
    "disliked": _NAMED,
    "seen": _NAMED,
    "ask": _ALL,
    "than": _NAMED,
    "take": _NAMED,
    "want": _WISHED | {"order", "title"},
    "must": _WISHED | {"order"},
    "maybe": _WISHED | {"order"},
    "avoid": _WISHED | {"order"},
    "more": frozenset({"value", "theme", "tone", "person"}),
    "less": frozenset({"value", "theme", "tone", "person"}),
    "drop": _ALL,
    "max": frozenset({"figure", "value"}),
    "below": frozenset({"figure", "value"}),
    "min": frozenset({"figure", "value"}),
    "above": frozenset({"figure", "value"}),
    "exact": frozenset({"figure"}),
    "about": frozenset({"figure"}),
    "viewer": frozenset({"figure"}),
    "other": frozenset({"figure"}),
    "passing": _ALL,
}
"""Each role, and the kinds that can take it."""

NO_ROLE = "none"
"""Of what the catalogue knows by name, but is no mention: "free" in "free time"."""

ROLE_NAMES = (*ROLES, NO_ROLE)
TAGS = ("O", *(f"{place}-{kind}" for kind in KINDS for place in "BI"))
"""What the reader says of each token that is no known mention: outside, or of a mention's span."""

LANGUAGES = ("en", "pt", "es", "fr", "de", "it", "ja", "zh")

POSITIVE = frozenset({"like", "loved", "want", "must", "maybe", "more", "take"})
NEGATIVE = frozenset({"unlike", "disliked", "avoid", "less"})

HEADS = ("tag", "role", "field", "intent", "acts")
"""What the network scores, in the order of its outputs."""
