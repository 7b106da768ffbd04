"""Every command of the READMEs runs, in a copy of the repository with a server beside it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from ownwords import pins
from processes import OWNWORDS, ROOT, SECONDS, Server, environment, serving

pytestmark = pytest.mark.server
READMES = ("README.md", "README.ko.md")
PORT = "http://127.0.0.1:7860"
NOT_RUN = {
    "make chat": "makes an environment of its own and serves until it is stopped",
    "make test": "is what runs this test",
    ". .venv/bin/activate": "the tests run in an environment already",
}


@dataclass(frozen=True)
class Block:
    readme: str
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.readme}:{self.line}"


def blocks(readme: str) -> list[Block]:
    tokens = MarkdownIt().parse((ROOT / readme).read_text(encoding="utf-8"))
    return [
        Block(readme, token.map[0] + 1, token.info.strip(), token.content)
        for token in tokens
        if token.type == "fence" and token.map
    ]


ALL = [block for readme in READMES for block in blocks(readme)]
BLOCKS = [block for block in ALL if block.language in ("sh", "python")]
SHOWN = [block for block in ALL if block not in BLOCKS]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What git has, without what a build or an environment adds."""
    folder = tmp_path_factory.mktemp("clone") / "repository"
    (folder / "index").mkdir(parents=True)
    for name in ("corpus", "src", "scripts"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.iterdir():
        if path.is_file() and not path.name.startswith("."):
            shutil.copy(path, folder)
    return folder


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`ownwords` and `python` of this environment; a curl that fails when the server does."""
    folder = tmp_path_factory.mktemp("bin")
    (folder / "ownwords").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ownwords "$@"\n')
    (folder / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    for name in ("ownwords", "python"):
        (folder / name).chmod(0o755)
    (folder / ".curlrc").write_text("fail\nsilent\nshow-error\n")
    return folder


@pytest.fixture(scope="module")
def server(clone: Path) -> Iterator[Server]:
    with serving([*OWNWORDS, "serve", "--port", "0"], cwd=clone) as running:
        yield running


@pytest.mark.parametrize("block", BLOCKS, ids=str)
def test_the_block_runs(block: Block, clone: Path, programs: Path, server: Server) -> None:
    path = environment()["PATH"]
    done = subprocess.run(
        {"sh": ["sh", "-eu"], "python": ["python", "-"]}[block.language],
        input=runnable(block).replace(PORT, server.address),
        cwd=clone,
        env=environment(PATH=f"{programs}:{path}", CURL_HOME=str(programs)),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert bool(done.stdout) == bool(runnable(block))


@pytest.mark.parametrize("block", SHOWN, ids=str)
def test_what_is_only_shown_is_right(
    block: Block, tmp_path: Path, clone: Path, programs: Path
) -> None:
    if block.language == "toml":
        (tmp_path / "pins.toml").write_text(block.text, encoding="utf-8")
        reading = pins.read(tmp_path / "pins.toml")
        assert reading.pins and not reading.problems
        return
    assert block.language == "html"
    printed = subprocess.run(
        [programs / "ownwords", "embed", "--url", "https://ask.example.org"],
        cwd=clone,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=True,
    )
    assert block.text.strip() in printed.stdout


def runnable(block: Block) -> str:
    lines = block.text.splitlines(keepends=True)
    return "".join(line for line in lines if line.strip() not in NOT_RUN)


def test_every_reason_is_for_a_line_that_is_there() -> None:
    for readme in READMES:
        lines = {line.strip() for block in blocks(readme) for line in block.text.splitlines()}
        assert set(NOT_RUN) <= lines


def test_both_readmes_show_the_same_commands() -> None:
    """Line for line, but for the words of a question."""
    english, korean = (
        [(block.language, len(block.text.splitlines())) for block in blocks(readme)]
        for readme in READMES
    )
    assert english == korean
    assert ("python", 5) in english
