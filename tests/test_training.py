"""What the default model's adapter was trained on is whole: posts that are read, places that stand."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from ownwords.corpus import read_corpus
from ownwords.evaluate import read_questions
from ownwords.settings import Settings

TRAINING = Path(__file__).parent.parent / "training"
BLOGS = sorted((TRAINING / "blogs").glob("*/*"))


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


def test_questions_on_korquad_name_its_paragraphs() -> None:
    questions = lines(TRAINING / "korquad_questions.jsonl")
    assert len(questions) == 964
    assert {question["lang"] for question in questions} == {"ko", "en"}
    assert all(0 <= question["paragraph"] < 964 for question in questions)


def lines(path: Path) -> list[dict]:  # type: ignore[type-arg]
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
