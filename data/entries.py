"""An entry of a bundled catalogue as people write it, and the schema it must keep to."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from data.profile import Profile
from data.sources import source_files
from data.tables import Report, read_rows
from infra.errors import SourceError

SYNOPSIS_WORDS = (45, 90)
THEMES = (5, 14)
FOR_WORDS = (4, 24)
TONE_STEPS = range(-2, 3)
_PREFIX = "Value error, "
_STRETCH = re.compile(r"(\d{4})(s|-(\d{4})?)")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that entries may use: facet → values, and the axes of tone."""

    facets: Mapping[str, frozenset[str]]
    tones: frozenset[str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, with the place where it is mended."""

    place: str
    problem: str

    def __str__(self) -> str:
        """Return the finding as one line."""
        return f"{self.place}: {self.problem}"


def _no_single_text(value: Any) -> Any:
    if isinstance(value, str):
        raise ValueError("is a text; write a list: [one, two]")
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(_no_single_text)]


class Entry(BaseModel):
    """One title. The vocabulary comes with the validation's context."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^(\d+|x-[a-z0-9-]+)$")
    title: str = Field(min_length=1)
    aliases: Names = ()
    franchise: str = Field("", pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$")
    entry: int = Field(0, ge=0)
    type: str
    year: int = Field(ge=1900, le=2100)
    season: str = ""
    episodes: int = Field(ge=1)
    minutes: int = Field(ge=1)
    studios: Names = ()
    source: str
    rating: str
    score: float = Field(ge=1, le=10)
    members: int = Field(ge=0)
    genres: Names = Field(min_length=1)
    themes: Names = Field(min_length=THEMES[0], max_length=THEMES[1])
    notes: Names
    tones: dict[str, int]
    synopsis: str
    suits: str = Field(alias="for")
    reasons: dict[str, str] = {}

    @field_validator("type", "season", "source", "rating", "genres", "themes", "notes")
    @classmethod
    def _known(cls, value: str | tuple[str, ...], info: ValidationInfo) -> str | tuple[str, ...]:
        words = (info.context or {})["vocabulary"].facets[info.field_name]
        given = (value,) if isinstance(value, str) else value
        for word in filter(None, given):
            if word not in words:
                near = get_close_matches(word, words, 1)
                hint = f"; nearest is '{near[0]}'" if near else ""
                raise ValueError(f"'{word}' is not in the vocabulary{hint}")
        if len(set(given)) < len(given):
            raise ValueError("names a value twice")
        return value

    @field_validator("tones")
    @classmethod
    def _complete(cls, value: dict[str, int], info: ValidationInfo) -> dict[str, int]:
        axes = (info.context or {})["vocabulary"].tones
        if set(value) != axes:
            wrong = ", ".join(sorted(set(value) ^ axes))
            raise ValueError(f"must name each axis of the profile once; look at {wrong}")
        if any(step not in TONE_STEPS for step in value.values()):
            raise ValueError("go from -2 to 2")
        return value

    @field_validator("synopsis")
    @classmethod
    def _of_length(cls, value: str) -> str:
        count, (least, most) = len(value.split()), SYNOPSIS_WORDS
        if not least <= count <= most:
            raise ValueError(f"has {count} words; write {least} to {most}")
        return value

    @field_validator("suits")
    @classmethod
    def _phrase(cls, value: str) -> str:
        if not value.startswith(("people who ", "anyone who ")):
            raise ValueError("begins with neither 'people who' nor 'anyone who'")
        if not FOR_WORDS[0] <= len(value.split()) <= FOR_WORDS[1] or value.endswith("."):
            raise ValueError(f"is not a phrase of {FOR_WORDS[0]} to {FOR_WORDS[1]} words")
        return value

    @field_validator("reasons")
    @classmethod
    def _about_facts(cls, value: dict[str, str]) -> dict[str, str]:
        unknown = set(value) - set(cls.model_fields)
        if unknown:
            raise ValueError(f"names {', '.join(sorted(unknown))}, which is no key of an entry")
        return value

    @model_validator(mode="after")
    def _placed(self) -> "Entry":
        if bool(self.franchise) != bool(self.entry):
            raise ValueError("franchise and entry go together; write both or none")
        return self

    def names(self) -> tuple[str, ...]:
        """Return the title and every alias."""
        return (self.title, *self.aliases)


@dataclass(slots=True)
class Entries:
    """What was read: entries with the file and line of each, and what was wrong with others."""

    entries: list[Entry] = field(default_factory=list)
    places: dict[int, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def place(self, entry: Entry) -> str:
        """Return where an entry stands, for people."""
        return self.places[id(entry)]


def load_vocabulary(profile: Profile) -> Vocabulary:
    """Read the words that a bundled catalogue's entries may use from the files beside it."""
    facets = {
        "themes": frozenset(
            word for part in read_words(profile, "themes").values() for word in part
        ),
        "notes": frozenset(read_words(profile, "notes")),
        **{name: frozenset(words) for name, words in read_words(profile, "vocabulary").items()},
    }
    return Vocabulary(facets, frozenset(profile.tones))


def read_words(profile: Profile, name: str) -> dict[str, Any]:
    """Return a YAML file of words that lies beside the profile."""
    path = profile.folder / f"{name}.yaml"
    try:
        words = yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise SourceError(f"Cannot read {path}: {reason}. Mend it.") from error
    if not isinstance(words, dict):
        raise SourceError(f"{path} holds no words. Write one line each, as 'Word: what it means'.")
    return words


def load_entries(profile: Profile, paths: Iterable[Path] = ()) -> Entries:
    """Read and validate the entries of a bundled catalogue; what is wrong is in `findings`."""
    read = Entries()
    context = {"vocabulary": load_vocabulary(profile)}
    for path in source_files(profile, list(paths)):
        report = Report()
        rows = read_rows(path, "utf-8", report)
        read.findings += [Finding(f"{n}:{line}", why) for n, line, why in report.rejected]
        for line, row in rows:
            _validate(read, path, line, row, context)
    return read


def _validate(
    read: Entries, path: Path, line: int, row: dict[str, Any], context: dict[str, Any]
) -> None:
    place = f"{path.name}:{line} {row.get('title', 'without a title')} ({row.get('id', 'no id')})"
    try:
        entry = Entry.model_validate(row, context=context)
    except ValidationError as error:
        read.findings += [Finding(place, problem) for problem in _problems(error)]
        return
    read.entries.append(entry)
    read.places[id(entry)] = place
    first, last = stretch(path)
    if not first <= entry.year <= last:
        read.findings.append(Finding(place, f"year {entry.year} belongs in another file"))


def _problems(error: ValidationError) -> list[str]:
    return [
        " ".join(
            filter(None, (":".join(map(str, found["loc"])), found["msg"].removeprefix(_PREFIX)))
        )
        for found in error.errors()
    ]


def stretch(path: Path) -> tuple[int, int]:
    """Return the first and last year of a file named `1990s`, `2000-2004` or `2021-`."""
    found = _STRETCH.fullmatch(path.stem)
    if not found:
        return 1900, 2100
    first = int(found[1])
    if found[2] == "s":
        return first, first + 9
    return first, int(found[3]) if found[3] else 2100
