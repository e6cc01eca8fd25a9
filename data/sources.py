"""A catalogue's files become items: our own records, or any table through a profile's mapping."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from data.items import Item
from data.profile import Column, Profile, Source
from data.tables import SUFFIXES, Report, Row, read_rows
from data.values import FIGURES, clean, number, parts, season
from infra.errors import SourceError

RECORD_KEYS = {
    "id",
    "title",
    "aliases",
    "synopsis",
    "description",
    "for",
    "franchise",
    "entry",
    "tones",
    "link",
    "image",
    "reasons",
}
TONE_SCALE = 2  # our records write tones as −2…2


@dataclass(frozen=True, slots=True)
class Table:
    """The items of one file, with the columns it had and the line each item began on."""

    path: Path
    columns: frozenset[str]
    items: list[tuple[int, Item]]


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
    found = sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES)
    if not found:
        raise SourceError(
            f"The folder {path} holds no {', '.join(SUFFIXES)} file. Name the files after --from."
        )
    return found


def read_items(profile: Profile, files: Sequence[Path], report: Report) -> list[Item]:
    """Return the items of all files, duplicates merged, in the order they were met.

    Files with the same columns are put one after the other; files with different columns are
    joined by id, and an item must stand in each of them. Raises SourceError if none is left.
    """
    groups: dict[frozenset[str], dict[str, Item]] = {}
    names: dict[frozenset[str], str] = {}
    native: dict[str, Item] = {}
    for table in (_read_table(profile, path, report) for path in files):
        mapped = table.path.suffix == ".csv"
        group = groups.setdefault(table.columns, {}) if mapped else native
        names.setdefault(table.columns, table.path.name)
        for line, item in table.items:
            _add(group, item, table.path, line, report)
    sides = [(names[columns], group) for columns, group in groups.items()]
    joined = _join(sides, report)
    items = list({**joined, **native}.values())
    if not items:
        reasons = "; ".join(dict.fromkeys(reason for *_, reason in report.rejected[:3]))
        raise SourceError(
            f"{', '.join(path.name for path in files)} gave no items"
            f"{f' ({reasons})' if reasons else ': there are no rows'}. "
            "Check the file against docs/catalogue.md."
        )
    return items


def _add(group: dict[str, Item], item: Item, path: Path, line: int, report: Report) -> None:
    first = group.get(item.id)
    if first is not None:
        report.remark(path, line, f"id {item.id} stands there already; the two were merged")
    group[item.id] = merged(first, item) if first else item


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


def _join(sides: list[tuple[str, dict[str, Item]]], report: Report) -> dict[str, Item]:
    if not sides:
        return {}
    sides.sort(key=lambda side: -len(side[1]))  # report what the largest file has too many
    (largest, first), *others = sides
    joined: dict[str, Item] = {}
    for item_id, item in first.items():
        absent = [name for name, group in others if item_id not in group]
        if absent:
            report.reject(Path(largest), 0, f"no row with the same id in {', '.join(absent)}")
            continue
        for _, group in others:
            item = merged(item, group[item_id])
        joined[item_id] = item
    return joined


def _read_table(profile: Profile, path: Path, report: Report) -> Table:
    encoding = next((source.encoding for source in profile.sources), "utf-8-sig")
    rows = read_rows(path, encoding, report)
    columns = frozenset(rows[0][1]) if rows else frozenset()
    source = next((each for each in profile.sources if set(each.match) <= columns), None)
    if source is None and rows and not {"id", "title"} <= columns:
        raise SourceError(_unfit(profile, path, columns))
    items = [
        (line, item)
        for line, row in rows
        if (item := _item(profile, source, path, (line, row), report)) is not None
    ]
    return Table(path, columns, items)


def _unfit(profile: Profile, path: Path, columns: Iterable[str]) -> str:
    wanted = [", ".join(source.match) for source in profile.sources] or ["id, title"]
    return (
        f"{path.name} lacks the columns {' or '.join(wanted)} (it has "
        f"{', '.join(sorted(columns)[:8])}). Name its columns under 'sources' in the profile."
    )


def _item(
    profile: Profile, source: Source | None, path: Path, row: Row, report: Report
) -> Item | None:
    line, fields = row
    build = _from_record if source is None else _from_mapping
    try:
        return build(profile, source, fields, lambda remark: report.remark(path, line, remark))
    except ValueError as error:
        report.reject(path, line, str(error))
        return None


def _from_record(profile: Profile, _: Source | None, row: Mapping[str, Any], remark: Any) -> Item:
    unknown = set(row) - RECORD_KEYS - set(profile.facets) - set(profile.numbers)
    if unknown:
        raise ValueError(f"unknown key {', '.join(sorted(unknown))}")
    numbers = {name: row[name] for name in profile.numbers if name in row}
    tones = row.get("tones") or {}
    if set(tones) - set(profile.tones):
        raise ValueError(f"unknown tone {', '.join(sorted(set(tones) - set(profile.tones)))}")
    return Item(
        id=_required(row.get("id"), "id"),
        title=_required(row.get("title"), "title"),
        aliases=tuple(parts(row.get("aliases") or [], "")),
        description=clean(row.get("synopsis") or row.get("description") or ""),
        suits=clean(row.get("for") or ""),
        facets={
            name: tuple(values)
            for name in profile.facets
            if (values := parts(row.get(name) or [], ""))
        },
        numbers=_figures(numbers, {}, remark),
        tones={axis: max(-1.0, min(1.0, float(t) / TONE_SCALE)) for axis, t in tones.items()},
        franchise=clean(row.get("franchise") or ""),
        entry=int(number(row.get("entry") or 0) or 0),
        link=_address(row.get("link")),
        image=_address(row.get("image")),
    )


def _from_mapping(
    profile: Profile, source: Source | None, row: Mapping[str, Any], remark: Any
) -> Item:
    assert source is not None
    title = _required(_text(row, source.title, source), "title")
    aliases = dict.fromkeys(_texts(row, source.aliases, source))
    aliases.pop(title, None)
    described = _text(row, source.description, source)
    bare = described.startswith(source.no_description) if source.no_description else False
    numbers = {
        name: value
        for name, column in source.numbers.items()
        if (value := _first(row, column, source)) is not None
    }
    return Item(
        id=_required(_text(row, source.id, source), "id"),
        title=title,
        aliases=tuple(aliases),
        description="" if bare else described,
        facets={
            name: tuple(dict.fromkeys(values))
            for name, column in source.facets.items()
            if (values := _facet(row, column, source))
        },
        numbers=_figures(numbers, source.numbers, remark),
        link=_address(_text(row, source.link, source)),
        image=_address(_text(row, source.image, source)),
    )


def _first(row: Mapping[str, Any], column: Column | None, source: Source) -> Any:
    """Return the first present value among a column's possible names, or None."""
    for name in column.column if column else ():
        value = row.get(name)
        if value is not None and str(value).strip() not in source.missing:
            return value
    return None


def _text(row: Mapping[str, Any], column: Column | None, source: Source) -> str:
    value = _first(row, column, source)
    return "" if value is None else clean(value)


def _texts(row: Mapping[str, Any], column: Column | None, source: Source) -> list[str]:
    cells = [row.get(name, "") for name in (column.column if column else ())]
    return [
        text
        for cell in cells
        for text in parts(cell, column.split if column else "")
        if text not in source.missing
    ]


def _facet(row: Mapping[str, Any], column: Column, source: Source) -> list[str]:
    value = _first(row, column, source)
    if value is None:
        return []
    if column.parse == "season":
        return [found] if (found := season(value)) else []
    return [text for text in parts(value, column.split) if text not in source.missing]


def _figures(
    values: Mapping[str, Any], columns: Mapping[str, Column], remark: Any
) -> dict[str, float]:
    figures: dict[str, float] = {}
    for name, value in values.items():
        parse = columns[name].parse if name in columns else "number"
        figure = FIGURES.get(parse, number)(value)
        if figure is None:
            remark(f"{name} '{clean(value)[:40]}' is not a number; left out")
        else:
            figures[name] = figure
    return figures


def _required(value: Any, name: str) -> str:
    text = "" if value is None else clean(value)
    if not text:
        raise ValueError(f"has no {name}")
    return text


def _address(value: Any) -> str:
    """Return a web address, or nothing: other schemes are never put on a page."""
    text = clean(value or "")
    return text if text.startswith(("https://", "http://")) else ""
