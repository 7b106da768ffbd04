"""Packed tokens kept by text, model and projection, so that no unchanged passage is embedded
twice; and the projection itself, so that a killed first build goes on with the one it fitted.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from ownwords.embedding_cache import folder_name, read_shard, text_key, write_shard
from ownwords.late_interaction import Codes, Ids, Projection

_PROJECTION = "projection.npz"


@dataclass(frozen=True, slots=True)
class Packed:
    """One text's tokens: `codes` of shape (tokens, width), `ids` of shape (tokens,)."""

    codes: Codes
    ids: Ids


class TokenCache:
    """As EmbeddingCache: whole shards, a damaged one is as if it were not there."""

    def __init__(self, root: Path, fingerprint: str) -> None:
        """Opens what is there; `projection` is None until `start` gave one."""
        self._folder = root / f"{folder_name(fingerprint)}-tokens"
        self._kept: dict[bytes, Packed] = {}
        self.projection = self._read_projection()
        if self.projection is not None:
            for shard in self._shards():
                self._kept.update(self._read(shard))

    def start(self, projection: Projection) -> None:
        """Begins anew with this projection: what was packed with another is forgotten."""
        if self.projection is not None and self.projection.id == projection.id:
            return
        shutil.rmtree(self._folder, ignore_errors=True)
        self._kept, self.projection = {}, projection
        write_shard(
            self._folder,
            "projection",
            {f.name: getattr(projection, f.name) for f in fields(projection)},
        )

    def get(self, texts: Iterable[str]) -> list[Packed | None]:
        return [self._kept.get(text_key(text)) for text in texts]

    def put(self, texts: Sequence[str], packed: Sequence[Packed]) -> None:
        """On disk when this returns."""
        found = dict(zip(map(text_key, texts), packed, strict=True))
        self._kept.update(found)
        self._write(found)

    def keep_only(self, texts: Iterable[str]) -> None:
        wanted = {text_key(text) for text in texts}
        old = self._shards()
        self._kept = {key: one for key, one in self._kept.items() if key in wanted}
        self._write(self._kept)
        for shard in old:
            shard.unlink(missing_ok=True)

    def _shards(self) -> list[Path]:
        return sorted(path for path in self._folder.glob("*.npz") if path.name != _PROJECTION)

    def _read_projection(self) -> Projection | None:
        kept = read_shard(self._folder / _PROJECTION)
        return Projection(**kept) if kept.keys() == {f.name for f in fields(Projection)} else None

    def _write(self, found: dict[bytes, Packed]) -> None:
        if found:
            write_shard(
                self._folder,
                None,
                {
                    "keys": np.frombuffer(b"".join(found), dtype=np.uint8).reshape(-1, 32),
                    "lengths": np.array([len(one.ids) for one in found.values()]),
                    "codes": np.concatenate([one.codes for one in found.values()]),
                    "ids": np.concatenate([one.ids for one in found.values()]),
                },
            )

    def _read(self, shard: Path) -> dict[bytes, Packed]:
        kept = read_shard(shard)
        assert self.projection is not None
        if not _whole(kept, self.projection.width):
            return {}
        ends = np.cumsum(kept["lengths"])
        return {
            key.tobytes(): Packed(kept["codes"][end - n : end], kept["ids"][end - n : end])
            for key, n, end in zip(kept["keys"], kept["lengths"], ends, strict=True)
        }


def _whole(kept: dict[str, Any], width: int) -> bool:
    if kept.keys() != {"keys", "lengths", "codes", "ids"}:
        return False
    total = int(kept["lengths"].sum())
    return bool(
        kept["keys"].shape == (len(kept["lengths"]), 32)
        and kept["codes"].shape == (total, width)
        and kept["ids"].shape == (total,)
    )
