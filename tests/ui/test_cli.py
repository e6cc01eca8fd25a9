"""The command line as people and programs meet it: a process of its own."""

import errno
import json
import os
import pty
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_group

from ui.cli import app

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = tuple(get_group(app).commands)
CODE = "from ui.cli import main; main()"
Run = Callable[..., "subprocess.CompletedProcess[bytes]"]

GAMES = """
name: games
noun: {one: game, many: games}
facets: {kinds: {label: kind}}
numbers: {year: {label: year, kind: year}}
files: [games.jsonl]
card: [year, kinds]
examples: [a game about trains]
"""


@pytest.fixture
def environment(tmp_path: Path, bundled_home: Path) -> dict[str, str]:
    """Return an environment whose state folder has the bundled index and nothing else."""
    state = tmp_path / "home"
    state.mkdir()
    for name in ("indexes", "models"):
        (state / name).symlink_to(bundled_home / name)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OSUSUME")}
    return clean | {"OSUSUME_HOME": str(state), "PYTHONPATH": str(ROOT), "COLUMNS": "90"}


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path) -> Run:
    """Run the command line to its end."""

    def osusume(*arguments: str, says: bytes = b"", **over: str) -> Any:
        return subprocess.run(
            [sys.executable, "-c", CODE, *arguments],
            input=says,
            env=environment | over,
            cwd=tmp_path,
            capture_output=True,
            timeout=120,
            check=False,
        )

    return osusume


def sentence(done: "subprocess.CompletedProcess[bytes]") -> str:
    """Return the one line on stderr."""
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 1, lines
    return lines[0]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_has_an_example(run: Run, command: str) -> None:
    done = run(command, "--help")
    assert done.returncode == 0
    told = done.stdout.decode()
    assert re.search(rf"Examples:\n(  .*\n)*  .*osusume {command}", told)
    assert done.stderr == b""


def test_the_page_on_the_command_line_is_its_help(run: Run) -> None:
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")
    helps = [run("--help"), *(run(command, "--help") for command in COMMANDS)]
    for done in helps:
        assert f"```\n{done.stdout.decode().rstrip()}\n```" in page


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("frobnicate",), "No such command 'frobnicate'"),
        (("ui", "--port", "many"), "Invalid value for '--port'"),
        (("ui", "--port", "0"), "Invalid value for '--port'"),
        (("ui", "--port", "65536"), "Invalid value for '--port'"),
        (("chat", "--nonsense"), "No such option"),
        (("doctor", "too", "many"), "unexpected extra argument"),
        (("chat", "--catalogue", "cookery"), "There is no catalogue 'cookery'. Bundled: anime."),
        (("index", "cookery"), "There is no catalogue 'cookery'"),
        (("index", "nowhere.yaml"), "Cannot read the profile nowhere.yaml"),
        (("index", "anime", "--from", "nowhere.csv"), "nowhere.csv"),
        (("ui", "--catalogue", "cookery"), "There is no catalogue 'cookery'"),
    ],
)
def test_bad_use_exits_2_with_one_sentence(run: Run, arguments: tuple[str, ...], told: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2, done.stderr
    assert told in sentence(done)
    assert done.stdout == b""


def test_no_command_at_all_shows_the_help(run: Run) -> None:
    done = run()
    assert done.returncode == 2
    assert b"Usage: osusume" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"OSUSUME__LISTS__SIZE": "5"}, "OSUSUME__LISTS__SIZE is not a setting"),
        ({"OSUSUME__LIST__SIZE": "0"}, "list.size"),
        ({"OSUSUME_CONFIG": "nowhere.yaml"}, "OSUSUME_CONFIG names nowhere.yaml"),
    ],
)
def test_bad_settings_exit_2_with_one_sentence(
    run: Run, variables: dict[str, str], told: str
) -> None:
    for arguments in (("chat", "--json"), ("index",), ("ui",)):
        done = run(*arguments, **variables)
        assert done.returncode == 2
        assert told in sentence(done)


@pytest.mark.parametrize("arguments", [("chat",), ("chat", "--json")])
def test_a_missing_index_exits_1_and_says_which_command_makes_it(
    run: Run, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = run(*arguments, OSUSUME_HOME=str(tmp_path / "empty"))
    assert done.returncode == 1
    assert sentence(done) == "The catalogue 'anime' is not indexed yet. Run 'osusume index anime'."


def test_a_state_folder_that_cannot_be_written_exits_1(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("in its place")
    done = run("index", OSUSUME_HOME=str(file))
    assert done.returncode == 1
    assert "Cannot write to" in sentence(done)
    assert sentence(done).endswith("set OSUSUME_HOME to a folder that you may write to.")


def test_damaged_conversations_exit_1_and_are_left_alone(
    run: Run, environment: dict[str, str]
) -> None:
    store = Path(environment["OSUSUME_HOME"]) / "conversations" / "conversations.sqlite"
    store.parent.mkdir()
    store.write_bytes(b"no database " * 500)
    done = run("chat", "--json", says=b'{"message": "hello"}\n')
    assert done.returncode == 1
    assert "Move that file away to start with an empty history." in sentence(done)
    assert store.read_bytes() == b"no database " * 500


@pytest.mark.parametrize("option", [(), ("--host", "127.0.0.1")])
def test_a_taken_port_exits_2_and_names_another(run: Run, option: tuple[str, ...]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("ui", "--port", str(port), "--no-browser", *option)
    assert done.returncode == 2
    assert f":{port}: address already in use" in sentence(done)
    assert "osusume ui --port" in sentence(done)


def test_a_host_that_is_not_ours_exits_2(run: Run) -> None:
    done = run("ui", "--host", "192.0.2.1", "--no-browser")
    assert done.returncode == 2
    assert "Cannot listen on 192.0.2.1:8501" in sentence(done)


SHOWN = (
    "anime like Naruto but darker",
    "fewer episodes",
    "no romance, after 2005",
    "why the second one?",
    "start over",
)


def test_five_lines_of_conversation_keep_what_they_promise(run: Run) -> None:
    lines = "".join(json.dumps({"message": message}) + "\n" for message in SHOWN)
    done = run("chat", "--json", says=lines.encode())
    assert done.returncode == 0
    assert done.stderr == b""
    first, fewer, later, why, over = map(json.loads, done.stdout.splitlines())
    assert [each["turn"] for each in (first, fewer, later, why, over)] == [1, 2, 3, 4, 5]
    assert len({each["session"] for each in (first, fewer, later, why, over)}) == 1
    assert [len(each["recommendations"]) for each in (first, fewer, later)] == [5, 5, 5]
    shown = [each for reply in (first, fewer, later) for each in reply["recommendations"]]
    for before, reply in ((first, fewer), (fewer, later)):
        known = {each["id"] for each in before["recommendations"]}
        new = {each["id"] for each in reply["recommendations"] if each["new"]}
        assert new == {each["id"] for each in reply["recommendations"]} - known
    assert not [each["title"] for each in shown if "naruto" in each["title"].lower()]
    for reply in (first, fewer, later):
        for name, bound in reply["preferences"].get("ranges", {}).items():
            for each in reply["recommendations"]:
                assert bound.get("low", 0) <= each["facts"][name] <= bound.get("high", 9e9)
    for each in later["recommendations"]:
        assert "Romance" not in each["facts"]["genres"]
        assert each["facts"]["year"] > 2005
    assert why["intent"] == "explain"
    assert later["recommendations"][1]["title"] in why["answer"].replace("\\", "")
    assert over["intent"] == "reset"
    assert over["preferences"] == {}


def test_what_cannot_be_read_gets_an_error_and_the_next_line_an_answer(run: Run) -> None:
    unreadable = (
        b"no json",
        b"\xff\xfe\x00",
        b'{"message": "\xc3\x28"}',
        b'{"message": "\\ud800"}',
        b'{"message": 5}',
        b'{"message": null}',
        b'{"text": "hello"}',
        b'{"message": "hello", "colour": "red"}',
        b'{"message": "hello", "session": ["s"]}',
        b'"hello"',
        b"[1, 2]",
        b"null",
        b'{"message": "' + b"x" * 100_000 + b'"}',
        b"{" * 5000,
    )
    lines = [b"", *unreadable, b"   ", b'{"message": "hello", "session": null, "user": ""}']
    done = run("chat", "--json", says=b"\r\n".join(lines))
    assert done.returncode == 0
    assert done.stderr == b""
    *errors, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(errors) == len(unreadable)
    for error in errors:
        assert set(error) == {"error"}
        assert error["error"].strip()
    assert "100,000 characters" in errors[-2]["error"]
    assert last["intent"] == "converse"


def test_sessions_by_name_go_on_in_the_next_process_and_belong_to_their_user(run: Run) -> None:
    def say(message: str, **over: str) -> dict[str, Any]:
        line = json.dumps({"message": message, **over}).encode()
        reply: dict[str, Any] = json.loads(run("chat", "--json", says=line).stdout)
        return reply

    assert say("no romance", session="s1")["turn"] == 1
    again = say("no horror", session="s1")
    assert (again["turn"], again["session"]) == (2, "s1")
    assert again["preferences"]["exclude"] == {"genres": ["Romance", "Horror"]}
    assert say("hello", session="s1", user="bob")["preferences"] == {}
    assert say("hello")["turn"] == 1
    assert say("hello", session="")["turn"] == 1


def test_a_reader_that_leaves_early_causes_no_traceback(
    environment: dict[str, str], tmp_path: Path
) -> None:
    lines = b'{"message": "hello"}\n' * 400
    with subprocess.Popen(
        [sys.executable, "-c", CODE, "chat", "--json"],
        env=environment,
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(lines[:21])
        process.stdin.flush()
        assert process.stdout.readline()
        process.stdout.close()
        try:
            process.stdin.write(lines)
            process.stdin.close()
        except BrokenPipeError:
            pass
        assert process.wait(60) == 1
        assert process.stderr.read() == b""


def hear_interrupts() -> None:
    """Let a new process hear Ctrl-C, which what a shell runs in the background does not."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def interrupt(process: "subprocess.Popen[bytes]") -> None:
    """Send Ctrl-C until it is heard: one in the instant before a read begins is not."""
    for _ in range(30):
        process.send_signal(signal.SIGINT)
        try:
            process.wait(2)
        except subprocess.TimeoutExpired:
            continue
        return


def test_an_interrupt_is_one_sentence(environment: dict[str, str], tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", CODE, "chat", "--json"],
        env=environment,
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=hear_interrupts,
    ) as process:
        assert process.stdin and process.stdout and process.stderr
        process.stdin.write(b'{"message": "hello"}\n')
        process.stdin.flush()
        assert process.stdout.readline()
        interrupt(process)
        assert process.returncode == 130
        told = process.stderr.read().decode()
    assert told == "Stopped. Nothing is lost: the same command goes on from here.\n"


def test_doctor_exits_0_where_all_is_well_and_1_where_not(run: Run, tmp_path: Path) -> None:
    well = run("doctor")
    assert well.returncode == 0
    assert "✗" not in well.stdout.decode()
    assert len(well.stdout.decode().splitlines()) == 8
    empty = run("doctor", OSUSUME_HOME=str(tmp_path / "empty"))
    assert empty.returncode == 1
    wrong = [line for line in empty.stdout.decode().splitlines() if line.startswith("✗")]
    assert len(wrong) == 1
    assert "The catalogue 'anime' is not indexed yet. Run 'osusume index anime'." in wrong[0]


def test_doctor_shows_brackets_of_a_path_as_they_are(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "[bold]home[/bold]"
    done = run("doctor", OSUSUME_HOME=str(folder))
    assert str(folder) in done.stdout.decode()


@pytest.fixture
def games(tmp_path: Path) -> str:
    """Write a small catalogue and return its profile's path."""
    (tmp_path / "games.yaml").write_text(GAMES, "utf-8")
    rows = [
        {"id": f"g{n}", "title": f"Game {n}", "synopsis": f"About {n} trains.", "year": 1990 + n}
        for n in range(12)
    ]
    text = "".join(json.dumps({**row, "kinds": ["Trains"]}) + "\n" for row in rows)
    (tmp_path / "games.jsonl").write_text(text + '{"id": "broken"}\n', "utf-8")
    return str(tmp_path / "games.yaml")


@pytest.fixture
def own(environment: dict[str, str], bundled_home: Path, tmp_path: Path) -> dict[str, str]:
    """Return variables that name a state folder with the model and no index."""
    state = tmp_path / "own [state]"
    state.mkdir()
    (state / "models").symlink_to(bundled_home / "models")
    return {"OSUSUME_HOME": str(state)}


def test_indexing_says_what_came_of_it_on_whole_lines_and_does_nothing_twice(
    run: Run, games: str, own: dict[str, str]
) -> None:
    first = run("index", games, **own)
    assert (first.returncode, first.stdout) == (0, b"")
    told = first.stderr.decode().splitlines()
    assert [line for line in told if line.startswith("Indexed 12 games in ")]
    assert [
        line for line in told if re.search(r"left out 1: .*\(first: games.jsonl, line 13\)", line)
    ]
    assert [line for line in told if "every row: " in line and line.endswith("/report.json")]
    assert "DEBUG" not in first.stderr.decode()
    again = run("index", games, **own)
    assert again.returncode == 0
    assert "Nothing changed: 12 games are indexed already." in again.stderr.decode()
    assert b"is up to date" in run("index", games, "--if-stale", **own).stderr
    assert b"Indexed 12 games" in run("index", games, "--force", **own).stderr


def test_of_two_that_index_at_once_the_second_says_so(
    run: Run, environment: dict[str, str], games: str, own: dict[str, str]
) -> None:
    from filelock import FileLock

    lock = Path(own["OSUSUME_HOME"]) / "indexes" / "games" / "lock"
    lock.parent.mkdir(parents=True)
    with FileLock(lock):
        done = run("index", games, **own)
    assert done.returncode == 1
    assert "Another process is indexing 'games'. Wait until it is done, then try again." in (
        done.stderr.decode()
    )


class Terminal:
    """A terminal with the command line in it."""

    def __init__(self, arguments: list[str], environment: dict[str, str], cwd: Path) -> None:
        self.child, self.handle = pty.fork()
        if self.child == 0:
            hear_interrupts()
            os.chdir(cwd)
            os.execve(sys.executable, [sys.executable, "-c", CODE, *arguments], environment)
        self.seen = ""

    def until(self, text: str, seconds: float = 60) -> str:
        """Read until a text appears, and return all that was new."""
        begun, before = time.monotonic(), len(self.seen)
        while text not in self.seen[before:]:
            assert time.monotonic() - begun < seconds, self.seen[-2000:]
            try:
                self.seen += os.read(self.handle, 65536).decode("utf-8", "replace")
            except OSError as error:
                assert error.errno == errno.EIO
                raise AssertionError(self.seen[-2000:]) from error
        return self.seen[before:]

    def type(self, text: bytes) -> None:
        os.write(self.handle, text)

    def left(self, again: bytes = b"", seconds: float = 60) -> int:
        """Return the exit code once the process has ended.

        `again` is typed each second: a Ctrl-C in the instant before Python waits for input is
        only noticed with the next key.
        """
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            if not select.select([self.handle], [], [], 1)[0]:
                self.type(again)
                continue
            try:
                piece = os.read(self.handle, 65536)
            except OSError:
                break
            if not piece:
                break
            self.seen += piece.decode("utf-8", "replace")
        else:
            os.kill(self.child, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(self.child, 0)[1])


@pytest.fixture
def terminal(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    opened: list[Terminal] = []

    def begin(*arguments: str) -> Terminal:
        opened.append(Terminal(list(arguments), environment | {"TERM": "xterm"}, tmp_path))
        return opened[-1]

    yield begin
    for each in opened:
        os.close(each.handle)


def test_a_person_talks_in_the_terminal(terminal: Callable[..., Terminal]) -> None:
    talk = terminal("chat")
    opening = talk.until("you >")
    assert "Osusume" in opening
    assert "Ctrl-D leaves." in opening
    talk.type(b"anime like Naruto but darker\n")
    told = talk.until("you >")
    assert "\x1b[1m" in told
    assert re.search(r"recommend · \S+ · \d+ ms", told)
    talk.type(b"[red]x[/red] [/bold] " + b"y" * 3990 + b"\n")
    assert "\N{NO-BREAK SPACE}" not in talk.until("you >")
    talk.type(b"anime like \xff\xfe [/nonsense]\n")
    talk.until("you >")
    talk.type(b"\x04")
    assert talk.left() == 0
    assert "Traceback" not in talk.seen


@pytest.mark.parametrize("way", [b"/quit\n", b"exit\n", b"\x03"])
def test_a_person_leaves_the_terminal(terminal: Callable[..., Terminal], way: bytes) -> None:
    talk = terminal("chat", "--session", "evening")
    talk.until("you >")
    talk.type(way)
    assert talk.left(again=way if way == b"\x03" else b"") == 0
    assert "Traceback" not in talk.seen


def test_what_is_refused_is_shown_letter_by_letter(run: Run) -> None:
    lines = b"[/red][bold]" * 400 + b"\nhello\n"
    done = run("chat", says=lines, OSUSUME__LIMITS__MESSAGE_CHARACTERS="100")
    assert done.returncode == 0
    assert "That message has 4,800 characters; I read up to 100." in done.stdout.decode()
    assert "Hello!" in done.stdout.decode()
    assert done.stderr == b""
