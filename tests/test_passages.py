import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ownwords.markdown import blocks_of
from ownwords.passages import passages_of, sentence_splitter
from ownwords.records import Block, Passage, Post, Range
from ownwords.selection import one_of
from ownwords.sentences import split
from ownwords.tracked import Tracked


def post(source: str) -> Post:
    return Post("a.md", "a", "t", None, None, None, (), (), source, "utf-8", blocks_of(source))


def cut(source: str, target: int = 300) -> tuple[Passage, ...]:
    return passages_of(0, post(source), target)


@pytest.mark.parametrize(
    "sentences",
    [
        ["공부했습니다.", "다음은 무엇일까요?", "끝."],
        ["원주율은 3.14이다.", "버전 8.0을 썼다."],
        ["hudi.blog 에서 읽었다.", "index.md 파일이다."],
        ["나가지 못하게 되지 않을까? 하는 걱정이었다.", "그랬다."],
        ['그가 "왜?"라고 물었다.', "답은 없었다."],
        ["그는 (정말로.) 갔다…", "끝!"],
        ["See e.g. Dr. Kim.", "It works, i.e. well.", "Done."],
        ["1. 첫째다.", "둘째다."],
    ],
)
def test_sentences_end_where_a_reader_ends_them(sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [text[a:b] for a, b in split(text)] == sentences


def test_a_line_that_ends_like_a_sentence_is_one_and_a_wrapped_one_is_not() -> None:
    written = ["공부를 했습니다", "그리고 낮에는 교육을 들었음", "저녁에는 잤죠", "끝"]
    text = " ".join(written)
    lines = [text.index(line) for line in written]
    assert [text[a:b] for a, b in split(text, lines)] == written
    assert len(split("마케팅 업무를 진행하다, 현재는 개발자다", (0, 14))) == 1


def test_a_question_line_heads_what_follows() -> None:
    first, second = cut("앞의 글이다.\n어떻게 공부했는가?\n커뮤니티에 들어갔다.")
    assert first.text == "앞의 글이다."
    assert (second.lead, second.text) == (1, "어떻게 공부했는가? 커뮤니티에 들어갔다.")


def test_a_question_line_is_never_the_whole_of_a_passage() -> None:
    assert cut("# 제목\n\n왜 그랬을까?\n\n# 다음\n\n글이다.")[0].text == "글이다."


def test_passages_keep_to_their_section_and_kind() -> None:
    found = cut(
        "# 하나\n\n첫째다.\n\n둘째다.\n\n```\ncode\n```\n\n셋째다.\n\n> 인용이다.\n\n# 둘\n\n넷째다."
    )
    assert [(p.headings, p.kind, p.text) for p in found] == [
        (("하나",), "prose", "첫째다.\n둘째다."),
        (("하나",), "prose", "셋째다."),
        (("하나",), "set off", "인용이다."),
        (("둘",), "prose", "넷째다."),
    ]


def test_a_text_without_any_end_is_cut_all_the_same() -> None:
    assert max(len(p.text) for p in cut("가나다라 " * 1000)) <= 600


@given(
    st.lists(
        st.sampled_from(
            [
                "공부했다.",
                "**굵은 말. 더.**",
                "왜?",
                "\n",
                "\n\n",
                "- 항목",
                "# h",
                "> q",
                "e\u0301",
            ]
        )
    )
)
def test_passages_tile_the_prose(parts: list[str]) -> None:
    source = " ".join(parts)
    found = cut(source, target=20)
    for before, after in itertools.pairwise(found):
        assert before.end <= after.start
    for passage in found:
        assert passage.content.stands_in(source)
        covered = "".join(passage.text[a:b] for a, b in passage.sentences)
        assert covered.split() == passage.text.split() or "".join(covered.split()) == "".join(
            passage.text.split()
        )
        assert passage.lead < len(passage.sentences)


def test_the_splitter_fits_langchain() -> None:
    text = "첫 문장이다. 둘째 문장이다. 셋째 문장이다."
    assert sentence_splitter(18).split_text(text) == [
        "첫 문장이다. 둘째 문장이다.",
        "셋째 문장이다.",
    ]


def test_text_on_both_sides_of_an_inline_image_is_kept() -> None:
    found = cut("앞의 글이다. ![그림](a.png) 뒤의 글이다.")
    assert [word for p in found for word in p.text.split()] == [
        "앞의",
        "글이다.",
        "뒤의",
        "글이다.",
    ]
    assert not any("그림" in p.text for p in found)


def literal(text: str, atoms: tuple[Range, ...] = ()) -> Post:
    block = Block("prose", Tracked.literal(text, 0), atoms=atoms)
    return Post("a.md", "a", "t", None, None, None, (), (), text, "utf-8", (block,))


@given(st.text(max_size=300), st.integers(1, 40))
def test_any_text_is_kept_in_order_and_bounded(text: str, target: int) -> None:
    found = passages_of(0, literal(text), target)
    kept = "".join("".join(p.text.split()) for p in found)
    assert kept == "".join(text.split()) or (not found and text.strip().endswith(("?", "？")))
    for passage in found:
        assert passage.content.stands_in(text)
        assert [unicodedata.combining(passage.text[a]) for a, _ in passage.sentences[1:]] == [0] * (
            len(passage.sentences) - 1
        )


def test_a_long_run_is_never_cut_before_a_combining_mark() -> None:
    found = passages_of(0, literal("e\u0301" * 501), 25)
    assert "".join(p.text for p in found) == "e\u0301" * 501
    assert all(p.text[0] == "e" and len(p.text) <= 75 for p in found)


def test_an_emphasis_that_fits_a_passage_is_never_cut() -> None:
    text = "앞이다. " + "굵은 말, " * 5 + "끝. 뒤다."
    atom = Range(5, text.index("끝.") + 2)
    edges = {edge for p in passages_of(0, literal(text, (atom,)), 20) for edge in (p.start, p.end)}
    assert not any(atom.start < edge < atom.end for edge in edges)


@pytest.mark.parametrize("mark", ["**", "_", "~~", "`"])
def test_a_longer_one_is_cut_into_slices_without_its_marks(mark: str) -> None:
    source = f"앞이다. {mark}" + "굵은 말이다. " * 29 + f"굵은 말이다.{mark} 뒤다."
    found = cut(source, 20)
    assert [source[p.start : p.end] for p in found] == [p.text for p in found]
    assert [found[0].text, found[-1].text] == ["앞이다.", "뒤다."]
    assert max(len(p.text) for p in found) <= 40
    assert "".join("".join(p.text.split()) for p in found) == "".join(
        source.replace(mark, "").split()
    )


def test_a_long_tag_in_html_is_no_hindrance() -> None:
    source = "<p><span style=x>" + "한 문장이다. " * 60 + "</span></p>"
    found = passages_of(0, html(source))
    assert max(len(p.text) for p in found) <= 361
    assert sum(p.text.count("문장") for p in found) == 60


def test_a_head_stays_with_a_sentence_that_is_longer_than_the_target() -> None:
    first, second = cut("앞의 글이다.\n왜 그랬을까?\n" + "길고 " * 20 + "긴 말이다.", target=40)
    assert (first.text, second.lead) == ("앞의 글이다.", 1)


def test_a_list_of_questions_is_text_and_stays_bounded() -> None:
    questions = [f"{n}번째로 궁금한 것은 무엇일까?" for n in range(40)]
    found = cut("\n".join(questions), target=60)
    assert [p.text[a:b] for p in found for a, b in p.sentences] == questions
    assert max(len(p.text) for p in found) <= 120


def test_a_line_that_introduces_a_list_stays_with_its_items() -> None:
    text = (
        "가" * 78
        + "다. 방법은 다음과 같다.\n\n- 첫째 방법이다.\n- 둘째 방법이다.\n- 셋째 방법이다."
    )
    first, second = cut(text, target=80)
    assert first.text == "가" * 78 + "다."
    assert second.text.startswith("방법은 다음과 같다.\n첫째 방법이다.\n")


def test_a_colon_stays_with_what_it_announces() -> None:
    first, second = cut("One sentence here. Two here.\n\nTools such as:\n\nGit and more.", 30)
    assert (first.text, second.text) == (
        "One sentence here. Two here.",
        "Tools such as:\nGit and more.",
    )


def test_a_bold_line_leads_what_follows() -> None:
    first, second = cut("앞의 글이다.\n\n**공부한 방법**\n\n커뮤니티에 들어갔다.")
    assert first.text == "앞의 글이다."
    assert (second.lead, second.text) == (1, "공부한 방법\n커뮤니티에 들어갔다.")


def test_a_bold_line_on_top_of_its_own_paragraph_leads_it() -> None:
    (passage,) = cut("**공부한 방법:**\n커뮤니티에 들어갔다.")
    assert (passage.lead, len(passage.sentences)) == (1, 2)


def test_a_bold_sentence_or_item_is_text() -> None:
    first, second = cut("**글은 짧아야 한다.**\n\n# 둘\n\n- **짧은 글**\n- **쉬운 글**")
    assert (first.lead, first.text) == (0, "글은 짧아야 한다.")
    assert (second.lead, second.text) == (0, "짧은 글\n쉬운 글")


def test_a_bold_item_leads_what_is_nested_in_it() -> None:
    first, second = cut("- **헤더**\n  - 요청에 쓴다.\n- **본문**\n  - 값을 담는다.")
    assert [(p.lead, p.text) for p in (first, second)] == [
        (1, "헤더\n요청에 쓴다."),
        (1, "본문\n값을 담는다."),
    ]


def test_a_bold_line_over_code_is_a_heading_of_what_follows_the_code() -> None:
    first, second, third = cut(
        "# 문법\n\n앞의 글이다.\n\n**새것**\n\n```\ncode\n```\n\n이렇게 쓴다.\n\n# 끝\n\n마친다."
    )
    assert (first.headings, first.text) == (("문법",), "앞의 글이다.")
    assert (second.headings, second.text) == (("문법", "새것"), "이렇게 쓴다.")
    assert third.headings == ("끝",)


def test_a_scrap_joins_what_follows_it_too() -> None:
    assert [p.text for p in cut("짧다.\n\n" + "가" * 60 + "다.\n\n" + "나" * 70 + "다.", 70)] == [
        "짧다.\n" + "가" * 60 + "다.",
        "나" * 70 + "다.",
    ]


def test_sentences_are_shared_out_evenly() -> None:
    sentence = "가" * 48 + "다."
    assert [len(p.sentences) for p in cut(" ".join([sentence] * 8))] == [4, 4]


def test_a_run_on_without_a_full_stop_is_cut_at_clause_ends() -> None:
    clause = "아침에는 책을 읽고 점심에는 글을 쓰며 저녁에는 친구들과 길을 걷는다"
    found = cut(" ".join([clause] * 40))
    assert all(p.text.endswith("걷는다") for p in found)
    assert all(200 <= len(p.text) <= 400 for p in found)


def test_a_question_beside_an_inline_image_is_no_passage() -> None:
    found = cut("왜 그랬을까?\n![그림](a.png) 그래서 그랬다.\n")
    assert all(p.text != "왜 그랬을까?" for p in found)


def test_a_table_is_a_passage_of_its_own() -> None:
    rows = "\n".join(f"| {n}번 | {n}째 항목이다. |" for n in range(30))
    before, *tables, after = cut(
        f"앞의 글이다.\n\n| 번호 | 뜻 |\n|---|---|\n{rows}\n\n뒤의 글이다.", 100
    )
    assert (before.text, after.text) == ("앞의 글이다.", "뒤의 글이다.")
    assert (tables[0].lead, tables[1].lead) == (1, 0)
    assert [len(p.text) <= 200 for p in tables] == [True] * len(tables)
    assert [p.text[a:b] for p in tables for a, b in p.sentences] == [
        "번호\t뜻",
        *(f"{n}번\t{n}째 항목이다." for n in range(30)),
    ]
    assert [p.text.count("\n") for p in tables] == [len(p.sentences) - 1 for p in tables]
    assert {p.joint for p in tables[1:]} == {"\n"}  # a row a line


def test_nothing_stands_where_the_file_has_nothing() -> None:
    address = "https://localhost/list?" + "&".join(f"filter{n}=value{n * 7}" for n in range(40))
    source = f"Here it is: {address} and that is all. 今天很好。我们去了公园。"
    found = cut(source, 60)
    assert one_of(found).text == source
    assert all(p.text in source for p in found)


@pytest.mark.parametrize(
    ("between", "parted"),
    [
        ("<hr>", True),
        ('<img src="a.png">', True),
        ('<figure><img src="a.png"></figure>', True),
        ("<pre>1 + 2 = 3</pre>", True),
        ("<iframe src=x></iframe>", True),
        ("<video src=x></video>", True),
        ("<!-- more -->", False),
        ("</section><section>", False),
    ],
)
def test_what_parts_a_page_of_html_parts_passages(between: str, parted: bool) -> None:
    first, second = "먼저 쓴 글이다.", "나중에 쓴 글이다."
    source = f"<section><p>{first}</p>{between}<p>{second}</p></section>"
    assert [p.text for p in passages_of(0, html(source))] == (
        [first, second] if parted else [f"{first}\n{second}"]
    )
    apart = passages_of(0, html(source), 10)
    assert [p.joint for p in apart] == ([None, None] if parted else [None, "\n"])


def test_a_table_of_one_row_is_text() -> None:
    (passage,) = passages_of(
        0, html("<table><tr><td>" + "한 칸이다. " * 4 + "</td></tr></table>"), 30
    )[:1]
    assert passage.lead == 0


def html(source: str) -> Post:
    from ownwords import markup

    return Post(
        "a.html", "a", "t", None, None, None, (), (), source, "utf-8", markup.blocks_of(source)
    )


def test_short_paragraphs_of_html_are_joined() -> None:
    source = "<h2>머리</h2><p>첫째다.</p>\n<p class=b>둘째다.</p><ul><li>셋째다.</li></ul>"
    (passage,) = passages_of(0, html(source))
    assert (passage.headings, passage.text) == (("머리",), "첫째다.\n둘째다.\n셋째다.")


def test_a_passage_that_begins_inside_an_ordered_item_ends_with_it() -> None:
    items = "\n".join(f"{n}. {n}번의 첫 문장이다. {n}번의 둘째 문장이다." for n in range(1, 12))
    for passage in cut(items, 30):
        raw = items[passage.start : passage.end]
        assert (raw[0].isdigit() and (raw[1:3] == ". " or raw[2:4] == ". ")) or "\n" not in raw


def test_a_footnote_is_a_passage_of_its_own() -> None:
    assert [p.text for p in cut("글[^1]이다[^b].\n\n[^1]: 첫 각주다.\n[^b]: 둘째 각주다.")] == [
        "글이다.",
        "첫 각주다.",
        "둘째 각주다.",
    ]
