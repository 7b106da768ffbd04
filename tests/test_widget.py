"""The widget's script, the page's embedded form and the embed view: through the whole app."""

from __future__ import annotations

import gc
import gzip
import html
import re
import warnings

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from ownwords.cli import app as cli
from ownwords.errors import OwnwordsError
from ownwords.settings import Settings
from ownwords.web import create_app, widget
from ownwords.web.asked import known_post
from ownwords.web.cards import answer_card
from ownwords.web.texts import EN, KO
from web_fakes import FakeAuthor, FakeLive

SITE, STRANGER = "https://blog.example.org", "https://other.example"
SETTINGS = Settings(allowed_sites=(SITE, "https://*.example.net"), accent="#336699")
KILOBYTES = 6

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def client():
    app = create_app(FakeLive(FakeAuthor()), SETTINGS)
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


def framed(client, site, query="/?embed=1", **headers):
    """The page as a frame of the site asks for it."""
    sent = {"referer": f"{site}/", "sec-fetch-site": "cross-site", "sec-fetch-dest": "iframe"}
    return client.get(query, headers={**sent, **headers})


def test_the_script_is_small_over_the_wire(client):
    response = client.get("/widget.js", headers={"accept-encoding": "gzip"})
    assert response.headers["content-encoding"] == "gzip"
    assert int(response.headers["content-length"]) <= KILOBYTES * 1000
    assert len(gzip.compress(response.content, 6)) <= KILOBYTES * 1000


def test_the_script_carries_the_settings_and_nothing_for_its_readers(client):
    sent = client.get("/widget.js").text
    assert '{"accent": "#336699"}' in sent
    assert not re.search(r"^\s*//", sent, re.MULTILINE)
    assert widget.script(Settings()).count(widget.ACCENT) == 1


def test_the_script_keeps_nothing_and_asks_for_nothing(client):
    sent = client.get("/widget.js").text
    for word in (
        "cookie",
        "Storage",
        "indexedDB",
        "fetch(",
        "XMLHttp",
        "innerHTML",
        "eval(",
        "import(",
    ):
        assert word not in sent
    assert re.findall(r"https?://", sent) == []


def test_the_script_is_kept_and_asked_for_by_its_tag(client):
    first = client.get("/widget.js")
    assert "max-age=86400" in first.headers["cache-control"]
    assert first.headers["cross-origin-resource-policy"] == "cross-origin"
    tag = first.headers["etag"]
    for known in (tag, f'W/{tag}, "x"'):
        again = client.get("/widget.js", headers={"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get("/widget.js", headers={"if-none-match": '"old"'}).status_code == 200


def test_the_embedded_page_has_its_script_style_and_accent(client):
    page = framed(client, SITE, "/?embed=1&accent=aa0000").text
    parts = re.findall(r'(?:src|href)="(/embed\.(?:js|css)\?v=\w+)"', page)
    assert len(parts) == 2
    for part in parts:
        assert "immutable" in client.get(part).headers["cache-control"]
    assert "--ow-accent:#aa0000" in page
    assert "/embed.js" not in client.get("/").text


@pytest.mark.parametrize("accent", ["red", "aa000", "aa0000;}</style>", ""])
def test_an_accent_that_is_none_is_left_out(client, accent):
    assert "<style>:root{--ow-accent" not in client.get(f"/?embed=1&accent={accent}").text


@pytest.mark.parametrize("site", [SITE, "https://a.example.net"])
def test_an_allowed_site_frames_the_page(client, site):
    response = framed(client, site)
    assert response.status_code == 200
    assert f"frame-ancestors 'self' {SITE}" in response.headers["content-security-policy"]


@pytest.mark.parametrize(
    "site", [STRANGER, "https://example.net", "http://blog.example.org", f"{SITE}.evil.example", f"{SITE}:8443"]
)  # fmt: skip
def test_another_site_is_told_which_setting_to_change(client, site):
    response = framed(client, site, "/?embed=1&lang=en&q=study")
    assert response.status_code == 403
    assert "<code>allowed_sites</code>" in response.text and f"<code>{site}</code>" in response.text
    assert (
        "gradio" not in response.text
        and "frame-ancestors *" in response.headers["content-security-policy"]
    )


def test_the_refusal_speaks_the_visitors_language_and_runs_nothing_of_the_sites(client):
    evil = "https://a<script>alert(1)</script>"
    response = framed(client, evil, "/?embed=1&lang=ko")
    assert 'lang="ko"' in response.text and "<script>alert" not in response.text
    assert "unsafe" not in response.headers["content-security-policy"]


def test_the_servers_own_pages_are_never_refused(client):
    own = framed(client, "https://proxied.example", **{"sec-fetch-site": "same-origin"})
    same_host = client.get("/?embed=1", headers={"referer": "http://testserver/embed"})
    assert (own.status_code, same_host.status_code) == (200, 200)


def test_without_an_origin_the_browser_decides(client):
    response = client.get("/?embed=1", headers={"sec-fetch-site": "cross-site"})
    assert response.status_code == 200
    assert STRANGER not in response.headers["content-security-policy"]


def test_only_the_embedded_form_is_looked_at(client):
    assert framed(client, STRANGER, "/").status_code == 200  # a link from any site


def test_a_snippet_names_what_differs_from_the_defaults():
    assert widget.snippet("https://ask.example/") == (
        '<script src="https://ask.example/widget.js" async></script>'
    )
    chosen = {"mode": "bubble", "position": "top-left", "label": 'a"b<', "theme": "auto"}
    assert widget.snippet("", chosen) == (
        '<script src="/widget.js" async data-position="top-left" data-label="a&quot;b&lt;"></script>'
    )


def test_the_embed_view_shows_the_snippet_and_the_widget_itself(client):
    response = client.get(
        "/embed?mode=inline&label=Ask+me&nonsense=1", headers={"accept-language": "en"}
    )
    shown = html.unescape(
        re.search(r"<textarea[^>]*>(.*?)</textarea>", response.text, re.DOTALL)[1]
    )
    assert shown == (
        '<script src="http://testserver/widget.js" async data-mode="inline" data-label="Ask me"></script>'
    )
    assert shown.replace("http://testserver", "") in response.text
    assert "script-src 'self'" in response.headers["content-security-policy"]
    assert client.get("/embed-view.css").headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("texts", [KO, EN])
def test_the_embed_view_escapes_what_its_address_holds(texts):
    evil = '"></textarea><script>alert(1)</script>'
    page = widget.view("https://ask.example/", widget.chosen({"label": evil, "mode": evil}), texts)
    assert "<script>alert" not in page and page.count("</textarea>") == 1
    assert widget.chosen({"mode": evil, "label": "x" * 999}) == {"label": "x" * widget.OPTION_CHARS}


def test_the_command_prints_the_snippet():
    result = CliRunner().invoke(cli, ["embed", "--url", "https://ask.example"])
    assert result.stdout == '<script src="https://ask.example/widget.js" async></script>\n'


@pytest.mark.parametrize(
    "url", ["ask.example", "ftp://a", "https://a/b", 'https://a"', "https://a?b"]
)
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(OwnwordsError, match="is not a server's address"):
        widget.checked_base(url)


def test_a_wildcard_site_may_call_the_api_too(client):
    allowed = {}
    for site in (SITE, "https://a.example.net", "https://example.net", STRANGER):
        response = client.post("/api/ask", json={"question": "study"}, headers={"origin": site})
        allowed[site] = response.headers.get("access-control-allow-origin")
    assert list(allowed.values()) == [SITE, "https://a.example.net", None, None]


def test_without_sites_the_pattern_covers_nothing():
    assert re.fullmatch(widget.pattern(()), "") is None
    assert re.fullmatch(widget.pattern(("https://a.example:*",)), "https://a.example:8443")


def test_nothing_found_in_one_post_is_said_of_that_post():
    author = FakeAuthor()
    card = answer_card(author.ask("요리"), author.around, EN, "Kim", True)
    assert EN.none_here in card and "Kim has not written" not in card


def test_the_page_searches_one_post_where_the_scope_names_one():
    author = FakeAuthor()
    assert known_post(author, "https://example.org/out/#part") == "out"
    assert known_post(author, "https://example.org/about/") is None
    assert known_post(author, None) is None
