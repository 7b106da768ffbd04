"""Retrieval evidence → calibrated probability and verdict.

Raw cosines of an E5 model crowd between 0.75 and 0.95, and an English question to a Korean text
scores lower than a Korean one, so no threshold on them means anything. Each signal is therefore
compared with what unrelated questions of the same language reach on this very corpus (scored at
build time), and a logistic model with a few coefficients turns those into a probability.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ownwords.language import Language
from ownwords.records import Verdict


@dataclass(frozen=True, slots=True)
class Signals:
    """What retrieval found for one question: `weak`, the lower quartile of the best cosines that the
    question's tokens have in a passage, on the mean of the three passages where it is highest (a
    passage on the same subject matches most of them, not what is asked of it; and what an author has
    written about stands in more than one place); `length`, the logarithm of the question's tokens: a
    longer question's matches are spread thinner, so the same score means more."""

    weak: float
    length: float


@dataclass(frozen=True, slots=True)
class Background:
    """Mean and deviation of each signal over unrelated questions of one language."""

    mean: Signals
    deviation: Signals


@dataclass(frozen=True, slots=True)
class Calibration:
    """The corpus's own background, by the question's language."""

    background: Mapping[Language, Background]

    def to_dict(self) -> dict[str, Any]:
        return {
            lang: {"mean": list(astuple(b.mean)), "deviation": list(astuple(b.deviation))}
            for lang, b in self.background.items()
        }

    @classmethod
    def from_dict(cls, plain: Mapping[Any, Any]) -> Calibration:
        return cls(
            {
                lang: Background(Signals(*rows["mean"]), Signals(*rows["deviation"]))
                for lang, rows in plain.items()
            }
        )


# What each signal counts, chosen coarsely in view of ten corpora, with the adapter of two cycles: on their
# mean `weak` alone had an AUROC of 0.88, with the length 0.89 (0.87 and 0.88 on hudi, whose unanswerable
# questions are shorter); of one passage only 0.04 less, before that. With the third cycle, which is taught
# this very signal, the two together have 0.90 (0.92 on hudi).
WEIGHTS = Signals(weak=8, length=1)
# Fitted by scripts/fit_confidence.py to hudi (MIT, 206 posts) and eight corpora of 1 to 31 posts that are
# in no repository of ours, five Korean and three English, with 736 questions, 257 of them without an
# answer, most of those near misses as long as the others: AUROC 0.83 to 0.94. The essay that this
# repository carries took no part in this fit: 0.99. docs/quality.md says what did not help.
SLOPE, INTERCEPT = 0.9, -2.33

# Probability from which an answer is given, and from which what is nearest is shown, closed. On
# those corpora the second one refuses 17, 9 and 5 of 100 answerable questions, and 75, 65 and 52
# of 100 unanswerable ones; `ownwords eval` prints what each costs on yours.
THRESHOLDS: Mapping[str, tuple[float, float]] = {
    "strict": (0.6, 0.42),
    "balanced": (0.48, 0.33),
    "generous": (0.36, 0.23),
}
WITNESSES = 3  # passages that speak for an answer: see `Signals.weak`
CLIP = 6.0  # deviations; a background without spread must not decide alone


def witnessed(matches: NDArray[np.float32]) -> NDArray[np.float32]:
    """The lower quartile of each passage's matches, shape (passages,). `matches` has shape (passages,
    question's tokens): the best cosine of each token in each passage. 0 where there are no tokens."""
    if not matches.size:
        return np.zeros(len(matches), dtype=np.float32)
    return np.asarray(np.quantile(matches, 0.25, axis=1), dtype=np.float32)


def weak(witnesses: NDArray[np.float32]) -> float:
    """The signal of that name, of such passages; 0 where there are none."""
    return float(np.sort(witnesses)[-WITNESSES:].mean()) if len(witnesses) else 0.0


def background_of(signals: Sequence[Signals]) -> Background:
    """Mean and deviation of each signal over background questions; deviations at least 1e-6."""
    columns = list(zip(*map(astuple, signals), strict=True))
    means = [sum(column) / len(column) for column in columns]
    deviations = [
        max(1e-6, math.sqrt(sum((x - mean) ** 2 for x in column) / len(column)))
        for column, mean in zip(columns, means, strict=True)
    ]
    return Background(Signals(*means), Signals(*deviations))


def relative(signals: Signals, background: Background) -> Signals:
    """Each signal in deviations above the background, clipped to ±6."""
    return Signals(
        *(
            max(-CLIP, min(CLIP, (value - mean) / deviation))
            for value, mean, deviation in zip(
                astuple(signals), astuple(background.mean), astuple(background.deviation),
                strict=True,
            )
        )
    )  # fmt: skip


def probability(signals: Signals, background: Background) -> float:
    """Probability, 0..1, that the best quotes answer the question."""
    return 1 / (1 + math.exp(-(SLOPE * evidence(signals, background) + INTERCEPT)))


def evidence(signals: Signals, background: Background) -> float:
    """The weighted mean of the signals, in deviations above the background."""
    weights, values = astuple(WEIGHTS), astuple(relative(signals, background))
    total = sum(weight * value for weight, value in zip(weights, values, strict=True))
    return float(total / sum(weights))


def verdict(probability: float, caution: str) -> Verdict:
    """`caution` is a key of THRESHOLDS."""
    answered, related = THRESHOLDS[caution]
    if probability >= answered:
        return "answered"
    return "related" if probability >= related else "none"
