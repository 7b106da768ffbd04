"""The author as a Model Context Protocol server at `/mcp`: `ask` is a tool, posts are resources.

The only door to the SDK, which is loaded with the first request. Each request stands alone: there
is no session to keep, so there is nothing to run out of.
"""

from __future__ import annotations

import importlib
import json
import re
from functools import cache
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

import ownwords
from ownwords.errors import OwnwordsError
from ownwords.live import LiveAuthor
from ownwords.records import Post
from ownwords.settings import Settings
from ownwords.web.api import answered, opened
from ownwords.web.asked import Asked, Refused, checked, refusal
from ownwords.web.guard import origins
from ownwords.web.limits import Gate
from ownwords.web.openapi import document
from ownwords.web.texts import EN
from ownwords.web.widget import pattern

PAGE = 100  # posts in one list
POSTS = "ownwords://posts/"
ABOUT = (
    "Answers in the author's own sentences, quoted verbatim with their source. Quote them as they "
    "stand and link to them; verdict `none` means that the author has not written about it."
)


def add_routes(app: FastAPI, live: LiveAuthor, settings: Settings, gate: Gate) -> None:
    app.router.routes.append(Route("/mcp", Tools(live, settings, gate)))


class Tools:
    """ASGI app for `/mcp`."""

    def __init__(self, live: LiveAuthor, settings: Settings, gate: Gate) -> None:
        self._live, self._settings, self._gate = live, settings, gate
        self._sites = re.compile(pattern(origins(settings)))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            raise Refused(405, "method")
        request = Request(scope)
        if not self._welcomes(request):
            raise Refused(403, "origin")
        self._gate.visits(request)
        sdk = await run_in_threadpool(_sdk)
        manager = sdk.manager(
            self._server(sdk),
            json_response=True,
            stateless=True,
            max_request_body_size=self._settings.max_body_bytes,
        )
        async with manager.run():
            await manager.handle_request(scope, receive, send)

    def _welcomes(self, request: Request) -> bool:
        """Whether it comes from no page, a page of this server or an allowed site, as the protocol
        asks: another site's page has no business with a server on its visitor's machine."""
        origin = request.headers.get("origin")
        own = origin is not None and urlsplit(origin).netloc == request.headers.get("host")
        return origin is None or own or self._sites.fullmatch(origin.lower()) is not None

    def _server(self, sdk: Any) -> Any:
        return sdk.server(
            "ownwords",
            version=ownwords.__version__,
            instructions=ABOUT,
            on_list_tools=self._list_tools,
            on_call_tool=self._call_tool,
            on_list_resources=self._list_resources,
            on_read_resource=self._read_resource,
        )

    async def _list_tools(self, context: Any, sent: Any) -> Any:
        schema = document(self._settings)["components"]["schemas"]["Question"]
        ask = _sdk().types.Tool(name="ask", description=ABOUT, input_schema=schema)
        return _sdk().types.ListToolsResult(tools=[ask])

    async def _call_tool(self, context: Any, sent: Any) -> Any:
        """An error is a result too, so that the assistant reads it and can mend the question."""
        try:
            if sent.name != "ask":
                raise Refused(404, "not_found")
            self._gate.asks(context.request)
            asked = _asked(sent.arguments or {}, self._settings)
            with self._gate.flight():
                answer = await run_in_threadpool(answered, self._live, asked)
        except Refused as error:
            return _failed(error)
        except OwnwordsError as error:
            return _failed(refusal(error))
        told = answer.to_dict()
        return _result(json.dumps(told, ensure_ascii=False), structured_content=told)

    async def _list_resources(self, context: Any, sent: Any) -> Any:
        posts = self._opened().posts
        start = _place(sent.cursor if sent else None)
        more = str(start + PAGE) if start + PAGE < len(posts) else None
        shown = [_resource(post) for post in posts[start : start + PAGE]]
        return _sdk().types.ListResourcesResult(resources=shown, next_cursor=more)

    async def _read_resource(self, context: Any, sent: Any) -> Any:
        known = sent.uri.startswith(POSTS)
        post = self._opened().post(unquote(sent.uri.removeprefix(POSTS))) if known else None
        if post is None:
            raise _sdk().error(-32602, ". ".join(EN.error("scope")), {"uri": sent.uri})
        text = await run_in_threadpool(_text, post)
        types = _sdk().types
        content = types.TextResourceContents(uri=sent.uri, mime_type="text/plain", text=text)
        return types.ReadResourceResult(contents=[content])

    def _opened(self) -> Any:
        try:
            return opened(self._live)
        except Refused as error:
            raise _sdk().error(-32603, ". ".join(EN.error(error.code, error.limit))) from None


class _Sdk:
    """What is used of the SDK: 24 MB, so it waits until somebody asks for it."""

    def __init__(self) -> None:
        self.server = importlib.import_module("mcp.server.lowlevel").Server
        streaming = importlib.import_module("mcp.server.streamable_http_manager")
        self.manager = streaming.StreamableHTTPSessionManager
        self.types = importlib.import_module("mcp_types")
        self.error = importlib.import_module("mcp.shared.exceptions").MCPError


@cache
def _sdk() -> Any:
    return _Sdk()


def _asked(sent: dict[str, Any], settings: Settings) -> Asked:
    history = sent.get("history")
    earlier = [] if history is None else history
    return checked(sent.get("question"), earlier, sent.get("k"), sent.get("scope"), settings)


def _failed(error: Refused) -> Any:
    return _result(". ".join(EN.error(error.code, error.limit)) + ".", is_error=True)


def _result(text: str, **more: Any) -> Any:
    types = _sdk().types
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], **more)


def _place(cursor: str | None) -> int:
    return int(cursor) if cursor and cursor.isascii() and cursor.isdecimal() else 0


def _resource(post: Post) -> Any:
    return _sdk().types.Resource(
        uri=POSTS + quote(post.id),
        name=post.id,
        title=post.title,
        description=post.date,
        mime_type="text/plain",
    )


def _text(post: Post) -> str:
    """What a reader of the post sees: never the file itself, with its front matter and comments."""
    from ownwords.corpus import blocks_of  # the parsers load with the first page read

    blocks = blocks_of(post.path, post.source)
    return "\n\n".join([post.title, *(block.content.text for block in blocks)])
