"""What somebody has seen elsewhere: a MyAnimeList export or a CSV, as entries for the shelf.

A file comes from anywhere: it is bounded in size, depth and rows, and a row that cannot be used is
told with its reason, never a crash.
"""

import csv
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from math import isfinite

from data.catalogue import Catalogue
from graph.memory import Entry, Kind
from infra.errors import SourceError

LARGEST = 64 * 2**20  # bytes, unpacked: a list of 20,000 titles is 20 MB
MOST_ROWS = 50_000
DEEPEST = 6  # elements within each other; an export has three
LOWEST, HIGHEST = 1.0, 10.0
UNRATED = (0.0, -1.0)  # how lists say that there is no rating
IDS = ("item_id", "anime_id", "id")
DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")  # it may name another encoding than is used here
KINDS: dict[str, Kind] = {
    **dict.fromkeys(("", "seen", "completed", "watching", "dropped", "on-hold"), "seen"),
    **dict.fromkeys(("1", "2", "3", "4"), "seen"),  # the same in older exports
    **dict.fromkeys(("plan to watch", "watch", "6"), "watch"),
    "loved": "loved",
    "disliked": "disliked",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row as a file has it."""

    where: str
    item: str
    title: str
    rating: str
    status: str


@dataclass(slots=True)
class Imported:
    """What a file brings, and what of it cannot be used: each as a sentence."""

    entries: list[Entry] = field(default_factory=list)
    unmatched: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """Return the three figures as a sentence."""
        told = f"{len(self.entries):,} matched, {len(self.unmatched):,} not in this catalogue"
        return f"{told}, {len(self.refused):,} refused."


def read_ratings(data: bytes, catalogue: Catalogue) -> Imported:
    """Return what a MyAnimeList export (XML, packed or not) or a CSV says of a catalogue's items.

    Raises SourceError for a file that is none of these, or is larger or deeper than any is.
    """
    text = _decoded(_unpacked(data))
    rows = _xml_rows(text) if text.lstrip().startswith("<") else _csv_rows(text)
    imported, found = Imported(), dict[tuple[str, Kind], Entry]()
    for number, row in enumerate(rows):
        if number == MOST_ROWS:
            imported.refused.append(f"Only the first {MOST_ROWS:,} rows are read.")
            break
        try:
            entry = _entry(row)
        except ValueError as error:
            imported.refused.append(f"{row.where}: {error}.")
            continue
        if entry.item in catalogue:
            found[entry.item, entry.kind] = entry  # the last one counts
        else:
            imported.unmatched.append(row.title or entry.item)
    imported.entries.extend(found.values())
    return imported


def _entry(row: Row) -> Entry:
    """Return what a row says; raises ValueError with what is wrong."""
    if not row.item:
        raise ValueError("it names no item")
    status = row.status.casefold().replace("_", " ")
    kind = KINDS.get(status)
    if kind is None:
        raise ValueError(f"{_short(row.status)} is no status")
    return Entry(row.item, kind, _rating(row.rating))


def _rating(text: str) -> float | None:
    if not text:
        return None
    try:
        rating = float(text.replace(",", "."))
    except ValueError:
        raise ValueError(f"{_short(text)} is no rating") from None
    if rating in UNRATED:
        return None
    if not isfinite(rating) or not LOWEST <= rating <= HIGHEST:
        raise ValueError(f"the rating {_short(text)} is not between 1 and 10")
    return rating


def _short(text: str) -> str:
    return repr(text if len(text) <= 30 else text[:29] + "…")


def _unpacked(data: bytes) -> bytes:
    if data.startswith(b"\x1f\x8b"):
        unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            data = unpacking.decompress(data, LARGEST + 1)
        except zlib.error as error:
            raise SourceError(
                f"That file is packed and cannot be unpacked: {error}. Download it again."
            ) from error
        if not unpacking.eof and len(data) <= LARGEST:
            raise SourceError("That file ends in the middle. Download it again.")
    if len(data) > LARGEST:
        raise SourceError(f"That file is larger than {LARGEST // 2**20} MB. Send a part of it.")
    return data


def _decoded(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if not text.strip() or "\x00" in text:
        raise SourceError("That file is empty or no text. Send a MyAnimeList export or a CSV.")
    return text


def _xml_rows(text: str) -> Iterator[Row]:
    """Yield the titles of a MyAnimeList export, element by element."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    source, depth, place = BytesIO(DECLARATION.sub("", text).encode()), 0, 0
    try:
        for event, element in iterparse(source, events=("start", "end"), forbid_dtd=True):
            depth += 1 if event == "start" else -1
            if depth > DEEPEST:
                raise SourceError("That XML is deeper than any export of MyAnimeList.")
            if event == "start" and depth == 1 and element.tag != "myanimelist":
                raise SourceError("That XML is no export of MyAnimeList.")
            if event == "end" and depth == 1 and element.tag in ("anime", "manga"):
                place += 1
                yield _listed(place, {child.tag: child.text or "" for child in element})
                element.clear()
    except DefusedXmlException:
        raise SourceError("That XML defines entities, as no export of MyAnimeList does.") from None
    except ParseError as error:
        raise SourceError(
            f"That XML is broken ({error}); an export of MyAnimeList is not. Download it again."
        ) from error


def _listed(place: int, told: dict[str, str]) -> Row:
    title = told.get("series_title", "").strip()
    part = {name: text.strip() for name, text in told.items()}
    return Row(
        where=f"Title {place}" + (f" ({title})" if title else ""),
        item=part.get("series_animedb_id", ""),
        title=title,
        rating=part.get("my_score", ""),
        status=part.get("my_status", ""),
    )


def _csv_rows(text: str) -> Iterator[Row]:
    """Yield the rows of a CSV whose first line names its columns."""
    first = text.splitlines()[0]
    between = max(",;\t", key=first.count)
    lines = csv.reader(StringIO(text, newline=""), delimiter=between)
    try:
        names = [name.strip().casefold() for name in next(lines)]
        key = next((name for name in IDS if name in names), "")
        if not key:
            raise SourceError(
                "That file is neither a MyAnimeList export nor a CSV with a column 'item_id'; "
                "'rating' and 'status' may stand beside it."
            )
        for cells in lines:
            if any(cells):
                part = dict(zip(names, map(str.strip, cells), strict=False))
                rating, status = part.get("rating", ""), part.get("status", "")
                title = part.get("title", "")
                yield Row(f"Line {lines.line_num}", part.get(key, ""), title, rating, status)
    except csv.Error as error:
        raise SourceError(f"Line {lines.line_num} of that CSV is broken: {error}.") from error
