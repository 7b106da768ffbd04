"""Rows → their similarity to a question. The only module that imports faiss."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ownwords.errors import OwnwordsError

Rows = NDArray[np.float32]


class Vectors:
    """Unit vectors in an exact inner-product FAISS index; row i is the i-th one added."""

    def __init__(self, index: Any) -> None:
        self._index = index
        self._labels = np.arange(index.ntotal, dtype=np.int64)[None]

    @classmethod
    def build(cls, rows: Rows) -> Vectors:
        """An index over `rows`, shape (n, dimension). Raises ValueError for another shape."""
        if rows.ndim != 2:
            raise ValueError(f"rows have shape {rows.shape}, expected (n, dimension)")
        index = _faiss().IndexFlatIP(rows.shape[1])
        index.add(np.ascontiguousarray(rows, dtype=np.float32))
        return cls(index)

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
        path.write_bytes(_faiss().serialize_index(self._index).tobytes())

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
