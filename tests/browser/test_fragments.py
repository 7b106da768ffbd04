"""Quotes' links in a real browser, on posts served from another origin than the chat page."""

from __future__ import annotations

import io
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image

from ownwords.links import Surroundings, quote_link

pytestmark = pytest.mark.browser

RED = (255, 0, 0)
HEAD = (
    '<!doctype html><html lang="ko"><meta charset="utf-8"><style>body{margin:0;background:#fff;'
    "font:16px/1.5 sans-serif}::target-text{background:#f00;color:#000}div{height:3000px}</style>"
)
LONG = " ".join(f"word{number}" for number in range(40))
OPENS = "We began in spring"

# Name: the post's page with `id=here` on each block that is to be marked, the quote's text, and
# what else the post says.
CASES = {
    "short": ("<p>아니다.</p><div></div><p id=here>공개된 곳에서 배웠다.</p>", "공개된 곳에서 배웠다."),
    "syntax": ("<p id=here>A-b, c&amp;d: 100% #1 = 'a'+b?</p>", "A-b, c&d: 100% #1 = 'a'+b?"),
    "typographic": (
        "<p id=here>It’s “quoted”, and that’s it.</p>", 'It\'s "quoted", and that\'s it.',
    ),
    "wrapped": ("<p id=here>둘째\n줄로 <b>이어</b>진다.</p>", "둘째 줄로 이어진다."),
    "long": (f"<p id=here>{LONG}</p>", LONG),
    "hangul": (
        f"<p id=here>{'우리는 날마다 코드를 읽었고, ' * 6}그래서 ‘함께’ 배웠다.</p>",
        f"{'우리는 날마다 코드를 읽었고, ' * 6}그래서 ‘함께’ 배웠다.",
    ),
    "japanese": (
        f"<p id=here>今日は良い天気です。{'とても' * 20}。明日も晴れます。</p>",
        f"今日は良い天気です。{'とても' * 20}。明日も晴れます。",
    ),
    "blocks": (f"<ul><li id=here>첫째.<li>{LONG}<li>끝이다.</ul>", f"첫째.\n{LONG}\n끝이다."),
    "cells": (
        "<p>So:</p><table><tr id=here><td>Spring<td>Summer<tr><td>하나<td>둘</table>",
        "Spring\tSummer\n하나\t둘", Surroundings(f"{OPENS}\nSo:\nSpring\tSummer\n하나\t둘", "So:"),
    ),
    "prefix": (
        "<p>그렇다.</p><div></div><p>그런가?</p><p id=here>그렇다.</p>",
        "그렇다.", Surroundings("그렇다.\n그런가?\n그렇다.", "그런가?"),
    ),
    "prefix in the paragraph": (
        "<p>They ask. Yes.</p><div></div><p>I ask. <span id=here>Yes.</span> So.</p>",
        "Yes.", Surroundings("They ask. Yes.\nI ask. Yes. So.", "They ask. Yes.\nI ask."),
    ),
    "suffix": (
        "<p>그렇다. 하나.</p><div></div><p id=here>그렇다.</p><p>둘.</p>",
        "그렇다.", Surroundings("그렇다. 하나.\n그렇다.\n둘.", "", "둘."),
    ),
    "start told by its prefix": (
        f"<p>word0 word1 word2 word3 word9</p><div></div><h2>Here</h2><p id=here>{LONG}</p>",
        LONG, Surroundings(f"word0 word1 word2 word3 word9\nHere\n{LONG}", "Here"),
    ),
    "start told by its length": (
        f"<p>word0 word1 word2 word3 word9</p><div></div><p id=here>{LONG}</p>",
        LONG, Surroundings(f"word0 word1 word2 word3 word9\n{LONG}"),
    ),
    "end told by its length": (
        f"<p id=here>{LONG} he said it is done. {LONG} she said it is done.</p>",
        f"{LONG} he said it is done. {LONG} she said it is done.",
    ),
    "end told by its suffix": (
        "<p id=here>Who?<p id=here>Nobody.<p id=here>Who else?<p id=here>Nobody.<p>So it was.",
        "Who?\nNobody.\nWho else?\nNobody.",
        Surroundings("Who?\nNobody.\nWho else?\nNobody.\nSo it was.", "", "So it was."),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The author's own site: another origin than any that links to it."""
    folder = tmp_path_factory.mktemp("site")
    for number, (body, *_) in enumerate(CASES.values()):
        page = f"{HEAD}<h1>{OPENS}</h1><div></div>{body}<div></div>"
        (folder / f"{number}.html").write_text(page, encoding="utf-8")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def follow(browser, site):
    """Clicks a link in a page of another origin; gives the page it leads to, scrolled and painted."""
    context = browser.new_context(viewport={"width": 800, "height": 600})
    page = context.new_page()
    page.route("http://chat.example/", lambda route: route.fulfill(body=page.link, content_type="text/html"))  # fmt: skip

    def followed(link):
        page.link = f'<a target="_blank" rel="noopener noreferrer" href="{link}">link</a>'
        page.goto("http://chat.example/")
        with context.expect_page() as opened:
            page.click("a")
        opened.value.wait_for_function("scrollY > 0")
        return opened.value

    yield followed
    context.close()


def marked_rows(page, selector):
    """Whether each element that the selector names shows the colour of a marked text."""
    found = []
    for element in page.locator(selector).all():
        picture = Image.open(io.BytesIO(element.screenshot())).convert("RGB")
        found.append(RED in {colour for _, colour in picture.getcolors(1 << 20)})
    return found


@pytest.mark.parametrize("name", CASES)
def test_a_link_scrolls_to_the_quote_and_marks_it(follow, site, name):
    body, text, *around = CASES[name]
    link = quote_link(f"{site}/{list(CASES).index(name)}.html", "x", 0, 1, text, *around)
    page = follow(link)
    box = page.locator("#here >> nth=0").bounding_box()
    assert 0 <= box["y"] < 600
    assert all(marked_rows(page, "#here"))
    assert not any(marked_rows(page, "h1, p:not(#here):not(:has(#here))"))
    assert page.locator("#here").count() == body.count("id=here")


def test_a_link_that_matches_nothing_shows_the_page_from_its_top(browser, site):
    page = browser.new_page()
    page.goto(quote_link(f"{site}/0.html", "x", 0, 1, "다른 데서 쓴 말"))
    page.wait_for_load_state()
    assert page.evaluate("scrollY") == 0 and marked_rows(page, "#here") == [False]
    page.close()
