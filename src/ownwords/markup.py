"""HTML source → Blocks, by the standard library's parser, whose every event has a position."""

from __future__ import annotations

import html
import re
from array import array
from dataclasses import dataclass
from html.parser import HTMLParser
from itertools import takewhile
from typing import NamedTuple

from ownwords.inline import STYLED
from ownwords.records import Block, BlockKind, Range, Style
from ownwords.tracked import Tracked


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SKIPPED = _names(
    "head script style nav aside footer template noscript svg form button select textarea iframe "
    "pre canvas video audio object"
)
# Of these, what parts the text for a reader; an icon (`svg`) may stand within a line.
_SEEN = _names("pre canvas video audio object iframe form")
_VOID = _names("area base br col embed hr img input link meta source track wbr")
_BLOCKS = _names(
    "address article blockquote body caption dd details div dl dt fieldset figcaption figure h1 h2 "
    "h3 h4 h5 h6 header hr html li main ol p section summary table ul"
)
_ATOMS = _names("a abbr b cite code del em i ins kbd mark q s small span strong sub sup u")
# Names by which pages mark what is no prose: tables of contents, the line numbers beside code.
_CONTENTS = _names(
    "toc table-of-contents tableofcontents table_of_contents markdown-toc toc-container "
    "gutter lineno line-numbers"
)

# An open element of the first kind ends where the tag begins, unless one of the second holds it.
_IMPLIED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "li": (("li",), ("ul", "ol")),
    "dt": (("dt", "dd"), ("dl",)),
    "dd": (("dt", "dd"), ("dl",)),
    "tr": (("tr", "td", "th"), ("table",)),
    "td": (("td", "th"), ("tr", "table")),
    "th": (("td", "th"), ("tr", "table")),
}


def blocks_of(source: str, first_line: int = 0) -> tuple[Block, ...]:
    """The blocks of an HTML file from line `first_line` on; only those in <main> or <article>
    where there is one."""
    reader = _Reader(source, first_line)
    reader.read()
    kept = [found.block for found in reader.found if found.inside or not reader.has_main]
    return tuple(block for block in kept if block.content.stands_in(source))


class Fragments:
    """The blocks of HTML in a Markdown file, read in order: what one opens, another closes."""

    def __init__(self) -> None:
        self._stack: list[str] = []
        self._skipping: list[str] = []

    @property
    def hidden(self) -> bool:
        """Whether what follows stands inside a navigation, say."""
        return bool(self._skipping)

    @property
    def set_off(self) -> bool:
        return "blockquote" in self._stack

    def read(self, text: str) -> tuple[Block, ...]:
        """The next fragment's blocks, with places in `text`."""
        reader = _Reader(text, 0, self._stack, self._skipping)
        reader.read()
        return tuple(one.block for one in reader.found if one.block.content.stands_in(text))


@dataclass(frozen=True, slots=True)
class _Found:
    block: Block
    inside: bool  # <main> or <article>
    jumps: bool  # all of it is a link to a place in the page


class _Open(NamedTuple):
    """An element that is open: where it begins in the block's text and in the file."""

    tag: str
    text: int
    source: int
    href: str


class _Reader(HTMLParser):
    def __init__(
        self,
        source: str,
        first_line: int,
        stack: list[str] | None = None,
        skipping: list[str] | None = None,
    ) -> None:
        super().__init__(convert_charrefs=False)
        self.source = source
        self._line_starts = [0] + [m.end() for m in re.finditer("\n", source)]
        self.begin = self._line_starts[min(first_line, len(self._line_starts) - 1)]
        self._first = first_line
        self.found: list[_Found] = []
        self.has_main = False
        self._stack = [] if stack is None else stack
        self._skipping = [] if skipping is None else skipping
        self._opened: list[_Open] = []
        self._list_from = 0
        self._reset()

    def read(self) -> None:
        self.feed(self.source[self.begin :])
        self.close()
        self.flush()

    def _reset(self) -> None:
        self._text: list[str] = []
        self._starts, self._ends = array("i"), array("i")
        self._atoms: list[Range] = []
        self._styles: list[Style] = []
        self._lines = [0]
        self._row_start: int | None = None
        self._jumped = 0
        # what is still open opened in an earlier block: it lends this one no characters
        self._opened = [one._replace(text=0, source=len(self.source)) for one in self._opened]

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
        if self._skipping or ((tag in _SKIPPED or _hidden(attrs)) and tag not in _VOID):
            self._skip(tag)
            return
        if tag in ("ul", "ol") and not self._in("ul", "ol"):
            self.flush()
            self._list_from = len(self.found)
        self._close_implied(tag)
        if "table" in self._stack:
            self._in_table(tag)
        elif tag in _BLOCKS:
            self.flush()
            if tag == "hr":
                self._part("break")
        elif tag == "br" and self._text:
            self._add("\n", self._ends[-1], self._ends[-1])
        if tag == "img":
            self._image(dict(attrs).get("alt") or "")
        if tag in _ATOMS:
            href = (dict(attrs).get("href") or "") if tag == "a" else ""
            self._opened.append(_Open(tag, len(self._text), self._at(), href))
        if tag not in _VOID:
            self._stack.append(tag)
            self.has_main = self.has_main or tag in ("main", "article")

    def _close_implied(self, tag: str) -> None:
        """End what ends without an end tag: a paragraph before a block, an item before the next."""
        if tag in _BLOCKS and self._stack and self._stack[-1] == "p":
            self.flush()
            self._stack.pop()
        ends, within = _IMPLIED.get(tag, ((), ()))
        inside = list(takewhile(lambda one: one not in within, reversed(self._stack)))
        if found := [at for at, one in enumerate(inside) if one in ends]:
            if "table" not in within and "tr" not in within:
                self.flush()
            del self._stack[len(self._stack) - 1 - found[-1] :]

    def _in(self, *tags: str) -> bool:
        return any(tag in self._stack for tag in tags)

    def _in_table(self, tag: str) -> None:
        """A row a line, a tab between two cells; what is a block elsewhere is set off by a blank."""
        if tag in ("tr", "caption"):
            self._separate("\n")
            self._row_start = self._at()
        elif tag in ("td", "th"):
            self._separate("\t")
        elif (tag in _BLOCKS or tag == "br") and self._text:
            self._add(" ", self._ends[-1], self._ends[-1])

    def _separate(self, mark: str) -> None:
        if not self._text or self._skipping:
            return
        if self._text[-1] in " \t":
            self._text[-1] = (
                mark if "\n" in (mark, self._text[-1]) or self._text[-1] == " " else "\t"
            )
        elif self._text[-1] != "\n":
            self._add(mark, self._ends[-1], self._ends[-1])
        if mark == "\n":
            self._lines.append(len(self._text))

    def _skip(self, tag: str) -> None:
        if not self._skipping and "table" not in self._stack:
            self.flush()
            if tag in _SEEN:
                self._part("image")
        if tag not in _VOID:
            self._skipping.append(tag)

    def _image(self, alt: str) -> None:
        if not self._text and "table" not in self._stack:
            at = self._at()
            self._part("image", Tracked.replaced(alt, at, at + len(self.get_starttag_text() or "")))

    def _part(self, kind: BlockKind, content: Tracked | None = None) -> None:
        """Something that is not quoted and parts the text before it from the text behind."""
        block = Block(kind, content or Tracked.empty())
        self.found.append(_Found(block, self._inside(), not len(block.content)))

    def handle_endtag(self, tag: str) -> None:
        if self._skipping:
            if tag in self._skipping:
                while self._skipping.pop() != tag:
                    pass
            return
        end = self.source.find(">", self._at()) + 1
        if tag == "tr" and "table" in self._stack and self._text and self._text[-1] not in " \n\t":
            self._ends[-1] = end
        elif tag in _BLOCKS and ("table" not in self._stack or tag == "table"):
            self.flush()
        self._close_atom(tag, end)
        if tag in self._stack:
            while self._stack.pop() != tag:
                pass
        if tag in ("ul", "ol") and not self._in("ul", "ol"):
            self._drop_contents()

    def _close_atom(self, tag: str, end: int) -> None:
        for i in reversed(range(len(self._opened))):
            if self._opened[i].tag == tag:
                opened = self._opened.pop(i)
                self._jumped += (len(self._text) - opened.text) * opened.href.startswith("#")
                self._atom(opened.text, opened.source, end)
                self._style(opened)
                return

    def _drop_contents(self) -> None:
        """A table of contents: a list in which every item is a link to a place in the page."""
        items = self.found[self._list_from :]
        if len(items) > 1 and all(item.jumps for item in items):
            del self.found[self._list_from :]

    def _atom(self, begin: int, start: int, end: int) -> None:
        if begin < len(self._text):
            self._starts[begin] = min(self._starts[begin], start)
            self._ends[-1] = max(self._ends[-1], end)
            self._atoms.append(Range(begin, len(self._text)))

    def _style(self, opened: _Open) -> None:
        if opened.tag in STYLED and opened.text < len(self._text):
            style = Style(opened.text, len(self._text), STYLED[opened.tag], opened.href)
            self._styles.append(style)

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
        if char == " " and "table" in self._stack and not (self._text and self._row_start is None):
            return  # between two rows
        if char == " " and self._text and self._text[-1] in " \n\t":
            self._ends[-1] = end  # blanks run together
            return
        if self._row_start is not None and char not in "\n\t":
            start, self._row_start = self._row_start, None
        self._text.append(char)
        self._starts.append(start)
        self._ends.append(end)

    def _inside(self) -> bool:
        return "main" in self._stack or "article" in self._stack

    def flush(self) -> None:
        """End the block that is being read."""
        for opened in reversed(
            self._opened
        ):  # what goes on in the next block ends here in this one
            self._style(opened)
        whole = Tracked("".join(self._text), self._starts, self._ends)
        kept = whole.stripped()
        cut = len(whole.text) - len(whole.text.lstrip())
        size = len(kept)
        if size:
            atoms = tuple(Range(max(0, a - cut), min(size, b - cut))
                          for a, b in self._atoms if b > cut)  # fmt: skip
            lines = tuple(sorted({0, *(at - cut for at in self._lines if cut < at < cut + size)}))
            styles = tuple(
                style._replace(start=max(0, style.start - cut), end=min(size, style.end - cut))
                for style in self._styles
                if max(style.start, cut) < min(style.end, cut + size)
            )
            block = Block(self._kind(), kept, self._level(), atoms, lines, styles)
            self.found.append(_Found(block, self._inside(), self._jumped >= size))
        self._reset()

    def _kind(self) -> BlockKind:
        for tag in reversed(self._stack):
            if tag == "blockquote":
                return "set off"
            if tag == "table":
                return "table"
            if tag in ("li", "dd", "dt"):
                return "item"
            if re.fullmatch("h[1-6]", tag):
                return "heading"
        return "prose"

    def _level(self) -> int:
        heading = next((tag for tag in reversed(self._stack) if re.fullmatch("h[1-6]", tag)), "")
        return int(heading[1:] or self._stack.count("ul") + self._stack.count("ol"))


def _hidden(attrs: list[tuple[str, str | None]]) -> bool:
    given = {name: (value or "").lower() for name, value in attrs}
    names = {*given.get("class", "").split(), given.get("id", "")}
    return (
        "hidden" in given
        or "display:none" in given.get("style", "").replace(" ", "")
        or given.get("role") == "navigation"
        or bool(names & _CONTENTS)
    )
