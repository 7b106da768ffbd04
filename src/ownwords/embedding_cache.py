"""Embeddings kept by text and model, so that an unchanged text is never embedded twice."""

from __future__ import annotations

import hashlib
import os
import re
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ownwords.errors import OwnwordsError

Rows = NDArray[np.float32]

SHARDS = 24  # more than this many are merged into one


class EmbeddingCache:
    """Vectors of one model, by the SHA-256 of their text: where the text stands does not matter.

    On disk: shards that are written whole and never changed. A damaged shard is as if it were
    not there: its texts are embedded again. Not safe for two writers; the build lock sees to that.
    """

    def __init__(self, root: Path, fingerprint: str, dimension: int) -> None:
        """`root` is the folder of all models' caches; nothing is written until `put`."""
        safe = re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}", fingerprint)
        self._folder = root / (fingerprint if safe else _key(fingerprint).hex())
        self._dimension = dimension
        self._vectors: dict[bytes, Rows] = {}
        for shard in self._shards():
            self._vectors.update(self._read(shard))

    def __len__(self) -> int:
        return len(self._vectors)

    def get(self, texts: Iterable[str]) -> list[Rows | None]:
        """For each text its vector, shape (dimension,), or None when it was never embedded."""
        return [self._vectors.get(_key(text)) for text in texts]

    def put(self, texts: Sequence[str], rows: Rows) -> None:
        """Keeps `rows`, shape (n, dimension), for `texts`; on disk when this returns."""
        if rows.shape != (len(texts), self._dimension):
            raise ValueError(f"rows {rows.shape}, expected {(len(texts), self._dimension)}")
        if not texts:
            return
        found = {_key(text): row for text, row in zip(texts, rows, strict=True)}
        self._vectors.update(found)
        self._write(found)
        if len(shards := self._shards()) > SHARDS:
            self._replace(shards)

    def keep_only(self, texts: Iterable[str]) -> None:
        """Forgets every other text, on disk too."""
        wanted = {_key(text) for text in texts}
        self._vectors = {key: row for key, row in self._vectors.items() if key in wanted}
        self._replace(self._shards())

    def _replace(self, shards: list[Path]) -> None:
        self._write(self._vectors)
        for shard in shards:
            shard.unlink(missing_ok=True)

    def _shards(self) -> list[Path]:
        return sorted(self._folder.glob("*.npz"))

    def _read(self, shard: Path) -> dict[bytes, Rows]:
        try:
            with shard.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                keys, rows = kept["keys"], kept["rows"]
        except Exception:  # zipfile, zlib and numpy each raise their own on a bad file
            return {}
        if keys.shape != (len(rows), 32) or rows.shape[1:] != (self._dimension,):
            return {}
        if rows.dtype != np.float32 or not np.isfinite(rows).all():
            return {}
        return {key.tobytes(): row for key, row in zip(keys, rows, strict=True)}

    def _write(self, vectors: dict[bytes, Rows]) -> None:
        if not vectors:
            return
        keys = np.frombuffer(b"".join(vectors), dtype=np.uint8).reshape(-1, 32)
        rows = np.stack(list(vectors.values())).astype(np.float32)
        name = uuid.uuid4().hex
        staged = self._folder / f"{name}.tmp"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for stale in self._folder.glob("*.tmp"):
                stale.unlink(missing_ok=True)
            with staged.open("wb") as file:
                np.savez(file, keys=keys, rows=rows)
                file.flush()
                os.fsync(file.fileno())
            staged.replace(self._folder / f"{name}.npz")
        except OSError as error:
            staged.unlink(missing_ok=True)
            raise OwnwordsError(
                f"{self._folder}: could not keep the embeddings ({error.strerror or error})",
                "Free disk space (or make the folder writable) and build again; "
                "the live build still serves.",
                "disk",
            ) from None


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
