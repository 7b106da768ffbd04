"""What the default model's adapter was trained on is whole: posts that are read, places that stand."""

import json
import math
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from ownwords import retrieve
from ownwords.corpus import read_corpus
from ownwords.evaluate import read_questions
from ownwords.late_interaction import Projection, TokenTable
from ownwords.settings import Settings

TRAINING = Path(__file__).parent.parent / "training"
BLOGS = sorted((TRAINING / "blogs").glob("*/*"))
FOLLOWED = [blog for blog in BLOGS if (blog / "follow_ups.jsonl").is_file()]
FORMS = {"lost", "points", "topic", "own", "none", "none-own"}


def test_no_blog_is_missing() -> None:
    assert Counter(blog.parent.name for blog in BLOGS) == {
        "first": 48,
        "second": 41,
        "third": 32,
        "fourth": 32,
        "fifth": 50,
        "sixth": 21,
        "held": 23,
    }
    assert len({blog.name for blog in BLOGS}) == len(BLOGS)


@pytest.mark.parametrize("blog", BLOGS, ids=lambda blog: blog.name)
def test_every_question_of_a_blog_can_be_learnt_from(blog: Path) -> None:
    reading = read_corpus(blog / "posts", Settings(corpus=str(blog / "posts")), date(2026, 1, 1))
    assert reading.posts
    assert not reading.problems
    questions = read_questions(blog / "questions.jsonl", reading.posts)
    assert len({question.question for question in questions}) == len(questions)
    asked = {line["id"]: line for line in lines(blog / "questions.jsonl")}
    for question in questions:
        named = asked[question.id]["gold"]
        assert len(question.gold) == len(named)
        assert [path for path, _ in question.gold] == [place["post"] for place in named]
        assert bool(named) == (question.kind == "answerable")


def test_no_follow_ups_are_missing() -> None:
    assert Counter(blog.parent.name for blog in FOLLOWED) == {
        "first": 10,
        "second": 19,
        "third": 24,
        "fourth": 24,
        "fifth": 11,
        "sixth": 21,
        "held": 10,
    }


@pytest.mark.parametrize("blog", FOLLOWED, ids=lambda blog: blog.name)
def test_every_follow_up_of_a_blog_can_be_learnt_from(blog: Path) -> None:
    reading = read_corpus(blog / "posts", Settings(corpus=str(blog / "posts")), date(2026, 1, 1))
    questions = read_questions(blog / "follow_ups.jsonl", reading.posts)
    asked = {line["id"]: line for line in lines(blog / "follow_ups.jsonl")}
    assert len(asked) == len(questions) >= 20
    assert {line["form"] for line in asked.values()} == FORMS
    for question in questions:
        named, form = asked[question.id]["gold"], asked[question.id]["form"]
        assert question.history
        assert [path for path, _ in question.gold] == [place["post"] for place in named]
        assert bool(named) == (question.kind == "followup") == (not form.startswith("none"))


def test_questions_on_korquad_name_its_paragraphs() -> None:
    questions = lines(TRAINING / "korquad_questions.jsonl")
    assert len(questions) == 964
    assert {question["lang"] for question in questions} == {"ko", "en"}
    assert all(0 <= question["paragraph"] < 964 for question in questions)


@pytest.fixture
def training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(TRAINING))


def test_tokens_count_in_training_as_they_do_in_an_index(training: None) -> None:
    from data import Site, Texts

    passages = [np.array(ids, dtype=np.int32) for ids in ([5, 6, 6], [6, 7], [6])]
    asked = np.array([6, 5, 9], dtype=np.int32)
    flat = np.zeros((0, 8), dtype=np.float32)
    none = Texts(flat, np.array([], dtype=np.int32), np.zeros(4, dtype=int), 0)
    known = Counter(int(one) for own in passages for one in set(own))
    question = Texts(None, np.array([0, *asked, 2]), np.array([0, 5]), 1)
    site = Site("three", none, none, question, [], [], [], None, known, [3])
    projection = Projection.fit(np.eye(8, dtype=np.float32))
    table = TokenTable.build(
        projection, [np.zeros((len(own), projection.width), np.uint8) for own in passages], passages
    )
    assert site.weights(question, 0).numpy() == pytest.approx(table.weights(asked))
    asked_before = replace(site, questions=question, own=[1])
    weights = table.weights(asked) * np.array([retrieve.EARLIER, retrieve.EARLIER, 1])
    found = asked_before.weights(question, 0).numpy()
    assert found == pytest.approx(weights / weights.sum())


def test_the_loss_wants_what_answers_above_the_bar_and_the_rest_below(training: None) -> None:
    import torch
    from model import Scale

    scale = Scale(0.0, 0.0)  # scores are logits, and the bar's is 0
    scores = torch.tensor([[2.0, 1.0], [0.5, -1.0]])
    right = torch.tensor([[True, False], [False, False]])
    unsure = torch.zeros(2, 2, dtype=torch.bool)
    order = math.log(math.exp(2) + math.exp(1)) - 2
    above = math.log(math.exp(2) + math.exp(1) + 1) - 2
    wrong = [math.log(math.exp(1) + 1), math.log(math.exp(0.5) + math.exp(-1) + 1)]
    wanted = order + 0.5 * (above + 0.5 * wrong[0]) + 0.5 * wrong[1]
    assert scale.loss(scores, right, unsure, 0.5).item() == pytest.approx(wanted, abs=1e-4)
    # A passage that says neither takes part in nothing.
    neither = torch.tensor([[False, True], [False, False]])
    kept = 0.5 * (math.log(math.exp(2) + 1) - 2) + 0.5 * wrong[1]
    assert scale.loss(scores, right, neither, 0.5).item() == pytest.approx(kept, abs=1e-3)


def lines(path: Path) -> list[dict]:  # type: ignore[type-arg]
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
