"""What the model may say of a message: a strict JSON schema made of the profile's own words."""

from functools import cached_property
from typing import Any, get_args

from agent.language.prompts import load_prompt
from data.catalogue import Catalogue
from tools.change import Intent
from tools.preferences import Preferences
from tools.wording import plain_figure

ENUM = 64  # values; larger vocabularies are matched afterwards, providers bound their schemas
TOLD = 320  # values of a facet that a prompt names
KINDS = ("details", "compare", "why", "count", "best", "field", "list")
TALK = ("", "greeting", "thanks", "help", "goodbye", "nothing")
FORGETTABLE = ("about", "anchors", "require", "exclude", "prefer", "ranges", "tones", "order")
Json = dict[str, Any]
TEXT: Json = {"type": "string"}
FLAG: Json = {"type": "boolean"}
FIGURE: Json = {"type": ["number", "null"]}


class Language:
    """What can be said of one catalogue: a reading's schema, and the prompt that explains it."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.profile = catalogue.profile
        self.poles: dict[str, tuple[str, int]] = {}
        for axis, tone in self.profile.tones.items():
            self.poles |= {tone.low.name: (axis, -1), tone.high.name: (axis, 1)}

    @cached_property
    def schema(self) -> Json:
        """Return the strict schema: every property required, nothing beside them."""
        numbers, facets = list(self.profile.numbers), list(self.profile.facets)
        fields: Json = {
            "intent": _enum(get_args(Intent)),
            "starts_over": FLAG,
            "about": TEXT,
            "like": _many(TEXT),
            "facets": _many({"anyOf": [self._facet(name) for name in facets]} if facets else TEXT),
            "avoid": _many(TEXT),
            "bounds": _many(_record(number=_enum(numbers), low=FIGURE, high=FIGURE, words=TEXT)),
            "critiques": _many(
                _record(number=_enum(numbers), to=_enum(["higher", "lower"]), than=TEXT, words=TEXT)
            ),
            "tones": _many(_record(tone=_enum(self.poles), relative=FLAG, than=TEXT, words=TEXT)),
            "seen": _many(TEXT),
            "disliked": _many(TEXT),
            "loved": _many(TEXT),
            "forget": _many(TEXT),
            "order": _or_null(_record(number=_enum(numbers), highest=FLAG, words=TEXT)),
            "undo": FLAG,
            "question": _or_null(
                _record(
                    kind=_enum(KINDS),
                    items=_many(TEXT),
                    field=_enum(["", *numbers, *facets]),
                    highest=FLAG,
                )
            ),
            "small_talk": _enum(TALK),
        }
        return {"title": "reading", **_record(**fields)}

    @cached_property
    def prompt(self) -> str:
        """Return the instructions, with the vocabulary that the schema does not spell out."""
        return load_prompt("rewrite").filled(
            many=self._nouns, facets=self._facets_told, numbers=self._numbers_told
        )

    def wishes(self, before: Preferences) -> list[str]:
        """Return what can be taken back, by the names it has."""
        values = [value for wish in before.require for value in wish.any_of]
        values += [each.value for each in (*before.prefer, *before.exclude)]
        axes = [wish.axis for wish in before.tones]
        return [*FORGETTABLE, *values, *(bound.number for bound in before.ranges), *axes]

    @cached_property
    def _nouns(self) -> str:
        noun = self.profile.noun
        return f"{noun.many} ({', '.join(noun.also)})" if noun.also else noun.many

    def _facet(self, name: str) -> Json:
        values = list(self.catalogue.facets[name])
        value = _enum(values) if 0 < len(values) <= ENUM else TEXT
        how = _enum(["require", "exclude", "prefer"])
        return _record(how=how, facet=_enum([name]), values=_many(value))

    @property
    def _facets_told(self) -> str:
        return "\n".join(
            f"- {name} ({facet.label}): {self._values_told(name)}"
            for name, facet in self.profile.facets.items()
        )

    def _values_told(self, name: str) -> str:
        values = list(self.catalogue.facets[name])
        if not self.profile.facets[name].guess and len(values) > ENUM:
            return f"{len(values)} values, such as {'; '.join(values[:8])}"
        more = " …" if len(values) > TOLD else ""
        return "; ".join(values[:TOLD]) + more if values else "no values"

    @property
    def _numbers_told(self) -> str:
        return "\n".join(
            f"- {name} ({number.label}): {plain_figure(number, self.catalogue.quantile(name, 0))} "
            f"to {plain_figure(number, self.catalogue.quantile(name, 1))}"
            for name, number in self.profile.numbers.items()
        )


def _record(**fields: Json) -> Json:
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


def _many(item: Json) -> Json:
    return {"type": "array", "items": item}


def _enum(values: Any) -> Json:
    found = list(values)
    return {"type": "string", "enum": found} if found else TEXT


def _or_null(item: Json) -> Json:
    return {"anyOf": [item, {"type": "null"}]}
