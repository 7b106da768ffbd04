"""The API, the reading page and what is shut: through the whole app, with a fake author."""

from __future__ import annotations

import gc
import json
import re
import socket
import warnings
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from ownwords.errors import OwnwordsError
from ownwords.settings import Settings
from ownwords.web import create_app, look
from ownwords.web.api import add_routes
from ownwords.web.cards import shown
from ownwords.web.events import Event, well_formed
from ownwords.web.guard import OWN, PAGE, origins
from ownwords.web.shell import Shell, address, visiting
from ownwords.web.texts import EN, KO
from web_fakes import START, TEXT, FakeAuthor, FakeLive

SITE = "https://example.org"
GRADIO = '<html lang="en"><head></head><body><gradio-app></gradio-app></body></html>'
SETTINGS = Settings(
    allowed_sites=(SITE,),
    max_history=2,
    max_question_chars=20,
    max_body_bytes=2000,
    questions_per_minute=0,
)


# Gradio leaves event loops of its own start behind unclosed; they are swept up in this module.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module", autouse=True)
def swept():
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture(scope="module")
def author() -> FakeAuthor:
    return FakeAuthor()


@pytest.fixture(scope="module")
def client(author):
    app = create_app(FakeLive(author), SETTINGS)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def empty():
    app = create_app(FakeLive(None), SETTINGS)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def ask(client, body, **headers):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post("/api/ask", content=content, headers=headers)


def test_answer_is_the_same_object_as_the_authors(client, author):
    sent = ask(client, {"question": "공부?", "history": ["처음"], "k": 2, "scope": "essay"})
    assert sent.status_code == 200
    assert sent.json() == author.ask("공부?", scope="essay").to_dict()
    assert ("공부?", ("처음",), 2, "essay") in author.asked


def test_scope_may_be_an_address(client, author):
    assert ask(client, {"question": "공부", "scope": "https://example.org/out"}).status_code == 200
    assert author.asked[-1][3] == "out"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "json"),
        (b'"\xff"', 400, "json"),
        (b"[" * 1500, 400, "json"),
        ([], 422, "type"),
        ({}, 422, "type"),
        ({"question": 3}, 422, "type"),
        ({"question": "a", "history": "b"}, 422, "type"),
        ({"question": "a", "history": [1]}, 422, "type"),
        ({"question": "a", "k": True}, 422, "type"),
        ({"question": "a", "k": 1.0}, 422, "type"),
        ({"question": "a", "scope": 1}, 422, "type"),
        ({"question": " \n"}, 422, "empty"),
        ({"question": "a\0"}, 422, "characters"),
        (b'{"question": "\\ud800"}', 422, "characters"),
        ({"question": "a", "history": ["\udfff"]}, 422, "characters"),
        ({"question": "a" * 21}, 422, "too_long"),
        ({"question": "a", "history": ["b"] * 3}, 422, "history"),
        ({"question": "a", "k": 0}, 422, "k"),
        ({"question": "a", "k": 11}, 422, "k"),
        ({"question": "a", "scope": "nowhere"}, 404, "scope"),
        ({"question": "a", "rest": "b" * 2000}, 413, "too_large"),
        ({"question": "고장"}, 500, "internal"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(client, body, status, code):
    sent = ask(client, body)
    assert (sent.status_code, sent.json()["error"]["code"]) == (status, code)
    assert sent.json()["error"]["message"] and sent.json()["error"]["fix"]
    assert "secret" not in sent.text


def test_a_body_without_a_length_is_limited_too(client):
    sent = client.post("/api/ask", content=iter([b"x" * 1500, b"x" * 1500]))
    assert sent.status_code == 413


def test_errors_speak_the_visitors_language(client):
    korean = ask(client, {"question": ""}, **{"accept-language": "ko-KR,ko;q=0.9,en;q=0.8"})
    english = ask(client, {"question": ""}, **{"accept-language": "en,ko;q=0.5"})
    assert korean.json()["error"]["message"] == "질문이 비어 있습니다"
    assert english.json()["error"]["message"] == "The question is empty"


def test_limits_at_the_edge_pass(client):
    body = {"question": "a" * 20, "history": ["b", "c"], "k": 10}
    assert ask(client, body).status_code == 200


def test_wrong_method_and_unknown_address(client):
    assert client.get("/api/ask").status_code == 405
    assert client.get("/api/none").json()["error"]["code"] == "not_found"
    assert client.get("/docs").status_code == client.get("/openapi.json").status_code == 404


def test_health_and_readiness(client, empty):
    assert client.get("/healthz").status_code == empty.get("/healthz").status_code == 200
    assert client.get("/readyz").json() == {"build": "20260101-fake", "posts": 3, "passages": 3}
    assert empty.get("/readyz").status_code == 503
    assert empty.get("/readyz").json()["error"]["code"] == "no_index"
    assert ask(empty, {"question": "a"}).status_code == 503


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/hostname",
        "/gradio_api/file%3D/etc/hostname",
        "/file=/etc/hostname",
        "/gradio_api/file=https://example.org/",
        "/assets/../../etc/hostname",
        "/assets/%2e%2e/%2e%2e/etc/hostname",
        "/static/%2e%2e/%2e%2e/pyproject.toml",
        "/gradio_api/info",
        "/gradio_api/openapi.json",
        "/gradio_api/deep_link",
        "/gradio_api/runs",
        "/gradio_api/api/info",
        "/gradio_api/monitoring",
        "/monitoring",
        "/gradio_api/stream/a/b/c/playlist.m3u8",
        "/gradio_api/queue/status",
        "/gradio_api/custom_component/a/client/component/x",
        "/gradio_api/vibe-code/",
        "/gradio_api/dev/reload",
        "/gradio_api/user",
        "/login_check",
        "/logout",
        "/static/img/logo.svg",
        "/assets//etc/hostname",
        "/monitoring/summary",
        "/gradio_api/upload",
        "/proxy=https://example.org",
    ],
)
def test_gradios_other_addresses_are_shut(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "upload",
        "process_recording",
        "run/predict",
        "api/predict",
        "call/ask",
        "component_server",
        "reset",
        "cancel",
        "launch_sketch",
        "queue/join/",
        "stream/a",
    ],
)
def test_gradios_other_posts_are_shut(client, path):
    sent = client.post(f"/gradio_api/{path}", files={"files": ("a.txt", b"a")})
    assert sent.status_code == 404


def addresses(routes):
    """Their paths, those of routers inside included."""
    for route in routes:
        inside = getattr(route, "original_router", None)
        yield from addresses(inside.routes) if inside else [route.path]


def test_every_route_of_gradio_is_shut_but_the_pages_own():
    """By Gradio's own list, so that a route of a later version is seen here first."""
    import gradio

    patterns = set(addresses(gradio.routes.App.create_app(gradio.Blocks()).routes))
    paths = {re.sub(r"\{[^}]*\}", "x", pattern) for pattern in patterns}
    assert {"/gradio_api/upload", "/gradio_api/file=x", "/gradio_api/queue/join"} <= paths
    assert {path for path in paths if PAGE.fullmatch(path)} == {
        "/",
        "/assets/x",
        "/svelte/x",
        "/theme.css",
        "/config",
        "/gradio_api/startup-events",
        "/gradio_api/app_id",
        "/gradio_api/heartbeat/x",
        "/gradio_api/queue/join",
        "/gradio_api/queue/data",
    }
    assert {path for path in paths if OWN.fullmatch(path)} <= {"/robots.txt", "/favicon.ico"}


FILE = {"path": "/etc/hostname", "meta": {"_type": "gradio.FileData"}}


def event(client, kind):
    """The number and the inputs of the page's first event of a kind."""
    events = client.get("/config").json()["dependencies"]
    return next((e["id"], len(e["inputs"])) for e in events if e["targets"][0][1] == kind)


def join(client, query="", **sent):
    body = {"data": [], "fn_index": 0, "session_hash": "session", **sent}
    return client.post(f"/gradio_api/queue/join?{query}", json=body)


def replied(client, kind, *data, session="session", picked=None, query=""):
    """What the queue's stream says last to an event: `process_completed`."""
    number, _ = event(client, kind)
    joined = join(
        client, fn_index=number, data=data, session_hash=session, event_data=picked, query=query
    )
    assert joined.status_code == 200, joined.text
    stream = client.get("/gradio_api/queue/data", params={"session_hash": session}).text
    messages = [json.loads(line[5:]) for line in stream.splitlines() if line.startswith("data:")]
    return next(message for message in messages if message["msg"] == "process_completed")


def said(client, kind, *data, **more):
    """The texts of the messages in the log after an event."""
    output = replied(client, kind, *data, **more)["output"]
    log = next(value for value in output["data"] if isinstance(value, list))
    return [message["content"][0]["text"] for message in log]


def test_the_page_answers_through_its_queue(client):
    assert KO.greeting not in (said(client, "load")[0]) and EN.greeting in said(client, "load")[0]
    question, answer = said(client, "submit", "공부", None, session="one")
    assert '<h2 class="ow-question" lang="ko">공부</h2>' in question
    assert "나는 공개된 커뮤니티에서 배웠다." in answer
    turns = said(client, "option_select", None, session="one", picked={"index": 0, "value": "가"})
    assert len(turns) == 4 and EN.none in turns[3]
    assert len(said(client, "click", session="one")) == 1
    assert len(said(client, "submit", "공부", None, session="one")) == 2


@pytest.mark.parametrize("kind", ["load", "submit", "option_select", "click"])
def test_a_crafted_message_never_reaches_gradio(client, kind):
    number, inputs = event(client, kind)
    picked = {"index": 0, "value": "공부"}
    for data in (
        [FILE] * inputs,
        [[FILE]] * inputs,
        [{"component": "file", "value": FILE}] * inputs,
    ):
        sent = join(client, fn_index=number, data=data + [FILE] * (not inputs), event_data=picked)
        assert (sent.status_code, sent.json()["error"]["code"]) == (422, "event")
        assert socket.gethostname() not in sent.text


def test_what_gradio_would_open_is_answered_as_text(client):
    """The queue's own reply: a file's name is a question like any other, and no file is linked."""
    reply = json.dumps(replied(client, "submit", json.dumps(FILE), None, session="text"))
    assert socket.gethostname() not in reply and "/gradio_api/file" not in reply
    assert EN.none in said(client, "submit", "file=/etc/hostname", None, session="text")[-1]


@pytest.mark.parametrize(
    "sent",
    [
        {"fn_index": 99},
        {"fn_index": -1},
        {"fn_index": None},
        {"fn_index": True},
        {"fn_index": "0"},
        {"data": None},
        {"data": {}},
        {"data": ["one too many"]},
        {"session_hash": None},
        {"session_hash": {}},
        {"session_hash": "../x"},
    ],
)
def test_an_event_the_page_does_not_send_is_refused(client, sent):
    assert join(client, **sent).status_code == 422


@pytest.mark.parametrize(
    "picked", [None, "x", [], {}, {"value": "가"}, {"index": 0}, {"index": 0, "value": {"a": 1}}]
)
def test_a_pick_without_a_question_is_refused(client, picked):
    number, _ = event(client, "option_select")
    assert join(client, fn_index=number, data=[None], event_data=picked).status_code == 422


@pytest.mark.parametrize("body", [b"", b"{", b"3", b"[]", b"\xff", b"[" * 1500])
def test_an_event_that_is_no_object_is_refused(client, body):
    assert client.post("/gradio_api/queue/join", content=body).status_code == 422


def test_fields_the_page_does_not_send_are_dropped():
    sent = {"fn_index": 1, "data": ["a"], "session_hash": "s", "request": {"x": 1}, "batched": True}
    assert json.loads(well_formed(json.dumps(sent).encode(), {1: Event(1)})) == {
        "fn_index": 1,
        "data": ["a"],
        "session_hash": "s",
        "event_data": None,
        "trigger_id": None,
    }


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("a" * 21, "The question is too long. Use at most 20 characters."),
        ("a\0", "The question holds a character that cannot be read."),
        ("모르는 글", "There is no such post."),
        ("낡은 색인", "There is no answer at the moment."),
        ("고장", "Something went wrong while looking for an answer."),
    ],
)
def test_a_failure_in_the_chat_is_a_sentence_for_the_visitor(client, author, question, sentence):
    session = f"failure{len(question)}{ord(question[-1])}"
    turns = said(client, "submit", question, None, session=session)
    assert sentence in turns[1] and "secret" not in turns[1]
    said(client, "submit", "공부", None, session=session)
    assert author.asked[-1][:2] == ("공부", ())  # a refused question is no history


def test_a_question_that_is_too_long_is_shown_by_its_beginning(client):
    turns = said(client, "submit", "가나" * 50, None, session="long")
    assert f">{'가나' * 30}…<" in turns[0]


def test_errors_of_the_core_have_a_status_of_their_own(client):
    for question, status, code in (("모르는 글", 404, "scope"), ("낡은 색인", 503, "not_ready")):
        sent = ask(client, {"question": question})
        assert (sent.status_code, sent.json()["error"]["code"]) == (status, code)
        assert "secret" not in sent.text


def test_the_icon_is_our_own(client):
    icon = client.get("/favicon.ico")
    assert icon.headers["content-type"] == "image/svg+xml" and "<svg" in icon.text
    assert "manifest.json" not in client.get("/").text
    assert client.get("/manifest.json").status_code == 404


def test_page_has_its_own_title_preview_and_policy(client):
    page = client.get("/", headers={"origin": "https://other.example"})
    policy = page.headers["content-security-policy"]
    nonce = policy.split("'nonce-")[1].split("'")[0]
    assert page.text.count("<script") == page.text.count(f'<script nonce="{nonce}"')
    assert '<meta property="og:title" content="글쓴이에게 묻기 · Ask the author">' in page.text
    assert "og:description" in page.text and 'content="Gradio"' not in page.text
    assert f"frame-ancestors 'self' {SITE}" in policy
    assert "unsafe-eval" not in policy and "form-action 'none'" in policy
    assert "camera=()" in page.headers["permissions-policy"]
    assert "access-control-allow-origin" not in page.headers
    assert page.headers["x-content-type-options"] == "nosniff"


def test_the_page_has_a_face_in_the_visitors_language_before_any_script(client):
    korean = client.get("/", headers={"accept-language": "ko-KR,ko;q=0.9"})
    english = client.get("/", headers={"accept-language": "en"})
    for page, texts in ((korean, KO), (english, EN)):
        assert f'<html lang="{texts.language}"' in page.text
        assert f"<h1>{texts.title}</h1><p>{shown(texts.description)}</p>" in page.text
        assert page.text.count(f"<title>{texts.title}</title>") == 1
        assert f'"title":"{texts.title}","space_id"' in page.text
        assert texts.no_script in page.text
    assert "accept-language" in korean.headers["vary"]


def test_a_hostile_title_stays_text():
    evil = "</script><b>&'\""
    page = Shell(Settings(site_title=evil, about=evil))(GRADIO, visiting("ko", ""), "n")
    assert "<b>" not in page and "</script><b>" not in page
    page = Shell(Settings())(GRADIO, visiting("ko", urlencode({"q": evil, "lang": evil})), "n")
    assert "<b>" not in page and "</script><b>" not in page


def test_gradios_configuration_takes_the_visitors_title(client):
    title = json.dumps("</script><b>&' — Ask the author").replace("/", "\\/")
    page = client.get("/", params={"q": "</script><b>&'"}, headers={"accept-language": "en"}).text
    named = re.search(r'"title":("(?:[^"\\]|\\.)*"),"space_id"', page)[1]
    assert json.loads(named) == json.loads(title)
    assert "</script><b>" not in page


def test_the_language_in_the_address_wins(client):
    page = client.get("/?lang=ko&q=a", headers={"accept-language": "en"}).text
    assert f"<h1>{KO.title}</h1>" in page and '<html lang="ko"' in page
    assert page.count(f'"placeholder":"{KO.placeholder}"') == 2  # whatever the browser speaks
    assert '<a class="ow-lang" href="?q=a&amp;lang=en"' in page
    assert KO.page_missing in client.get("/posts/none?lang=ko").text


def test_a_shared_address_previews_with_its_question_and_is_not_indexed(client):
    page = client.get("/?q=first&q=how%20did+you%0astudy?")
    assert (
        'property="og:title" content="how did you study? — 글쓴이에게 묻기 · Ask the' in page.text
    )
    assert page.headers["x-robots-tag"] == "noindex"
    assert "x-robots-tag" not in client.get("/").headers
    assert "Disallow: /?q=" in client.get("/robots.txt").text


def test_a_shared_address_asks_its_last_questions(client, author):
    query = urlencode([("q", " "), *(("q", f"공부 {n}") for n in range(7)), ("r", "x")])
    turns = said(client, "load", session="shared", query=query)
    assert [f"공부 {n}" in turn for n, turn in zip(range(2, 7), turns[::2], strict=True)] == [
        True
    ] * 5
    assert author.asked[-1][:2] == ("공부 6", ("공부 4", "공부 5"))  # max_history is 2
    assert len(said(client, "submit", "공부", None, session="shared")) == 12


def test_visits():
    assert visiting("en", "q=%ff&lang=xx").question == "\ufffd"
    assert len(visiting("en", "q=" + "a" * 500).question) == 120
    assert visiting(None, "").is_crawler and not visiting(None, "lang=ko").is_crawler
    assert visiting("en", "&".join(["a=b"] * 100)).query == ()
    assert '<html lang="en" data-theme="dark"' in Shell(Settings())(
        GRADIO, visiting("en", "__theme=dark"), "n"
    )


def test_the_authors_look(tmp_path):
    picture = tmp_path / "me.PNG"
    picture.write_bytes(b"png")
    settings = Settings(
        author="김민수",
        about="개발 일기",
        portrait=str(picture),
        accent="#ffee00",
        typeface="serif",
    )
    page = Shell(settings)(GRADIO, visiting("ko", ""), "n")
    assert "<h1>김민수 님의 글에 묻기</h1><p>개발 일기</p><p>질문하시면" in page
    assert '<img src="/portrait?v=' in page
    sheet = look.style(settings)
    assert sheet in client_of(settings).get("/look.css").text
    assert "Noto Serif KR" in sheet and "--ow-accent:#ffee00" in sheet  # readable by night
    assert sheet.index("--ow-accent:#") != sheet.rindex("--ow-accent:#ffee00")  # darker by day
    assert client_of(settings).get("/portrait").headers["content-type"] == "image/png"
    assert look.style(Settings()).count("--ow") == 0


def client_of(settings):
    """The look's own routes, without the page."""
    app = FastAPI()
    add_routes(app, FakeLive(FakeAuthor()), settings)
    return TestClient(app)


@pytest.mark.parametrize("accent", ["#000000", "#ffffff", "#8a5a1f", "#00ff00", "#1010ff"])
def test_any_accent_can_be_read(accent):
    for colour in re.findall(
        r"--ow-accent:#(\w{6});--ow-on:#(\w{6})", look.style(Settings(accent=accent))
    ):
        assert look.contrast(*(tuple(bytes.fromhex(part)) for part in colour)) >= 4.5


def test_contrast_is_that_of_the_guidelines():
    assert look.contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert look.contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("wrong", [{"accent": "red"}, {"accent": "#fff"}, {"portrait": "me.svg"}])
def test_a_look_that_cannot_be_is_an_error(wrong, tmp_path):
    with pytest.raises(OwnwordsError):
        Shell(Settings(**wrong))
    large = tmp_path / "large.png"
    large.write_bytes(b"x" * 200_001)
    for path in (large, tmp_path / "none.png"):
        with pytest.raises(OwnwordsError):
            look.portrait(Settings(portrait=str(path)))


def test_what_the_page_needs_is_compressed_and_kept(client):
    page = client.get("/", headers={"accept-encoding": "gzip"})
    assert page.headers["content-encoding"] == "gzip"
    assert page.num_bytes_downloaded < len(page.content) / 3
    assert page.headers["cache-control"] == "no-store"
    for name in ("page.css", "page.js"):
        kept = client.get(address(name), headers={"accept-encoding": "gzip"})
        assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert kept.headers["content-encoding"] == "gzip"
        assert address(name) in page.text
        assert "immutable" not in client.get(f"/{name}").headers.get("cache-control", "")


def test_only_allowed_sites_may_call_the_api(client):
    ours = ask(client, {"question": "a"}, origin=SITE)
    other = ask(client, {"question": "a"}, origin="https://other.example")
    assert ours.headers["access-control-allow-origin"] == SITE
    assert "access-control-allow-origin" not in other.headers


def test_an_allowed_site_must_be_an_origin():
    assert origins(Settings(allowed_sites=("https://a.example/",))) == ("https://a.example",)
    for site in ("a.example", "https://a.example; script-src *", "https://a.example/path"):
        with pytest.raises(OwnwordsError):
            origins(Settings(allowed_sites=(site,)))


def test_robots(client):
    told = client.get("/robots.txt").text.splitlines()
    assert {"Disallow: /api/", "Disallow: /?q="} <= set(told)


def test_a_shared_link_has_a_picture_from_this_host(client):
    page = client.get("/?q=study", headers={"host": "ask.example.org"}).text
    assert '<meta property="og:image" content="http://ask.example.org/preview.png">' in page
    picture = client.get("/preview.png")
    assert picture.headers["content-type"] == "image/png"
    assert picture.content.startswith(b"\x89PNG")
    evil = client.get("/", headers={"host": 'a"><script>'}).text
    assert 'a"><script>' not in evil


def test_reading_page_through_the_app(client):
    pytest.importorskip("ownwords.corpus")
    page = client.get(f"/posts/essay?s={START}-{START + len(TEXT)}")
    assert page.status_code == 200
    assert f'<mark id="quote">{TEXT}</mark>' in page.text
    assert "<script" not in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    assert '<time datetime="2023-05-01">1 May 2023</time>' in page.text
    assert 'href="/look.css"' in page.text and client.get("/look.css").status_code == 200
    assert page.headers["x-robots-tag"] == "noindex"  # the post is to be found, not each quote
    assert "x-robots-tag" not in client.get("/posts/essay").headers


def test_unknown_post_is_a_page_in_the_visitors_language(client):
    page = client.get("/posts/none", headers={"accept-language": "ko"})
    assert page.status_code == 404 and KO.page_missing in page.text
