"""The widget's line in what site generators really make, `sites/`: opened, asked, navigated."""

from __future__ import annotations

import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs

import pytest

pytestmark = pytest.mark.browser

SITES = Path(__file__).parent / "sites"
TESTS = Path(__file__).parents[1]
WRITTEN = b"https://ask.example.org"  # the server's address in the sites' files
SERVER = """
import sys
from web_fakes import FakeAuthor, FakeLive
from ownwords.settings import Settings
from ownwords.web import _listening, _run, create_app
settings = Settings(allowed_sites=tuple(sys.argv[1:]), questions_per_minute=0)
_run(create_app(FakeLive(FakeAuthor()), settings), _listening("127.0.0.1", 0))
"""
# A site, and whether a link in it changes the page without loading a new one.
KINDS = {"jekyll": False, "hugo": False, "astro": True, "eleventy": True}


class Site:
    """One of `sites/`, served at an origin of its own, with the true address of the server."""

    def __init__(self):
        site = self
        self.root, self.ask = SITES, ""

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                path = site.root / self.path.partition("?")[0].strip("/")
                file = path / "index.html" if path.is_dir() else path
                self.send_response(200 if file.is_file() else 404)
                self.send_header("content-type", guess_type(file.name)[0] or "text/html")
                self.end_headers()
                if file.is_file():
                    self.wfile.write(file.read_bytes().replace(WRITTEN, site.ask.encode()))

            def log_message(self, *said):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()
        self.origin = f"http://localhost:{self.server.server_port}"


@pytest.fixture(scope="module")
def site():
    site = Site()
    command = [sys.executable, "-c", SERVER, site.origin]
    with subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True) as server:
        site.ask = re.search(r"http://[^/]+", server.stdout.readline())[0]
        yield site
        server.terminate()
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def page(browser, site):
    context = browser.new_context(locale="en-US", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.wrong = []
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("console", lambda said: complained(page, said))
    yield page
    context.close()


def complained(page, said):
    """But for Gradio's box, which asks for the focus as it opens, and the sites' missing icons."""
    quiet = said.text.startswith("Blocked autofocusing") or "favicon" in said.location["url"]
    if said.type == "error" and not quiet:
        page.wrong.append(said.text)


def opened(page):
    """The post that the page in the widget looks in, by the address it was told; then shut again."""
    page.locator("ownwords-widget .open").click()
    inside = page.frame_locator("iframe")
    inside.locator("#ask textarea").wait_for()
    asked = page.get_attribute("iframe", "src")
    only = inside.locator("#log .ow-notice").first.inner_text()
    page.keyboard.press("Escape")
    page.wait_for_function("!ownwords.widgets.some((widget) => widget.isOpen)")
    return parse_qs(asked)["scope"][0].split("/")[3], only.startswith("Looks in")


@pytest.mark.parametrize("kind", KINDS)
def test_the_widget_opens_answers_and_follows_navigation(site, page, kind):
    site.root = SITES / kind
    page.goto(f"{site.origin}/out/")
    assert opened(page) == ("out", True)  # the canonical address, and a post that has it
    page.evaluate("() => { self.stayed = true; ownwords.ask('study'); }")
    page.frame_locator("iframe").locator(".ow-card cite").wait_for()
    page.locator("ownwords-widget header button").click()

    page.click("main a:has-text('Next')")
    page.wait_for_selector("h1:has-text('Next')")
    page.wait_for_function("self.ownwords?.widgets.some((widget) => widget.isConnected)")
    assert bool(page.evaluate("self.stayed")) is KINDS[kind]
    assert page.locator("ownwords-widget").count() == 1
    assert opened(page) == ("next", False)

    page.go_back()
    page.wait_for_selector("h1:has-text('Out')")
    page.wait_for_function("self.ownwords?.widgets.some((widget) => widget.isConnected)")
    assert page.locator("ownwords-widget").count() == 1
    assert opened(page) == ("out", True)
    assert page.wrong == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_site_looks_the_same_with_it(site, page, kind):
    site.root = SITES / kind
    places = "JSON.stringify([...document.querySelectorAll('body *:not(script):not(ownwords-widget)')].map((one) => one.getBoundingClientRect()))"
    page.route("**/widget.js", lambda route: route.abort())
    page.goto(f"{site.origin}/out/")
    before = page.evaluate(places)
    page.unroute_all()
    page.goto(f"{site.origin}/out/")
    page.wait_for_selector("ownwords-widget .open")
    assert page.evaluate(places) == before
