"""The chat page in a real browser, with a fake author behind it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TESTS = Path(__file__).parents[1]
SERVER = """
from web_fakes import FakeAuthor, FakeLive
from ownwords.settings import Settings
from ownwords.web import _listening, _run, create_app
_run(create_app(FakeLive(FakeAuthor()), Settings()), _listening("127.0.0.1", 0))
"""


@pytest.fixture(scope="module")
def address():
    command = [sys.executable, "-c", SERVER]
    with subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True) as server:
        yield re.search(r"http://\S+", server.stdout.readline())[0]
        server.terminate()


@pytest.fixture(scope="module")
def browser():
    path = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if path is None:
        reason = "no chromium on the PATH"
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip)(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser, address):
    context = browser.new_context(locale="ko-KR", viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.asked, page.complaints = [], []
    page.on("request", lambda request: page.asked.append(request.url))
    page.on(
        "console", lambda said: page.complaints.append(said.text) if said.type == "error" else None
    )
    page.goto(address)
    page.wait_for_selector(".option")
    yield page
    context.close()


def send(page, question):
    page.fill("#ask textarea", question)
    page.press("#ask textarea", "Enter")


def test_an_answer_is_a_card_and_no_other_host_is_asked(page, address):
    send(page, "공부는 어떻게?")
    page.wait_for_selector(".ow-card mark")
    assert page.inner_text(".ow-card mark") == "나는 공개된 커뮤니티에서 배웠다."
    assert page.get_attribute(".ow-card cite a", "href").startswith("/posts/essay?s=")
    page.click(".ow-around summary")
    assert page.is_visible("text=앞 문단이다.")
    assert [url for url in page.asked if not url.startswith((address, "data:"))] == []
    assert page.complaints == []
    assert page.title() == "글쓴이에게 묻기"


def test_a_suggested_question_is_asked_by_a_click(page):
    page.click(".option >> nth=0")
    page.wait_for_selector(".ow-card")
    assert page.inner_text(".ow-question") == "어떻게 공부했나요?"


def test_nothing_written_and_nearest_are_said(page):
    send(page, "없는 이야기 <img src=x onerror=alert(1)>")
    page.wait_for_selector("text=글쓴이가 이에 대해 쓴 글이 없습니다.")
    send(page, "가까운 이야기")
    page.wait_for_selector(".ow-related")
    assert not page.is_visible(".ow-related .ow-card")
    assert page.query_selector("#log img[src=x]") is None


def test_a_failure_is_a_sentence(page):
    send(page, "고장")
    page.wait_for_selector("text=답을 찾다가 문제가 생겼습니다.")
    assert "secret" not in page.inner_text("body")


def test_enter_during_hangul_composition_never_sends(page):
    page.focus("#ask textarea")
    devtools = page.context.new_cdp_session(page)
    for part in ("ㄱ", "고", "공"):
        devtools.send(
            "Input.imeSetComposition", {"text": part, "selectionStart": 1, "selectionEnd": 1}
        )
    key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    devtools.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": "\r", **key})
    devtools.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
    page.wait_for_timeout(700)
    assert page.query_selector(".ow-question") is None
    devtools.send("Input.insertText", {"text": "공부"})
    page.press("#ask textarea", "Enter")
    page.wait_for_selector(".ow-question")
    assert page.locator(".ow-question").count() == 1
