"""Retrieval on two posts and words as axes: which passage wins can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from conftest import BagOfWords
from ownwords import ranking, store
from ownwords.ranking import Evidence
from ownwords.retrieve import Retriever
from ownwords.settings import Settings


@pytest.fixture
def retriever(small_site: Settings, bag_of_words: BagOfWords) -> Retriever:
    from pathlib import Path

    return Retriever(store.open_index(Path(small_site.index)), bag_of_words)


def best(retriever: Retriever, question: str, *history: str) -> str:
    scores = retriever.retrieve(question, history).scores
    passage = retriever.index.passages[int(scores.argmax())]
    return retriever.index.posts[passage.post].title


def test_the_passage_that_shares_words_wins(retriever: Retriever) -> None:
    assert best(retriever, "who read code with my classmates?") == "How I studied"
    assert best(retriever, "was the street silver?") == "Rain"


def test_a_question_that_points_back_is_read_with_the_one_before(retriever: Retriever) -> None:
    assert best(retriever, "and then?", "did rain fall on the roof?") == "Rain"
    assert best(retriever, "and then?", "which open communities?") == "How I studied"


def test_a_change_of_subject_is_not_dragged_back(retriever: Retriever) -> None:
    asked = "which open communities did my classmates read code in"
    assert best(retriever, asked, "did rain fall on the roof?") == "How I studied"


def test_only_allowed_passages_have_a_score(retriever: Retriever) -> None:
    rain = np.array([p.post for p in retriever.index.passages]) == next(
        row for row, post in enumerate(retriever.index.posts) if post.title == "Rain"
    )
    scores = retriever.retrieve("my classmates read code", (), rain).scores
    assert np.isfinite(scores).tolist() == rain.tolist()


def evidence(share: float) -> Evidence:
    flat = np.zeros(3, dtype=np.float32)
    return Evidence(flat, flat, flat, np.array([0, 9, 0], dtype=np.float32), share)


def test_a_lexical_match_counts_as_far_as_the_corpus_shares_the_questions_language() -> None:
    assert ranking.first_stage(evidence(0.0)).tolist() == [0, 0, 0]
    half, whole = ranking.first_stage(evidence(0.5)), ranking.first_stage(evidence(1.0))
    assert np.argmax(half) == 1
    np.testing.assert_allclose(half * 2, whole)


def test_a_posts_candidates_are_taken_together() -> None:
    matches = np.array([[0.9, 0.1], [0.2, 0.8], [0.3, 0.3]], dtype=np.float32)
    found = ranking.by_post(matches, np.array([4, 4, 7], dtype=np.int32))
    np.testing.assert_allclose(found, [[0.9, 0.8], [0.9, 0.8], [0.3, 0.3]])


def test_candidates_are_the_best_that_are_allowed() -> None:
    first = np.array([3, 1, 2, 2], dtype=np.float32)
    assert ranking.candidates(first).tolist() == [0, 2, 3, 1]
    allowed = np.array([False, True, True, False])
    assert ranking.candidates(first, allowed).tolist() == [2, 1]
