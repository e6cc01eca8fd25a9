"""What probes and Prometheus ask: /healthz, /readyz and /metrics."""

from functools import partial

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from infra.errors import OsusumeError
from infra.exposition import exposed
from ui.shared import Shared


def health_routes(shared: Shared) -> list[Route]:
    """Return the routes."""
    return [
        Route("/healthz", _alive),
        Route("/readyz", partial(_ready, shared)),
        Route("/metrics", _metrics),
    ]


async def _alive(request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _ready(shared: Shared, request: Request) -> Response:
    """Answer 200 where a turn would be answered now, else 503 with the reason."""
    try:
        recommender = await to_thread.run_sync(shared.ready, abandon_on_cancel=True)
    except OsusumeError as error:
        return JSONResponse({"status": "unavailable", "reason": str(error)}, 503)
    catalogue = recommender.index.catalogue
    return JSONResponse(
        {"status": "ok", "catalogue": catalogue.profile.name, "items": len(catalogue)}
    )


async def _metrics(request: Request) -> Response:
    text, kind = await to_thread.run_sync(exposed, request.headers.get("accept", ""))
    return Response(text, headers={"content-type": kind})
