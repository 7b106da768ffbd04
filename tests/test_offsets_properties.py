"""Any cut outside an atom, rendered alone by another renderer, reads as the quote says."""

import html
import re
from itertools import pairwise

import mistune
from hypothesis import given, settings
from hypothesis import strategies as st

from ownwords.markdown import blocks_of
from ownwords.passages import passages_of
from ownwords.records import QUOTABLE, Block, Post
from ownwords.selection import one_of
from ownwords.tracked import Tracked

# No two words that touch: whether `**가(나)**다` is bold is where renderers differ.
WORD = st.sampled_from(
    ["글", "공부했다.", "\u1112\u1161\u11ab", "e\u0301", "👩‍👩‍👧", "3.14",
     "A&amp;B", "&#44032;", "\\*별\\*", "`code`", "``co ` de``", "**굵은 말**", "_기울임_", "***둘***",
     "**굵고 _기운_ 말**", "[링크](http://x.y)", "[ 빈칸 ](http://x.y)", "[**굵은** 이름][ref]", "[ref]",
     "~~지운~~", "<http://a.b>", "<b>굵게</b>", "앞![그림](a.png)뒤", "가나다.", "주석[^1]이다.",
     "{{< ref \"x\" >}}", "{% tag %}"]
)  # fmt: skip
LINE = st.lists(WORD, min_size=1, max_size=5).map(" ".join)
PARAGRAPH = st.lists(LINE, min_size=1, max_size=3)


def prefixed(mark: str) -> st.SearchStrategy[str]:
    return PARAGRAPH.map(lambda lines: "\n".join(mark + line for line in lines))


def table(rows: list[tuple[str, str]]) -> str:
    return "\n".join(["| 이름 | 뜻 |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)])


def plain(line: str) -> str:
    """Words that mean the same in HTML as in Markdown."""
    return " ".join(word for word in line.split() if word.isalnum() or word.startswith("&"))


BLOCK = st.one_of(
    PARAGRAPH.map("\n".join),
    PARAGRAPH.map("  \n".join),
    prefixed("> "),
    prefixed("- "),
    prefixed("1. "),
    prefixed("   "),
    PARAGRAPH.map(lambda lines: "- a\n\n  - " + "\n    ".join(lines)),
    st.lists(st.tuples(LINE, LINE), min_size=1, max_size=4).map(table),
    PARAGRAPH.map(lambda lines: "3. 앞. 뒤.\n" + "\n".join("4. " + line for line in lines)),
    PARAGRAPH.map(lambda lines: "<div>\n<p>" + "<br>".join(map(plain, lines)) + "</p>\n</div>"),
    PARAGRAPH.map(lambda lines: "<nav>\n\nSECRET " + "\n".join(lines) + "\n\n</nav>"),
    PARAGRAPH.map(
        lambda lines: "{% highlight c %}\nSECRET\n\n" + "\n".join(lines) + "\n{% endhighlight %}"
    ),
    LINE.map("[^1]: {}".format),
    PARAGRAPH.map(lambda lines: "```\nSECRET " + "\n".join(lines) + "\n```"),
    # the heading ends a list, within which four blanks are no code
    PARAGRAPH.map(lambda lines: "# 머리\n\n" + "\n".join("    SECRET " + line for line in lines)),
    LINE.map("## {} ##".format),
    LINE.map("{}\n---".format),
)
REFERENCE = "\n\n[ref]: /target\n"
RENDER = mistune.create_markdown(escape=False, plugins=["strikethrough", "table", "footnotes"])


def read_by_another(raw: str) -> str:
    """What mistune shows of a slice, without the footnotes' marks and what the site's generator
    reads; the rows of a table are given a head, so that they are rows."""
    markdown = re.sub(r"\{\{<.*?>\}\}|\{%.*?%\}", "<i></i>", raw)
    if markdown.startswith("|") and "|---" not in markdown:
        markdown = "|||\n|---|---|\n" + markdown
    shown = str(RENDER(markdown + REFERENCE + "\n[^1]: note\n"))
    shown = re.sub(r'<sup class="footnote-ref".*?</sup>', "", shown)
    shown = re.sub(r'<section class="footnotes">.*', "", shown, flags=re.DOTALL)
    return "".join(html.unescape(re.sub(r"<[^>]+>", "", shown)).split())


def cut(block: Block, share: tuple[float, float]) -> Tracked:
    """From the beginning of one word (a table's row) to the end of another, never inside an atom."""
    text = block.content.text.replace(" ", "_") if block.kind == "table" else block.content.text
    text = text.replace("\t", "_")
    free = [
        i
        for i in range(len(text) + 1)
        if not any(a < i < b for a, b in block.atoms)
        and (i in (0, len(text)) or text[i - 1].isspace() or text[i : i + 1].isspace())
    ]
    start, end = sorted(free[int(part * (len(free) - 1))] for part in share)
    return block.content.slice(start, end).stripped()


def written(parts: list[str], newline: str, bom: bool) -> str:
    notes = [part for part in parts if part.startswith("[^1]:")]
    others = [part for part in parts if part not in notes]
    text = "\n\n".join([*others, *notes[:1], "[^1]: 끝 주석"][: len(others) + 1])
    return "\ufeff" * bom + (text + REFERENCE).replace("\n", newline)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(BLOCK, min_size=1, max_size=5),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_every_cut_reads_as_its_text(
    parts: list[str], newline: str, bom: bool, share: tuple[float, float]
) -> None:
    source = written(parts, newline, bom)
    for block in blocks_of(source):
        assert block.content.stands_in(source)
        if block.kind not in QUOTABLE:
            continue
        for part in (block.content, cut(block, share)):
            if len(part):
                raw = source[part.start : part.end]
                assert "SECRET" not in raw
                assert list(part.starts) == sorted(part.starts)
                assert read_by_another(raw) == "".join(part.text.split())


@settings(max_examples=150, deadline=None)
@given(
    st.lists(BLOCK, min_size=1, max_size=6),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.integers(10, 120),
)
def test_every_passage_reads_as_its_text(
    parts: list[str], newline: str, bom: bool, target: int
) -> None:
    source = written(parts, newline, bom)
    target = max(target, 150) if "|" in source else target  # a row cut in two shows its bars
    post = Post("a.md", "a", "t", None, None, None, (), (), source, "utf-8", blocks_of(source))
    passages = passages_of(0, post, target)
    sides = [[one, other] for one, other in pairwise(passages) if other.joint is not None]
    for passage in (*passages, *map(one_of, sides)):  # those that may make one quote too
        raw = source[passage.start : passage.end]
        assert "SECRET" not in raw
        assert passage.content.stands_in(source)
        starts, ends = passage.content.starts, passage.content.ends
        for one, other in pairwise(passage.sentences):  # no blank that the file has not
            assert starts[other.start] > ends[one.end - 1] or one.end == other.start
        assert read_by_another(raw.replace("\r\n", "\n")) == "".join(passage.text.split())
