"""What went wrong with a call, read from the exceptions that providers' clients raise."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from agent.models.attempt import AbandonedError, DeadlineError

Kind = Literal[
    "timeout",
    "connection",
    "busy",
    "rate",
    "size",
    "key",
    "gone",
    "refused",
    "tool",
    "empty",
    "invalid",
    "broken",
    "cancelled",
    "resting",
    "unreadable",
]
WORTH_REPEATING: frozenset[Kind] = frozenset(
    {"connection", "busy", "rate", "empty", "invalid", "unreadable"}
)
GONE_CODES = {"model_not_found", "model_decommissioned", "model_not_active"}
BUSY_STATUSES = {408, 409, 425}


# What telemetry calls each kind: few words, which dashboards know.
REASONS: dict[str, str] = {
    "key": "key",
    "gone": "retired",
    "rate": "rate_limit",
    "size": "rate_limit",
    "busy": "server",
    "connection": "connection",
    "timeout": "timeout",
    "resting": "breaker",
    "empty": "malformed",
    "invalid": "malformed",
    "broken": "malformed",
    "unreadable": "malformed",
    "tool": "malformed",
}


class EmptyAnswerError(Exception):
    """The model said nothing."""


class InvalidAnswerError(Exception):
    """The model was asked for JSON and sent something else."""


class EndlessAnswerError(Exception):
    """The model went on past its limit."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind, what is said of the model (its name goes before), and how long it wants to rest.

    The provider's own words stay out: they may quote the key or the prompt.
    """

    kind: Kind
    said: str
    wait: float | None = None
    generation: str = ""


def read_fault(error: BaseException) -> Fault:
    """Return what an exception of a call means; clients share no base class, so by their shape."""
    if isinstance(error, DeadlineError):
        return Fault("timeout", "did not answer in time")
    if isinstance(error, AbandonedError):
        return Fault("cancelled", "was stopped")
    if isinstance(error, InvalidAnswerError):
        return Fault("invalid", "sent broken JSON")
    if isinstance(error, EndlessAnswerError):
        return Fault("broken", "did not stop")
    if _is_empty(error):
        return Fault("empty", "sent an empty answer")
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return _of_status(status, error)
    names = {kind.__name__ for each in _chain(error) for kind in type(each).__mro__}
    if names & {"TimeoutException", "APITimeoutError", "TimeoutError"}:
        return Fault("timeout", "did not answer in time")
    if names & {"TransportError", "APIConnectionError", "OSError"}:
        return Fault("connection", "could not be reached")
    if "APIError" in names:  # an error event in the middle of a stream
        return Fault("busy", "failed while answering")
    return Fault("unreadable", f"sent something unreadable ({type(error).__name__})")


def _of_status(status: int, error: BaseException) -> Fault:
    code = _code(error)
    if status == 429:
        wait = retry_after(getattr(getattr(error, "response", None), "headers", {}))
        told = f" for {span(wait)}" if wait else ""
        return Fault("rate", f"is over its rate limit{told}", wait)
    if status == 413:
        return Fault("size", "is over its tokens per minute")
    if status in {401, 403}:
        return Fault("key", "refused the key")
    if status == 404 or code in GONE_CODES:
        return Fault("gone", "is unknown or retired")
    if code == "tool_use_failed":
        return Fault("tool", "made a broken tool call", generation=_generation(error))
    if code == "json_validate_failed":
        return Fault("invalid", "sent broken JSON")
    if status >= 500 or status in BUSY_STATUSES:
        return Fault("busy", f"was not available ({status})")
    return Fault("refused", f"refused the request ({status})")


def retry_after(headers: Any) -> float | None:
    """Return the seconds that a response asks to wait, given as a number or as a date."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    told = headers.get("retry-after")
    seconds = _number(told)
    if seconds is not None or not told:
        return seconds
    try:
        return max(0.0, (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def span(seconds: float) -> str:
    """Return a duration in words."""
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min"


def _number(text: Any) -> float | None:
    try:
        number = float(text)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _is_empty(error: BaseException) -> bool:
    # LangChain meets a response without choices by an IndexError, a stream without by a ValueError
    silent = isinstance(error, ValueError) and "No generation" in str(error)
    return silent or isinstance(error, (EmptyAnswerError, IndexError))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__


def _body(error: BaseException) -> dict[str, Any]:
    body = getattr(error, "body", None)
    if isinstance(body, dict) and isinstance(body.get("error"), dict):
        body = body["error"]
    return body if isinstance(body, dict) else {}


def _code(error: BaseException) -> str:
    code = str(_body(error).get("code") or "")
    return code if re.fullmatch(r"\w{1,60}", code) else ""


def _generation(error: BaseException) -> str:
    return str(_body(error).get("failed_generation") or "")
