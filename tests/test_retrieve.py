"""Retrieval on two posts and words as axes: which passage wins can be worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from conftest import BagOfWords, passage
from ownwords import ranking, retrieve, store
from ownwords.build import build
from ownwords.leaning import Leaning
from ownwords.ranking import Evidence
from ownwords.retrieve import EARLIER, LEAST, MOST, Retrieved, Retriever, _shared
from ownwords.settings import Settings


@pytest.fixture
def retriever(small_site: Settings, bag_of_words: BagOfWords) -> Retriever:
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


def test_what_a_question_is_read_with_counts_less_than_its_own_tokens(retriever: Retriever) -> None:
    before, asked = "did rain fall on the roof?", "silver street"
    alone, joined = retriever._encoded([asked, f"{before} {asked}"])
    full = retriever._weights(joined)
    weights = retriever._weights(replace(joined, own=alone.own))
    assert weights.sum() == pytest.approx(1)
    apart = len(full) - alone.own
    ratio = (weights / full)[apart:].mean()
    np.testing.assert_allclose(weights[:apart], full[:apart] * ratio * EARLIER, rtol=1e-5)
    np.testing.assert_allclose(weights[apart:], full[apart:] * ratio, rtol=1e-5)


def test_a_question_may_return_to_one_before_the_last(retriever: Retriever) -> None:
    history = ("did rain fall on the roof?", "which open communities?")
    assert best(retriever, "what was it that you mentioned about the street?", *history) == "Rain"
    read = retriever.retrieve("back to it, the roof", history).read
    assert read == "did rain fall on the roof? it, the roof"


def test_a_return_to_the_first_question_is_read_with_that(retriever: Retriever) -> None:
    history = ("which open communities?", "did rain fall on the roof?")
    asked = "my classmates read code daily"
    assert retriever.retrieve(asked, history).read == f"{history[1]} {asked}"
    read = retriever.retrieve(f"back to my first question, {asked}", history).read
    assert read == f"{history[0]} {asked}"


def test_a_question_read_with_another_is_judged_in_its_own_language(retriever: Retriever) -> None:
    found = retriever.retrieve(
        "which colour", ("비 오던 밤에 우리 집 지붕에는 rain fell on the old roof",)
    )
    assert found.read.startswith("비 오던") and found.language == "en"


@pytest.mark.parametrize("asked", ["its unknown price", "and unknown price"])
def test_what_a_question_stands_with_does_not_answer_it(retriever: Retriever, asked: str) -> None:
    before = "did rain fall on the roof?"
    found = retriever.retrieve(asked, (before,))
    assert found.read == f"{before} {asked}"
    assert found.weak == pytest.approx(retriever.retrieve(asked).weak, abs=0.01)
    assert found.weak < retriever.retrieve(before).weak - 0.05


def found(scores: list[float], witnesses: list[float], weak: float, read: str = "") -> Retrieved:
    rows = (np.array(numbers, dtype=np.float32) for numbers in (scores, [0.5], witnesses))
    given, sentences, each = rows
    return Retrieved("en", given, sentences, weak, each, read)


NONE = -np.inf


def test_both_readings_count_as_far_as_the_question_leans() -> None:
    alone = found([4, -1, NONE], [0.2, 0.6, NONE], 0.4)
    together = replace(
        found([3, -2, NONE], [0.4, 0.5, NONE], 0.45, "both"),
        sentences=np.array([0.7], np.float32),
    )
    read = _shared(alone, together, 0.75)
    np.testing.assert_allclose(read.scores, [0.25 * 4 + 0.75 * 3, -0.25 * 1 - 0.75 * 2, NONE])
    witnesses = [0.25 * 0.2 + 0.75 * 0.4, 0.25 * 0.6 + 0.75 * 0.5, NONE]
    np.testing.assert_allclose(read.witnesses, witnesses, atol=1e-6)
    assert read.weak == pytest.approx(np.mean(witnesses[:2]))
    assert read.sentences.tolist() == pytest.approx([0.7]) and read.read == "both"


def test_both_readings_score_the_candidates_of_either(
    retriever: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "CANDIDATES", 1)
    before, asked = "did rain fall on the roof all night?", "classmates read code daily"
    assert np.isfinite(retriever.retrieve(asked).scores).sum() == 1
    assert np.isfinite(retriever.retrieve(f"{before} {asked}").scores).sum() == 1
    read = retriever.retrieve(asked, (before,))
    assert np.isfinite(read.scores).sum() == np.isfinite(read.witnesses).sum() == 2


def test_a_wording_that_points_back_is_read_with_the_one_before_alone(retriever: Retriever) -> None:
    before, asked = "did rain fall on the roof?", "was it silver?"
    alone, joined = retriever._encoded([asked, f"{before} {asked}"])
    together = retriever._score(replace(joined, own=alone.own), None)
    read = retriever.retrieve(asked, (before,))
    np.testing.assert_array_equal(read.witnesses, together.witnesses)
    korean = retriever.retrieve("그건 silver?", (before,))
    assert (korean.read, korean.language) == (f"{before} 그건 silver?", "ko")


@pytest.mark.parametrize(
    ("known", "share"),
    [
        (None, (LEAST + MOST) / 2),
        (Leaning(np.zeros(512, np.float32), 0.0), (LEAST + MOST) / 2),
        (Leaning(np.zeros(512, np.float32), 50.0), MOST),
        (Leaning(np.zeros(512, np.float32), -50.0), LEAST),
    ],
)
def test_no_wording_leaves_it_to_the_questions_vector(
    retriever: Retriever, known: Leaning | None, share: float
) -> None:
    retriever._leaning = known
    before, asked = "did rain fall on the roof?", "silver street"
    alone, joined = retriever._encoded([asked, f"{before} {asked}"])
    assert LEAST + (MOST - LEAST) * retriever._likely(alone) == pytest.approx(share)
    one, both = retriever._score(alone, None), retriever._score(replace(joined, own=2), None)
    read, expected = retriever.retrieve(asked, (before,)), _shared(one, both, share)
    np.testing.assert_allclose(read.scores, expected.scores, rtol=1e-5)
    np.testing.assert_allclose(read.witnesses, expected.witnesses, rtol=1e-5)


@pytest.mark.parametrize(
    ("known", "subject"),
    [
        (None, ""),
        (Leaning(np.zeros(512, np.float32), 50.0), "which open communities? "),
        (Leaning(np.zeros(512, np.float32), -50.0), ""),
    ],
)
def test_a_chain_is_followed_back_to_its_subject(
    retriever: Retriever, known: Leaning | None, subject: str
) -> None:
    retriever._leaning = known
    history = ("which open communities?", "rain on the roof")
    for _ in range(2):
        assert retriever.retrieve("silver street", history).read == (
            f"{subject}rain on the roof silver street"
        )


@pytest.mark.parametrize(("likely", "sure"), [(0.49, True), (0.5, False)])
def test_what_stands_by_itself_is_as_sure_as_alone(
    retriever: Retriever, monkeypatch: pytest.MonkeyPatch, likely: float, sure: bool
) -> None:
    monkeypatch.setattr(retriever, "_likely", lambda _: likely)
    monkeypatch.setattr(retrieve, "_shared", lambda one, other, share: replace(other, weak=0.0))
    found = retriever.retrieve("silver street", ("which open communities?",)).weak
    assert found == (retriever.retrieve("silver street").weak if sure else 0)


def test_how_far_it_leans_is_told_from_the_question_alone(
    retriever: Retriever, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(retriever, "_likely", lambda query: told.append(query.text) or 0.5)
    retriever.retrieve("silver street", ("did rain fall on the roof?",))
    assert told == ["silver street"]


def test_behind_another_question_too_only_allowed_passages_have_a_score(
    retriever: Retriever,
) -> None:
    allowed = retriever.posts == 0
    for asked in ("silver street", "was it silver?"):
        read = retriever.retrieve(asked, ("did rain fall on the roof?",), allowed)
        assert np.isfinite(read.scores).any() and not np.isfinite(read.scores[~allowed]).any()


def test_why_is_as_sure_as_what_it_is_asked_of(retriever: Retriever) -> None:
    before = "did rain fall on the old roof all night"
    found = retriever.retrieve("why?", (before,))
    assert found.weak == retriever.retrieve(f"{before} why?").weak
    assert found.weak > retriever.retrieve("why?").weak + 0.05


def test_a_question_that_does_not_fit_behind_another_is_read_alone(
    small_site: Settings, bag_of_words: BagOfWords
) -> None:
    class Short(BagOfWords):
        def encode_queries(self, texts, *, tokens=False):  # type: ignore[no-untyped-def]
            return super().encode_queries([" ".join(t.split()[:8]) for t in texts], tokens=tokens)

    short = Retriever(store.open_index(Path(small_site.index)), Short())
    asked = "was it silver?"
    assert short.retrieve(asked, ("did rain fall on",)).read == f"did rain fall on {asked}"
    assert short.retrieve(asked, ("did rain fall on the grey roof",)).read == asked


def test_only_allowed_passages_have_a_score(retriever: Retriever) -> None:
    rain = np.array([p.post for p in retriever.index.passages]) == next(
        row for row, post in enumerate(retriever.index.posts) if post.title == "Rain"
    )
    scores = retriever.retrieve("my classmates read code", (), rain).scores
    assert np.isfinite(scores).tolist() == rain.tolist()


def evidence(share: float) -> Evidence:
    flat = np.zeros(3, dtype=np.float32)
    return Evidence(flat, flat, flat, np.array([0, 9, 0], dtype=np.float32), share, flat)


def test_a_lexical_match_counts_as_far_as_the_corpus_shares_the_questions_language() -> None:
    assert ranking.first_stage(evidence(0.0)).tolist() == [0, 0, 0]
    half, whole = ranking.first_stage(evidence(0.5)), ranking.first_stage(evidence(1.0))
    assert np.argmax(half) == 1
    np.testing.assert_allclose(half * 2, whole)


def test_what_the_author_asks_himself_he_answers_there(
    small_site: Settings, bag_of_words: BagOfWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = Path(small_site.corpus)
    (corpus / "a.md").write_text(
        "# Notes\n\nFor the exam I did study, and how.\n", encoding="utf-8"
    )
    (corpus / "b.md").write_text(
        "# Talk\n\nHow did I study for the exam?\nEvery evening in a cold room.\n", encoding="utf-8"
    )
    build(small_site, full=True, open_encoder=lambda *_: bag_of_words)
    retriever = Retriever(store.open_index(Path(small_site.index)), bag_of_words)
    # Late interaction finds both alike, and of equal ones the first would stand.
    for kind in ("SENTENCE", "LEXICAL", "BEFORE"):
        monkeypatch.setattr(ranking, kind, 0.0)
    assert best(retriever, "how did I study for the exam") == "Talk"
    monkeypatch.setattr(retriever, "_question_lines", {})
    assert best(retriever, "how did I study for the exam") == "Notes"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("See https://localhost/a for the code.", True),
        ("https://localhost/watch/1_b-c http://localhost/d.", False),
        (
            "자바 표준, 김영한 https://localhost/questions/62950451/jpa https://localhost/pull/1.",
            False,
        ),
        (
            "I read https://localhost/a, then https://localhost/b, and wrote down what they say of it.",
            True,
        ),
        ("11 1 3 5.", False),
        ("왜 그랬을까?", False),
        ("왜 그랬을까? 몰랐다.", True),
        ("왜 개발자가 되려고 하나요? 하고 싶은 일이 무엇인지 작성해 주세요.", False),
        ("Why did you apply? Describe what you want to build.", False),
        ("질문이 있나요? 메일로 연락해 주세요.", True),
        ("제 이름을 적어 주세요.", True),
    ],
)
def test_addresses_numbers_and_questions_say_nothing(text: str, says: bool) -> None:
    assert ranking.says_something(passage(text)) is says


def test_a_question_of_the_authors_is_no_answer(
    small_site: Settings, bag_of_words: BagOfWords
) -> None:
    asks = "Which of the many crooked paths through the forest would I take again?"
    (Path(small_site.corpus) / "paths.md").write_text(
        f"# Paths\n\n{asks}\n\n```\nnorth\n```\n\nThe northern path.\n", encoding="utf-8"
    )
    build(small_site, full=True, open_encoder=lambda *_: bag_of_words)
    retriever = Retriever(store.open_index(Path(small_site.index)), bag_of_words)
    row = next(r for r, one in enumerate(retriever.index.passages) if one.text == asks)
    found = retriever.retrieve("which of the crooked paths would you take again")
    assert found.scores[row] == found.witnesses[row] == -np.inf
    only = np.arange(len(found.scores)) == row  # all that may be shown
    assert np.isfinite(retriever.retrieve("crooked paths", (), only).scores[row])


def test_a_candidate_gains_from_the_one_before_it_in_its_post_and_loses_nothing() -> None:
    posts = np.array([0, 0, 0, 0, 1], dtype=np.int32)
    rows = np.array([4, 1, 0, 2])  # row 3 is no candidate
    scores = np.array([1.0, 1.0, 2.0, -1.0], dtype=np.float32)
    found = dict(zip(rows.tolist(), ranking.going_on(rows, scores, posts), strict=True))
    assert found == pytest.approx({0: 2.0, 1: 1 + 0.6, 2: -1 + 0.3, 4: 1.0})
    assert ranking.going_on(rows[:0], scores[:0], posts).shape == (0,)


def test_what_goes_before_decides_what_comes_beside_the_best_passage_which_stays_first() -> None:
    posts = np.zeros(6, dtype=np.int32)
    rows = np.array([5, 2, 1, 0])
    scores = np.array([1.1, 0.9, 1.0, 1.0], dtype=np.float32)  # 5 stands apart, 0 to 2 together
    shared = ranking.from_before(rows, scores, posts)
    assert shared == pytest.approx([0, 0.3, 0.3, 0])
    found = ranking.going_on(rows, scores, posts)
    assert ranking.best_first(found).tolist() == [0, 2, 1, 3]
    assert ranking.best_first(scores + shared).tolist() == [2, 1, 0, 3]  # else displaced


def test_candidates_are_the_best_that_are_allowed() -> None:
    first = np.array([3, 1, 2, 2], dtype=np.float32)
    assert ranking.candidates(first).tolist() == [0, 2, 3, 1]
    allowed = np.array([False, True, True, False])
    assert ranking.candidates(first, allowed).tolist() == [2, 1]


def test_of_more_passages_than_go_on_equal_ones_go_by_row() -> None:
    first = np.zeros(3 * ranking.CANDIDATES, dtype=np.float32)
    first[[7, 140]] = 1, 2
    others = [row for row in range(ranking.CANDIDATES) if row != 7]
    best = ranking.candidates(first).tolist()
    assert best == [140, 7, *others[: ranking.CANDIDATES - 2]]
    assert ranking.candidates(first, first > 0).tolist() == [140, 7]


@pytest.mark.parametrize(
    ("scores", "marked"),
    [
        (
            [0.9, 0.6, 0.2, 0.1, 0.5],
            "-b--e",
        ),  # the best, and one near it; a heading line is neither
        ([0.0, 0.6, 0.2, 0.1, 0.3], "-b--e"),  # the best of each passage, near or not
        ([0.9, 0.2, 0.6, 0.5, 0.6], "--cde"),
    ],
)
def test_what_is_marked_in_a_quote_of_two_passages(scores: list[float], marked: str) -> None:
    passages = [passage("Why a? It was b. Then c.", lead=1), passage("Then d. Then e.")]
    found = ranking.highlights(passages, np.array(scores, dtype=np.float32), 0.15)
    assert "".join(c if one else "-" for c, one in zip("abcde", found, strict=True)) == marked


def test_nothing_is_marked_where_nothing_answers() -> None:
    found = ranking.highlights([passage("Why a?", lead=1)], np.array([1.0], dtype=np.float32), 0.1)
    assert found == [False]
