"""The chat page in a real browser, with a fake author behind it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from ownwords.web.texts import KO

pytestmark = pytest.mark.browser

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


@pytest.fixture
def visit(browser, address):
    """Opens the page as somebody's browser would. Whatever a test does there, no other host is
    asked and nothing is complained of."""
    contexts, asked, complaints = [], [], []

    def opened(path="", width=390, height=844, ready="#ask textarea", **options):
        options = {"locale": "ko-KR", **options}
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        context.on("request", lambda request: asked.append(request))
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else 0)
        page.goto(address + path)
        page.wait_for_selector(ready)
        return page

    opened.asked = asked
    yield opened
    for context in contexts:
        context.close()
    strangers = [one.url for one in asked if not one.url.startswith((address, "data:"))]
    assert (strangers, complaints) == ([], [])


@pytest.fixture
def page(visit):
    page = visit(ready=".option")
    page.asked = visit.asked
    return page


def send(page, question):
    """Asks, and waits for the answer."""
    before = page.locator(".ow-question").count()
    page.fill("#ask textarea", question)
    page.press("#ask textarea", "Enter")
    page.wait_for_selector(f".message-row:nth-of-type({2 * before + 2}) .ow-answer")


def questions(page):
    return page.locator(".ow-question").all_inner_texts()


def joins(page):
    """The questions that went out, by the bodies of the page's own requests."""
    sent = [json.loads(one.post_data) for one in page.asked if "/queue/join" in one.url]
    return [body["data"][0] for body in sent if len(body["data"]) == 2]


def test_an_answer_is_a_card_with_its_source(page):
    send(page, "공부는 어떻게?")
    assert page.inner_text(".ow-card mark") == "나는 공개된 커뮤니티에서 배웠다."
    assert page.get_attribute(".ow-card cite a", "href").startswith("/posts/essay?s=")
    assert page.inner_text(".ow-card time") == "2023년 5월 1일"
    assert page.inner_text("#ask textarea") == page.input_value("#ask textarea") == ""
    assert page.title() == "공부는 어떻게? — 글쓴이에게 묻기"


def test_what_stands_around_a_quote_opens_in_its_place(page):
    send(page, "공부는 어떻게?")
    assert not page.is_visible(".ow-before") and page.is_visible("text=앞뒤 더 보기")
    page.focus(".ow-around summary")
    page.keyboard.press("Enter")
    assert page.is_visible("text=접기") and not page.is_visible("text=앞뒤 더 보기")
    tops = [page.locator(f".ow-card {part}").bounding_box()["y"] for part in
            (".ow-before", "blockquote", ".ow-after", "cite")]  # fmt: skip
    assert tops == sorted(tops)


def test_an_answer_appears_in_one_piece(page):
    page.evaluate("""() => {
        window.seen = new Set();
        new MutationObserver(() => {
            const rows = document.querySelectorAll("#log .message-row");
            if (rows.length > 1) window.seen.add(rows[1].innerText);
        }).observe(document.querySelector("#log"), { childList: true, subtree: true, characterData: true });
    }""")
    send(page, "공부는 어떻게?")
    (only,) = filter(None, page.evaluate("[...window.seen]"))  # an empty row comes first
    assert only.startswith("글에서 한 대목을 찾았습니다.") and "어떻게 공부했나" in only


def test_a_suggested_question_is_asked_by_a_click(page):
    page.click(".option >> nth=0")
    page.wait_for_selector(".ow-card")
    assert questions(page) == ["어떻게 공부했나요?"]


def test_suggestions_are_announced_where_they_stand_only(page):
    send(page, "안녕")
    assert page.is_visible(".ow-try") and page.is_visible(".option")
    send(page, "공부")
    assert not page.is_visible(".option") and not page.is_visible(".ow-try")


def test_nothing_written_and_nearest_are_said(page):
    send(page, "없는 이야기 <img src=x onerror=alert(1)>")
    assert "글쓴이가 이에 대해 쓴 글이 없습니다." in page.inner_text("#log")
    assert page.query_selector(".ow-card") is None
    send(page, "가까운 이야기")
    assert "바로 답하는 글은 찾지 못했습니다." in page.inner_text("#log")
    assert not page.is_visible(".ow-related .ow-card")
    page.click(".ow-related summary >> nth=0")
    assert page.is_visible(".ow-related .ow-card")
    assert page.query_selector("#log img[src=x]") is None


@pytest.mark.parametrize("question", ["고장", "낡은 색인", "ㄱ" * 501])
def test_a_failure_is_a_sentence(page, question):
    page.evaluate("document.querySelector('#ask textarea').removeAttribute('maxlength')")
    send(page, question)
    assert page.inner_text(".ow-answer").endswith(".")
    assert page.input_value("#ask textarea") == question  # to be sent again, or shortened
    assert "secret" not in page.inner_text("body")
    assert page.query_selector(".toast-body") is None


def test_enter_during_hangul_composition_never_sends(page):
    page.focus("#ask textarea")
    devtools = page.context.new_cdp_session(page)
    for part in ("ㄱ", "고", "공"):
        devtools.send(
            "Input.imeSetComposition", {"text": part, "selectionStart": 1, "selectionEnd": 1}
        )
    key = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
    for _ in range(3):
        devtools.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": "\r", **key})
        devtools.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
    devtools.send("Input.insertText", {"text": "공부"})
    page.press("#ask textarea", "Enter")
    page.wait_for_selector(".ow-card")
    # Events keep their order in one queue: one sent by mistake would have been answered first.
    assert joins(page) == questions(page) == ["공부"]


def test_a_blank_question_changes_nothing(page):
    page.fill("#ask textarea", "   ")
    page.press("#ask textarea", "Enter")
    page.click("#ask .submit-button")
    send(page, "공부")
    assert questions(page) == joins(page) == ["공부"]


def test_a_second_question_waits_for_the_first(page):
    held = []
    page.route("**/queue/join*", lambda route: held.append(route), times=1)
    page.fill("#ask textarea", "공부")
    page.press("#ask textarea", "Enter")
    page.wait_for_selector(".ow-status:has-text('글을 찾고 있습니다…')")
    page.fill("#ask textarea", "없는 이야기")
    page.press("#ask textarea", "Enter")
    held[0].continue_()
    page.wait_for_selector(".ow-verdict")
    assert questions(page) == ["공부", "없는 이야기"]


def test_what_is_typed_while_an_answer_is_on_its_way_stays(page):
    held = []
    page.route("**/queue/join*", lambda route: held.append(route))
    page.fill("#ask textarea", "공부")
    page.press("#ask textarea", "Enter")
    page.wait_for_selector(".ow-status:has-text('글을 찾고 있습니다…')")
    page.fill("#ask textarea", "그 다음")
    held[0].continue_()
    page.wait_for_selector(".ow-card")
    assert page.input_value("#ask textarea") == "그 다음"


def test_every_conversation_has_an_address(page):
    send(page, "공부 1")
    send(page, "없는 이야기 & 가?")
    assert page.url.endswith(f"?q={quote('공부 1').replace('%20', '+')}&q="
                             + quote("없는 이야기 & 가?", safe="").replace("%20", "+"))  # fmt: skip
    page.reload()
    page.wait_for_selector(".ow-verdict")
    assert questions(page) == ["공부 1", "없는 이야기 & 가?"]
    page.go_back()
    page.wait_for_selector(".message-row:nth-of-type(3)", state="detached")
    page.wait_for_selector(".ow-card")
    assert questions(page) == ["공부 1"]
    page.go_forward()
    page.wait_for_selector(".ow-verdict")
    page.click("#again")
    page.wait_for_selector(".ow-question", state="detached")
    assert "q=" not in page.url and questions(page) == []
    assert page.title() == "글쓴이에게 묻기"


def test_an_address_asks_at_once_and_what_follows_is_a_conversation(visit):
    page = visit("?q=" + quote("공부"), ready=".ow-card")
    send(page, "그 다음에는?")
    assert questions(page) == ["공부", "그 다음에는?"]


def test_the_language_can_be_switched(visit):
    page = visit("?q=study", locale="ko-KR", ready=".ow-card")
    assert page.get_attribute("html", "lang") == "ko"
    page.click(".ow-lang")
    page.wait_for_selector("text=One passage from the author's posts.")
    assert page.get_attribute("#ask textarea", "placeholder") == "Type a question"
    assert page.inner_text("#again") == "Start over"
    assert page.get_attribute("html", "lang") == "en" and "q=study" in page.url


@pytest.mark.parametrize("locale", ["ko-KR", "en-GB"])
def test_every_name_on_the_page_is_in_its_language(visit, locale):
    page = visit(locale=locale, ready=".option")
    send(page, "공부 study")
    send(page, "없는 이야기")
    names = page.evaluate("""() => ["aria-label", "title", "placeholder"].flatMap(name =>
        [...document.querySelectorAll(`[${name}]`)].filter(one => one.checkVisibility())
            .map(one => one.getAttribute(name))).filter(Boolean)""")
    korean = ["질문과 답", "질문을 적어 주세요"]
    assert sorted(names) == sorted(
        korean if locale == "ko-KR" else ["Questions and answers", "Type a question"]
    )


def test_a_quote_is_copied_with_its_source(visit, address):
    page = visit(ready=".option", permissions=["clipboard-read", "clipboard-write"])
    send(page, "공부")
    page.click(".ow-copy")
    page.wait_for_selector(".ow-status:has-text('복사했습니다.')")
    copied = page.evaluate("navigator.clipboard.readText()")
    words, source, link = copied.split("\n")
    assert words == "“나는 공개된 커뮤니티에서 배웠다. 동료들과 날마다 코드를 읽었다.”"
    assert source == "어떻게 공부했나, 2023년 5월 1일"
    assert link.startswith(address + "posts/essay?s=")


def test_a_slow_answer_and_a_lost_connection_are_said(page):
    held = []
    page.route("**/queue/join*", lambda route: held.append(route))
    page.fill("#ask textarea", "공부")
    page.press("#ask textarea", "Enter")
    page.wait_for_selector(".ow-status:has-text('글을 찾고 있습니다…')")
    held[0].continue_()
    page.wait_for_selector(".ow-card")
    assert not page.is_visible(".ow-status")
    page.evaluate("dispatchEvent(new Event('offline'))")
    page.wait_for_selector(".ow-status:has-text('인터넷 연결이 끊겼습니다.')")


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_nothing_is_wider_than_the_screen(visit, width):
    page = visit(width=width, ready=".option")
    send(page, "공부" + "가" * 400)
    send(page, "없는이야기" + "a" * 400)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    box = page.locator("#ask").bounding_box()
    assert box["y"] + box["height"] <= 844  # the box stays in reach


def test_without_scripts_the_page_says_so(visit):
    page = visit(java_script_enabled=False, ready=".ow-noscript")
    assert page.inner_text("h1") == "글쓴이에게 묻기"
    assert "자바스크립트" in page.inner_text(".ow-noscript")


def test_a_page_whose_scripts_fail_says_so(browser, address):
    context = browser.new_context(locale="ko-KR", reduced_motion="reduce")
    page = context.new_page()
    page.route("**/assets/**", lambda route: route.abort())
    page.goto(address)
    late = page.locator(f"text={KO.late}")
    assert late.count() == 1 and not late.is_visible()  # it may only be slow
    page.evaluate("document.getAnimations().forEach((one) => one.finish())")
    late.wait_for()
    assert page.inner_text("h1") == "글쓴이에게 묻기"
    context.close()


def test_the_reading_page_scrolls_to_the_quote(page, address):
    send(page, "공부")
    with page.context.expect_page() as opened:
        page.click(".ow-card cite a")
    reading = opened.value
    reading.wait_for_selector("#quote")
    assert reading.inner_text("mark") == page.inner_text("blockquote")
    assert reading.evaluate("document.scripts.length") == 0


def test_the_page_weighs_little(visit, address):
    """What a browser fetches, as it goes over the wire; measured, with a margin, on this page."""
    page = visit("healthz", ready="body")
    weights = []
    for _ in range(2):
        sizes = {}
        devtools = page.context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.on("Network.loadingFinished",
                    lambda done, to=sizes: to.update({done["requestId"]: done["encodedDataLength"]}))  # fmt: skip
        page.goto(address)
        page.wait_for_selector(".option")
        weights.append(sum(sizes.values()) / 1000)
        devtools.detach()
    print(f"cold {weights[0]:.0f} kB, warm {weights[1]:.0f} kB")
    assert weights[0] <= 320
    assert weights[1] <= 45


@pytest.mark.parametrize(
    ("reachable", "sentence"), [(False, KO.lost), (True, KO.failed)], ids=["lost", "busy"]
)
def test_a_server_that_does_not_answer_is_said_and_the_question_kept(
    browser, address, reachable, sentence
):
    context = browser.new_context(locale="ko-KR")
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(".option")
    if reachable:
        page.route(
            "**/queue/join*", lambda route: route.fulfill(status=503, json={"detail": "full"})
        )
    else:
        for path in ("**/queue/join*", "**/healthz"):
            page.route(path, lambda route: route.abort("connectionrefused"))
    page.fill("#ask textarea", "공부")
    page.press("#ask textarea", "Enter")
    page.wait_for_selector(f".ow-status:has-text('{sentence}')")
    assert not page.is_visible(".toast-body")
    assert page.input_value("#ask textarea") == "공부"
    assert ("q=" in page.url) is not reachable
    context.close()


def test_the_keyboard_alone_reaches_and_does_everything(visit):
    page = visit("?q=" + quote("공부"), ready=".ow-card")
    page.focus("#ask textarea")  # from the box on, once around
    reached = []
    for _ in range(8):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED))
    names = [name for name, _, _ in reached]
    assert names == ["묻기", "처음부터 다시", "", "English", "어떻게 공부했나", "앞뒤 더 보기",
                     "출처와 함께 복사", "질문을 적어 주세요"]  # fmt: skip
    assert [one for one in reached if one[0] and not (one[1] and one[2])] == []
    page.focus("#again")
    page.keyboard.press("Enter")
    page.wait_for_selector(".option")
    page.focus(".option >> nth=0")
    page.keyboard.press("Space")
    page.wait_for_selector(".ow-card")


# The name of what has the focus, whether it lies free on the screen, and whether its look says so.
FOCUSED = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  if (one === document.body) return ["", false, false];
  const over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const ring = getComputedStyle(one.matches("#ask textarea") ? document.querySelector("#ask") : one);
  return [one.innerText?.trim().split("\\n")[0] || one.placeholder, one.contains(over),
          parseFloat(ring.outlineWidth) >= 2 && ring.outlineStyle === "solid"];
}"""


def test_a_screen_reader_hears_each_answer_once(page):
    """The log is live: what a new answer adds to it is read, what stands there already is not."""
    send(page, "공부는 어떻게?")
    page.evaluate("""() => {
        self.heard = [];
        new MutationObserver((all) => heard.push(...all.flatMap((one) => [...one.addedNodes].map((node) => node.textContent))))
            .observe(document.querySelector("#log [role=log]"), { childList: true, subtree: true });
    }""")
    send(page, "study again")
    heard = " ".join(page.evaluate("heard"))
    assert "공부는 어떻게?" not in heard
    for said in (
        "study again",
        "글에서 한 대목을 찾았습니다.",
        "나는 공개된",
        "어떻게 공부했나",
        "2023년 5월 1일",
    ):
        assert heard.count(said) == 1, said
    log = page.locator("#log [role=log]")
    assert log.get_attribute("aria-live") == "polite"
    card = page.locator(".ow-card").last.aria_snapshot().partition("\n")[2]
    assert card.index("나는 공개된") < card.index('link "어떻게 공부했나"') < card.index("2023년")


@pytest.mark.parametrize("path", ["?q=study&__theme=dark", "posts/essay?s=24-40"])
def test_on_paper_the_ink_is_dark_and_nothing_is_a_button(visit, path):
    page = visit(path, ready=".ow-card, article mark", color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    for words in (".ow-card blockquote", "article p"):
        for one in page.locator(words).all():
            ink = one.evaluate("one => getComputedStyle(one).color")
            assert max(map(int, re.findall(r"\d+", ink))) < 110
    mark = page.locator("mark").first
    assert mark.evaluate("one => getComputedStyle(one).printColorAdjust") == "exact"
    assert page.locator("button >> visible=true").count() == 0
    assert page.locator("#foot >> visible=true").count() == 0


@pytest.mark.parametrize("path", ["?q=study", "posts/essay?s=24-40"])
def test_a_marker_is_seen_where_the_reader_forces_colours(visit, path):
    page = visit(path, ready=".ow-card, article mark", forced_colors="active")
    look = "one => { const { backgroundColor, backgroundImage } = getComputedStyle(one); return [backgroundColor, backgroundImage]; }"
    colour, image = page.locator("mark").first.evaluate(look)
    assert image == "none" and colour not in (
        "rgba(0, 0, 0, 0)",
        page.locator("body").evaluate(look)[0],
    )


def test_nothing_moves_where_motion_is_not_wanted(visit):
    page = visit("?q=" + quote("안녕"), ready=".option", reduced_motion="reduce")
    moving = """() => [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility()).filter((one) => {
        const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(one);
        return animationName !== "none" || transitionDuration !== "0s" || scrollBehavior === "smooth";
    }).map((one) => one.outerHTML.slice(0, 80))"""
    assert page.evaluate(moving) == []


AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STATES = [
    "",
    "?q=study",
    "?q=가까운",
    "?q=없는",
    "?q=안녕",
    "?q=고장",
    "posts/essay?s=24-40",
    "posts/none",
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(browser, address, state, scheme):
    axe = pytest.importorskip("axe_playwright_python.base").AXE_SCRIPT
    context = browser.new_context(color_scheme=scheme, bypass_csp=True, locale="ko-KR")
    page = context.new_page()
    page.goto(address + state)
    page.wait_for_selector("#log .ow-answer, article h1")
    for closed in page.locator("#log summary").all():
        if closed.is_visible():
            closed.click()
    page.evaluate(axe)
    found = page.evaluate("tags => axe.run(document, { runOnly: tags })", AXE_TAGS)
    context.close()
    assert len(found["passes"]) > 10
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []


def part(page):
    page.evaluate("dispatchEvent(new Event('offline'))")
    page.wait_for_selector(".ow-status:not(:empty)")


def ask_too_much(page):
    page.evaluate("document.querySelector('#ask textarea').removeAttribute('maxlength')")
    send(page, "ㄱ" * 501)


def translate(page):
    for _ in range(2):  # the first attempt fails
        page.click(".ow-translate:enabled")
        page.wait_for_selector(".ow-status:not(:empty), .ow-translated")
    page.wait_for_selector(".ow-translated")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("act", [part, ask_too_much, translate])
def test_axe_finds_nothing_in_what_comes_later(browser, address, act, scheme):
    axe = pytest.importorskip("axe_playwright_python.base").AXE_SCRIPT
    context = browser.new_context(color_scheme=scheme, bypass_csp=True, locale="en-GB")
    context.add_init_script(TRANSLATOR)
    page = context.new_page()
    page.goto(address + "?q=study")
    page.wait_for_selector(".ow-translate")
    act(page)
    page.evaluate(axe)
    found = page.evaluate("tags => axe.run(document, { runOnly: tags })", AXE_TAGS)
    context.close()
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []


TRANSLATOR = """
self.asked = [];
self.Translator = class {
    static async availability(pair) { return pair.sourceLanguage === "ko" ? "available" : "unavailable"; }
    static async create(pair) {
        self.asked.push(pair);
        if (self.asked.length === 1) throw new Error("no model yet");
        return { translate: async (text) => `<b>${text.length}</b>` };
    }
};
"""


def test_a_quote_is_translated_by_the_browser_when_asked_for_and_said_to_be(browser, address):
    context = browser.new_context(locale="en-GB")
    context.add_init_script(TRANSLATOR)
    page = context.new_page()
    page.goto(address + "?q=study")
    page.wait_for_selector(".ow-translate")
    assert page.inner_text(".ow-translate") == "Translate"
    assert page.evaluate("asked") == [] and page.query_selector(".ow-translated") is None
    page.click(".ow-translate")
    page.wait_for_selector(".ow-status:has-text('The browser could not translate it.')")
    page.click(".ow-translate")
    page.wait_for_selector(".ow-translated")
    label, words = page.locator(".ow-translated p").all_inner_texts()
    quote = page.inner_text("blockquote")
    assert label == "The browser's translation. The author's own words stand above."
    assert words == f"<b>{len(quote)}</b>" and page.get_attribute(".ow-translated", "lang") == "en"
    assert page.evaluate("asked[1]") == {"sourceLanguage": "ko", "targetLanguage": "en"}
    assert page.query_selector(".ow-translate") is None
    context.close()


def test_a_reader_of_the_quotes_language_is_offered_no_translation(browser, address):
    context = browser.new_context(locale="ko-KR")
    context.add_init_script(TRANSLATOR)
    page = context.new_page()
    page.goto(address + "?q=study")
    page.wait_for_selector(".ow-copy")
    assert page.query_selector(".ow-translate") is None
    context.close()


def test_too_many_questions_are_said_in_words(browser, address):
    context = browser.new_context(locale="ko-KR")
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(".option")
    error = {
        "code": "busy",
        "message": "지금 질문이 몰려 있습니다",
        "fix": "5초 뒤에 다시 물어봐 주세요",
    }
    page.route("**/queue/join*", lambda route: route.fulfill(status=429, json={"error": error}))
    page.fill("#ask textarea", "공부")
    page.press("#ask textarea", "Enter")
    page.wait_for_selector(".ow-status:has-text('5초 뒤에 다시 물어봐 주세요.')")
    assert not page.locator("[data-testid=status-tracker] >> visible=true").count()
    assert page.input_value("#ask textarea") == "공부"
    context.close()
