"""Scores → the quotes of an answer."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from conftest import passage
from ownwords.markdown import blocks_of
from ownwords.passages import passages_of
from ownwords.records import Passage, Post, Range
from ownwords.selection import Rows, Selection, ahead, behind, flat
from ownwords.tracked import Tracked


def post(source: str) -> Post:
    return Post("a.md", "a", "t", None, None, None, (), (), source, "utf-8", blocks_of(source))


def quotes(
    scores: Sequence[float],
    passages: Sequence[Passage],
    k: int,
    answers: int = 1,
    target: int = 300,
) -> tuple[Rows, ...]:
    return Selection(passages, target).quotes(np.array(scores, dtype=np.float32), k, answers)


def rows(scores: Sequence[float], passages: Sequence[Passage], k: int) -> list[int]:
    return flat(quotes(scores, passages, k))


def test_a_passage_is_parted_between_two_sentences() -> None:
    whole = passage("Why so? It rained. I stayed.", lead=1)
    last = behind(whole, 19)
    assert last and (last.text, last.start, last.lead) == ("I stayed.", 19, 0)
    assert last.sentences == (Range(0, 9),)
    first = ahead(whole, 19)
    assert first and (first.text, first.end, first.lead) == ("Why so? It rained.", 18, 1)
    assert behind(whole, 0) is ahead(whole, 28) is whole
    assert behind(whole, 20) is ahead(whole, 6) is None


def test_what_follows_a_question_line_comes_with_its_answer() -> None:
    passages = [
        replace(one, content=Tracked.literal(one.text, 100 * row))
        for row, one in enumerate(
            [
                passage("It rained all day long here."),
                passage("How did I study? I joined every community.", lead=1),
                passage("Then a course by day taught python."),
                passage("Lectures on algebra came later on."),
                passage("A job was found in another town."),
            ]
        )
    ]
    scores = [4, 5, 1, 2, 3]
    assert rows(scores, passages, 3) == [1, 2, 3]
    assert rows(scores, passages, 4) == [1, 2, 3, 0]
    # Not where the question line's passage is not the best, nor beyond its section.
    assert rows([6, 5, 1, 2, 3], passages, 3) == [0, 1, 4]
    parted = [*passages[:3], replace(passages[3], headings=("Later",)), passages[4]]
    assert rows(scores, parted, 3) == [1, 2, 0]


def test_what_follows_a_question_line_is_shown_only_if_it_has_a_score() -> None:
    lead = passage("How did I study? I joined every community.", lead=1)
    after = replace(
        passage("Then a course by day."), content=Tracked.literal("Then a course by day.", 100)
    )
    scores = [5, -np.inf]
    assert rows(scores, [lead, after], 3) == [0]


def test_no_sentence_is_shown_twice_but_those_that_say_nothing() -> None:
    first = passage("A long walk by the river ended well. It was good.")
    again = passage("It rained. A long walk, by the River ended well.", post=1)
    other = passage("Bread was baked on the third of May. It was good.", post=2)
    scores = [3, 2, 1]
    assert rows(scores, [first, again, other], 3) == [0, 2]


@pytest.mark.parametrize(
    ("sentence", "twice"),
    [("I studied at dawn.", False), ("새벽에 공부했다.", False), ("I loved it.", True), ("정말 좋았다.", True)],
)  # fmt: skip
def test_a_short_sentence_may_come_again_if_it_says_nothing(sentence: str, twice: bool) -> None:
    both = [passage(f"{sentence} Rain fell."), passage(f"Snow lay on roofs. {sentence}", post=1)]
    assert rows([2, 1], both, 2) == ([0, 1] if twice else [0])


STORY = """# Walks

The first walk went up the hill. It took a whole day of rain.

The second walk went down to the sea, by train.

- The third walk was short, and there was no lamp.

```
a map
```

The fourth walk ended at home before the night.

Why did I walk at all?
I wanted to see how far the sea is.

## Company

My brother walked with me, and so did the dog.
"""


@pytest.fixture
def story() -> tuple[Passage, ...]:
    """A paragraph of two passages, one, a list, one behind code, one that opens with a question of the
    author's, and one of another section."""
    return passages_of(0, post(STORY), 50)


def test_passages_know_what_they_go_on_from(story: tuple[Passage, ...]) -> None:
    assert [(one.text[:12], one.joint) for one in story] == [
        ("The first wa", None),
        ("It took a wh", " "),  # the same paragraph goes on
        ("The second w", "\n"),
        ("The third wa", "\n"),
        ("The fourth w", None),  # code stands between
        ("Why did I wa", None),  # a question line begins anew
        ("My brother w", None),
    ]


def test_passages_side_by_side_are_one_quote(story: tuple[Passage, ...]) -> None:
    scores = [3, 6, 4, 0, 2, 1, 5]
    # The third goes on from the best, the first ends where it begins; their places go to the next.
    assert quotes(scores, story, 3, target=70) == ((0, 1, 2), (6,), (4,))
    one = Selection(story, 70).quote((0, 1, 2))
    assert one.text == (
        "The first walk went up the hill. It took a whole day of rain.\n"
        "The second walk went down to the sea, by train."
    )
    assert one.content.stands_in(STORY)
    assert [one.text[a:b] for a, b in one.sentences] == [
        "The first walk went up the hill.",
        "It took a whole day of rain.",
        "The second walk went down to the sea, by train.",
    ]


def test_a_quote_is_no_longer_than_twice_the_target(story: tuple[Passage, ...]) -> None:
    scores = [3, 2, 1, 0, 0, 0, 0]
    both = "The first walk went up the hill. It took a whole day of rain."
    assert quotes(scores, story, 2, target=len(both) // 2 + 1) == ((0, 1), (2,))
    assert quotes(scores, story, 2, target=len(both) // 2) == ((0,), (1,))


def test_a_passage_between_two_quotes_makes_one_of_them(story: tuple[Passage, ...]) -> None:
    scores = [6, 4, 5, 0, 2, 1, 3]
    assert quotes(scores, story, 3, target=70) == ((0, 1, 2), (6,), (4,))
    # Where that is too long, of the better one.
    assert quotes(scores, story, 3, target=50) == ((0, 1), (2,), (6,))


def test_what_was_shown_before_is_not_joined_later(story: tuple[Passage, ...]) -> None:
    scores = [9, 2, 1, 3, 4, 5, 8]
    first = quotes(scores, story, 2)
    assert first == ((0,), (6,))
    # The second passage goes on from the first, which stands in the answer before.
    assert quotes(scores, story, 2, 3) == (*first, (5,), (4,), (1, 2, 3))


def test_passages_that_have_no_score_join_nothing(story: tuple[Passage, ...]) -> None:
    scores = [2, -np.inf, 1, -np.inf, -np.inf, -np.inf, -np.inf]
    assert quotes(scores, story, 3) == ((0,), (2,))


def test_the_same_sentence_in_another_normal_form_is_the_same() -> None:
    told = "그날부터 매일 아침 수학 강의를 들었다."
    passages = [passage(told), passage(unicodedata.normalize("NFD", told), post=1)]
    assert rows([2, 1], passages, 3) == [0]
