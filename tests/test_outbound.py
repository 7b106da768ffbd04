"""Nothing leaves the serving process: watched from inside (every socket Python opens) and from
outside (every connection the kernel knows of), while it starts, answers and is read."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from processes import copy_of_the_essay, run, serving

pytestmark = [
    pytest.mark.server,
    pytest.mark.skipif(os.name == "nt", reason="a POSIX system's processes"),
]
WATCHED = """
import json, os, sys
told = open(os.environ["WATCHED"], "a", buffering=1)
def heard(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        where = arguments[0] if event.startswith("socket.get") else arguments[1]
        told.write(json.dumps([event, str(where)]) + "\\n")
sys.addaudithook(heard)
if sys.argv[1] == "connect":
    import socket
    try: socket.create_connection(("127.0.0.1", 9), timeout=1)
    except OSError: pass
else:
    from ownwords.cli import main
    main()
"""
LOOPBACK = ("127.0.0.1", "::1", "None")


def outside(log: Path) -> list[list[str]]:
    """What was heard of, but for the server's own address."""
    heard = [json.loads(line) for line in log.read_text().splitlines()]
    return [[event, where] for event, where in heard if where not in LOOPBACK]


def test_the_watch_hears_a_connection(tmp_path: Path) -> None:
    import subprocess

    log = tmp_path / "watched"
    subprocess.run(
        [sys.executable, "-c", WATCHED, "connect"],
        env={**os.environ, "WATCHED": str(log)},
        check=True,
        timeout=60,
    )
    assert ["socket.connect", "('127.0.0.1', 9)"] in outside(log)


def test_the_server_calls_nobody() -> None:
    with tempfile.TemporaryDirectory() as folder:
        site, log = Path(folder), Path(folder) / "watched"
        copy_of_the_essay(site)
        assert run("build", cwd=site).returncode == 0
        command = [sys.executable, "-c", WATCHED, "serve", "--port", "0"]
        with serving(command, cwd=site, changes={"WATCHED": str(log)}) as server:
            process = psutil.Process(server.process.pid)
            for question in ("어떻게 공부했나요?", "How did you study?", "양자역학은?"):
                answer = server.ask(question)
                assert answer.status == 200
                assert connections(process) == set()
            for path in ("/", "/?q=a", "/config", "/readyz", "/api/docs", "/theme.css"):
                assert server.fetch(path).status == 200
                assert connections(process) == set()
            link = server.ask("어떻게 공부했나요?").json()["quotes"][0]["link"]
            assert server.fetch(link.partition("#")[0]).status == 200
        assert outside(log) == []


def connections(process: psutil.Process) -> set[tuple[str, int]]:
    """Whom the process (or a child of it) is connected to, but for its own visitors."""
    opened = []
    for one in (process, *process.children(recursive=True)):
        opened += one.net_connections("inet")
    own = {one.laddr.port for one in opened if one.status == psutil.CONN_LISTEN}
    return {tuple(one.raddr) for one in opened if one.raddr and one.laddr.port not in own}
