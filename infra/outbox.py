"""What waits to be sent: bounded, so that a back end that is slow or gone costs a turn nothing."""

import os
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Condition, Event, Thread
from time import monotonic

import structlog
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor

from infra import metrics

FIRST_REST, LONGEST_REST = 1.0, 30.0  # seconds without an attempt after one that failed
CLOSING_SECONDS = 3.0  # that the end of the process waits for what is left


def variable(name: str, default: int) -> int:
    """Return a whole number above zero from the environment."""
    with suppress(ValueError):
        return max(1, int(os.environ.get(name, default)))
    return default


class Outbox(SpanProcessor):
    """Send ended spans in batches, from a thread of its own; what does not fit is counted.

    After a batch that failed, nothing is tried for a while: encoding would cost turns time.
    """

    def __init__(
        self, send: Callable[[Sequence[ReadableSpan]], bool], close: Callable[[], None]
    ) -> None:
        self._send, self._close = send, close
        self._most = variable("OTEL_BSP_MAX_QUEUE_SIZE", 8192)
        self._batch = min(self._most, variable("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 256))
        self._every = variable("OTEL_BSP_SCHEDULE_DELAY", 1000) / 1000
        self._spans: deque[ReadableSpan] = deque()
        self._wake, self._idle = Event(), Condition()
        self._sending = self._hurried = self._closed = False
        self._health = Health("traces")
        self._worker = Thread(target=self._work, name="telemetry", daemon=True)
        self._worker.start()

    def on_end(self, span: ReadableSpan) -> None:
        """Take a span, or count it as lost where the queue is full."""
        if span.context is None or not span.context.trace_flags.sampled:
            return
        if self._closed or len(self._spans) >= self._most:
            metrics.dropped("traces", 1)
            return
        self._spans.append(span)
        if len(self._spans) >= self._batch:
            self._wake.set()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Send what waits; tell whether all of it left in time."""
        self._hurried = True
        self._wake.set()
        with self._idle:
            done = self._idle.wait_for(self._empty, timeout_millis / 1000)
        self._hurried = False
        return done

    def shutdown(self) -> None:
        """Send what waits as far as the time allows, and count the rest."""
        if self._closed:
            return
        self._closed = True
        self._wake.set()
        self._worker.join(CLOSING_SECONDS)
        self._close()
        metrics.dropped("traces", len(self._spans))
        self._spans.clear()

    def _empty(self) -> bool:
        return not self._spans and not self._sending

    def _work(self) -> None:
        while not self._closed:
            self._wake.wait(self._every)
            self._wake.clear()
            if self._hurried or self._closed or self._health.well:
                self._send_all()
            with self._idle:
                self._idle.notify_all()

    def _send_all(self) -> None:
        while self._spans:
            self._sending = True
            batch = [self._spans.popleft() for _ in range(min(self._batch, len(self._spans)))]
            sent = self._send(batch)
            self._health.note(sent, len(batch))
            self._sending = False
            if not sent and not self._hurried:
                break  # at the end of the process too: one attempt has told enough


class Health:
    """Whether a signal's back end takes what it is sent; said once, when that changes."""

    def __init__(self, signal: str) -> None:
        self._signal = signal
        self._rest, self._until = 0.0, 0.0

    @property
    def well(self) -> bool:
        """Tell whether an attempt is worth its time."""
        return monotonic() >= self._until

    def note(self, sent: bool, records: int) -> None:
        """Note how an attempt ended."""
        log = structlog.get_logger("osusume.telemetry")
        if sent:
            if self._rest:
                log.info("telemetry is delivered again", signal=self._signal)
            self._rest = self._until = 0.0
            return
        metrics.dropped(self._signal, records)
        if not self._rest:
            log.warning("telemetry cannot be delivered; turns go on", signal=self._signal)
        self._rest = min(LONGEST_REST, max(FIRST_REST, 2 * self._rest))
        self._until = monotonic() + self._rest
