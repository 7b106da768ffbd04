import pytest

from ownwords.markup import blocks_of
from ownwords.records import QUOTABLE


def quotable(source: str) -> list[tuple[str, str]]:
    return [(b.kind, b.content.text) for b in blocks_of(source) if b.kind in QUOTABLE]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<p>가 &amp; 나 &#44032; 끝</p>", "가 & 나 가 끝"),
        ("<p>가<br>나</p>", "가\n나"),
        ("<p>가\r\n  나</p>", "가 나"),
        ('<p>가 <a href="x>y">나</a> 다', "가 나 다"),
        ("<p>가<script>x</script></p>", "가"),
        ("<div hidden>x</div><p>가</p>", "가"),
        ('<div style="display: none">x</div><p>가</p>', "가"),
        ("<nav><ul><li>x</nav><p>가</p>", "가"),
    ],
)
def test_a_reader_sees_the_text_without_its_markup(source: str, text: str) -> None:
    assert quotable(source) == [("prose", text)]
    assert all(block.content.stands_in(source) for block in blocks_of(source))


def test_a_broken_declaration_raises_nothing() -> None:
    assert quotable("<p>가</p><![-x><p>나</p>") == [("prose", "가"), ("prose", "나")]


def test_only_the_article_counts_where_there_is_one() -> None:
    source = "<p>밖</p><main><p>안</p><li>항목</li><blockquote><p>인용</p></blockquote></main>"
    assert quotable(source) == [("prose", "안"), ("item", "항목"), ("set off", "인용")]


def test_a_slice_takes_its_markup_with_it() -> None:
    source = "<p><b>가</b> 나 <i>다</i></p>"
    (block,) = blocks_of(source)
    assert source[block.content.start : block.content.end] == "<b>가</b> 나 <i>다</i>"
    assert [block.content.text[a:b] for a, b in block.atoms] == ["가", "다"]


def test_places_count_past_front_matter() -> None:
    source = "---\r\ntitle: t\r\n---\r\n<h2>머리</h2>\r\n<p>글</p>"
    heading, prose = blocks_of(source, 3)
    assert (heading.kind, heading.level) == ("heading", 2)
    assert prose.content.start == source.index("글")
