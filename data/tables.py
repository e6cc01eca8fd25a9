"""Rows out of CSV, JSONL and YAML files, each with the line it began on; damage is reported."""

import csv
import json
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from data.yamlfile import parse_yaml
from infra.errors import SourceError

Row = tuple[int, dict[str, Any]]
LONGEST_RECORD = 400  # physical lines; beyond it a quote was surely left open
FIELD_LIMIT = 10_000_000  # characters in one cell
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


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


class EncodingError(SourceError):
    """Reject a file that is not text in the expected encoding."""


def read_rows(path: Path, encoding: str, report: Report) -> list[Row]:
    """Return the rows of a file as dictionaries.

    Raises SourceError where the file as a whole cannot be read; damaged rows go to the report.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise SourceError(
            f"{path} is not a catalogue file: known endings are {', '.join(SUFFIXES)}. Convert it."
        )
    return list(reader(path, _text(path, encoding), report))


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn a refused or failed read of `path` into a SourceError."""
    try:
        yield
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SourceError(
            f"Cannot read {path}: {reason}. Check the path and its permissions."
        ) from error


def _text(path: Path, encoding: str) -> str:
    with reading(path):
        raw = path.read_bytes()
    try:
        text = raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise EncodingError(_misread(path, encoding, error.start, raw)) from error
    except (UnicodeError, LookupError) as error:
        raise EncodingError(_misread(path, encoding, 0, raw)) from error
    if "\0" in text.partition("\n")[0]:  # in a data row it costs that row; here, all of them
        raise EncodingError(_misread(path, encoding, raw.index(0), raw))
    return text


def _misread(path: Path, encoding: str, byte: int, raw: bytes) -> str:
    wide = raw.startswith(UTF16_MARKS) or b"\0" in raw[:4]
    found = f" (0x{raw[byte]:02x})" if byte < len(raw) else ""
    return (
        f"{path} is not {encoding.removesuffix('-sig')} text: byte {byte:,}{found} does not fit. "
        "Save it as UTF-8, or state its encoding under 'sources' in the profile "
        f"(encoding: {'utf-16' if wide else 'cp1252'})."
    )


def _csv_rows(path: Path, text: str, report: Report) -> Iterator[Row]:
    csv.field_size_limit(FIELD_LIMIT)
    lines = [f"{line}\n" for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    try:
        header = next(csv.reader(lines[:1], strict=True), [])
    except csv.Error as error:
        raise SourceError(
            f"The first line of {path} is no header: {error}. Name its columns there."
        ) from error
    names = [name.strip() for name in header]
    start = 1
    while start < len(lines):
        start = yield from _undamaged(path, lines, start, names, report)


def _undamaged(
    path: Path, lines: Sequence[str], start: int, names: Sequence[str], report: Report
) -> Generator[Row, None, int]:
    """Yield rows up to one whose end is in doubt; return the line to go on from.

    An open quote swallows the lines below it, so reading always resumes on the next line.
    """
    reader = csv.reader(islice(lines, start, None), strict=True)
    begun = 0
    while True:
        line = start + begun + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            report.reject(path, line, f"not valid CSV: {error}")
            return line
        if cells is None:
            return len(lines)
        taken = reader.line_num - begun
        begun = reader.line_num
        damage = _damage(cells, names, taken)
        if not cells:
            continue
        if not damage:
            yield line, dict(zip(names, cells, strict=True))
            continue
        report.reject(path, line, damage)
        if taken > 1:
            return line


def _damage(cells: Sequence[str], names: Sequence[str], taken: int) -> str:
    if any("\0" in cell for cell in cells):
        return "holds a NUL byte"
    if taken > LONGEST_RECORD:
        return f"goes on for {taken} lines; a quote is left open"
    if len(cells) != len(names):
        opened = "; perhaps a quote is left open" if taken > 1 else ""
        return f"has {len(cells)} cells where the header has {len(names)}{opened}"
    return ""


def _jsonl_rows(path: Path, text: str, report: Report) -> Iterator[Row]:
    for line, written in enumerate(text.split("\n"), 1):
        if not written.strip():
            continue
        try:
            row = json.loads(written, parse_constant=lambda name: None)
        except (ValueError, RecursionError) as error:
            report.reject(path, line, f"not valid JSON: {error}")
            continue
        if isinstance(row, dict):
            yield line, row
        else:
            report.reject(path, line, "is not a JSON object")


def _yaml_rows(path: Path, text: str, report: Report) -> Iterator[Row]:
    try:
        entries, document = parse_yaml(text)
    except ValueError as error:
        raise SourceError(f"{path} is not valid YAML: {error}. Mend that line.") from error
    if not isinstance(entries, list) or not isinstance(document, yaml.SequenceNode):
        raise SourceError(f"{path} is not a list of entries. Begin each entry with '- id:'.")
    for node, entry in zip(document.value, entries, strict=True):
        line = node.start_mark.line + 1
        if isinstance(entry, dict):
            yield line, {str(key): value for key, value in entry.items()}
        else:
            report.reject(path, line, "is not an entry with keys")


READERS: dict[str, Callable[[Path, str, Report], Iterator[Row]]] = {
    ".csv": _csv_rows,
    ".jsonl": _jsonl_rows,
    ".yaml": _yaml_rows,
    ".yml": _yaml_rows,
}
SUFFIXES = tuple(READERS)
