"""Retrieval evidence → calibrated probability and verdict.

Raw cosines of an E5 model crowd between 0.75 and 0.95, and an English question to a Korean text
scores lower than a Korean one, so no threshold on them means anything. What a question finds is
therefore compared with what unrelated questions of the same language find on this very corpus (scored
at build time), and a logistic model with two coefficients turns that into a probability.

The evidence is `weak`: the lower quartile of the best cosines that the question's tokens have in a
passage, on the mean of the three passages where it is highest. A passage on the same subject matches
most of the tokens, not what is asked of it; and what an author has written about stands in more than
one place.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ownwords.language import Language
from ownwords.records import Verdict


@dataclass(frozen=True, slots=True)
class Background:
    """Mean and deviation of `weak` over unrelated questions of one language."""

    mean: float
    deviation: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """The corpus's own background, by the question's language."""

    background: Mapping[Language, Background]

    def to_dict(self) -> dict[str, Any]:
        return {lang: asdict(background) for lang, background in self.background.items()}

    @classmethod
    def from_dict(cls, plain: Mapping[Any, Any]) -> Calibration:
        return cls({lang: Background(**row) for lang, row in plain.items()})


# The adapter's training teaches one bar for `weak`, the same for every corpus, and it nearly holds: on ten
# earlier corpora what answers reached 0.39 to 0.47 on the mean, while unrelated questions reach 0.13 on one essay and
# 0.29 on 206 posts. So of the default model the deviation is common to all, and a background's mean counts by
# a share. Chosen coarsely, in view of those ten (scripts/fit_confidence.py prints other shares): with an adapter of
# four cycles more, the questions of nineteen others together have an AUROC of 0.902, with each corpus's own mean and deviation 0.896.
TYPICAL, SHARE = Background(mean=0.22, deviation=0.05), 0.7
# A question in one language finds less in posts of another, whether they answer it or not, and unrelated questions
# do not show it. Fitted as slope and intercept are (scripts/fit_confidence.py): 0.0147; without any one of the
# corpora 0.011 to 0.018.
OTHER = 0.015
# Fitted by scripts/fit_confidence.py to hudi (MIT, 206 posts) and eighteen corpora of 1 to 26 posts that are
# in no repository of ours, nine Korean and nine English, with 1,114 questions, 457 of them without an
# answer, most of those near misses as long as the others: AUROC 0.83 to 0.98. The essay that this
# repository carries took no part in this fit: 0.97. docs/quality.md says what did not help.
SLOPE, INTERCEPT = 0.95, -3.23

# Probability from which an answer is given, and from which what is nearest is shown, closed. On
# those corpora the second one refuses 21, 14 and 7 of 100 answerable questions, and 82, 77 and 64
# of 100 unanswerable ones; `ownwords eval` prints what each costs on yours.
THRESHOLDS: Mapping[str, tuple[float, float]] = {
    "strict": (0.62, 0.49),
    "balanced": (0.51, 0.4),
    "generous": (0.36, 0.27),
}
WITNESSES = 3  # passages that speak for an answer
CLIP = 6.0  # deviations; a background without spread must not decide alone


def witnessed(matches: NDArray[np.float32]) -> NDArray[np.float32]:
    """The lower quartile of each passage's matches, shape (passages,). `matches` has shape (passages,
    question's tokens): the best cosine of each token in each passage. 0 where there are no tokens."""
    if not matches.size:
        return np.zeros(len(matches), dtype=np.float32)
    return np.asarray(np.quantile(matches, 0.25, axis=1), dtype=np.float32)


def weak(witnesses: NDArray[np.float32]) -> float:
    """The mean of the best of such passages; 0 where there are none."""
    return float(np.sort(witnesses)[-WITNESSES:].mean()) if len(witnesses) else 0.0


def background_of(weak: Sequence[float]) -> Background:
    """Mean and deviation of `weak` over background questions; a deviation is at least 1e-6."""
    return Background(float(np.mean(weak)), max(1e-6, float(np.std(weak))))


def adapted(own: Background, same: float) -> Background:
    """A corpus's background as it counts for the default model, whose training has taught one bar
    for all corpora. `same` (0..1) is the share of its passages in the questions' language."""
    mean = TYPICAL.mean + SHARE * (own.mean - TYPICAL.mean) - OTHER * (1 - same)
    return Background(mean, TYPICAL.deviation)


def evidence(weak: float, background: Background) -> float:
    """`weak` in deviations above the background, clipped to ±6; what is no number speaks for nothing."""
    if not math.isfinite(weak):
        return -CLIP
    return max(-CLIP, min(CLIP, (weak - background.mean) / background.deviation))


def probability(weak: float, background: Background) -> float:
    """Probability, 0..1, that the best quotes answer the question."""
    return 1 / (1 + math.exp(-(SLOPE * evidence(weak, background) + INTERCEPT)))


def verdict(probability: float, caution: str) -> Verdict:
    """`caution` is a key of THRESHOLDS."""
    answered, related = THRESHOLDS[caution]
    if probability >= answered:
        return "answered"
    return "related" if probability >= related else "none"
