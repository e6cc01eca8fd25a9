import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from data.build import build_index, index_is_stale
from data.builds import current_build
from data.embedding import EmbeddingSettings
from data.index import open_index
from data.profile import Profile, load_profile
from infra.errors import HomeError, SourceError

Change = Callable[[int], None]
SETTINGS = EmbeddingSettings()


def builds(ready: Path) -> list[str]:
    return sorted(path.name for path in (ready / "indexes" / "games" / "builds").iterdir())


def run(request: pytest.FixtureRequest, script: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(request.config.rootpath)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_catalogue_is_built_with_its_manifest_and_report(
    ready: Path, games: Profile, write: Callable[..., Path]
) -> None:
    told: list[tuple[str, int, int]] = []
    table = write("t.csv", "Code,Game,Blurb\n1,One,Trains.\n2\n1,Uno,\n3,Three,Spices.\n")
    built = build_index(games, SETTINGS, [table], lambda *step: told.append(step))
    assert built.fresh
    assert built.report.rejected == [("t.csv", 3, "has 1 cells where the header has 3")]
    assert len(built.report.remarks) == 1
    manifest = open_index(games, SETTINGS).manifest
    assert manifest == built.manifest
    assert (manifest.items, manifest.rejected, manifest.dimension) == (2, 1, 384)
    assert (manifest.bundled, manifest.sources) == (False, [str(table)])
    assert 0.5 <= manifest.auroc <= 1
    assert {step for step, *_ in told} == {"embedding", "mapping", "writing"}
    assert sum(done for step, done, _ in told if step == "embedding") == 2


def test_a_second_run_does_nothing(ready: Path, games: Profile, spied: list[str]) -> None:
    first = build_index(games, SETTINGS)
    assert not index_is_stale(games, SETTINGS)
    before = builds(ready)
    spied.clear()
    second = build_index(games, SETTINGS)
    assert (first.fresh, second.fresh) == (True, False)
    assert second.manifest == first.manifest
    assert builds(ready) == before
    assert not spied


def test_a_changed_description_embeds_one_text(
    ready: Path, games: Profile, change: Change, spied: list[str]
) -> None:
    build_index(games, SETTINGS)
    change(1)
    assert index_is_stale(games, SETTINGS)
    spied.clear()
    assert build_index(games, SETTINGS).fresh
    assert [text for text in spied if "Box" in text or "Edition" in text] == [
        "Farming. Edition 1: harvest pumpkins before the frost."
    ]


def test_what_a_profile_only_says_needs_no_new_index(
    ready: Path, games: Profile, tmp_path: Path
) -> None:
    build_index(games, SETTINGS)
    path = tmp_path / "games.yaml"
    text = path.read_text().replace("a game about trains]\nprobes", "another example]\nprobes")
    path.write_text(text)
    assert not index_is_stale(load_profile(str(path)), SETTINGS)
    path.write_text(text.replace("probes: [", "probes: [an old map, "))
    assert index_is_stale(load_profile(str(path)), SETTINGS)


def test_an_index_of_files_that_are_gone_still_serves(
    ready: Path, games: Profile, write: Callable[..., Path]
) -> None:
    assert index_is_stale(games, SETTINGS)
    table = write("t.csv", "Code,Game\n1,One\n")
    build_index(games, SETTINGS, [table])
    table.unlink()
    assert not index_is_stale(games, SETTINGS)
    assert len(open_index(games, SETTINGS).catalogue) == 1


def test_old_builds_are_cleared_but_the_one_before_stays(
    ready: Path, games: Profile, change: Change
) -> None:
    made = []
    for edition in range(4):
        change(edition)
        build_index(games, SETTINGS)
        build = current_build("games")
        assert build is not None
        made.append(build.name)
    assert builds(ready) == made[-2:]


def test_a_build_that_fails_leaves_the_old_one_and_no_rest(
    ready: Path, games: Profile, change: Change, tmp_path: Path
) -> None:
    build_index(games, SETTINGS)
    before = builds(ready)
    change(1)

    def stop(step: str, done: int, total: int) -> None:
        if step == "writing":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_index(games, SETTINGS, progress=stop)
    (tmp_path / "games.jsonl").write_text("no JSON\n")
    with pytest.raises(SourceError, match="all its rows were rejected"):
        build_index(games, SETTINGS)
    assert builds(ready) == before
    assert len(open_index(games, SETTINGS).catalogue) == 24


def test_items_without_any_word_can_be_indexed(
    ready: Path, games: Profile, write: Callable[..., Path]
) -> None:
    build_index(games, SETTINGS, [write("t.csv", "Code,Game\n1,!!!\n2,???\n")])
    index = open_index(games, SETTINGS)
    assert len(index.nearest(index.embed("anything"), 5)) == 2
    assert len(index.matching("anything", 5)[0]) == 0


BUILD = """
import sys
from data.build import build_index
from data.embedding import EmbeddingSettings
from data.profile import load_profile
from infra.errors import OsusumeError
try:
    build_index(load_profile(sys.argv[1]), EmbeddingSettings())
    print("built")
except OsusumeError as error:
    print(type(error).__name__, error)
"""


def test_two_processes_that_index_at_once_do_not_collide(
    ready: Path, games: Profile, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    said: list[str] = []

    def start_another(step: str, done: int, total: int) -> None:
        if not said:
            with run(request, BUILD, tmp_path / "games.yaml") as other:
                said.append(other.communicate(timeout=60)[0])

    build_index(games, SETTINGS, progress=start_another)
    assert said == ["HomeError Another process is indexing 'games'. "
                    "Wait until it is done, then try again.\n"]  # fmt: skip
    assert len(open_index(games, SETTINGS).catalogue) == 24


SHARES = (0.05, 0.2, 0.4, 0.55, 0.65, 0.75, 0.85, 0.95)  # of the time that a whole build takes

# Imports once; forks a build for each number that it reads, and kills it after so many seconds.
KILLER = """
import os, signal, sys, time
from data.build import build_index
from data.embedding import EmbeddingSettings
from data.profile import load_profile
profile = load_profile(sys.argv[1])
for line in sys.stdin:
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        try:
            build_index(profile, EmbeddingSettings())
        finally:
            os._exit(0)
    while time.perf_counter() - began < float(line) and not os.waitid(
        os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT
    ):
        time.sleep(0.005)
    took = time.perf_counter() - began
    os.kill(child, signal.SIGKILL)
    print(os.WIFSIGNALED(os.waitpid(child, 0)[1]), took, flush=True)
"""


@pytest.fixture
def killer(
    ready: Path, games: Profile, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[[float], tuple[bool, float]]]:
    """Run a build in a process that is killed after so many seconds; tell whether it was, when."""
    with run(request, KILLER, tmp_path / "games.yaml") as process:
        assert process.stdin and process.stdout

        def kill_after(seconds: float) -> tuple[bool, float]:
            print(seconds, file=process.stdin, flush=True)
            assert process.stdout
            killed, took = process.stdout.readline().split()
            return killed == "True", float(took)

        yield kill_after
        process.stdin.close()


def test_a_build_killed_at_any_moment_leaves_the_old_index_serving(
    ready: Path,
    games: Profile,
    change: Change,
    killer: Callable[[float], tuple[bool, float]],
) -> None:
    killed, whole = killer(60.0)
    assert not killed
    kills, edition = 0, 0
    while kills < 8:
        before = current_build("games")
        edition += 1
        assert edition < 40
        change(edition)
        share = SHARES[edition % len(SHARES)]
        killed, _ = killer(whole * share)
        kills += killed and current_build("games") == before
        index = open_index(games, SETTINGS)
        assert len(index.catalogue) == 24
        assert len(index.nearest(index.embed("pumpkins"), 24)) == 24
    build_index(games, SETTINGS)
    assert f"Edition {edition}" in open_index(games, SETTINGS).catalogue["g3"].description
    change(0)
    assert build_index(games, SETTINGS).fresh
    assert len(builds(ready)) == 2


FULL = """
import resource, sys
from data.build import build_index
from data.embedding import EmbeddingSettings
from data.profile import load_profile
from infra.errors import OsusumeError
most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
for limit in (5, 4_000, 30_000, 60_000, 90_000, 120_000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, most))
    try:
        build_index(load_profile(sys.argv[1]), EmbeddingSettings(), force=True)
        print("built")
    except OsusumeError as error:
        print(type(error).__name__, error)
"""


def test_a_full_disk_gets_a_sentence_and_the_old_index_serves(
    ready: Path, games: Profile, change: Change, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    build_index(games, SETTINGS)
    before = builds(ready)
    change(1)
    with run(request, FULL, tmp_path / "games.yaml") as process:
        said = process.communicate(timeout=60)[0].splitlines()
    assert len(said) == 6
    for sentence in said:
        assert sentence.startswith("HomeError Cannot write to"), said
        assert "Free some space or set OSUSUME_HOME" in sentence
    assert builds(ready) == before
    assert "Edition" not in open_index(games, SETTINGS).catalogue["g3"].description
    assert build_index(games, SETTINGS).fresh


@pytest.mark.parametrize("place", ["", "indexes", "indexes/games", "embeddings"])
def test_a_file_where_a_folder_should_be_gets_a_sentence(
    ready: Path, games: Profile, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    if not place:
        monkeypatch.setenv("OSUSUME_HOME", str(ready / "home"))
    path = ready / (place or "home")
    path.parent.mkdir(exist_ok=True)
    path.write_text("a file")
    with pytest.raises(HomeError, match=r"Cannot write to .* set OSUSUME_HOME"):
        build_index(games, SETTINGS)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_gets_a_sentence(ready: Path, games: Profile) -> None:
    ready.chmod(0o500)
    with pytest.raises(HomeError, match="permission denied"):
        build_index(games, SETTINGS)
    ready.chmod(0o700)


def test_a_source_that_cannot_be_read_is_not_blamed_on_the_state_folder(
    ready: Path, games: Profile, tmp_path: Path
) -> None:
    (tmp_path / "games.jsonl").unlink()
    (tmp_path / "games.jsonl").mkdir()
    with pytest.raises(SourceError, match=r"Cannot read .*games\.jsonl"):
        build_index(games, SETTINGS)
