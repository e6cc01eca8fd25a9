"""A catalogue's files become items: our own records, or any table through a profile's mapping."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from data.items import Item
from data.profile import UTF8, Profile
from data.rows import item_of
from data.tables import SUFFIXES, EncodingError, Report, Row, read_rows, reading
from infra.errors import SourceError


@dataclass(frozen=True, slots=True)
class Found:
    """An item, and where it was read."""

    item: Item
    path: Path
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """What one file held; `mapped` where a source of the profile said how to read it."""

    columns: frozenset[str]
    mapped: bool
    found: list[Found]


Side = dict[str, Found]
"""Items by id, out of files with the same columns."""


def source_files(profile: Profile, paths: Sequence[Path]) -> list[Path]:
    """Return the catalogue's files: those below `paths`, or the profile's own.

    Raises SourceError where a path does not exist or holds no file of a known kind.
    """
    if not paths:
        found = sorted({file for name in profile.files for file in profile.folder.glob(name)})
        if not found:
            raise SourceError(
                f"The catalogue '{profile.name}' brings no files of its own. "
                f"Name some: osusume index {profile.name} --from FILE."
            )
        return found
    return [file for path in paths for file in _files_below(path)]


def _files_below(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise SourceError(f"There is no file or folder {path}. Check the path after --from.")
    with reading(path):
        found = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
    if not found:
        raise SourceError(
            f"The folder {path} holds no {', '.join(SUFFIXES)} file. Name the files after --from."
        )
    return found


def read_items(profile: Profile, files: Sequence[Path], report: Report) -> list[Item]:
    """Return the items of all files, duplicates merged.

    Our own records come first, in the order they were met. Of tables that are read through a
    mapping, those with the same columns are put one after the other; those with different columns
    are joined by id, and an item must stand in each. Raises SourceError for a file without items.
    """
    records: Side = {}
    sides: dict[frozenset[str], Side] = {}
    for path in files:
        table = _read_table(profile, path, report)
        side = sides.setdefault(table.columns, {}) if table.mapped else records
        for found in table.found:
            _add(side, found, report)
    for found in _joined(list(sides.values()), report):
        _add(records, found, report)
    return [found.item for found in records.values()]


def _add(side: Side, found: Found, report: Report) -> None:
    first = side.get(found.item.id)
    if first is None:
        side[found.item.id] = found
        return
    place = f"line {first.line} of {first.path.name}"
    report.remark(
        found.path, found.line, f"has id {found.item.id} like {place}; the two were merged"
    )
    side[found.item.id] = replace(first, item=merged(first.item, found.item))


def merged(first: Item, second: Item) -> Item:
    """Return one item of two with the same id: the first one's values, gaps filled."""
    names = dict.fromkeys((*first.aliases, second.title, *second.aliases))
    names.pop(first.title, None)
    return replace(
        first,
        aliases=tuple(names),
        description=max(first.description, second.description, key=len),
        suits=first.suits or second.suits,
        facets={**second.facets, **first.facets},
        numbers={**second.numbers, **first.numbers},
        tones={**second.tones, **first.tones},
        franchise=first.franchise or second.franchise,
        entry=first.entry or second.entry,
        link=first.link or second.link,
        image=first.image or second.image,
    )


def _joined(sides: list[Side], report: Report) -> list[Found]:
    if not sides:
        return []
    largest, *others = sorted(sides, key=len, reverse=True)  # it has the rows that are too many
    joined = []
    for item_id, found in largest.items():
        absent = [_name(side) for side in others if item_id not in side]
        if absent:
            report.reject(found.path, found.line, f"no row with the same id in {', '.join(absent)}")
            continue
        item = found.item
        for side in others:
            item = merged(item, side[item_id].item)
        joined.append(replace(found, item=item))
    if not joined:
        raise SourceError(
            f"No id stands in all of {', '.join(map(_name, sides))}. "
            "Check that they describe the same items, or name only one of them."
        )
    return joined


def _name(side: Side) -> str:
    return next(iter(side.values())).path.name


def _read_table(profile: Profile, path: Path, report: Report) -> Table:
    before = len(report.rejected)
    rows = _rows(profile, path, report)
    columns = frozenset(key for _, row in rows for key in row)
    source = next((each for each in profile.sources if set(each.match) <= columns), None)
    if source is None and rows and not {"id", "title"} <= columns:
        raise SourceError(_unfit(profile, path, columns))
    found = [
        Found(item, path, row[0])
        for row in rows
        if (item := item_of(profile, source, path, row, report)) is not None
    ]
    if not found:
        reasons = dict.fromkeys(reason for *_, reason in report.rejected[before:])
        why = f"all its rows were rejected ({'; '.join(list(reasons)[:3])})"
        raise SourceError(
            f"{path} gave no items: {why if reasons else 'it has no rows'}. "
            "Check the file against docs/catalogue.md."
        )
    return Table(columns, source is not None, found)


def _rows(profile: Profile, path: Path, report: Report) -> list[Row]:
    """Return a file's rows, read in the first encoding that fits it."""
    stated = {source.encoding for source in profile.sources}
    if path.suffix.lower() != ".csv" or not stated:
        stated.add(UTF8)
    refusals = []
    # UTF-8 first: text in another encoding is hardly ever valid UTF-8, but often the other way
    for encoding in sorted(stated, key=lambda name: (not name.startswith("utf-8"), name)):
        try:
            return read_rows(path, encoding, report)
        except EncodingError as error:
            refusals.append(error)
    raise refusals[0]


def _unfit(profile: Profile, path: Path, columns: Iterable[str]) -> str:
    wanted = [", ".join(source.match) for source in profile.sources] or ["id, title"]
    return (
        f"{path.name} lacks the columns {' or '.join(wanted)} (it has "
        f"{', '.join(sorted(columns)[:8])}). Name its columns under 'sources' in the profile."
    )
