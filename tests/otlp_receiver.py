"""A back end for telemetry: takes OTLP over real HTTP, or fails as a test tells it to.

Run as a program it says where it listens, for measurements that must not share a process with it.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Received:
    """A span as it arrived."""

    name: str
    trace: str
    id: str
    parent: str
    failed: bool
    attributes: dict[str, Any]
    events: tuple[tuple[str, dict[str, Any]], ...]


@dataclass
class Receiver:
    """Listen on a free port; `status` is the answer, which waits for `answers`."""

    status: int = 200
    bodies: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: Event = field(default_factory=Event)
    asked: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self.answers.set()
        handler = type("Handler", (Handler,), {"receiver": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever, args=[0.05], daemon=True).start()

    def spans(self) -> list[Received]:
        requests = (
            ExportTraceServiceRequest.FromString(body)
            for path, _, body in self.bodies
            if path == "/v1/traces"
        )
        return [
            _span(span)
            for request in requests
            for resource in request.resource_spans
            for scope in resource.scope_spans
            for span in scope.spans
        ]

    def traces(self) -> dict[str, list[Received]]:
        found: dict[str, list[Received]] = defaultdict(list)
        for span in self.spans():
            found[span.trace].append(span)
        return found

    def metrics(self) -> Iterator[Any]:
        for path, _, body in self.bodies:
            if path == "/v1/metrics":
                request = ExportMetricsServiceRequest.FromString(body)
                for resource in request.resource_metrics:
                    for scope in resource.scope_metrics:
                        yield from scope.metrics

    def resource(self) -> dict[str, Any]:
        body = next(body for path, _, body in self.bodies if path == "/v1/traces")
        (found,) = ExportTraceServiceRequest.FromString(body).resource_spans
        return _plain(found.resource.attributes)

    def close(self) -> None:
        self.answers.set()
        self._server.shutdown()
        self._server.server_close()


class Handler(BaseHTTPRequestHandler):
    """Keep what is posted."""

    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.receiver.asked.set()
        if self.receiver.status == 200:
            self.receiver.bodies.append((self.path, dict(self.headers), body))
        self.receiver.answers.wait()
        self.send_response(self.receiver.status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def _span(span: Any) -> Received:
    return Received(
        name=span.name,
        trace=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        failed=span.status.code == 2,
        attributes=_plain(span.attributes),
        events=tuple((each.name, _plain(each.attributes)) for each in span.events),
    )


def _plain(attributes: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in attributes}


if __name__ == "__main__":
    receiver = Receiver(int(sys.argv[1]))
    if sys.argv[2:] == ["slow"]:
        receiver.answers.clear()
    print(receiver.url, flush=True)
    sys.stdin.read()
