"""Real `ownwords` processes for the tests: a command that is awaited, a server that is ended."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).parents[1]
OWNWORDS = (sys.executable, "-m", "ownwords")
SECONDS = 120  # a machine that needs longer for one answer is not waited for


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Server:
    """A process that answers at `address`; `said` is what it printed before it did."""

    process: subprocess.Popen[str]
    address: str
    said: str

    def fetch(self, path: str, body: object = None) -> Reply:
        """A GET, or a POST of `body` as JSON, on a connection of its own."""
        connection = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=SECONDS)
        try:
            if body is None:
                connection.request("GET", path)
            else:
                text = json.dumps(body).encode()
                connection.request("POST", path, text, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return Reply(answer.status, answer.read())
        finally:
            connection.close()

    def ask(self, question: str) -> Reply:
        return self.fetch("/api/ask", {"question": question})


def environment(**changes: str) -> dict[str, str]:
    """This process' own, in English, without its settings but for the folder of the models."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("OWNWORDS_") or name == "OWNWORDS_CACHE_DIR"
    }
    return {**kept, "LC_ALL": "C.UTF-8", **changes}


def run(*words: str, cwd: Path = ROOT, **changes: str) -> subprocess.CompletedProcess[str]:
    """`ownwords WORDS`, awaited; `changes` are environment variables."""
    return subprocess.run(
        [*OWNWORDS, *words],
        cwd=cwd,
        env=environment(**changes),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def copy_of_the_essay(folder: Path) -> Path:
    """A corpus folder of its own in `folder`."""
    return Path(shutil.copytree(ROOT / "corpus", folder / "corpus"))


@contextmanager
def serving(
    command: Sequence[str], cwd: Path = ROOT, changes: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """The command, from the moment it says where it answers; killed at the end if it still runs.
    It answers without a limit on questions a minute unless `changes` set one."""
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=environment(**{"OWNWORDS_QUESTIONS_PER_MINUTE": "0", **(changes or {})}),
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        address, said = _address(process)
        yield Server(process, address, said)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def _address(process: subprocess.Popen[str]) -> tuple[str, str]:
    said = []
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        if line.startswith("Ownwords answers at "):
            return line.split()[-1].rstrip("/"), "".join(said)
    raise AssertionError(f"ended with {process.wait()} before it answered: {said}")
