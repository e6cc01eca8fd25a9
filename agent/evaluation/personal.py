"""Suite `personal`: whether the second list knows what a person likes and still heeds the wish."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from agent.evaluation.gain import ndcg
from agent.evaluation.promises import shown
from agent.evaluation.study import LISTED, Study
from agent.evaluation.tables import Measure, Row, Table, measured
from agent.parts import CatalogueRanker
from data.catalogue import Catalogue
from data.collaborative import Fitted
from data.fitting import fit
from data.heldout import Case, cases, users_of
from data.ratings import read_ratings
from data.tables import Report
from graph.memory import Entry
from tools.candidates import Candidate, Found
from tools.likeness import Likeness
from tools.preferences import Preferences, Wanted
from tools.search import Search
from tools.taste import Told

MOST, QUICK = 300, 60
TALKS, FEW_TALKS = 60, 10
LEAST_TOLD, LEAST_WANTED = 8, 4
NEAR = 0.02  # the share of the catalogue that counts as like the anchor
SAID = ("a comedy", "darker", "newer", "what would I like?")


@dataclass(frozen=True, slots=True)
class Asked:
    """One person's request: what is told of them, and what they liked of what it may bring."""

    given: dict[str, float]
    wanted: frozenset[str]
    request: Preferences


def run(study: Study) -> list[Table]:
    """Ask for a genre, and for something like a title, on behalf of people held out."""
    ratings = read_ratings(study.data / "ratings" / "ratings.csv", Report())
    model = Fitted(fit(ratings.of(users_of(ratings, "train", "tune"))))
    people = study.few(list(_people(study.catalogue, cases(ratings, "test"))), QUICK)[:MOST]
    search = Search(study.index, model)
    lists = [
        _row(study, search, "a genre", [_genre(study.catalogue, case) for case in people]),
        _row(study, search, "like a title they love", [_like(case) for case in people]),
    ]
    notes = (
        f"{len(people)} people held out by hash; the model learned from others only.",
        f"“Like the title”: share of a list among the {NEAR:.0%} of the catalogue nearest to it.",
    )
    return [
        Table("personal", "what people liked, in the two lists of a request", tuple(lists), notes),
        _talks(study, people),
    ]


def _people(catalogue: Catalogue, held: Iterator[Case]) -> Iterator[Case]:
    for case in held:
        given = {item: points for item, points in case.given.items() if item in catalogue}
        wanted = frozenset(item for item in case.wanted if item in catalogue)
        if len(given) >= LEAST_TOLD and len(wanted) >= LEAST_WANTED:
            yield Case(case.user, given, wanted)


def _genre(catalogue: Catalogue, case: Case) -> Asked:
    """Ask for a genre that a person liked, drawn by chance."""
    liked = Counter(g for item in case.wanted for g in catalogue[item].facets.get("genres", ()))
    genre = random.Random(case.user).choice(sorted(liked))
    wanted = frozenset(i for i in case.wanted if genre in catalogue[i].facets.get("genres", ()))
    return Asked(case.given, wanted, Preferences(require=(Wanted("genres", (genre,)),)))


def _like(case: Case) -> Asked:
    best = max(case.given.values())
    loved = sorted(item for item, points in case.given.items() if points == best)
    anchor = random.Random(case.user).choice(loved)
    return Asked(case.given, case.wanted, Preferences(anchors=(anchor,)))


def _row(study: Study, search: Search, name: str, asked: Sequence[Asked]) -> Row:
    """Measure the list by contents and the personal one, each on its own."""
    ranker, likeness = CatalogueRanker(study.index, LISTED), Likeness(study.index)
    gains: dict[str, list[float]] = {"content match": [], "picked for them": []}
    near: dict[str, list[float]] = {"content match": [], "picked for them": []}
    for each in asked:
        found = search(each.request, told=Told(each.given))
        for which, candidates in zip(gains, (found.candidates, found.personal), strict=True):
            listed = _listed(ranker, candidates, each)
            gains[which].append(ndcg(listed, set(each.wanted)))
            if each.request.anchors:
                near[which].append(_share_near(study, likeness, each.request.anchors[0], listed))
    told = [measured(f"NDCG@10, {which}", gains[which]) for which in gains]
    told += [measured(f"like the title, {which}", near[which]) for which in near if near[which]]
    return Row(name, tuple(told))


def _listed(ranker: CatalogueRanker, candidates: Sequence[Candidate], asked: Asked) -> list[str]:
    left = tuple(each for each in candidates if each.id not in asked.given)
    return [each.id for each in ranker.choose(Found(left, len(left), 1.0), asked.request)]


def _share_near(study: Study, likeness: Likeness, anchor: str, ids: Sequence[str]) -> float:
    guess = likeness.sieve(likeness.signals(anchor))
    bar = np.quantile(guess, 1 - NEAR)
    return float(np.mean([guess[study.catalogue.position[each]] >= bar for each in ids] or [0.0]))


def _talks(study: Study, people: Sequence[Case]) -> Table:
    """Let people with a shelf talk: nothing that they rated may come back."""
    returned = second = turns = 0
    took: list[float] = []
    for case in people[: FEW_TALKS if study.quick else TALKS]:
        session = study.begin()
        entries = (Entry(item, "seen", points) for item, points in case.given.items())
        study.recommender.shelf(session.user).put_all(entries)
        for message in SAID:
            reply = study.say(message, session)
            turns += 1
            returned += sum(each in case.given for each in shown(reply))
            second += bool(reply.get("personal"))
            took.append(reply["timings_ms"]["total"])
    row = Row(
        "people with what they rated on their shelf",
        (
            Measure("rated items shown", returned, count=turns, reach=0, least=True),
            Measure("turns", turns),
            Measure("with a second list", second),
            Measure("turn p50, ms", float(np.median(took)) if took else 0.0),
            Measure("p95, ms", float(np.quantile(took, 0.95)) if took else 0.0),
        ),
    )
    note = "Each says: " + " · ".join(SAID)
    return Table("personal", "conversations of people with a shelf", (row,), (note,))
