"""Posts and questions that would like to run something: built, asked for, read, on every face."""

from __future__ import annotations

import gc
import json
import warnings
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from ownwords import cli, encoder
from ownwords.build import build
from ownwords.live import LiveAuthor
from ownwords.settings import Settings
from ownwords.web import create_app

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # of Gradio's start

SITE = "https://example.org"
ESCAPE = "\x1b]0;owned\x07\x1b[31m"
ATTACKS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</title></textarea></script><script>alert(1)</script>",
    "\"><a href=javascript:alert(1) onclick='alert(1)'>lure</a>",
    "[lure](javascript:alert(1)) ![lure](data:text/html,<script>alert(1)</script>)",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "{{7*7}} ${alert(1)} <%= 1 %> $$\\href{javascript:alert(1)}{x}$$",
    "<form action=https://evil.example><button formaction=javascript:alert(1)>lure</button></form>",
    "<style>*{background:url(https://evil.example)}</style><base href=https://evil.example>",
)
ADDRESSES = (
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/hostname",
    '"><script>alert(1)</script>',
    "//evil.example/x",
    f'{SITE}/"onmouseover=alert(1)//',
    f"{SITE}/ok/",
)


def post(number: int) -> str:
    attack = ATTACKS[number]
    front = {
        "title": f"Lighthouse {attack}",
        "url": ADDRESSES[number],
        "date": "2024-01-02",
        "tags": [attack],
        "questions": [f"Which lamp {number}? {attack}"],
        "lang": 'ko"><script>alert(1)</script>',
    }
    yaml = "".join(f"{name}: {json.dumps(value)}\n" for name, value in front.items())
    return (
        f"---\n{yaml}---\n\nThe lighthouse keeper lit lamp {number} each evening {attack} gladly.\n\n"
        f"{attack}\n\nLamp {number} went out {ESCAPE} at dawn.\n"
    )


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "corpus").mkdir()
    for number in range(len(ATTACKS)):
        (folder / "corpus" / f"a{number}.md").write_text(post(number), encoding="utf-8")
    (folder / "secret.md").write_text("# Secret\n\nNobody reads this sentence.\n")
    return Settings(
        corpus=str(folder / "corpus"),
        index=str(folder / "index"),
        site_url=SITE,
        author=ATTACKS[3],
        about=ATTACKS[1],
        caution="generous",
        questions_per_minute=0,
    )


@pytest.fixture(scope="module")
def client(settings):
    from conftest import BagOfWords

    with pytest.MonkeyPatch.context() as patch:
        build(settings, open_encoder=lambda *_: BagOfWords())
        patch.setattr(encoder, "open_for_answers", lambda *_, **__: BagOfWords())
        app = create_app(LiveAuthor(Path(settings.index), settings), settings)
        with TestClient(app, raise_server_exceptions=False) as client:
            yield client
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


class Active(HTMLParser):
    """Collects what a browser would run, load from elsewhere, or send."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attributes):  # type: ignore[no-untyped-def]
        given = dict(attributes)
        if tag in ("iframe", "object", "embed", "form", "base", "svg", "style", "math"):
            self.found.append(tag)
        if tag == "script" and "nonce" not in given:
            self.found.append(tag)
        if tag == "img" and not (given.get("src") or "").startswith("/portrait"):
            self.found.append(f"img {given}")
        for name, value in attributes:
            if name.startswith("on") or name in ("srcdoc", "formaction", "style"):
                self.found.append(f"{tag} {name}")
            if name in ("href", "src", "action") and not _harmless(value or ""):
                self.found.append(f"{tag} {name}={value}")


def _harmless(address: str) -> bool:
    """An address on this server, or on the author's site over https."""
    own = address.startswith(("/", "#", "?")) and not address.startswith("//")
    return own or (urlsplit(address).scheme, urlsplit(address).netloc) == ("https", "example.org")


def active(page: str) -> list[str]:
    parser = Active()
    parser.feed(page)
    parser.close()
    return parser.found


def test_the_detector_finds_each_attack() -> None:
    """So that an empty list means something."""
    inert = {ATTACKS.index(text) for text in ATTACKS if not active(text)}
    assert inert == {7}  # a template: text, in HTML


def answer_of(client, question):
    reply = client.post("/api/ask", json={"question": question})
    assert reply.status_code == 200, reply.text
    return reply.json()


@pytest.mark.parametrize("number", range(len(ATTACKS)))
def test_links_of_an_answer_are_harmless(client, number):
    answer = answer_of(client, f"The lighthouse keeper lit lamp {number} each evening")
    assert answer["quotes"]
    for entry in answer["quotes"] + answer["nearest"]:
        assert _harmless(entry["link"]), entry["link"]


@pytest.mark.parametrize("number", range(len(ATTACKS)))
def test_the_reading_page_runs_nothing(client, number):
    page = client.get(f"/posts/a{number}?s=0-4000")
    assert page.status_code == 200
    assert "keeper" in page.text
    assert active(page.text) == []
    assert "script-src" not in page.headers["content-security-policy"]  # default-src 'none'


def turns(client, kind, data, session, **more):
    """The HTML of the messages in the log after an event."""
    events = client.get("/config").json()["dependencies"]
    number = next(e["id"] for e in events if e["targets"][0][1] == kind)
    body = {"fn_index": number, "data": data, "session_hash": session}
    assert client.post("/gradio_api/queue/join", json=body, **more).status_code == 200
    stream = client.get("/gradio_api/queue/data", params={"session_hash": session}).text
    done = next(line for line in stream.splitlines() if "process_completed" in line)
    log = next(v for v in json.loads(done[5:])["output"]["data"] if isinstance(v, list))
    return [message["content"][0]["text"] for message in log]


@pytest.mark.parametrize("number", range(len(ATTACKS)))
def test_the_cards_run_nothing(client, number):
    question = f"lighthouse keeper lamp {number} {ATTACKS[number]}"
    asked, answer = turns(client, "submit", [question, None], f"hostile{number}")
    assert "keeper" in answer
    assert active(asked) == active(answer) == []
    assert "\x1b" not in answer


@pytest.mark.parametrize("number", range(len(ATTACKS)))
@pytest.mark.parametrize("name", ["q", "lang", "scope", "__theme", "embed"])
def test_the_page_runs_nothing_of_its_address(client, number, name):
    plain = active(client.get("/").text)
    page = client.get(f"/?{urlencode({name: ATTACKS[number], 'x': ATTACKS[number]})}")
    assert page.status_code == 200
    assert active(page.text) == plain
    assert "<script>alert" not in page.text


def test_the_page_itself_is_clean_but_for_what_gradio_brings(client):
    found = active(client.get("/").text)
    assert not any("alert" in one or "evil" in one or "javascript" in one for one in found)


@pytest.mark.parametrize("number", range(len(ATTACKS)))
def test_the_terminal_obeys_nothing(client, settings, monkeypatch, number):
    author = LiveAuthor(Path(settings.index), settings).current()
    monkeypatch.setattr("ownwords.ask.open_author", lambda *_: author)
    done = CliRunner().invoke(
        cli.app, ["ask", f"The lighthouse keeper lit lamp {number} {ESCAPE}{ATTACKS[number]}"]
    )
    assert "keeper" in done.output
    assert not set(done.output) & set("\x1b\x07")


OUTSIDE = ("../secret", "..%2fsecret", "%2e%2e/secret", "/etc/hostname", "....//secret", "secret")


@pytest.mark.parametrize("path", OUTSIDE)
def test_no_file_beside_the_corpus_is_read(client, settings, path):
    whole = str(Path(settings.corpus).parent / "secret.md")
    for address in (f"/posts/{path}", f"/posts/{path}.md", f"/posts/{quote(whole, safe='')}"):
        page = client.get(address)
        assert page.status_code == 404, address
        assert "Nobody reads" not in page.text


def headers_of(client):
    """A response of every kind."""
    sent = {"question": "lamp"}
    return {
        "page": client.get("/"),
        "shared": client.get("/?q=a"),
        "asset": client.get("/page.js"),
        "style": client.get("/look.css"),
        "answer": client.post("/api/ask", json=sent),
        "refused": client.post("/api/ask", content=b"{"),
        "large": client.post("/api/ask", content=b"x" * 70_000),
        "method": client.get("/api/ask"),
        "docs": client.get("/api/docs"),
        "post": client.get("/posts/a1"),
        "no post": client.get("/posts/none"),
        "shut": client.get("/gradio_api/upload"),
        "queue": client.post("/gradio_api/queue/join", content=b"{"),
        "config": client.get("/config"),
        "widget": client.get("/widget.js"),
        "embed": client.get("/embed"),
        "frame refused": client.get("/?embed=1", headers={"referer": "https://evil.example/"}),
        "assistants": client.get("/mcp"),
        "health": client.get("/healthz"),
        "preflight": client.options("/api/ask", headers={"origin": "https://evil.example"}),
    }


def test_every_response_carries_the_headers(client):
    for kind, reply in headers_of(client).items():
        policy = reply.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors" in policy, kind
        assert "unsafe-eval" not in policy, kind
        assert reply.headers["x-content-type-options"] == "nosniff", kind
        assert "referrer-policy" in reply.headers, kind
        assert "camera=()" in reply.headers["permissions-policy"], kind
