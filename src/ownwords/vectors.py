"""Rows → their similarity to a question. The only module that imports faiss."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from ownwords import threads
from ownwords.errors import OwnwordsError
from ownwords.rows import Rows, unit

# Rows at whose number their mean counts half: of a few passages, the mean is what they say.
SHRINK = 10


def centred(rows: Rows) -> Rows:
    """Unit rows without what they share. An E5 model's vectors all lean one way, so that any two
    agree at about 0.8 (anisotropy, Ethayarajh 2019); what tells them apart is what is left."""
    if not len(rows):
        return rows
    return unit(rows - rows.mean(axis=0) * (len(rows) / (len(rows) + SHRINK)))


class Vectors:
    """Vectors in an exact inner-product FAISS index; row i is the i-th one added. On disk (and so
    in what is searched) each number takes 8 bits, between the least and the greatest of its axis.
    """

    def __init__(self, packed: Any) -> None:
        """`packed` is a FAISS index that can give its rows back."""
        self._packed = packed
        self._index = _faiss().IndexFlatIP(packed.d)
        if packed.ntotal:
            self._index.add(packed.reconstruct_n(0, packed.ntotal))
        self._labels = np.arange(packed.ntotal, dtype=np.int64)[None]

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
            data = np.frombuffer(path.read_bytes(), dtype=np.uint8)
            return cls(_faiss().deserialize_index(data))
        except (OSError, RuntimeError) as error:
            raise OwnwordsError(
                f"{path}: not a readable vector file ({str(error).splitlines()[0]})",
                "Rebuild with `ownwords build --full`.",
                "index_damaged",
            ) from None

    def save(self, path: Path) -> None:
        path.write_bytes(_faiss().serialize_index(self._packed).tobytes())

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    def rows(self) -> Rows:
        """Every row, shape (n, dimension), in the order it was added."""
        found: Rows = self._index.reconstruct_n(0, len(self))
        return found

    def scores(self, question: Rows) -> Rows:
        """The inner product of one question, shape (dimension,), with every row, shape (n,).

        All rows rather than the nearest few: scores are compared across several indexes, row by
        row. FAISS computes them without sorting, 1 ms for 16,000 rows of 384 dimensions.
        """
        found = np.empty((1, len(self)), dtype=np.float32)
        _faiss().omp_set_num_threads(threads.FAISS)
        if len(self):
            pointer = _faiss().swig_ptr
            query = np.ascontiguousarray(question[None], dtype=np.float32)
            self._index.compute_distance_subset(
                1, pointer(query), len(self), pointer(found), pointer(self._labels)
            )
        scores: Rows = found[0]
        return scores


@cache
def _faiss() -> ModuleType:
    import faiss

    return faiss
