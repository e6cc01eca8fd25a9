"""Suite `ratings`: what people liked whom no way of recommending has learned from."""

from collections.abc import Callable
from time import perf_counter

from agent.evaluation.foldin import find
from agent.evaluation.recommenders import (
    Counted,
    Way,
    cosine,
    ease,
    edlae,
    ials,
    neumf,
    popular,
)
from agent.evaluation.study import Study, say
from agent.evaluation.tables import Measure, Row, Table, measured
from data.collaborative import Fitted
from data.fitting import fit
from data.heldout import Case, cases, users_of
from data.ratings import Ratings, read_ratings
from data.tables import Report
from infra.errors import UsageError

QUICK = 150
REACH = {"NDCG@10": 0.47, "Recall@20": 0.475}
OURS = "Osusume"


def run(study: Study) -> list[Table]:
    """Tell each way four fifths of a person's ratings, and look for the liked ones of the rest."""
    ratings = read_ratings(study.data / "ratings" / "ratings.csv", Report())
    told = ratings.of(users_of(ratings, "train", "tune"))
    test = list(cases(ratings, "test"))
    if study.quick:
        test = test[:QUICK]
    rows = [row for make in _ways(ratings, told, test, study.quick) if (row := _row(make, test))]
    notes = (
        f"{len(test)} people held out by hash; {len(told):,} ratings of the other "
        f"{len(told.given):,} are learned from.",
        "Recall is over as many titles as a list of 20 can hold; plain recall over all kept back.",
    )
    return [Table("ratings", "people never learned from", tuple(rows), notes)]


def _ways(
    ratings: Ratings, told: Ratings, test: list[Case], quick: bool
) -> list[Callable[[], Way]]:
    counted = Counted(told)
    ways: list[Callable[[], Way]] = [
        lambda: _ours(told),
        lambda: popular(counted),
        lambda: cosine(counted),
    ]
    if quick:
        return ways
    ways += [lambda: ease(counted), lambda: edlae(counted)]
    train = ratings.of(users_of(ratings, "train"))
    tune = list(cases(ratings, "tune"))
    return [*ways, lambda: ials(counted), lambda: neumf(train, tune, test)]


def _ours(told: Ratings) -> Way:
    model = Fitted(fit(told))
    return Way(OURS, model.items, model.fold_in)


def _row(make: Callable[[], Way], test: list[Case]) -> Row | None:
    """Return the measures of one way, or None where it needs a package that is not there."""
    began = perf_counter()
    try:
        way = make()
    except UsageError as error:
        say(f"LEFT OUT of ratings: {error}")
        return None
    seconds = perf_counter() - began
    found = find(way.items, way.score, test)
    goals = REACH if way.name == OURS else {}
    return Row(
        way.name,
        (
            measured("NDCG@10", found.ndcg, goals.get("NDCG@10")),
            measured("Recall@20", found.recall, goals.get("Recall@20")),
            measured("plain recall", found.plain_recall),
            Measure("learned in s", seconds),
        ),
    )
