"""Post → Passages: one to several whole sentences of one section.

A section's sentences are cut where the cost of all its passages together is least: a passage
should be about the target's size, and a cut costs more inside a paragraph than between two,
and more still between the line that introduces a list and the list.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from ownwords import sentences
from ownwords.records import QUOTABLE, Block, Passage, Post, QuoteKind, Range
from ownwords.tracked import Tracked

VERSION = 6  # part of what an index must agree with
LONGEST_QUESTION = 40  # a longer question line is prose
LONGEST_BOLD = 60  # a longer bold line is prose
LONGEST = 2  # times the target: no passage is longer, but for an atom that is
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
class _Sentence:
    content: Tracked
    block: int
    depth: int = 0  # of the list it stands in
    opens: bool = False  # a question or bold line, a table's head row: heads what follows
    bold: bool = False
    keeps: bool = False  # introduces what follows: a list, say
    torn: bool = False  # goes on with the sentence before it, which was too long
    numbered: bool = False  # its first character carries the number of a list's item


def passages_of(row: int, post: Post, target: int = 300) -> tuple[Passage, ...]:
    """The passages of the post in row `row`, in file order, of about `target` characters.

    None crosses a heading, code or an image; block quotes and tables stand alone. A bold line
    that nothing follows (code does) is quoted in no passage: it counts among the headings of what
    comes after the code.
    """
    found: list[Passage] = []
    caption: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    for headings, kind, blocks in _sections(_loosened(post, LONGEST * target), post.source):
        caption, above = caption if headings == above else (), headings
        pieces = _pieces_of(blocks, post.source, target)
        for group in _grouped(pieces, target, LONGEST * target):
            if group[0].bold:
                caption = ()
            found.extend(_checked(post, _passage(row, headings + caption, kind, group), group))
        caption = _caption(pieces) or caption
    return tuple(found)


def _checked(post: Post, passage: Passage, group: Sequence[_Sentence]) -> list[Passage]:
    """The passage, or, where words were left out inside it (an inline image's text, say), one
    passage for each side: a slice must hold nothing that its text does not."""
    if passage.content.stands_in(post.source):
        return [passage]
    runs = [[group[0]]]
    for before, one in pairwise(group):
        gap = post.source[before.content.end : one.content.start]
        first = runs[-1][0]
        if any(char.isalpha() for char in gap) or (
            one.numbered and not first.numbered and first.depth
        ):
            runs.append([])
        runs[-1].append(one)
    sides = [_passage(passage.post, passage.headings, passage.kind, run) for run in runs]
    return [
        one
        for run, one in zip(runs, sides, strict=True)
        if one.content.stands_in(post.source) and not all(piece.opens for piece in run)
    ]


def _loosened(post: Post, limit: int) -> list[Block]:
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
    )


def _bared(content: Tracked, source: str) -> Tracked:
    """Without the marks that the first and the last character carry."""
    starts, ends = content.starts[:], content.ends[:]
    if source[ends[0] - 1] == content.text[0]:
        starts[0] = ends[0] - 1
    if source[starts[-1]] == content.text[-1]:
        ends[-1] = starts[-1] + 1
    return Tracked(content.text, starts, ends)


def _sections(
    blocks: Sequence[Block], source: str
) -> Iterator[tuple[tuple[str, ...], QuoteKind, list[Block]]]:
    """Runs of adjacent quotable blocks under one heading and of one kind."""
    path: dict[int, str] = {}
    run: list[Block] = []
    for block in [*blocks, Block("break", Tracked.empty())]:
        if run and (block.kind not in QUOTABLE or not _mix(run[-1], block, source)):
            yield tuple(path.values()), "set off" if run[-1].kind == "set off" else "prose", run
            run = []
        if block.kind == "heading":
            path = {level: text for level, text in path.items() if level < block.level}
            path[block.level] = block.content.text
        elif block.kind in QUOTABLE:
            run.append(block)


def _mix(one: Block, other: Block, source: str) -> bool:
    """Whether two adjacent blocks may share a passage: a table or a footnote is one of its own."""
    if "table" in (one.kind, other.kind):
        return False
    if "[^" in source[one.content.end : other.content.start]:
        return False
    return (one.kind == "set off") == (other.kind == "set off")


def _pieces_of(blocks: Sequence[Block], source: str, target: int) -> list[_Sentence]:
    found: list[_Sentence] = []
    for number, (block, after) in enumerate(zip(blocks, [*blocks[1:], None], strict=True)):
        pieces = _pieces(number, block, source, target, after)
        if pieces and after is not None:
            starts_list = block.kind == "prose" and after.kind == "item"
            keeps = starts_list or pieces[-1].content.text.endswith((":", "："))
            pieces[-1] = replace(pieces[-1], keeps=keeps)
        found += pieces
    return found


def _pieces(
    number: int, block: Block, source: str, target: int, after: Block | None = None
) -> list[_Sentence]:
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
    found = []
    for whole in ranges:
        for i, part in enumerate(_parts(text, whole, block.atoms, target)):
            content = block.content.slice(*part)
            numbered = bool(_NUMBER.match(source, content.start, content.ends[0] - 1))
            found.append(
                _Sentence(
                    content, number, depth, whole in heads, whole in bold, False, i > 0, numbered
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
        start = cut + (len(text[cut:]) - len(text[cut:].lstrip()))
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


def _grouped(pieces: Sequence[_Sentence], target: int, limit: int) -> list[list[_Sentence]]:
    """Whole sentences of about `target` characters and at most `limit`; a head begins a group and
    never ends one."""
    runs: list[list[_Sentence]] = []
    for run in _led(pieces):
        heads = [one for one in run if one.opens]
        if len(heads) == len(run) and _size(run) > target // 2:  # a list of questions is text
            runs.append([replace(one, opens=False) for one in run])
        elif len(heads) < len(run):
            runs.append(_with_short_lead(run, target))
        elif runs:  # a question that nothing follows ends what went before
            runs[-1] += [replace(one, opens=False) for one in heads if not one.bold]
    return [group for run in runs for group in _cut(run, target, limit)]


def _led(pieces: Sequence[_Sentence]) -> list[list[_Sentence]]:
    """Runs each of which begins with its heads, where it has any."""
    runs: list[list[_Sentence]] = []
    for at, piece in enumerate(pieces):
        if at == 0 or (piece.opens and not pieces[at - 1].opens):
            runs.append([])
        runs[-1].append(piece)
    return runs


def _with_short_lead(run: list[_Sentence], target: int) -> list[_Sentence]:
    heads = [one for one in run if one.opens]
    if _size(heads) <= target // 2:
        return run
    return [replace(one, opens=False) for one in heads[:-1]] + run[len(heads) - 1 :]


def _caption(pieces: Sequence[_Sentence]) -> tuple[str, ...]:
    """The bold line that ends the run, so that what it heads is not in the run."""
    return (pieces[-1].content.text,) if pieces and pieces[-1].bold else ()


def _cut(run: Sequence[_Sentence], target: int, limit: int) -> list[list[_Sentence]]:
    """The cheapest way to cut the run into groups, found by dynamic programming."""
    lead = next((i for i, one in enumerate(run) if not one.opens), 0)
    cheapest, begins = [0.0], [0]
    for end in range(1, len(run) + 1):
        cost, begin, size, numbered = math.inf, end - 1, 0, False
        for i in range(end - 1, -1, -1):
            size += len(run[i].content) + 1
            if size > limit + 1 and lead <= i < end - 1:
                break
            total = cheapest[i] + _border(run, i, lead) + _strain(size - 1, target)
            if numbered and not run[i].numbered and run[i].depth:
                total += 10.0  # from inside an item on to `4. `: no list in a slice alone
            numbered = numbered or run[i].numbered
            if total < cost:
                cost, begin = total, i
        cheapest.append(cost)
        begins.append(begin)
    groups, end = [], len(run)
    while end:
        groups.append(list(run[begins[end] : end]))
        end = begins[end]
    return groups[::-1]


def _strain(size: int, target: int) -> float:
    """How far a passage's size is from the target; too long is worse than too short."""
    off = (size - target) / target
    return off * off * (9 if off > 0 else 1)


def _border(run: Sequence[_Sentence], at: int, lead: int) -> float:
    """What a cut before sentence `at` costs: a passage of half the target costs 0.25."""
    if at == 0:
        return 0.0
    before, after = run[at - 1], run[at]
    if at <= lead:
        return 100.0  # a head would stand alone
    if before.keeps:
        return 2.0
    if after.torn:
        return 0.5
    if after.block == before.block:
        return 0.1
    return 0.3 if after.depth > before.depth else 0.0


def _size(group: Sequence[_Sentence]) -> int:
    return sum(len(one.content) + 1 for one in group)


def _passage(
    row: int, headings: tuple[str, ...], kind: QuoteKind, group: Sequence[_Sentence]
) -> Passage:
    parts: list[Tracked] = []
    ranges: list[Range] = []
    at = 0
    for before, one in zip([None, *group[:-1]], group, strict=True):
        if before is not None:
            blank = " " if one.block == before.block else "\n"
            gap = Tracked.replaced(
                blank, before.content.end, max(before.content.end, one.content.start)
            )
            parts.append(gap)
            at += 1
        parts.append(one.content)
        ranges.append(Range(at, at + len(one.content)))
        at += len(one.content)
    lead = next((i for i, one in enumerate(group) if not one.opens), 0)
    return Passage(row, Tracked.concat(parts), headings, kind, tuple(ranges), lead)


def sentence_splitter(chunk_size: int = 300) -> Any:
    """The same cutting as a LangChain `TextSplitter`, for pipelines that want one.

    A subclass of our own rather than LangChain's splitters with `add_start_index`: those find a
    chunk again by searching its text, which may be the wrong place, and know no Korean endings.
    Building does not go through it, since a passage needs the blocks' places in the file.
    """
    from langchain_text_splitters import TextSplitter

    class SentenceSplitter(TextSplitter):
        def split_text(self, text: str) -> list[str]:
            block = Block("prose", Tracked.literal(text, 0))
            size = self._chunk_size
            groups = _grouped(_pieces(0, block, text, size), size, size)
            return [text[group[0].content.start : group[-1].content.end] for group in groups]

    return SentenceSplitter(chunk_size=chunk_size, chunk_overlap=0)
