"""A block's text → HTML as the post sets it: emphasis, code, links, and a quoted span in `<mark>`.

Nothing of the post's own markup gets through: tags are made anew from a fixed set, the text
between them is escaped, and a link goes to a web or mail address or nowhere.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple
from urllib.parse import urljoin

from ownwords.links import is_web
from ownwords.records import Range, Style
from ownwords.tracked import Tracked
from ownwords.web.cards import celled

TAGS = frozenset(["a", "code", "em", "kbd", "q", "s", "strong", "sub", "sup", "u"])
_MARK = "mark"
_MAIL = re.compile(r"mailto:[^\s\"'<>()\\]{3,200}", re.IGNORECASE)


class Words(NamedTuple):
    """The text of a block or of a part of it, and how it is set."""

    content: Tracked
    styles: tuple[Style, ...]

    def parts(self, separator: str) -> Iterator[Words]:
        """What stands between the separators, but for what is empty."""
        at, first = 0, 0
        ordered = sorted(self.styles, key=_begin)
        for part in self.content.text.split(separator):
            end = at + len(part)
            last = bisect_left(ordered, end, first, key=_begin)
            if part:
                inside = tuple(
                    style._replace(start=max(style.start - at, 0), end=min(style.end, end) - at)
                    for style in ordered[first:last]
                )
                yield Words(self.content.slice(at, end), inside)
            at, first = end + 1, last


def styled(words: Words, span: Range | None, base: str | None) -> str:
    """Styles that overlap are closed and opened again; the characters of `span`, a range of the
    file, stay in one `<mark>` around them. Relative links start at `base`, the post's address."""
    text, quoted = words.content.text, _quoted(words.content, span)
    ordered = sorted(_layers(words.styles, quoted, base), key=lambda one: (one.start, -one.end))
    layers = deque(ordered)
    edges = {0, len(text), *(edge for one in layers for edge in (one.start, one.end))}
    parts: list[str] = []
    active: list[Style] = []
    for start, end in pairwise(sorted(edges)):
        wanted = [one for one in active if one.end > start]
        while layers and layers[0].start == start:
            layer = layers.popleft()
            if all(layer.tag != one.tag for one in wanted):  # a link in a link is none
                wanted.insert(0 if layer.tag == _MARK else len(wanted), layer)
        parts += [*_changed(active, wanted), celled(text[start:end])]
        active = wanted
    return "".join([*parts, *_changed(active, [])])


def _begin(style: Style) -> int:
    return style.start


def _quoted(content: Tracked, span: Range | None) -> Range | None:
    """Offsets never decrease, so the characters of the span stand together."""
    inside = [
        at
        for at in range(len(content))
        if span and content.starts[at] < span.end and content.ends[at] > span.start
    ]
    return Range(inside[0], inside[-1] + 1) if inside else None


def _layers(styles: Sequence[Style], span: Range | None, base: str | None) -> list[Style]:
    """What is shown of them, outer ones first."""
    found = [Style(*span, _MARK)] if span else []
    for style in reversed(styles):
        href = address(style.href, base) if style.tag == "a" else ""
        if style.tag in TAGS and (href or style.tag != "a"):
            found.append(style._replace(href=href))
    return found


def _changed(before: Sequence[Style], after: Sequence[Style]) -> list[str]:
    """The tags that close what is over, and open what begins."""
    same = 0
    while same < min(len(before), len(after)) and before[same] is after[same]:
        same += 1
    closed = [f"</{one.tag}>" for one in reversed(before[same:])]
    return closed + [_open(one) for one in after[same:]]


def _open(style: Style) -> str:
    return f'<a href="{html.escape(style.href)}">' if style.href else f"<{style.tag}>"


def address(href: str, base: str | None) -> str:
    """Where a post's link goes; "" where it may not, or where it is relative and the post has no
    address of its own."""
    href = href.strip()
    if _MAIL.fullmatch(href):
        return href
    try:
        whole = urljoin(base, href) if base and is_web(base) and href else href
    except ValueError:
        return ""
    return whole if is_web(whole) else ""
