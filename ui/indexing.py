"""`osusume index`: a progress bar, and a report of what was left out."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from agent.settings import Settings
from data.build import Built, build_index, index_is_stale
from data.builds import current_build
from data.profile import Profile, load_profile

SHOWN_REASONS = 5


def index_with_progress(
    settings: Settings, paths: Sequence[Path], if_stale: bool, force: bool
) -> None:
    """Index a catalogue and say what came of it; everything goes to stderr."""
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    profile = load_profile(settings.catalogue)
    if if_stale and not index_is_stale(profile, settings.embedding):
        console.print(f"The index of '{profile.name}' is up to date.")
        return
    began = perf_counter()
    columns = (
        TextColumn("{task.description:>10}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
        tasks = {}

        def progress(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(step, total=total)
            bars.update(tasks[step], advance=done)

        built = build_index(profile, settings.embedding, paths, progress, force)
    _tell(console, profile, built, perf_counter() - began)


def _tell(console: Console, profile: Profile, built: Built, seconds: float) -> None:
    manifest = built.manifest
    noun = profile.noun.many
    if not built.fresh:
        console.print(f"Nothing changed: {manifest.items:,} {noun} are indexed already.")
        return
    console.print(
        f"Indexed {manifest.items:,} {noun} in {seconds:.1f} s. A request is answered from "
        f"similarity {manifest.threshold:.2f} on (AUROC {manifest.auroc:.3f} on the probes)."
    )
    reasons = Counter(reason for *_, reason in built.report.rejected)
    for reason, count in reasons.most_common(SHOWN_REASONS):
        first = next(row for row in built.report.rejected if row[2] == reason)
        console.print(f"  left out {count:,}: {reason} (first: {first[0]}, line {first[1]})")
    if built.report.remarks:
        console.print(f"  mended {len(built.report.remarks):,} values or repeated rows")
    build = current_build(profile.name)
    if build and (build / "report.json").exists():
        console.print(f"  every row: {build / 'report.json'}")
