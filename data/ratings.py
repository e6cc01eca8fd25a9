"""Ratings that people gave, out of a CSV or JSONL file: who, what, how many points."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.profile import UTF8
from data.tables import Report, Row, read_rows
from infra.errors import SourceError

USER_COLUMNS = ("user_id", "user")
ITEM_COLUMNS = ("item_id", "anime_id", "id")
HIGHEST = 10.0  # scales of five stars fit as well; −1 and 0 stand for "seen, not rated" in exports
Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Ratings:
    """Ratings by user and item id, in the order they were read; `seen` has those without points."""

    given: Mapping[str, Mapping[str, float]]
    seen: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return how many ratings there are."""
        return sum(map(len, self.given.values()))

    @cached_property
    def raters(self) -> Counter[str]:
        """Return how many users rated each item."""
        return Counter(item for items in self.given.values() for item in items)

    def of(self, users: Iterable[str]) -> "Ratings":
        """Return the ratings of some users only."""
        return Ratings({user: self.given[user] for user in users})

    def unknown(self, known: Container[str]) -> int:
        """Return how many of the rated items are not among `known`."""
        return sum(item not in known for item in self.raters)

    def fingerprint(self) -> str:
        """Return a hash that is the same for the same ratings in any order."""
        digest = sha256()
        for user in sorted(self.given):
            for item, points in sorted(self.given[user].items()):
                digest.update(f"{user}\t{item}\t{points:g}\n".encode())
        return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Matrix:
    """Ratings as numbers, user by user: `starts` (users + 1) delimits `columns` and `points`."""

    starts: Ints
    columns: Ints
    points: Floats

    def turned(self, count: int) -> "Matrix":
        """Return the same item by item, `columns` then being users."""
        rows = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        order = np.argsort(self.columns, kind="stable")
        sizes = np.bincount(self.columns, minlength=count)
        return Matrix(_starts(sizes), rows[order], self.points[order])


def matrix(ratings: Ratings, items: Sequence[str]) -> Matrix:
    """Return the ratings of some items as numbers, columns in the order of `items`."""
    position = {item: place for place, item in enumerate(items)}
    columns: list[int] = []
    points: list[float] = []
    sizes: list[int] = []
    for given in ratings.given.values():
        kept = [(position[item], value) for item, value in given.items() if item in position]
        columns += [place for place, _ in kept]
        points += [value for _, value in kept]
        sizes.append(len(kept))
    return Matrix(
        _starts(np.array(sizes, np.int64)),
        np.array(columns, np.int64),
        np.array(points, np.float32),
    )


def _starts(sizes: Ints) -> Ints:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes, dtype=np.int64)])


def read_ratings(path: Path, report: Report, one_user: bool = False) -> Ratings:
    """Return the ratings in a file; of two ratings of one item by one user the last one counts.

    `one_user` allows a file without a column of users. Rows that hold no rating go to the report.
    Raises SourceError where columns are missing or no row is usable.
    """
    if path.is_dir():
        raise SourceError(f"{path} is a folder. Name the file of ratings in it.")
    rows = read_rows(path, UTF8, report)
    user, item, points = _columns(path, rows, one_user)
    given: dict[str, dict[str, float]] = defaultdict(dict)
    seen: dict[str, set[str]] = defaultdict(set)
    for line, row in rows:
        who = _name(row.get(user)) if user else ""
        what, told = _name(row.get(item)), row.get(points)
        value = _value(told)
        if not what or (user and not who):
            report.reject(path, line, f"has no {item if who or not user else user}")
        elif value is None:
            seen[who].add(what)
            report.reject(path, line, _no_rating(told))
        else:
            given[who][what] = value
    if not given:
        raise SourceError(_useless(path, report))
    return Ratings(dict(given), {who: frozenset(items) for who, items in seen.items()})


def _columns(path: Path, rows: Sequence[Row], one_user: bool) -> tuple[str, str, str]:
    names = list(rows[0][1]) if rows else []
    user = next((name for name in USER_COLUMNS if name in names), "")
    item = next((name for name in ITEM_COLUMNS if name in names), "")
    missing = [
        wanted
        for wanted, found in (
            ("user_id", user or one_user),
            ("item_id", item),
            ("rating", "rating" in names),
        )
        if not found
    ]
    if rows and missing:
        raise SourceError(
            f"{path} has no column {', '.join(missing)}; it has {', '.join(names)}. "
            "Name its columns user_id, item_id (or anime_id) and rating."
        )
    return user, item, "rating"


def _name(cell: Any) -> str:
    return str(cell).strip() if cell is not None else ""


def _value(cell: Any) -> float | None:
    """Return a cell as points, or None where it is no number above 0 and up to `HIGHEST`."""
    try:
        value = float(cell)
    except (TypeError, ValueError):
        return None
    return value if isfinite(value) and 0 < value <= HIGHEST else None


def _no_rating(cell: Any) -> str:
    told = "" if cell is None else str(cell).strip()[:20]
    try:
        float(told)
    except ValueError:
        return f"rating '{told}' is not a number" if told else "has no rating"
    return f"rating {told} is not above 0 and at most {HIGHEST:g}"


def _useless(path: Path, report: Report) -> str:
    if not report.rejected:
        return f"{path} holds no ratings. Give it rows with user_id, item_id and rating."
    (reason, count), *_ = Counter(reason for *_, reason in report.rejected).most_common(1)
    return (
        f"{path} holds no usable rating: {len(report.rejected):,} rows were left out, "
        f"{count:,} because a row {reason}. Mend them."
        if not reason.startswith("rating")
        else f"{path} holds no usable rating: {len(report.rejected):,} rows were left out "
        f"(in {count:,} the {reason}). Mend them."
    )
