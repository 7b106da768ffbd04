"""Real server and build processes on the essay: answers, new builds, ends, damage, a full disk."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from ownwords import store
from processes import (  # fmt: skip
    OWNWORDS,
    ROOT,
    SECONDS,
    Reply,
    Server,
    copy_of_the_essay,
    environment,
    run,
    serving,
)

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(os.name == "nt", reason="signals and locks of a POSIX system"),
]
QUESTION = "어떻게 공부했나요?"
NEW_POST = "# 등대\n\n나는 남쪽 섬의 등대에서 여름마다 일했다. 등대지기는 밤새 불을 지켰다.\n"
END_SECONDS = 5  # SIGTERM to the end of the process
KILLS = 6
PAGE = 4096  # bytes; what a file on a tmpfs is rounded up to


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the essay as `corpus` and its `index`. Tests copy it."""
    folder = tmp_path_factory.mktemp("built")
    copy_of_the_essay(folder)
    done = run("build", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def site(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "site"))


@pytest.fixture(scope="module")
def server(built: Path) -> Iterator[Server]:
    with serving([*OWNWORDS, "serve", "--port", "0"], cwd=built) as running:
        yield running


def test_it_answers_over_http_in_the_words_of_the_post(server: Server, built: Path) -> None:
    answer = server.ask(QUESTION).json()
    assert answer["verdict"] == "answered"
    assert answer["quotes"]
    for quote in answer["quotes"]:
        source = (built / "corpus" / quote["post"]).read_text(encoding="utf-8")
        assert source[quote["start"] : quote["end"]].split() == quote["text"].split()


def test_its_health_names_the_live_build(server: Server, built: Path) -> None:
    ready = server.fetch("/readyz")
    assert ready.status == 200
    assert ready.json()["build"] == store.current_id(built / "index")
    assert (ready.json()["posts"], server.fetch("/healthz").status) == (1, 200)


def test_the_page_and_its_links_are_there(server: Server) -> None:
    assert b"<title>" in server.fetch("/").body
    link = server.ask(QUESTION).json()["quotes"][0]["link"]
    page = server.fetch(link.partition("#")[0])
    assert page.status == 200
    assert b'<mark id="quote">' in page.body


def test_a_wrong_request_is_a_json_error(server: Server) -> None:
    refused = server.fetch("/api/ask", {"question": 3})
    assert refused.status == 422
    assert set(refused.json()["error"]) == {"code", "message", "fix"}


def test_a_new_build_answers_without_a_restart(site: Path) -> None:
    """Questions asked all through the rebuild get an answer; the first one after it, the new."""
    with serving([*OWNWORDS, "serve", "--port", "0"], cwd=site) as server, asking(server) as told:
        old = server.ask("등대").json()
        (site / "corpus" / "lighthouse.md").write_text(NEW_POST, encoding="utf-8")
        rebuilt = run("build", "--json", cwd=site)
        assert rebuilt.returncode == 0, rebuilt.stderr
        new = server.ask("등대에서 무슨 일을 했나요?").json()
        assert new["build"] == json.loads(rebuilt.stdout)["build"] != old["build"]
        assert "lighthouse.md" in [quote["post"] for quote in new["quotes"]]
        assert server.fetch("/readyz").json()["posts"] == 2
    assert {reply.status for reply in told} == {200}
    assert {reply.json()["build"] for reply in told} >= {old["build"]}
    assert {reply.json()["build"] for reply in told} <= {old["build"], new["build"]}


@contextmanager
def asking(server: Server) -> Iterator[list[Reply]]:
    """Asks one question after another on a thread of its own; what came back is in the list."""
    told, ended = list[Reply](), threading.Event()

    def ask() -> None:
        while not ended.is_set():
            try:
                told.append(server.ask(QUESTION))
            except OSError as error:
                told.append(Reply(0, repr(error).encode()))

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield told
    finally:
        ended.set()
        thread.join()


def test_a_damaged_new_build_leaves_the_server_answering(site: Path) -> None:
    with serving([*OWNWORDS, "serve", "--port", "0"], cwd=site) as server:
        old = server.ask(QUESTION).json()["build"]
        (site / "corpus" / "lighthouse.md").write_text(NEW_POST, encoding="utf-8")
        assert run("build", cwd=site).returncode == 0
        newest = site / "index" / store.BUILDS / str(store.current_id(site / "index"))
        flip(newest / store.PASSAGES)
        reply = server.ask(QUESTION)
        assert (reply.status, reply.json()["build"]) == (200, old)


def test_an_index_of_another_version_is_built_anew_where_the_posts_are(site: Path) -> None:
    old = store.current_id(site / "index")
    path = site / "index" / store.BUILDS / str(old) / store.CERTIFICATE
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 0}))
    with serving([*OWNWORDS, "serve", "--port", "0"], cwd=site) as server:
        assert server.fetch("/readyz").json()["build"] != old
        assert server.ask(QUESTION).status == 200
    shutil.rmtree(site / "corpus")
    path = site / "index" / store.BUILDS / str(store.current_id(site / "index"))
    path = path / store.CERTIFICATE
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 0}))
    done = run("serve", "--port", "0", cwd=site)
    assert done.returncode == 1
    assert "ownwords build" in done.stderr


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def test_a_missing_index_is_built_first(tmp_path: Path) -> None:
    corpus = copy_of_the_essay(tmp_path)
    command = [*OWNWORDS, "serve", "--port", "0", "--corpus", str(corpus), "--index", "made"]
    with serving(command, cwd=tmp_path) as server:
        assert "posts: 1" in server.said
        assert server.ask(QUESTION).json()["verdict"] == "answered"
    assert store.read_certificate(tmp_path / "made") is not None


def test_app_py_serves_and_builds_what_is_missing(tmp_path: Path) -> None:
    copy_of_the_essay(tmp_path)
    shutil.copy(ROOT / "app.py", tmp_path)
    with serving([sys.executable, "app.py"], tmp_path, {"OWNWORDS_PORT": "0"}) as server:
        assert server.fetch("/readyz").status == 200
        assert server.ask(QUESTION).json()["verdict"] == "answered"


def test_no_corpus_and_no_index_is_one_clear_error(tmp_path: Path) -> None:
    done = run("serve", "--port", "0", cwd=tmp_path)
    assert done.returncode == 1
    assert "--corpus" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_one_clear_error(server: Server, built: Path) -> None:
    done = run("serve", "--port", server.address.rpartition(":")[2], cwd=built)
    assert done.returncode == 1
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_soon_though_a_page_is_open(built: Path, ending: signal.Signals) -> None:
    with serving([*OWNWORDS, "serve", "--port", "0"], cwd=built) as server, open_tab(server):
        server.process.send_signal(ending)
        server.process.wait(END_SECONDS)


@contextmanager
def open_tab(server: Server) -> Iterator[None]:
    """What an open page keeps: a heartbeat that never ends. Entered when its first byte came."""
    code = (
        "import sys, urllib.request\n"
        "reply = urllib.request.urlopen(sys.argv[1])\n"
        "print(reply.read(1), flush=True)\n"
        "try: reply.read()\n"
        "except OSError: pass\n"
    )
    address = f"{server.address}/gradio_api/heartbeat/tab"
    with subprocess.Popen([sys.executable, "-c", code, address], stdout=subprocess.PIPE) as tab:
        assert tab.stdout is not None
        assert tab.stdout.readline() == b"b'd'\n"  # of `data: ALIVE`
        try:
            yield
        finally:
            tab.kill()


def test_a_server_with_a_real_index_holds_no_training_library(built: Path) -> None:
    """The real command, asked and its page read; it prints what it had loaded when it ends."""
    code = (
        "import atexit, sys\n"
        "atexit.register(lambda: print('loaded', *sys.modules))\n"
        "from ownwords.cli import main\n"
        "main()\n"
    )
    with serving([sys.executable, "-c", code, "serve", "--port", "0"], cwd=built) as server:
        assert server.ask(QUESTION).json()["verdict"] == "answered"
        assert server.fetch("/").status == 200
        server.process.send_signal(signal.SIGINT)
        assert server.process.stdout is not None
        loaded = set(server.process.stdout.read().rpartition("loaded ")[2].split())
    assert {"ownwords.web", "onnxruntime", "faiss", "gradio"} <= loaded
    assert loaded & {"torch", "transformers", "sentence_transformers", "onnx"} == set()


def test_two_builds_at_once(site: Path) -> None:
    """The first is a real build, held while it opens its model until the second was refused."""
    code = (
        "import sys\n"
        "from ownwords import encoder\n"
        "from ownwords.build import build\n"
        "from ownwords.settings import load\n"
        "def opened(*given):\n"
        "    print('building', flush=True)\n"
        "    sys.stdin.readline()\n"
        "    return encoder.open_for_build(*given)\n"
        "print(build(load(), full=True, open_encoder=opened).build)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=site,
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "building\n"
        second = run("build", cwd=site)
        assert second.returncode == 1
        assert f"process {first.pid} on " in second.stderr
        answered = run("ask", QUESTION, cwd=site)
        assert answered.returncode == 0, answered.stderr
        made, _ = first.communicate("go\n", SECONDS)
    assert first.returncode == 0
    assert store.current_id(site / "index") == made.strip()


def test_watch_builds_after_each_change_until_it_is_interrupted(site: Path) -> None:
    with subprocess.Popen(
        [*OWNWORDS, "build", "--watch", "--json"],
        cwd=site,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    ) as watching:
        assert watching.stdout is not None
        reports = map(json.loads, watching.stdout)
        assert next(reports)["changed"] is False
        (site / "corpus" / "lighthouse.md").write_text(NEW_POST, encoding="utf-8")
        grown = next(report for report in reports if report["posts"] == 2)
        assert (grown["changed"], grown["embedded"]) == (True, 1)
        (site / "corpus" / "lighthouse.md").unlink()
        shrunk = next(report for report in reports if report["posts"] == 1)
        assert (shrunk["changed"], shrunk["embedded"]) == (True, 0)
        watching.send_signal(signal.SIGINT)
        try:
            assert watching.wait(END_SECONDS) in (0, 130)
        finally:
            watching.kill()  # where SIGINT is ignored from the start, it would be waited for without end


def test_a_build_killed_at_any_moment_leaves_a_good_one(site: Path) -> None:
    """`kill -9` at random moments of real builds, in all of their length."""
    command = [*OWNWORDS, "build", "--full"]
    began = time.monotonic()
    assert run(*command[len(OWNWORDS) :], cwd=site).returncode == 0
    whole = time.monotonic() - began
    chance = random.Random(20240506)
    killed = 0
    for number in range(KILLS):
        moment = whole * (number + chance.random()) / KILLS
        killed += ended_after(command, site, moment) == -signal.SIGKILL
        opened = store.open_index(site / "index")
        assert opened.warnings == ()
        assert opened.certificate.posts == 1
    assert killed > KILLS // 2
    assert run("build", "--full", cwd=site).returncode == 0
    left = [path.name for path in (site / "index").rglob("*") if "staged" in path.name]
    assert left == []
    assert run("ask", QUESTION, cwd=site).returncode == 0


def ended_after(command: Sequence[str], cwd: Path, seconds: float) -> int:
    """The exit code of a command that is killed when it runs longer."""
    with subprocess.Popen(
        command, cwd=cwd, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.returncode


@pytest.fixture
def small_disk(site: Path, tmp_path: Path) -> Iterator[Path]:
    """A disk with the index of `site` and half a megabyte to spare."""
    folder = tmp_path / "disk"
    folder.mkdir()
    files = [path for path in (site / "index").rglob("*") if path.is_file()]
    taken = sum(path.stat().st_size + PAGE for path in files)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={taken + 500_000}", "none", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("mounting a small disk needs root")
    shutil.copytree(site / "index", folder / "index")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def grow(site: Path) -> None:
    """One post of 300 passages: half a megabyte of vectors for each kind of text."""
    lines = [f"등대의 {number}번째 밤에 나는 배 {number}척을 세었다." for number in range(300)]
    text = "# 밤\n\n" + "\n\n".join(f"## {line}\n\n{line}" for line in lines)
    (site / "corpus" / "nights.md").write_text(text, encoding="utf-8")


def on_a_full_disk(index: Path, build: Callable[[], subprocess.CompletedProcess[str]]) -> None:
    live = store.current_id(index)
    failed = build()
    assert failed.returncode == 1
    assert "Traceback" not in failed.stderr
    assert "Free disk space" in failed.stderr
    assert "still serves" in failed.stderr
    assert store.current_id(index) == live
    assert store.open_index(index).warnings == ()
    assert not [path for path in index.rglob("*") if "staged" in path.name or path.suffix == ".tmp"]


def test_a_full_disk_leaves_the_live_build(site: Path, small_disk: Path) -> None:
    index = small_disk / "index"
    grow(site)
    on_a_full_disk(index, lambda: run("build", "--index", str(index), cwd=site))
    assert run("ask", QUESTION, "--index", str(index), cwd=site).returncode == 0


def test_a_disk_too_small_for_the_model_keeps_the_index(site: Path, small_disk: Path) -> None:
    index = small_disk / "index"
    on_a_full_disk(index, lambda: run("build", "--bundle", "--index", str(index), cwd=site))
    assert not (index / "model").exists()
    assert run("ask", QUESTION, "--index", str(index), cwd=site).returncode == 0


def test_files_that_may_not_grow_leave_the_live_build(site: Path) -> None:
    """The same without root: no file may grow beyond 64 blocks of 512 bytes or 1 kB."""
    grow(site)
    command = ["sh", "-c", 'ulimit -f 64; exec "$@"', "sh", *OWNWORDS, "build"]
    on_a_full_disk(
        site / "index",
        lambda: subprocess.run(
            command, cwd=site, env=environment(), capture_output=True, text=True, check=False
        ),
    )
    assert run("ask", QUESTION, cwd=site).returncode == 0
