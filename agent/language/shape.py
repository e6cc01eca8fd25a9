"""The shape of a reading as a model writes it."""

import json
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data.profile import explain
from infra.errors import OsusumeError
from tools.change import Intent


class UnreadableError(OsusumeError):
    """Report what is wrong with a reading, so that the model can mend it."""


class SaidPart(BaseModel):
    """Base of every part: nothing beside what is declared."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SaidFacet(SaidPart):
    """Facet values and how they are meant."""

    how: Literal["require", "exclude", "prefer"]
    facet: str
    values: list[str]


class SaidBound(SaidPart):
    """A range given outright."""

    number: str
    low: float | None
    high: float | None
    words: str


class SaidCritique(SaidPart):
    """A number wanted higher or lower."""

    number: str
    to: Literal["higher", "lower"]
    than: str
    words: str


class SaidTone(SaidPart):
    """A mood, by the name of its pole."""

    tone: str
    relative: bool
    than: str
    words: str


class SaidOrder(SaidPart):
    """An order asked for."""

    number: str
    highest: bool
    words: str


class SaidQuestion(SaidPart):
    """A question that tools answer."""

    kind: Literal["details", "compare", "why", "count", "best", "field", "list"]
    items: list[str]
    field: str
    highest: bool


class Said(SaidPart):
    """A reading as the model writes it."""

    intent: Intent
    starts_over: bool
    about: str = Field(max_length=2000)
    like: list[str]
    facets: list[SaidFacet]
    avoid: list[str]
    bounds: list[SaidBound]
    critiques: list[SaidCritique]
    tones: list[SaidTone]
    seen: list[str]
    disliked: list[str]
    loved: list[str]
    forget: list[str]
    order: SaidOrder | None
    undo: bool
    question: SaidQuestion | None
    small_talk: Literal["", "greeting", "thanks", "help", "goodbye", "nothing"]

    def wishes(self) -> bool:
        """Tell whether anything is said to be wished, be it valid or not."""
        named = (self.like, self.facets, self.avoid, self.bounds, self.critiques, self.tones)
        return any(map(bool, (*named, self.seen, self.disliked, self.loved, self.forget)))


def parse(text: str) -> Said:
    """Return what a model said; raises UnreadableError with what is wrong."""
    try:
        return Said.model_validate(json.loads(text))
    except ValidationError as error:
        raise UnreadableError(f"It does not fit the schema: {explain(error)}.") from error
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"It is no JSON: {error}.") from error
