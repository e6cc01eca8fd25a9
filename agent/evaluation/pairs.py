"""Suite `pairs`: "anime like X" in the real conversation, beside what people answered."""

from collections.abc import Callable, Sequence

from agent.evaluation.answers import Answers, fold_of, read_answers
from agent.evaluation.baselines import Baselines
from agent.evaluation.gain import hit, ndcg, recall
from agent.evaluation.study import LISTED, Study, listed
from agent.evaluation.tables import Row, Table, measured
from tools.judging import Judging, judged_by
from tools.shapes import Shapes, load_shapes

QUICK = 50
REACH = {"NDCG@10": 0.37, "hit@10": 0.93}
REASONS = ("meaning", "crowd", "facets", "mood", "renown", "acclaim", "form", "sequel")
Lists = dict[str, list[str]]


def run(study: Study) -> list[Table]:
    """Ask about every title with enough answers, and compare."""
    answers = read_answers(study.data / "pairs" / "pairs.csv", study.catalogue)
    asked = study.few(answers.asked(), QUICK)
    ours = _conversed(study, asked)
    baselines = Baselines(study.index)
    rows = [_row("Osusume, through the conversation", ours, answers, goals=True)]
    for way in baselines.ways:
        rows.append(_row(way, {s: baselines.list(way, s, LISTED) for s in asked}, answers))
    tables = [
        Table("pairs", "“anime like X” beside people's answers", tuple(rows), _notes(study, asked)),
        _by_fame(study, ours, answers),
    ]
    return tables if study.quick else [*tables, _ablated(study, asked, answers)]


def _notes(study: Study, asked: Sequence[str]) -> tuple[str, ...]:
    return (
        f"{len(asked)} titles with at least 5 answers of 3 votes; {len(study.catalogue)} items.",
        "Each title is ranked by curves that were learned without its franchise.",
    )


def _conversed(study: Study, asked: Sequence[str], without: Sequence[str] = ()) -> Lists:
    """Return the lists of conversations, each ranked by what other folds taught."""
    shapes = load_shapes(study.catalogue.profile)
    lists = {}
    for source in asked:
        item = study.catalogue[source]
        with judged_by(Judging(_unseen(shapes, fold_of(item)), without)):
            (reply,) = study.talk(f"anime like {item.title}")
        lists[source] = listed(reply)
    return lists


def _unseen(shapes: Shapes | None, fold: int) -> Shapes | None:
    return shapes.folds[fold] if shapes and shapes.folds else shapes


def _row(name: str, lists: Lists, answers: Answers, goals: bool = False) -> Row:
    metrics: dict[str, Callable[[Sequence[str], set[str]], float]] = {
        "NDCG@10": ndcg,
        "recall@10": recall,
        "hit@10": hit,
    }
    return Row(
        name,
        tuple(
            measured(
                what,
                [metric(few, answers.right(source)) for source, few in lists.items()],
                REACH.get(what) if goals else None,
            )
            for what, metric in metrics.items()
        ),
    )


def _by_fame(study: Study, lists: Lists, answers: Answers) -> Table:
    """Part the titles asked about into thirds by their audience."""
    audience, position = study.catalogue.audience, study.catalogue.position
    ordered = sorted(lists, key=lambda source: -float(audience[position[source]]))
    third = -(-len(ordered) // 3)
    parts = {
        "best known third": ordered[:third],
        "middle third": ordered[third : 2 * third],
        "least known third": ordered[2 * third :],
    }
    rows = tuple(_row(name, {s: lists[s] for s in part}, answers) for name, part in parts.items())
    return Table("pairs", "… by how well known X is", rows)


def _ablated(study: Study, asked: Sequence[str], answers: Answers) -> Table:
    rows = tuple(
        _row(f"without {reason}", _conversed(study, asked, (reason,)), answers)
        for reason in REASONS
    )
    return Table("pairs", "… each kind of reason left out, nothing learned again", rows)
