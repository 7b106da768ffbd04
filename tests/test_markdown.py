import re

import mistune
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ownwords.markdown import blocks_of
from ownwords.records import QUOTABLE


def texts(source: str, kind: str) -> list[str]:
    return [block.content.text for block in blocks_of(source) if block.kind == kind]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("한 줄을\n다음 줄에 잇는다", "한 줄을 다음 줄에 잇는다"),
        ("a [링크](http://x.y/z) 끝", "a 링크 끝"),
        ("[b][r] 끝\n\n[r]: /x", "b 끝"),
        ("**굵은** *말*과 `code`", "굵은 말과 code"),
        ("a &amp; b &lt; c \\*d\\*", "a & b < c *d*"),
        ("<http://x.y> 참고", "http://x.y 참고"),
        ("앞 ![그림](a.png) 뒤", "앞  뒤"),
        ("한글 <b>굵게</b> 끝", "한글 굵게 끝"),
    ],
)
def test_a_reader_sees_the_text_without_its_markup(source: str, text: str) -> None:
    (block,) = blocks_of(source)
    assert (block.kind, block.content.text) == ("prose", text)
    assert block.content.stands_in(source)


def test_a_blank_just_inside_a_link_leaves_the_link_whole() -> None:
    source = "글 [이름 ](http://x.y)"
    (block,) = blocks_of(source)
    assert block.content.text == "글 이름"
    assert source[block.content.start : block.content.end] == source


def test_what_is_not_prose_is_not_quoted() -> None:
    source = (
        "# 제목\n\n- [하나](#a)\n- [둘](#b)\n\n```py\ncode\n```\n\n    indented\n\n"
        "![그림](a.png)\n\n<nav>html</nav>\n\n> 인용\n\n1. 항목\n\n[[toc]]\n\n글\n"
    )
    assert [b.content.text for b in blocks_of(source) if b.kind in QUOTABLE] == [
        "인용",
        "항목",
        "글",
    ]
    assert texts(source, "set off") == ["인용"]
    assert texts(source, "item") == ["항목"]
    assert texts(source, "heading") == ["제목"]


def test_places_count_from_the_file_with_its_newlines_and_bom() -> None:
    source = "\ufeff첫 줄\r\n둘째 **줄**\r\n\r\n> 인\r\n> 용\r\n"
    first, second = blocks_of(source)
    assert source[first.content.start : first.content.end] == "첫 줄\r\n둘째 **줄**"
    assert source[second.content.start : second.content.end] == "인\r\n> 용"


def quotable(source: str, mdx: bool = False) -> list[tuple[str, str]]:
    found = blocks_of(source, mdx=mdx)
    assert all(block.content.stands_in(source) for block in found)
    return [(block.kind, block.content.text) for block in found if block.kind in QUOTABLE]


def test_a_table_is_read_by_rows() -> None:
    source = (
        "앞.\n\n| 이름 | 뜻 |\n|---|:-:|\n| `a` | **첫째**다. |\n| b\\|c | d |\n| | 홀로 |\n\n뒤."
    )
    assert quotable(source) == [
        ("prose", "앞."),
        ("table", "이름\t뜻\na\t첫째다.\nb|c\td\n홀로"),
        ("prose", "뒤."),
    ]
    table = next(block for block in blocks_of(source) if block.kind == "table")
    raw = source[table.content.start : table.content.end]
    assert raw == source[source.index("| 이름") : source.index("\n\n뒤")]
    assert [table.content.text[a:b] for a, b in table.atoms] == ["a", "첫째"]
    assert [table.content.text[at:][:2] for at in table.lines] == ["이름", "a\t", "b|", "홀로"]


def test_a_table_in_a_list_or_a_quote_or_without_outer_bars_is_read_too() -> None:
    assert quotable("a | b\n--|--\n1 | 2") == [("table", "a\tb\n1\t2")]
    assert quotable("> a | b\n> --|--\n> 1 | 2") == [("set off", "a\tb\n1\t2")]
    assert quotable("- x\n\n  | a | b |\n  |--|--|\n  | 1 | 2 |")[1] == ("table", "a\tb\n1\t2")


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<details>\n<summary>더</summary>\n\n속의 **글**.\n\n</details>",
         [("prose", "더"), ("prose", "속의 글.")]),
        ("<div class=note>\n<p>상자의 <b>글</b> &amp; 끝.</p>\n</div>", [("prose", "상자의 글 & 끝.")]),
        ("<nav>\n\n- 메뉴\n\n</nav>\n\n글.", [("prose", "글.")]),
        ("<aside>\n\n| a | b |\n|--|--|\n\n</aside>\n\n글.", [("prose", "글.")]),
        ("<blockquote>\n\n남의 글.\n\n</blockquote>\n\n내 글.", [("set off", "남의 글."), ("prose", "내 글.")]),
        ("> <p>남의\n> 글.</p>", [("set off", "남의 > 글.")]),
        ("<script>\nvar a = 1;\n</script>\n\n글.", [("prose", "글.")]),
        ("<style>p { }</style>\n\n<pre>\ncode\n</pre>\n\n글.", [("prose", "글.")]),
        ("<!-- 지운 글 -->\n\n글.", [("prose", "글.")]),
        ("<iframe src=x title=영상></iframe>\n\n글.", [("prose", "글.")]),
        ("<table>\n<tr><td>가</td><td>나</td></tr>\n</table>", [("table", "가\t나")]),
    ],
)  # fmt: skip
def test_prose_in_html_blocks_is_read_and_nothing_else_of_them(
    source: str, found: list[tuple[str, str]]
) -> None:
    wanted = [(kind, text.replace("> ", "")) for kind, text in found]
    assert quotable(source) == wanted


def test_a_block_of_html_keeps_its_places() -> None:
    source = "---\r\na: b\r\n---\r\n> <p>첫\r\n> 글.</p>\r\n"
    (block,) = blocks_of(source, 3)
    assert source[block.content.start : block.content.end] == "첫\r\n> 글."


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("가<br>나<br/>\n다", "가\n나\n다"),
        ("가 <script>alert('x')</script>나", "가 나"),
        ("가 **<style>b</style> 나** 다", "가  나 다"),
        ('가 {{< ref "x" >}}나', "가 나"),
        ("가 {% youtube x %}나 {{% hint %}}다", "가 나 다"),
        ("{% note %}\n적어 둔다.\n{% endnote %}", "적어 둔다."),
        ("글이다.\n{: .lead}", "글이다."),
        ("가 {{ 나 }} {다}", "가 {{ 나 }} {다}"),
        ("가 [나]({{ site.url }}/다) 라", "가 나 라"),
        ("가 ![나]({{ site.url }}/{{ a }}/b.png) [다]( {{site.baseurl}}/라) 마", "가  다 마"),
        ('[가]({{ site.url }}/나 "다 {{ 라 }}") 마', "가 마"),
        ("가 `[나]({{ site.url }}/다)` 라", "가 [나]({{ site.url }}/다) 라"),
        ("[가](나 {{ 다 }} 라)", "[가](나 {{ 다 }} 라)"),
        ("가\ufdd0나 `[다]({{ x\ufdd0}})`", "가\ufdd0나 [다]({{ x\ufdd0}})"),
        ("글[^1]이다[^없음].\n\n[^1]: ", "글이다[^없음]."),
    ],
)
def test_what_a_generator_reads_is_not_quoted(source: str, text: str) -> None:
    assert quotable(source) == [("prose", text)]


@pytest.mark.parametrize(
    ("address", "href"),
    [("{{ site.url }}/다", "/%EB%8B%A4"), ("{{site.baseurl}}/x", "/x"), ("{{ page.next }}/x", ""), ("/{{ a }}", ""), ("/x", "/x")],
)  # fmt: skip
def test_where_a_link_at_liquids_address_goes(address: str, href: str) -> None:
    (block,) = blocks_of(f"[가]({address})")
    assert [style.href for style in block.styles] == [href]


def test_a_picture_at_liquids_address_is_a_picture() -> None:
    source = "![표지]({{ site.url }}/표지.png)"
    assert texts(source, "image") == ["표지"]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("일정 **임계치(threshold)**를 넘는다", "일정 임계치(threshold)를 넘는다"),
        ("**'오픈소스'**가 좋다", "'오픈소스'가 좋다"),
        ("그는**“왜?”**라고 물었다", "그는“왜?”라고 물었다"),
        ("가~~(나)~~다", "가(나)다"),
        ("これは**「強調」**です", "これは「強調」です"),
        ("가 ** 나** 다", "가 ** 나** 다"),
        ("2 * 3(가) * 나", "2 * 3(가) * 나"),
        ("a**(b)**c", "a**(b)**c"),
        ("snake_(가)_나", "snake_(가)_나"),
        ("**가", "**가"),
    ],
)
def test_emphasis_may_end_between_a_mark_and_a_korean_ending(source: str, text: str) -> None:
    assert quotable(source) == [("prose", text)]


def test_a_headings_own_id_is_no_part_of_it() -> None:
    assert texts("## 머리 {#head}\n\n글", "heading") == ["머리"]


@pytest.mark.parametrize(
    "source",
    [
        "{% highlight python %}\ncode\n\nmore code\n{% endhighlight %}",
        "{{< highlight go >}}\ncode\n\nmore\n{{< /highlight >}}",
        "{%- codeblock -%}\ncode\n{%- endcodeblock -%}",
    ],
)
def test_code_between_shortcodes_is_code(source: str) -> None:
    assert quotable(f"앞.\n{source}\n뒤.") == [("prose", "앞."), ("prose", "뒤.")]
    assert texts(source, "code") == [source]


def test_a_shortcode_that_is_never_closed_is_dropped_alone() -> None:
    assert quotable("{% highlight python %}\n글이다.") == [("prose", "글이다.")]


def test_footnotes_are_quoted_without_their_marks() -> None:
    source = "글[^1]이다.[^long]\n\n[^1]: 첫 각주\n다음 줄.\n[^long]: 둘째 **각주**.\n"
    assert quotable(source) == [
        ("prose", "글이다."),
        ("item", "첫 각주 다음 줄."),
        ("item", "둘째 각주."),
    ]


def test_a_table_of_contents_of_kramdown_is_not_quoted() -> None:
    assert quotable("* TOC\n{:toc}\n\n글.") == [("prose", "글.")]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ('<Callout type="x" on={() => { a > b }}>\n**굵은** 글.\n</Callout>', "굵은 글."),
        ("글 {props.name} 끝 {/* 적어 둠 */}.", "글  끝 ."),
        ("<>글</>", "글"),
        ("    들여 쓴 글.", "들여 쓴 글."),
        ("a < b 이고 c > d", "a < b 이고 c > d"),
    ],
)
def test_tags_and_expressions_of_mdx_are_not_quoted(source: str, text: str) -> None:
    assert quotable(source, mdx=True) == [("prose", text)]


def test_an_image_is_its_alternative_text_and_not_quoted() -> None:
    source = "![첫 그림](a.png) [![둘째](b.png)](c)\n\n![](d.png)\n"
    assert texts(source, "image") == ["첫 그림 둘째", ""]
    assert quotable(source) == []


def test_an_ordered_item_carries_its_number() -> None:
    source = "1. 하나.\n2. 둘.\n   1. 안."
    raw = [source[b.content.start : b.content.end] for b in blocks_of(source)]
    assert raw == ["1. 하나.", "2. 둘.", "   1. 안."]


WORD = st.sampled_from(
    ["글", "공부했다", "한글", "e\u0301", "👩‍👩‍👧", "word", "3.14", "A&amp;B", "\\*", "`code`", "**굵은 말**",
     "_기울임_", "[링크](http://x.y)", "[이름][ref]", "~~지운~~", "<http://a.b>", "가나다."]
)  # fmt: skip
LINE = st.lists(WORD, min_size=1, max_size=5).map(" ".join)
PARAGRAPH = st.lists(LINE, min_size=1, max_size=3)
BLOCK = st.one_of(
    PARAGRAPH.map("\n".join),
    PARAGRAPH.map(lambda lines: "\n".join("> " + line for line in lines)),
    PARAGRAPH.map(lambda lines: "\n".join("- " + line for line in lines)),
    PARAGRAPH.map(lambda lines: "```\nSECRET " + "\n".join(lines) + "\n```"),
    LINE.map("## {}".format),
)
REFERENCE = "\n\n[ref]: /target\n"


def rendered(markdown: str) -> str:
    import html

    made = mistune.create_markdown(escape=False, plugins=["strikethrough"])(markdown + REFERENCE)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", str(made))).split())


def squeezed(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=150, deadline=None)
@given(st.lists(BLOCK, min_size=1, max_size=5), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_a_slice_rendered_by_another_renderer_reads_as_the_text(
    parts: list[str], newline: str, bom: bool
) -> None:
    source = "\ufeff" * bom + ("\n\n".join(parts) + REFERENCE).replace("\n", newline)
    for block in blocks_of(source):
        if block.kind in QUOTABLE:
            raw = source[block.content.start : block.content.end]
            assert "SECRET" not in raw
            assert squeezed(rendered(raw.replace("\r\n", "\n"))) == squeezed(block.content.text)
