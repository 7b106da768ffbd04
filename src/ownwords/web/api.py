"""The JSON API, the health endpoints and the reading page, as routes of one FastAPI app."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from importlib import resources
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse
from starlette.concurrency import run_in_threadpool

from ownwords.ask import Author
from ownwords.errors import OwnwordsError
from ownwords.live import LiveAuthor
from ownwords.records import Answer
from ownwords.settings import Settings
from ownwords.web import look, openapi
from ownwords.web.asked import Asked, Refused, parsed, post_id, refusal
from ownwords.web.limits import BUSY_SECONDS, Gate
from ownwords.web.reading import missing_page, reading_page, span_of
from ownwords.web.shell import asset
from ownwords.web.texts import Texts, spoken

log = logging.getLogger(__name__)

ROBOTS = "User-agent: *\nDisallow: /api/\nDisallow: /gradio_api/\nDisallow: /*?q=\nDisallow: /?q=\n"
ASSETS = {
    "page.css": "text/css",
    "page.js": "text/javascript",
    "reading.css": "text/css",
    "icon.svg": "image/svg+xml",
}


def add_routes(
    app: FastAPI, live: LiveAuthor, settings: Settings, gate: Gate | None = None
) -> None:
    """Put every address of our own on `app`, before the page takes the rest."""
    gate = gate or Gate(settings)

    @app.post("/api/ask")
    async def ask(request: Request) -> Response:
        gate.asks(request)
        asked = parsed(await request.body(), settings)
        with gate.flight():
            answer = await run_in_threadpool(answered, live, asked)
        return JSONResponse(answer.to_dict())

    @app.get("/api/openapi.json")
    async def told() -> Response:
        return JSONResponse(openapi.document(settings))

    @app.get("/api/docs")
    async def docs(request: Request) -> Response:
        forwarded = request.headers.get("x-forwarded-proto") if settings.trusted_hops else None
        scheme = "https" if forwarded == "https" else request.url.scheme
        address = openapi.base(scheme, request.headers.get("host"))
        return HTMLResponse(openapi.docs_page(settings, address))

    @app.get("/healthz")
    async def healthz() -> Response:
        return JSONResponse({"status": "ok"})

    @app.get("/readyz")
    async def readyz() -> Response:
        return await run_in_threadpool(_ready, live)

    @app.get("/posts/{id:path}")
    async def post(request: Request, id: str, s: str | None = None) -> Response:
        gate.visits(request)
        return await run_in_threadpool(_reading, live, id, s, _texts(request))

    for name, kind in ASSETS.items():
        app.get(f"/{name}")(_asset(name, kind))
    app.get("/look.css")(_given(look.style(settings), "text/css"))
    picture = look.portrait(settings)
    if picture is not None:
        app.get("/portrait")(_given(picture.content, picture.kind))
    preview = (resources.files("ownwords.web") / "preview.png").read_bytes()
    app.get("/preview.png")(_given(preview, "image/png"))
    app.get("/favicon.ico")(_asset("icon.svg", ASSETS["icon.svg"]))

    @app.get("/robots.txt")
    async def robots() -> Response:
        return PlainTextResponse(ROBOTS)

    @app.api_route("/api/{rest:path}", methods=["GET", "HEAD", "PUT", "PATCH", "DELETE", "POST"])
    async def unknown(rest: str) -> Response:
        raise Refused(405, "method") if rest == "ask" else Refused(404, "not_found")

    _add_errors(app)


def answered(live: LiveAuthor, asked: Asked) -> Answer:
    """The answer of the newest build. Raises Refused; an index that cannot be opened is a 503."""
    author = opened(live)
    scope = post_id(author, asked.scope)
    return author.ask(asked.question, asked.history, asked.k, scope)


def opened(live: LiveAuthor) -> Author:
    try:
        return live.current()
    except OwnwordsError as error:
        log.error("no index to answer from: %s", error)
        raise Refused(503, "not_ready") from error


def _asset(name: str, kind: str) -> Callable[[], Awaitable[Response]]:
    return _given(asset(name), kind)


def _given(content: str | bytes, kind: str) -> Callable[[], Awaitable[Response]]:
    async def give() -> Response:
        return Response(content, media_type=kind)

    return give


def error_body(code: str, message: str, fix: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, "fix": fix}}


def retry(refused: Refused) -> dict[str, str]:
    """The header that says when to come again, in seconds; none where that would not help."""
    if refused.status not in (429, 503):
        return {}
    return {"retry-after": str(refused.limit or BUSY_SECONDS)}


def _ready(live: LiveAuthor) -> Response:
    try:
        author = live.current()
    except OwnwordsError as error:
        return JSONResponse(error_body(error.code, error.message, error.fix), 503)
    state = {"build": author.build, "posts": len(author.posts), "passages": author.passage_count}
    return JSONResponse(state)


def _reading(live: LiveAuthor, id: str, span: str | None, texts: Texts) -> Response:
    post = opened(live).post(id)
    if post is None:
        return HTMLResponse(missing_page(texts), 404)
    from ownwords.corpus import blocks_of  # the parsers load with the first page read

    blocks = blocks_of(post.path, post.source)
    return HTMLResponse(reading_page(post, blocks, span_of(span), texts))


def _texts(request: Request) -> Texts:
    return spoken(request.headers.get("accept-language"), request.query_params.get("lang"))


def _add_errors(app: FastAPI) -> None:
    """Every exception becomes the JSON error of the API, in the visitor's language."""
    handlers: dict[type[Exception], Callable[[Exception], Refused | OwnwordsError]] = {
        Refused: lambda error: error if isinstance(error, Refused) else Refused(500, "internal"),
        OwnwordsError: lambda error: (
            refusal(error) if isinstance(error, OwnwordsError) else Refused(500, "internal")
        ),
        Exception: lambda error: Refused(500, "internal"),
    }
    for kind, translate in handlers.items():
        app.add_exception_handler(kind, _handler(translate))


def _handler(translate: Callable[[Exception], Any]) -> Callable[[Request, Exception], Response]:
    def handle(request: Request, error: Exception) -> Response:
        refused = translate(error)
        message, fix = _texts(request).error(refused.code, refused.limit)
        return JSONResponse(error_body(refused.code, message, fix), refused.status, retry(refused))

    return handle
