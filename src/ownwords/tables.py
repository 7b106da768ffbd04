"""A Markdown table's tokens → one Block: a row a line, a tab between two cells."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from ownwords import inline
from ownwords.places import Line, Places
from ownwords.records import Block, Range, Style
from ownwords.tracked import Tracked

_PIPE = re.compile(r"(?<!\\)\|")


def table(tokens: Sequence[Token], source: str, lines: Sequence[Line]) -> Block | None:
    """The block of a table; `lines` are those that the tokens' maps count. None where a cell does
    not lie exactly over the file.

    A row's first character carries the bar before it and its last the bar after it, so that rows
    are rows in a slice too.
    """
    rows: list[Tracked] = []
    atoms: list[Range] = []
    styles: list[Style] = []
    starts: list[int] = []
    at = 0
    for cells in _rows(tokens):
        read = _row(cells, source, lines)
        if read is None:
            return None
        if len(read.content):
            starts.append(at)
            rows.append(read.content)
            atoms += [Range(at + a, at + b) for a, b in read.atoms]
            styles += [style.moved(at) for style in read.styles]
            at += len(read.content) + 1
    content = Tracked.join("\n", rows)
    return Block("table", content, 0, tuple(atoms), tuple(starts) or (0,), tuple(styles))


def _rows(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    row: list[Token] = []
    for token in tokens:
        if token.type == "tr_open":
            row = []
        elif token.type == "inline":
            row.append(token)
        elif token.type == "tr_close":
            yield row


def _row(cells: Sequence[Token], source: str, lines: Sequence[Line]) -> Block | None:
    written = [cell for cell in cells if cell.content and cell.map]
    if not written:
        return Block("table", Tracked.empty())
    assert written[0].map is not None
    line = lines[written[0].map[0]]
    parts: list[Tracked] = []
    atoms: list[Range] = []
    styles: list[Style] = []
    at, free = 0, _cells(source, line)
    for cell in written:
        places = _laid_over(cell.content, source, free)
        if places is None:
            return None
        read = inline.read(cell, places, source)
        if len(read.content):
            parts.append(read.content)
            atoms += [Range(at + a, at + b) for a, b in read.atoms]
            styles += [style.moved(at) for style in read.styles]
            at += len(read.content) + 1
    content = _with_bars(Tracked.join("\t", parts), source, line)
    return Block("table", content, atoms=tuple(atoms), styles=tuple(styles))


def _cells(source: str, line: Line) -> Iterator[Line]:
    """What stands between the bars of a line."""
    start = line.start
    for bar in _PIPE.finditer(source, line.start, line.end):
        yield Line(start, bar.start())
        start = bar.end()
    yield Line(start, line.end)


def _laid_over(content: str, source: str, free: Iterator[Line]) -> Places | None:
    """Lay a cell's text over the next of the free cells that reads like it: in the first one a
    list's or block quote's mark may stand before the text."""
    for cell in free:
        raw = source[cell.start : cell.end].replace("\0", "\ufffd")
        whole = _unescaped(raw, cell.start)
        text = "".join(raw[end - 1 - cell.start] for end in whole.ends)
        if text.rstrip().endswith(content):
            begin = len(text.rstrip()) - len(content)
            end = begin + len(content)
            return Places(whole.starts[begin:end], whole.ends[begin:end])
    return None


def _unescaped(raw: str, start: int) -> Places:
    """The places of a cell's characters: `\\|` is one, a bar."""
    starts, ends = array("i"), array("i")
    for i, char in enumerate(raw):
        if not (char == "\\" and raw[i + 1 : i + 2] == "|"):
            starts.append(start + i - (raw[max(0, i - 1) : i + 1] == "\\|"))
            ends.append(start + i + 1)
    return Places(starts, ends)


def _with_bars(row: Tracked, source: str, line: Line) -> Tracked:
    if not len(row):
        return row
    starts, ends = row.starts[:], row.ends[:]
    before, after = source.find("|", line.start, row.start), source.rfind("|", row.end, line.end)
    if before >= 0:
        starts[0] = before
    if after >= 0:
        ends[-1] = after + 1
    return Tracked(row.text, starts, ends)
