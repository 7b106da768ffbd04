"""What Ownwords costs on this machine: start, memory, a warm question, builds, index size.

    python scripts/bench.py --corpus corpus

Works on a copy of the corpus and in folders of its own, which it removes. A plain
`import sentence_transformers` is measured in the same run, as a yardstick.
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
from collections.abc import Sequence
from pathlib import Path

import psutil

QUESTION = "어떻게 공부했나요?"
WARM = 20  # questions to a warm server
MB = 1_000_000


def run(command: Sequence[str]) -> tuple[float, float]:
    """Seconds until the command ends, and its peak resident memory in MB.

    Raises RuntimeError when it fails; 3 is an answer too (nothing found).
    """
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 3):
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return time.perf_counter() - began, usage.ru_maxrss * 1024 / MB


def ownwords(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "ownwords", *arguments]


def builds(corpus: Path, index: Path) -> None:
    arguments = ownwords("build", "--corpus", str(corpus), "--index", str(index))
    for name in ("first", "second, nothing changed", "after one new post"):
        if name == "after one new post":
            text = "# One more\n\nA new post about a boat on a quiet lake.\n"
            (corpus / "one-more-post-of-the-bench.md").write_text(text, encoding="utf-8")
        seconds, peak = run(arguments)
        print(f"build, {name}: {seconds:.1f} s, peak {peak:.0f} MB")


def starts(index: Path) -> None:
    for name, command in {
        "import sentence_transformers": [sys.executable, "-c", "import sentence_transformers"],
        "ownwords ask, start to answer": ownwords("ask", QUESTION, "--index", str(index)),
    }.items():
        runs = [run(command) for _ in range(3)]
        seconds, peak = (statistics.median(column) for column in zip(*runs, strict=True))
        print(f"{name}: {seconds:.2f} s, peak {peak:.0f} MB (median of 3)")


def serving(corpus: Path, index: Path, port: int) -> None:
    command = ownwords("serve", "--corpus", str(corpus), "--index", str(index), "--port", str(port))
    address = f"http://127.0.0.1:{port}"
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            wait(server, f"{address}/readyz")
            print(f"server, start to ready: {time.perf_counter() - began:.1f} s")
            fetch(f"{address}/")
            times = [timed(f"{address}/api/ask") for _ in range(WARM)][1:]
            print(f"server, warm question: median {statistics.median(times):.1f} ms, "
                  f"slowest {max(times):.1f} ms")  # fmt: skip
            pss = psutil.Process(server.pid).memory_full_info().pss / MB
            print(f"server, memory (PSS) with the page fetched: {pss:.0f} MB")
        finally:
            server.terminate()


def wait(server: subprocess.Popen[bytes], address: str) -> None:
    for _ in range(600):
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with {server.returncode}")
        try:
            fetch(address)
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing answers at {address}")


def fetch(address: str, body: bytes | None = None) -> bytes:
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as reply:
        found: bytes = reply.read()
        return found


def timed(address: str) -> float:
    """Milliseconds of one question over HTTP."""
    began = time.perf_counter()
    fetch(address, json.dumps({"question": QUESTION}).encode())
    return (time.perf_counter() - began) * 1000


def size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / MB


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--port", type=int, default=17860)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        corpus, index = Path(scratch) / "corpus", Path(scratch) / "index"
        shutil.copytree(given.corpus, corpus)
        builds(corpus, index)
        live = index / "builds" / (index / "CURRENT").read_text(encoding="utf-8").strip()
        print(f"index: the live build {size(live):.1f} MB, the folder {size(index):.1f} MB")
        starts(index)
        serving(corpus, index, given.port)


if __name__ == "__main__":
    main()
