"""A row becomes an item: our own record, or a table's row through a profile's mapping."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from data.items import Item
from data.profile import Column, Profile, Source
from data.tables import Report, Row
from data.values import FIGURES, clean, number, parts, season

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
LARGEST_ENTRY = 10_000


def item_of(
    profile: Profile, source: Source | None, path: Path, row: Row, report: Report
) -> Item | None:
    """Return the item of a row, or None where the row is rejected, with its reason reported."""
    line, fields = row

    def remark(reason: str) -> None:
        report.remark(path, line, reason)

    try:
        if source is None:
            return _from_record(profile, fields, remark)
        return _from_mapping(source, fields, remark)
    except ValueError as error:
        report.reject(path, line, str(error))
        return None


def _from_record(profile: Profile, row: Mapping[str, Any], remark: Callable[[str], None]) -> Item:
    unknown = set(row) - RECORD_KEYS - set(profile.facets) - set(profile.numbers)
    if unknown:
        raise ValueError(f"unknown key {', '.join(sorted(unknown))}")
    facets = {name: _listed(row, name) for name in profile.facets}
    numbers = {name: row[name] for name in profile.numbers if row.get(name) not in (None, "")}
    return Item(
        id=_required(row.get("id"), "id"),
        title=_required(row.get("title"), "title"),
        aliases=_listed(row, "aliases"),
        description=clean(row.get("synopsis") or row.get("description") or ""),
        suits=clean(row.get("for") or ""),
        facets={name: values for name, values in facets.items() if values},
        numbers=_figures(numbers, {}, remark),
        tones=_tones(profile, row.get("tones") or {}),
        franchise=clean(row.get("franchise") or ""),
        entry=_entry(row.get("entry") or 0),
        link=_address(row.get("link")),
        image=_address(row.get("image")),
    )


def _listed(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = row.get(name) or []
    if isinstance(value, Mapping):
        raise ValueError(f"{name} has keys where a list of texts belongs")
    return tuple(dict.fromkeys(parts(value)))


def _tones(profile: Profile, stated: object) -> dict[str, float]:
    if not isinstance(stated, Mapping):
        raise ValueError(f"tones '{clean(stated)[:40]}' are no axes with figures")
    unknown = set(map(str, stated)) - set(profile.tones)
    if unknown:
        raise ValueError(f"unknown tone {', '.join(sorted(unknown))}")
    figures = {axis: number(value) for axis, value in stated.items()}
    for axis, figure in figures.items():
        if figure is None or abs(figure) > TONE_SCALE:
            raise ValueError(f"tone {axis} is not a figure from -{TONE_SCALE} to {TONE_SCALE}")
    return {axis: figure / TONE_SCALE for axis, figure in figures.items() if figure is not None}


def _entry(value: Any) -> int:
    figure = number(value)
    if figure is None or not 0 <= figure < LARGEST_ENTRY:
        raise ValueError(f"entry '{clean(value)[:40]}' is not a place in a franchise")
    return int(figure)


def _from_mapping(source: Source, row: Mapping[str, Any], remark: Callable[[str], None]) -> Item:
    title = _required(_text(row, source.title, source), "title")
    aliases = dict.fromkeys(_texts(row, source.aliases, source))
    aliases.pop(title, None)
    described = _text(row, source.description, source)
    facets = {name: _facet(row, column, source) for name, column in source.facets.items()}
    numbers = {name: _first(row, column, source) for name, column in source.numbers.items()}
    return Item(
        id=_required(_text(row, source.id, source), "id"),
        title=title,
        aliases=tuple(aliases),
        description="" if described.startswith(source.no_description) else described,
        facets={name: values for name, values in facets.items() if values},
        numbers=_figures(
            {name: value for name, value in numbers.items() if value is not None},
            source.numbers,
            remark,
        ),
        link=_address(_text(row, source.link, source)),
        image=_address(_text(row, source.image, source)),
    )


def _present(value: Any, source: Source) -> bool:
    return value is not None and (text := str(value).strip()) != "" and text not in source.missing


def _first(row: Mapping[str, Any], column: Column | None, source: Source) -> Any:
    """Return the first present value among a column's possible names, or None."""
    cells = (row.get(name) for name in (column.column if column else ()))
    return next((cell for cell in cells if _present(cell, source)), None)


def _text(row: Mapping[str, Any], column: Column | None, source: Source) -> str:
    value = _first(row, column, source)
    return "" if value is None else clean(value)


def _pieces(value: Any, column: Column, source: Source) -> list[str]:
    pieces = parts(value, column.split, column.strip)[: column.first or None]
    return [text for text in pieces if text not in source.missing]


def _texts(row: Mapping[str, Any], column: Column | None, source: Source) -> list[str]:
    if column is None:
        return []
    cells = (row.get(name) for name in column.column)
    return [
        text for cell in cells if _present(cell, source) for text in _pieces(cell, column, source)
    ]


def _facet(row: Mapping[str, Any], column: Column, source: Source) -> tuple[str, ...]:
    value = _first(row, column, source)
    if value is None:
        return ()
    if column.parse == "season":
        return (found,) if (found := season(value)) else ()
    return tuple(dict.fromkeys(_pieces(value, column, source)))


def _figures(
    values: Mapping[str, Any], columns: Mapping[str, Column], remark: Callable[[str], None]
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
