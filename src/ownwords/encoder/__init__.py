"""Texts → unit rows. sentence-transformers builds, onnxruntime answers; this door chooses."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import platformdirs

from ownwords.encoder import default_model
from ownwords.encoder.answering import OnnxEncoder
from ownwords.encoder.records import FORMAT, Description, Embeddings, Encoder
from ownwords.errors import OwnwordsError
from ownwords.settings import Settings

__all__ = ["Embeddings", "Encoder", "copy_bundle", "open_for_answers", "open_for_build"]

BUNDLE = "model"
# Seconds before the first passage, and for one of 300 characters, on two cores with bfloat16: 66 ms
# of processor time for torch, 69 for onnxruntime. scripts/encoder_costs.py measures them anew; on
# an idle machine of yours its figures may differ. Only the ratios matter.
TORCH_START, TORCH_PASSAGE = 8.0, 0.033
ONNX_START, ONNX_PASSAGE = 0.6, 0.035

Report = Callable[[str], None]


def open_for_answers(
    settings: Settings, *, bundle: Path | None = None, report: Report | None = None
) -> Encoder:
    """The engine that answers: onnxruntime, without torch. `bundle` is an index folder that may
    carry its model. Exports the model first, in a child process, where that was not done yet.
    Raises OwnwordsError when it is neither exported nor can be."""
    folder, description = _exported(settings, bundle, report or _tell)
    if description.exported:
        return OnnxEncoder(folder, description, settings.threads)
    return _torch(settings, folder)


def open_for_build(settings: Settings, count: int, report: Report) -> Encoder:
    """The engine that embeds `count` passages soonest, or the one that `encoder` forces. The model
    that a carried index brings is enough for onnxruntime."""
    folder, description = _exported(settings, Path(settings.index), report)
    if not description.exported:
        report(f"{description.name} is not exported; sentence-transformers embeds and answers.")
        return _torch(settings, folder)
    if settings.encoder == "torch" or (settings.encoder == "auto" and torch_is_sooner(count)):
        return _torch(settings, folder)
    return OnnxEncoder(folder, description, settings.threads)


def torch_is_sooner(count: int) -> bool:
    return TORCH_START + count * TORCH_PASSAGE < ONNX_START + count * ONNX_PASSAGE and _installed()


def copy_bundle(settings: Settings, target: Path) -> None:
    """Put the exported model beside an index, so that the folder alone can be carried.

    Raises OwnwordsError when the model cannot be exported or the disk is full; a model that is
    beside the index already stays whole until the new one is.
    """
    folder, description = _exported(settings, None if _installed() else target, _tell)
    if not description.exported:
        raise OwnwordsError(
            f"{description.name} cannot be exported, so it cannot be bundled",
            "Choose another model, or install `ownwords[build]` on the server.",
            "model_not_exported",
        )
    if Description.read(target / BUNDLE) == description:
        return
    staged = target / f".staged-{BUNDLE}"
    shutil.rmtree(staged, ignore_errors=True)
    try:
        shutil.copytree(folder, staged)
        shutil.rmtree(target / BUNDLE, ignore_errors=True)
        staged.rename(target / BUNDLE)
    except OSError as error:
        shutil.rmtree(staged, ignore_errors=True)
        raise OwnwordsError(
            f"{target}: the model could not be put beside the index ({_why(error)})",
            "Free disk space (130 MB) and run `ownwords build --bundle` again; "
            "the index itself is whole and still serves.",
            "disk",
        ) from None


def _why(error: OSError) -> str:
    """`shutil` gathers one error for each file; the first says enough."""
    if isinstance(error, shutil.Error) and error.args and error.args[0]:
        return str(error.args[0][0][2])
    return error.strerror or str(error)


def _exported(settings: Settings, bundle: Path | None, report: Report) -> tuple[Path, Description]:
    name = settings.model or default_model.NAME
    if bundle and (carried := Description.read(bundle / BUNDLE)) and carried.name == name:
        return bundle / BUNDLE, carried
    folder = _folder(settings)
    description = Description.read(folder)
    if description is None:
        _export(settings, folder, report)
        description = Description.read(folder)
    if description is None:
        raise OwnwordsError(
            f"{folder}: the exported model is not whole",
            "Delete the folder and try again.",
            "model_damaged",
        )
    return folder, description


def _cache(settings: Settings) -> Path:
    return Path(settings.cache_dir or platformdirs.user_cache_dir("ownwords", appauthor=False))


def _folder(settings: Settings) -> Path:
    name = settings.model or default_model.NAME
    slug = re.sub(r"\W+", "-", name)[-40:].strip("-")
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return _cache(settings) / f"{slug}-{digest}-v{FORMAT}"


def _export(settings: Settings, folder: Path, report: Report) -> None:
    """Export into a temporary folder and rename it: whole or not at all. One at a time."""
    if not _installed():
        raise OwnwordsError(
            f"The model {settings.model or default_model.NAME} was not exported on this machine",
            'Run `pip install "ownwords[build]"` once, or carry an index made by '
            "`ownwords build --bundle`.",
            "model_missing",
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second export waits, then finds the first one's
        if Description.read(folder) is None:
            report("Preparing the language model for this machine (once, about half a minute).")
            _export_aside(settings, folder)


def _export_aside(settings: Settings, folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="export-") as scratch:
        aside = Path(scratch) / "model"
        aside.mkdir()
        trust = "1" if settings.model_trust_remote_code else "0"
        done = subprocess.run(
            [sys.executable, "-m", "ownwords.encoder.building", settings.model, str(aside), trust],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise _failure(done.returncode, done.stdout, done.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        aside.rename(folder)


def _failure(code: int, out: str, err: str) -> OwnwordsError:
    if code == 3:
        return OwnwordsError(*json.loads(out.splitlines()[-1]))
    last = (err.strip().splitlines() or [f"exit code {code}"])[-1]
    return OwnwordsError(
        f"The model could not be exported ({last})",
        "Check the disk's free space (1 GB) and `pip check`, and try again.",
        "export_failed",
    )


def _torch(settings: Settings, folder: Path) -> Encoder:
    if not _installed():
        raise OwnwordsError(
            "sentence-transformers is not installed",
            'Run `pip install "ownwords[build]"`.',
            "model_missing",
        )
    from ownwords.encoder.building import TorchEncoder

    if settings.model:
        return TorchEncoder(
            settings.model, settings.model, settings.model_trust_remote_code, settings.threads
        )
    with tempfile.TemporaryDirectory(dir=folder.parent) as unpacked:
        default_model.unpack(Path(unpacked))
        return TorchEncoder(unpacked, default_model.NAME, False, settings.threads)


def _installed() -> bool:
    return importlib.util.find_spec("sentence_transformers") is not None


def _tell(line: str) -> None:
    print(line, file=sys.stderr)
