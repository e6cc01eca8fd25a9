"""The command line: what each command takes, and its help."""

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from infra.errors import (
    OsusumeError,
    ProfileError,
    SettingsError,
    SourceError,
    UsageError,
)

BAD_USE = (UsageError, SettingsError, ProfileError, SourceError)
INTERRUPTED = 130  # what shells report of a command that Ctrl-C ended


def examples(*commands: str) -> str:
    """Return commands as the end of a help page, one a line."""
    kept_apart = "\b"  # else Typer joins the lines
    return "\n  ".join([f"{kept_apart}\nExamples:", *commands])


app = typer.Typer(
    name="osusume",
    help="Recommendations that you can talk to, refine and trust.",
    epilog=examples("osusume index", "osusume ui"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

CatalogueOption = Annotated[
    str | None,
    typer.Option("--catalogue", help="Name of the catalogue, or the path of a profile.yaml."),
]


@app.command(epilog=examples("osusume ui", "osusume ui --port 8600 --no-browser"))
def ui(
    catalogue: CatalogueOption = None,
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the page.")] = 8501,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "localhost",
    browser: Annotated[bool, typer.Option(help="Open the page in the browser.")] = True,
) -> None:
    """Open the chat page in the browser."""
    from ui.serve import serve

    serve(catalogue, host, port, browser)


@app.command(
    epilog=examples(
        "osusume chat",
        "osusume chat --session evening",
        """echo '{"message": "anime like Naruto but darker"}' | osusume chat --json""",
    )
)
def chat(
    catalogue: CatalogueOption = None,
    json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line, in and out.")
    ] = False,
    session: Annotated[
        str | None, typer.Option(help="Go on with the conversation of this name.")
    ] = None,
    user: Annotated[str, typer.Option(help="Whose conversations these are.")] = "local",
) -> None:
    """Chat in the terminal, or line by line as JSON for programs."""
    from agent.recommender import open_recommender
    from agent.settings import load_settings
    from infra.logs import configure

    settings = load_settings(catalogue=catalogue)
    configure(settings.logs.format, settings.logs.level or "warning")
    recommender = open_recommender(settings)
    if json:
        from ui.jsonlines import talk

        talk(recommender, sys.stdin.buffer, sys.stdout.buffer, user, session)
    else:
        from ui.terminal import converse

        converse(recommender, user, session)


@app.command(
    epilog=examples(
        "osusume index",
        "osusume index anime --from anime.csv --from synopses.csv",
        "osusume index ./games/profile.yaml --from games.csv",
    )
)
def index(
    catalogue: Annotated[
        str | None, typer.Argument(help="Name of the catalogue, or the path of a profile.yaml.")
    ] = None,
    sources: Annotated[
        list[Path] | None,
        typer.Option("--from", help="A file or folder to index; default: the bundled catalogue."),
    ] = None,
    if_stale: Annotated[
        bool, typer.Option("--if-stale", help="Do nothing while the serving index is up to date.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Build even if nothing changed.")] = False,
) -> None:
    """Build a catalogue's index beside the serving one, and swap when it is whole."""
    from agent.settings import load_settings
    from ui.indexing import index_with_progress

    index_with_progress(load_settings(catalogue=catalogue), sources or [], if_stale, force)


@app.command(
    epilog=examples(
        "osusume train --ratings ratings.csv",
        "osusume train --ratings ratings.csv --catalogue games --out games.npz",
    )
)
def train(
    ratings: Annotated[
        Path, typer.Option("--ratings", help="CSV with user_id, item_id (or anime_id), rating.")
    ],
    catalogue: CatalogueOption = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write; default: in the state folder.")
    ] = None,
) -> None:
    """Learn from ratings what people like together, and measure it on people held out."""
    from agent.settings import load_settings
    from ui.training import train_with_progress

    train_with_progress(load_settings(catalogue=catalogue), ratings, out)


@app.command(
    epilog=examples(
        "osusume recommend --ratings mine.csv",
        "osusume recommend --ratings everybody.csv --top 20 --json",
    )
)
def recommend(
    ratings: Annotated[
        Path,
        typer.Option("--ratings", help="CSV with item_id, rating, and user_id if there are many."),
    ],
    top: Annotated[int, typer.Option(min=1, max=1000, help="How many titles a list has.")] = 10,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a person.")] = False,
    apart: Annotated[
        bool, typer.Option("--one-per-franchise", help="At most one title of each franchise.")
    ] = False,
    catalogue: CatalogueOption = None,
) -> None:
    """Recommend to one person or thousands, from the ratings they gave."""
    from agent.settings import load_settings
    from ui.recommending import recommend_from

    recommend_from(load_settings(catalogue=catalogue), ratings, top, json, apart)


@app.command(
    "eval",
    epilog=examples(
        "osusume eval --quick",
        "osusume eval critiques --json",
        "osusume eval dialogue --catalogue films.yaml --tasks tasks/",
    ),
)
def evaluate(
    suite: Annotated[
        str | None, typer.Argument(help="The suite to run; default: all of them.")
    ] = None,
    catalogue: CatalogueOption = None,
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer cases: a minute in all.")] = False,
    tasks: Annotated[
        Path | None, typer.Option(help="A folder of tasks for the suite dialogue; default: own.")
    ] = None,
) -> None:
    """Measure how good the recommendations are, with confidence intervals."""
    from agent.settings import load_settings
    from ui.evaluating import evaluate

    raise typer.Exit(evaluate(load_settings(catalogue=catalogue), suite, json, quick, tasks))


@app.command(epilog=examples("osusume doctor", "osusume doctor --catalogue anime"))
def doctor(catalogue: CatalogueOption = None) -> None:
    """Check the installation, the settings, the index and the state folder."""
    from agent.doctor import examine
    from ui.checks import show

    raise typer.Exit(show(examine(catalogue)))


@app.command(epilog=examples("osusume costs", "osusume costs --days 7 --json"))
def costs(
    days: Annotated[int, typer.Option(min=1, help="How many days back, today included.")] = 30,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show what calls to chat models took and cost, by day, model and step."""
    from ui.costs import show_costs

    show_costs(days, json)


@app.command(epilog=examples("osusume feedback", "osusume feedback --json > feedback.jsonl"))
def feedback(
    json: Annotated[
        bool, typer.Option("--json", help="One JSON object a line: the turn as it was answered.")
    ] = False,
) -> None:
    """Show what people thought of answers, without who they are."""
    from agent.settings import load_settings
    from ui.judging import show_feedback

    show_feedback(load_settings(), json)


def main() -> None:
    """Run the command line; an error is one sentence, exit 2 for bad use and 1 for the rest."""
    logging.getLogger("bm25s").propagate = False  # it reports every step at DEBUG
    try:
        status = app(prog_name="osusume", standalone_mode=False)
    except OsusumeError as error:
        _tell(str(error))
        status = 2 if isinstance(error, BAD_USE) else 1
    except TyperException as error:
        _tell(error.format_message())
        status = error.exit_code
    if status == INTERRUPTED:
        _tell("Stopped. Nothing is lost: the same command goes on from here.")
    raise SystemExit(status)


def _tell(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
