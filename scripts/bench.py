"""What Ownwords costs on this machine: start, memory, a warm question, builds, index size.

    python scripts/bench.py --corpus corpus --corpus ../another/corpus

Works on copies of the corpora (and of the `ownwords.toml` beside each), in folders that it removes.
A plain `import sentence_transformers` is measured in the same run, as a yardstick: ratios hold
better than times. Memory of a command is the peak of its resident set; of the server also its
proportional set (PSS, Linux only), while a browser has the page open.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

QUESTION = "어떻게 공부했나요?"
STARTS = 3  # each start is measured so often; the median is told
WARM = 50  # questions to a warm engine
NEW_POST = "# One more\n\nA new post about a boat on a quiet lake.\n"
ANSWERED = "figure.ow-card, .ow-verdict"  # a quote on the page, or the sentence that there is none
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
MB = 1_000_000
IN_PROCESS = """
import statistics, sys, time
import ownwords
author = ownwords.open(sys.argv[1])
author.ask(sys.argv[2])
times = []
for _ in range(int(sys.argv[3])):
    began = time.perf_counter()
    author.ask(sys.argv[2])
    times.append((time.perf_counter() - began) * 1000)
print(statistics.median(times), max(times))
"""


@dataclass(frozen=True)
class Cost:
    """Of one command: `seconds` until it ends, `peak` of its resident memory in MB."""

    seconds: float
    peak: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, action="append", help="repeatable")
    given = parser.parse_args()
    yardstick = median([sys.executable, "-c", "import sentence_transformers"])
    tell("import sentence_transformers", cost(yardstick), f"median of {STARTS}")
    with tempfile.TemporaryDirectory() as scratch:
        tell("model made ready, once per machine", cost(prepare(Path(scratch))), "or found ready")
    for corpus in given.corpus or [Path("corpus")]:
        print(f"\n{corpus}")
        with tempfile.TemporaryDirectory() as scratch:
            one_corpus(copied(corpus, Path(scratch)), Path(scratch) / "index", yardstick)


def one_corpus(corpus: Path, index: Path, yardstick: Cost) -> None:
    builds(corpus, index)
    sizes(index)
    asked = median(ownwords("ask", QUESTION, "--index", str(index)))
    share = f"{asked.seconds / yardstick.seconds:.2f} of the import's time (aim 0.33), "
    share += f"{asked.peak / yardstick.peak:.2f} of its memory (aim 300 MB)"
    tell("ask, start to answer", cost(asked), share)
    in_process(index)
    serving(corpus, index)


def copied(corpus: Path, scratch: Path) -> Path:
    settings = corpus.absolute().parent / "ownwords.toml"
    if settings.exists():
        shutil.copy(settings, scratch)
    return Path(shutil.copytree(corpus, scratch / "corpus"))


def prepare(scratch: Path) -> Cost:
    """A build of one post, so that no other figure holds the unpacking and export of the model."""
    (scratch / "corpus").mkdir()
    (scratch / "corpus" / "one.md").write_text(NEW_POST, encoding="utf-8")
    arguments = ("--corpus", str(scratch / "corpus"), "--index", str(scratch / "index"))
    return run(ownwords("build", *arguments))


def builds(corpus: Path, index: Path) -> None:
    arguments = ownwords("build", "--corpus", str(corpus), "--index", str(index))
    tell("build, first", cost(run(arguments)), counts(index))
    tell("build, nothing changed", cost(run(arguments)))
    (corpus / "one-more-post-of-the-bench.md").write_text(NEW_POST, encoding="utf-8")
    tell("build, after one new post", cost(run(arguments)))


def counts(index: Path) -> str:
    certificate = json.loads((live(index) / "certificate.json").read_text(encoding="ascii"))
    return f"{certificate['posts']} posts, {certificate['passages']} passages"


def sizes(index: Path) -> None:
    build, cache = size(live(index)), size(index / "cache")
    tell("index, the live build", f"{build:.1f} MB")
    tell("index, two builds and the cache", f"{size(index):.1f} MB", f"cache {cache:.1f} MB")


def in_process(index: Path) -> None:
    command = [sys.executable, "-c", IN_PROCESS, str(index), QUESTION, str(WARM)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    typical, slowest = map(float, said.split())
    tell("warm question, in process", f"{typical:.1f} ms", f"slowest of {WARM}: {slowest:.1f} ms")


def serving(corpus: Path, index: Path) -> None:
    arguments = ("--corpus", str(corpus), "--index", str(index), "--port", "0")
    began = time.perf_counter()
    unlimited = {**os.environ, "OWNWORDS_QUESTIONS_PER_MINUTE": "0"}
    with subprocess.Popen(
        ownwords("serve", *arguments), stdout=subprocess.PIPE, text=True, env=unlimited
    ) as server:
        try:
            address = answering(server)
            tell("server, start to ready", f"{time.perf_counter() - began:.2f} s")
            times = [timed(f"{address}api/ask") for _ in range(WARM + 1)][1:]
            slowest = f"slowest of {WARM}: {max(times):.1f} ms"
            tell("warm question, over HTTP", f"{statistics.median(times):.1f} ms", slowest)
            with page_open(address) as how:
                tell("server, memory with the page open", pss(server.pid), f"{how} (aim 400 MB)")
        finally:
            server.terminate()


def answering(server: subprocess.Popen[str]) -> str:
    """The address, once the server says that it answers there."""
    assert server.stdout is not None
    for line in server.stdout:
        if line.startswith("Ownwords answers at "):
            return line.split()[-1]
    raise RuntimeError(f"the server ended with {server.wait()}")


@contextmanager
def page_open(address: str) -> Iterator[str]:
    """The page in a headless browser, asked once; without a browser it is only fetched."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        fetch(address)
        yield "no browser here, the page was only fetched"
        return
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        page = play.chromium.launch(executable_path=browser, args=["--no-sandbox"]).new_page()
        page.goto(address)
        page.get_by_role("textbox").fill(QUESTION)
        page.get_by_role("textbox").press("Enter")
        page.wait_for_selector(ANSWERED)
        yield "in a browser, after a question on the page"


def pss(pid: int) -> str:
    """Shared pages counted by share, so less while another process maps the same files; with the
    resident set, which counts them whole."""
    memory = psutil.Process(pid).memory_full_info()
    shared = f"{memory.pss / MB:.0f} MB PSS, " if hasattr(memory, "pss") else ""
    return f"{shared}{memory.rss / MB:.0f} MB RSS"


def run(command: Sequence[str]) -> Cost:
    """Raises RuntimeError when the command fails; 3 is an answer too (nothing found)."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, in bytes
    return Cost(time.perf_counter() - began, usage.ru_maxrss * unit / MB)


def median(command: Sequence[str]) -> Cost:
    runs = [run(command) for _ in range(STARTS)]
    return Cost(statistics.median(r.seconds for r in runs), statistics.median(r.peak for r in runs))


def ownwords(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "ownwords", *arguments]


def fetch(address: str, body: bytes | None = None) -> bytes:
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as reply:
        found: bytes = reply.read()
        return found


def timed(address: str) -> float:
    """Milliseconds of one question over HTTP, on a connection of its own."""
    began = time.perf_counter()
    fetch(address, json.dumps({"question": QUESTION}).encode())
    return (time.perf_counter() - began) * 1000


def live(index: Path) -> Path:
    return index / "builds" / (index / "CURRENT").read_text(encoding="ascii").strip()


def size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / MB


def cost(of: Cost) -> str:
    return f"{of.seconds:.2f} s, peak {of.peak:.0f} MB"


def tell(name: str, figure: str, note: str = "") -> None:
    print(f"{name:34}  {figure:22}  {note}".rstrip(), flush=True)


if __name__ == "__main__":
    main()
