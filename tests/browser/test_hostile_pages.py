"""Posts and questions that would like to run something, opened in a real browser: on the page, in a
widget on another site, on the reading page. Whatever they hold, none of it ran and nothing was
asked of another host."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote, urlencode

import pytest

pytestmark = pytest.mark.browser

TESTS = Path(__file__).parents[1]
EVIL = "http://evil.example"
# Each tells of itself in two ways: it counts up `owned`, or asks EVIL for something.
RUN = "top.owned=1;self.owned=1"
ATTACKS = (
    f"<script>{RUN}</script>",
    f"<img src={EVIL}/i onerror={RUN}><img src=x onerror={RUN}>",
    f"<svg onload={RUN}><script href={EVIL}/s /><a xlink:href='javascript:{RUN}'><text>lure</text></a></svg>",
    f"</title></textarea></style></script><script>{RUN}</script>",
    f"\"'><a href=\"javascript:{RUN}\" onclick='{RUN}'>lure</a>",
    f"[lure](javascript:{RUN}) [lure](java&#9;script:{RUN}) ![lure]({EVIL}/m) <javascript:{RUN}>",
    f"<iframe srcdoc='<script>{RUN}</script>' src='{EVIL}/f'></iframe><object data={EVIL}/o></object>",
    f"<style>*{{background:url({EVIL}/c)}} @import '{EVIL}/d';</style><link rel=stylesheet href={EVIL}/l>",
    f"<form action={EVIL}/a><button formaction='javascript:{RUN}'>lure</button></form><base href={EVIL}/>",
    f"<meta http-equiv=refresh content='0;url={EVIL}/r'><details open ontoggle={RUN}>lure</details>",
    f"$$\\href{{javascript:{RUN}}}{{lure}}$$ {{{{constructor.constructor('{RUN}')()}}}} ${{{RUN}}}",
    "\x1b[31m\x1b]0;owned\x07",
    f"```html\n<script>{RUN}</script>\n```",
    f"| <img src=x onerror={RUN}> | [lure](javascript:{RUN}) |\n|---|---|\n| a | <script>{RUN}</script> |",
    f"<math><mtext><table><mglyph><style><img src={EVIL}/g onerror={RUN}></style></mglyph></table></mtext></math>",
    f"<noscript><p title=\"</noscript><img src=x onerror={RUN}>\"></noscript><template><script>{RUN}</script></template>",
)  # fmt: skip
SERVER = """
import sys
from pathlib import Path
from conftest import BagOfWords
from ownwords import encoder
from ownwords.live import LiveAuthor
from ownwords.build import build
from ownwords.settings import Settings
from ownwords.web import _listening, _run, create_app
folder, site, attack = sys.argv[1:]
settings = Settings(corpus=f"{folder}/corpus", index=f"{folder}/index", caution="generous", about=attack,
                    author=attack, questions_per_minute=0, allowed_sites=(site,))
build(settings, open_encoder=lambda *_: BagOfWords())
encoder.open_for_answers = lambda *_, **__: BagOfWords()
_run(create_app(LiveAuthor(Path(settings.index), settings), settings), _listening("127.0.0.1", 0))
"""


def question(number: int) -> str:
    """One of the post's own questions, so that it is answered whatever its words weigh."""
    return f"Which lamp {number}? {ATTACKS[number]}"


def post(number: int) -> str:
    attack = ATTACKS[number]
    front = {"title": f"Lamp {attack}", "questions": [question(number)],
             "lang": f'ko"><script>{RUN}</script>', "url": f"javascript:{RUN}", "tags": [attack]}  # fmt: skip
    yaml = "".join(f"{name}: {json.dumps(value)}\n" for name, value in front.items())
    return (
        f"---\n{yaml}---\n\n## Part {attack}\n\nThe keeper lit lamp {number} each evening **{attack}** gladly.\n\n"
        f"{attack}\n\n- item {attack}\n\nLamp {number} went out at dawn {attack} again.\n\n{'Rain fell. ' * 60}\n"
    )


class Host(BaseHTTPRequestHandler):
    """A site whose one page holds the widget; its path names the server."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        port = self.path.strip("/")
        script = (
            f'<script src="http://127.0.0.1:{port}/widget.js" data-language="en" async></script>'
        )
        self.wfile.write(
            f"<!doctype html><link rel=icon href=data:,><p>A site</p>{script}".encode()
        )

    def log_message(self, *said):
        pass


@pytest.fixture(scope="module")
def host():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Host)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def address(tmp_path_factory, host):
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "corpus").mkdir()
    for number in range(len(ATTACKS)):
        (folder / "corpus" / f"a{number}.md").write_text(post(number), encoding="utf-8")
        (folder / "corpus" / f"h{number}.html").write_text(
            f"<html><body><p>The keeper lit bulb {number} {ATTACKS[number]} gladly.</p><p>{'Rain fell. ' * 60}</p></body></html>",
            encoding="utf-8",
        )
    command = [sys.executable, "-c", SERVER, str(folder), host, ATTACKS[3]]
    with subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True) as server:
        lines = iter(server.stdout.readline, "")
        yield next(found[0] for line in lines if (found := re.search(r"http://[^/]+", line)))
        server.terminate()


@pytest.fixture
def page(browser, address, host):
    """A page that is watched: at the end no script of a post's ran, no other host was asked, nothing
    was opened, and no policy had to stop anything."""
    context = browser.new_context(locale="en-US")
    context.set_default_timeout(20_000)
    asked, said = [], []
    context.on("request", lambda request: asked.append(request.url))
    context.route(f"{EVIL}/**", lambda route: route.fulfill(body="self.owned=1", content_type="text/javascript"))  # fmt: skip
    page = context.new_page()
    page.on("dialog", lambda dialog: said.append(dialog.message) or dialog.dismiss())
    page.on(
        "console", lambda line: said.append(line.text) if "Content Security" in line.text else 0
    )
    yield page
    page.wait_for_timeout(200)
    owned = [frame.evaluate("self.owned ?? 0") for frame in page.frames]
    strangers = [one for one in asked if not one.startswith((address, host, "data:"))]
    pages = len(context.pages)
    context.close()
    assert (owned, strangers, said, pages) == ([0] * len(owned), [], [], 1)


def test_the_watch_sees_what_each_attack_would_do(browser):
    """So that an empty list means something: most of them run in a page that takes them as they are."""
    idle = []
    for number, attack in enumerate(ATTACKS):
        context = browser.new_context()
        asked = []
        context.on("request", lambda request, to=asked: to.append(request.url))
        context.route("**", lambda route: route.fulfill(body="", content_type="text/html"))
        page = context.new_page()
        page.goto("http://site.example/")
        page.evaluate("() => { self.owned = 0; }")
        page.set_content(f"<!doctype html>{attack}", wait_until="commit")
        page.wait_for_timeout(100)
        for lure in page.locator("text=lure").all():
            lure.evaluate("one => one.click?.()")
        page.wait_for_timeout(50)
        if not (page.evaluate("self.owned") or any(EVIL in one for one in asked)):
            idle.append(number)
        context.close()
    # Markdown, a template, a terminal's are text in HTML; the last but one waits for a sanitiser.
    assert idle == [5, 10, 11, 14]


@pytest.mark.parametrize("first", range(0, len(ATTACKS), 4))
def test_the_page_and_the_posts_it_quotes(page, address, first):
    asked = [
        question(number).replace("\n", " ").replace("\x1b", "")
        for number in range(first, first + 4)
    ]
    page.goto(f"{address}/?{urlencode([('q', one) for one in asked])}")
    page.locator(".ow-question >> nth=3").wait_for()
    page.locator("#log .ow-answer >> nth=3").wait_for()
    for closed in page.locator("#log summary").all():
        if closed.is_visible():
            closed.click()
    assert "lamp" in page.inner_text("#log .ow-card >> nth=0").lower()
    assert page.locator("#log .ow-card").count() >= 8
    touch(page.locator("#log, .ow-head"))
    page.fill("#ask textarea", asked[0])
    page.press("#ask textarea", "Enter")
    page.locator(".ow-question >> nth=4").wait_for()


def test_what_the_page_suggests_instead_of_an_answer(page, address):
    """The posts' own questions: text on a button, which asks them."""
    page.goto(f"{address}/?q=zebra")
    suggested = page.locator("#log button", has_text="Which lamp")
    suggested.first.wait_for()
    every = suggested.all_inner_texts()
    assert every and set(every) <= {question(number) for number in range(len(ATTACKS))}
    suggested.first.click()
    page.locator(".ow-question >> nth=1").wait_for()
    page.locator("#log .ow-answer .ow-card").first.wait_for()


def touch(parts):
    """Presses whatever a post smuggled in: nothing of the page's own is called a lure."""
    for lure in parts.locator("a, button, text, summary", has_text="lure").all():
        href = lure.get_attribute("href") or ""
        assert href.startswith("/posts/"), lure.evaluate("one => one.outerHTML")


@pytest.mark.parametrize("name", ["q", "lang", "scope", "__theme", "accent", "embed"])
def test_the_address(page, address, name):
    attack = quote("".join(ATTACKS[:6]))
    page.goto(f"{address}/?{name}={attack}&{attack}=1")
    page.wait_for_selector("#ask textarea")
    page.wait_for_selector("#log .ow-answer")


@pytest.mark.parametrize("number", range(len(ATTACKS)))
@pytest.mark.parametrize("kind", "ah")
def test_the_reading_page(page, address, number, kind):
    page.goto(f"{address}/posts/{kind}{number}?s=0-5000#quote")
    assert page.locator("article mark").count() > 0
    links = page.locator("article a").evaluate_all("all => all.map(one => one.href)")
    assert [one for one in links if not one.startswith(("http://", "https://"))] == []
    active = "article :is(script, style, iframe, object, img, svg, form, button, base, meta, link, [onerror], [onload])"
    assert page.locator(active).count() == 0


@pytest.mark.parametrize("number", [1, 4, 9])
def test_the_widget(page, address, host, number):
    page.goto(f"{host}/{address.rpartition(':')[2]}")
    page.wait_for_function("self.ownwords?.widgets.length")
    page.evaluate("question => ownwords.ask(question)", question(number))
    inside = page.frame_locator("iframe")
    inside.locator(".ow-answer .ow-card").first.wait_for()
    touch(inside.locator("#log"))
    assert page.evaluate("document.title + document.body.innerText").strip() == "A site"


def test_options_of_the_widget_are_text(page, address, host):
    page.goto(f"{host}/{address.rpartition(':')[2]}")
    page.wait_for_function("self.ownwords?.widgets.length")
    page.evaluate(
        """([attack, src]) => {
          for (const mode of ["bubble", "inline", "link"]) {
            const script = Object.assign(document.createElement("script"), { src });
            for (const name of ["label", "greeting", "question", "accent", "position", "scope", "language", "zIndex"]) script.dataset[name] = attack;
            script.dataset.mode = mode;
            document.body.append(script);
          }
        }""",
        [ATTACKS[1] + ATTACKS[3], f"{address}/widget.js"],
    )
    page.wait_for_function("self.ownwords.widgets.length === 4")
    for at in range(1, 4):
        page.evaluate("at => ownwords.widgets[at].open()", at)
        page.wait_for_function("at => ownwords.widgets[at].ready", arg=at)
        page.evaluate("at => ownwords.widgets[at].close()", at)
