"""Suite `grounding`: what can be served is answered, and what cannot is refused."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import yaml

from agent.evaluation.study import Study
from agent.evaluation.tables import Measure, Row, Table, measured
from data.grounding import auroc, threshold_of
from tools.preferences import Preferences
from tools.search import Search

REQUESTS = Path(__file__).parent / "requests.yaml"
REACH = 0.98
QUICK = 40
KINDS = ("served", "foreign")


def run(study: Study) -> list[Table]:
    """Part requests by evidence, and count what the conversation refuses and answers."""
    requests: dict[str, list[str]] = yaml.safe_load(REQUESTS.read_text("utf-8"))
    served, foreign = requests["served"], requests["foreign"]
    search = Search(study.index)
    inside, outside = (
        np.array([search.evidence(Preferences(about=text)) for text in texts])
        for texts in (served, foreign)
    )
    own = study.index.manifest.threshold
    refit = threshold_of(inside[::2], outside[::2])
    rows = (
        _row("threshold of the index", own, inside, outside),
        _row("threshold set on the other half", refit, inside[1::2], outside[1::2]),
    )
    talked = (
        _talked(study, "the conversation, whole", served, foreign),
        _talked(study, "… requests written later", *(requests[f"{k}_later"] for k in KINDS)),
    )
    note = f"{len(served)} requests for titles, {len(foreign)} for something else, none a probe."
    return [
        Table("grounding", "free text by its evidence alone", rows, (note,)),
        Table("grounding", "what becomes of it in a conversation", talked),
    ]


def _talked(study: Study, name: str, served: Sequence[str], foreign: Sequence[str]) -> Row:
    """Count what whole conversations refuse and answer."""
    some, others = study.few(served, QUICK), study.few(foreign, QUICK)
    return Row(
        name,
        (
            measured("refused, could be served", [not _answers(study, text) for text in some]),
            measured("answered, is foreign", [_answers(study, text) for text in others]),
        ),
    )


def _row(name: str, threshold: float, inside: np.ndarray, outside: np.ndarray) -> Row:
    return Row(
        name,
        (
            _auroc(inside, outside),
            Measure("threshold", threshold),
            measured("refused, could be served", [bool(each < threshold) for each in inside]),
            measured("answered, is foreign", [bool(each >= threshold) for each in outside]),
        ),
    )


def _auroc(inside: np.ndarray, outside: np.ndarray) -> Measure:
    chance = np.random.default_rng(7)
    drawn = [
        auroc(chance.choice(inside, len(inside)), chance.choice(outside, len(outside)))
        for _ in range(300)
    ]
    low, high = np.quantile(drawn, [0.025, 0.975])
    count = len(inside) + len(outside)
    return Measure("AUROC", auroc(inside, outside), float(low), float(high), count, REACH)


def _answers(study: Study, text: str) -> bool:
    (reply,) = study.talk(text)
    return bool(reply["recommendations"])
