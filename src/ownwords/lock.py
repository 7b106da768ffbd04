"""Locks that the operating system frees when their holder dies: one build, one export at a time."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO

from ownwords.errors import OwnwordsError

if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30  # a byte beyond the text, so that a second build can still read who holds it

    def _take(file: IO[str]) -> None:
        file.seek(_FAR)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        file.seek(0)

    def _wait(file: IO[str]) -> None:
        while True:
            try:
                file.seek(_FAR)
                return msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)  # gives up after 10 s
            except OSError:
                continue
else:
    import fcntl

    def _take(file: IO[str]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _wait(file: IO[str]) -> None:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX)


@contextmanager
def waiting(path: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold the lock on the file `path`, made where it is missing, while the block runs.

    Calls `on_wait` once if another process holds it, then waits for that one to end. Raises
    OSError when the file cannot be opened. Like BuildLock, it leaves the file behind.
    """
    with path.open("a+", encoding="utf-8") as file:
        try:
            _take(file)
        except OSError:
            on_wait()
            _wait(file)
        yield


class BuildLock:
    """Held while a build runs: `with BuildLock(path): ...`.

    The file stays when the lock is released (removing it would let two builds lock two files of
    one name); what counts is the lock on it, not its text.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def __enter__(self) -> BuildLock:
        """Raises OwnwordsError (code `locked`) that says who holds the lock and since when."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = self._path.open("a+", encoding="utf-8")
        except OSError as error:
            raise OwnwordsError(
                f"{self._path.parent}: cannot write there ({error.strerror})",
                "Make the index folder writable, or name another with `--index`.",
                "index_unwritable",
            ) from None
        try:
            _take(file)
        except OSError:
            file.close()
            raise self._held() from None
        self._sign(file)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _sign(self, file: IO[str]) -> None:
        holder = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        self._file = file
        try:
            file.truncate(0)
            file.write(json.dumps(holder))
            file.flush()
        except OSError:  # a full disk: the lock holds all the same, only its text is missing
            pass

    def _held(self) -> OwnwordsError:
        try:
            holder = json.loads(self._path.read_text(encoding="utf-8"))
            who = f"process {holder['pid']} on {holder['host']} since {holder['since']}"
        except (OSError, ValueError, KeyError, TypeError):
            who = "another process"
        return OwnwordsError(
            f"{self._path.parent}: a build is already running ({who})",
            "Wait until it ends, or end that process.",
            "locked",
        )
