"""HTML source → Blocks, by the standard library's parser, whose every event has a position."""

from __future__ import annotations

import html
import re
from array import array
from html.parser import HTMLParser

from ownwords.records import Block, BlockKind, Range
from ownwords.tracked import Tracked

_SKIPPED = frozenset(
    [
        "head",
        "script",
        "style",
        "nav",
        "aside",
        "footer",
        "template",
        "noscript",
        "svg",
        "form",
        "button",
        "select",
        "iframe",
        "pre",
        "table",
        "canvas",
        "video",
        "audio",
        "object",
    ]
)
_VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "ol",
        "p",
        "section",
        "summary",
        "ul",
    ]
)
_ATOMS = frozenset(
    [
        "a",
        "abbr",
        "b",
        "cite",
        "code",
        "del",
        "em",
        "i",
        "ins",
        "kbd",
        "mark",
        "q",
        "s",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "u",
    ]
)


def blocks_of(source: str, first_line: int = 0) -> tuple[Block, ...]:
    """The blocks of an HTML file from line `first_line` on; only those in <main> or <article>
    where there is one."""
    reader = _Reader(source, first_line)
    reader.feed(source[reader.begin :])
    reader.close()
    reader.flush()
    kept = [block for block, inside in reader.found if inside or not reader.has_main]
    return tuple(block for block in kept if block.content.stands_in(source))


class _Reader(HTMLParser):
    def __init__(self, source: str, first_line: int) -> None:
        super().__init__(convert_charrefs=False)
        self.source = source
        self._line_starts = [0] + [m.end() for m in re.finditer("\n", source)]
        self.begin = self._line_starts[min(first_line, len(self._line_starts) - 1)]
        self._first = first_line
        self.found: list[tuple[Block, bool]] = []
        self.has_main = False
        self._stack: list[str] = []
        self._skipping: list[str] = []
        self._opened: list[tuple[str, int, int]] = []
        self._reset()

    def _reset(self) -> None:
        self._text: list[str] = []
        self._starts, self._ends = array("i"), array("i")
        self._atoms: list[Range] = []
        # what is still open opened in an earlier block: it lends this one no characters
        self._opened = [(tag, 0, len(self.source)) for tag, _, _ in self._opened]

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        place = self.lineno, self.offset
        try:
            return super().parse_marked_section(i, report)
        except AssertionError:  # `<![` and no name: browsers read a comment
            self.lineno, self.offset = place
            return self.parse_bogus_comment(i)

    def _at(self) -> int:
        line, column = self.getpos()
        base = self._line_starts[line - 1 + self._first] if line > 1 else self.begin
        return base + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        hidden = any(k == "hidden" or (k == "style" and v and "display:none" in v.replace(" ", ""))
                     for k, v in attrs)  # fmt: skip
        if self._skipping or ((tag in _SKIPPED or hidden) and tag not in _VOID):
            self._skip(tag)
            return
        if tag in _BLOCKS:
            self.flush()
        if tag == "br" and self._text:
            self._add("\n", self._ends[-1], self._ends[-1])
        if tag == "img":
            self._image(dict(attrs).get("alt") or "")
        if tag in _ATOMS:
            self._opened.append((tag, len(self._text), self._at()))
        if tag not in _VOID:
            self._stack.append(tag)
            self.has_main = self.has_main or tag in ("main", "article")

    def _skip(self, tag: str) -> None:
        if not self._skipping:
            self.flush()
        if tag not in _VOID:
            self._skipping.append(tag)

    def _image(self, alt: str) -> None:
        if not self._text and alt:
            at = self._at()
            self.found.append((Block("image", Tracked.replaced(" ", at, at)), self._inside()))

    def handle_endtag(self, tag: str) -> None:
        if self._skipping:
            if tag in self._skipping:
                while self._skipping.pop() != tag:
                    pass
            return
        if tag in _BLOCKS:
            self.flush()
        end = self.source.find(">", self._at()) + 1
        for i in reversed(range(len(self._opened))):
            if self._opened[i][0] == tag:
                _, begin, start = self._opened.pop(i)
                self._atom(begin, start, end)
                break
        if tag in self._stack:
            while self._stack.pop() != tag:
                pass

    def _atom(self, begin: int, start: int, end: int) -> None:
        if begin < len(self._text):
            self._starts[begin] = min(self._starts[begin], start)
            self._ends[-1] = max(self._ends[-1], end)
            self._atoms.append(Range(begin, len(self._text)))

    def handle_data(self, data: str) -> None:
        at = self._at()
        for i, char in enumerate(data):
            self._add(" " if char.isspace() else char, at + i, at + i + 1)

    def handle_entityref(self, name: str) -> None:
        self._reference(f"&{name}")

    def handle_charref(self, name: str) -> None:
        self._reference(f"&#{name}")

    def _reference(self, raw: str) -> None:
        at = self._at()
        raw += ";" if self.source[at + len(raw) : at + len(raw) + 1] == ";" else ""
        for char in html.unescape(raw):
            self._add(char, at, at + len(raw))

    def _add(self, char: str, start: int, end: int) -> None:
        if self._skipping:
            return
        if char == " " and self._text and self._text[-1] in " \n":
            self._ends[-1] = end  # blanks run together
            return
        self._text.append(char)
        self._starts.append(start)
        self._ends.append(end)

    def _inside(self) -> bool:
        return "main" in self._stack or "article" in self._stack

    def flush(self) -> None:
        """End the block that is being read."""
        whole = Tracked("".join(self._text), self._starts, self._ends)
        kept = whole.stripped()
        cut = len(whole.text) - len(whole.text.lstrip())
        if len(kept):
            atoms = tuple(Range(max(0, a - cut), min(len(kept), b - cut))
                          for a, b in self._atoms if b > cut)  # fmt: skip
            self.found.append((Block(self._kind(), kept, self._level(), atoms), self._inside()))
        self._reset()

    def _kind(self) -> BlockKind:
        for tag in reversed(self._stack):
            if tag == "blockquote":
                return "set off"
            if tag in ("li", "dd", "dt"):
                return "item"
            if re.fullmatch("h[1-6]", tag):
                return "heading"
        return "prose"

    def _level(self) -> int:
        heading = next((tag for tag in reversed(self._stack) if re.fullmatch("h[1-6]", tag)), "")
        return int(heading[1:] or self._stack.count("ul") + self._stack.count("ol"))
