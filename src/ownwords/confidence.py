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

from ownwords.language import Language
from ownwords.records import Verdict


@dataclass(frozen=True, slots=True)
class Signals:
    """What retrieval found for one question: `passage` and `context`, the best cosines of either
    vector; `weak`, the lower quartile of the best cosines that the question's tokens have in the
    passage with the best late interaction (a passage on the same subject matches most of them, not
    what is asked of it); `length`, the logarithm of the question's tokens: a longer question's
    matches are spread thinner, so the same score means more."""

    passage: float
    context: float
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


# What each signal counts, chosen coarsely in view of ten corpora: `weak` alone tells most, since the
# model's adapter is trained. Alone it has an AUROC of 0.80 on hudi and 0.82 on the mean of the essay and
# eight more corpora, with the others 0.88 and 0.82.
WEIGHTS = Signals(passage=1, context=1, weak=4, length=1)
# Fitted by scripts/fit_confidence.py to hudi (MIT, 206 posts) and eight corpora of 1 to 31 posts that are
# in no repository of ours, five Korean and three English, with 736 questions, 257 of them without an
# answer, most of those near misses as long as the others: AUROC 0.73 to 0.89. The essay that this
# repository carries took no part in this fit: 0.94. docs/quality.md says what did not help.
SLOPE, INTERCEPT = 0.8, -1.54

# Probability from which an answer is given, and from which what is nearest is shown, closed. On
# those corpora the second one refuses 20, 10 and 4 of 100 answerable questions, and 62, 52 and 40
# of 100 unanswerable ones; `ownwords eval` prints what each costs on yours.
THRESHOLDS: Mapping[str, tuple[float, float]] = {
    "strict": (0.55, 0.38),
    "balanced": (0.42, 0.3),
    "generous": (0.33, 0.24),
}
CLIP = 6.0  # deviations; a background without spread must not decide alone


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
