import math
from pathlib import Path

import numpy as np
import pytest

from ownwords.errors import OwnwordsError
from ownwords.lexical import K1, B, Lexical, tokens, words


def slow_bm25(texts: list[str], question: str) -> list[float]:
    documents = [tokens(text) for text in texts]
    mean = sum(map(len, documents)) / len(documents)
    scores = []
    for document in documents:
        score = 0.0
        for term in set(tokens(question)):
            n = sum(term in other for other in documents)
            idf = math.log(1 + (len(documents) - n + 0.5) / (n + 0.5))
            f = document.count(term)
            score += idf * f * (K1 + 1) / (f + K1 * (1 - B + B * len(document) / mean))
        scores.append(score)
    return scores


TEXTS = ["공부를 어떻게 했는가 공부", "밥을 먹었다", "python 강의를 들었다", ""]


@pytest.mark.parametrize(
    "question", ["공부 방법", "Python course", "강의는 어떻게 들었어요?", "없는말"]
)
def test_scores_are_bm25_computed_slowly(question: str) -> None:
    found = Lexical.build(TEXTS).scores(question)
    np.testing.assert_allclose(found, slow_bm25(TEXTS, question), rtol=1e-5)


def test_particles_do_not_hide_a_noun() -> None:
    assert "트랜잭션" in words("트랜잭션이란 무엇인가요?")
    assert Lexical.build(["트랜잭션은 묶음이다", "다른 글"]).scores("트랜잭션이란?").argmax() == 0


@pytest.mark.parametrize(
    ("text", "rows"), [("공부", [0]), ("Python", [2]), ("python 공부", []), ("없는말", []), ("", [])]
)  # fmt: skip
def test_the_texts_that_hold_every_term(text: str, rows: list[int]) -> None:
    assert Lexical.build(TEXTS).holding(text).tolist() == rows


def test_decomposed_hangul_and_control_characters_are_read() -> None:
    import unicodedata

    assert tokens(unicodedata.normalize("NFD", "공부했다")) == tokens("공부했다")
    assert "한글" in words("a\0b 한글 \ud800")


def test_saved_and_opened_is_the_same_and_damage_is_told(tmp_path: Path) -> None:
    kept = Lexical.build(TEXTS)
    kept.save(tmp_path / "lexical")
    np.testing.assert_array_equal(
        Lexical.load(tmp_path / "lexical").scores("공부"), kept.scores("공부")
    )
    (tmp_path / "lexical").write_bytes((tmp_path / "lexical").read_bytes()[:100])
    with pytest.raises(OwnwordsError, match="ownwords build"):
        Lexical.load(tmp_path / "lexical")
