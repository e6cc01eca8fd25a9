"""What is known of each human language: data of `agent/languages`, read once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from agent.understanding.tokens import words
from data.yamlfile import parse_yaml
from infra.errors import OsusumeError

FOLDER = Path(__file__).parents[1] / "languages"
GLOSSARY = "glossary.tsv"
Phrase = tuple[str, ...]


class LanguageError(OsusumeError):
    """A language's folder that lacks a file or a key, or holds what cannot be read."""


@dataclass(frozen=True)
class Language:
    """The words of one language, by phrase (folded words)."""

    code: str
    name: str
    numerals: Mapping[Phrase, float]
    scales: Mapping[Phrase, float]
    ordinals: Mapping[Phrase, int]
    place_words: frozenset[Phrase]
    pointers: Mapping[Phrase, str]
    units: Mapping[Phrase, tuple[tuple[str, float], ...]]
    money: Mapping[str, str]
    decades: Mapping[Phrase, int]
    past: frozenset[Phrase]
    this_year: frozenset[Phrase]
    last_year: frozenset[Phrase]
    parts: Mapping[Phrase, str]
    audience: Mapping[Phrase, str]
    either: frozenset[Phrase]
    also: frozenset[Phrase]
    agreed: frozenset[Phrase]
    refused: frozenset[Phrase]
    owning: frozenset[Phrase]
    corrections: frozenset[Phrase]
    which: frozenset[str]
    same: frozenset[Phrase]
    another: frozenset[Phrase]
    plain: frozenset[str]
    kinds: Mapping[str, Mapping[str, tuple[str, ...]]]
    endings: tuple[str, ...]
    raised: tuple[str, ...]
    decade_endings: tuple[str, ...]
    decade_words: frozenset[str]
    half: frozenset[Phrase]
    out_of: frozenset[Phrase]
    wearers: Mapping[Phrase, str]
    labels: Mapping[str, tuple[str, ...]]
    cues_before: Mapping[Phrase, str]
    cues_after: Mapping[Phrase, str]
    denials: frozenset[Phrase]
    settling: frozenset[str]
    budgets: frozenset[Phrase]
    usual: Mapping[str, tuple[str, ...]]
    suits: Mapping[str, tuple[str, ...]]
    compounds: bool = False
    capital_nouns: bool = False
    folder: Path = field(repr=False, default=Path())

    @cached_property
    def longest_cue(self) -> int:
        """Return how many words the longest phrase has that stands beside figures."""
        return max(map(len, (*self.cues_before, *self.cues_after)), default=0)

    @cached_property
    def common(self) -> frozenset[str]:
        """Return the words that tell this language from others: plain ones and content words.

        Those of English, which has no glossary, are what the other glossaries explain.
        """
        if not (self.folder / GLOSSARY).is_file():
            told = (word for each in languages().values() for word in each.glosses)
            return self.plain | frozenset(told)
        heads = (head for head, _ in self._glossed())
        single = {said[0] for head in heads if " " not in head and len(said := words(head)) == 1}
        single |= {phrase[0] for phrase in self.numerals if len(phrase) == 1}
        return self.plain | single

    @cached_property
    def glosses(self) -> frozenset[str]:
        """Return the English words by which the glossary explains those of this language."""
        return frozenset(word for _, gloss in self._glossed() for word in words(gloss))

    @cached_property
    def glossary(self) -> Mapping[Phrase, str]:
        """Map content words to plain English ones; empty for English."""
        return {said: gloss for head, gloss in self._glossed() if (said := words(head))}

    def _glossed(self) -> Iterator[tuple[str, str]]:
        """Yield the glossary's words and what they mean; nothing is kept of it."""
        path = self.folder / GLOSSARY
        if not path.is_file():
            return
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                head, mark, gloss = line.partition("\t")
                if mark:
                    yield head, gloss.strip()


@cache
def languages() -> Mapping[str, Language]:
    """Return all languages by code, English first.

    Raises LanguageError with the file and what is wrong with it.
    """
    folders = [path.parent for path in FOLDER.glob("*/lexicon.yaml")]
    ordered = sorted(folders, key=lambda path: (path.name != "en", path.name))
    return {path.name: _read(path) for path in ordered}


def _read(folder: Path) -> Language:
    path = folder / "lexicon.yaml"
    try:
        declared, _ = parse_yaml(path.read_text("utf-8"))
        return _language(folder, declared)
    except (OSError, ValueError) as error:
        raise LanguageError(f"Cannot read {path}: {error}. Mend it.") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise LanguageError(
            f"{path} lacks or misspells {error}. Compare it with {FOLDER / 'en/lexicon.yaml'}."
        ) from error


def _language(folder: Path, told: Mapping[str, Any]) -> Language:
    units: dict[Phrase, tuple[tuple[str, float], ...]] = {}
    for kind, known in told["units"].items():
        pairs = known.items() if isinstance(known, dict) else ((word, 1) for word in known)
        for word, factor in pairs:
            phrase = words(str(word)) or (str(word),)
            kind = "count" if kind == "counters" else kind
            units[phrase] = (*units.get(phrase, ()), (kind, float(factor)))
    return Language(
        code=folder.name,
        name=told["name"],
        numerals={words(str(k)): float(v) for k, v in told["numerals"].items()},
        scales={words(str(k)): float(v) for k, v in told["scales"].items()},
        ordinals={words(str(k)): int(v) for k, v in told["ordinals"].items()},
        place_words=_phrases(told["place_words"]),
        pointers={
            words(str(word)): kind for kind, known in told["pointers"].items() for word in known
        },
        units=units,
        money={str(k).casefold(): v for k, v in told["money"].items()},
        decades={words(str(k)): int(v) for k, v in told["decades"].items()},
        past=_phrases(told["past"]),
        this_year=_phrases(told["this_year"]),
        last_year=_phrases(told["last_year"]),
        parts={words(str(word)): part for part in ("early", "mid", "late") for word in told[part]},
        audience={
            words(str(word)): kind for kind, known in told["audience"].items() for word in known
        },
        either=_phrases(told["or"]),
        also=_phrases(told["and"]),
        agreed=_phrases(told["agreed"]),
        refused=_phrases(told["refused"]),
        owning=_phrases(told["owning"]),
        corrections=_phrases(told["corrections"]),
        which=frozenset(map(str, told["which"])),
        same=_phrases(told["same"]),
        another=_phrases(told["another"]),
        plain=frozenset(word for each in told["plain"] for word in words(str(each))),
        kinds={
            kind: {end: tuple(map(str, known)) for end, known in ends.items()}
            for kind, ends in told["kinds"].items()
        },
        endings=tuple(sorted(map(str, told["endings"]), key=len, reverse=True)),
        raised=tuple(map(str, told["raised"])),
        decade_endings=tuple(map(str, told["decade_endings"])),
        decade_words=frozenset(map(str, told["decade_words"])),
        half=_phrases(told["half"]),
        out_of=_phrases(told["out_of"]),
        wearers={
            words(str(word)): wearer
            for wearer, known in told["wearers"].items()
            for word in (*known["labels"], *known["said"])
        },
        labels={
            wearer: tuple(map(str, known["labels"])) for wearer, known in told["wearers"].items()
        },
        cues_before=_roles(told["cues"]["before"]),
        cues_after=_roles(told["cues"]["after"]),
        settling=frozenset(map(str, told["cues"]["settling"])),
        denials=_phrases(told["cues"]["denials"]),
        budgets=_phrases(told["cues"]["budgets"]),
        usual={str(k): tuple(map(str, v)) for k, v in told.get("usual", {}).items()},
        suits={str(k): tuple(map(str, v)) for k, v in told.get("suits", {}).items()},
        compounds=bool(told.get("compounds", False)),
        capital_nouns=bool(told.get("capital_nouns", False)),
        folder=folder,
    )


def _roles(told: Mapping[str, list[Any]]) -> Mapping[Phrase, str]:
    """Map phrases to the role of a figure beside them."""
    return {words(str(phrase)): role for role, known in told.items() for phrase in known}


def _phrases(known: list[Any]) -> frozenset[Phrase]:
    return frozenset(words(str(each)) for each in known if words(str(each)))
