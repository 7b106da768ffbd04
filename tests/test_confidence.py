import math
from dataclasses import astuple

import numpy as np
import pytest

from ownwords.confidence import (
    INTERCEPT,
    WEIGHTS,
    Signals,
    background_of,
    evidence,
    probability,
    relative,
    verdict,
    weak,
    witnessed,
)
from ownwords.evaluate import auroc, calibration_error

BACKGROUND = background_of([Signals(0, 0), Signals(2, 2)])  # mean 1, deviation 1


def test_signals_are_measured_in_deviations_above_the_background() -> None:
    assert astuple(relative(Signals(3, 0), BACKGROUND)) == (2, -1)
    assert astuple(relative(Signals(100, -9), BACKGROUND)) == (6, -6)


def test_the_weak_matches_of_the_three_best_passages_count() -> None:
    matches = np.array(
        [[0.9, 0.1, 0.9, 0.9, 0.1], [0.4] * 5, [0.3] * 5, [0.8] * 5], dtype=np.float32
    )
    witnesses = witnessed(matches)
    assert witnesses == pytest.approx([0.1, 0.4, 0.3, 0.8])
    assert weak(witnesses) == pytest.approx((0.4 + 0.3 + 0.8) / 3)
    assert weak(witnesses[:2]) == pytest.approx((0.1 + 0.4) / 2)
    assert weak(witnesses[:0]) == 0
    assert witnessed(matches[:, :0]).tolist() == [0, 0, 0, 0]


def test_the_evidence_is_a_weighted_mean() -> None:
    weights = astuple(WEIGHTS)
    for at, weight in enumerate(weights):
        only = Signals(
            *(2 if i == at else 1 for i in range(2))
        )  # one deviation above, the rest none
        assert evidence(only, BACKGROUND) == pytest.approx(weight / sum(weights))


def test_more_evidence_is_never_less_sure() -> None:
    low = probability(Signals(1, 1), BACKGROUND)
    assert 0 < low < probability(Signals(4, 4), BACKGROUND) < 1
    assert low == pytest.approx(1 / (1 + math.exp(-INTERCEPT)))  # what unrelated questions reach


@pytest.mark.parametrize(("p", "said"), [(0.9, "answered"), (0.36, "related"), (0.1, "none")])
def test_verdicts(p: float, said: str) -> None:
    assert verdict(p, "balanced") == said


def test_figures_by_hand() -> None:
    assert auroc([0.9, 0.5], [0.5, 0.1]) == 3.5 / 4
    assert calibration_error([0.95, 0.95], [1.0, 0.0]) == pytest.approx(0.45)
