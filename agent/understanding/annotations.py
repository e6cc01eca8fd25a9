"""The corpus' format: blocks of messages with their mentions marked in the text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from agent.understanding.vocabulary import ACTS, FIELDS, INTENTS, KINDS, ROLES

_MARK = re.compile(r"\[([^\[\]|]+)\|([^\[\]|]+)\]")
_HEAD = ("language", "domain", "author", "voice")


class CorpusError(ValueError):
    """A corpus file that cannot be read: file, line, what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A mention as annotated: characters `start` to `end` of the text."""

    start: int
    end: int
    kind: str
    role: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class Annotated:
    """A message of the corpus; `listed` was on the screen and `asked` was the open question."""

    text: str
    intent: str
    acts: tuple[str, ...]
    marks: tuple[Mark, ...]
    listed: tuple[str, ...] = ()
    asked: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """One file of the corpus."""

    path: Path
    language: str
    domain: str
    author: str
    voice: str
    messages: tuple[Annotated, ...]


def read_block(path: Path) -> Block:
    """Read one file.

    Raises CorpusError at the first line that breaks the format.
    """
    lines = path.read_text("utf-8").splitlines()
    head: dict[str, str] = {}
    start = next((n for n, line in enumerate(lines) if not line.strip()), len(lines)) + 1
    for line in lines[: start - 1]:
        name, _, value = line.partition(":")
        head[name.strip()] = value.strip()
    for name in _HEAD:
        if not head.get(name):
            raise CorpusError(f"{path}:1: the head has no '{name}'. Add the line '{name}: …'.")
    messages = tuple(_messages(path, lines, start))
    return Block(path, messages=messages, **{name: head[name] for name in _HEAD})


def read_corpus(folder: Path) -> list[Block]:
    """Read all blocks under a folder, in the order of their paths."""
    return [read_block(path) for path in sorted(folder.rglob("*.txt"))]


def _messages(path: Path, lines: list[str], start: int) -> Iterator[Annotated]:
    listed: tuple[str, ...] = ()
    asked = ""
    for number, line in enumerate(lines[start:], start + 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("@"):
            listed = tuple(title.strip() for title in line[1:].split(";") if title.strip())
        elif line.startswith("?"):
            asked = line[1:].strip()
        else:
            try:
                yield _message(line, listed, asked, number)
            except ValueError as error:
                raise CorpusError(f"{path}:{number}: {error}") from error
            listed, asked = (), ""


def _message(line: str, listed: tuple[str, ...], asked: str, number: int) -> Annotated:
    head, bar, marked = line.partition("|")
    intent, *acts = head.split() or [""]
    if not bar or intent not in INTENTS:
        raise ValueError(f"'{intent[:30]}' is no intent. Begin with one of {', '.join(INTENTS)}.")
    for act in acts:
        if act not in ACTS:
            raise ValueError(f"'{act}' is no act. Known: {', '.join(ACTS)}.")
    text, marks = _unmark(marked.strip())
    return Annotated(text, intent, tuple(acts), marks, listed, asked, number)


def _unmark(marked: str) -> tuple[str, tuple[Mark, ...]]:
    pieces: list[str] = []
    marks: list[Mark] = []
    length = last = 0
    for found in _MARK.finditer(marked):
        before = marked[last : found.start()]
        start = length + len(before)
        length = start + len(found[1])
        pieces += [before, found[1]]
        marks.append(_mark(found[1], found[2], start, length))
        last = found.end()
    text = "".join([*pieces, marked[last:]])
    if any(sign in text for sign in "[]|"):
        raise ValueError("a mark is not closed, or nested. Write [words|kind:role].")
    return text, tuple(marks)


def _mark(words: str, label: str, start: int, end: int) -> Mark:
    kind, role, field = (*label.split(":"), "", "")[:3]
    if kind not in KINDS:
        raise ValueError(f"'{label}' of “{words}”: no such kind. Known: {', '.join(KINDS)}.")
    if role not in ROLES or kind not in ROLES[role]:
        known = ", ".join(each for each, kinds in ROLES.items() if kind in kinds)
        raise ValueError(f"'{label}' of “{words}”: a {kind} takes one of {known}.")
    if (kind == "figure") != bool(field) or (field and field not in FIELDS):
        raise ValueError(
            f"'{label}' of “{words}”: figures, and only they, have a field: {', '.join(FIELDS)}."
        )
    if words != words.strip():
        raise ValueError(f"“{words}” begins or ends with a space. Leave it outside the mark.")
    return Mark(start, end, kind, role, field)
