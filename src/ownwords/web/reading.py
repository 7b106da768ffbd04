"""A Post → the page `/posts/ID`: the whole post, a quoted span marked. Works without JavaScript."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from itertools import groupby

from ownwords.links import is_web
from ownwords.records import Block, Post, Range
from ownwords.tracked import Tracked
from ownwords.web.cards import shown, tongue
from ownwords.web.texts import Texts

_SPAN = re.compile(r"(\d{1,9})-(\d{1,9})", re.ASCII)
_TAGS = {"prose": "p", "item": "li", "set off": "blockquote", "table": "p", "image": "figcaption"}


def span_of(text: str | None) -> Range | None:
    """The range in `?s=START-END`; None for anything else."""
    match = _SPAN.fullmatch(text or "")
    if match is None or int(match[1]) >= int(match[2]):
        return None
    return Range(int(match[1]), int(match[2]))


def reading_page(post: Post, blocks: Sequence[Block], span: Range | None, texts: Texts) -> str:
    """The page of a post; the characters of `span` stand in `<mark>`, the first of them `#quote`."""
    language = post.lang or tongue(post.title + post.source[:2000])
    canonical = post.url if post.url is not None and is_web(post.url) else None
    link = f'<link rel="canonical" href="{html.escape(canonical)}">' if canonical else ""
    body = (
        f"<h1>{shown(post.title)}</h1>{_byline(post, canonical, texts)}{_body(post, blocks, span)}"
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


def _body(post: Post, blocks: Sequence[Block], span: Range | None) -> str:
    kept = [block for at, block in enumerate(blocks) if not _repeats_title(post, blocks, at)]
    parts = []
    for is_list, group in groupby(kept, key=lambda block: block.kind == "item"):
        inside = "".join(_block(block, span) for block in group)
        parts.append(f"<ul>{inside}</ul>" if is_list else inside)
    return "".join(parts)


def _repeats_title(post: Post, blocks: Sequence[Block], at: int) -> bool:
    return at == 0 and blocks[0].kind == "heading" and blocks[0].content.text == post.title


def _block(block: Block, span: Range | None) -> str:
    inside = _marked(block.content, span)
    if block.kind == "break":
        return "<hr>"
    if block.kind == "heading":
        level = min(max(block.level + 1, 2), 6)
        return f"<h{level}>{inside}</h{level}>"
    if block.kind == "code":
        return f"<pre><code>{_code(block.content.text)}</code></pre>"
    if block.kind == "image":
        return f"<figure>{f'<figcaption>{inside}</figcaption>' if inside else ''}</figure>"
    tag = _TAGS[block.kind]
    depth = (
        f' class="depth-{min(block.level, 4)}"' if block.kind == "item" and block.level > 1 else ""
    )
    return f"<{tag}{depth}>{inside}</{tag}>"


def _code(text: str) -> str:
    return "\n".join(shown(line) for line in text.splitlines())


def _marked(content: Tracked, span: Range | None) -> str:
    """The block's text; offsets never decrease, so the characters of the span stand together."""
    inside = [
        at
        for at in range(len(content))
        if span and content.starts[at] < span.end and content.ends[at] > span.start
    ]
    if not inside:
        return shown(content.text)
    start, end = inside[0], inside[-1] + 1
    text = content.text
    return f"{shown(text[:start])}<mark>{shown(text[start:end])}</mark>{shown(text[end:])}"


def _first(body: str) -> str:
    """The first mark is what `#quote` scrolls to (a post's own `<` are escaped: no false match)."""
    return body.replace("<mark>", '<mark id="quote">', 1)
