"""What is made of posts and answers: the reading page, the cards of the chat, the texts of both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ownwords.corpus import blocks_of
from ownwords.records import Block, Range
from ownwords.tracked import Tracked
from ownwords.web.cards import answer_card, marked, shown
from ownwords.web.reading import reading_page, span_of
from ownwords.web.texts import EN, KO, spoken
from web_fakes import EVIL, SOURCE, START, TEXT, FakeAuthor, make_post

SITE = "https://example.org"


def block(kind, text, **more):
    return Block(kind, Tracked.literal(text, SOURCE.find(text) if text in SOURCE else 0), **more)


def test_reading_page_of_every_kind_of_block():
    blocks = [
        Block("heading", Tracked.literal("다른 <제목>", 0), 3),
        Block("heading", Tracked.literal("아래", 0), 4),
        block("prose", TEXT),
        Block("code", Tracked.literal("a < b\n  c", 520)),
        Block("image", Tracked.literal("나무", 540)),
        Block("image", Tracked.empty()),
        Block("set off", Tracked.literal("남의 말", 550)),
        Block("set off", Tracked.literal("또", 560)),
        Block("break", Tracked.empty()),
    ]
    span = Range(START, START + 2)
    page = reading_page(make_post("a", EVIL, f"{SITE}/a/"), blocks, span, KO)
    assert f"<h1>{shown(EVIL)}</h1>" in page
    assert f'<p><mark id="quote">{TEXT[:2]}</mark>{TEXT[2:]}</p>' in page
    assert "<h2>다른 &lt;제목&gt;</h2><h3>아래</h3>" in page
    assert '<pre tabindex="0"><code>a &lt; b\n  c</code></pre>' in page
    assert '<figcaption><span lang="ko">그림:</span> 나무</figcaption>' in page
    assert page.count("<figure>") == 1
    assert "<blockquote><p>남의 말</p><p>또</p></blockquote><hr>" in page
    assert f'<link rel="canonical" href="{SITE}/a/">' in page
    assert page.count("<mark") == 1


def body_of(source, quoted="", path="a.md"):
    """The article's blocks as the reading page shows them, under the title `T`."""
    at = source.find(quoted)
    post = replace(make_post("a", "T"), path=path, source=source)
    span = Range(at, at + len(quoted)) if quoted else None
    page = reading_page(post, blocks_of(path, source), span, KO)
    return page.split("</p>", 1)[1].split("</article>")[0]


def test_lists_keep_their_depth_and_their_numbers():
    assert body_of("- a\n  - b\n- c\n") == "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"
    assert body_of("3. a\n   - b\n4. **c**\n") == (
        '<ol><li value="3">a<ul><li>b</li></ul></li><li value="4"><strong>c</strong></li></ol>'
    )
    assert (
        body_of("1. 2\n\n   3. 4\n") == '<ol><li value="1">2<ol><li value="3">4</li></ol></li></ol>'
    )
    assert body_of("- a\n\n  more\n- b\n") == "<ul><li>a<p>more</p></li><li>b</li></ul>"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("```java\na < b\n\n  c\n```\n", "a &lt; b\n\n  c"),
        ("~~~~\n```\na\n~~~~", "```\na"),
        ("```\na", "a"),
        ("```\n```", ""),
        ("    a\n", "a"),
    ],
)
def test_code_stands_without_its_fences(source, shown):
    assert body_of(source).replace("\n</code>", "</code>") == (
        f'<pre tabindex="0"><code>{shown}</code></pre>'
    )


def test_a_table_keeps_its_head_and_its_empty_cells():
    table = "|  | B |\n|---|---|\n| a | |\n| | d |\n"
    assert body_of(table, "d") == (
        '<div class="wide" tabindex="0"><table><tr><td></td><th>B</th></tr><tr><td>a</td></tr>'
        '<tr><td></td><td><mark id="quote">d</mark></td></tr></table></div>'
    )


def test_cells_of_a_quoted_table_do_not_run_together():
    card = marked("a\tb", [Range(0, 3)])
    assert card == '<mark>a<span class="ow-tab">\t</span>b</mark>'


def test_span_of():
    assert span_of("3-10") == Range(3, 10)
    assert [span_of(text) for text in (None, "", "3", "10-3", "-1-2", "３-９", "a-b")] == [None] * 7


def test_cards_say_each_verdict_and_escape_everything():
    author = FakeAuthor()
    answered, related, none, notice = (
        answer_card(author.ask(question), author.around, KO)
        for question in ("공부", "가까운", "없는", "안녕")
    )
    assert "<mark>나는 공개된 커뮤니티에서 배웠다.</mark>" in answered
    assert "앞 문단이다." in answered and '<time datetime="2023-05-01">2023년 5월 1일<' in answered
    assert "글에서 한 대목을 찾았습니다." in answered
    assert "<script" not in answered and "&lt;script&gt;" in answered
    assert '<details class="ow-related"><summary>' in related and KO.related in related
    assert "글쓴이가 이에 대해 쓴 글이 없습니다." in none and shown(EVIL) in none
    assert "<img" not in none
    assert "반갑습니다." in notice and KO.none not in notice
    assert not any("\n" in card for card in (answered, related, none, notice))
    beside = answer_card(replace(author.ask("공부"), notice="일부에 답합니다."), author.around, KO)
    assert (
        beside.index("일부에 답합니다.") < beside.index("<mark>나는 공개된")
        and KO.none not in beside
    )
    assert "Kim has not written about this." in answer_card(
        author.ask("없는"), author.around, EN, "Kim"
    )


def test_dates_and_counts_as_people_write_them():
    assert [texts.day("2023-05-01") for texts in (KO, EN)] == ["2023년 5월 1일", "1 May 2023"]
    assert [KO.day(date) for date in ("2023", "2023-13-01", "봄")] == ["2023", "2023-13-01", "봄"]
    assert [EN.count(n) for n in (1, 3)] == [
        "One passage from the author's posts.",
        "3 passages from the author's posts.",
    ]


def test_a_card_without_neighbours_offers_none():
    card = answer_card(FakeAuthor().ask("공부"), lambda *_: ("", ""), KO)
    assert "ow-around" not in card and "ow-near" not in card and "ow-copy" in card


def test_marks_are_clipped_and_merged():
    assert marked("abcd", [Range(1, 3), Range(2, 9)]) == "a<mark>bc</mark><mark>d</mark>"
    assert shown("a\r\nb\n\n<c>\x1b\0\ud800") == "a<br>b<br><br>&lt;c&gt;"


def test_language_of_a_header():
    assert spoken("ko") is spoken("fr, ko;q=0.2") is spoken("ko,en") is KO
    assert spoken(None) is spoken("") is spoken("en,ko") is spoken("ko;q=0,en;q=0.1") is EN
    assert spoken("ko;q=x") is EN


def test_both_languages_have_the_same_errors():
    assert KO.errors.keys() == EN.errors.keys()
    for texts in (KO, EN):
        assert all(
            "{" not in "".join(texts.error(c, 5)).replace('{"question', "") for c in texts.errors
        )
