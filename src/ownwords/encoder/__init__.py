"""Texts → unit rows. sentence-transformers builds, onnxruntime answers; this door chooses."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from ownwords import threads
from ownwords.encoder import costs, default_model, exports
from ownwords.encoder.answering import OnnxEncoder
from ownwords.encoder.exports import BUNDLE, RERANKER, Exported, Part, Report
from ownwords.encoder.records import Embeddings, Encoder, Reranker
from ownwords.encoder.reranking import OnnxReranker
from ownwords.errors import OwnwordsError
from ownwords.messages import say
from ownwords.settings import Settings

__all__ = [
    "Embeddings",
    "Encoder",
    "Reranker",
    "copy_bundle",
    "open_for_answers",
    "open_for_build",
    "open_reranker",
    "prepare_reranker",
    "version",
]


def version(settings: Settings) -> str:
    """Changes where the model does, under its name too: the default one with the package's adapter, a
    folder with its files. Opens nothing."""
    return exports.version(settings)


def open_for_answers(
    settings: Settings,
    *,
    bundle: Path | None = None,
    fingerprint: str = "",
    report: Report | None = None,
) -> Encoder:
    """The engine that answers: onnxruntime, without torch. `bundle` is an index folder that may
    carry its model, `fingerprint` the model its build was made with. Exports the model first, in
    a child process, where that was not done yet. Raises OwnwordsError when it is neither exported
    nor can be, or is damaged."""
    threads.limit_blas()
    carried = exports.carried(settings, bundle, fingerprint) if bundle else None
    found = carried or exports.find(settings, report or _tell)
    return _onnx(settings, found) if found.description.exported else _torch(settings, found)


def open_for_build(settings: Settings, texts: Sequence[str], report: Report) -> Encoder:
    """The engine that embeds these texts soonest, or the one that `encoder` forces. Raises
    OwnwordsError as `open_for_answers` does."""
    found = _prepared(settings, Path(settings.index), report)
    _tell_if_not_exported(found, report)
    if not found.description.exported:
        return _torch(settings, found)
    if settings.encoder == "torch":
        return _torch(settings, found)
    if settings.encoder == "auto" and exports.installed() and costs.torch_is_sooner(texts):
        return _torch(settings, found)
    return _onnx(settings, found, apart=True)


def open_reranker(
    settings: Settings, *, bundle: Path | None = None, report: Report | None = None
) -> Reranker | None:
    """What orders the best passages anew; None, and nothing is loaded, where the setting is empty.
    Otherwise as `open_for_answers`, with the same errors; it may answer through
    sentence-transformers, and says so."""
    if not settings.reranker:
        return None
    threads.limit_blas()
    carried = exports.carried(settings, bundle, "", RERANKER) if bundle else None
    found = carried or exports.find(settings, report or _tell, RERANKER)
    _tell_if_not_exported(found, report or _tell)
    if found.description.exported:
        return OnnxReranker(found.folder, found.description, settings.threads)
    _must_be_installed()
    from ownwords.encoder.building_reranker import TorchReranker

    return TorchReranker(settings.reranker, settings.model_trust_remote_code, settings.threads)


def prepare_reranker(settings: Settings, report: Report) -> None:
    """Export the reranker, where one is set and that was not done yet. Raises OwnwordsError as
    `open_reranker` does."""
    if settings.reranker:
        _tell_if_not_exported(_prepared(settings, Path(settings.index), report, RERANKER), report)


def copy_bundle(settings: Settings, target: Path) -> None:
    """Put the exported model beside an index, and the reranker where one is set, so that the
    folder alone can be carried. Raises OwnwordsError when one cannot be exported or the copy cannot
    be written; a copy that is there already stays whole until the new one is."""
    _copy(settings, target, BUNDLE)
    if settings.reranker:
        _copy(settings, target, RERANKER)


def _copy(settings: Settings, target: Path, part: Part) -> None:
    found = _prepared(settings, target, _tell, part)
    if not found.description.exported:
        raise OwnwordsError(
            f"{found.description.name} cannot be exported, so it cannot be bundled",
            "Choose another model, or install `ownwords[build]` on the server.",
            "model_not_exported",
        )
    exports.carry(found, target, part)


def _prepared(settings: Settings, index: Path, report: Report, part: Part = BUNDLE) -> Exported:
    """Without `ownwords[build]` a machine has the model that was carried to it, if any."""
    carried = None if exports.installed() else exports.carried(settings, index, "", part)
    return carried or exports.find(settings, report, part)


def _tell_if_not_exported(found: Exported, report: Report) -> None:
    why = found.description
    if not why.exported:
        report(say("model_not_exported", model=why.name, reason=why.reason))


def _onnx(settings: Settings, found: Exported, apart: bool = False) -> Encoder:
    return OnnxEncoder(found.folder, found.description, settings.threads, apart)


def _torch(settings: Settings, found: Exported) -> Encoder:
    _must_be_installed()
    from ownwords.encoder.building import TorchEncoder

    name, trust = found.description.name, settings.model_trust_remote_code
    if name == default_model.NAME:
        source = str(exports.unpacked(exports.cache(settings)))
        return TorchEncoder(source, name, False, settings.threads)
    return TorchEncoder(name, name, trust, settings.threads)


def _must_be_installed() -> None:
    if not exports.installed():
        raise OwnwordsError(
            "sentence-transformers is not installed",
            'Run `pip install "ownwords[build]"`.',
            "model_missing",
        )


def _tell(line: str) -> None:
    print(line, file=sys.stderr)
