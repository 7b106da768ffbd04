"""Exported models on disk: found, made where they are missing, checked, carried.

An export is made in a child process, in a folder of its own that is renamed when it is whole; a
lock lets one process at a time make a model. Whoever is killed leaves at most such a folder, which
the next export of that model removes.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import platformdirs

from ownwords.bar import bar
from ownwords.encoder import adapter, default_model, files
from ownwords.encoder.records import FORMAT, Description
from ownwords.errors import OwnwordsError
from ownwords.lock import waiting
from ownwords.messages import say
from ownwords.settings import Settings

# The two models: the setting that names each, and its folder beside an index.
Part = Literal["model", "reranker"]
BUNDLE: Part = "model"
RERANKER: Part = "reranker"
# The module that exports each, in a process of its own.
_MAKERS = {BUNDLE: "ownwords.encoder.exporting", RERANKER: "ownwords.encoder.building_reranker"}
MANIFEST = "unpacked.json"
STEP = "step"  # how the child says how far it is: `step 2 5`
FAILED = 3  # the child's exit code when its last line holds an OwnwordsError

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Exported:
    """A model's folder, whole, and what stands in it."""

    folder: Path
    description: Description

    @property
    def megabytes(self) -> int:
        """What its files take, rounded up."""
        return -(-sum(size for _, size, _ in self.description.files) // 1_000_000)


def find(settings: Settings, report: Report, part: Part = BUNDLE) -> Exported:
    """The exported model that the settings name, exported now if it was not. Without a `reranker`
    there is none to find: ask for one only where it is set.

    Raises OwnwordsError when it cannot be loaded, or is not exported and `ownwords[build]` is not
    installed.
    """
    wanted = _Wanted.of(settings, part)
    found = wanted.whole()
    if found is None:
        _export(wanted, report)
        found = wanted.whole()
    if found is None:
        raise OwnwordsError(
            f"{wanted.folder}: the model exported just now is not whole",
            "Check the disk, delete the folder and try again.",
            "model_damaged",
        )
    return found


def carried(
    settings: Settings, index: Path, fingerprint: str, part: Part = BUNDLE
) -> Exported | None:
    """The model that stands beside an index, where the index was built with it (`fingerprint`,
    which no index has of a reranker) and the settings name no other. Raises OwnwordsError when one
    of its files is damaged."""
    folder = index / part
    found = Description.read(folder)
    if found is None or (fingerprint and found.fingerprint != fingerprint):
        return None
    named = _named(settings, part)
    if named and found.name != named:
        return None
    if wrong := files.problem(folder, found.files):
        raise OwnwordsError(
            f"{folder}: {wrong}",
            "Carry the folder here again, or make it anew with `ownwords build --bundle`.",
            "model_damaged",
        )
    return Exported(folder, found)


def _named(settings: Settings, part: Part) -> str:
    return settings.reranker if part == RERANKER else settings.model


def carry(found: Exported, index: Path, part: Part = BUNDLE) -> None:
    """Put a copy of the exported model beside the index, whole or not at all; a process that has
    the copy before it open keeps that one. Raises OwnwordsError."""
    target = index / part
    there = Description.read(target)
    if there == found.description and files.problem(target, there.files) is None:
        return
    try:
        with tempfile.TemporaryDirectory(dir=index, prefix=".model-") as scratch:
            aside = Path(scratch) / "new"
            shutil.copytree(found.folder, aside, ignore=shutil.ignore_patterns(files.STAMP))
            if wrong := files.problem(aside, found.description.files):
                raise OSError(wrong)
            files.flush(aside)
            if target.exists():
                target.rename(Path(scratch) / "old")
            aside.rename(target)
    except (OSError, shutil.Error) as error:
        raise OwnwordsError(
            f"{index}: the {part} could not be put beside the index ({_why(error)})",
            f"Free disk space ({found.megabytes} MB) and run `ownwords build --bundle` again; "
            "the index itself is whole and still serves.",
            "disk",
        ) from None


def _why(error: OSError) -> str:
    """`shutil` gathers one error for each file; the first says enough."""
    if isinstance(error, shutil.Error) and error.args and error.args[0]:
        return str(error.args[0][0][2])
    return error.strerror or str(error)


def unpacked(cache: Path) -> Path:
    """The bundled weights as a Sentence Transformers folder, unpacked once into the cache. Only
    building needs it, so it may be deleted; it is unpacked again when it is needed."""
    folder = cache / f"{default_model.NAME}-{adapter.digest()}-unpacked-v1"
    with _alone(folder, lambda: None):
        if not _whole_manifest(folder):
            with _aside(folder) as aside:
                default_model.unpack(aside)
                listed = files.listed(aside)
                (aside / MANIFEST).write_text(json.dumps(listed), encoding="utf-8")
    return folder


def installed() -> bool:
    return importlib.util.find_spec("sentence_transformers") is not None


def cache(settings: Settings) -> Path:
    return Path(settings.cache_dir or platformdirs.user_cache_dir("ownwords", appauthor=False))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the settings name. `source` is the state of a local folder, else empty: a model that
    changed under its name is another model."""

    name: str
    folder: Path
    source: str
    trust: bool
    part: Part = BUNDLE

    @classmethod
    def of(cls, settings: Settings, part: Part = BUNDLE) -> _Wanted:
        name = _named(settings, part) or default_model.NAME
        local = name != default_model.NAME and Path(name).is_dir()
        key = str(Path(name).resolve()) if local else name
        if name == default_model.NAME:
            key += adapter.digest()
        slug = re.sub(r"\W+", "-", name)[-40:].strip("-")
        slug = slug if part == BUNDLE else f"{part}-{slug}"
        digest = hashlib.sha256(key.encode()).hexdigest()[:8]
        folder = cache(settings) / f"{slug}-{digest}-v{FORMAT}"
        source = _state(Path(name)) if local else ""
        return cls(name, folder, source, settings.model_trust_remote_code, part)

    def whole(self) -> Exported | None:
        found = Description.read(self.folder)
        if found is None or found.source != self.source:
            return None
        if files.problem(self.folder, found.files):
            return None
        return Exported(self.folder, found)


def version(settings: Settings) -> str:
    """Of the model that the settings name."""
    wanted = _Wanted.of(settings)
    return f"{wanted.folder.name} {wanted.source}"


def _state(folder: Path) -> str:
    """Of a model's folder: changes when a file of it is replaced, changed, added or removed."""
    stats = [
        (path.relative_to(folder).as_posix(), path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    return hashlib.sha256(json.dumps(stats).encode()).hexdigest()[:16]


def _export(wanted: _Wanted, report: Report) -> None:
    if not installed():
        raise _missing(wanted)
    with _alone(wanted.folder, lambda: report(say("model_waiting"))):
        if wanted.whole():  # made by whoever was waited for
            return
        report(say(f"{wanted.part}_preparing"))
        with _aside(wanted.folder) as aside, bar(say("model_bar")) as told:
            trust = "trust" if wanted.trust else ""
            _child([wanted.name, wanted.source, str(aside), trust], told, wanted.part)


def _missing(wanted: _Wanted) -> OwnwordsError:
    damaged = wanted.folder.exists()
    return OwnwordsError(
        f"{wanted.folder}: the exported model is damaged"
        if damaged
        else f"The {wanted.part} {wanted.name} was not exported on this machine",
        'Run `pip install "ownwords[build]"` once, or carry an index made by '
        "`ownwords build --bundle`.",
        "model_damaged" if damaged else "model_missing",
    )


@contextmanager
def _alone(folder: Path, on_wait: Callable[[], None]) -> Iterator[None]:
    """Hold the folder's lock. Raises OwnwordsError where the cache cannot be written to."""
    lock = folder.with_name(f"{folder.name}.lock")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock.touch()
    except OSError as error:
        raise OwnwordsError(
            f"{folder.parent}: cannot write there ({error.strerror})",
            "Make the folder writable, or name another with the setting `cache_dir`.",
            "cache_unwritable",
        ) from None
    with waiting(lock, on_wait):
        yield


@contextmanager
def _aside(folder: Path) -> Iterator[Path]:
    """An empty folder that becomes `folder` if the block ends well. Needs the folder's lock."""
    for left in folder.parent.glob(f"{folder.name}.part-*"):  # of a process that was killed
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(
        dir=folder.parent, prefix=f"{folder.name}.part-", ignore_cleanup_errors=True
    ) as scratch:
        aside = Path(scratch) / "new"
        aside.mkdir()
        yield aside
        files.flush(aside)
        if folder.exists():
            folder.rename(Path(scratch) / "old")
        aside.rename(folder)


def _whole_manifest(folder: Path) -> bool:
    try:
        listed = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return files.problem(folder, tuple((n, size, digest) for n, size, digest in listed)) is None
    except (OSError, ValueError, TypeError):
        return False


def _child(arguments: list[str], told: Callable[[int, int], None], part: Part = BUNDLE) -> None:
    """Run the export. Its standard input is a pipe that closes when this process ends, however
    it ends; the child then ends too."""
    command = [sys.executable, "-m", _MAKERS[part], *arguments]
    last = ""
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said,
        subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            encoding="utf-8",
            errors="replace",
        ) as child,
    ):
        assert child.stdout is not None
        try:
            for line in child.stdout:
                last = line
                if line.startswith(f"{STEP} "):
                    told(*map(int, line.split()[1:]))
        except BaseException:
            child.kill()
            raise
        if child.wait():
            said.seek(0)
            raise _failure(child.returncode, last, said.read())


def _failure(code: int, last: str, said: str) -> OwnwordsError:
    if code == FAILED:
        return OwnwordsError(*json.loads(last))
    reason = (said.strip().splitlines() or [f"exit code {code}"])[-1]
    return OwnwordsError(
        f"The model could not be exported ({reason})",
        "Check the disk's free space (1 GB) and `pip check`, and try again.",
        "export_failed",
    )
