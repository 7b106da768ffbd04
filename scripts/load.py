"""How the server does in public: many addresses ask at once on loopback, some of them very slowly.

    python scripts/load.py --seconds 60

Starts `ownwords serve` (with `trusted_hops` 1, as behind one proxy) on a corpus, lets 200 client
addresses ask as fast as they may through `X-Forwarded-For`, and prints how many were answered, what
was refused, how long an answer took and the memory before and after. Beside them, slow clients send
their questions a byte a second; they hold a connection each, and nothing else.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

import psutil

QUESTIONS = (
    "어떻게 공부했나요?",
    "how did you study?",
    "커뮤니티는 왜 좋은가요?",
    "양자역학이 뭔가요?",
)
PATIENCE = 60  # seconds for one answer


@dataclass
class Told:
    """What came back: statuses, seconds of the answered ones, refusals without Retry-After."""

    statuses: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    unexplained: int = 0


def main() -> None:
    options = _options()
    environment = {**os.environ, "OWNWORDS_TRUSTED_HOPS": "1"}
    command = [sys.executable, "-m", "ownwords", "serve", "--port", "0"]
    command += ["--corpus", options.corpus, "--index", options.index]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        try:
            port = _port(server)
            asyncio.run(_measure(port, server.pid, options))
        finally:
            server.terminate()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", default="corpus")
    parser.add_argument("--index", default="index")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=200)
    parser.add_argument("--slow", type=int, default=50)
    return parser.parse_args()


def _port(server: subprocess.Popen[str]) -> int:
    assert server.stdout is not None
    for line in server.stdout:
        if line.startswith("Ownwords answers at "):
            return int(line.rstrip("/\n").rpartition(":")[2])
    raise SystemExit("the server ended before it answered")


async def _measure(port: int, pid: int, options: argparse.Namespace) -> None:
    for question in QUESTIONS:
        await _ask(port, "192.0.2.1", question)
    before = _megabytes(pid)
    alone = await _load(port, options.clients, options.seconds / 2)
    _print("", alone, options.seconds / 2)
    between = _megabytes(pid)
    slow = [asyncio.create_task(_dawdle(port, number)) for number in range(options.slow)]
    beside = await _load(port, options.clients, options.seconds / 2)
    for task in slow:
        task.cancel()
    await asyncio.gather(*slow, return_exceptions=True)
    _print(f"beside {options.slow} slow clients", beside, options.seconds / 2)
    print(f"memory           {before:.0f} MB before, {between:.0f} MB between, "
          f"{_megabytes(pid):.0f} MB after (PSS)")  # fmt: skip


async def _load(port: int, clients: int, seconds: float) -> Told:
    told, end = Told(), time.monotonic() + seconds
    await asyncio.gather(*(_client(port, number, end, told) for number in range(clients)))
    return told


async def _client(port: int, number: int, end: float, told: Told) -> None:
    """Asks one question after another; a refusal is heeded as far as a second."""
    address = f"198.51.100.{number}" if number < 256 else f"198.51.{number >> 8}.{number & 255}"
    asked = number
    while time.monotonic() < end:
        began = time.monotonic()
        status, again = await _ask(port, address, QUESTIONS[asked % len(QUESTIONS)])
        asked += 1
        told.statuses[status] += 1
        if status == "200":
            told.seconds.append(time.monotonic() - began)
        elif again is None:
            told.unexplained += 1
        if status != "200":
            await asyncio.sleep(min(float(again or 1), 1.0))


async def _ask(port: int, address: str, question: str) -> tuple[str, str | None]:
    """The status and the Retry-After of one question, on a connection of its own."""
    body = json.dumps({"question": question}).encode()
    head = (
        f"POST /api/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: {address}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    try:
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(head.encode() + body)
            reply = await reader.read()
            writer.close()
    except (OSError, TimeoutError) as error:
        return type(error).__name__, None
    lines = reply.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:])
    return lines[0].split()[1], headers.get("retry-after")


async def _dawdle(port: int, number: int) -> None:
    """A question that is never all sent."""
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /api/ask HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 203.0.113.{number}\r\n"
    writer.write(f"{head}Content-Length: 1000\r\n\r\n".encode())
    try:
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(1)
    finally:
        writer.close()


def _megabytes(pid: int) -> float:
    return float(psutil.Process(pid).memory_full_info().pss) / 1e6


def _print(title: str, told: Told, seconds: float) -> None:
    times = sorted(told.seconds) or [0.0]
    refused = {status: count for status, count in told.statuses.items() if status != "200"}
    print(f"answered         {len(told.seconds)} in {seconds:.0f} s, "
          f"{len(told.seconds) / seconds:.0f} a second {title}".rstrip())  # fmt: skip
    print(
        f"seconds          p50 {times[len(times) // 2]:.2f}, p95 {times[len(times) * 95 // 100]:.2f}"
    )
    print(f"refused          {refused}, {told.unexplained} of them without Retry-After")


if __name__ == "__main__":
    main()
