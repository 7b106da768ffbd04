"""Answers on two posts: notices, requests for more, the other keyboard, scope."""

from __future__ import annotations

from pathlib import Path

import pytest

from ownwords.ask import Author, open_author
from ownwords.errors import OwnwordsError
from ownwords.settings import Settings


@pytest.fixture
def author(small_site: Settings) -> Author:
    return open_author(Path(small_site.index), small_site)


def test_an_answer_quotes_the_post_verbatim(author: Author) -> None:
    first = author.ask("who read code with my classmates?").quotes[0]
    source = author.posts[[post.path for post in author.posts].index(first.post)].source
    assert source[first.start : first.end] == first.text
    assert first.title == "How I studied"


@pytest.mark.parametrize("message", ["안녕하세요", "thanks!", "what can I ask?", "dkssudgktpdy"])
def test_a_courtesy_gets_the_products_own_words(author: Author, message: str) -> None:
    answer = author.ask(message)
    assert answer.notice and not answer.quotes and answer.verdict == "none"
    assert answer.suggestions == author.suggestions


def test_a_question_gets_no_notice(author: Author) -> None:
    assert author.ask("was the street silver?").notice is None


def test_who_are_you_is_the_posts_to_answer_first(author: Author) -> None:
    answer = author.ask("who are you?")
    assert (answer.notice is None) == (answer.verdict == "answered")


def test_more_shows_the_next_places_and_never_one_again(author: Author) -> None:
    asked = "did rain fall on the old roof?"
    first = author.ask(asked, k=1).quotes
    more = author.ask("more", [asked], k=1).quotes
    assert len(first) == len(more) == 1 and first[0].post != more[0].post
    assert author.ask("more", [asked, "more"], k=1).quotes == ()


def test_scope_keeps_to_one_post(author: Author) -> None:
    (rain,) = (post for post in author.posts if post.title == "Rain")
    found = author.ask("did rain fall on the street of my classmates?", scope=rain.id)
    assert {quote.title for quote in found.quotes} <= {"Rain"}
    with pytest.raises(OwnwordsError, match="no post 'snow'"):
        author.ask("rain?", scope="snow")


def test_within_a_scope_only_its_own_passages_make_an_answer_sure(author: Author) -> None:
    rain, study = (
        next(post for post in author.posts if post.title == title)
        for title in ("Rain", "How I studied")
    )
    asked = "did rain fall on the old roof?"
    here, there = (author.ask(asked, scope=post.id) for post in (rain, study))
    assert here.verdict == "answered" and there.verdict == "none"
    assert here.confidence == author.ask(asked).confidence > there.confidence


def test_korean_keys_are_read(author: Author) -> None:
    # Nothing here is Korean: what counts is that both readings were tried and neither failed.
    assert author.ask("djEjgrp rhdqngoTskdy?").question == "djEjgrp rhdqngoTskdy?"
