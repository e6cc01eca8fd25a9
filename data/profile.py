"""A catalogue declared in YAML: what its items have, how people name it, where it comes from."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from data.yamlfile import parse_yaml
from infra.errors import ProfileError
from infra.home import home

BUNDLED = Path(__file__).parent / "catalogues"
UTF8 = "utf-8-sig"  # with or without a byte order mark


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]


def _codec(name: str) -> str:
    try:
        (b"\0" * 4).decode(name)
    except UnicodeError:
        pass  # a text encoding in which these bytes mean nothing
    except LookupError as error:
        raise ValueError(f"'{name}' is no text encoding") from error
    return name.lower()


Share = Annotated[str, Field(pattern=r"^\d{1,3}(\.\d+)?%$")]


class Part(BaseModel):
    """Base of every part of a profile: frozen, and unknown keys are refused by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Noun(Part):
    """What one and several items are called, and which other words mean the same.

    `beside` holds, by facet, those that stand beside its values: a series is no film.
    """

    one: str
    many: str
    also: Words = ()
    beside: dict[str, Words] = {}


class Facet(Part):
    """A set-valued attribute such as genre."""

    label: str
    single: bool = False
    weight: float = Field(
        1.0, ge=0, description="share in the likeness of two items; 0: not compared"
    )
    in_document: bool = True
    either: bool = Field(
        False, description="of several wished values any will do: services that somebody has"
    )
    soft: bool = Field(False, description="a wished value is favoured rather than required")
    ask: str = Field("", description="the question after it, in English")
    guess: bool = Field(True, description="values are recognised in free text without the label")
    synonyms: dict[str, Words] = Field(
        default={}, description="what people say → value, or facet:value"
    )


# What people say everywhere of years, scores and money; a profile's own words come instead.
USUAL_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "year": {
        "more": ("newer", "more recent"),
        "less": ("older",),
        "most": ("newest", "latest", "most recent"),
        "least": ("oldest", "earliest"),
    },
    "score": {
        "more": ("better rated", "higher rated"),
        "less": ("worse rated", "lower rated"),
        "most": ("best rated", "highest rated", "top rated"),
        "least": ("worst rated", "lowest rated"),
    },
    "money": {
        "more": ("dearer", "pricier", "more expensive"),
        "less": ("cheaper", "less expensive"),
        "most": ("most expensive", "priciest"),
        "least": ("cheapest", "least expensive"),
    },
}


class Number(Part):
    """A figure such as episodes, year or price, with the words people use for it.

    An amount with a prefix ("€", "Rs. ") is money.
    """

    label: str
    one: str = ""
    many: str = ""
    kind: Literal["amount", "year", "score", "popularity"] = "amount"
    decimals: int = 0
    prefix: str = ""
    units: dict[str, float] = Field(
        default={}, description="word after a figure → how many of this number it is"
    )
    more: Words = ()
    less: Words = ()
    most: Words = ()
    least: Words = ()
    step: float = Field(0.25, gt=0, description="how far one relaxation widens a bound: a share")
    state: bool = Field(True, description="shown to people; false for what only ranks")
    ask: str = Field("", description="the question after it, in English")

    @model_validator(mode="before")
    @classmethod
    def _with_usual_words(cls, told: Any) -> Any:
        if not isinstance(told, dict):
            return told
        kind = told.get("kind", "amount")
        money = kind == "amount" and bool(told.get("prefix"))
        return {**USUAL_WORDS.get("money" if money else str(kind), {}), **told}


class Pole(Part):
    """One end of a tone: its comparative, its words and the phrases that describe it."""

    name: str
    words: Words = ()
    phrases: Words = ()


class Tone(Part):
    """A soft axis such as dark–light; `facets` maps `facet:value` to its pull toward high."""

    low: Pole
    high: Pole
    facets: dict[str, float] = {}


class Bound(Part):
    """A range in a shortcut: figures, or percentiles of the catalogue such as `35%`."""

    low: float | Share | None = None
    high: float | Share | None = None


class Shortcut(Part):
    """What a phrase such as "hidden gems" stands for."""

    say: Words
    ranges: dict[str, Bound] = {}
    require: dict[str, Words] = {}
    prefer: dict[str, Words] = {}
    exclude: dict[str, Words] = {}
    tones: dict[str, Literal[-1, 1]] = {}
    order: str = ""


class Column(Part):
    """Where a field comes from in a source, and how its text is read."""

    column: Words
    split: str = ""
    strip: str = Field("", description="characters cut off both ends of each piece")
    first: int = Field(0, ge=0, description="how many pieces are kept; 0: all")
    parse: Literal["text", "number", "minutes", "year", "season", "price"] = "text"


def _column(value: object) -> object:
    return {"column": value} if isinstance(value, str | list) else value


ColumnOf = Annotated[Column, BeforeValidator(_column)]


class Source(Part):
    """How the rows of a CSV or JSONL file become items."""

    match: Words = Field(description="columns by which a file of this kind is recognised")
    id: ColumnOf
    title: ColumnOf
    aliases: ColumnOf | None = None
    description: ColumnOf | None = None
    link: ColumnOf | None = None
    image: ColumnOf | None = None
    facets: dict[str, ColumnOf] = {}
    numbers: dict[str, ColumnOf] = {}
    missing: Words = ("", "Unknown", "N/A", "-")
    no_description: Words = Field(
        default=(), description="beginnings of texts that say there is no description"
    )
    encoding: Annotated[str, AfterValidator(_codec)] = UTF8


class NumberWords(Part):
    """What people say of a number in one language."""

    label: str = ""
    one: str = ""
    many: str = ""
    units: dict[str, float] = {}
    more: Words = ()
    less: Words = ()
    most: Words = ()
    least: Words = ()


class PoleWords(Part):
    """What people say of one end of a tone in one language."""

    name: str = ""
    words: Words = ()


class ToneWords(Part):
    """What people say of both ends of a tone in one language."""

    low: PoleWords = PoleWords()
    high: PoleWords = PoleWords()


class Vocabulary(Part):
    """What people say in one language for what a profile declares: `words/CODE.yaml`."""

    noun: Noun | None = None
    facets: dict[str, dict[str, Words]] = {}
    labels: dict[str, Words] = Field(default={}, description="facet → what people call it")
    asks: dict[str, str] = Field(default={}, description="facet or number → the question after it")
    disclose: dict[str, str] = Field(default={}, description="facet → what is said beside an item")
    numbers: dict[str, NumberWords] = {}
    tones: dict[str, ToneWords] = {}
    shortcuts: dict[str, Words] = Field(default={}, description="first of `say` → phrases")
    unknown: dict[str, Words] = Field(
        default={}, description="what people ask that the catalogue cannot tell"
    )


class Audience(Part):
    """What suits somebody: values of which an item must have one, values it must not have."""

    require: dict[str, Words] = {}
    exclude: dict[str, Words] = {}
    tones: dict[str, Literal[-1, 1]] = {}


class Policies(Part):
    """What the operator demands of every list, whatever a person wishes."""

    only: dict[str, Words] = Field(
        default={}, description="facet → values of which every item that is shown has one"
    )
    never: dict[str, Words] = Field(
        default={}, description="facet → values of which no item has one, unless asked for by name"
    )
    ask_first: Words = Field(
        default=(), description="facets and numbers that are asked for before the first list"
    )
    confirm: dict[str, Words] = Field(
        default={}, description="facet → values that a person confirms before they count as picked"
    )
    disclose: dict[str, str] = Field(
        default={}, description="facet → word said beside each item that has it"
    )
    one_at_a_time: bool = Field(default=False, description="whether a list has but one item")


class Profile(Part):
    """All that is true only of one catalogue."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")
    noun: Noun
    facets: dict[str, Facet] = {}
    numbers: dict[str, Number] = {}
    tones: dict[str, Tone] = {}
    shortcuts: tuple[Shortcut, ...] = ()
    sources: tuple[Source, ...] = ()
    files: Words = Field(default=(), description="the catalogue's own files, beside the profile")
    card: Words = Field(description="facets and numbers that a card shows, in order")
    examples: Words = Field(description="prompts offered to a newcomer")
    probes: Words = Field(default=(), description="requests that this catalogue can serve")
    out_of_scope: Words = Field(default=(), description="requests that it cannot")
    link: str = Field("", description="address of an item's page; {id} is filled in")
    unknown: dict[str, Words] = Field(
        default={}, description="what people ask that the catalogue cannot tell → how they say it"
    )
    ages: dict[str, dict[str, int]] = Field(
        default={}, description="facet → value → age from which it is meant"
    )
    audiences: dict[Literal["child", "family", "elder", "teen", "adult"], Audience] = {}
    policies: Policies = Policies()
    repeat: Literal["keep", "demote"] = Field(
        "keep", description="whether a refinement keeps what still fits or shows new things first"
    )
    vocabularies: dict[str, Vocabulary] = Field(default={}, exclude=True)
    local_names: dict[str, tuple[str, ...]] = Field(
        default={}, exclude=True, description="id → names in other languages"
    )
    folder: Path = Field(default=Path(), exclude=True)

    def offers_choice(self, facet: str) -> bool:
        """Tell whether any of several wished values of a facet will do.

        Of what can have but one value it must; what is asked for before the first list somebody
        has, or does not mind.
        """
        declared = self.facets[facet]
        return declared.single or declared.either or facet in self.policies.ask_first

    @model_validator(mode="after")
    def _names_exist(self) -> Self:
        known = {*self.facets, *self.numbers}
        _known("card", self.card, known)
        for source in self.sources:
            _known("sources.facets", source.facets, self.facets)
            _known("sources.numbers", source.numbers, self.numbers)
        for place in ("only", "never", "confirm", "disclose"):
            _known(f"policies.{place}", getattr(self.policies, place), self.facets)
        _known("policies.ask_first", self.policies.ask_first, known)
        for tone in self.tones.values():
            _known("tones.facets", (key.split(":")[0] for key in tone.facets), self.facets)
        for shortcut in self.shortcuts:
            _known("shortcuts.ranges", shortcut.ranges, self.numbers)
            _known("shortcuts.tones", shortcut.tones, self.tones)
            for values in (shortcut.require, shortcut.prefer, shortcut.exclude):
                _known("shortcuts", values, self.facets)
        return self


def _known(place: str, names: Iterable[str], known: Iterable[str]) -> None:
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise ValueError(f"{place} names {', '.join(unknown)}, which the profile does not declare")


def find_profile(name: str) -> Path:
    """Return the path of a profile: a YAML file, one in the state folder, or a bundled one."""
    if name.endswith((".yaml", ".yml")):
        return Path(name).expanduser()
    places = (home() / "catalogues" / name / "profile.yaml", BUNDLED / name / "profile.yaml")
    for path in places:
        if path.is_file():
            return path
    bundled = ", ".join(sorted(path.parent.name for path in BUNDLED.glob("*/profile.yaml")))
    raise ProfileError(
        f"There is no catalogue '{name}'. Bundled: {bundled}. Name one of these, a profile's "
        f"path ending in .yaml, or put your profile at {places[0]}."
    )


def load_profile(name: str) -> Profile:
    """Read and validate the profile of catalogue `name`.

    Raises ProfileError naming the file and each key that is wrong.
    """
    path = find_profile(name)
    try:
        declared, _ = parse_yaml(path.read_text(UTF8))
    except OSError as error:
        raise ProfileError(
            f"Cannot read the profile {path}: {error.strerror}. Check the path."
        ) from error
    except ValueError as error:  # of the YAML, or of its encoding
        raise ProfileError(f"The profile {path} is not valid YAML: {error}. Mend it.") from error
    if not isinstance(declared, dict):
        raise ProfileError(
            f"The profile {path} holds no keys. See docs/catalogue.md for an example."
        )
    folder = path.parent.resolve()
    beside = {"vocabularies": _vocabularies(folder), "local_names": _local_names(folder)}
    try:
        return Profile.model_validate({**declared, **beside, "folder": folder})
    except ValidationError as error:
        raise ProfileError(
            f"The profile {path} is not valid: {explain(error)}. See docs/catalogue.md."
        ) from error


def _vocabularies(folder: Path) -> dict[str, Any]:
    """Return the words of each language, by its code, as declared in `words/`."""
    return {path.stem: _mapping(path) for path in sorted(folder.glob("words/*.yaml"))}


def _local_names(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return the names that items have in other languages, as declared in `names/`."""
    found: dict[str, tuple[str, ...]] = {}
    for path in sorted(folder.glob("names/*.yaml")):
        for item, names in _mapping(path).items():
            known = (names,) if isinstance(names, str) else tuple(map(str, names or ()))
            found[str(item)] = (*found.get(str(item), ()), *known)
    return found


def _mapping(path: Path) -> dict[Any, Any]:
    try:
        declared, _ = parse_yaml(path.read_text(UTF8))
    except (OSError, ValueError) as error:
        raise ProfileError(f"Cannot read {path}: {error}. Mend it.") from error
    if not isinstance(declared, dict):
        raise ProfileError(f"{path} holds no keys. See docs/catalogue.md for an example.")
    return declared


def explain(error: ValidationError) -> str:
    """Return pydantic's findings as one line: where, what."""
    return "; ".join(
        f"{'.'.join(map(str, found['loc'])) or 'profile'}: {_reason(found['type'], found['msg'])}"
        for found in error.errors()[:5]
    )


def _reason(kind: str, message: str) -> str:
    return "unknown key" if kind == "extra_forbidden" else message.removeprefix("Value error, ")
