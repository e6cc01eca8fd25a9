"""Train a catalogue's collaborative model: measure it on people held out, then learn from all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

from agent.evaluation.foldin import find
from data.collaborative import Card, Fitted, trained_file, write_model
from data.fitting import fit
from data.heldout import cases, users_of
from data.profile import Profile
from data.ratings import Ratings, read_ratings
from data.tables import Report
from infra.errors import SourceError

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Trained:
    """What came of a training: where the model is, its card, and what the file left out."""

    path: Path
    card: Card
    report: Report


def train(profile: Profile, source: Path, out: Path | None, progress: Progress) -> Trained:
    """Read ratings, measure on held-out people, fit on everybody, and write the model.

    Raises SourceError where the file holds too little to learn from.
    """
    report = Report()
    progress("reading", 0, 1)
    ratings = read_ratings(source, report)
    progress("reading", 1, 1)
    metrics = _measured(ratings, lambda *told: progress(f"test {told[0]}", *told[1:]))
    weights = fit(ratings, progress)
    card = Card(
        catalogue=profile.name,
        command=f"osusume train --ratings {source.name} --catalogue {profile.name}",
        trained=datetime.now(UTC).date().isoformat(),
        data=ratings.fingerprint(),
        users=len(ratings.given),
        ratings=len(ratings),
        items=len(weights.items),
        metrics=metrics,
    )
    path = out or trained_file(profile)
    write_model(path, weights, card)
    return Trained(path, card, report)


def _measured(ratings: Ratings, progress: Progress) -> dict[str, float]:
    """Return how a model of the other people serves the held-out ones; {} where there are none."""
    held = list(cases(ratings, "test"))
    others = ratings.of(users_of(ratings, "train", "tune"))
    if not held or not others.given:
        return {}
    try:
        model = Fitted(fit(others, progress))
    except SourceError:  # too few without the held-out people; with them there may be enough
        return {}
    found = find(model.items, model.fold_in, held)
    return {
        "NDCG@10": round(mean(found.ndcg), 4),
        "Recall@20": round(mean(found.recall), 4),
        "people": len(held),
    }
