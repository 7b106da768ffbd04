"""Post → Passages: one to several whole sentences of one section."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from ownwords.grouping import grouped
from ownwords.pieces import Sentence, loosened, pieces_in, pieces_of
from ownwords.records import LONGEST, QUOTABLE, Block, Passage, Post, QuoteKind, Range
from ownwords.tracked import Tracked

VERSION = 8  # part of what an index must agree with


def passages_of(row: int, post: Post, target: int = 300) -> tuple[Passage, ...]:
    """The passages of the post in row `row`, in file order, of about `target` characters.

    None crosses a heading, code or an image; block quotes and tables stand alone. A bold line
    that nothing follows (code does) is quoted in no passage: it counts among the headings of what
    comes after the code.
    """
    found: list[Passage] = []
    caption: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    for headings, kind, blocks in _sections(loosened(post, LONGEST * target), post.source):
        caption, above = caption if headings == above else (), headings
        pieces = pieces_of(blocks, post.source, target)
        before: Sequence[Sentence] = ()
        for group in grouped(pieces, target, LONGEST * target):
            if group[0].bold:
                caption = ()
            new = _checked(post, _passage(row, headings + caption, kind, group), group)
            if before and new:
                joint = _joint(found[-1], before, new[0], group, post.source)
                new[0] = replace(new[0], joint=joint)
            found.extend(new)
            before = group
        caption = _caption(pieces) or caption
    return tuple(found)


def _checked(post: Post, passage: Passage, group: Sequence[Sentence]) -> list[Passage]:
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


def _joint(
    last: Passage,
    before: Sequence[Sentence],
    passage: Passage,
    group: Sequence[Sentence],
    source: str,
) -> str:
    """What joins a passage, of the pieces `group`, to the last one, of the pieces `before`; "" where a line
    that heads what follows begins it, or words stand between that neither has."""
    first, other = before[0], group[0]
    apart = last.end != before[-1].content.end or passage.start != other.content.start
    # The number of an item would be text where the quote begins amid another.
    inside = last.start != first.content.start or (first.depth and not first.numbered)
    if other.opens or apart or (inside and any(piece.numbered for piece in group)):
        return ""
    blank = " " if other.block == before[-1].block else "\n"
    gap = Tracked.gap(blank, before[-1].content, other.content)
    return blank if gap.stands_in(source) else ""


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


def _caption(pieces: Sequence[Sentence]) -> tuple[str, ...]:
    """The bold line that ends the run, so that what it heads is not in the run."""
    return (pieces[-1].content.text,) if pieces and pieces[-1].bold else ()


def _passage(
    row: int, headings: tuple[str, ...], kind: QuoteKind, group: Sequence[Sentence]
) -> Passage:
    parts: list[Tracked] = []
    ranges: list[Range] = []
    at = 0
    for before, one in zip([None, *group[:-1]], group, strict=True):
        if before is not None:
            blank = " " if one.block == before.block else "\n"
            parts.append(Tracked.gap(blank, before.content, one.content))
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
            groups = grouped(pieces_in(0, block, text, size), size, size)
            return [text[group[0].content.start : group[-1].content.end] for group in groups]

    return SentenceSplitter(chunk_size=chunk_size, chunk_overlap=0)
