"""Logs on stderr: JSON for machines, lines for people, each with the trace it belongs to.

No message text: library lines are taken from warnings up, and an error is told by its type and
place, since its words may quote what somebody wrote. No secrets: see `Veil`.
"""

import logging
import os
import re
import sys
import traceback
from collections.abc import Iterator
from typing import Any, Literal, TextIO

import orjson
import structlog
from opentelemetry import trace
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

Format = Literal["auto", "json", "text"]
Level = Literal["debug", "info", "warning", "error"]
OURS = ("osusume", "ui", "agent", "graph", "tools", "data", "infra")
FRAMES = 12  # of a stack trace, the innermost
HIDDEN = "…"
SHORTEST_SECRET = 6
_NAMED = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|HEADERS|DSN", re.IGNORECASE)
_SECRETS = re.compile(
    r"\b(?:gsk|sk|glc|glsa|hf)[_-][\w-]{6,}"  # keys, by how providers begin them
    r"|(?<=basic )[\w+/=.~-]{6,}|(?<=bearer )[\w+/=.~-]{6,}|(?<=%20)[\w+/=.~-]{6,}"
    r"|(?<=:)[^\s:/@\"']+(?=@[\w.\[-])",  # a password in an address
    re.IGNORECASE,
)


def configure(form: Format = "auto", level: Level = "warning", out: TextIO | None = None) -> None:
    """Send our lines from `level` up, and those of libraries from warnings up, to stderr."""
    stream = out or sys.stderr
    as_json = form == "json" or (form == "auto" and not stream.isatty())
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_formatter(as_json, stream.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    least = logging.getLevelNamesMapping()[level.upper()]
    for name in OURS:
        logging.getLogger(name).setLevel(least)
    structlog.configure(
        processors=[*_shared(), ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(least),
    )
    logging.captureWarnings(True)


def quieten() -> None:
    """Let only warnings out, as plain lines on stderr: until a command says how it logs.

    structlog's own default is stdout, which belongs to what commands answer.
    """
    structlog.configure(
        processors=[*_shared(), structlog.processors.KeyValueRenderer(key_order=["event"])],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
    )


def follow(*names: str) -> None:
    """Let loggers that print by themselves print through ours."""
    for name in names:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
        logger.setLevel(logging.WARNING)


class Veil:
    """Hide keys, authorisation, passwords in addresses, and the values of secret variables."""

    def __init__(self) -> None:
        self._values = sorted(set(_secret_values()), key=len, reverse=True)

    def __call__(self, logger: WrappedLogger, method: str, line: Any) -> Any:
        """Return a rendered line without secrets."""
        for value in self._values:
            line = line.replace(value, HIDDEN)
        return _SECRETS.sub(HIDDEN, line)


def _secret_values() -> Iterator[str]:
    for name, value in os.environ.items():
        if _NAMED.search(name):
            parts = [value, *(part.partition("=")[2] for part in value.split(","))]
            yield from (each for each in parts if len(each) >= SHORTEST_SECRET)


def _shared() -> list[Processor]:
    stamped = structlog.processors.TimeStamper("iso", utc=True)
    return [structlog.stdlib.add_log_level, stamped, _traced, _placed]


def _formatter(as_json: bool, coloured: bool) -> ProcessorFormatter:
    render: Processor = (
        structlog.processors.JSONRenderer(_dumped)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=coloured)
    )
    return ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[ProcessorFormatter.remove_processors_meta, render, Veil()],
    )


def _dumped(event: Any, **options: Any) -> str:
    return orjson.dumps(event, default=str).decode()


def _traced(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Add the ids of the trace and the span that are current."""
    context = trace.get_current_span().get_span_context()
    if context.is_valid and "trace_id" not in event:
        event["trace_id"] = trace.format_trace_id(context.trace_id)
        event["span_id"] = trace.format_span_id(context.span_id)
    return event


def _placed(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Tell an error by its type and where it was raised."""
    given = event.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else sys.exc_info()[1] if given is True else given
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
        event["error"] = type(error).__name__
        event["at"] = [f"{each.filename}:{each.lineno} {each.name}" for each in frames]
    return event


quieten()
