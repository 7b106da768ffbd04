"""Years that a question names and a post speaks of, and what an answer makes of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from conftest import BagOfWords
from ownwords import pins, years
from ownwords.ask import open_author
from ownwords.build import build
from ownwords.settings import Settings


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2021년에는 뭘 했어요?", {2021}), ("what did you do in 2021, and in 2022?", {2021, 2022}), ("2021/22", {2021}),
        ("plans for 2024?", {2024}), ("2019년 3월", {2019}), ("how was 1999.", {1999}),
        ("2000만원", set()), ("the 2010s", set()), ("2000년대", set()), ("12020", set()), ("2,000 won", set()), ("2021.5", set()),
        ("1850", set()), ("2020 원", set()),
    ],
)  # fmt: skip
def test_the_years_that_a_text_names(text: str, found: set[int]) -> None:
    assert years.named(text) == found


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("22년에는 뭘 했어요?", "2022년에는 뭘 했어요?"), ("23년은요?", "2023년은요?"), ("22년회고", "2022년회고"), ("23년 가을엔?", "2023년 가을엔?"),
        ("22년도 목표", "2022년도 목표"), ("22년도에 쓴 글", "2022년도에 쓴 글"), ("22년 글", "2022년 글"), ("22년 5월에요", "2022년 5월에요"), ("22년말 23년초", "2022년말 2023년초"), ("22년에 한국에 갔어요?", "2022년에 한국에 갔어요?"), ("23년도요", "23년도요"),
        *((same, same) for same in ("24년에는?", "22년 동안 뭘 했어요?", "22년에 한 번", "22년째예요?", "2022년에는?", "1,022년에", "22년 다녔어요?", "22살에는?", "in 22?", "22년도 더 된 코드", "23년도 넘게", "22년에 가까운 경력", "경력 22년은요?",
                                    "향후 22년에는?", "22년말고", "22년 기준", "22년에 3번", "22년에 이르는")),
    ],
)  # fmt: skip
def test_a_short_year_is_one_that_the_posts_speak_of(question: str, read: str) -> None:
    assert years.in_full(question, lambda: frozenset({2022, 2023})) == read


def test_a_short_year_is_answered_as_the_year(
    small_site: Settings, bag_of_words: BagOfWords
) -> None:
    for year in (2022, 2023):
        text = f"# Review\n\nThe {year}년 review: {year}년에는 vim {year}년에는 vim.\n"
        (Path(small_site.corpus) / f"{year}.md").write_text(text, encoding="utf-8")
    build(small_site, full=True, open_encoder=lambda *_: bag_of_words)
    author = open_author(small_site.index, small_site)
    short = author.ask("22년에는 vim?")
    assert short.question == "22년에는 vim?"
    assert short.quotes == author.ask("2022년에는 vim?").quotes != ()
    after = [author.ask("그 다음 해에는?", [f"{year}년에는 vim?"]) for year in ("22", "2022")]
    assert after[0].quotes == after[1].quotes != short.quotes


def test_a_post_speaks_of_the_years_beside_its_date(small_site: Settings) -> None:
    post = open_author(small_site.index, small_site).posts[0]
    plain = replace(post, title="A year", source="It began in 1987.", date="2023-01-04")
    assert years.told(plain) == {1987, 2022, 2023, 2024}
    assert years.told(replace(plain, date=None, title="My 2019")) == {1987, 2019}


def test_a_year_that_no_post_speaks_of_is_not_answered(
    small_site: Settings, bag_of_words: BagOfWords
) -> None:
    text = (
        "---\ndate: 2019-05-04\n---\n# Trains\n\nThe long train to the coast was late all summer.\n"
    )
    (Path(small_site.corpus) / "trains.md").write_text(text, encoding="utf-8")
    build(small_site, full=True, open_encoder=lambda *_: bag_of_words)
    author = open_author(small_site.index, small_site)
    asked = "was the long train to the coast late all summer"
    alone, own, next_, other = (
        author.ask(f"{asked}{when}?") for when in ("", " in 2019", " in 2020", " in 2012")
    )
    assert {alone.verdict, own.verdict, next_.verdict} == {"answered"}
    assert (other.verdict, other.confidence) == ("none", years.UNTOLD)


def test_a_post_is_of_the_years_of_its_title_else_of_its_date(small_site: Settings) -> None:
    post = open_author(small_site.index, small_site).posts[0]
    review = replace(post, title="2022, a review", date="2023-01-04", source="In 2019 it began.")
    plain = replace(review, title="Vim")
    assert (years.of(review), years.of(plain), years.of(replace(plain, date=None))) == (
        {2022},
        {2023},
        frozenset(),
    )
    known = years.Known([review, plain])
    assert known.every == {2019, 2022, 2023, 2024}
    assert [known.near(asked).tolist() for asked in ([2022], [2023], [2024, 2019], [2000], [])] == [
        [2, 1], [1, 2], [1, 1], [0, 0], [0, 0],
    ]  # fmt: skip


def test_posts_of_the_year_that_is_asked_of_come_first(
    small_site: Settings, bag_of_words: BagOfWords
) -> None:
    for year in (2018, 2019, 2020):
        text = f"---\ndate: {year}-05-04\n---\n# Trains\n\nThe long train to coast {year % 7} was late all summer.\n"
        (Path(small_site.corpus) / f"trains-{year}.md").write_text(text, encoding="utf-8")
    build(small_site, full=True, open_encoder=lambda *_: bag_of_words)
    author = open_author(small_site.index, small_site)
    for year in (2018, 2019, 2020):
        first, *_ = author.ask(f"was the long train to the coast late in {year}?").quotes
        assert (first.date or "").startswith(str(year))


def test_a_year_of_the_question_before_counts_half(
    small_site: Settings, bag_of_words: BagOfWords
) -> None:
    for year in (2018, 2020):
        text = f"---\ndate: {year}-05-04\n---\n# Trains\n\nThe long train {year % 7} was late.\n"
        (Path(small_site.corpus) / f"trains-{year}.md").write_text(text, encoding="utf-8")
    build(small_site, full=True, open_encoder=lambda *_: bag_of_words)
    author = open_author(small_site.index, small_site)

    def scores(question: str, *before: str) -> dict[str | None, float]:
        quotes = author.best(question, before)
        return {quote.date: quote.score for quote in quotes if "train" in quote.text}

    own = scores("was the long train late in 2018?", "the exam in 2020?")
    behind = scores("was it late?", "the long train in 2018?")
    assert own["2018-05-04"] - own["2020-05-04"] > behind["2018-05-04"] - behind["2020-05-04"] > 0


@pytest.mark.parametrize(
    ("question", "alone"),
    [
        *((one, True) for one in (
            "2017년에는 뭐 하셨나요", "2017년에 뭐 했어요?", "2017년은 어땠어요?", "2017년은요?", "what did you do in 2017?", "what happened in 2017", "how was 2017?",
            "and what were you up to in 2017")),
        *((one, False) for one in (
            "2017년에 무슨 회사에 다녔어요?", "2017년에 산 차는 어땠어요?", "what did you learn in 2017?", "what happened in 2017 at work?", "뭐 했어요?", "why 2017?")),
    ],
)  # fmt: skip
def test_a_year_as_such_is_asked_of(question: str, alone: bool) -> None:
    assert years.as_such(question) is alone


def test_a_year_as_such_is_answered_by_its_posts_alone(
    small_site: Settings, bag_of_words: BagOfWords
) -> None:
    for day, text in (
        ("2018-05-04", "What did you do, what did you do, cried it in it."),
        ("2020-05-04", "The long train to the coast was late."),
    ):
        (Path(small_site.corpus) / f"{day}.md").write_text(
            f"---\ndate: {day}\n---\n# Day\n\n{text}\n", encoding="utf-8"
        )
    build(small_site, full=True, open_encoder=lambda *_: bag_of_words)
    author = open_author(small_site.index, small_site)
    told = author.ask("what did you do in 2020?")
    assert [quote.date for quote in told.quotes] == ["2020-05-04"]
    assert (told.verdict, told.confidence) == ("related", 0.5)
    again = "\n\n".join(f"## {one}\n\nThe {one} train was late." for one in ("red", "blue", "slow"))
    (Path(small_site.corpus) / "2021.md").write_text(
        f"---\ndate: 2021-01-01\n---\n# Day\n\n{again}\n", encoding="utf-8"
    )
    build(small_site, full=True, open_encoder=lambda *_: bag_of_words)
    author = open_author(small_site.index, small_site)
    more = author.ask("more", ["what did you do in 2021?"], k=2)
    assert (more.verdict, {quote.date for quote in more.quotes}) == ("related", {"2021-01-01"})
    none = author.ask("what did you do in 2019?")  # beside both, of neither
    assert (none.verdict, none.confidence) == ("none", years.UNTOLD)


def test_a_pin_goes_before_the_posts_of_its_year(
    small_site: Settings, bag_of_words: BagOfWords
) -> None:
    corpus = Path(small_site.corpus)
    for day in ("2018-05-04", "2020-05-04"):
        text = f"---\ndate: {day}\n---\n# Day\n\nThe long train of {day} was late.\n"
        (corpus / f"{day}.md").write_text(text, encoding="utf-8")
    pin = '[[pin]]\nquestions = ["what did you do in 2020?"]\npost = "2018-05-04"\nquote = "of 2018-05-04 was late"\n'
    pins.beside(corpus).write_text(pin, encoding="utf-8")
    build(small_site, full=True, open_encoder=lambda *_: bag_of_words)
    author = open_author(small_site.index, small_site)
    first, *_ = author.ask("what did you do in 2020?").quotes
    assert first.date == "2018-05-04"


@pytest.mark.parametrize(
    ("question", "now"),
    [
        ("지금 어디서 일하세요?", True), ("요즘 뭐 하세요?", True), ("최근에 읽은 책은?", True), ("where do you work now?", True), ("What are you currently reading?", True), ("what do you do these days", True),
        ("지금까지 쓴 글은?", False), ("어디서 일하세요?", False), ("what did you know by now?", False), ("do you know redis?", False), ("until now, why?", False),
    ],
)  # fmt: skip
def test_what_is_asked_of_now(question: str, now: bool) -> None:
    assert years.now(question) is now


def test_what_is_so_now_is_told_by_the_newest_post(
    small_site: Settings, bag_of_words: BagOfWords
) -> None:
    jobs = {"2019-02-01": "mill", "2024-06-30": "port", "2021-05-05": "quarry"}
    for day, place in jobs.items():
        text = f"---\ndate: {day}\n---\n# Of a {place}\n\nMy work is at the {place} again.\n"
        (Path(small_site.corpus) / f"{place}.md").write_text(text, encoding="utf-8")
    build(small_site, full=True, open_encoder=lambda *_: bag_of_words)
    author = open_author(small_site.index, small_site)
    found = [quote.date for quote in author.best("where is your work now?", (), 3)]
    assert found == sorted(jobs, reverse=True)
    days = ["2021-05-05", None, "2019-02-01", "2024-06-30", "2019-02-01"]
    known = years.Known([replace(author.posts[0], date=day) for day in days])
    assert known.recent.tolist() == [0.5, 0.5, 0, 1, 0]
