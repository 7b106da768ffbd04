"""A question's vector → how likely it is that the question leans on those before it.

Few questions that leave out what they are about say so by a word that points back (`conversation`):
"how heavy was the pack?" behind "you walked Offa's Dyke?" has none. Most can be told from their vector
alone, as what is missing in them: a logistic regression on it, fitted by training/leaning.py to invented
questions behind others and questions that stand alone, tells them on blogs that it has not seen
(AUROC 0.965). It comes with the package for the default model.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ownwords.rows import Rows, packaged

LIKELY = 0.5  # the probability from which a question counts as one that leans
UNKNOWN = 0.5  # the probability where no regression was fitted to the model


@dataclass(frozen=True)
class Leaning:
    """`weights` (dimension,) of a question's centred unit vector, and the intercept."""

    weights: Rows
    intercept: float

    @classmethod
    def of_model(cls, fingerprint: str) -> Leaning | None:
        """The one that comes with the package for a model."""
        kept = packaged("leanings", fingerprint)
        return cls(kept["weights"], float(kept["intercept"])) if kept else None

    def probability(self, vector: Rows) -> float:
        """That a question with this centred unit vector, shape (dimension,), leans, 0..1."""
        return 1 / (1 + math.exp(-(float(self.weights @ vector) + self.intercept)))
