"""Markdown source → Blocks whose every character knows its place in the file.

The inline text of each block is laid over the file line by line. Nothing is searched for, so
nothing can be found in the wrong place; a block that cannot be laid over exactly is not quoted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from ownwords import inline, inline_parser, markup, tables
from ownwords.places import Line, Places, laid_over, lines_of
from ownwords.records import QUOTABLE, Block, BlockKind
from ownwords.tracked import Tracked

_CONTENTS = re.compile(r"^\[\[?toc\]?\]$|\{:\s*toc\b", re.IGNORECASE)
_MDX = re.compile(r"^(import\s.+\sfrom\s|import\s['\"]|export\s)")
# A shortcode that holds code, up to the one that closes it: Liquid's and Hexo's, then Hugo's.
_CODE = re.compile(
    r"\{%-?\s*(highlight|codeblock|code|mermaid)\b|\{\{[<%]\s*(highlight|code|mermaid)\b"
)
# With what indents it, but no more than leaves it a list when a slice begins there.
_NUMBER = re.compile(r"(?:(?<=[\n\r]) {1,3})?\d{1,9}[.)][ \t]+\Z")
_NOTE = re.compile(r"\[\^([^\]\s]+)\]:[ \t]*")


def blocks_of(source: str, first_line: int = 0, mdx: bool = False) -> tuple[Block, ...]:
    """The blocks of `source` from line `first_line` (0 is the first) on, in file order."""
    lines = lines_of(source)[first_line:]
    body = "\n".join(source[line.start : line.end] for line in lines)
    tokens = _parser(mdx).parse(body.lstrip("\ufeff") if not first_line else body)
    found = _Walk(tokens, source, lines, mdx).blocks()
    return tuple(block if _holds(block.content, source) else _gap(block.content) for block in found)


def _holds(content: Tracked, source: str) -> bool:
    """Whether the text stands in the file, and in the file's order (`~~~` may swap two tokens)."""
    ordered = all(a <= b for at in (content.starts, content.ends) for a, b in pairwise(at))
    return ordered and content.stands_in(source)


@cache
def _parser(mdx: bool) -> MarkdownIt:
    made = inline_parser.parser(mdx)
    made.block.ruler.before(
        "fence",
        "shortcode_code",
        _shortcode_code,
        {"alt": ["paragraph", "reference", "blockquote", "list"]},
    )
    made.block.ruler.before("reference", "footnote", _footnote)
    return made


def _shortcode_code(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`{% highlight python %}` to `{% endhighlight %}`: a fence by another name."""
    found = _CODE.match(_line(state, start))
    if found is None:
        return False
    name = found[1] or found[2]
    closing = re.compile(rf"\{{%-?\s*end{name}\b|\{{\{{[<%]\s*/\s*{name}\b")
    last = next((n for n in range(start, end) if closing.search(_line(state, n))), None)
    if last is not None and not silent:
        token = state.push("fence", "code", 0)
        token.map = [start, last + 1]
        state.line = last + 1
    return last is not None


def _footnote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`[^1]: text`, with the lines that go on with it."""
    found = _NOTE.match(_line(state, start))
    if found is None or state.is_code_block(start):
        return False
    last = start + 1
    while last < end and not state.isEmpty(last) and not _NOTE.match(_line(state, last)):
        last += 1
    if not silent:
        state.env.setdefault("footnotes", set()).add(found[1])
        state.push("footnote_open", "", 1)
        token = state.push("inline", "", 0)
        rest = [_line(state, line).strip() for line in range(start + 1, last)]
        token.content = "\n".join([_line(state, start)[found.end() :].strip(), *rest])
        token.map, token.children = [start, last], []
        state.push("footnote_close", "", -1)
        state.line = last
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


class _Walk:
    """Block tokens → Blocks, knowing for each what encloses it."""

    def __init__(
        self, tokens: Sequence[Token], source: str, lines: Sequence[Line], mdx: bool
    ) -> None:
        self._tokens, self._source, self._lines, self._mdx = tokens, source, lines, mdx
        self._contents = _contents(tokens)
        self._html = markup.Fragments()
        self._depth = self._quotes = self._heading = 0
        self._in_table = self._in_note = False

    def blocks(self) -> Iterator[Block]:
        for index, token in enumerate(self._tokens):
            self._enter(token)
            if token.type in ("fence", "code_block", "hr"):
                yield self._whole(token, "break" if token.type == "hr" else "code")
            elif token.type == "html_block":
                yield from self._fragment(token)
            elif token.type == "table_open":
                yield self._table(index)
            elif token.type == "inline" and token.map and not self._in_table:
                yield self._text(index, token)

    def _enter(self, token: Token) -> None:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                self._depth += 1
            case "bullet_list_close" | "ordered_list_close":
                self._depth -= 1
            case "blockquote_open" | "blockquote_close":
                self._quotes += token.nesting
            case "table_open" | "table_close":
                self._in_table = token.nesting > 0
            case "footnote_open" | "footnote_close":
                self._in_note = token.nesting > 0
            case "heading_open" | "heading_close":
                self._heading = int(token.tag[1]) if token.nesting > 0 else 0

    def _text(self, index: int, token: Token) -> Block:
        places = laid_over(token.content, self._source, self._lines_of(token))
        if places is None:
            return self._whole(token, "break")
        if _is_image(token):
            return Block("image", inline.alternative(token, places, self._source))
        block = inline.read(token, places, self._source)
        if not len(block.content) or index in self._contents or self._html.hidden:
            return _gap(block.content)
        level = self._heading or self._depth or int(self._in_note)
        content = self._numbered(index, block.content, places.starts[0]) if level else block.content
        return replace(block, kind=self._kind(token, block), content=content, level=level)

    def _numbered(self, index: int, content: Tracked, start: int) -> Tracked:
        """With the number of the list's item in its first character's range: a slice that goes on
        to `4. ` without it would be no list."""
        item = self._tokens[max(0, index - 2)]
        if item.type != "list_item_open" or not item.info or not len(content):
            return content
        line = self._lines_of(item)[0]
        number = _NUMBER.search(self._source, max(0, line.start - 1), start)
        starts = content.starts[:]
        starts[0] = number.start() if number else starts[0]
        return Tracked(content.text, starts, content.ends)

    def _kind(self, token: Token, block: Block) -> BlockKind:
        if not block.content.text.strip() or _CONTENTS.search(token.content.strip()):
            return "break"
        if self._mdx and _MDX.match(token.content):
            return "break"
        if self._heading:
            return "heading"
        if self._quotes or self._html.set_off:
            return "set off"
        return "item" if self._depth or self._in_note else "prose"

    def _table(self, index: int) -> Block:
        close = next(
            i for i in range(index, len(self._tokens)) if self._tokens[i].type == "table_close"
        )
        block = tables.table(self._tokens[index:close], self._source, self._lines)
        if block is None or not _holds(block.content, self._source) or self._html.hidden:
            return self._whole(self._tokens[index], "break")
        if self._quotes or self._html.set_off:
            return replace(block, kind="set off")
        return block

    def _fragment(self, token: Token) -> Iterator[Block]:
        """The prose in a block of HTML; a break where there is none."""
        text = token.content.rstrip("\n")
        places = laid_over(text, self._source, self._lines_of(token))
        found = self._html.read(text)
        if places is None or not any(block.kind in QUOTABLE for block in found):
            yield self._whole(token, "break")
            return
        for block in found:
            content = _moved(block.content, places)
            kind = "set off" if self._quotes and block.kind in QUOTABLE else block.kind
            yield replace(block, kind=kind, content=content)

    def _whole(self, token: Token, kind: BlockKind) -> Block:
        """A block that is not quoted: the file's own lines, for the reading page."""
        lines = self._lines_of(token)
        if not lines:
            return Block(kind, Tracked.empty())
        return Block(
            kind, Tracked.literal(self._source[lines[0].start : lines[-1].end], lines[0].start)
        )

    def _lines_of(self, token: Token) -> Sequence[Line]:
        start, end = token.map or (0, 0)
        return self._lines[start:end]


def _is_image(token: Token) -> bool:
    blank = ("softbreak", "hardbreak", "shortcode")
    children = [child for child in token.children or [] if child.type not in blank]
    visible = [child for child in children if child.type != "text" or child.content.strip()]
    return bool(visible) and all(
        child.type in ("image", "link_open", "link_close") for child in visible
    )


def _moved(content: Tracked, places: Places) -> Tracked:
    """From places in a text to those of the file that the text was laid over."""
    starts, ends = content.starts[:], content.ends[:]
    for i, (start, end) in enumerate(zip(content.starts, content.ends, strict=True)):
        ends[i] = places.ends[end - 1] if end else places.starts[0]
        starts[i] = places.starts[start] if start < end else ends[i]
    return Tracked(content.text, starts, ends)


def _gap(content: Tracked) -> Block:
    return Block("break", content)


def _contents(tokens: Sequence[Token]) -> frozenset[int]:
    """The inline tokens of tables of contents: lists in which every item is a link to a `#place`."""
    found: set[int] = set()
    depth, start = 0, 0
    for index, token in enumerate(tokens):
        if token.type.endswith("_list_open"):
            start = start if depth else index
            depth += 1
        elif token.type.endswith("_list_close"):
            depth -= 1
            inside = [i for i in range(start, index) if tokens[i].type == "inline"]
            if not depth and len(inside) > 1 and all(_jumps(tokens[i]) for i in inside):
                found.update(inside)
    return frozenset(found)


def _jumps(token: Token) -> bool:
    children = token.children or []
    return (
        bool(children)
        and children[0].type == "link_open"
        and children[-1].type == "link_close"
        and str(children[0].attrs.get("href", "")).startswith("#")
    )
