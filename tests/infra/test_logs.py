"""Lines on stderr: their shape, what they are found by, and what never stands in them."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog

from infra import logs
from infra.telemetry import TurnTrace

SECRETS = {
    "GROQ_API_KEY": "gsk_0123456789abcdef",
    "OTEL_EXPORTER_OTLP_HEADERS": "Authorization=Basic%20Zm9vOmJhcg==,x-scope=tenant-nine",
    "OSUSUME__MEMORY__DSN": "postgresql://ann:open-sesame@db/osusume",
}
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Return where lines go; afterwards logging is as it was."""
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)
    root = logging.getLogger()
    before = root.handlers[:], root.level
    yield io.StringIO()
    root.handlers[:], root.level = before
    logging.captureWarnings(False)
    logs.quieten()


@pytest.fixture
def lines(out: io.StringIO) -> Lines:
    logs.configure("auto", "info", out)
    return lambda: [json.loads(line) for line in out.getvalue().splitlines()]


def test_where_nobody_reads_along_every_line_is_json(lines: Lines) -> None:
    structlog.get_logger("agent.turn").info("turn", intent="recommend", ms=12.5)
    logging.getLogger("some.library").warning("slow: %s", 3)
    logging.getLogger("some.library").info("not told")
    ours, theirs = lines()
    assert (ours["event"], ours["intent"], ours["ms"]) == ("turn", "recommend", 12.5)
    assert (theirs["event"], theirs["level"]) == ("slow: 3", "warning")
    assert ours["timestamp"].endswith("Z")


def test_on_a_terminal_lines_are_for_people(out: io.StringIO) -> None:
    out.isatty = lambda: True  # type: ignore[method-assign]
    logs.configure("auto", "info", out)
    structlog.get_logger("agent.turn").info("turn", intent="recommend")
    assert "turn" in out.getvalue() and not out.getvalue().startswith("{")


def test_the_level_holds_for_ours(out: io.StringIO) -> None:
    logs.configure("json", "warning", out)
    structlog.get_logger("agent.turn").info("turn")
    logging.getLogger("ui.serve").info("begun")
    assert out.getvalue() == ""


def test_a_line_within_a_turn_bears_its_trace(lines: Lines) -> None:
    turn = TurnTrace("s1")
    with turn.step("rewrite"):
        structlog.get_logger("agent").info("said")
        logging.getLogger("some.library").warning("said")
    turn.end()
    structlog.get_logger("agent").info("outside")
    ours, theirs, outside = lines()
    assert ours["trace_id"] == theirs["trace_id"] == turn.id
    assert len(ours["span_id"]) == 16
    assert "trace_id" not in outside


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_secret_stands_in_a_line(out: io.StringIO, form: Any) -> None:
    logs.configure(form, "info", out)
    log = structlog.get_logger("agent")
    log.info("refused", headers=SECRETS["OTEL_EXPORTER_OTLP_HEADERS"], key="sk-another_secret_1")
    log.info("opened", at=SECRETS["OSUSUME__MEMORY__DSN"], other="redis://me:abracadabra@h:1/0")
    for secret in SECRETS.values():
        logging.getLogger("library").error("failed with %s", secret)
    logging.getLogger("library").error("Authorization: Bearer eyJhbGciOi.abc")
    told = out.getvalue()
    for secret in (
        "gsk_0123456789abcdef", "Zm9vOmJhcg", "tenant-nine", "open-sesame", "abracadabra",
        "another_secret", "eyJhbGciOi",
    ):  # fmt: skip
        assert secret not in told
    assert "ann:…@db" in told or "postgresql" not in told


def test_an_error_is_told_by_its_type_and_place_not_by_its_words(lines: Lines) -> None:
    said = "anime about my divorce"
    try:
        raise ValueError(f"cannot read {said!r}")
    except ValueError:
        structlog.get_logger("agent").exception("turn failed")
        logging.getLogger("library").exception("failed")
    for line in lines():
        assert line["error"] == "ValueError"
        assert "test_logs.py" in line["at"][-1]
        assert said not in json.dumps(line)
