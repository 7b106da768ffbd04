import pytest

from ownwords.markup import Fragments, blocks_of
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


def test_a_table_is_read_by_rows() -> None:
    source = (
        "<p>앞</p><table>\n<thead><tr><th>이름</th><th>뜻</th></tr></thead>\n<tbody>"
        "<tr><td><p>가</p><p>나</p></td>\n <td>다<br>라</td></tr></tbody></table><p>뒤</p>"
    )
    assert quotable(source) == [
        ("prose", "앞"),
        ("table", "이름\t뜻\n가 나\t다 라"),
        ("prose", "뒤"),
    ]
    table = next(block for block in blocks_of(source) if block.kind == "table")
    raw = source[table.content.start : table.content.end]
    assert (raw[:4], raw[-5:]) == ("<tr>", "</tr>")
    assert [table.content.text[at:][:2] for at in table.lines] == ["이름", "가 "]
    assert table.content.stands_in(source)


@pytest.mark.parametrize(
    "contents",
    [
        '<ul><li><a href="#a">하나</a></li><li><a href="#b">둘</a><ul><li><a href="#c">셋</a></li></ul></li></ul>',
        '<div class="post toc"><p>차례</p></div>',
        '<ul id="markdown-toc"><li>차례</li></ul>',
        '<div role="navigation">메뉴</div>',
        '<table><tr><td class="gutter">1</td><td class="code"><pre>code</pre></td></tr></table>',
    ],
)
def test_contents_and_navigation_are_not_quoted(contents: str) -> None:
    assert quotable(f"<p>앞</p>{contents}<p>뒤</p>") == [("prose", "앞"), ("prose", "뒤")]


def test_a_list_of_links_to_elsewhere_is_quoted() -> None:
    source = '<ul><li><a href="#a">하나</a></li><li><a href="http://x.y">둘</a></li></ul>'
    assert quotable(source) == [("item", "하나"), ("item", "둘")]


def test_a_mark_around_an_entity_keeps_its_block() -> None:
    source = "<p><b>&#44032;나</b></p>"
    (block,) = blocks_of(source)
    assert (block.content.text, source[block.content.start : block.content.end]) == (
        "가나",
        "<b>&#44032;나</b>",
    )


def test_fragments_remember_what_is_open() -> None:
    fragments = Fragments()
    assert [block.content.text for block in fragments.read("<nav>메뉴")] == []
    assert fragments.hidden
    assert [block.content.text for block in fragments.read("더</nav><blockquote>글")] == ["글"]
    assert (fragments.hidden, fragments.set_off) == (False, True)


def test_an_image_is_its_alternative_text_and_not_quoted() -> None:
    source = '<p><img src=a alt="그림 &amp; 글"></p><p>글</p>'
    assert [(b.kind, b.content.text) for b in blocks_of(source)] == [
        ("image", "그림 & 글"),
        ("prose", "글"),
    ]


def test_end_tags_may_be_left_out() -> None:
    source = "<p>가<p>나<ul><li>다<li>라<ul><li>마</ul></ul><table><tr><td>바<td>사<tr><td>아</table><p>자"
    assert quotable(source) == [
        *(("prose", text) for text in "가나"),
        *(("item", text) for text in "다라마"),
        ("table", "바\t사\n아"),
        ("prose", "자"),
    ]
    assert [block.level for block in blocks_of(source) if block.kind == "item"] == [1, 1, 2]
