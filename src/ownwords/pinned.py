"""A question and the pins' wordings → the pin that is asked for, if any. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ownwords.pins import ResolvedPin, wordings

# Cosine. On KorQuAD, 3 of 1000 pairs of different questions about one paragraph reach it, and
# hardly any pair of hudi's; scripts/pin_threshold.py prints it.
SAME = 0.905


class Pinned:
    """The pins of a build, made ready for questions. `vectors` has a row for each wording of each
    pin, in the order of `pins.wordings`, shape (wordings, dimension): unit rows, centred as
    questions are."""

    def __init__(self, pins: Sequence[ResolvedPin], vectors: NDArray[np.float32]) -> None:
        self.pins, self._vectors = tuple(pins), vectors
        every = wordings(pins)
        self._spelled = [_spelled(text) for text in every.texts]
        self._pin = np.array(every.pins, dtype=np.int64)

    def words(self, question: str) -> bool:
        """Whether the question is a wording itself: only case, blanks and punctuation may differ."""
        spelled = _spelled(question)
        return bool(spelled) and spelled in self._spelled

    def asked(
        self, question: str, vector: NDArray[np.float32], allowed: Sequence[bool]
    ) -> ResolvedPin | None:
        """The pin with a wording that means the same as the question, the nearest of several.
        `vector`, shape (dimension,), is the question's, unit and centred; `allowed` says of each
        pin whether it may answer."""
        if not self.pins:
            return None
        near = self._vectors @ vector
        spelled = _spelled(question)
        if spelled:
            near[[one == spelled for one in self._spelled]] = 2.0  # above any cosine
        near[~np.asarray(allowed, dtype=np.bool_)[self._pin]] = -2.0
        best = int(np.argmax(near))
        return self.pins[int(self._pin[best])] if near[best] >= SAME else None


def _spelled(question: str) -> str:
    """Letters, digits, symbols and `#` alone, without case: "C++" and "C#" are not "C"."""
    plain = unicodedata.normalize("NFKC", question).casefold()
    return "".join(c for c in plain if c == "#" or unicodedata.category(c)[0] in "LNMS")
