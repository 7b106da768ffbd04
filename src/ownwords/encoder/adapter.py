"""The bundled model's adapter: low-rank changes of linear maps in its last eight layers (LoRA, Hu et al.
2021), trained by training/fit.py to find the places that answer a visitor's question.

multilingual-e5-small was trained to bring a question and a web page together. A visitor's question to
one author is harder in two ways: every post is about much the same, and often none of them answers.
docs/quality.md says what the adapter is worth on blogs that it never saw.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).with_name("adapter.npz")


def write(low: Mapping[str, NDArray[np.float32]]) -> None:
    """`low`: for each weight NAME.weight that changes, `NAME.down`, shape (rank, in), and `NAME.up`,
    shape (out, rank)."""
    values: dict[str, Any] = {name: part.astype(np.float16) for name, part in sorted(low.items())}
    np.savez(FILE, **values)


def digest() -> str:
    """Of the file, shortened: another adapter makes another model."""
    return hashlib.sha256(FILE.read_bytes()).hexdigest()[:8]


def merged(weights: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """The weights with the changes in them: each is `weight + up @ down`.

    In 64 bits, where sums of so few products of 16-bit numbers are exact: whatever order a
    processor adds them in, the weights are the same, and so is the model's fingerprint."""
    found = dict(weights)
    with np.load(FILE, allow_pickle=False) as low:
        for name in (key.removesuffix(".up") for key in low if key.endswith(".up")):
            change = low[f"{name}.up"].astype(np.float64) @ low[f"{name}.down"].astype(np.float64)
            found[f"{name}.weight"] = (found[f"{name}.weight"] + change).astype(np.float32)
    return found
