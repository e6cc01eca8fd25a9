"""A question to the person, and what it is about."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["slot", "confirm", "split", "drop", "widen", "rejection"]


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A question that is open until the next message.

    `slot`: which values of a facet, or how much of a number; `confirm`: whether `values` are all
    right; `split`: which of two values; `drop`: whether a wish may go; `widen`: whether its bounds
    may be `values`; `rejection`: what was wrong.
    """

    kind: Kind
    about: str = ""
    values: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Return what tells it from other questions: none is asked twice."""
        return ":".join((self.kind, self.about, *self.values))


def to_json(inquiry: Inquiry | None) -> dict[str, Any]:
    """Return an inquiry as plain values; empty for none."""
    return asdict(inquiry) | {"values": list(inquiry.values)} if inquiry else {}


def from_json(told: Mapping[str, Any]) -> Inquiry | None:
    """Return the inquiry of plain values."""
    return Inquiry(told["kind"], told["about"], tuple(told["values"])) if told else None
