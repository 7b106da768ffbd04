import math

import numpy as np
import pytest

from ownwords.confidence import (
    INTERCEPT,
    OTHER,
    SHARE,
    TYPICAL,
    Background,
    Calibration,
    adapted,
    background_of,
    evidence,
    probability,
    verdict,
    weak,
    witnessed,
)
from ownwords.evaluate import auroc, calibration_error

BACKGROUND = background_of([0.0, 2.0])  # mean 1, deviation 1


def test_evidence_is_measured_in_deviations_above_the_background() -> None:
    assert Background(mean=1, deviation=1) == BACKGROUND
    assert evidence(3, BACKGROUND) == 2
    assert (evidence(100, BACKGROUND), evidence(-9, BACKGROUND)) == (6, -6)
    assert background_of([0.5, 0.5]).deviation == 1e-6


@pytest.mark.parametrize("weak", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_no_evidence(weak: float) -> None:
    sure = probability(weak, Background(0.2, 0.05))
    assert verdict(sure, "generous") == "none"


def test_a_background_of_the_default_model_counts_by_a_share() -> None:
    above = Background(TYPICAL.mean + 0.1, 0.5)
    assert adapted(above, 1).mean == pytest.approx(TYPICAL.mean + SHARE * 0.1)
    assert adapted(above, 1).deviation == TYPICAL.deviation
    assert adapted(TYPICAL, 1) == TYPICAL


def test_posts_in_another_language_are_expected_to_match_less() -> None:
    assert adapted(TYPICAL, 0).mean == pytest.approx(TYPICAL.mean - OTHER)
    assert adapted(TYPICAL, 0.25).mean == pytest.approx(TYPICAL.mean - 0.75 * OTHER)


def test_a_calibration_is_kept_as_json() -> None:
    kept = Calibration({"ko": BACKGROUND, "en": TYPICAL})
    assert Calibration.from_dict(kept.to_dict()) == kept


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


def test_more_evidence_is_never_less_sure() -> None:
    low = probability(1, BACKGROUND)
    assert 0 < low < probability(4, BACKGROUND) < 1
    assert low == pytest.approx(1 / (1 + math.exp(-INTERCEPT)))  # what unrelated questions reach


@pytest.mark.parametrize(("p", "said"), [(0.9, "answered"), (0.45, "related"), (0.1, "none")])
def test_verdicts(p: float, said: str) -> None:
    assert verdict(p, "balanced") == said


def test_figures_by_hand() -> None:
    assert auroc([0.9, 0.5], [0.5, 0.1]) == 3.5 / 4
    assert calibration_error([0.95, 0.95], [1.0, 0.0]) == pytest.approx(0.45)
