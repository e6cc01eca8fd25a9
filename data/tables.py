"""Rows out of CSV, JSONL and YAML files, each with the line it began on; damage is reported."""

import csv
import json
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from infra.errors import SourceError

Row = tuple[int, dict[str, Any]]
LONGEST_RECORD = 400  # physical lines; beyond it a quote was surely left open
FIELD_LIMIT = 10_000_000  # characters in one cell
SUFFIXES = (".csv", ".jsonl", ".yaml", ".yml")


@dataclass(slots=True)
class Report:
    """What reading dropped or mended: `(file, line, reason)` each."""

    rejected: list[tuple[str, int, str]] = field(default_factory=list)
    remarks: list[tuple[str, int, str]] = field(default_factory=list)

    def reject(self, path: Path, line: int, reason: str) -> None:
        """Note a row that was left out."""
        self.rejected.append((path.name, line, reason))

    def remark(self, path: Path, line: int, reason: str) -> None:
        """Note a value that was left out or two rows that were merged."""
        self.remarks.append((path.name, line, reason))


def read_rows(path: Path, encoding: str, report: Report) -> list[Row]:
    """Return the rows of a file as dictionaries.

    Raises SourceError where the file as a whole cannot be read; damaged rows go to the report.
    """
    readers: dict[str, Callable[[Path, str, Report], Iterator[Row]]] = {
        ".csv": _csv_rows,
        ".jsonl": _jsonl_rows,
        ".yaml": _yaml_rows,
        ".yml": _yaml_rows,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise SourceError(
            f"{path} is not a catalogue file: known endings are {', '.join(SUFFIXES)}. Convert it."
        )
    return list(reader(path, _text(path, encoding), report))


def _text(path: Path, encoding: str) -> str:
    try:
        return path.read_bytes().decode(encoding)
    except OSError as error:
        raise SourceError(
            f"Cannot read {path}: {(error.strerror or str(error)).lower()}. "
            "Check the path and its permissions."
        ) from error
    except (UnicodeDecodeError, LookupError) as error:
        where = f" (byte {error.start:,})" if isinstance(error, UnicodeDecodeError) else ""
        name = encoding.removesuffix("-sig")
        raise SourceError(
            f"{path} is not {name} text{where}. Save it as UTF-8, or state its "
            "encoding under 'sources' in the profile (encoding: cp1252)."
        ) from error


def _csv_rows(path: Path, text: str, report: Report) -> Iterator[Row]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").splitlines(keepends=True)
    csv.field_size_limit(FIELD_LIMIT)
    header = next(csv.reader(lines[:1]), [])
    names = [name.strip() for name in header]
    place = 1
    while place < len(lines):
        place = yield from _undamaged(path, lines, place, names, report)


def _undamaged(
    path: Path, lines: Sequence[str], start: int, names: Sequence[str], report: Report
) -> Generator[Row, None, int]:
    """Yield rows up to the first damaged one; return the line to go on from."""
    reader = csv.reader(islice(lines, start, None))
    begun = 0
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            report.reject(path, start + begun + 1, f"not valid CSV: {error}")
            return start + begun + 1
        if cells is None:
            return len(lines)
        line, taken = start + begun + 1, reader.line_num - begun
        begun = reader.line_num
        if not cells:
            continue
        nul = any("\0" in cell for cell in cells)
        if len(cells) == len(names) and taken <= LONGEST_RECORD and not nul:
            yield line, dict(zip(names, cells, strict=True))
            continue
        report.reject(path, line, _damage(len(cells), len(names), taken, nul))
        if taken > 1:
            return line  # an open quote swallowed lines: read again from the one below


def _damage(cells: int, wanted: int, taken: int, nul: bool) -> str:
    if nul:
        return "holds a NUL byte"
    opened = ", and a quote is left open" if taken > 1 else ""
    return f"has {cells} cells where the header has {wanted}{opened}"


def _jsonl_rows(path: Path, text: str, report: Report) -> Iterator[Row]:
    for line, written in enumerate(text.split("\n"), 1):
        if not written.strip():
            continue
        try:
            row = json.loads(written)
        except ValueError as error:
            report.reject(path, line, f"not valid JSON: {error}")
            continue
        if isinstance(row, dict):
            yield line, row
        else:
            report.reject(path, line, "is not a JSON object")


def _yaml_rows(path: Path, text: str, report: Report) -> Iterator[Row]:
    try:
        document = yaml.compose(text, Loader=yaml.CSafeLoader)
        entries = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        reason = " ".join(str(error).split())
        raise SourceError(f"{path} is not valid YAML: {reason}. Mend that line.") from error
    if not isinstance(entries, list):
        raise SourceError(f"{path} is not a list of entries. Begin each entry with '- id:'.")
    for node, entry in zip(document.value, entries, strict=True):
        line = node.start_mark.line + 1
        if isinstance(entry, dict):
            yield line, entry
        else:
            report.reject(path, line, "is not an entry with keys")
