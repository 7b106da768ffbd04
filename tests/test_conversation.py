"""What a question owes to the ones before it."""

from __future__ import annotations

import pytest

from ownwords.conversation import asked_before, leaning, points_back, wants_more


@pytest.mark.parametrize(
    "question",
    [
        "그 다음에는?", "왜요?", "and why did you leave?", "was it hard?", "그분들한테 뭘 물어보셨어요?",
        "거기 참가비는 얼마였나요", "그럼 단점은요", "근데 요청 하나가 영영 안끝나면요?", "그래서 어떻게 끝났어요?",
        "and its drawbacks?", "any example of it?", "what about the other one?", "예를 들면?", "더 자세히",
        "why not?", "그 방식 메모리 쪽으로는 단점 없나요?",
    ],
)  # fmt: skip
def test_wordings_that_point_back(question: str) -> None:
    assert points_back(question)


@pytest.mark.parametrize(
    "question",
    [
        "처음 회사에서는 어떤 일을 맡으셨나요?", "which languages did you learn first?", "어떻게 공부했나요?",
        "그래프 이론은 어디에 쓰나요?", "저축은 얼마나 하셨어요?", "이력서는 어떻게 쓰셨나요?", "더블 버퍼링이 뭐예요?",
        "why did he become a developer?", "is it risky to quit a job?", "is there really demand for developers?",
        "왜 개발자가 되셨나요?", "글을 왜 그렇게 꾸준히 올리시나요?",
    ],
)  # fmt: skip
def test_wordings_that_stand_alone(question: str) -> None:
    assert not points_back(question)


@pytest.mark.parametrize(
    ("question", "more"),
    [
        ("더 자세히", True), ("더 알려주세요", True), ("좀 더 자세히 얘기해주세요", True), ("another example", True), ("more", True),
        ("tell me more", True), ("any other examples?", True), ("다른 예시 보여줘", True), ("또 있어요?", True),
        ("더 좋은 방법은 없었나요?", False), ("다른 회사도 지원하셨나요?", False), ("what more could a visitor want?", False),
        ("더 큰 회사로 옮길 생각은 없으세요?", False), ("more details please", True),
    ],
)  # fmt: skip
def test_wordings_that_ask_for_more(question: str, more: bool) -> None:
    assert wants_more(question) is more


def test_more_is_about_the_last_question_that_was_one() -> None:
    assert asked_before("왜 그만뒀나요?", ("a",)) == ("왜 그만뒀나요?", ("a",), 0)
    assert asked_before("더 자세히", ("a", "b")) == ("b", ("a",), 1)
    assert asked_before("more", ("a", "b", "another example")) == ("b", ("a",), 2)
    assert asked_before("더 자세히", ()) == ("더 자세히", (), 0)


def test_history_is_taken_as_far_as_it_leans_itself() -> None:
    assert leaning(()) == ()
    assert leaning(("처음 회사에서는 어떤 일을 하셨나요?", "왜요?")) == (
        "처음 회사에서는 어떤 일을 하셨나요?",
        "왜요?",
    )
    assert leaning(
        ("오래 전 질문은 무엇이었을까요?", "어떤 책을 제일 많이 읽으셨나요?", "더 알려주세요")
    ) == ("어떤 책을 제일 많이 읽으셨나요?",)
