"""Between the network and the page: what may be asked for, how large, and under which headers.

Gradio opens more addresses than a public page needs (file serving, uploads, monitoring). Only
those that the page uses pass; everything else is a 404 here, before Gradio sees it.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ownwords.errors import OwnwordsError
from ownwords.settings import Settings
from ownwords.web import openapi, widget
from ownwords.web.asked import Refused
from ownwords.web.events import Event, well_formed
from ownwords.web.limits import Gate
from ownwords.web.shell import Shell, visiting
from ownwords.web.texts import spoken

OWN = re.compile(
    r"/(api/.*|mcp|posts/.+|healthz|readyz|reading\.css|page\.css|page\.js|widget\.js|embed|embed\.js|embed\.css|embed-view\.css|look\.css|portrait|icon\.svg|preview\.png|favicon\.ico|robots\.txt)",
    re.DOTALL,
)
PAGE = re.compile(
    r"/|/(assets|svelte)/[\w./@+-]+|/theme\.css|/config"
    r"|/gradio_api/(startup-events|app_id|heartbeat/\w+|queue/(join|data))",
    re.ASCII,
)
JOIN = "/gradio_api/queue/join"
VERSIONED = re.compile(
    r"/(page\.css|page\.js|embed\.js|embed\.css|icon\.svg|theme\.css)"
)  # asked for with their content's hash


def origins(settings: Settings) -> tuple[str, ...]:
    """`allowed_sites` as origins. Raises OwnwordsError for one that is not scheme and host."""
    return tuple(_origin(site) for site in settings.allowed_sites)


def _origin(site: str) -> str:
    if re.fullmatch(r"https?://[\w.:*\[\]-]+/?", site, re.ASCII) and urlsplit(site).netloc:
        return site.rstrip("/")
    raise OwnwordsError(
        f"allowed_sites: {site!r} is not an origin",
        "Write it as `https://example.org`.",
        "settings",
    )


class Guard:
    """ASGI middleware: allow-list, body limit, security headers, CORS for the API alone."""

    def __init__(
        self,
        app: ASGIApp,
        settings: Settings,
        events: Mapping[int, Event],
        close_tabs: Callable[[], None],
        gate: Gate,
    ) -> None:
        """`events` are the page's; `close_tabs` is what a server calls when it stops."""
        sites = origins(settings)
        self.app, self.events, self.close_tabs = app, events, close_tabs
        self.sites, self.settings = sites, settings
        self.gate = gate
        self.limit = settings.max_body_bytes
        self.ancestors = " ".join(["frame-ancestors 'self'", *sites])
        self.shell = Shell(settings)
        # Event streams and what Gradio compressed itself pass through as they are.
        self.packed = GZipMiddleware(self._checked, minimum_size=500, compresslevel=6)
        self.api = CORSMiddleware(
            app,
            allow_origin_regex=widget.pattern(sites),
            allow_methods=["POST"],
            allow_headers=["content-type"],
            expose_headers=["retry-after"],
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return None  # a WebSocket: the page opens none
        return await self.packed(scope, receive, send)

    async def _checked(self, scope: Scope, receive: Receive, send: Send) -> None:
        site = widget.refused_site(scope, self.sites)
        if site is not None:
            return await widget.refusal(scope, site)(scope, receive, send)
        nonce = secrets.token_urlsafe(16)
        send = self._with_headers(scope, send, nonce)
        if not _allowed(scope["path"]):
            return await _error(scope, send, 404, "not_found")
        if scope["method"] in ("POST", "PUT", "PATCH"):
            body = await _body(scope, receive, self.limit)
            if body is None:
                return await _error(scope, send, 413, "too_large", self.limit)
            if scope["path"] == JOIN:
                try:
                    self.gate.visits(Request(scope))
                except Refused as refused:
                    return await _error(scope, send, refused.status, refused.code, refused.limit)
                body = well_formed(body, self.events)
                if body is None:
                    return await _error(scope, send, 422, "event")
                scope = _resized(scope, len(body))
            receive = _replayed(body, receive)
        return await self._forward(scope, receive, send, nonce)

    async def _forward(self, scope: Scope, receive: Receive, send: Send, nonce: str) -> None:
        if scope["path"].startswith("/api/"):
            return await self.api(scope, receive, send)
        if scope["path"] == "/":
            return await self.app(_plain(scope), receive, self._rewritten(scope, send, nonce))
        return await self.app(scope, receive, send)

    def _with_headers(self, scope: Scope, send: Send, nonce: str) -> Send:
        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._secure(MutableHeaders(scope=message), scope, nonce)
            await send(message)

        return headed

    def _secure(self, headers: MutableHeaders, scope: Scope, nonce: str) -> None:
        path = scope["path"]
        if not path.startswith("/api/"):  # Gradio reflects any origin, with credentials
            for name in [name for name in headers if name.startswith("access-control-")]:
                del headers[name]
        headers["content-security-policy"] = self._policy(path, nonce)
        headers["x-content-type-options"] = "nosniff"
        headers["permissions-policy"] = "camera=(), microphone=(), geolocation=(), payment=()"
        headers["referrer-policy"] = "strict-origin-when-cross-origin"
        if path.startswith("/assets/") or (
            VERSIONED.fullmatch(path) and b"v=" in scope["query_string"]
        ):
            headers["cache-control"] = "public, max-age=31536000, immutable"
        elif path.startswith("/api/") or path in ("/", "/mcp"):
            headers["cache-control"] = "no-store"
        if path == "/":
            headers.add_vary_header("accept-language")
        if (path == "/" or path.startswith("/posts/")) and scope["query_string"]:
            headers["x-robots-tag"] = "noindex"

    def _policy(self, path: str, nonce: str) -> str:
        if path == "/":
            return (
                f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; "
                "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
                f"connect-src 'self'; base-uri 'self'; form-action 'none'; {self.ancestors}"
            )
        if path == "/embed":
            return (
                "default-src 'none'; script-src 'self'; style-src 'self'; frame-src 'self'; "
                "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
            )
        return (
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; "
            f"form-action 'none'; {self.ancestors}"
        )

    def _rewritten(self, scope: Scope, send: Send, nonce: str) -> Send:
        """Collects Gradio's page and sends what the shell makes of it."""
        query = scope["query_string"].decode("latin-1")
        headers = Headers(scope=scope)
        forwarded = headers.get("x-forwarded-proto") if self.settings.trusted_hops else None
        scheme = "https" if forwarded == "https" else scope["scheme"]
        home = openapi.base(scheme, headers.get("host"))
        visit = visiting(headers.get("accept-language"), query, home)
        start: MutableMapping[str, Any] = {}
        pieces: list[bytes] = []

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            if message["type"] != "http.response.body":
                return  # extensions, as a test client offers them
            pieces.append(message.get("body", b""))
            if message.get("more_body"):
                return
            page = self.shell(b"".join(pieces).decode(), visit, nonce)
            if widget.is_embedded(visit.query):
                page = widget.embedded(page, visit.query, self.settings, nonce)
            body = page.encode()
            MutableHeaders(scope=start)["content-length"] = str(len(body))
            await send(start)
            await send({"type": "http.response.body", "body": body})

        return collect


def _allowed(path: str) -> bool:
    clean = ".." not in path and "//" not in path
    return clean and bool(OWN.fullmatch(path) or PAGE.fullmatch(path))


def _resized(scope: Scope, length: int) -> Scope:
    """The request with a body of `length` bytes of JSON."""
    headers = [
        pair for pair in scope["headers"] if pair[0] not in (b"content-length", b"content-type")
    ]
    headers += [(b"content-length", b"%d" % length), (b"content-type", b"application/json")]
    return {**scope, "headers": headers}


def _plain(scope: Scope) -> Scope:
    """The request without Accept-Encoding: a compressed page could not be rewritten."""
    headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    return {**scope, "headers": headers}


async def _body(scope: Scope, receive: Receive, limit: int) -> bytes | None:
    """The whole request body, or None when it is larger than `limit`."""
    declared = Headers(scope=scope).get("content-length", "0")
    if declared.isdecimal() and int(declared[:18]) > limit:
        return None
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > limit:
            return None
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return body


def _replayed(body: bytes, receive: Receive) -> Receive:
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


async def _error(scope: Scope, send: Send, status: int, code: str, limit: int = 0) -> None:
    message, fix = spoken(Headers(scope=scope).get("accept-language")).error(code, limit)
    body = json.dumps({"error": {"code": code, "message": message, "fix": fix}}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    if status == 429:
        headers.append((b"retry-after", b"%d" % limit))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body if scope["method"] != "HEAD" else b""})
