"""What operators are told to run exists, and prints what the docs say."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from infra.grafana.upload import main
from ui.cli import app

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
DEPLOYMENT = DOCS / "deployment.md"
PAGES = [DOCS / "dashboards.md", DEPLOYMENT, *sorted((DOCS / "runbooks").glob("*.md"))]
COMMAND = re.compile(r"(?:`|^|/|-- )osusume ([a-z]+)", re.MULTILINE)
FILE = re.compile(r"(?<![\w/.])(?:infra|docs|tests)/[\w./-]*\w")
LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_commands_files_and_links_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    known = {
        each.name or each.callback.__name__ for each in app.registered_commands if each.callback
    }
    assert set(COMMAND.findall(text)) <= known
    for path in FILE.findall(text):
        assert (ROOT / path).exists(), path
    for link in LINK.findall(text):
        assert (page.parent / link).exists(), link


def test_the_docs_show_what_an_upload_would_write(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--dry-run"])
    assert f"```\n{capsys.readouterr().out}```" in DEPLOYMENT.read_text("utf-8")


def test_the_docs_show_what_a_deployment_would_do() -> None:
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    told = subprocess.run(
        ["bash", "infra/minikube/deploy.sh", "--dry-run"],
        cwd=ROOT,
        env=bare,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    assert f"```\n{told.stdout}```" in DEPLOYMENT.read_text("utf-8")
