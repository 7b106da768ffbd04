"""Several questions in one message."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from conftest import BagOfWords
from ownwords import notices, several
from ownwords.ask import Author, open_author
from ownwords.build import build
from ownwords.leaning import Leaning
from ownwords.notices import Kind
from ownwords.records import Answer, Quote
from ownwords.settings import Settings
from ownwords.several import Thread

VIM, TRAIN = "why did my old editor break", "was the long train to the coast late"
BOTH = f"{VIM}? And {TRAIN}?"


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("왜 그만뒀어요? 집은 언제 샀어요?", ("왜 그만뒀어요?", "집은 언제 샀어요?")), ("how did you study?  and what did it cost",) * 2,
        ("how did you study? and what did the books cost", ("how did you study?", "and what did the books cost")), ("첫째는? 둘째 아이는? 셋째 아이는요?", ("첫째는?", "둘째 아이는?", "셋째 아이는요?")),
        *((one, (one,)) for one in ("왜 그만뒀어요?", "그만뒀어요? 왜요?", "공부할때 왜?를 몇번까지 물어봐야됨", "did you fail? how so?", "a? b? c? d?", "is it so??", "how? ?")),
    ],
)  # fmt: skip
def test_the_questions_of_a_message(message: str, asked: tuple[str, ...] | str) -> None:
    assert several.questions(message) == ((asked,) if isinstance(asked, str) else asked)


def test_requests_for_more_belong_to_what_they_follow() -> None:
    assert several.thread(["a", "왜 그만뒀어요?", "더", "more please"]) == Thread(
        ("a",), "왜 그만뒀어요?", ("더", "more please")
    )
    assert several.thread(["더"]) == Thread((), "더", ())


def test_the_quotes_are_shared() -> None:
    assert [several.shares(*one) for one in ((3, 1), (3, 2), (3, 3), (5, 2))] == [
        [3], [2, 1], [1, 1, 1], [3, 2],
    ]  # fmt: skip


@pytest.fixture
def author(small_site: Settings, bag_of_words: BagOfWords) -> Author:
    """Of two posts, to a model that holds every question for one that stands by itself."""
    times = ("once", "twice", "thrice", "often", "always", "never")
    for name, said in (("vim", VIM), ("train", TRAIN)):
        text = "\n\n".join(f"## {one}\n\n{said} {one}." for one in times)
        (Path(small_site.corpus) / f"{name}.md").write_text(f"# {name}\n\n{text}\n", "utf-8")
    settings = replace(small_site, passage_chars=60)
    build(settings, full=True, open_encoder=lambda *_: bag_of_words)
    opened = open_author(settings.index, settings)
    opened._retriever._leaning = Leaning(np.zeros(bag_of_words.dimension, np.float32), -1.0)
    return opened


def posts(quotes: tuple[Quote, ...]) -> list[str]:
    return [quote.title for quote in quotes]


def test_each_is_answered(author: Author) -> None:
    answer = author.ask(BOTH)
    assert (answer.verdict, answer.question, answer.notice) == ("answered", BOTH, None)
    assert posts(answer.quotes) == ["vim", "vim", "train"]
    assert answer.confidence == min(author.ask(one).confidence for one in (VIM, TRAIN))
    assert author.best(BOTH, (), 3) == answer.quotes


def test_more_of_each_is_shown(author: Author) -> None:
    first, more = author.ask(BOTH), author.ask("more", [BOTH])
    assert posts(more.quotes) == ["vim", "vim", "train"]
    assert set(first.quotes).isdisjoint(more.quotes)
    assert author.best(BOTH, (), 6) == (*first.quotes, *more.quotes)
    over = author.ask("more", [BOTH, *["more"] * 5])
    assert (over.quotes, over.notice) == ((), notices.text(Kind.NO_MORE, "en", ""))


def test_what_is_not_answered_is_said(author: Author) -> None:
    other = f"{VIM}? what salary do pilots earn?"
    answer = author.ask(other)
    assert (answer.verdict, answer.notice) == ("answered", notices.text(Kind.PARTLY, "en", ""))
    assert answer.quotes == author.ask(f"{VIM}?").quotes
    assert author.ask("more", [other]).notice is None


def test_where_none_is_answered_nothing_is(author: Author) -> None:
    answer = author.ask("what salary do pilots earn? which beaches have sharks?")
    assert (answer.verdict, answer.quotes, answer.notice) == ("none", (), None)


def test_what_is_asked_of_the_product_is_left_out(author: Author) -> None:
    assert author.ask(f"are you a bot? {VIM}?").quotes == author.ask(f"{VIM}?").quotes


def test_what_leans_on_the_other_is_read_with_it(author: Author) -> None:
    author._retriever._leaning = Leaning(np.zeros(BagOfWords.dimension, np.float32), 1.0)
    author._retriever._leans.cache_clear()
    assert author.ask(BOTH).notice is None
    assert author._threads(BOTH, (), 3) == [[BOTH], []]


def test_what_one_asks_of_anybody_stands_by_itself(author: Author) -> None:
    author._retriever._leaning = Leaning(np.zeros(BagOfWords.dimension, np.float32), 1.0)
    author._retriever._leans.cache_clear()
    for other in ("and are you married?", "how can I contact you?"):
        answer = author.ask(f"{VIM}? {other}")
        assert (answer.verdict, answer.notice) == ("answered", notices.text(Kind.PARTLY, "en", ""))


@pytest.mark.parametrize(
    "asked",
    [
        lambda author: author.ask(BOTH, k=1),  # no room for both
        lambda author: _of_an_unknown_model(author).ask(BOTH),
    ],
)
def test_else_the_message_is_one_question(
    author: Author, asked: Callable[[Author], Answer]
) -> None:
    alone = author._answered([BOTH], 3, None, None)
    assert asked(author).confidence == alone.confidence != author.ask(VIM).confidence


def _of_an_unknown_model(author: Author) -> Author:
    author._retriever._leaning = None
    return author
