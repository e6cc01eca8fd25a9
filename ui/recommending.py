"""`osusume recommend`: lists for the people in a file of ratings, as tables or as JSON lines."""

import sys
from collections.abc import Sequence
from pathlib import Path

import orjson
from rich.console import Console
from rich.table import Table

from agent.answers.wording import Wording
from agent.settings import Settings
from data.catalogue import Catalogue
from data.collaborative import load_collaborative
from data.index import open_index
from data.profile import load_profile
from data.ratings import Ratings, read_ratings
from data.tables import Report
from tools.personal import Personal, Pick
from ui.training import tell_left_out


def recommend_from(settings: Settings, path: Path, top: int, as_json: bool, apart: bool) -> None:
    """Write a list for everyone in the file; remarks go to stderr."""
    report = Report()
    ratings = read_ratings(path, report, one_user=True)
    profile = load_profile(settings.catalogue)
    model = load_collaborative(profile)
    index = open_index(profile, settings.embedding)
    console = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    tell_left_out(console, report)
    _tell_unknown(console, ratings, index.catalogue)
    if model is None:
        console.print(
            f"No model of ratings is trained for '{profile.name}': contents decide. "
            "'osusume train --ratings FILE' makes one."
        )
    personal, wording = Personal(index, model), Wording(profile)
    for user in dict.fromkeys([*ratings.given, *ratings.seen]):
        given, seen = ratings.given.get(user, {}), ratings.seen.get(user, frozenset())
        picks = personal.picks(given, top, seen, apart)
        if as_json:
            sys.stdout.buffer.write(orjson.dumps(_stated(user, picks, wording)) + b"\n")
        else:
            _show(user, picks, wording)
    sys.stdout.flush()


def _stated(user: str, picks: Sequence[Pick], wording: Wording) -> dict[str, object]:
    items = [
        {
            "id": each.id,
            "title": each.title,
            "score": each.score,
            "because": list(map(wording.reason, each.because)),
        }
        for each in picks
    ]
    return {"user": user or None, "items": items}


def _tell_unknown(console: Console, ratings: Ratings, catalogue: Catalogue) -> None:
    unknown = ratings.unknown(catalogue)
    if unknown:
        noun = catalogue.profile.noun.many
        console.print(
            f"  {unknown:,} of {len(ratings.raters):,} rated {noun} are not in the catalogue"
        )


def _show(user: str, picks: Sequence[Pick], wording: Wording) -> None:
    table = Table(title=f"For {user}" if user else None, title_justify="left", box=None)
    table.add_column("", justify="right", style="dim")
    table.add_column("title", style="bold", overflow="fold")
    table.add_column("because", overflow="fold")
    for rank, pick in enumerate(picks, start=1):
        table.add_row(str(rank), pick.title, "; ".join(map(wording.reason, pick.because)))
    Console(highlight=False, markup=False).print(table)
