"""Rows of numbers, a vector each."""

from __future__ import annotations

from importlib import resources

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]


def unit(rows: Rows) -> Rows:
    """Rows of length 1 (the last axis); a row of zeros stays."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), dtype=np.float32)


def packaged(folder: str, model: str) -> dict[str, Rows] | None:
    """What comes with the package for a model, by its fingerprint; None where nothing does."""
    file = resources.files(__package__) / folder / f"{model}.npz"
    if not file.is_file():
        return None
    with file.open("rb") as opened, np.load(opened, allow_pickle=False) as kept:
        return {name: kept[name].astype(np.float32) for name in kept}
