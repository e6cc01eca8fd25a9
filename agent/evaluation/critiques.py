"""Suite `critiques`: whether "darker" darkens a list, and "fewer episodes" holds for each item."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from operator import gt, lt
from typing import Any

import numpy as np

from agent.evaluation.study import Study, listed
from agent.evaluation.tables import Measure, Row, Table, measured
from agent.evaluation.tags import AXES, Labels, read_tags, side
from data.grounding import auroc
from tools.likeness import Likeness

ANCHORS, QUICK = 150, 6
NEAR = 0.02  # the share of the catalogue that counts as like the anchor
Reply = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Numeric:
    """A critique in words, and what must then hold of a number against the anchor's figure."""

    words: str
    number: str
    holds: Any
    bound: float | None = None


NUMERIC = (
    Numeric("fewer episodes", "episodes", lt),
    Numeric("longer", "episodes", gt),
    Numeric("newer", "year", gt),
    Numeric("older", "year", lt),
    Numeric("under 13 episodes", "episodes", lt, 13),
    Numeric("after 2010", "year", gt, 2010),
    Numeric("rated above 8", "score", gt, 8),
    Numeric("darker and newer", "year", gt),
    Numeric("funnier, fewer episodes", "episodes", lt),
)
TONES = {
    "darker": ("dark", 1),
    "lighter": ("dark", -1),
    "not so dark": ("dark", -1),
    "funnier": ("funny", 1),
    "more serious": ("funny", -1),
    "more mature": ("mature", 1),
    "more romantic": ("romantic", 1),
    "less violent": ("violent", -1),
    "slower": ("fast", -1),
    "sadder": ("sad", 1),
    "more complex": ("complex", 1),
}


def run(study: Study) -> list[Table]:
    """Criticise the lists of well-known titles."""
    labels = read_tags(study.data / "tags" / "tags.csv", study.catalogue)
    anchors = study.few(_anchors(study), QUICK)
    plain = {each: _list(study, each)[-1] for each in anchors}
    return [
        _numeric(study, anchors),
        _tones(study, anchors, labels, plain),
        _opposed(study, anchors, labels),
        _axes(study, labels),
    ]


def _anchors(study: Study) -> list[str]:
    """Return the best known title of each of the best known franchises."""
    catalogue = study.catalogue
    best: dict[int, str] = {}
    for place in np.argsort(-np.nan_to_num(catalogue.audience), kind="stable"):
        best.setdefault(int(catalogue.franchises[place]), catalogue.items[place].id)
        if len(best) == ANCHORS:
            break
    return list(best.values())


def _list(study: Study, anchor: str, *critiques: str) -> list[Reply]:
    return study.talk(f"anime like {study.catalogue[anchor].title}", *critiques)


def _numeric(study: Study, anchors: Sequence[str]) -> Table:
    rows = [_obeyed(study, anchors, critique) for critique in NUMERIC]
    rows.append(_repeated(study, anchors))
    notes = ("“Told”: a wish was relaxed, and the answer says so; such lists are not counted.",)
    return Table("critiques", "numeric critiques that hold", tuple(rows), notes)


def _obeyed(study: Study, anchors: Sequence[str], critique: Numeric) -> Row:
    held: list[bool] = []
    empty = told = 0
    for anchor in anchors:
        than = critique.bound or study.catalogue[anchor].numbers.get(critique.number)
        if than is None or (critique.holds is lt and than <= 1):
            continue  # nothing has fewer episodes than a film
        reply = _list(study, anchor, critique.words)[-1]
        told += bool(reply["relaxed"])
        empty += not reply["recommendations"]
        if not reply["relaxed"]:
            held += _holding(study, listed(reply), critique, than)
    return _numeric_row(critique.words, held, empty, told)


def _holding(study: Study, ids: Sequence[str], critique: Numeric, than: float) -> list[bool]:
    figures = (study.catalogue[each].numbers.get(critique.number) for each in ids)
    return [figure is not None and critique.holds(figure, than) for figure in figures]


def _repeated(study: Study, anchors: Sequence[str]) -> Row:
    """Say "newer" twice: the second list is newer than what the first one showed."""
    held: list[bool] = []
    empty = told = 0
    for anchor in anchors:
        _, first, second = _list(study, anchor, "newer", "even newer")
        years = [study.catalogue[each].numbers["year"] for each in listed(first)]
        told += bool(second["relaxed"])
        empty += not second["recommendations"]
        if years and not second["relaxed"]:
            than = float(np.median(years))
            held += _holding(study, listed(second), Numeric("", "year", gt), than)
    return _numeric_row("newer, even newer", held, empty, told)


def _numeric_row(words: str, held: Sequence[bool], empty: int, told: int) -> Row:
    counts = (Measure("lists empty", empty), Measure("lists told", told))
    return Row(words, (measured("items that obey", held, reach=1.0), *counts))


def _tones(study: Study, anchors: Sequence[str], labels: Labels, plain: dict[str, Reply]) -> Table:
    likeness = Likeness(study.index)
    rows = []
    for words, (axis, direction) in TONES.items():
        lists = {each: listed(_list(study, each, words)[-1]) for each in anchors}
        before = {each: listed(plain[each]) for each in anchors}
        moves = [
            direction * (_toned(study, lists[each], axis) - _toned(study, before[each], axis))
            for each in anchors
        ]
        tagged = partial(_tagged, labels=labels, axis=axis)
        pairs = [(tagged(before[each]), tagged(lists[each])) for each in anchors]
        parted = [
            direction * (new - old) for old, new in pairs if old is not None and new is not None
        ]
        near = [_resembling(likeness, each, lists[each], study) for each in anchors]
        rows.append(
            Row(
                words,
                (
                    measured("anchors moved (own scale)", [move > 0 for move in moves], 0.95),
                    measured("anchors not moved back (tags)", [move >= 0 for move in parted], 0.95),
                    measured("shift in tags, −1…1", parted),
                    measured("still like the anchor", near),
                    measured(
                        "… before",
                        [_resembling(likeness, each, before[each], study) for each in anchors],
                    ),
                ),
            )
        )
    notes = (
        "Tags are another site's; only titles that have some count, and only lists with such.",
        f"“Like the anchor”: share of a list among the {NEAR:.0%} of the catalogue nearest to it.",
    )
    return Table("critiques", "tone critiques", tuple(rows), notes)


def _opposed(study: Study, anchors: Sequence[str], labels: Labels) -> Table:
    """Compare the lists of two opposite critiques of the same anchor, by tags."""
    rows = []
    for more, less in (("darker", "lighter"), ("funnier", "more serious"), ("faster", "slower")):
        axis = TONES[less][0]
        lists = [
            [listed(_list(study, each, words)[-1]) for words in (more, less)] for each in anchors
        ]
        sides = [[_tagged(few, labels, axis) for few in pair] for pair in lists]
        apart = [one - other for one, other in sides if one is not None and other is not None]
        over = measured("anchors above", [each > 0 for each in apart], 0.95)
        rows.append(Row(f"{more} over {less}", (over, measured("apart in tags, −2…2", apart))))
    return Table("critiques", "opposite critiques beside each other, by tags", tuple(rows))


def _toned(study: Study, ids: Sequence[str], axis: str) -> float:
    column, position = study.index.tone(axis), study.catalogue.position
    return float(np.mean([column[position[each]] for each in ids])) if ids else -1.0


def _tagged(ids: Sequence[str], labels: Labels, axis: str) -> float | None:
    """Return the mean side of a list's labelled titles, or None where none is labelled."""
    sides = [side(labels[each], axis) for each in ids if each in labels]
    return float(np.mean(sides)) if sides else None


def _resembling(likeness: Likeness, anchor: str, ids: Sequence[str], study: Study) -> float:
    guess = likeness.sieve(likeness.signals(anchor))
    bar = np.quantile(guess, 1 - NEAR)
    return float(np.mean([guess[study.catalogue.position[each]] >= bar for each in ids] or [0.0]))


def _axes(study: Study, labels: Labels) -> Table:
    """Part titles whose tags stand at an axis's ends by the axis's own scale."""
    rows = []
    for axis in study.index.manifest.axes:
        if axis not in AXES:
            continue
        sides = {each: side(tags, axis) for each, tags in labels.items()}
        column, position = study.index.tone(axis), study.catalogue.position
        high, low = (
            np.array([column[position[each]] for each, end in sides.items() if end == wanted])
            for wanted in (1, -1)
        )
        counts = (Measure("high titles", len(high)), Measure("low titles", len(low)))
        rows.append(Row(axis, (Measure("AUC", auroc(high, low)), *counts)))
    return Table("critiques", "tone axes beside another site's tags", tuple(rows))
