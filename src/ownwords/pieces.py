"""A section's blocks → its sentences, each knowing how it hangs together with those around it."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ownwords import sentences
from ownwords.records import QUOTABLE, Block, Post, Range
from ownwords.tracked import Tracked

LONGEST_QUESTION = 40  # a longer question line is prose
LONGEST_BOLD = 60  # a longer bold line is prose
LONGEST_SENTENCE = 1.75  # times the target: a longer sentence is cut at clauses
# Where a sentence that is far too long is cut, best first. The first is a Korean ending without
# its full stop, the third a connective one, or the blank before an English conjunction.
_CLAUSES = (
    re.compile(r"(?<=[가-힣][다요죠음임])\s|(?<=[;:…])\s"),
    re.compile(r"(?<=,)\s|(?<=[，、；])"),
    re.compile(r"(?<=[가-힣][고며만데서면니])\s|\s(?=(?:and|but|because|which|while|so|then|or)\s)"),
    re.compile(r"\s"),
)  # fmt: skip
_STRONG = re.compile(r"(?:[ \t]*\d{1,9}[.)][ \t]+)?(?:[*_]{2}|<(?:b|strong)\b)", re.IGNORECASE)
_TAG = re.compile(r"<[A-Za-z][\w-]*[\s>]")
_NUMBER = re.compile(r"[ \t]*\d{1,9}[.)][ \t]")
_ENDS_LIKE_PROSE = re.compile(r"(?:[.!。！]|다|요|죠)[\"'”’)]*$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence (a part of one that is too long, a table's row) of the section's block `block`."""

    content: Tracked
    block: int
    depth: int = 0  # of the list it stands in
    opens: bool = False  # a question or bold line, a table's head row: heads what follows
    bold: bool = False
    keeps: bool = False  # introduces what follows: a list, say
    torn: bool = False  # goes on with the sentence before it, which was too long
    row: bool = False  # of a table
    numbered: bool = False  # its first character carries the number of a list's item


def pieces_of(blocks: Sequence[Block], source: str, target: int) -> list[Sentence]:
    """The sentences of a section's adjacent blocks, in order."""
    found: list[Sentence] = []
    for number, (block, after) in enumerate(zip(blocks, [*blocks[1:], None], strict=True)):
        pieces = pieces_in(number, block, source, target, after)
        if pieces and after is not None:
            starts_list = block.kind == "prose" and after.kind == "item"
            keeps = starts_list or pieces[-1].content.text.endswith((":", "："))
            pieces[-1] = replace(pieces[-1], keeps=keeps)
        found += pieces
    return found


def numbered(content: Tracked, source: str) -> bool:
    """Whether a text begins an item of a numbered list: its first character stands for the number too."""
    return bool(_NUMBER.match(source, content.start, content.ends[0] - 1))


def pieces_in(
    number: int, block: Block, source: str, target: int, after: Block | None = None
) -> list[Sentence]:
    """The block's sentences, too long ones in parts; a table's rows."""
    text, depth = block.content.text, block.level if block.kind == "item" else 0
    lines = _lines(block)
    bold = [line for line in lines if _is_bold(line, block, source, after)]
    if block.kind == "table":
        ranges, heads = lines, lines[:1]
    else:
        edges = {edge for line in bold for edge in line}
        ranges = _cut_at(edges, text, sentences.split(text, block.lines, block.atoms))
        heads = [*bold, *(line for line in lines if _asks(text[line.start : line.end]))]
    opening, strong = set(heads), set(bold)
    found = []
    for whole in ranges:
        for i, part in enumerate(_parts(text, whole, block.atoms, target)):
            content = block.content.slice(*part)
            found.append(
                Sentence(
                    content,
                    number,
                    depth,
                    whole in opening,
                    whole in strong,
                    False,
                    i > 0,
                    block.kind == "table",
                    numbered(content, source),
                )
            )
    return found


def _lines(block: Block) -> list[Range]:
    """The file's lines within the block's text, without the blanks around them."""
    text = block.content.text
    found = []
    for start, end in pairwise([*block.lines, len(text)]):
        line = text[start:end]
        if line.strip():
            found.append(Range(start + len(line) - len(line.lstrip()), start + len(line.rstrip())))
    return found


def _asks(line: str) -> bool:
    return len(line) <= LONGEST_QUESTION and line.endswith(("?", "？"))


def _is_bold(line: Range, block: Block, source: str, after: Block | None) -> bool:
    """Whether the line is bold from end to end and no sentence: a heading in all but its mark-up.
    A list's item is one only where something is nested in it."""
    text = block.content.text[line.start : line.end]
    if len(text) > LONGEST_BOLD or _ENDS_LIKE_PROSE.search(text):
        return False
    if block.kind == "item" and (after is None or after.level <= block.level):
        return False
    inner = line.start + len(text.rstrip(":： "))
    covered = any(a == line.start and b in (inner, line.end) for a, b in block.atoms)
    return covered and bool(_STRONG.match(source, block.content.starts[line.start]))


def _cut_at(edges: set[int], text: str, ranges: Sequence[Range]) -> list[Range]:
    found = []
    for start, end in ranges:
        inside = [start, *sorted(edge for edge in edges if start < edge < end), end]
        for a, b in pairwise(inside):
            piece = text[a:b]
            if piece.strip():
                found.append(Range(a + len(piece) - len(piece.lstrip()), a + len(piece.rstrip())))
    return found


def _parts(text: str, whole: Range, atoms: Sequence[Range], target: int) -> list[Range]:
    """A sentence that is far too long, cut into parts of about `target` characters."""
    found, start = [], whole.start
    if whole.end - start <= LONGEST_SENTENCE * target:
        return [whole]
    while whole.end - start > 1.25 * target:
        cut = _clause_end(text, start, whole.end, atoms, target)
        if cut >= whole.end:
            break
        found.append(Range(start, cut))
        start = next((at for at in range(cut, whole.end) if not text[at].isspace()), whole.end)
    return [*found, Range(start, whole.end)]


def _clause_end(text: str, start: int, end: int, atoms: Sequence[Range], target: int) -> int:
    """The best place for a cut about a target's length behind `start`; any place at last."""
    size = math.ceil((end - start) / math.ceil((end - start) / target))
    first, last = start + size // 2, min(end, start + size + size // 2)
    for clause in _CLAUSES:
        free = [
            at
            for at in (found.start() for found in clause.finditer(text, first, last))
            if not any(a < at < b for a, b in atoms)
            and not _clings(text[at : at + 40].lstrip()[:1] or "x")
        ]
        if free:
            return min(free, key=lambda at: abs(at - start - size))
    cut = start + size
    while any(a < cut < b for a, b in atoms):
        cut = max(b for a, b in atoms if a < cut < b)
    while start < cut < end and _clings(text[cut]):
        cut += 1
    return cut


def _clings(char: str) -> bool:
    """Whether a character belongs to the one before it: a combining mark, a joiner, a selector."""
    return unicodedata.category(char) in {"Mn", "Me", "Mc", "Cf"}


def loosened(post: Post, limit: int) -> list[Block]:
    """The post's blocks, those with an emphasis longer than a passage may be in parts: before it,
    within it, behind it. A part within it is a slice without the marks of emphasis around it."""
    found: list[Block] = []
    for block in post.blocks:
        found += _opened(block, post.source, limit) if block.atoms else [block]
    return found


def _opened(block: Block, source: str, limit: int) -> list[Block]:
    # A tag that a slice leaves open shows nothing: it may be cut, unless it is about a word.
    kept = [
        atom
        for atom in block.atoms
        if atom.end - atom.start <= limit // 4
        or not _TAG.match(source, block.content.starts[atom.start])
    ]
    long = next((atom for atom in kept if atom.end - atom.start > limit), None)
    rest = replace(block, atoms=tuple(atom for atom in kept if atom != long))
    if long is None or block.kind not in QUOTABLE:
        return [rest]
    if any(a in long or b in long for a, b in rest.atoms):
        return [replace(block, atoms=tuple(kept))]  # its edges are another's too
    parts = [
        _part(rest, 0, long.start),
        _part(rest, *long),
        _part(rest, long.end, len(block.content)),
    ]
    parts[1] = replace(parts[1], content=_bared(parts[1].content, source))
    gap = Block("break", Tracked.empty())
    return [
        one for part in parts if len(part.content) for one in (*_opened(part, source, limit), gap)
    ]


def _part(block: Block, start: int, end: int) -> Block:
    text = block.content.text[start:end]
    begin, stop = start + len(text) - len(text.lstrip()), start + len(text.rstrip())
    return replace(
        block,
        content=block.content.slice(begin, max(begin, stop)),
        atoms=tuple(
            Range(a - begin, b - begin) for a, b in block.atoms if begin <= a and b <= stop
        ),
        lines=(0, *(line - begin for line in block.lines if begin < line < stop)),
        styles=(),
    )


def _bared(content: Tracked, source: str) -> Tracked:
    """Without the marks that the first and the last character carry."""
    starts, ends = content.starts[:], content.ends[:]
    if source[ends[0] - 1] == content.text[0]:
        starts[0] = ends[0] - 1
    if source[starts[-1]] == content.text[-1]:
        ends[-1] = starts[-1] + 1
    return Tracked(content.text, starts, ends)
