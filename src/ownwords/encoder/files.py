"""A model's files: names, sizes and checksums, compared whenever the model is opened.

Hashing 125 MB takes 0.1 s, as long as three questions, so files found whole are remembered in a
stamp beside them, and are not read again until one of them is replaced, changed or copied.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import uuid
from pathlib import Path

STAMP = "checked.json"
Files = tuple[tuple[str, int, str], ...]  # name, bytes, sha256


def listed(folder: Path) -> Files:
    """Every file in the folder and below, by its path there."""
    return tuple(
        (path.relative_to(folder).as_posix(), path.stat().st_size, _digest(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != STAMP
    )


def problem(folder: Path, files: Files) -> str | None:
    """What is wrong with the files, in a few words; None when they are those that were listed."""
    for name, size, _ in files:
        path = folder / name
        if not path.is_file():
            return f"{name} is missing"
        if path.stat().st_size != size:
            return f"{name} has {path.stat().st_size:,} bytes, expected {size:,}"
    stamp = _stamp(folder, files)
    if _read(folder / STAMP) == stamp:
        return None
    for name, _, digest in files:
        if _digest(folder / name) != digest:
            return f"{name} is not the file that was written: its checksum differs"
    _remember(folder / STAMP, stamp)
    return None


def _stamp(folder: Path, files: Files) -> list[list[int | str]]:
    """Changes with every write to a file, even one that sets its time back, and with a copy."""
    stats = [((folder / name).stat(), digest) for name, _, digest in files]
    return [
        [digest, stat.st_dev, stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns]
        for stat, digest in stats
    ]


def _read(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _remember(path: Path, stamp: object) -> None:
    staged = path.with_name(f"{uuid.uuid4().hex}.tmp")
    try:
        staged.write_text(json.dumps(stamp), encoding="utf-8")
        staged.replace(path)
    except OSError:  # a folder that cannot be written to is hashed at each opening
        with contextlib.suppress(OSError):
            staged.unlink()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def flush(folder: Path) -> None:
    """Force the folder's files to the disk, before a rename makes them count."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("r+b") as file:
                os.fsync(file.fileno())
