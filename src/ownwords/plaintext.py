"""A `.txt` post → Blocks: no markup, paragraphs stand between blank lines."""

from __future__ import annotations

from collections.abc import Sequence

from ownwords.places import Line, lines_of
from ownwords.records import Block
from ownwords.tracked import Tracked


def blocks_of(source: str, first_line: int = 0) -> tuple[Block, ...]:
    """The paragraphs of `source` from line `first_line` (0 is the first) on."""
    found: list[list[Line]] = [[]]
    for line in lines_of(source)[first_line:]:
        if source[line.start : line.end].replace("\ufeff", "").strip():
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return tuple(_paragraph(source, lines) for lines in found if lines)


def _paragraph(source: str, lines: Sequence[Line]) -> Block:
    parts, starts, at = [], [], 0
    for line in lines:
        begin = line.start + (source[line.start] == "\ufeff")
        part = Tracked.literal(source[begin : line.end], begin).stripped()
        parts.append(part)
        starts.append(at)
        at += len(part) + 1
    return Block("prose", Tracked.join(" ", parts), lines=tuple(starts))
