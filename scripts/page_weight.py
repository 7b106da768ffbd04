"""What the page costs its visitor: bytes over the wire, and seconds until it can be asked.

    python scripts/page_weight.py --corpus corpus --index index

Starts `ownwords serve` and opens its page in Chromium on loopback, each time in a profile of its own
(cold), then once more in the same (warm). Usable is when the box takes text and the suggested
questions stand under the greeting.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench import BROWSERS, answering, ownwords, tell
from playwright.sync_api import Browser, BrowserContext, sync_playwright

LOADS = 9


@dataclass(frozen=True)
class Load:
    seconds: float
    kilobytes: float
    requests: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", default="corpus")
    parser.add_argument("--index", default="index")
    given = parser.parse_args()
    command = ownwords("serve", "--corpus", given.corpus, "--index", given.index, "--port", "0")
    path = next(filter(None, map(shutil.which, BROWSERS)))
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            address = answering(server)
            with sync_playwright() as play:
                measure(play.chromium.launch(executable_path=path, args=["--no-sandbox"]), address)
        finally:
            server.terminate()


def measure(browser: Browser, address: str) -> None:
    cold, warm = [], []
    for _ in range(LOADS):
        context = browser.new_context()
        cold.append(load(context, address))
        warm.append(load(context, address))
        context.close()
    show("page, cold", cold, "aim 320 kB, 1.5 s")
    show("page, warm", warm, "aim 45 kB")


def load(context: BrowserContext, address: str) -> Load:
    page = context.new_page()
    sizes: dict[str, float] = {}
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")

    def finished(done: dict[str, Any]) -> None:
        sizes[done["requestId"]] = done["encodedDataLength"]

    devtools.on("Network.loadingFinished", finished)
    page.goto(address)
    page.wait_for_function(
        "() => document.querySelector('#ask textarea:enabled') && document.querySelector('.option')"
    )
    seconds = page.evaluate("performance.now()") / 1000
    page.wait_for_load_state("load")
    page.close()
    return Load(seconds, sum(sizes.values()) / 1000, len(sizes))


def show(name: str, loads: Sequence[Load], aim: str) -> None:
    seconds = sorted(one.seconds for one in loads)
    weight, requests = max(one.kilobytes for one in loads), max(one.requests for one in loads)
    figure = f"{weight:.0f} kB, {statistics.median(seconds):.2f} s"
    tell(name, figure, f"{seconds[0]:.2f} to {seconds[-1]:.2f} s, {requests} requests ({aim})")


if __name__ == "__main__":
    main()
