"""Embeddings kept by text and model, so that an unchanged text is never embedded twice."""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ownwords.errors import OwnwordsError
from ownwords.rows import Rows

SHARDS = 24  # more than this many are merged into one


class EmbeddingCache:
    """Vectors of one model, by the SHA-256 of their text: where the text stands does not matter.

    On disk: shards that are written whole and never changed. A damaged shard is as if it were
    not there: its texts are embedded again. Not safe for two writers; the build lock sees to that.
    """

    def __init__(self, root: Path, fingerprint: str, dimension: int) -> None:
        """`root` is the folder of all models' caches; nothing is written until `put`."""
        self._folder = root / folder_name(fingerprint)
        self._dimension = dimension
        self._vectors: dict[bytes, Rows] = {}
        for shard in self._shards():
            self._vectors.update(self._read(shard))

    def __len__(self) -> int:
        return len(self._vectors)

    def get(self, texts: Iterable[str]) -> list[Rows | None]:
        """For each text its vector, shape (dimension,), or None when it was never embedded."""
        return [self._vectors.get(text_key(text)) for text in texts]

    def put(self, texts: Sequence[str], rows: Rows) -> None:
        """Keeps `rows`, shape (n, dimension), for `texts`; on disk when this returns."""
        if rows.shape != (len(texts), self._dimension):
            raise ValueError(f"rows {rows.shape}, expected {(len(texts), self._dimension)}")
        if not texts:
            return
        found = {text_key(text): row for text, row in zip(texts, rows, strict=True)}
        self._vectors.update(found)
        self._write(found)
        if len(shards := self._shards()) > SHARDS:
            self._replace(shards)

    def keep_only(self, texts: Iterable[str]) -> None:
        """Forgets every other text, on disk too."""
        wanted = {text_key(text) for text in texts}
        self._vectors = {key: row for key, row in self._vectors.items() if key in wanted}
        self._replace(self._shards())

    def _replace(self, shards: list[Path]) -> None:
        self._write(self._vectors)
        for shard in shards:
            shard.unlink(missing_ok=True)

    def _shards(self) -> list[Path]:
        return sorted(self._folder.glob("*.npz"))

    def _read(self, shard: Path) -> dict[bytes, Rows]:
        kept = read_shard(shard)
        if kept.keys() != {"keys", "rows"}:
            return {}
        keys, rows = kept["keys"], kept["rows"]
        if keys.shape != (len(rows), 32) or rows.shape[1:] != (self._dimension,):
            return {}
        if rows.dtype != np.float32 or not np.isfinite(rows).all():
            return {}
        return {key.tobytes(): row for key, row in zip(keys, rows, strict=True)}

    def _write(self, vectors: dict[bytes, Rows]) -> None:
        if vectors:
            keys = np.frombuffer(b"".join(vectors), dtype=np.uint8).reshape(-1, 32)
            rows = np.stack(list(vectors.values())).astype(np.float32)
            write_shard(self._folder, None, {"keys": keys, "rows": rows})


def read_shard(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of a shard; none when it is missing or damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            return {name: kept[name] for name in kept.files}
    except Exception:  # zipfile, zlib and numpy each raise their own on a bad file
        return {}


def write_shard(folder: Path, name: str | None, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Writes a shard, whole or not at all, under `name` or a new one. Raises OwnwordsError when
    the disk is full or the folder cannot be written."""
    name = name or uuid.uuid4().hex
    staged = folder / f"{name}.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for stale in folder.glob("*.tmp"):
            stale.unlink(missing_ok=True)
        with staged.open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
            file.flush()
            os.fsync(file.fileno())
        staged.replace(folder / f"{name}.npz")
    except OSError as error:
        staged.unlink(missing_ok=True)
        raise OwnwordsError(
            f"{folder}: could not keep the embeddings ({error.strerror or error})",
            "Free disk space (or make the folder writable) and build again; "
            "the live build still serves.",
            "disk",
        ) from None


def folder_name(fingerprint: str) -> str:
    """The fingerprint, or its SHA-256 where it could not name a folder."""
    safe = re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}", fingerprint)
    return fingerprint if safe else text_key(fingerprint).hex()


def text_key(text: str) -> bytes:
    """SHA-256 of the text: what an embedding is kept by."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
