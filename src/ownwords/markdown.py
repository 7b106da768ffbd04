"""Markdown source → Blocks whose every character knows its place in the file.

markdown-it's inline tokens carry no positions. Its inline parser is therefore driven with a
`tokenize` of our own that notes, for each rule that matched, from where to where in the inline
text it read; the inline text is then laid over the file line by line. Nothing is searched for, so
nothing can be found in the wrong place; a block that cannot be laid over exactly is not quoted.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from ownwords.records import Block, BlockKind, Range
from ownwords.tracked import Tracked

_NEWLINE = re.compile(r"\r\n|\n|\r")
_NOT_PROSE = re.compile(
    r"^(\[\[?toc\]?\]|\{:\s*toc\b.*\}|\{\{[<%].*|\{%.*)$", re.IGNORECASE | re.DOTALL
)
_MDX = re.compile(r"^(import\s.+\sfrom\s|import\s['\"]|export\s)")


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int  # without its newline


@dataclass(slots=True)
class _Place:
    """Where a block stands: what encloses it."""

    depth: int = 0
    quote: int = 0


def blocks_of(source: str, first_line: int = 0, mdx: bool = False) -> tuple[Block, ...]:
    """The blocks of `source` from line `first_line` (0 is the first) on, in file order."""
    lines = _lines(source)
    body = "\n".join(source[line.start : line.end] for line in lines[first_line:])
    tokens = _parser().parse(body.lstrip("\ufeff") if not first_line else body)
    found = list(_walk(tokens, source, lines, first_line, mdx))
    return tuple(block if _holds(block.content, source) else _gap(block.content) for block in found)


def _holds(content: Tracked, source: str) -> bool:
    """Whether the text stands in the file, and in the file's order (`~~~` may swap two tokens)."""
    ordered = all(a <= b for at in (content.starts, content.ends) for a, b in pairwise(at))
    return ordered and content.stands_in(source)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    parser.inline = _Traced()
    parser.inline.ruler.enableOnly([
        "text", "newline", "escape", "backticks", "strikethrough", "emphasis", "link", "image",
        "autolink", "html_inline", "entity",
    ])  # fmt: skip
    # These merge text tokens and would lose their places.
    parser.inline.ruler2.enableOnly(["balance_pairs", "strikethrough", "emphasis"])
    parser.core.ruler.disable(["text_join"], ignoreInvalid=True)
    return parser


class _Traced(ParserInline):
    """The inline parser, noting in each token's meta where it stands: `at`, a position for every
    character of a text token, or `span`, for the others."""

    def tokenize(self, state: StateInline) -> None:
        rules = self.ruler.getRules("")
        trace: list[int] = []
        while state.pos < state.posMax:
            before, tokens, pending = state.pos, len(state.tokens), len(state.pending)
            deep = state.level >= state.md.options["maxNesting"]
            if not deep and any(rule(state, False) for rule in rules):
                fresh = state.tokens[tokens:]
                if fresh and pending:
                    fresh[0].meta["at"] = trace[: len(fresh[0].content)]
                    fresh, trace = fresh[1:], []
                elif fresh:
                    trace = []
                _note(fresh, before, state.pos)
                trace += range(before, before + len(state.pending) - len(trace))
            else:
                trace.append(state.pos)
                state.append_pending(state.src[state.pos])
                state.pos += 1
        if state.pending:
            state.pushPending().meta["at"] = trace


def _note(tokens: Sequence[Token], start: int, end: int) -> None:
    auto = bool(tokens) and tokens[0].markup == "autolink"
    at = start + auto
    for token in tokens:
        if token.meta:
            continue
        if token.type == "text":
            token.meta["at"] = list(range(at, at + len(token.content)))
            at += len(token.content)
        else:
            token.meta["span"] = (start, end)


def _walk(
    tokens: Sequence[Token], source: str, lines: Sequence[_Line], first: int, mdx: bool
) -> Iterator[Block]:
    place, contents, table, heading = _Place(), _contents(tokens), False, 0
    for index, token in enumerate(tokens):
        match token.type:
            case (
                "bullet_list_open"
                | "ordered_list_open"
                | "bullet_list_close"
                | "ordered_list_close"
            ):
                place.depth += token.nesting
            case "blockquote_open" | "blockquote_close":
                place.quote += token.nesting
            case "table_open" | "table_close":
                table = token.nesting > 0
            case "heading_open":
                heading = int(token.tag[1])
        if token.type in ("fence", "code_block", "html_block", "hr", "table_open"):
            kind: BlockKind = "code" if token.type in ("fence", "code_block") else "break"
            yield _whole(token, source, lines, first, kind)
        elif token.type == "inline" and not table and token.map:
            here = _inline(token, source, lines, first)
            kind = _kind(token, here, place, heading, mdx)
            yield (
                _gap(here.content)
                if index in contents
                else _with(here, kind, heading or place.depth)
            )
            heading = 0


def _kind(token: Token, block: Block, place: _Place, heading: int, mdx: bool) -> BlockKind:
    children = [
        child for child in token.children or [] if child.type not in ("softbreak", "hardbreak")
    ]
    visible = [child for child in children if child.type != "text" or child.content.strip()]
    if visible and all(child.type in ("image", "link_open", "link_close") for child in visible):
        return "image"
    if not block.content.text.strip() or _NOT_PROSE.match(token.content.strip()):
        return "break"
    if mdx and _MDX.match(token.content):
        return "break"
    if heading:
        return "heading"
    return "set off" if place.quote else "item" if place.depth else "prose"


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


def _inline(token: Token, source: str, lines: Sequence[_Line], first: int) -> Block:
    places = _laid_over(token, source, lines, first)
    if places is None:
        return _whole(token, source, lines, first, "break")
    return _Reader(places, source).read(token)


def _laid_over(
    token: Token, source: str, lines: Sequence[_Line], first: int
) -> tuple[array[int], array[int]] | None:
    """File ranges of the inline text's characters; None where a line does not lie exactly."""
    starts, ends = array("i"), array("i")
    assert token.map is not None
    for k, text in enumerate(token.content.split("\n")):
        number = first + token.map[0] + k
        if number >= len(lines):
            return None
        line = lines[number]
        column = _column(source[line.start : line.end].replace("\0", "\ufffd"), text)
        if column is None:
            return None
        at = line.start + column
        if starts:  # the newline before: from where the last line ended
            starts.append(ends[-1] if ends else at)
            ends.append(at)
        starts.extend(range(at, at + len(text)))
        ends.extend(range(at + 1, at + len(text) + 1))
    return starts, ends


def _column(line: str, text: str) -> int | None:
    """Where the inline text's line stands in the file's: at its end, but for blanks and the
    closing `#` of a heading; None where neither is so."""
    kept = line.rstrip()
    wanted = text.rstrip()
    if kept.endswith(wanted):
        return len(kept) - len(wanted)
    return line.find(text) if line.count(text) == 1 else None


@dataclass(slots=True)
class _Open:
    type: str
    text: int
    source: int


class _Reader:
    """Inline tokens → what a reader sees, each character with its file range."""

    def __init__(self, places: tuple[array[int], array[int]], source: str) -> None:
        self._from, self._to = places
        self._source = source
        self._parts: list[str] = []
        self._starts, self._ends = array("i"), array("i")
        self._atoms: list[Range] = []
        self._lines = [0]
        self._open: list[_Open] = []

    def read(self, token: Token) -> Block:
        children = token.children or []
        for index, child in enumerate(children):
            self._token(child, children[index - 1] if index else None,
                        children[index + 1] if index + 1 < len(children) else None)  # fmt: skip
        content = Tracked("".join(self._parts), self._starts, self._ends)
        kept = content.stripped()
        cut = len(content.text) - len(content.text.lstrip())
        size = len(kept)
        atoms = tuple(
            Range(max(0, a - cut), min(size, b - cut))
            for a, b in self._atoms
            if b - cut > 0 and a < b
        )
        lines = tuple(sorted({0, *(at - cut for at in self._lines if cut < at < cut + size)}))
        return Block("prose", kept, 0, atoms, lines)

    def _token(self, token: Token, before: Token | None, after: Token | None) -> None:
        match token.type:
            case "text":
                for char, at in zip(token.content, token.meta.get("at", []), strict=False):
                    self._add(char, self._from[at], self._to[at])
            case "text_special":
                a, b = token.meta["span"]
                for char in token.content:
                    self._add(char, self._from[a], self._to[b - 1])
            case "code_inline":
                self._code(token)
            case "softbreak" | "hardbreak":
                self._break("\n" if token.type == "hardbreak" else " ")
            case "em_open" | "strong_open" | "s_open" | "link_open":
                self._open.append(_Open(token.type, len(self._parts), self._begin(token, before)))
            case "em_close" | "strong_close" | "s_close" | "link_close":
                self._close(self._finish(token, after))

    def _add(self, char: str, start: int, end: int) -> None:
        self._parts.append(char)
        self._starts.append(start)
        self._ends.append(end)

    def _break(self, blank: str) -> None:
        # The gap runs from the last character to the next one, which is not known yet.
        if self._parts:
            self._add(blank, self._ends[-1], self._ends[-1])
            self._lines.append(len(self._parts))

    def _code(self, token: Token) -> None:
        a, b = token.meta["span"]
        size = len(token.markup)
        inner = b - a - 2 * size
        shift = (inner - len(token.content)) // 2
        begin = len(self._parts)
        for i, char in enumerate(token.content):
            at = a + size + shift + i
            self._add(char, self._from[at], self._to[at])
        self._atom(begin, self._from[a], self._to[b - 1])

    def _begin(self, token: Token, before: Token | None) -> int:
        if token.type == "link_open":
            return int(self._from[token.meta["span"][0]])
        at = token.meta["at"][0]
        if token.type == "strong_open" and before is not None and before.meta.get("at") == [at - 1]:
            at -= 1
        return int(self._from[at])

    def _finish(self, token: Token, after: Token | None) -> int:
        if token.type == "link_close":
            return int(self._to[token.meta["span"][1] - 1])
        at = token.meta["at"][-1]
        if token.type == "strong_close" and after is not None and after.meta.get("at") == [at + 1]:
            at += 1
        return int(self._to[at])

    def _close(self, end: int) -> None:
        opened = self._open.pop()
        self._atom(opened.text, opened.source, end)

    def _atom(self, begin: int, start: int, end: int) -> None:
        """A range no quote may cut; its outer characters take the markup with them."""
        inked = [i for i in range(begin, len(self._parts)) if not self._parts[i].isspace()]
        if not inked:
            return
        # Blanks just inside the markup may be stripped later: the markup goes to the letters.
        for i in range(begin, inked[0]):
            self._starts[i] = self._ends[i] = start
        for i in range(inked[-1] + 1, len(self._parts)):
            self._starts[i] = self._ends[i] = end
        self._starts[inked[0]] = min(self._starts[inked[0]], start)
        self._ends[inked[-1]] = max(self._ends[inked[-1]], end)
        self._atoms.append(Range(begin, len(self._parts)))


def _whole(token: Token, source: str, lines: Sequence[_Line], first: int, kind: BlockKind) -> Block:
    """A block that is not quoted: the file's own lines, for the reading page."""
    a, b = token.map or (0, 0)
    a, b = min(first + a, len(lines) - 1), min(first + b, len(lines))
    start = lines[a].start
    end = lines[max(a, b - 1)].end
    return Block(kind, Tracked.literal(source[start:end], start))


def _with(block: Block, kind: BlockKind, level: int) -> Block:
    return Block(kind, block.content, level, block.atoms, block.lines)


def _gap(content: Tracked) -> Block:
    return Block("break", content)


def _lines(source: str) -> list[_Line]:
    found, start = [], 0
    for newline in _NEWLINE.finditer(source):
        found.append(_Line(start, newline.start()))
        start = newline.end()
    return [*found, _Line(start, len(source))]


def plain_blocks(source: str, first_line: int = 0) -> tuple[Block, ...]:
    """A `.txt` post: no markup; paragraphs stand between blank lines."""
    found: list[list[_Line]] = [[]]
    for line in _lines(source)[first_line:]:
        if source[line.start : line.end].replace("\ufeff", "").strip():
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return tuple(_paragraph(source, lines) for lines in found if lines)


def _paragraph(source: str, lines: Sequence[_Line]) -> Block:
    parts: list[Any] = []
    for line in lines:
        begin = line.start + (source[line.start] == "\ufeff")
        parts.append(Tracked.literal(source[begin : line.end], begin).stripped())
    starts, at = [], 0
    for part in parts:
        starts.append(at)
        at += len(part) + 1
    return Block("prose", Tracked.join(" ", parts), lines=tuple(starts))
