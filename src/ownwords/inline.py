"""Markdown's inline tokens → what a reader sees, each character with its place in the file."""

from __future__ import annotations

import html
import re
from array import array
from dataclasses import dataclass

from markdown_it.token import Token

from ownwords.inline_parser import BLANK
from ownwords.places import Places
from ownwords.records import Block, Range, Style
from ownwords.tracked import Tracked

# Liquid's name for the site, before a path.
_ENCODED_LIQUID = re.compile(r"^%7B%7B(?:%EF%B7%90)*site\.(?:base)?url(?:%EF%B7%90)*%7D%7D(?=/)")
_TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)")
# Elements whose text no reader sees, or not as text.
_MUTED = frozenset(
    ["script", "style", "template", "noscript", "iframe", "svg", "button", "select", "textarea"]
)
_HREF = re.compile(
    r"(?<![\w-])href\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+))", re.IGNORECASE
)
# Elements that the reading page sets apart, by the names it gives them.
STYLED = {
    "a": "a", "b": "strong", "strong": "strong", "i": "em", "em": "em", "s": "s", "del": "s",
    "code": "code", "kbd": "kbd", "sub": "sub", "sup": "sup", "q": "q", "u": "u",
}  # fmt: skip
_TAGS = {"em_open": "em", "strong_open": "strong", "s_open": "s", "link_open": "a"}
_DEEPEST = 20  # elements open at once that are followed


def read(token: Token, places: Places, source: str) -> Block:
    """An inline token as a prose block; `places` are those of its content's characters."""
    return _Reader(places, source).read(token)


def alternative(token: Token, places: Places, source: str) -> Tracked:
    """What stands for the images of an inline token: their alternative texts."""
    parts: list[Tracked] = []
    for child in token.children or []:
        if child.type == "image" and child.content.strip():
            at = places.starts[child.meta["span"][0]] + len("![")
            if source.startswith(child.content, at):
                blank = [Tracked.replaced(" ", parts[-1].end, parts[-1].end)] if parts else []
                parts += [*blank, Tracked.literal(child.content, at).stripped()]
    return Tracked.concat(parts)


@dataclass(slots=True)
class _Open:
    style: Style  # its end is not known yet
    source: int


def _address(token: Token) -> str:
    """Where a link goes: Liquid's `{{ site.url }}` before a path is the site; nobody knows its other
    variables here."""
    href = _ENCODED_LIQUID.sub("", str(token.attrGet("href") or ""), count=1)
    return "" if "%7B%7B" in href else href


def _href(tag: str) -> str:
    found = _HREF.search(tag)
    return html.unescape(next(filter(None, found.groups()), "")) if found else ""


class _Reader:
    """Inline tokens → what a reader sees, each character with its file range."""

    def __init__(self, places: Places, source: str) -> None:
        self._from, self._to = places.starts, places.ends
        self._source = source
        self._parts: list[str] = []
        self._starts, self._ends = array("i"), array("i")
        self._atoms: list[Range] = []
        self._lines = [0]
        self._open: list[_Open] = []
        self._styles: list[Style] = []
        self._elements: list[tuple[str, Style]] = []  # open ones of the post's own HTML
        self._muted = 0

    def read(self, token: Token) -> Block:
        children = token.children or []
        for index, child in enumerate(children):
            self._token(child, children[index - 1] if index else None,
                        children[index + 1] if index + 1 < len(children) else None)  # fmt: skip
        content = Tracked("".join(self._parts), self._starts, self._ends)
        kept = content.stripped()
        cut = len(content.text) - len(content.text.lstrip())
        size = len(kept)
        atoms = tuple(
            Range(max(0, a - cut), min(size, b - cut))
            for a, b in self._atoms
            if b - cut > 0 and a < b
        )
        lines = tuple(sorted({0, *(at - cut for at in self._lines if cut < at < cut + size)}))
        styles = tuple(
            style._replace(start=max(0, style.start - cut), end=min(size, style.end - cut))
            for style in self._styles
            if max(style.start, cut) < min(style.end, cut + size)
        )
        return Block("prose", kept, 0, atoms, lines, styles)

    def _token(self, token: Token, before: Token | None, after: Token | None) -> None:
        if self._muted and token.type in ("text", "text_special", "code_inline"):
            return
        match token.type:
            case "html_inline":
                self._tag(token.content)
            case "text":
                for char, at in zip(token.content, token.meta.get("at", []), strict=False):
                    self._add(char, self._from[at], self._to[at])
            case "text_special":
                a, b = token.meta["span"]
                for char in token.content:
                    self._add(char, self._from[a], self._to[b - 1])
            case "code_inline":
                self._code(token)
            case "softbreak" | "hardbreak":
                self._break("\n" if token.type == "hardbreak" else " ")
            case "em_open" | "strong_open" | "s_open" | "link_open":
                style = Style(len(self._parts), 0, _TAGS[token.type], _address(token))
                self._open.append(_Open(style, self._begin(token, before)))
            case "em_close" | "strong_close" | "s_close" | "link_close":
                self._close(self._finish(token, after))

    def _add(self, char: str, start: int, end: int) -> None:
        blank = char == BLANK and self._source[start:end] == " "
        self._parts.append(" " if blank else char)
        self._starts.append(start)
        self._ends.append(end)

    def _tag(self, markup: str) -> None:
        found = _TAG.match(markup)
        if found and found[2].lower() == "br":
            self._break("\n")
        elif found and found[2].lower() in _MUTED and not markup.endswith("/>"):
            self._muted = max(0, self._muted + (-1 if found[1] else 1))
        elif found and found[2].lower() in STYLED:
            self._element(found[2].lower(), bool(found[1]), markup)

    def _element(self, name: str, ends: bool, markup: str) -> None:
        """HTML in the text: it sets a range apart, but a quote may cut it."""
        if not ends and len(self._elements) < _DEEPEST:
            style = Style(len(self._parts), 0, STYLED[name], _href(markup))
            self._elements.append((name, style))
        while ends and any(name == one for one, _ in self._elements):
            one, style = self._elements.pop()
            if one == name:
                self._styles.append(style._replace(end=len(self._parts)))
                break

    def _break(self, blank: str) -> None:
        # The gap runs from the last character to the next one, which is not known yet.
        if self._parts and self._parts[-1] != "\n":
            self._add(blank, self._ends[-1], self._ends[-1])
            self._lines.append(len(self._parts))

    def _code(self, token: Token) -> None:
        a, b = token.meta["span"]
        size = len(token.markup)
        inner = b - a - 2 * size
        shift = (inner - len(token.content)) // 2
        begin = len(self._parts)
        for i, char in enumerate(token.content):
            at = a + size + shift + i
            self._add(char, self._from[at], self._to[at])
        self._atom(begin, self._from[a], self._to[b - 1])
        self._styles.append(Style(begin, len(self._parts), "code"))

    def _begin(self, token: Token, before: Token | None) -> int:
        if token.type == "link_open":
            return int(self._from[token.meta["span"][0]])
        at = token.meta["at"][0]
        if token.type == "strong_open" and before is not None and before.meta.get("at") == [at - 1]:
            at -= 1
        return int(self._from[at])

    def _finish(self, token: Token, after: Token | None) -> int:
        if token.type == "link_close":
            return int(self._to[token.meta["span"][1] - 1])
        at = token.meta["at"][-1]
        if token.type == "strong_close" and after is not None and after.meta.get("at") == [at + 1]:
            at += 1
        return int(self._to[at])

    def _close(self, end: int) -> None:
        opened = self._open.pop()
        self._atom(opened.style.start, opened.source, end)
        self._styles.append(opened.style._replace(end=len(self._parts)))

    def _atom(self, begin: int, start: int, end: int) -> None:
        """A range no quote may cut; its outer characters take the markup with them."""
        inked = [i for i in range(begin, len(self._parts)) if not self._parts[i].isspace()]
        if not inked:
            return
        # Blanks just inside the markup may be stripped later: the markup goes to the letters.
        for i in range(begin, inked[0]):
            self._starts[i] = self._ends[i] = start
        for i in range(inked[-1] + 1, len(self._parts)):
            self._starts[i] = self._ends[i] = end
        self._starts[inked[0]] = min(self._starts[inked[0]], start)
        self._ends[inked[-1]] = max(self._ends[inked[-1]], end)
        self._atoms.append(Range(begin, len(self._parts)))
