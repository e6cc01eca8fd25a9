"""Write the dashboards' files: `python -m infra.grafana.dashboards`."""

import json
from pathlib import Path

from infra.grafana.boards import Board
from infra.grafana.models import MODELS
from infra.grafana.overview import OVERVIEW
from infra.grafana.quality import QUALITY
from infra.grafana.resources import RESOURCES
from infra.grafana.retrieval import RETRIEVAL
from infra.grafana.traces import TRACES

FOLDER = Path(__file__).with_name("dashboards")
BOARDS = (OVERVIEW, QUALITY, MODELS, RETRIEVAL, RESOURCES, TRACES)


def text(board: Board) -> str:
    """Return a dashboard's file."""
    return json.dumps(board.json(), indent=2, ensure_ascii=False) + "\n"


def path(board: Board) -> Path:
    """Return where a dashboard's file is."""
    return FOLDER / f"{board.uid.removeprefix('osusume-')}.json"


def write() -> None:
    """Write every dashboard's file."""
    for board in BOARDS:
        path(board).write_text(text(board), "utf-8")


if __name__ == "__main__":
    write()
    print(f"{len(BOARDS)} dashboards written to {FOLDER}.")
