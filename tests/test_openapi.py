"""The API's document says what is there, loads nothing from elsewhere, and its examples run."""

from __future__ import annotations

import html
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import fields

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.testclient import TestClient

from ownwords.records import Answer, Nearest, Quote
from ownwords.settings import Settings
from ownwords.web.api import add_routes
from ownwords.web.openapi import EXAMPLES, base, docs_page, document, examples
from web_fakes import FakeAuthor, FakeLive

SETTINGS = Settings(max_question_chars=77, max_history=7, max_quotes=5, quotes=2)


@pytest.fixture(scope="module")
def app() -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    add_routes(app, FakeLive(FakeAuthor()), SETTINGS)
    return app


@pytest.fixture(scope="module")
def address(app: FastAPI) -> Iterator[str]:
    """The app on a socket, so that programs of any language can call it."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"  # the socket listens already
    server.should_exit = True
    thread.join(30)
    listener.close()


def test_the_schemas_are_the_records() -> None:
    schemas = document(SETTINGS)["components"]["schemas"]
    for record in (Answer, Quote, Nearest):
        assert list(schemas[record.__name__]["properties"]) == [one.name for one in fields(record)]
    question = schemas["Question"]["properties"]
    assert question["question"]["maxLength"] == question["history"]["items"]["maxLength"] == 77
    assert (question["history"]["maxItems"], question["k"]["maximum"]) == (7, 5)


def test_every_reference_leads_somewhere() -> None:
    told = document(SETTINGS)
    named = set(re.findall(r"#/components/schemas/(\w+)", str(told)))
    assert named and named <= set(told["components"]["schemas"])


def test_every_address_told_is_there(app: FastAPI) -> None:
    client = TestClient(app)
    told = client.get("/api/openapi.json").json()
    assert told == document(SETTINGS)
    for path, methods in told["paths"].items():
        for method in methods:
            body = {"question": "공부"} if method == "post" else None
            reply = client.request(method, path.replace("{id}", "essay"), json=body)
            assert reply.status_code == 200, path
            kind = reply.headers["content-type"].split(";")[0]
            assert kind in methods[method]["responses"]["200"]["content"]


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{", "400"), (b"{}", "422"), (b'{"question": "a", "scope": "x"}', "404")],
)
def test_the_errors_are_told(app: FastAPI, body: bytes, status: str) -> None:
    reply = TestClient(app).post("/api/ask", content=body)
    assert str(reply.status_code) == status
    assert status in document(SETTINGS)["paths"]["/api/ask"]["post"]["responses"]
    assert list(reply.json()["error"]) == ["code", "message", "fix"]


def test_the_page_loads_nothing_from_elsewhere(app: FastAPI) -> None:
    page = TestClient(app).get("/api/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert re.findall(r"<(?:script|img|iframe|style)\b", page.text) == []
    linked = set(re.findall(r'(?:href|src)="([^"]*)"', page.text))
    assert linked >= {"/reading.css", "/api/openapi.json", "#Answer"}
    assert all(re.match(r"/(?!/)|#", address) for address in linked)


def test_a_host_that_is_none_stays_out_of_the_page(app: FastAPI) -> None:
    page = TestClient(app).get("/api/docs", headers={"host": "a'$(x)<b>"})
    assert "$(x)" not in page.text and "127.0.0.1:7860/api/ask" in page.text
    assert base("https", "[::1]:80") == "https://[::1]:80"
    assert base("http", None) == base("http", "a b") == "http://127.0.0.1:7860"


def shown(address: str) -> dict[str, str]:
    """The examples as the page shows them."""
    found = re.findall(
        r"<h2>([\w]+)</h2><pre[^>]*><code>(.*?)</code>", docs_page(SETTINGS, address), re.DOTALL
    )
    return {name: html.unescape(text) for name, text in found}


def test_the_page_shows_every_example() -> None:
    assert shown("http://a.example") == examples("http://a.example")
    assert set(EXAMPLES) == {"curl", "JavaScript", "Python"}


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("curl", ("sh", "-c")),
        ("JavaScript", ("node", "--input-type=module", "--eval")),
        ("Python", (sys.executable, "-c")),
    ],
)
def test_an_example_runs_as_it_stands(address: str, name: str, command: tuple[str, ...]) -> None:
    program = "curl" if name == "curl" else command[0]
    if shutil.which(program) is None:
        pytest.skip(f"no {program} on the PATH: the {name} example was not run")
    done = subprocess.run(
        [*command, shown(address)[name]], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "answered" in done.stdout
    assert "나는 공개된 커뮤니티에서 배웠다." in done.stdout
