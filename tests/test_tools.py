"""The tool and the resources at /mcp, through the SDK's own client and the whole app."""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import anyio
import pytest

mcp = pytest.importorskip("mcp", reason="the MCP SDK is not installed")

import httpx2  # noqa: E402
from mcp.client.streamable_http import streamable_http_client  # noqa: E402

from ownwords.settings import Settings  # noqa: E402
from ownwords.web import create_app, tools  # noqa: E402
from web_fakes import EVIL, TEXT, FakeAuthor, FakeLive, make_post  # noqa: E402

SITE = "https://example.org"
SETTINGS = Settings(
    questions_burst=4, questions_per_minute=1, trusted_hops=1, allowed_sites=(SITE,)
)
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # of Gradio's start


@pytest.fixture(scope="module")
def author():
    return FakeAuthor()


@pytest.fixture(scope="module")
def app(author):
    return create_app(FakeLive(author), SETTINGS)


@asynccontextmanager
async def connected(app, address, **headers):
    """The SDK's client, on the app itself instead of a socket."""
    transport = httpx2.ASGITransport(app)
    sent = {"x-forwarded-for": address, **headers}
    async with (
        httpx2.AsyncClient(transport=transport, base_url="http://a.example", headers=sent) as http,
        mcp.Client(streamable_http_client("http://a.example/mcp", http_client=http)) as client,
    ):
        yield client


def in_a_loop(main):
    """In a thread of its own: the browser that the tests share runs a loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, main).result()


def run(use, app, address):
    async def main():
        async with connected(app, address) as client:
            return await use(client)

    return in_a_loop(main)


def test_the_client_lists_asks_and_reads(app, author):
    async def use(client):
        tool = (await client.list_tools()).tools
        reply = await client.call_tool("ask", {"question": "공부", "k": 1, "history": ["앞"]})
        posts = (await client.list_resources()).resources
        return tool, reply, posts, await client.read_resource(posts[0].uri)

    (tool,), reply, posts, read = run(use, app, "203.0.113.1")
    assert tool.name == "ask"
    assert tool.input_schema["properties"]["question"]["maxLength"] == 500
    assert not reply.is_error
    assert reply.structured_content == author.ask("공부").to_dict()
    assert json.loads(reply.content[0].text) == reply.structured_content
    assert ("공부", ("앞",), 1, None) in author.asked
    assert [post.title for post in posts] == ["어떻게 공부했나", EVIL, "밖에 있는 글"]
    assert TEXT in read.contents[0].text and "# 어떻게" not in read.contents[0].text


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("ask", {}, "wrong type"),
        ("ask", {"question": "a" * 501}, "at most 500 characters"),
        ("ask", {"question": "a", "scope": "x"}, "no such post"),
        ("ask", {"question": "낡은 색인"}, "no answer at the moment"),
        ("delete", {}, "nothing at this address"),
    ],
)
def test_what_cannot_be_asked_is_said_to_the_assistant(app, name, arguments, said):
    async def use(client):
        return await client.call_tool(name, arguments)

    reply = run(use, app, f"203.0.113.{len(said) + 20}")
    assert reply.is_error and said in reply.content[0].text
    assert "secret" not in reply.content[0].text


def test_questions_of_an_assistant_are_limited_like_the_others(app):
    async def use(client):
        return [await client.call_tool("ask", {"question": "공부"}) for _ in range(5)]

    replies = run(use, app, "203.0.113.2")
    assert [reply.is_error for reply in replies] == [False] * 4 + [True]
    assert "too many questions" in replies[-1].content[0].text


@pytest.mark.parametrize(
    "uri", ["file:///etc/hostname", "ownwords://posts/../../pyproject.toml", "ownwords://posts/x"]
)
def test_nothing_but_posts_is_read(app, uri):
    async def use(client):
        with pytest.raises(mcp.MCPError, match="There is no such post"):
            await client.read_resource(uri)

    run(use, app, f"203.0.113.{len(uri) + 50}")


def test_many_posts_come_in_pages():
    author = FakeAuthor()
    author.posts = tuple(make_post(str(number), "글") for number in range(250))
    app = create_app(FakeLive(author), SETTINGS)

    async def use(client):
        sizes, cursor = [], None
        while cursor is not None or not sizes:
            listed = await client.list_resources(cursor=cursor)
            sizes.append(len(listed.resources))
            cursor = listed.next_cursor
        return sizes

    assert run(use, app, "203.0.113.3") == [100, 100, 50]


async def plain(app, method, **headers):
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app), base_url="http://a.example", headers=headers
    ) as http:
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
        return await http.request(method, "/mcp", json=body if method == "POST" else None)


@pytest.mark.parametrize(
    ("method", "origin", "status"),
    [
        ("GET", None, 405),
        ("DELETE", None, 405),
        ("POST", None, 200),
        ("POST", SITE, 200),
        ("POST", "http://a.example", 200),
        ("POST", "https://other.example", 403),
        ("POST", "null", 403),
    ],
)
def test_only_allowed_sites_may_use_it_from_a_browser(app, method, origin, status):
    headers = {"accept": "application/json, text/event-stream", "x-forwarded-for": "203.0.113.4"}
    reply = in_a_loop(
        lambda: plain(app, method, **headers, **({"origin": origin} if origin else {}))
    )
    assert reply.status_code == status, reply.text
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_starting_the_server_does_not_load_it():
    """The SDK is 24 MB; Gradio would load it for itself."""
    import subprocess

    code = (
        "import sys; sys.path.insert(0, 'tests'); from ownwords.settings import Settings;"
        "from ownwords.web import create_app; from web_fakes import *;"
        "create_app(FakeLive(FakeAuthor()), Settings());"
        "print([name for name in sys.modules if name.split('.')[0] == 'mcp'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "[]"
    assert tools.PAGE == 100
