"""`osusume train`: a progress bar, and how good the model is on people it never saw."""

from collections import Counter
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from agent.settings import Settings
from agent.training import Trained, train
from data.profile import load_profile
from data.tables import Report

SHOWN_REASONS = 5


def train_with_progress(settings: Settings, ratings: Path, out: Path | None) -> None:
    """Train a catalogue's model and say what came of it; everything goes to stderr."""
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    profile = load_profile(settings.catalogue)
    began = perf_counter()
    columns = (
        TextColumn("{task.description:>15}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bars:
        tasks = {}

        def progress(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], advance=done)

        trained = train(profile, ratings, out, progress)
    _tell(console, trained, perf_counter() - began)


def _tell(console: Console, trained: Trained, seconds: float) -> None:
    card = trained.card
    console.print(
        f"Learned {card.items:,} items from {card.ratings:,} ratings of {card.users:,} people "
        f"in {seconds:.1f} s: {trained.path} ({trained.path.stat().st_size / 1e6:.1f} MB)."
    )
    if card.metrics:
        console.print(
            f"On {card.metrics['people']:,.0f} people held out: "
            f"NDCG@10 {card.metrics['NDCG@10']:.3f}, Recall@20 {card.metrics['Recall@20']:.3f}."
        )
    else:
        console.print("Too few people to hold some out: how good it is was not measured.")
    tell_left_out(console, trained.report)


def tell_left_out(console: Console, report: Report) -> None:
    """Say which rows were left out, by reason, each with where it was met first."""
    reasons = Counter(reason for *_, reason in report.rejected)
    for reason, count in reasons.most_common(SHOWN_REASONS):
        first = next(row for row in report.rejected if row[2] == reason)
        console.print(f"  left out {count:,}: {reason} (first: {first[0]}, line {first[1]})")
