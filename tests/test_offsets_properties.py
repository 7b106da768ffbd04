"""Any cut outside an atom, rendered alone by another renderer, reads as the quote says."""

import html
import re

import mistune
from hypothesis import given, settings
from hypothesis import strategies as st

from ownwords.markdown import blocks_of
from ownwords.records import QUOTABLE, Block
from ownwords.tracked import Tracked

# No two words that touch: whether `**가(나)**다` is bold is where renderers differ.
WORD = st.sampled_from(
    ["글", "공부했다.", "\u1112\u1161\u11ab", "e\u0301", "👩‍👩‍👧", "3.14",
     "A&amp;B", "&#44032;", "\\*별\\*", "`code`", "``co ` de``", "**굵은 말**", "_기울임_", "***둘***",
     "**굵고 _기운_ 말**", "[링크](http://x.y)", "[ 빈칸 ](http://x.y)", "[**굵은** 이름][ref]", "[ref]",
     "~~지운~~", "<http://a.b>", "<b>굵게</b>", "앞![그림](a.png)뒤", "가나다."]
)  # fmt: skip
LINE = st.lists(WORD, min_size=1, max_size=5).map(" ".join)
PARAGRAPH = st.lists(LINE, min_size=1, max_size=3)


def prefixed(mark: str) -> st.SearchStrategy[str]:
    return PARAGRAPH.map(lambda lines: "\n".join(mark + line for line in lines))


BLOCK = st.one_of(
    PARAGRAPH.map("\n".join),
    PARAGRAPH.map("  \n".join),
    prefixed("> "),
    prefixed("- "),
    prefixed("1. "),
    prefixed("   "),
    PARAGRAPH.map(lambda lines: "- a\n\n  - " + "\n    ".join(lines)),
    PARAGRAPH.map(lambda lines: "```\nSECRET " + "\n".join(lines) + "\n```"),
    # the heading ends a list, within which four blanks are no code
    PARAGRAPH.map(lambda lines: "# 머리\n\n" + "\n".join("    SECRET " + line for line in lines)),
    LINE.map("## {} ##".format),
    LINE.map("{}\n---".format),
)
REFERENCE = "\n\n[ref]: /target\n"
RENDER = mistune.create_markdown(escape=False, plugins=["strikethrough"])


def read_by_another(markdown: str) -> str:
    plain = re.sub(r"<[^>]+>", "", str(RENDER(markdown + REFERENCE)))
    return "".join(html.unescape(plain).split())


def cut(block: Block, share: tuple[float, float]) -> Tracked:
    """From the beginning of one word to the end of another, never inside an atom."""
    text = block.content.text
    free = [
        i
        for i in range(len(text) + 1)
        if not any(a < i < b for a, b in block.atoms)
        and (i in (0, len(text)) or text[i - 1].isspace() or text[i : i + 1].isspace())
    ]
    start, end = sorted(free[int(part * (len(free) - 1))] for part in share)
    return block.content.slice(start, end).stripped()


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
    source = "\ufeff" * bom + ("\n\n".join(parts) + REFERENCE).replace("\n", newline)
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
