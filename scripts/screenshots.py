"""Pictures of every state of the page and the widget, of the essay's own index, into
`docs/screenshots/`.

`python scripts/screenshots.py [STATE]...` builds and serves `corpus/` and opens it in
Chromium (on the PATH) at both sizes, light and dark. The pictures have few colours, so that all of
them together stay small.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, Route, sync_playwright

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "screenshots"
SIZES = {"phone": (390, 844), "desktop": (1280, 800)}
SCHEMES = ("light", "dark")
COLOURS = 48
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
SERVER = """
import json, sys
from pathlib import Path
from ownwords.live import LiveAuthor
from ownwords.settings import Settings
from ownwords.web import _listening, _run, create_app
settings = Settings(**json.loads(sys.argv[2]))
_run(create_app(LiveAuthor(Path(sys.argv[1]), settings), settings), _listening("127.0.0.1", 0))
"""
# A site with the widget, of an origin of its own.
SITE = """<!doctype html><html lang="ko"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<title>어느 블로그</title><style>:root {{ color-scheme: light dark }} body {{ max-width: 38rem; margin: 0 auto;
padding: 2rem 1.25rem; font: 1.05rem/1.8 Georgia, "Noto Serif CJK KR", serif; word-break: keep-all }}
h1 {{ line-height: 1.3 }} @media (prefers-color-scheme: dark) {{ body {{ background: #14171a; color: #e6e6e6 }} }}</style>
<h1>어느 블로그</h1><p>글쓴이의 사이트입니다. 글이 있고, 그 아래나 구석에 이 한 줄이 있습니다.</p>
<script src="{server}/widget.js" async data-mode="{mode}" data-greeting="무엇이든 물어보세요"></script>
<p>사이트의 나머지는 그대로입니다. 글꼴도, 자리도, 색도 바뀌지 않습니다.</p></html>"""
# A browser with the Translator API, and what it would make of the first quote.
TRANSLATED = (
    "So how did I study? I joined every open community to do with development that I came across. "
    "Front-End / Back-End / Linux / Python / C / assembly / Docker / k8s / DevOps / embedded / image "
    "processing / natural language / AI / graduate schools for AI / computer science / freelancing: I "
    "wanted to see what developers talk about, what they do and what problems they have."
)
TRANSLATOR = """self.Translator = class {
  static async availability() { return "available"; }
  static async create() { return { translate: async () => TRANSLATED }; }
};"""

STUDY = "어떻게 공부했나요?"
# What an author may set, to be seen beside the page with nothing set.
AUTHOR = {
    "author": "김하늘",
    "about": "데이터와 사람 사이에서 배운 것을 적습니다.",
    "accent": "#2f6f5e",
    "typeface": "serif",
}
# A state shows the first of its questions to which the index gives that verdict.
ASKED = {
    "related": (
        "대학원에 가야 할까요?", "좋아하는 책이 있나요?", "연봉은 얼마인가요?", "면접은 어떻게 준비했나요?",
        "팀에서 어떤 일을 하시나요?", "취미가 뭐예요?", "영어 공부는 어떻게 하셨나요?", "이직할 생각이 있나요?",
        "나이가 몇 살이에요?", "앞으로의 목표는?", "수학은 얼마나 알아야 해요?",
    ),
    "none": ("김치찌개 만드는 법", "양자역학이 뭔가요?", "제주도 여행은 어땠나요?"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class State:
    """What is opened, what is done there, and what shows that it is reached."""

    name: str
    path: str = ""
    ready: str = ".option"
    act: Callable[[Page], object] = lambda page: None
    locale: str = "ko-KR"
    scripts: bool = True
    server: str = "page"
    site: str = ""  # the widget's mode on a site that is opened in place of the page


def asking(question: str) -> str:
    return f"?q={quote(question)}"


def send(page: Page, question: str = STUDY) -> None:
    page.fill("#ask textarea", question)
    page.press("#ask textarea", "Enter")


def wait(page: Page) -> None:
    """A question whose answer does not come."""
    page.evaluate("() => { window.fetch = () => new Promise(() => {}); }")
    send(page)
    page.wait_for_selector(".ow-status:not(:empty)")


def write_too_much(page: Page) -> None:
    page.evaluate("document.querySelector('#ask textarea').removeAttribute('maxlength')")
    send(page, "어떻게 공부했는지 궁금합니다. " * 40)
    page.wait_for_selector(".ow-answer .ow-notice:has-text('질문이 너무 깁니다')")


def lose(page: Page) -> None:
    def refuse(route: Route) -> None:
        route.abort("connectionrefused")

    for path in ("**/queue/join*", "**/healthz"):
        page.route(path, refuse)
    send(page)
    page.wait_for_selector(".ow-status:has-text('서버')")


def part(page: Page) -> None:
    page.evaluate("dispatchEvent(new Event('offline'))")
    page.wait_for_selector(".ow-status:not(:empty)")


def click(selector: str) -> Callable[[Page], object]:
    return lambda page: page.click(f"{selector} >> nth=0")


def answer_without_index(page: Page) -> None:
    send(page)
    page.wait_for_selector(".ow-question")


def open_widget(page: Page) -> None:
    """The panel with an answer in it."""
    page.evaluate("question => ownwords.ask(question)", STUDY)
    inside = page.frame_locator("ownwords-widget iframe")
    inside.locator(".ow-card").first.wait_for()
    page.wait_for_timeout(500)  # the answer is brought to the top


def translate(page: Page) -> None:
    page.click(".ow-translate >> nth=0")
    page.wait_for_selector(".ow-translated")


STATES = (
    State("empty"),
    State("author", asking(STUDY), ".ow-card", server="author"),
    State("waiting", act=wait),
    State("answered", asking(STUDY), ".ow-card"),
    State("answered-english", asking("How did you study?"), ".ow-card", locale="en-GB"),
    State("around", asking(STUDY), ".ow-card", click(".ow-around summary")),
    State("related", ready=".ow-related", act=click(".ow-related summary")),
    State("none", ready=".ow-verdict"),
    State("notice", asking("안녕하세요"), ".ow-notice"),
    State("too-long", act=write_too_much),
    State("too-many", f"{asking('안녕하세요')}&q={quote(STUDY)}", ".ow-question >> nth=1", server="hurried"),
    State("translated", asking(STUDY), ".ow-translate", translate, locale="en-GB"),
    State("lost", act=lose),
    State("offline", act=part),
    State("no-index", ready="#log .ow-answer", act=answer_without_index, server="empty"),
    State("no-script", ready=".ow-noscript", scripts=False),
    State("reading", "posts/becoming-an-mlops-developer", "article h1"),
    State("reading-missing", "posts/none", "article h1"),
    State("widget", site="bubble", ready="ownwords-widget .open"),
    State("widget-open", site="bubble", ready="ownwords-widget .open", act=open_widget),
    State("widget-inline", site="inline", ready="ownwords-widget .open"),
    State("widget-inline-open", site="inline", ready="ownwords-widget .open", act=open_widget),
    State("embed", "embed?lang=ko", "ownwords-widget .open"),
)  # fmt: skip


def asked(address: str, verdict: str) -> str:
    """The path of a question that is answered so. Raises SystemExit where none of ASKED is."""
    for question in ASKED[verdict]:
        body = json.dumps({"question": question}).encode()
        request = Request(f"{address}api/ask", body, {"content-type": "application/json"})
        with urlopen(request, timeout=60) as reply:
            if json.load(reply)["verdict"] == verdict:
                return asking(question)
    raise SystemExit(f"no question of ASKED[{verdict!r}] is answered so: add one that is")


def reading_path(address: str, browser: Browser) -> str:
    """The reading page at a quote, as a card links to it."""
    page = browser.new_page()
    page.goto(address + asking(STUDY))
    link = page.get_attribute(".ow-card cite a >> nth=0", "href") or ""
    page.close()
    return link.lstrip("/").replace(address, "")


@contextmanager
def hosted(server: dict[str, str]) -> Iterator[str]:
    """The origin of a site with the widget of `server["page"]`; its path is the widget's mode."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            page = SITE.format(server=server["page"].rstrip("/"), mode=self.path.strip("/"))
            self.wfile.write(page.encode())

        def log_message(self, *said: object) -> None:
            pass

    site = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=site.serve_forever, daemon=True).start()
    yield f"http://localhost:{site.server_port}"
    site.shutdown()
    site.server_close()


@contextmanager
def served(index: Path, **settings: object) -> Iterator[str]:
    """The address of a server of that index, which runs as long as the block."""
    command = [sys.executable, "-c", SERVER, str(index), json.dumps(settings)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found is not None, "the server did not start"
        try:
            yield found[0]
        finally:
            server.terminate()


VISITORS = count(1)


def drawn(folder: str) -> str:
    """A portrait of nobody: a head and shoulders against a wall."""
    image = Image.new("RGB", (320, 320), "#c9d6cf")
    pen = ImageDraw.Draw(image)
    pen.ellipse((90, 50, 230, 200), fill="#f0d9c3")
    pen.ellipse((40, 210, 280, 460), fill="#2f6f5e")
    path = Path(folder) / "portrait.png"
    image.save(path)
    return str(path)


def picture(browser: Browser, address: str, state: State, size: str, scheme: Any) -> bytes:
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,
        locale=state.locale,
        java_script_enabled=state.scripts,
        reduced_motion="reduce",
        is_mobile=size == "phone",
        device_scale_factor=1,
        extra_http_headers={"x-forwarded-for": f"198.51.100.{next(VISITORS)}"},
    )
    if state.name == "translated":
        context.add_init_script(TRANSLATOR.replace("TRANSLATED", json.dumps(TRANSLATED)))
    page = context.new_page()
    page.goto(address + state.path)
    page.wait_for_selector(state.ready)
    state.act(page)
    taken = page.screenshot(animations="disabled", caret="hide")
    context.close()
    return taken


def take(browser: Browser, address: str, state: State) -> None:
    for size in SIZES:
        for scheme in SCHEMES:
            taken = small(picture(browser, address, state, size, scheme))
            (FOLDER / f"{state.name}-{size}-{scheme}.png").write_bytes(taken)


def small(taken: bytes) -> bytes:
    """The picture as a PNG of COLOURS colours."""
    written = io.BytesIO()
    image = Image.open(io.BytesIO(taken)).convert("RGB")
    image.quantize(COLOURS, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(
        written, "PNG", optimize=True
    )
    return written.getvalue()


def main(names: list[str]) -> None:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        index = Path(folder) / "index"
        build = [sys.executable, "-m", "ownwords", "build", "--corpus", "corpus"]
        subprocess.run([*build, "--index", str(index)], cwd=ROOT, check=True)
        servers: dict[str, str] = {}
        with ExitStack() as stack:
            site = stack.enter_context(hosted(servers))
            hurry: dict[str, Any] = {
                "questions_burst": 1,
                "questions_per_minute": 1,
                "trusted_hops": 1,
            }
            own: dict[str, Any] = {
                "questions_per_minute": 0,
                "allowed_sites": [site],
                "trusted_hops": 1,
            }
            servers["page"] = stack.enter_context(served(index, **own))
            servers["hurried"] = stack.enter_context(served(index, **hurry))
            servers["author"] = stack.enter_context(
                served(index, **AUTHOR, portrait=drawn(folder), trusted_hops=1)
            )
            servers["empty"] = stack.enter_context(served(Path(folder) / "none"))
            browser = play.chromium.launch(executable_path=path, args=FLAGS)
            for state in STATES:
                if names and state.name not in names:
                    continue
                if state.name == "reading":
                    state = replace(state, path=reading_path(servers["page"], browser))
                if state.name in ASKED:
                    state = replace(state, path=asked(servers["page"], state.name))
                address = f"{site}/{state.site}" if state.site else servers[state.server]
                take(browser, address, state)
            browser.close()
    total = sum(file.stat().st_size for file in FOLDER.glob("*.png"))
    print(f"{len(list(FOLDER.glob('*.png')))} pictures, {total / 1e6:.1f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
