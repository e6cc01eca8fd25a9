"""Learn the ranking for "like this one" from people's answers.

`python -m agent.evaluation.learning pairs.csv`; needs the extra `train` (LightGBM). The figures of
the cross-validation go into the model's card.
"""

import argparse
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import orjson
from numpy.typing import NDArray

from agent.evaluation.answers import FOLDS, Answers, fold_of, read_answers
from agent.evaluation.gain import hit, ndcg
from data.embedding import EmbeddingSettings
from data.index import Index, open_index
from data.profile import load_profile
from tools.preferences import Preferences
from tools.search import Search
from tools.shapes import RANKER, Curve, Shapes

Floats = NDArray[np.float32]
LEAST_ANSWERS = 4  # titles with fewer teach little
HARD, EASY = 70, 50  # wrong candidates a title: from the top of the sieve, and from the rest
ROUNDS = 500
GRADES = (1, 2, 3, 5, 10)  # votes from which an answer is of the next grade
TRAINING = {
    "objective": "lambdarank",
    "num_leaves": 2,  # stumps: 4, 8 and 15 leaves gained nothing on unseen titles
    "learning_rate": 0.15,
    "max_bin": 63,
    "min_data_in_leaf": 60,
    "feature_fraction": 0.5,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "lambdarank_truncation_level": 20,
    "label_gain": [0, 1, 2, 4, 7, 11],
    "seed": 7,
    "deterministic": True,
    "num_threads": 1,
    "verbose": -1,
}


@dataclass(frozen=True, slots=True)
class Lesson:
    """One title's candidates: their places, their figures, and how good an answer each is."""

    source: str
    places: NDArray[np.intp]
    figures: Floats
    grades: NDArray[np.intp]


def lessons(index: Index, search: Search, answers: Answers) -> tuple[list[str], list[Lesson]]:
    """Return the figures' names, and a lesson for each title with enough answers."""
    names: list[str] = []
    found = []
    for source, votes in answers.votes.items():
        if len(votes) < LEAST_ANSWERS:
            continue
        places, figures = search.compared(Preferences(anchors=(source,)))
        names = names or list(figures)
        ids = [index.catalogue.items[place].id for place in places]
        given = np.array([votes.get(each, 0) for each in ids])
        table = np.stack([figures[name] for name in names], axis=1).astype(np.float32)
        found.append(Lesson(source, places, table, np.searchsorted(GRADES, given, side="right")))
    return names, found


def train(names: Sequence[str], taught: Sequence[Lesson], rounds: int = ROUNDS) -> Shapes:
    """Return the curves learned from lessons."""
    chance = np.random.default_rng(7)
    parts = [_sampled(lesson, chance) for lesson in taught if lesson.grades.any()]
    rows = np.concatenate([lesson.figures[kept] for lesson, kept in parts])
    grades = np.concatenate([lesson.grades[kept] for lesson, kept in parts])
    data = lightgbm.Dataset(
        rows, grades, group=[len(kept) for _, kept in parts], feature_name=list(names)
    )
    booster = lightgbm.train(dict(TRAINING), data, rounds)
    curves = _curves(names, booster.dump_model()["tree_info"])
    return Shapes({n: _centred(c, rows[:, names.index(n)]) for n, c in curves.items()}, {})


def _centred(curve: Curve, figures: Floats) -> Curve:
    """Return a curve that adds nothing on average, so that what it adds is a reason."""
    return Curve(curve.edges, curve.values - curve(figures).mean())


def _sampled(lesson: Lesson, chance: np.random.Generator) -> tuple[Lesson, NDArray[np.intp]]:
    right = np.flatnonzero(lesson.grades)
    wrong = np.flatnonzero(lesson.grades == 0)
    easy = wrong[HARD:]
    some = chance.choice(easy, min(EASY, len(easy)), replace=False)
    return lesson, np.concatenate([right, wrong[:HARD], some])


def _curves(names: Sequence[str], trees: Iterable[Mapping[str, Any]]) -> dict[str, Curve]:
    """Add up stumps, figure by figure."""
    steps: dict[str, list[tuple[float, float, float]]] = {}
    for tree in trees:
        root = tree["tree_structure"]
        if "threshold" in root:
            step = (
                root["threshold"],
                root["left_child"]["leaf_value"],
                root["right_child"]["leaf_value"],
            )
            steps.setdefault(names[root["split_feature"]], []).append(step)
    return {name: _curve(steps[name]) for name in names if name in steps}


def _curve(steps: Sequence[tuple[float, float, float]]) -> Curve:
    edges = np.unique([edge for edge, _, _ in steps])
    values = np.zeros(len(edges) + 1)
    for edge, below, above in steps:
        place = int(np.searchsorted(edges, edge)) + 1
        values[:place] += below
        values[place:] += above
    return Curve(edges.astype(np.float32), values.astype(np.float32))


def cross_validated(
    index: Index, names: Sequence[str], taught: Sequence[Lesson], answers: Answers
) -> tuple[list[tuple[float, float]], tuple[Shapes, ...]]:
    """Return NDCG@10 and hit@10 of each asked title by what the other folds taught, and that.

    A fold takes whole franchises, and answers that point into it are no lesson either: people's
    answers often stand both ways.
    """
    outcomes = []
    learned = []
    asked = set(answers.asked())
    for fold in range(FOLDS):
        inside = {item.id for item in index.catalogue.items if fold_of(item) == fold}
        outside = [_without(index, lesson, inside) for lesson in taught]
        shapes = train(names, [each for each in outside if each.source not in inside])
        learned.append(shapes)
        for lesson in taught:
            if lesson.source in inside and lesson.source in asked:
                outcomes.append(_outcome(index, names, lesson, shapes, answers))
    return outcomes, tuple(learned)


def _without(index: Index, lesson: Lesson, inside: set[str]) -> Lesson:
    kept = np.array([index.catalogue.items[place].id not in inside for place in lesson.places])
    return Lesson(lesson.source, lesson.places[kept], lesson.figures[kept], lesson.grades[kept])


def _outcome(
    index: Index, names: Sequence[str], lesson: Lesson, shapes: Shapes, answers: Answers
) -> tuple[float, float]:
    figures = {name: lesson.figures[:, column] for column, name in enumerate(names)}
    score = np.sum(list(shapes(figures).values()), axis=0)
    best: dict[int, str] = {}
    for place in lesson.places[np.argsort(-score, kind="stable")]:
        best.setdefault(int(index.catalogue.franchises[place]), index.catalogue.items[place].id)
    listed, right = list(best.values())[:10], answers.right(lesson.source)
    return ndcg(listed, right), hit(listed, right)


def main() -> None:
    """Learn, validate and write the model beside the profile."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", type=Path, help="CSV with source_id, target_id and votes")
    parser.add_argument("--catalogue", default="anime")
    parser.add_argument("--to", type=Path, help="where the model goes; default: beside the profile")
    asked = parser.parse_args()
    profile = load_profile(asked.catalogue)
    index = open_index(profile, EmbeddingSettings())
    answers = read_answers(asked.pairs, index.catalogue)
    names, taught = lessons(index, Search(index), answers)
    validated, folds = cross_validated(index, names, taught, answers)
    outcomes = np.array(validated)
    shapes = train(names, taught)
    card = {
        "what": "additive ranking of candidates for 'like this one'",
        "data": f"{asked.pairs.name}: {sum(map(len, answers.votes.values()))} answers of people",
        "command": "python -m agent.evaluation.learning pairs.csv",
        "catalogue": f"{len(index.catalogue)} items, {index.manifest.fingerprint[:12]}",
        "titles": len(taught),
        "validation": f"{FOLDS} folds by franchise, {len(outcomes)} titles",
        "ndcg@10": round(float(outcomes[:, 0].mean()), 4),
        "hit@10": round(float(outcomes[:, 1].mean()), 4),
        "date": datetime.now(UTC).date().isoformat(),
    }
    path = asked.to or profile.folder / RANKER
    path.write_bytes(orjson.dumps(Shapes(shapes.curves, card, folds).as_json()))
    sys.stderr.write(f"{card}\n")


if __name__ == "__main__":
    main()
