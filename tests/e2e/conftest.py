"""What the tests of the whole product share: a container engine, and the image built on it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
BASE = "python:3.12-slim-bookworm"
IMAGE = "osusume:test"
PLANTED = "planted-0f3a9c"  # stands for a key in the environment of whoever builds


@dataclass(frozen=True, slots=True)
class Engine:
    """A container engine that answers."""

    host: str

    def __call__(self, *words: str, given: str = "", check: bool = True) -> str:
        """Run a docker command and return what it printed; a failure shows its last words."""
        done = self.run(*words, given=given)
        if check and done.returncode:
            pytest.fail(f"docker {' '.join(words)}: {(done.stderr + done.stdout)[-1500:]}")
        return done.stdout.strip()

    def run(self, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run a docker command."""
        environment = os.environ | {"DOCKER_HOST": self.host, "GROQ_API_KEY": PLANTED}
        return subprocess.run(
            ["docker", *words], env=environment, input=given, capture_output=True, text=True
        )


def lacking(reason: str) -> None:
    """Skip visibly what cannot run here; under CI that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def engine(shared_folder: Path) -> Engine:
    """Return a container engine, started if need be."""
    with FileLock(shared_folder / "engine.lock"):
        done = subprocess.run([HERE / "engine.sh"], capture_output=True, text=True)
    if done.returncode:  # some machines allow none; .ci/run says so at its end, too
        pytest.skip(f"NO CONTAINER ENGINE: {done.stderr.strip()}")
    return Engine(done.stdout.strip())


@pytest.fixture(scope="session")
def image(engine: Engine, shared_folder: Path) -> str:
    """Return the image's name, built once for all workers."""
    with FileLock(shared_folder / "image.lock"):
        _have_base(engine)
        # the host's network: an engine without a bridge can build too
        engine("build", "--network", "host", "--tag", IMAGE, str(ROOT))
    return IMAGE


def _have_base(engine: Engine) -> None:
    """Pull the base image, or make the stand-in where no registry can be reached."""
    if engine("image", "ls", "--quiet", BASE):
        return
    if engine.run("pull", "--quiet", BASE).returncode == 0:
        return
    done = subprocess.run(
        [HERE / "base_image.sh", BASE],
        env=os.environ | {"DOCKER_HOST": engine.host, "PYTHON": sys.executable},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        lacking(f"{BASE} can be neither pulled nor made: {done.stderr[-500:]}")
