"""The widget on sites of another origin, in a real browser, with a fake author behind the page."""

from __future__ import annotations

import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

pytestmark = pytest.mark.browser

TESTS = Path(__file__).parents[1]
SERVER = """
import sys
from web_fakes import FakeAuthor, FakeLive
from ownwords.settings import Settings
from ownwords.web import _listening, _run, create_app
_run(create_app(FakeLive(FakeAuthor()), Settings(allowed_sites=tuple(sys.argv[1:]))), _listening("127.0.0.1", 0))
"""
POST = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>A post</title>{head}</head>
<body><main><h1>A post</h1><p>Words before.</p>{body}<p id="after">Words after. <a href="#x">A link</a></p></main></body></html>"""


class Site:
    """A site of an origin of its own; a test gives it pages and their headers."""

    def __init__(self):
        pages = self.pages = {}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                content, headers = pages.get(self.path.partition("?")[0], ("", {}))
                self.send_response(200 if content else 404)
                for name, value in {"content-type": "text/html; charset=utf-8", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content.encode())

            def log_message(self, *said):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, daemon=True).start()
        self.origin = f"http://localhost:{self.server.server_port}"

    def put(self, body, path="/", head="", lang="en", **headers):
        page = POST.format(body=body, head=head, lang=lang)
        self.pages[path] = (
            page,
            {name.replace("_", "-"): value for name, value in headers.items()},
        )
        return self.origin + path

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="module")
def site():
    site = Site()
    yield site
    site.close()


@pytest.fixture(scope="module")
def stranger():
    site = Site()
    yield site
    site.close()


@pytest.fixture(scope="module")
def ask(site):
    command = [sys.executable, "-c", SERVER, site.origin]
    with subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True) as server:
        yield re.search(r"http://[^/]+", server.stdout.readline())[0]
        server.terminate()


@pytest.fixture
def visit(browser):
    contexts = []

    def opened(url, width=1280, height=800, **options):
        context = browser.new_context(
            viewport={"width": width, "height": height}, **{"locale": "en-US", **options}
        )
        contexts.append(context)
        page = context.new_page()
        page.asked, page.complaints = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda said: complained(page, said))
        page.goto(url)
        return page

    yield opened
    for context in contexts:
        context.close()


def complained(page, said):
    """Gradio's box asks for the focus as it opens, which a frame of another origin may not have."""
    if said.type == "error" and not said.text.startswith("Blocked autofocusing"):
        page.complaints.append(said.text)


def tag(ask, **options):
    chosen = "".join(f' data-{name.replace("_", "-")}="{value}"' for name, value in options.items())
    return f'<script src="{ask}/widget.js" async{chosen}></script>'


def frame(page):
    """The page inside the widget, once it can be asked."""
    inside = page.frame_locator("iframe")
    inside.locator("#ask textarea").wait_for()
    return inside


def within(page, script):
    """What an expression of the first widget `w` gives."""
    page.wait_for_selector("ownwords-widget", state="attached")
    return page.evaluate(
        f"(() => {{ const w = document.querySelector('ownwords-widget'); return {script}; }})()"
    )


def is_open(page):
    return within(page, "w.shadowRoot.querySelector('dialog').open")


# A browser that keeps third parties from storing anything says so with an exception.
STORED = (
    "(() => { try { return localStorage.length + sessionStorage.length; } catch { return 0; } })()"
)
SIZES = pytest.mark.parametrize("width,height", [(390, 844), (1280, 800)])


@SIZES
def test_one_line_opens_the_page_and_answers(site, ask, visit, width, height):
    page = visit(site.put(tag(ask)), width, height)
    page.click("text=Ask my writing")
    inside = frame(page)
    inside.locator("#ask textarea").fill("study")
    inside.locator("#ask textarea").press("Enter")
    inside.locator(".ow-card cite").wait_for()
    assert "공개된 커뮤니티" in inside.locator(".ow-card mark").inner_text()
    assert page.complaints == []


def test_nothing_is_loaded_until_it_is_opened_and_nothing_is_kept(site, ask, visit):
    url = site.put(tag(ask))
    page = visit(url)
    page.wait_for_selector("ownwords-widget", state="attached")
    assert [one for one in page.asked if "favicon" not in one] == [url, f"{ask}/widget.js"]
    page.click("text=Ask my writing")
    frame(page)
    assert all(one.startswith((ask, site.origin, "data:")) for one in page.asked)
    assert page.context.cookies() == []
    for one in page.frames:
        assert one.evaluate(STORED) == 0


def test_nothing_of_the_site_moves(site, ask, visit):
    page = visit(site.put("<p>Nothing</p>"))
    places = "JSON.stringify([...document.querySelectorAll('main, main *:not(script)')].map((e) => e.getBoundingClientRect()))"
    before, tall = page.evaluate(places), page.evaluate("document.documentElement.scrollHeight")
    page.goto(site.put("<p>Nothing</p>" + tag(ask)))
    page.wait_for_selector("text=Ask my writing")
    assert page.evaluate(places) == before
    page.click("text=Ask my writing")
    frame(page)
    assert page.evaluate(places) == before
    assert page.evaluate("document.documentElement.scrollHeight") == tall


HOSTILE = """<style>* { font: italic 40px monospace !important; color: red !important; letter-spacing: 9px;
  display: block; padding: 30px !important; transform: none } ownwords-widget { opacity: 0; display: none !important }
  body { text-transform: uppercase; visibility: hidden; direction: rtl; line-height: 4 }</style>"""


def test_no_style_goes_in_or_out(site, ask, visit):
    look = """(() => { const { shadowRoot } = w; const of = (e) => { const { font, color, letterSpacing, textTransform,
      visibility, direction, padding } = getComputedStyle(e); return JSON.stringify([font, color, letterSpacing,
      textTransform, visibility, direction, padding, e.getBoundingClientRect()]); };
      return of(shadowRoot.querySelector('.open')); })()"""
    plain = within(visit(site.put(tag(ask))), look)
    page = visit(site.put(tag(ask), head=HOSTILE))
    assert within(page, look) == plain
    assert page.evaluate("document.styleSheets.length + document.adoptedStyleSheets.length") == 1
    assert page.evaluate(
        "Object.keys(window).filter((name) => !(name in document.createElement('iframe')) && /own|widget/i.test(name))"
    ) == ["ownwords"]


def test_escape_closes_from_both_sides_and_focus_returns(site, ask, visit):
    page = visit(site.put(tag(ask)))
    page.focus("ownwords-widget .open")
    page.keyboard.press("Enter")
    inside = frame(page)
    inside.locator("#ask textarea:focus").wait_for()
    page.keyboard.press("Escape")
    page.wait_for_function("!document.querySelector('ownwords-widget').isOpen")
    assert within(page, "w.shadowRoot.activeElement.className").startswith("open")
    page.keyboard.press("Enter")
    inside.locator("#ask textarea:focus").wait_for()
    page.focus("ownwords-widget header button")
    page.keyboard.press("Escape")
    page.wait_for_function("!document.querySelector('ownwords-widget').isOpen")
    assert within(page, "w.shadowRoot.activeElement.className").startswith("open")


def test_focus_stays_inside(site, ask, visit):
    page = visit(site.put(tag(ask)))
    page.click("text=Ask my writing")
    frame(page)
    for _ in range(25):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.tagName") in ("OWNWORDS-WIDGET", "BODY")
    assert page.evaluate("document.activeElement.tagName") != "A"


def test_a_phone_sees_it_whole(site, ask, visit):
    page = visit(site.put(tag(ask, position="top-left")), 390, 844)
    page.click("text=Ask my writing")
    frame(page)
    box = page.locator("ownwords-widget dialog").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 844}


@pytest.mark.parametrize("position", ["bottom-right", "bottom-left", "top-right", "top-left"])
def test_it_stands_where_it_is_told(site, ask, visit, position):
    page = visit(site.put(tag(ask, position=position)))
    page.click("text=Ask my writing")
    for part in ("dialog", ".open"):
        box = page.locator(f"ownwords-widget {part}").bounding_box()
        near = {"left": box["x"], "right": 1280 - box["x"] - box["width"],
                "top": box["y"], "bottom": 800 - box["y"] - box["height"]}  # fmt: skip
        assert [near[side] for side in position.split("-")] == [16, 16]


def test_label_greeting_accent_and_layer(site, ask, visit):
    options = {
        "label": "물어보기",
        "greeting": "Hello &lt;b&gt;",
        "accent": "rebeccapurple",
        "z_index": 7,
    }
    page = visit(site.put(tag(ask, language="ko", **options)))
    button = page.locator("ownwords-widget .open")
    assert button.inner_text() == "물어보기"
    assert button.evaluate("(e) => getComputedStyle(e).backgroundColor") == "rgb(102, 51, 153)"
    assert within(page, "getComputedStyle(w).zIndex") == "7"
    button.click()
    inside = frame(page)
    assert page.locator("ownwords-widget header p").inner_text() == "Hello <b>"
    assert inside.locator("html").get_attribute("lang") == "ko"
    sent = inside.locator("#ask .submit-button").evaluate(
        "(e) => getComputedStyle(e).backgroundColor"
    )
    assert sent == "rgb(102, 51, 153)"


DARK = "<style>html { background: #111; color: #eee } a { color: #9cf }</style>"


@pytest.mark.parametrize("head,scheme,theme", [
    ("", "dark", "light"), (DARK, "light", "dark"),
    ("<meta name=color-scheme content='light dark'><style>:root { color-scheme: light dark }</style>", "dark", "dark"),
    ("<style>body { background: oklch(0.2 0.05 260) }</style>", "light", "dark"),
])  # fmt: skip
def test_auto_takes_the_sites_theme(site, ask, visit, head, scheme, theme):
    page = visit(site.put(tag(ask), head=head), color_scheme=scheme)
    page.click("text=Ask my writing")
    assert within(page, "w.getAttribute('theme')") == theme
    assert frame(page).locator("html").get_attribute("data-theme") == theme


def test_a_theme_switched_on_the_site_is_followed(site, ask, visit):
    page = visit(site.put(tag(ask), head="<style>.night { background: #111 }</style>"))
    page.click("text=Ask my writing")
    inside = frame(page)
    page.evaluate("document.body.classList.add('night')")
    inside.locator("html[data-theme=dark]").wait_for()
    assert page.locator("ownwords-widget[theme=dark]").count() == 1


def test_the_first_question_is_asked_on_opening(site, ask, visit):
    page = visit(site.put(tag(ask, question="study")))
    page.click("text=Ask my writing")
    frame(page).locator(".ow-card").wait_for()


def test_scripts_of_the_site_ask_open_close_and_hear(site, ask, visit):
    page = visit(site.put(tag(ask)))
    within(page, "window.heard = []")
    page.evaluate("""() => { for (const kind of ['open', 'ready', 'answer', 'close'])
      ownwords.addEventListener(kind, (e) => heard.push(e.detail.quotes ?? kind)); }""")
    page.evaluate("ownwords.ask('study')")
    inside = frame(page)
    page.wait_for_function("heard.includes(1)")
    page.evaluate("ownwords.ask('요리')")
    page.wait_for_function("heard.includes(0)")
    assert inside.locator(".ow-question").all_inner_texts() == ["study", "요리"]
    page.evaluate("ownwords.close()")
    page.wait_for_function("heard.at(-1) === 'close'")
    assert page.evaluate("heard") == ["open", "ready", 1, 0, "close"]


def test_questions_in_the_widget_are_no_steps_of_the_back_button(site, ask, visit):
    page = visit(site.put("<p>First</p>", "/first"))
    page.goto(site.put(tag(ask)))
    within(page, "0")
    page.evaluate("ownwords.ask('study')")
    inside = frame(page)
    inside.locator(".ow-card").wait_for()
    page.evaluate("ownwords.ask('요리')")
    inside.locator(".ow-question >> nth=1").wait_for()
    page.go_back()
    assert page.url == f"{site.origin}/first"


@pytest.mark.parametrize("shortcut,press,opens", [
    ("mod+k", "Control+k", True), ("mod+k", "k", False), ("?", "?", True), ("alt+q", "Alt+q", True)
])  # fmt: skip
def test_a_shortcut_opens_it(site, ask, visit, shortcut, press, opens):
    page = visit(site.put(tag(ask, shortcut=shortcut)))
    page.wait_for_selector("text=Ask my writing")
    page.keyboard.press(press)
    assert is_open(page) is opens


def test_a_bare_shortcut_leaves_writing_alone(site, ask, visit):
    page = visit(site.put("<input id=mine>" + tag(ask, shortcut="a")))
    page.wait_for_selector("text=Ask my writing")
    page.type("#mine", "aa")
    assert not is_open(page) and page.input_value("#mine") == "aa"


def test_the_scope_is_the_canonical_address_and_follows_navigation(site, ask, visit):
    head = '<link rel="canonical" href="https://example.org/out/">'
    page = visit(site.put(tag(ask, scope="post"), head=head))
    page.click("text=Ask my writing")
    frame(page)
    assert "scope=https%3A%2F%2Fexample.org%2Fout%2F" in page.get_attribute("iframe", "src")
    page.keyboard.press("Escape")
    page.wait_for_function("!document.querySelector('ownwords-widget').isOpen")
    page.evaluate(
        "document.querySelector('link[rel=canonical]').href = 'https://example.org/next/'"
    )
    page.evaluate("ownwords.open()")
    frame(page).locator(".option").first.wait_for()  # no post has that address: all are asked
    assert "next" in page.get_attribute("iframe", "src")


def test_a_body_swapped_by_navigation_keeps_one_bubble(site, ask, visit):
    page = visit(site.put(tag(ask)))
    page.wait_for_selector("text=Ask my writing")
    page.evaluate(
        """(src) => { const body = document.createElement('body'); body.innerHTML = '<main><h1>Next</h1></main>';
      document.body = body; const script = document.createElement('script'); script.src = src; body.append(script); }""",
        f"{ask}/widget.js",
    )
    page.wait_for_selector("text=Ask my writing")
    page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    assert page.locator("ownwords-widget").count() == 1
    page.click("text=Ask my writing")
    frame(page)


def test_a_copy_of_a_page_that_is_shown_again_holds_one_bubble(site, ask, visit):
    """As Turbo keeps pages: a clone of the body comes back, and its scripts run again."""
    page = visit(site.put(tag(ask)))
    page.wait_for_selector("text=Ask my writing")
    page.evaluate(
        """(src) => { const body = document.body.cloneNode(true); document.body = body;
      const script = document.createElement('script'); script.src = src; body.append(script); }""",
        f"{ask}/widget.js",
    )
    page.wait_for_function("ownwords.widgets[0].isConnected")
    assert page.locator("ownwords-widget").count() == 1
    page.click("text=Ask my writing")
    frame(page)
    assert page.complaints == []


STRICT = "default-src 'none'; img-src data:; script-src {ask}; frame-src {ask}; require-trusted-types-for 'script'; trusted-types 'none'"


def test_a_strict_policy_needs_two_directives(site, ask, visit):
    page = visit(site.put(tag(ask), content_security_policy=STRICT.format(ask=ask)))
    page.click("text=Ask my writing")
    frame(page)
    box = page.locator("ownwords-widget dialog").bounding_box()
    assert (box["width"], box["x"]) == (416, 1280 - 416 - 16)
    assert page.complaints == []


def test_a_policy_without_the_frame_is_named(site, ask, visit):
    page = visit(site.put(tag(ask), content_security_policy=f"script-src {ask}; frame-src 'none'"))
    page.click("text=Ask my writing")
    said = page.locator("ownwords-widget .said:not([hidden])")
    said.wait_for()
    assert "frame-src" in said.inner_text() and ask in said.inner_text()


def test_a_site_that_is_not_allowed_is_told_the_setting(stranger, ask, visit):
    page = visit(stranger.put(tag(ask, language="en")))
    page.click("text=Ask my writing")
    inside = page.frame_locator("iframe")
    inside.locator("h1").wait_for()
    assert "allowed_sites" in inside.locator("main").inner_text()
    assert stranger.origin in inside.locator("main").inner_text()
    assert violations(page.frames[1]) == violations(page) == []
    page.keyboard.press("Escape")
    assert not is_open(page)


HIDES = """Object.defineProperty(HTMLIFrameElement.prototype, "referrerPolicy",
  { set() { this.setAttribute("referrerpolicy", "no-referrer"); } })"""


def test_where_the_frame_stays_empty_the_widget_says_why(stranger, ask, visit):
    """A browser that hides where it comes from: the server cannot tell, its policy shuts the frame."""
    page = visit(stranger.put("", lang="ko"))
    page.evaluate(HIDES)
    page.evaluate("(src) => document.body.append(Object.assign(document.createElement('script'), { src }))",
                  f"{ask}/widget.js")  # fmt: skip
    page.click("text=글에 묻기")
    said = page.locator("ownwords-widget .said:not([hidden])")
    said.wait_for()
    assert "allowed_sites" in said.inner_text() and stranger.origin in said.inner_text()
    assert any("frame-ancestors" in one for one in page.complaints)


def test_two_widgets_on_one_page(site, ask, visit):
    body = tag(ask) + tag(ask, mode="inline", label="Right here", language="ko")
    page = visit(site.put(body))
    page.click("text=Right here")
    inline = page.frame_locator("[mode=inline] iframe")
    inline.locator("#ask textarea").wait_for()
    page.click("text=Ask my writing")
    page.frame_locator("[mode=bubble] iframe").locator("#ask textarea").wait_for()
    assert page.evaluate("ownwords.widgets.length") == 2
    assert inline.locator("html").get_attribute("lang") == "ko"


ESCAPE = """() => { setTimeout(() => document.activeElement.dispatchEvent(
  new KeyboardEvent("keydown", { key: "Escape", bubbles: true }))) }"""


def test_inline_keeps_its_height_and_closes_on_escape(site, ask, visit):
    page = visit(site.put(tag(ask, mode="inline", greeting="Curious?")))
    page.wait_for_selector("text=Curious?")
    place = "document.querySelector('#after').getBoundingClientRect().y"
    before = page.evaluate(place)
    page.click("text=Ask my writing")
    inside = frame(page)
    assert page.evaluate(place) == before
    inside.locator("#ask textarea").focus()
    # Not `keyboard.press`: it waits, without an end, for what the frame says of the key, and the
    # frame may be gone by then.
    page.frames[1].evaluate(ESCAPE)
    page.wait_for_selector("text=Ask my writing")
    assert within(page, "w.shadowRoot.activeElement.className") == "open"
    assert page.evaluate(place) == before


def test_a_link_stands_in_the_text_and_leads_to_the_page(site, ask, visit):
    page = visit(site.put(f"<p>Or {tag(ask, mode='link', label='ask me')} instead.</p>"))
    link = page.locator("ownwords-widget a")
    assert link.get_attribute("href") == f"{ask}/"
    link.click()
    frame(page)
    assert is_open(page)


AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@SIZES
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("mode", ["bubble", "inline", "link"])
def test_axe_finds_nothing(site, ask, visit, width, height, scheme, mode):
    page = visit(site.put(tag(ask, mode=mode), head=DARK if scheme == "dark" else ""), width, height,
                 color_scheme=scheme)  # fmt: skip
    page.wait_for_selector("text=Ask my writing")
    assert violations(page) == []
    page.click("text=Ask my writing")
    frame(page)
    assert violations(page) == []


def violations(page, tags=AXE_TAGS):
    """What axe finds on the site's own page and in the shadows of the widgets."""
    page.evaluate(pytest.importorskip("axe_playwright_python.base").AXE_SCRIPT)
    found = page.evaluate("(tags) => axe.run(document, { runOnly: tags, iframes: false })", tags)
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found["violations"]]


def test_the_embed_view_previews_the_widget(ask, visit):
    page = visit(f"{ask}/embed?lang=en&label=Try+me")
    page.click("ownwords-widget .open")
    frame(page)
    assert page.complaints == []
    page.keyboard.press("Escape")
    page.locator("ownwords-widget dialog").wait_for(state="hidden")
    page.select_option("select[name=mode]", "inline")
    page.click("form button")
    page.wait_for_selector("ownwords-widget[mode=inline]")
    assert 'data-mode="inline"' in page.input_value("textarea")
    assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/?embed=1", "/?embed=1&q=study", "/?embed=1&scope=out&q=x"])
def test_axe_finds_nothing_in_the_embedded_page(ask, visit, scheme, path):
    page = visit(f"{ask}{path}&__theme={scheme}", 390, 844)
    page.wait_for_selector("#log .ow-answer")
    assert violations(page) == []


def test_an_element_of_the_same_name_is_not_in_the_way(site, ask, visit):
    page = visit(site.put('<p id="ownwords">Mine</p>' + tag(ask)))
    page.wait_for_selector("text=Ask my writing")
    assert page.evaluate(
        "[ownwords.widgets.length, document.querySelector('#ownwords').innerText]"
    ) == [1, "Mine"]


KEYBOARD = """() => { for (const [name, value] of Object.entries({ height: 500, offsetTop: 40 }))
  Object.defineProperty(visualViewport, name, { value }); visualViewport.dispatchEvent(new Event("resize")); }"""


def test_a_phones_keyboard_leaves_the_box_in_sight(site, ask, visit):
    page = visit(site.put(tag(ask)), 390, 844)
    page.click("text=Ask my writing")
    inside = frame(page)
    page.evaluate(KEYBOARD)
    box = page.locator("ownwords-widget dialog").bounding_box()
    assert (box["y"], box["height"]) == (40, 500)
    inside.locator("#ask textarea").focus()
    foot = inside.locator("#ask").bounding_box()
    assert foot["y"] > 40 and foot["y"] + foot["height"] <= 540


def test_a_server_that_is_away_is_said_and_tried_again(site, ask, visit):
    page = visit(site.put(tag(ask)))
    page.route(f"{ask}/?*", lambda route: route.abort())
    page.click("text=Ask my writing")
    said = page.locator("ownwords-widget .said:not([hidden])")
    said.wait_for()
    assert "allowed_sites" in said.inner_text() and ask in said.inner_text()
    assert violations(page) == []
    page.unroute_all()
    page.keyboard.press("Escape")
    page.click("text=Ask my writing")
    frame(page)
    assert said.count() == 0


def test_a_slow_line_is_no_failure(site, ask, visit):
    """The page's own parts come late: the frame stays, however long they take after it."""
    page = visit(site.put(tag(ask)))
    page.wait_for_selector("text=Ask my writing")
    held = []
    page.route("**/assets/**", lambda route: held.append(route))
    page.clock.install()
    page.click("text=Ask my writing")
    page.frame_locator("iframe").locator("html[lang]").wait_for()
    page.wait_for_function("document.querySelector('ownwords-widget').settled")
    assert held and not within(page, "w.ready")
    page.clock.run_for(60_000)
    assert page.locator("ownwords-widget iframe").count() == 1
    assert page.locator("ownwords-widget .said:not([hidden])").count() == 0
