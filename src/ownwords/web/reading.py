"""A Post → the page `/posts/ID`: the whole post, a quoted span marked. Works without JavaScript."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from textwrap import dedent

from ownwords.links import is_web
from ownwords.records import Block, Post, Range
from ownwords.web.cards import shown, tongue
from ownwords.web.styled import Words, styled
from ownwords.web.texts import Texts

_SPAN = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)
_NUMBER = re.compile(r"[\s>]*(?:[-*+]\s+)*(\d{1,9})[.)]\s", re.ASCII)
_FENCED = re.compile(r"\s*(`{3,}|~{3,})[^\r\n]*(?:\r\n?|\n)?(.*?)(?:\s*\1[`~]*\s*)?", re.DOTALL)
_BAR = re.compile(r"(?<!\\)\|")
MOST_EMPTY = 20  # cells in a row that are put back: a line's bars may be none of a table's


def span_of(text: str | None) -> Range | None:
    """The range in `?s=START-END`; None for anything else."""
    match = _SPAN.fullmatch(text or "")
    if match is None or int(match[1]) >= int(match[2]):
        return None
    return Range(int(match[1]), int(match[2]))


@dataclass(frozen=True, slots=True)
class _View:
    """What every block of a page needs: the file, the quoted range, the post's address."""

    source: str
    span: Range | None
    base: str | None
    texts: Texts

    def block(self, block: Block) -> str:
        return self.words(Words(block.content, block.styles))

    def words(self, words: Words) -> str:
        return styled(words, self.span, self.base)


def reading_page(post: Post, blocks: Sequence[Block], span: Range | None, texts: Texts) -> str:
    """The page of a post; the characters of `span` stand in `<mark>`, the first of them `#quote`."""
    language = post.lang or tongue(post.title + post.source[:2000])
    canonical = post.url if post.url is not None and is_web(post.url) else None
    link = f'<link rel="canonical" href="{html.escape(canonical)}">' if canonical else ""
    view = _View(post.source, span, canonical, texts)
    body = (
        f"<h1>{shown(post.title)}</h1>{_byline(post, canonical, texts)}{_body(view, post, blocks)}"
    )
    return _page(shown(post.title), link, _first(body), language, texts)


def missing_page(texts: Texts) -> str:
    body = f"<h1>{shown(texts.page_missing)}</h1>"
    return _page(shown(texts.page_missing), "", body, texts.language, texts)


def _page(title: str, head: str, body: str, language: str, texts: Texts) -> str:
    back = f'<a href="/">{shown(texts.to_questions)}</a>'
    return (
        f'<!doctype html><html lang="{html.escape(language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{title}</title><meta property="og:title" content="{title}">{head}'
        f'<link rel="stylesheet" href="/reading.css"><link rel="stylesheet" href="/look.css">'
        f'<link rel="icon" type="image/svg+xml" href="/icon.svg"></head><body><main>'
        f'<header lang="{texts.language}">{back}</header><article>{body}</article>'
        f'<footer lang="{texts.language}">{back}</footer>'
        f"</main></body></html>"
    )


def _byline(post: Post, canonical: str | None, texts: Texts) -> str:
    day = html.escape(post.date or "")
    date = f'<time datetime="{day}">{shown(texts.day(post.date))}</time>' if post.date else ""
    if canonical:
        date += f'<a href="{html.escape(canonical)}" lang="{texts.language}">{shown(texts.to_original)}</a>'
    return f'<p class="byline">{date}</p>' if date else ""


def _body(view: _View, post: Post, blocks: Sequence[Block]) -> str:
    kept = [block for at, block in enumerate(blocks) if not _repeats_title(post, blocks, at)]
    levels = [block.level for block in kept if block.kind == "heading"]
    raised = min(levels, default=1) - 2  # the post's highest headings come next to its title
    parts = []
    for kind, group in groupby(kept, key=lambda block: block.kind):
        if kind == "item":
            parts.append(_list(view, list(group)))
        elif kind == "set off":
            inside = "".join(f"<p>{view.block(block)}</p>" for block in group)
            parts.append(f"<blockquote>{inside}</blockquote>")
        else:
            parts += [_block(view, block, raised) for block in group]
    return "".join(parts)


def _repeats_title(post: Post, blocks: Sequence[Block], at: int) -> bool:
    return at == 0 and blocks[0].kind == "heading" and blocks[0].content.text == post.title


def _block(view: _View, block: Block, raised: int) -> str:
    if block.kind == "break":
        return "<hr>"
    if block.kind == "code":  # it scrolls: the keyboard must reach it
        return f'<pre tabindex="0"><code>{_code(block.content.text)}</code></pre>'
    if block.kind == "table":
        return f'<div class="wide" tabindex="0"><table>{_rows(view, block)}</table></div>'
    inside = view.block(block)
    if block.kind == "heading":
        level = min(max(block.level - raised, 2), 6)
        return f"<h{level}>{inside}</h{level}>"
    if block.kind == "image":
        texts = view.texts
        label = f'<span lang="{texts.language}">{shown(texts.image)}</span>'
        return f"<figure><figcaption>{label} {inside}</figcaption></figure>" if inside else ""
    return f"<p>{inside}</p>"


def _list(view: _View, items: Sequence[Block]) -> str:
    """Nested as deep as the items say, each with the number that the post gives it."""
    parts: list[str] = []
    lists: list[str] = []  # the tags that are open, each with an item open in it
    for item in items:
        mark, inside = _mark(item, view.source), view.block(item)
        if lists and mark == "":
            parts.append(f"<p>{inside}</p>")  # another paragraph of the item before
            continue
        tag = "ol" if mark else "ul"
        depth = max(1, item.level)
        while len(lists) > depth or (len(lists) == depth and lists[-1] != tag):
            parts.append(f"</li></{lists.pop()}>")
        if len(lists) == depth:
            parts.append("</li>")
        while len(lists) < depth:
            lists.append(tag if len(lists) + 1 == depth else "ul")
            parts.append(f"<{lists[-1]}>" + ('<li class="bare">' if len(lists) < depth else ""))
        parts.append(f'<li value="{mark}">{inside}' if mark else f"<li>{inside}")
    return "".join([*parts, *(f"</li></{tag}>" for tag in lists[::-1])])


def _mark(item: Block, source: str) -> str | None:
    """An item's number; "" where nothing stands before it on its line, None for another mark."""
    content, begin = item.content, _line(source, item.content.start)
    number = _NUMBER.match(source, begin, content.ends[0])  # its first character carries it
    other = source[begin : content.start].strip(" \t>")
    return number[1] if number else None if other else ""


def _rows(view: _View, table: Block) -> str:
    rows = list(Words(table.content, table.styles).parts("\n"))
    between = [(one.content.end, other.content.start) for one, other in pairwise(rows[:2])]
    has_head = any("-" in view.source[end:start] for end, start in between)
    return "".join(
        f"<tr>{_cells(view, row, 'th' if has_head and not at else 'td')}</tr>"
        for at, row in enumerate(rows)
    )


def _cells(view: _View, row: Words, tag: str) -> str:
    """Empty cells, which a block does not hold, are put back by the bars before the next one."""
    cells: list[str] = []
    for cell in row.parts("\t"):
        at = max(view.source.find(cell.content.text[0], cell.content.start), 0)
        line = view.source[_line(view.source, at) : at]
        column = len(_BAR.findall(line.lstrip(" \t>").removeprefix("|")))
        cells += ["<td></td>"] * min(column - len(cells), MOST_EMPTY)
        cells.append(f"<{tag}>{view.words(cell)}</{tag}>")
    return "".join(cells)


def _line(source: str, at: int) -> int:
    return max(source.rfind("\n", 0, at), source.rfind("\r", 0, at)) + 1


def _code(text: str) -> str:
    """Without the fences that a Markdown file sets around it."""
    fenced = _FENCED.fullmatch(text)
    inside = fenced[2] if fenced else text
    return "\n".join(shown(line) for line in dedent(inside).splitlines())


def _first(body: str) -> str:
    """The first mark is what `#quote` scrolls to (a post's own `<` are escaped: no false match)."""
    return body.replace("<mark>", '<mark id="quote">', 1)
