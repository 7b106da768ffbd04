"""Rows → their similarity to a question. The only module that imports faiss."""

from __future__ import annotations

from functools import cache, cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from ownwords import integers
from ownwords.errors import OwnwordsError
from ownwords.rows import Rows, unit

# Rows at whose number their mean counts half: of a few passages, the mean is what they say.
SHRINK = 10
# A question's numbers are whole ones of 14 bits, in two halves of 7 that stay below `integers.GREATEST`.
HALF = 1 << 13
SIGNED = 128  # what is taken from a byte to make it one from -128 to 127


def centred(rows: Rows) -> Rows:
    """Unit rows without what they share. An E5 model's vectors all lean one way, so that any two
    agree at about 0.8 (anisotropy, Ethayarajh 2019); what tells them apart is what is left."""
    if not len(rows):
        return rows
    return unit(rows - rows.mean(axis=0) * (len(rows) / (len(rows) + SHRINK)))


class Vectors:
    """Vectors in a FAISS index, where each number takes 8 bits, between the least and the greatest of
    its axis; row i is the i-th one added.
    """

    def __init__(self, packed: Any) -> None:
        """`packed` is a FAISS index of 8 bits a number (`QT_8bit`)."""
        self._packed = packed

    @classmethod
    def build(cls, rows: Rows) -> Vectors:
        """An index over `rows`, shape (n, dimension). Raises ValueError for another shape."""
        if rows.ndim != 2:
            raise ValueError(f"rows have shape {rows.shape}, expected (n, dimension)")
        faiss = _faiss()
        packed = faiss.IndexScalarQuantizer(
            rows.shape[1], faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
        )
        if len(rows):
            whole = np.ascontiguousarray(rows, dtype=np.float32)
            packed.train(whole)
            packed.add(whole)
        return cls(packed)

    @classmethod
    def load(cls, path: Path) -> Vectors:
        """Raises OwnwordsError when the file is missing, cut short or not such an index."""
        try:
            faiss = _faiss()
            packed = faiss.deserialize_index(np.frombuffer(path.read_bytes(), dtype=np.uint8))
            if not isinstance(packed, faiss.IndexScalarQuantizer):
                raise ValueError(f"a {type(packed).__name__}, not an index of 8-bit numbers")
            return cls(packed)
        except (OSError, RuntimeError, ValueError) as error:
            raise OwnwordsError(
                f"{path}: not a readable vector file ({str(error).splitlines()[0]})",
                "Rebuild with `ownwords build --full`.",
                "index_damaged",
            ) from None

    def save(self, path: Path) -> None:
        path.write_bytes(_faiss().serialize_index(self._packed).tobytes())

    def __len__(self) -> int:
        return int(self._packed.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._packed.d)

    def rows(self) -> Rows:
        """Every row, shape (n, dimension), in the order it was added."""
        found: Rows = self._packed.reconstruct_n(0, len(self))
        return found

    def ready(self) -> None:
        """Makes what `scores` needs, which the first question would wait for."""
        if len(self):
            _ = self._ready

    def scores(self, question: Rows) -> Rows:
        """The inner product of one question, shape (dimension,), with every row, shape (n,).

        All rows rather than the nearest few: scores are compared across several indexes, row by
        row. FAISS gives those of such rows only sorted, so they are multiplied here, as they are
        kept: a row is least + span × (byte + ½) / 255 on each axis. The question's numbers take 14
        bits of the greatest, which is far more than the rows' 8 can tell.
        """
        if not len(self):
            return np.zeros(0, dtype=np.float32)
        least, span, sums, right = self._ready
        weights = question * span / 255
        unit_ = max(float(np.abs(weights).max()), 1e-30) / (HALF - 1)
        whole = np.rint(weights / unit_).astype(np.int32) + HALF
        high, low = right.product(np.stack([whole >> 7, whole & 127]).astype(np.uint8))
        exact = (high << 7) + low - HALF * sums
        fixed = question @ least + weights.sum() * (SIGNED + 0.5)
        scores: Rows = exact.astype(np.float32)
        scores *= unit_
        scores += fixed
        return scores

    @cached_property
    def _ready(self) -> tuple[Rows, Rows, integers.Integers, integers.Right]:
        """The least and the span of each axis; the rows' bytes, made signed, and the sum of each."""
        faiss = _faiss()
        least, span = faiss.vector_to_array(self._packed.sq.trained).reshape(2, -1)
        codes = faiss.vector_to_array(self._packed.codes).reshape(len(self), -1)
        signed = (codes.astype(np.int16) - SIGNED).astype(np.int8)
        return least, span, signed.sum(axis=1, dtype=np.int32), integers.Right(signed)


@cache
def _faiss() -> ModuleType:
    import faiss

    return faiss
