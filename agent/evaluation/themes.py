"""Suite `themes`: requests made of another site's tags, in several phrasings."""

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from agent.evaluation.gain import hit, ndcg
from agent.evaluation.study import Study
from agent.evaluation.tables import Row, Table, measured
from agent.evaluation.tags import Labels, read_tags
from tools.preferences import from_json
from tools.search import Search

QUICK = 24
LEAST, MOST = 4, 60  # titles a tag must have, and may have
FORMAL = ("Based on", "Short", "Animation", "Work", "Episod", "Recap", "noitaminA", "Animeism")
PHRASINGS = (
    "anime about {}",
    "something with {}",
    "I want to watch a {} story",
    "can you find me {}, please?",
)
Case = tuple[str, ...]
Ranking = Callable[[str], list[str]]


def run(study: Study) -> list[Table]:
    """Ask for single tags and for pairs of tags."""
    labels = read_tags(study.data / "tags" / "tags.csv", study.catalogue)
    cases = study.few(_cases(labels), QUICK)
    search = Search(study.index)
    ways: dict[str, Ranking] = {
        "Osusume": lambda text: _ours(study, search, text),
        "nearest documents": lambda text: _nearest(study, text),
        "BM25": lambda text: _worded(study, text),
    }
    rows = [_row(f"{way}: {kind}", ways[way], few, labels)
            for way in ways
            for kind, few in (("one tag", _of(cases, 1)), ("two tags", _of(cases, 2)))]  # fmt: skip
    notes = (
        f"{len(labels)} labelled titles. Lists are condensed to labelled titles before they are "
        "judged (Sakai 2007): an unlabelled title is neither right nor wrong.",
    )
    by_phrase = [
        _row(phrase.format("…"), ways["Osusume"], cases, labels, (phrase,)) for phrase in PHRASINGS
    ]
    return [
        Table("themes", "requests made of tags", tuple(rows), notes),
        Table("themes", "… by phrasing", tuple(by_phrase)),
    ]


def _cases(labels: Labels) -> list[Case]:
    counts = Counter(tag for tags in labels.values() for tag in tags if not tag.startswith(FORMAL))
    single = sorted(tag for tag, count in counts.items() if LEAST <= count <= MOST)
    pairs = Counter(
        (one, other)
        for tags in labels.values()
        for one in sorted(tags & set(single))
        for other in sorted(tags & set(single))
        if one < other
    )
    return [(tag,) for tag in single] + sorted(p for p, count in pairs.items() if count >= LEAST)


def _of(cases: Sequence[Case], size: int) -> list[Case]:
    return [case for case in cases if len(case) == size]


def _row(
    name: str,
    ranking: Ranking,
    cases: Sequence[Case],
    labels: Labels,
    phrasings: Sequence[str] = PHRASINGS,
) -> Row:
    gains, hits = [], []
    for place, case in enumerate(cases):
        phrase = phrasings[place % len(phrasings)]
        found = ranking(phrase.format(" and ".join(case).lower()))
        condensed = [each for each in found if each in labels]
        right = {each for each, tags in labels.items() if tags >= set(case)}
        gains.append(ndcg(condensed, right))
        hits.append(hit(condensed, right, 5))
    return Row(name, (measured("NDCG@10", gains), measured("hit@5", hits)))


def _ours(study: Study, search: Search, text: str) -> list[str]:
    """Return all candidates for the wishes that the conversation read out of a text."""
    (reply,) = study.talk(text)
    found = search(from_json(reply["preferences"]), limit=len(study.catalogue))
    return [each.id for each in found.candidates] if reply["recommendations"] else []


def _nearest(study: Study, text: str) -> list[str]:
    order = np.argsort(-(study.index.vectors @ study.index.embed(text)))
    return [study.catalogue.items[place].id for place in order]


def _worded(study: Study, text: str) -> list[str]:
    places, _ = study.index.matching(text, len(study.catalogue))
    return [study.catalogue.items[place].id for place in places]
