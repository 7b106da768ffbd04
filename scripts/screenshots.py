"""Pictures of every state of the page, of the essay's own index, into `docs/screenshots/`.

`python scripts/screenshots.py [STATE]...` serves `corpus/` from this process and opens it in
Chromium (on the PATH) at both sizes, light and dark. The pictures have few colours, so that all of
them together stay small.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from PIL import Image
from playwright.sync_api import Browser, Page, Route, sync_playwright

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "screenshots"
SIZES = {"phone": (390, 844), "desktop": (1280, 800)}
SCHEMES = ("light", "dark")
COLOURS = 48
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
SERVER = """
import sys
from pathlib import Path
from ownwords.ask import LiveAuthor
from ownwords.settings import Settings
from ownwords.web import _listening, _run, create_app
live = LiveAuthor(Path(sys.argv[1]), Settings())
_run(create_app(live, Settings()), _listening("127.0.0.1", 0))
"""

STUDY, NEAR, NEVER = "어떻게 공부했나요?", "대학원에 가야 할까요?", "김치찌개 만드는 법"


@dataclass(frozen=True, slots=True)
class State:
    """What is opened, what is done there, and what shows that it is reached."""

    name: str
    path: str = ""
    ready: str = ".option"
    act: Callable[[Page], object] = lambda page: None
    locale: str = "ko-KR"
    scripts: bool = True
    is_indexed: bool = True


def asking(question: str) -> str:
    return f"?q={quote(question)}"


def send(page: Page, question: str = STUDY) -> None:
    page.fill("#ask textarea", question)
    page.press("#ask textarea", "Enter")


def wait(page: Page) -> None:
    """A question whose answer does not come."""
    page.route("**/queue/join*", lambda route: None)
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


STATES = (
    State("empty"),
    State("waiting", act=wait),
    State("answered", asking(STUDY), ".ow-card"),
    State("answered-english", asking("How did you study?"), ".ow-card", locale="en-GB"),
    State("around", asking(STUDY), ".ow-card", click(".ow-around summary")),
    State("related", asking(NEAR), ".ow-related", click(".ow-related summary")),
    State("none", asking(NEVER), ".ow-verdict"),
    State("notice", asking("안녕하세요"), ".ow-notice"),
    State("too-long", act=write_too_much),
    State("lost", act=lose),
    State("offline", act=part),
    State("no-index", ready="#log .ow-answer", act=answer_without_index, is_indexed=False),
    State("no-script", ready=".ow-noscript", scripts=False),
    State("reading", "posts/becoming-an-mlops-developer", "article h1"),
    State("reading-missing", "posts/none", "article h1"),
)  # fmt: skip


def reading_path(address: str, browser: Browser) -> str:
    """The reading page at a quote, as a card links to it."""
    page = browser.new_page()
    page.goto(address + asking(STUDY))
    link = page.get_attribute(".ow-card cite a >> nth=0", "href") or ""
    page.close()
    return link.lstrip("/").replace(address, "")


@contextmanager
def served(index: Path) -> Iterator[str]:
    """The address of a server of that index, which runs as long as the block."""
    command = [sys.executable, "-c", SERVER, str(index)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        found = re.search(r"http://\S+", server.stdout.readline())
        assert found is not None, "the server did not start"
        try:
            yield found[0]
        finally:
            server.terminate()


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
    )
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
        with served(index) as address, served(Path(folder) / "none") as empty:
            browser = play.chromium.launch(executable_path=path, args=FLAGS)
            for state in STATES:
                if state.name == "reading":
                    state = replace(state, path=reading_path(address, browser))
                if not names or state.name in names:
                    take(browser, address if state.is_indexed else empty, state)
            browser.close()
    total = sum(file.stat().st_size for file in FOLDER.glob("*.png"))
    print(f"{len(list(FOLDER.glob('*.png')))} pictures, {total / 1e6:.1f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
