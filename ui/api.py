"""The HTTP API: conversations without a browser, on the page's port."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import closing, suppress
from functools import partial
from threading import Thread
from typing import Any

import orjson
import structlog
from anyio import to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from agent.recommender import Event, Recommender, Reply, Step, Token
from agent.stopping import Stop
from graph.memory import Session
from infra.errors import MessageError, OsusumeError, SessionError
from ui.shared import Shared

USER = "api"  # a session's id is the key to it: nobody else's can be guessed
LARGEST_BODY = 2**16  # bytes; a message at the limit of its settings, all escaped, takes 48,000
BYTES_PER_CHARACTER = 12  # of JSON, at most: two escaped surrogates
STREAM = "text/event-stream"
FAILED = "Something went wrong here, and nothing of this turn was kept. Please try again."
Take = Callable[[Event | Exception], None]


class RefusedError(Exception):
    """A request that is answered by a status and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def api_routes(shared: Shared) -> list[Route]:
    """Return the routes."""
    return [
        Route("/api/sessions", partial(_answered, _begin, shared), methods=["POST"]),
        Route("/api/sessions/{session}", partial(_answered, _delete, shared), methods=["DELETE"]),
        Route("/api/sessions/{session}/turns", partial(_answered, _turn, shared), methods=["POST"]),
    ]


async def _answered(handler: Any, shared: Shared, request: Request) -> Response:
    """Answer a request; whatever is wrong with it is one sentence."""
    try:
        recommender = await _serving(shared)
        response: Response = await handler(recommender, shared, request)
    except RefusedError as error:
        return _json({"error": str(error)}, error.status)
    except ClientDisconnect:
        return Response(status_code=400)
    return response


async def _serving(shared: Shared) -> Recommender:
    try:
        return await to_thread.run_sync(shared.ready)
    except OsusumeError as error:
        raise RefusedError(503, str(error)) from error


async def _begin(recommender: Recommender, shared: Shared, request: Request) -> Response:
    session = await to_thread.run_sync(recommender.memory.begin, USER)
    return _json({"session": session.id}, 201)


async def _delete(recommender: Recommender, shared: Shared, request: Request) -> Response:
    session = await _found(recommender, request)
    await to_thread.run_sync(recommender.memory.delete, session)
    return Response(status_code=204)


async def _turn(recommender: Recommender, shared: Shared, request: Request) -> Response:
    message = await _message(shared, request)
    session = await _found(recommender, request)
    stop = Stop()
    events = _played(recommender, message, session, stop)
    if STREAM in request.headers.get("accept", ""):
        return StreamingResponse(_pieces(events, stop), media_type=STREAM)
    return await _whole(events)


async def _found(recommender: Recommender, request: Request) -> Session:
    try:
        return await to_thread.run_sync(
            recommender.memory.find, USER, request.path_params["session"]
        )
    except SessionError as error:
        sentence = "There is no such session. Begin one with POST /api/sessions."
        raise RefusedError(404, sentence) from error


async def _message(shared: Shared, request: Request) -> str:
    """Return the message of a request; raises RefusedError with what is wrong."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":  # which no foreign web page may send without being asked
        raise RefusedError(415, "Send the header 'Content-Type: application/json'.")
    try:
        asked = orjson.loads(await _body(shared, request))
    except ValueError as error:
        sentence = f'The body is not JSON ({error}). Send {{"message": "…"}}.'
        raise RefusedError(400, sentence) from error
    if not isinstance(asked, dict) or not isinstance(asked.get("message"), str):
        raise RefusedError(400, 'The body has no message. Send {"message": "…"}.')
    if unknown := sorted(set(asked) - {"message"}):
        raise RefusedError(400, f"Unknown key {', '.join(unknown)}. Known: message.")
    if not asked["message"].strip():
        raise RefusedError(400, "The message is empty. Say what you are in the mood for.")
    message: str = asked["message"]
    return message


async def _body(shared: Shared, request: Request) -> bytes:
    settings = shared.settings()
    characters = settings.limits.message_characters if settings else 0
    most = max(LARGEST_BODY, BYTES_PER_CHARACTER * characters)
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            raise RefusedError(413, f"The body is larger than {most:,} bytes. Say it shorter.")
    return body


async def _played(
    recommender: Recommender, message: str, session: Session, stop: Stop
) -> AsyncIterator[Event]:
    """Yield a turn's events, which come from a thread; who leaves stops the turn."""
    loop, coming = asyncio.get_running_loop(), asyncio.Queue[Event | Exception | None]()

    def take(event: Event | Exception | None) -> None:
        with suppress(RuntimeError):  # the loop has closed, and nobody listens
            loop.call_soon_threadsafe(coming.put_nowait, event)

    def work() -> None:
        try:
            with closing(recommender.turn(message, session, stop=stop)) as events:
                for event in events:
                    take(event)
                    if stop.asked:
                        break
        except Exception as error:  # handed to whoever waits, which is another thread
            take(error)
        take(None)

    Thread(target=work, name="api-turn", daemon=True).start()
    try:
        while (event := await coming.get()) is not None:
            if isinstance(event, Exception):
                raise event
            yield event
    finally:
        stop.ask()


async def _whole(events: AsyncIterator[Event]) -> Response:
    try:
        async for event in events:
            if isinstance(event, Reply):
                return _json(event.fields)
    except Exception as error:  # as above: the person gets a sentence, the log the error
        raise _refused(error) from error
    raise RefusedError(500, FAILED)


async def _pieces(events: AsyncIterator[Event], stop: Stop) -> AsyncIterator[bytes]:
    """Yield a turn as server-sent events: `step`, `token`, and at last `reply` or `error`."""
    try:
        async for event in events:
            match event:
                case Step(name, ms):
                    yield _sent("step", {"step": name} | ({} if ms is None else {"ms": ms}))
                case Token(text):
                    yield _sent("token", {"text": text})
                case Reply(fields):
                    yield _sent("reply", fields)
    except Exception as error:  # the status has been sent
        yield _sent("error", {"error": str(_refused(error))})
    finally:
        stop.ask()


def _refused(error: Exception) -> RefusedError:
    if isinstance(error, RefusedError):
        return error
    if isinstance(error, MessageError):
        return RefusedError(400, str(error))
    if isinstance(error, OsusumeError):
        return RefusedError(503, str(error))
    structlog.get_logger().error("turn failed", exc_info=error)
    return RefusedError(500, FAILED)


def _sent(name: str, fields: dict[str, Any]) -> bytes:
    return b"event: %s\ndata: %s\n\n" % (name.encode(), orjson.dumps(fields))


def _json(fields: dict[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(fields), status, media_type="application/json")
