"""Post → Passages: one to several whole sentences of one section."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ownwords import sentences
from ownwords.records import QUOTABLE, Block, Passage, Post, QuoteKind, Range
from ownwords.tracked import Tracked

VERSION = 1  # part of what an index must agree with
LONGEST_QUESTION = 40  # a longer question line is prose
LONGEST = 2  # times the target: a longer sentence is cut at a clause
_CLAUSE = re.compile(r"(?<=[,;，、])\s|(?<=[고며만데서])\s|\s")


@dataclass(frozen=True, slots=True)
class _Sentence:
    content: Tracked
    opens: bool  # a question or bold line that heads what follows
    block: int
    whole: bool = True  # a passage may end after it: no atom is open


def passages_of(row: int, post: Post, target: int = 300) -> tuple[Passage, ...]:
    """The passages of the post in row `row`, in file order, of about `target` characters.

    None crosses a heading, code, an image or a table; block quotes stand alone.
    """
    found: list[Passage] = []
    for headings, kind, blocks in _sections(post.blocks):
        pieces = [piece for i, block in enumerate(blocks) for piece in _pieces(i, block, target)]
        for group in _grouped(pieces, target):
            found.extend(_checked(post, _passage(row, headings, kind, group), group))
    return tuple(found)


def _checked(post: Post, passage: Passage, group: Sequence[_Sentence]) -> list[Passage]:
    """The passage, or, where words were left out inside it (an inline image's text, say), one
    passage for each side: a slice must hold nothing that its text does not."""
    if passage.content.stands_in(post.source):
        return [passage]
    runs = [[group[0]]]
    for before, one in pairwise(group):
        gap = post.source[before.content.end : one.content.start]
        if any(char.isalpha() for char in gap):
            runs.append([])
        runs[-1].append(one)
    sides = [_passage(passage.post, passage.headings, passage.kind, run) for run in runs]
    return [one for one in sides if one.content.stands_in(post.source)]


def _sections(blocks: Sequence[Block]) -> Iterator[tuple[tuple[str, ...], QuoteKind, list[Block]]]:
    """Runs of adjacent quotable blocks under one heading and of one kind."""
    path: dict[int, str] = {}
    run: list[Block] = []
    for block in [*blocks, Block("break", Tracked.empty())]:
        set_off = block.kind == "set off"
        if run and (block.kind not in QUOTABLE or set_off != (run[-1].kind == "set off")):
            yield tuple(path.values()), "set off" if run[-1].kind == "set off" else "prose", run
            run = []
        if block.kind == "heading":
            path = {level: text for level, text in path.items() if level < block.level}
            path[block.level] = block.content.text
        elif block.kind in QUOTABLE:
            run.append(block)


def _pieces(number: int, block: Block, target: int) -> list[_Sentence]:
    """The block's sentences; those that begin a line and ask something shortly are heads."""
    text = block.content.text
    found = []
    for start, end in sentences.split(text, block.lines, block.atoms):
        line_begins = start in block.lines or start == 0
        line_ends = end == len(text) or end + 1 in block.lines
        opens = (
            line_begins
            and line_ends
            and end - start <= LONGEST_QUESTION
            and text[start:end].rstrip().endswith(("?", "？"))
        )
        for a, b in _shortened(text, Range(start, end), block.atoms, target):
            found.append(_Sentence(block.content.slice(a, b), opens, number))
    return found


def _shortened(text: str, whole: Range, atoms: Sequence[Range], target: int) -> list[Range]:
    """A sentence that is far too long, cut at clauses (at any place at last)."""
    found, start = [], whole.start
    while whole.end - start > LONGEST * target:
        free = [
            m.start()
            for m in _CLAUSE.finditer(text, start + target // 2, start + LONGEST * target)
            if not any(a < m.start() < b for a, b in atoms)
            and not _clings(text[m.start() : m.start() + 40].lstrip()[:1] or "x")
        ]
        clauses = [at for at in free if text[at - 1] in ",;，、고며만데서"]
        cut = (clauses or free or [start + LONGEST * target])[-1]
        while any(a < cut < b for a, b in atoms):
            cut = max(b for a, b in atoms if a < cut < b)
        while start < cut < whole.end and _clings(text[cut]):
            cut += 1
        if cut >= whole.end:
            break
        found.append(Range(start, cut))
        start = cut + (len(text[cut:]) - len(text[cut:].lstrip()))
    return [*found, Range(start, whole.end)]


def _clings(char: str) -> bool:
    """Whether a character belongs to the one before it: a combining mark, a joiner, a selector."""
    return unicodedata.category(char) in {"Mn", "Me", "Mc", "Cf"}


def _grouped(pieces: Sequence[_Sentence], target: int) -> list[list[_Sentence]]:
    """Whole sentences up to about `target` characters; a head begins a group and never ends one."""
    groups: list[list[_Sentence]] = []
    for piece in pieces:
        full = groups and _size(groups[-1]) + len(piece.content) > target
        heading = groups and all(one.opens for one in groups[-1]) and not (full and piece.opens)
        if not groups or (not heading and (full or piece.opens)):
            groups.append([])
        groups[-1].append(piece)
    return _evened(groups, target)


def _evened(groups: list[list[_Sentence]], target: int) -> list[list[_Sentence]]:
    """Join a scrap to the group before; heads that nothing follows belong to it
    too, or are left out when there is none."""
    kept: list[list[_Sentence]] = []
    for group in groups:
        heads = all(one.opens for one in group)
        scrap = _size(group) < target // 5 and not group[0].opens
        room = 2 * target if heads else 1.4 * target
        joins = kept and (heads or scrap) and _size(kept[-1]) + _size(group) <= room
        if joins:
            kept[-1].extend(group)
        elif not heads or _size(group) > target // 2:  # a list of questions is text
            kept.append(list(group))
    return kept


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
            groups = _grouped(_pieces(0, block, self._chunk_size), self._chunk_size)
            return [text[group[0].content.start : group[-1].content.end] for group in groups]

    return SentenceSplitter(chunk_size=chunk_size, chunk_overlap=0)
