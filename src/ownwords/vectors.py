"""Rows → their similarity to a question. The only module that imports faiss."""

from __future__ import annotations

from functools import cache, cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ownwords import integers
from ownwords.errors import OwnwordsError
from ownwords.rows import Rows, unit

# Rows at whose number their mean counts half: of a few passages, the mean is what they say.
SHRINK = 10
# A question's numbers are whole ones of 14 bits, in two halves of 7 that stay below `integers.GREATEST`.
HALF = 1 << 13
SIGNED = 128  # what is taken from a byte to make it one from -128 to 127, which turns its first bit


def centred(rows: Rows) -> Rows:
    """Unit rows without what they share. An E5 model's vectors all lean one way, so that any two
    agree at about 0.8 (anisotropy, Ethayarajh 2019); what tells them apart is what is left."""
    if not len(rows):
        return rows
    return unit(rows - rows.mean(axis=0) * (len(rows) / (len(rows) + SHRINK)))


class Vectors:
    """Vectors in 8 bits a number, between the least and the greatest of its axis; row i is the i-th one
    added. FAISS packs them and writes the file; open, they are kept once, as products want them.
    """

    def __init__(self, trained: Rows, codes: NDArray[np.int8]) -> None:
        """`trained` is the least and the span of each axis, shape (2, dimension); `codes` has shape
        (n, dimension), from -128, the least, to 127."""
        self._least, self._span = trained
        self._codes = np.asfortranarray(codes)

    @classmethod
    def build(cls, rows: Rows) -> Vectors:
        """An index over `rows`, shape (n, dimension). Raises ValueError for another shape."""
        if rows.ndim != 2:
            raise ValueError(f"rows have shape {rows.shape}, expected (n, dimension)")
        packed = _packer(rows.shape[1])
        if len(rows):
            whole = np.ascontiguousarray(rows, dtype=np.float32)
            packed.train(whole)
            packed.add(whole)
        return cls._of(packed)

    @classmethod
    def load(cls, path: Path) -> Vectors:
        """Raises OwnwordsError when the file is missing, cut short or not such an index."""
        try:
            faiss = _faiss()
            packed = faiss.deserialize_index(np.frombuffer(path.read_bytes(), dtype=np.uint8))
            if not isinstance(packed, faiss.IndexScalarQuantizer):
                raise ValueError(f"a {type(packed).__name__}, not an index of 8-bit numbers")
            return cls._of(packed)
        except (OSError, RuntimeError, ValueError) as error:
            raise OwnwordsError(
                f"{path}: not a readable vector file ({str(error).splitlines()[0]})",
                "Rebuild with `ownwords build --full`.",
                "index_damaged",
            ) from None

    @classmethod
    def _of(cls, packed: Any) -> Vectors:
        """From a FAISS index of 8 bits a number (`QT_8bit`)."""
        faiss, shape = _faiss(), (packed.ntotal, packed.d)
        trained = faiss.vector_to_array(packed.sq.trained)
        codes = faiss.vector_to_array(packed.codes)
        codes ^= SIGNED
        return cls(
            trained.reshape(2, -1) if packed.ntotal else np.zeros((2, packed.d), np.float32),
            codes.view(np.int8).reshape(shape),
        )

    def save(self, path: Path) -> None:
        faiss, packed = _faiss(), _packer(self.dimension)
        if len(self):
            trained = np.concatenate([self._least, self._span])
            faiss.copy_array_to_vector(trained, packed.sq.trained)
            packed.is_trained = True
            packed.add_sa_codes(np.ascontiguousarray(self._codes).view(np.uint8) ^ SIGNED)
        path.write_bytes(faiss.serialize_index(packed).tobytes())

    def __len__(self) -> int:
        return len(self._codes)

    @property
    def dimension(self) -> int:
        return int(self._codes.shape[1])

    def rows(self) -> Rows:
        """Every row, shape (n, dimension), in the order it was added."""
        found: Rows = self._least + self._span * ((self._codes + np.float32(SIGNED + 0.5)) / 255)
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
        sums, right = self._ready
        weights = question * self._span / 255
        unit_ = max(float(np.abs(weights).max()), 1e-30) / (HALF - 1)
        whole = np.rint(weights / unit_).astype(np.int32) + HALF
        high, low = right.product(np.stack([whole >> 7, whole & 127]).astype(np.uint8))
        exact = (high << 7) + low - HALF * sums
        fixed = question @ self._least + weights.sum() * (SIGNED + 0.5)
        scores: Rows = exact.astype(np.float32)
        scores *= unit_
        scores += fixed
        return scores

    @cached_property
    def _ready(self) -> tuple[integers.Integers, integers.Right]:
        """The sum of each row's bytes; the rows as the right side of products."""
        return self._codes.sum(axis=1, dtype=np.int32), integers.Right(self._codes)


def _packer(dimension: int) -> Any:
    faiss = _faiss()
    kind = faiss.ScalarQuantizer.QT_8bit
    return faiss.IndexScalarQuantizer(dimension, kind, faiss.METRIC_INNER_PRODUCT)


@cache
def _faiss() -> ModuleType:
    import faiss

    return faiss
