"""Check the bundled catalogue: `python -m data.check [--table FOLDER]`.

The entries must keep to their schema and to each other. Where the folder of real data is given or
found, their facts must be as its table has them, or say why not, and their texts must be our own.
"""

import os
import sys
from argparse import ArgumentParser
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from data.entries import Entries, Entry, Finding, load_entries, read_words
from data.items import fold
from data.profile import Profile, load_profile
from data.reference import (
    Agreement,
    Difference,
    borrowed_runs,
    differences,
    idle_reasons,
    read_table,
    read_tags,
    repeated_runs,
    theme_agreement,
    tone_agreement,
)
from infra.errors import OsusumeError, UsageError

CATALOGUE = "anime"
TABLE, TAGS = Path("anime", "anime.csv"), Path("tags", "tags.csv")


@dataclass(slots=True)
class Outcome:
    """What the check found, and what its summary shows."""

    read: Entries
    findings: list[Finding]
    differences: list[Difference] = field(default_factory=list)
    themes: list[Agreement] = field(default_factory=list)
    tones: list[Agreement] = field(default_factory=list)


def check(profile: Profile, folder: Path | None, paths: Sequence[Path] = ()) -> Outcome:
    """Check the entries of a catalogue, against the data below `folder` where there is one."""
    read = load_entries(profile, paths)
    outcome = Outcome(read, [*read.findings, *among(read)])
    if folder is not None:
        _compare(profile, folder, outcome)
    return outcome


def among(read: Entries) -> Iterator[Finding]:
    """Yield what is wrong between entries: ids, names, places in a franchise, repeated text."""
    yield from repeated_ids(read)
    yield from colliding_names(read)
    yield from equal_places(read)
    yield from repeated_runs(read)


def repeated_ids(read: Entries) -> Iterator[Finding]:
    """Yield a finding for each id that stands there twice."""
    first: dict[str, Entry] = {}
    for entry in read.entries:
        other = first.setdefault(entry.id, entry)
        if other is not entry:
            yield Finding(read.place(entry), f"id {entry.id} is that of {read.place(other)}")


def colliding_names(read: Entries) -> Iterator[Finding]:
    """Yield a finding for each title that is another's, and each alias that is another's title."""
    titles: dict[str, Entry] = {}
    for entry in read.entries:
        other = titles.setdefault(fold(entry.title), entry)
        if other is not entry:
            yield Finding(
                read.place(entry),
                f"title is that of {read.place(other)}; add the year in brackets to one",
            )
    for entry in read.entries:
        for alias in entry.aliases:
            other = titles.get(fold(alias), entry)
            if other is not entry:
                yield Finding(
                    read.place(entry), f"alias '{alias}' is the title of {read.place(other)}"
                )


def shared_aliases(entries: Iterable[Entry]) -> dict[str, list[str]]:
    """Return the aliases that several entries bear; a person is asked which one is meant."""
    bearers: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        for alias in {fold(alias): alias for alias in entry.aliases}.values():
            bearers[alias].append(entry.title)
    return {alias: titles for alias, titles in bearers.items() if len(titles) > 1}


def equal_places(read: Entries) -> Iterator[Finding]:
    """Yield a finding for each entry with the place of another in its franchise."""
    first: dict[tuple[str, int], Entry] = {}
    for entry in read.entries:
        place = (entry.franchise, entry.entry)
        other = first.setdefault(place, entry) if entry.franchise else entry
        if other is not entry:
            yield Finding(
                read.place(entry), f"entry {entry.entry} of '{entry.franchise}' is '{other.title}'"
            )


def _compare(profile: Profile, folder: Path, outcome: Outcome) -> None:
    read, table = outcome.read, read_table(profile, folder / TABLE)
    outcome.differences = list(differences(read, table))
    outcome.findings += [
        Finding(
            each.place,
            f"{each.fact} is {each.ours or 'missing'}, the table has {each.theirs}; "
            "mend it or say why under 'reasons'",
        )
        for each in outcome.differences
        if not each.reason
    ]
    outcome.findings += idle_reasons(read, table, outcome.differences)
    outcome.findings += borrowed_runs(read, folder)
    tags, mapping = read_tags(folder / TAGS), read_words(profile, "tags")
    outcome.themes = theme_agreement(read.entries, tags, mapping["themes"])
    outcome.tones = tone_agreement(read.entries, tags, mapping["tones"])


def find_folder(named: str | None) -> Path | None:
    """Return the folder of real data: the named one, or the usual one where it is there.

    Raises UsageError where the named folder does not hold the table.
    """
    usual = Path(__file__).parent.parent.parent / "shared" / "data"
    folder = Path(named or os.environ.get("OSUSUME_SHARED_DATA") or usual)
    if (folder / TABLE).is_file():
        return folder
    if named:
        raise UsageError(f"{folder / TABLE} does not exist. Name the folder above {TABLE}.")
    return None


def show(outcome: Outcome, console: Console) -> None:
    """Print the summary, then what is wrong."""
    entries = outcome.read.entries
    _counts(console, "by decade", Counter(f"{e.year // 10 * 10}s" for e in entries), by_name=True)
    _counts(console, "by type", Counter(e.type for e in entries))
    _counts(console, "by genre", Counter(genre for e in entries for genre in e.genres))
    _counts(console, "by theme", Counter(theme for e in entries for theme in e.themes))
    for alias, titles in shared_aliases(entries).items():
        console.print(f"'{alias}' may be {' or '.join(titles)}")
    _reasons(console, [each for each in outcome.differences if each.reason])
    _agreement(console, "themes that another site's tags confirm", outcome.themes)
    _agreement(console, "tones that lean as another site's tags do", outcome.tones)
    for finding in outcome.findings:
        console.print(str(finding), style="red", soft_wrap=True)


def _counts(console: Console, title: str, counts: Counter[str], by_name: bool = False) -> None:
    pairs = sorted(counts.items()) if by_name else counts.most_common()
    shown = " · ".join(f"{name} {count}" for name, count in pairs)
    console.print(f"[bold]{title}[/bold]: {shown}", highlight=False)


def _reasons(console: Console, found: Sequence[Difference]) -> None:
    if not found:
        return
    console.print(f"[bold]differences with a reason[/bold]: {len(found)}")
    table = Table("entry", "fact", "here", "table", "why")
    for each in found:
        table.add_row(each.place, each.fact, each.ours, each.theirs, each.reason)
    console.print(table)


def _agreement(console: Console, title: str, found: Sequence[Agreement]) -> None:
    met = [each for each in found if each.theirs]
    if not met:
        return
    both, theirs = sum(each.both for each in met), sum(each.theirs for each in met)
    console.print(f"[bold]{title}[/bold]: {both} of {theirs} ({both / theirs:.0%})")
    table = Table("", "agree", "tagged", "ours")
    for each in met:
        table.add_row(each.word, f"{each.both}", f"{each.theirs}", f"{each.ours}")
    console.print(table)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the check; return 1 where something is wrong, 2 where it could not run."""
    parser = ArgumentParser(prog="python -m data.check", description=__doc__)
    parser.add_argument("--table", metavar="FOLDER", help="folder that holds anime/anime.csv")
    named = parser.parse_args(arguments).table
    console, aside = Console(), Console(stderr=True)
    try:
        folder = find_folder(named)
        outcome = check(load_profile(CATALOGUE), folder)
    except OsusumeError as error:
        aside.print(f"{error}", style="red", soft_wrap=True)
        return 2
    show(outcome, console)
    count = len(outcome.read.entries)
    if outcome.findings:
        aside.print(f"{len(outcome.findings)} findings in {count:,} entries.", style="bold red")
        return 1
    aside.print(f"{count:,} entries, nothing wrong.", style="bold green")
    if folder is None:
        aside.print(
            f"FACTS WERE NOT COMPARED: there is no {TABLE}. Name its folder with --table.",
            style="bold yellow",
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
