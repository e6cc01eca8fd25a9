"""A server that speaks Groq's protocol over real HTTP and says what a test tells it to."""

from __future__ import annotations

import json
import select
import socket
import struct
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

KEY = "gsk_test_0123456789abcdef"
MODELS = ("openai/gpt-oss-120b", "openai/gpt-oss-20b")
PIECE = 6  # characters of a streamed piece
CUT = struct.pack("ii", 1, 0)  # linger for no time: closing resets the connection


@dataclass(frozen=True)
class Behaviour:
    """How one request is answered."""

    text: str = "Hello there."
    status: int = 200
    error: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    pieces: tuple[str, ...] = ()
    tool_calls: tuple[dict[str, Any], ...] = ()
    before: float = 0.0  # seconds before the status line
    first: float = 0.0  # seconds between the headers and the first piece
    gap: float = 0.0  # seconds between pieces
    cut_after: int | None = None  # pieces before the connection is reset; none is before all
    drop: bool = False  # reset the connection in place of an answer
    choices: bool = True
    usage: bool = True
    raw: bytes | None = None  # sent as the body, whatever it is
    endless: bool = False


def says(text: str, **more: Any) -> Behaviour:
    return Behaviour(text, **more)


def slow(first: float, text: str = "Late.") -> Behaviour:
    return Behaviour(text, first=first)


def silent(seconds: float) -> Behaviour:
    return Behaviour(before=seconds)


def limited(retry_after: str | float | None = None) -> Behaviour:
    headers = {} if retry_after is None else {"retry-after": str(retry_after)}
    return fails(429, "rate_limit_exceeded", headers=headers)


def too_large() -> Behaviour:
    return fails(413, "rate_limit_exceeded", type="tokens")


def fails(
    status: int, code: str = "", headers: dict[str, str] | None = None, **more: Any
) -> Behaviour:
    error = {"message": f"Failed for {KEY}.", "type": "error", "code": code} | more
    return Behaviour(status=status, error=error, headers=headers or {})


def drops() -> Behaviour:
    return Behaviour(drop=True)


def breaks(after: int, text: str = "One two three four five six seven.") -> Behaviour:
    return Behaviour(text, cut_after=after)


def bad_tool_call(generation: str) -> Behaviour:
    return fails(400, "tool_use_failed", failed_generation=generation)


def calls_tool(name: str, arguments: str) -> Behaviour:
    function = {"name": name, "arguments": arguments}
    return Behaviour("", tool_calls=({"id": "call_1", "type": "function", "function": function},))


def empty() -> Behaviour:
    return Behaviour(choices=False)


def without_usage(text: str) -> Behaviour:
    return Behaviour(text, usage=False)


def garbage(raw: bytes = b"<html>not JSON</html>") -> Behaviour:
    return Behaviour(raw=raw)


def endless(text: str = "again and ", gap: float = 0.0) -> Behaviour:
    return Behaviour(text, endless=True, gap=gap)


@dataclass
class Received:
    """A request as it came; whether it was answered, or the other side hung up before that."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    left: Event = field(default_factory=Event)
    answered: Event = field(default_factory=Event)

    @property
    def model(self) -> str:
        return str(self.body.get("model", ""))

    @property
    def wants(self) -> str:
        """Return what is asked for: a `reading`, `tools`, or `words`."""
        if "response_format" in self.body:
            return "reading"
        return "tools" if "tools" in self.body else "words"

    @property
    def said(self) -> str:
        """Return the block of data in which the person's message stands."""
        content = str(self.body["messages"][-1]["content"])
        return content.partition(" begin message ---\n")[2].partition("\n---")[0]


NOTHING: dict[str, Any] = {
    **{name: [] for name in "like facets avoid bounds critiques tones seen disliked loved".split()},
    **{"intent": "recommend", "starts_over": False, "about": "", "forget": []},
    **{"order": None, "undo": False, "question": None, "small_talk": ""},
}
LIST = "Here is what fits.\n\n" + "".join(
    f"{place}. [{place}] – slow and tense, so it fits what you wished.\n" for place in range(1, 6)
)


def reads(**fields: Any) -> Behaviour:
    """Answer with a reading of a message."""
    return Behaviour(json.dumps(NOTHING | fields))


def converses(readings: Mapping[str, Any], words: Behaviour | None = None) -> Script:
    """Read each message as stated, call no tool, and present every list in the same words."""

    def script(received: Received) -> Behaviour:
        if received.wants == "reading":
            return reads(**readings[received.said])
        return Behaviour("") if received.wants == "tools" else words or Behaviour(LIST)

    return script


Script = Callable[[Received], Behaviour]


class GroqServer:
    """Answer from a queue of behaviours, and by `otherwise` when it is empty."""

    def __init__(self) -> None:
        self.requests: list[Received] = []
        self.otherwise: Script = lambda received: Behaviour()
        self.models: tuple[str, ...] = MODELS
        self.keys: tuple[str, ...] = (KEY,)
        self._queue: deque[Behaviour] = deque()
        self._lock = Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.owner = self
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def will(self, *behaviours: Behaviour) -> GroqServer:
        """Answer the next requests so, in this order."""
        with self._lock:
            self._queue.extend(behaviours)
        return self

    def always(self, script: Script | Behaviour) -> GroqServer:
        """Answer every request so once the queue is empty."""
        self.otherwise = (lambda received: script) if isinstance(script, Behaviour) else script
        return self

    def take(self, received: Received) -> Behaviour:
        with self._lock:
            self.requests.append(received)
            if self._queue:
                return self._queue.popleft()
        return self.otherwise(received)

    def asked(self, model: str) -> int:
        """Return how many requests named a model."""
        return sum(each.model == model for each in self.requests)

    def close(self) -> None:
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    owner: GroqServer

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.open: set[socket.socket] = set()

    def hang_up(self) -> None:
        for each in list(self.open):
            each.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that hang up are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.open.add(self.connection)

    def finish(self) -> None:
        self.server.open.discard(self.connection)
        super().finish()

    def log_message(self, *args: Any) -> None:
        """Keep the tests' output clean."""

    def do_GET(self) -> None:
        owner = self.server.owner
        if not self._known():
            self._send_json(401, {"error": {"message": "Invalid API Key", "code": "bad"}})
        else:
            listed = [{"id": each, "active": True} for each in owner.models]
            self._send_json(200, {"object": "list", "data": listed})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        received = Received(self.path, dict(self.headers.items()), body)
        behaviour = self.server.owner.take(received)
        try:
            self._answer(behaviour, received)
            received.answered.set()
        except (OSError, ValueError):
            received.left.set()
            self.close_connection = True

    def _known(self) -> bool:
        return self.headers.get("authorization", "").removeprefix("Bearer ") in (
            self.server.owner.keys
        )

    def _answer(self, behaviour: Behaviour, received: Received) -> None:
        self._pause(behaviour.before)
        if behaviour.drop:
            return self._cut()
        if not self._known():
            return self._send_json(401, {"error": {"message": "Invalid API Key", "code": "bad"}})
        if behaviour.error:
            return self._send_json(behaviour.status, {"error": behaviour.error}, behaviour.headers)
        if behaviour.raw is not None:
            return self._send(behaviour.status, behaviour.raw, behaviour.headers)
        if received.body.get("stream"):
            return self._stream(behaviour, received)
        self._pause(behaviour.first)
        if behaviour.cut_after is not None:
            return self._cut()
        self._send_json(200, self._whole(behaviour, received), behaviour.headers)

    def _whole(self, behaviour: Behaviour, received: Received) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": behaviour.text}
        if behaviour.tool_calls:
            message["tool_calls"] = list(behaviour.tool_calls)
        reason = "tool_calls" if behaviour.tool_calls else "stop"
        choice = {"index": 0, "message": message, "finish_reason": reason}
        whole = self._common(received, "chat.completion")
        whole["choices"] = [choice] if behaviour.choices else []
        if behaviour.usage:
            whole["usage"] = self._usage(behaviour)
        return whole

    def _stream(self, behaviour: Behaviour, received: Received) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        self._pause(behaviour.first)
        for number, piece in enumerate(_pieces(behaviour)):
            if number == behaviour.cut_after:
                return self._cut()
            delta = {"content": piece} | ({"role": "assistant"} if number == 0 else {})
            self._event(received, delta if behaviour.choices else None)
            self._pause(behaviour.gap)
        if behaviour.choices:
            usage = {"usage": self._usage(behaviour)} if behaviour.usage else {}
            self._event(received, {}, "stop", usage)
        self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")

    def _event(
        self,
        received: Received,
        delta: dict[str, Any] | None,
        reason: str | None = None,
        groq: dict[str, Any] | None = None,
    ) -> None:
        event = self._common(received, "chat.completion.chunk")
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        event["choices"] = [] if delta is None else [choice]
        if groq:
            event["x_groq"] = {"id": "req_1", **groq}
        self._chunk(b"data: " + json.dumps(event).encode() + b"\n\n")

    def _common(self, received: Received, kind: str) -> dict[str, Any]:
        return {"id": "chatcmpl-1", "object": kind, "created": 1, "model": received.model}

    def _usage(self, behaviour: Behaviour) -> dict[str, Any]:
        spoken = max(1, len(behaviour.text) // 4)
        return {"prompt_tokens": 100, "completion_tokens": spoken, "total_tokens": 100 + spoken}

    def _chunk(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def _send_json(
        self, status: int, value: dict[str, Any], headers: dict[str, str] | None = None
    ) -> None:
        self._send(status, json.dumps(value).encode(), headers or {})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in (headers | {"content-length": str(len(body))}).items():
            self.send_header(name, value)
        if "content-type" not in headers:
            self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def _pause(self, seconds: float) -> None:
        """Wait, unless the other side hangs up: then raise."""
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            if select.select([self.connection], [], [], left)[0] and not self.connection.recv(
                1, socket.MSG_PEEK
            ):
                raise ConnectionError

    def _cut(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, CUT)
        self.connection.close()
        self.close_connection = True


def _pieces(behaviour: Behaviour) -> Iterator[str]:
    if behaviour.endless:
        while True:
            yield behaviour.text
    if behaviour.pieces:
        yield from behaviour.pieces
        return
    text = behaviour.text
    yield from (text[start : start + PIECE] for start in range(0, len(text), PIECE))
