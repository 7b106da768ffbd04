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
        "![그림](a.png)\n\n<div>html</div>\n\n> 인용\n\n1. 항목\n\n[[toc]]\n\n글\n"
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
