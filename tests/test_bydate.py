"""Posts that are asked for by their dates."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import BagOfWords
from ownwords import bydate, notices
from ownwords.ask import Author, open_author
from ownwords.build import build
from ownwords.bydate import ByDate
from ownwords.notices import Kind
from ownwords.settings import Settings

NEWEST, OLDEST = ByDate(), ByDate(oldest_first=True)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        *((one, NEWEST) for one in (
            "최근 글 뭐야?", "가장 최근에 쓴 글은?", "최신 글 보여줘", "마지막 글이 뭐예요", "새 글 있어요?", "최근에 뭐 쓰셨어요?", "글 목록 보여줘", "what is the latest post?",
            "what's your latest post?", "your most recent articles", "what have you written lately?", "what's new?", "list all posts", "any new posts?", "글 리스트", "모든 글", "최근 글 3개만", "most recent blog post pls", "list of posts", "마지막 글 언제 썼어?", "when was your last post?")),
        *((one, OLDEST) for one in (
            "첫 글은 뭐예요?", "제일 오래된 글은?", "처음 쓴 글 보여주세요", "what was your first post about?", "the oldest post", "가장 먼저 쓴 글이 뭐예요", "what did you write first?")),
        *((one, ByDate(2018, True)) for one in (
            "2018년에 쓴 글 보여줘", "2018년 글", "2018년에 무슨 글 썼어요?", "what did you write in 2018?", "posts from 2018", "your 2018 posts")),
        *((one, None) for one in (
            "최근에 쓴 글 중에 제일 좋은 건?", "최근 글 쓰기 방법", "첫 글 쓸 때 어땠어요?", "새 글을 쓰는 방법", "2018년에 뭐 했어요?", "how did you write your first post?",
            "what did you learn recently?", "your first job", "what did you do in 2018?", "why do you write?", "최근 글 " + "좀 " * 60)),
    ],
)  # fmt: skip
def test_posts_are_asked_for_by_their_dates(question: str, wanted: ByDate | None) -> None:
    assert bydate.asked(question) == wanted


@pytest.fixture
def dated(small_site: Settings, bag_of_words: BagOfWords) -> Author:
    """The small site, whose posts have no date, and four posts that have one."""
    for day in ("2018-05-04", "2020-01-01", "2018-11-30", "2021-02-02"):
        text = f"---\ndate: {day}\n---\n# Day\n\n> Moved here later.\n\nWhat is this?\n\nOn {day} it rained long.\n\nOn {day} it stopped.\n"
        (Path(small_site.corpus) / f"{day}.md").write_text(text, encoding="utf-8")
    build(small_site, full=True, open_encoder=lambda *_: bag_of_words)
    return open_author(small_site.index, small_site)


def days(author: Author, question: str, *before: str, scope: str | None = None) -> list[str | None]:
    answer = author.ask(question, before, scope=scope)
    assert answer.notice is None and (answer.verdict == "answered") == bool(answer.quotes)
    return [quote.date for quote in answer.quotes]


def test_they_are_answered_by_how_they_begin(dated: Author) -> None:
    assert days(dated, "what's your latest post?") == ["2021-02-02", "2020-01-01", "2018-11-30"]
    assert days(dated, "첫 글은 뭐예요?") == ["2018-05-04", "2018-11-30", "2020-01-01"]
    assert days(dated, "2018년 글") == ["2018-05-04", "2018-11-30"]
    first = dated.ask("posts from 2020").quotes[0]
    assert first.text.startswith("What is this?\nOn 2020-01-01 it rained")


def test_more_of_them_are_the_next_ones(dated: Author) -> None:
    assert days(dated, "더", "최근 글 뭐야?") == ["2018-05-04"]
    assert days(dated, "and in 2020?", "what did you write in 2018?") == ["2020-01-01"]
    over = dated.ask("더", ("최근 글 뭐야?", "더"))
    assert (over.quotes, over.notice) == ((), notices.text(Kind.NO_MORE, "ko", ""))


def test_they_are_of_the_scope(dated: Author) -> None:
    (post,) = (one for one in dated.posts if one.date == "2018-11-30")
    assert days(dated, "latest post?", scope=post.id) == ["2018-11-30"]


def test_what_was_asked_before_does_not_matter(dated: Author) -> None:
    asked = days(dated, "latest post?", "how did you study for the exam?")
    assert asked == days(dated, "latest post?")


def test_a_year_without_posts_has_none(dated: Author) -> None:
    assert dated.ask("what did you write in 1999?").verdict == "none"


def test_posts_without_dates_have_no_order(small_site: Settings, bag_of_words: BagOfWords) -> None:
    build(small_site, full=True, open_encoder=lambda *_: bag_of_words)
    author = open_author(small_site.index, small_site)
    assert not any(post.date for post in author.posts)
    for asked, language in (("latest post?", "en"), ("첫 글은 뭐예요?", "ko")):
        answer = author.ask(asked)
        assert (answer.quotes, answer.notice) == ((), notices.text(Kind.HELP, language, ""))  # type: ignore[arg-type]
