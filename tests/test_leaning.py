"""Whether a question leans on those before it, by its vector."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ownwords import centring, encoder
from ownwords.language import language_of
from ownwords.late_interaction import Projection
from ownwords.leaning import Leaning
from ownwords.rows import unit
from ownwords.settings import Settings


def test_the_probability_is_the_logistic_of_the_weighted_vector() -> None:
    known = Leaning(np.array([2, -1], np.float32), 0.5)
    assert known.probability(np.array([0.6, 0.8], np.float32)) == pytest.approx(
        1 / (1 + math.exp(-(1.2 - 0.8 + 0.5)))
    )


def test_a_model_without_one_has_none() -> None:
    assert Leaning.of_model("ba9") is None


@pytest.mark.model
def test_the_default_model_tells_what_leaves_its_subject_out() -> None:
    engine = encoder.open_for_answers(Settings())
    assert Projection.of_model(engine.fingerprint)
    known, centres = Leaning.of_model(engine.fingerprint), centring.centres(engine)
    assert known

    def leans(text: str) -> float:
        (vector,) = engine.encode_queries([text]).vectors
        return known.probability(unit(vector - centres[language_of(text)]))

    out = (
        "how heavy was the pack?",
        "what did he say to you?",
        "돈은 얼마나 들었어요?",
        "부모님은 뭐라셔요?",
    )
    whole = (
        "do you like living in seoul?",
        "how did you learn django?",
        "취미가 뭐예요?",
        "카프카를 왜 쓰셨어요?",
    )
    assert min(map(leans, out)) > max(0.6, *map(leans, whole))
