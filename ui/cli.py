"""The command line: what each command takes, and its help."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from infra.errors import (
    OsusumeError,
    ProfileError,
    SettingsError,
    SourceError,
    UsageError,
)

BAD_USE = (UsageError, SettingsError, ProfileError, SourceError)

app = typer.Typer(
    name="osusume",
    help="Recommendations that you can talk to, refine and trust.",
    epilog="Start with: osusume index && osusume ui",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

CatalogueOption = Annotated[
    str | None,
    typer.Option("--catalogue", help="Name of the catalogue, or the path of a profile.yaml."),
]


@app.command(epilog="Examples: osusume ui · osusume ui --port 8600 · osusume ui --no-browser")
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
    epilog="Examples: osusume chat · osusume chat --catalogue anime · "
    """echo '{"message": "anime like Naruto but darker"}' | osusume chat --json"""
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

    recommender = open_recommender(load_settings(catalogue=catalogue))
    if json:
        from ui.jsonlines import talk

        talk(recommender, sys.stdin.buffer, sys.stdout.buffer, user, session)
    else:
        from ui.terminal import converse

        converse(recommender, user, session)


@app.command(
    epilog="Examples: osusume index · osusume index anime --from anime.csv --from synopses.csv · "
    "osusume index ./games/profile.yaml --from games.csv"
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


@app.command(epilog="Example: osusume doctor")
def doctor(catalogue: CatalogueOption = None) -> None:
    """Check the installation, the settings, the index and the state folder."""
    from agent.doctor import examine
    from ui.checks import show

    raise typer.Exit(show(examine(catalogue)))


def main() -> None:
    """Run the command line; an error is one sentence, exit 2 for bad use and 1 for the rest."""
    try:
        app()
    except OsusumeError as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(2 if isinstance(error, BAD_USE) else 1) from None
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None
