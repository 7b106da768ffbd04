"""Amounts and times in questions and in sentences."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import BagOfWords
from ownwords.amounts import asks, tells
from ownwords.ask import open_author
from ownwords.build import build
from ownwords.settings import Settings


@pytest.mark.parametrize(
    "question",
    ["얼마나 걸렸어요?", "몇 살이에요?", "언제 시작했어요?", "How old are you?", "when did you move?", "what year was it?"],
)  # fmt: skip
def test_a_question_may_ask_for_an_amount(question: str) -> None:
    assert asks(question)


@pytest.mark.parametrize(
    "question",
    ["왜 그만뒀어요?", "how did you study?", "whenever?", "show many of them", "뭐 했어요?"],
)
def test_another_asks_for_none(question: str) -> None:
    assert not asks(question)


@pytest.mark.parametrize(
    "sentence",
    ["한 그릇에 280엔.", "1년 하고 두 달.", "세 번 떨어졌다.", "작년에 이사했다.", "여름에 갔다.", "반년쯤 쉬었다.", "이십 년 만이다.", "몇 번이나 물었다.", "It took three weeks.", "We met last year.", "Twice."],
)  # fmt: skip
def test_a_sentence_may_tell_one(sentence: str) -> None:
    assert tells(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "우동은 정말 많이 먹었다.",
        "한국에 살았다.",
        "I often walk.",
        "Someone came.",
        "그만두기로 했다.",
        "가장 중요한 일은 개발이다.",
        "유명한 개발자를 만났다.",
        "다양한 분야를 공부했다.",
        "부모님은 반대했다.",
        "이건 세대 차이다.",
        "하루키를 읽었다.",
        "제가 한 일이다.",
    ],
)
def test_another_tells_none(sentence: str) -> None:
    assert not tells(sentence)


FIRST, SECOND = "Carving oak boats is long work.", "An oar took nine days."


@pytest.fixture
def marked(small_site: Settings, bag_of_words: BagOfWords) -> Callable[..., list[str]]:
    """The marked sentences of the best quote for a question and the ones before it."""
    told = f"# Boats\n\n{FIRST} {SECOND} The shed was cold and dark.\n"
    (Path(small_site.corpus) / "boats.md").write_text(told, encoding="utf-8")
    build(small_site, open_encoder=lambda *_: bag_of_words)
    author = open_author(small_site.index, small_site)

    def sentences(question: str, *history: str) -> list[str]:
        quote = author.best(question, history, k=1)[0]
        return [quote.text[a:b] for a, b in quote.highlights]

    return sentences


def test_where_an_amount_is_asked_for_the_sentence_that_tells_it_is_marked(
    marked: Callable[..., list[str]],
) -> None:
    assert marked("is carving oak boats long work?") == [FIRST]
    assert marked("how long is carving oak boats work, an oar?") == [FIRST, SECOND]


def test_the_question_before_asks_for_nothing_any_more(marked: Callable[..., list[str]]) -> None:
    assert marked("why is that long work?", "how long is carving oak boats, an oar?") == [FIRST]
