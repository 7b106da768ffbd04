from dataclasses import astuple

import pytest

from ownwords.confidence import Signals, background_of, probability, relative, verdict
from ownwords.evaluate import auroc, calibration_error


def test_signals_are_measured_in_deviations_above_the_background() -> None:
    background = background_of([Signals(*[0] * 7), Signals(*[2] * 7)])
    assert astuple(relative(Signals(3, 1, 0, 2, 100, -9, 1), background)) == (2, 0, -1, 1, 6, -6, 0)


def test_more_evidence_is_never_less_sure() -> None:
    background = background_of([Signals(*[0] * 7), Signals(*[2] * 7)])
    low = probability(Signals(*[1] * 7), background)
    assert 0 < low < probability(Signals(*[4] * 7), background) < 1


@pytest.mark.parametrize(("p", "said"), [(0.9, "answered"), (0.42, "related"), (0.1, "none")])
def test_verdicts(p: float, said: str) -> None:
    assert verdict(p, "balanced") == said


def test_figures_by_hand() -> None:
    assert auroc([0.9, 0.5], [0.5, 0.1]) == 3.5 / 4
    assert calibration_error([0.95, 0.95], [1.0, 0.0]) == pytest.approx(0.45)
