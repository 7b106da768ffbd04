"""Where the lines of a file stand, and where a parser's text stands in them."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

_NEWLINE = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class Line:
    start: int
    end: int  # without its newline


@dataclass(frozen=True, slots=True)
class Places:
    """File ranges of a text's characters: character i stands at `starts[i]:ends[i]`."""

    starts: array[int]
    ends: array[int]


def lines_of(source: str) -> list[Line]:
    found, start = [], 0
    for newline in _NEWLINE.finditer(source):
        found.append(Line(start, newline.start()))
        start = newline.end()
    return [*found, Line(start, len(source))]


def laid_over(text: str, source: str, lines: Sequence[Line]) -> Places | None:
    """Lay the text over the file's lines, its first line over the first of them; None where one
    does not lie exactly."""
    starts, ends = array("i"), array("i")
    parts = text.split("\n")
    if len(parts) > len(lines):
        return None
    for part, line in zip(parts, lines, strict=False):
        column = _column(source[line.start : line.end].replace("\0", "\ufffd"), part)
        if column is None:
            return None
        at = line.start + column
        if line is not lines[0]:  # the newline before: from where the last line ended
            starts.append(ends[-1] if ends else at)
            ends.append(at)
        starts.extend(range(at, at + len(part)))
        ends.extend(range(at + 1, at + len(part) + 1))
    return Places(starts, ends)


def _column(line: str, text: str) -> int | None:
    """Where a line of the text stands in the file's: at its end, but for blanks and the closing
    `#` of a heading; None where neither is so."""
    kept = line.rstrip()
    wanted = text.rstrip()
    if kept.endswith(wanted):
        return len(kept) - len(wanted)
    return line.find(text) if line.count(text) == 1 else None
