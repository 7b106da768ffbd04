"""Post → Passages: one to several whole sentences of one section."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, NamedTuple

from ownwords.grouping import grouped
from ownwords.pieces import Sentence, loosened, pieces_in, pieces_of
from ownwords.records import LONGEST, QUOTABLE, Block, Passage, Post, QuoteKind, Range
from ownwords.tracked import Tracked

VERSION = 10  # part of what an index must agree with


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
        before: _Made | None = None
        for group in grouped(pieces, target, LONGEST * target):
            if group[0].bold:
                caption = ()
            new = _checked(post, _passage(row, headings + caption, kind, group), group)
            if before and new:
                joint = _joint(before, _Made(new[0], group), post.source)
                new[0] = replace(new[0], joint=joint)
            found.extend(new)
            before = _Made(new[-1], group) if new else None
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


class _Made(NamedTuple):
    """A passage, and the pieces that it was to be made of; see `_checked`."""

    passage: Passage
    group: Sequence[Sentence]


def _joint(before: _Made, made: _Made, source: str) -> str | None:
    """What joins a passage to the one before it; None where a line that heads what follows begins it, or
    words stand between that neither has."""
    last, first = before.group[-1], made.group[0]
    whole = before.passage.end == last.content.end and made.passage.start == first.content.start
    # The number of an item would be text where the quote begins amid another.
    opening = before.group[0]
    inside = before.passage.start != opening.content.start
    inside = inside or bool(opening.depth and not opening.numbered)
    if first.opens or not whole or (inside and any(piece.numbered for piece in made.group)):
        return None
    blank = _blank(last, first)
    return blank if Tracked.gap(blank, last.content, first.content).stands_in(source) else None


def _blank(before: Sentence, one: Sentence) -> str:
    """What stands between two pieces as a reader sees them: nothing where the file has nothing."""
    if one.block != before.block or one.row:
        return "\n"
    return " " if one.content.start > before.content.end else ""


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
            blank = _blank(before, one)
            parts.append(Tracked.gap(blank, before.content, one.content))
            at += len(blank)
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
