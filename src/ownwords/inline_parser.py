"""markdown-it's inline parser with places: for each rule that matched, from where to where in the inline
text it read, which its tokens do not say; and with what people write beside CommonMark.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping, Sequence
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token

# What a site's generator reads: Hugo's and Liquid's tags, kramdown's attributes.
_SHORTCODE = re.compile(
    r"\{\{[<%].{0,2000}?[%>]\}\}|\{%.{0,2000}?%\}|\{:[^}\n]{0,200}\}", re.DOTALL
)
# Liquid puts an address together before Markdown sees it: `[x]({{ site.url }}/y)` is a link. The parser is given
# a noncharacter for its blanks.
_DESTINATION = re.compile(r"\]\(\s*<?(?:[^\s(){}<>]|\{\{[^{}\n]{0,200}\}\}){1,200}")
_LIQUID = re.compile(r"\{\{[^{}\n]*\}\}")
BLANK = "\ufdd0"
_CJK = re.compile("[가-힣ㄱ-ㅣぁ-ヿ一-鿿]")
_HEADING_ID = re.compile(r"\{#[\w-]+\}\s*\Z")
_FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\]")
_BRACES = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
# MDX: a tag whose attributes may be expressions, an expression, a comment.
_ATTRIBUTE = rf"[\w:-]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|{_BRACES}))?|{_BRACES}"
_JSX = re.compile(
    rf"</?(?:[A-Za-z][\w.:-]*(?:\s+(?:{_ATTRIBUTE}))*\s*/?)?>|{_BRACES}|<!--.*?-->", re.DOTALL
)


@cache
def parser(mdx: bool = False) -> MarkdownIt:
    """markdown-it with an inline parser that notes places, for CommonMark, tables, strikethrough,
    footnotes and shortcodes; for MDX, tags are JSX and blanks in front of a line are no code."""
    made = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    made.inline = _Traced()
    made.inline.ruler.before("link", "footnote_ref", _footnote_ref)
    made.inline.ruler.before("link", "shortcode", _shortcode)
    made.inline.ruler.before("html_inline", "jsx", _jsx)
    made.inline.ruler.enableOnly([
        "text", "newline", "escape", "backticks", "strikethrough", "emphasis", "footnote_ref",
        "shortcode", "link", "image", "autolink", "jsx" if mdx else "html_inline", "entity",
    ])  # fmt: skip
    if mdx:
        made.block.ruler.disable(["html_block", "code"])
    # These merge text tokens and would lose their places.
    made.inline.ruler2.enableOnly(["balance_pairs", "strikethrough", "emphasis"])
    made.core.ruler.disable(["text_join"], ignoreInvalid=True)
    return made


def _footnote_ref(state: StateInline, silent: bool) -> bool:
    """`[^1]`, where such a footnote is defined."""
    found = _FOOTNOTE.match(state.src, state.pos, state.posMax)
    known = found is not None and found[1] in state.env.get("footnotes", ())
    return known and _hidden(state, found, "footnote_ref", silent)


def _shortcode(state: StateInline, silent: bool) -> bool:
    found = _SHORTCODE.match(state.src, state.pos, state.posMax)
    found = found or _HEADING_ID.match(state.src, state.pos, state.posMax)
    return _hidden(state, found, "shortcode", silent)


def _jsx(state: StateInline, silent: bool) -> bool:
    found = _JSX.match(state.src, state.pos, state.posMax)
    return _hidden(state, found, "html_inline", silent)


def _hidden(state: StateInline, found: re.Match[str] | None, type: str, silent: bool) -> bool:
    """Take what was found, as a token that shows no text."""
    if found is None:
        return False
    if not silent:
        state.push(type, "", 0).content = found[0]
    state.pos = found.end()
    return True


class _State(StateInline):
    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:
        """Emphasis that ends or begins between a mark and a letter of a script that writes words without
        blanks between them and their endings: `**임계치(threshold)**를`. CommonMark takes it for none."""
        found = super().scanDelims(start, canSplitWord)
        if not canSplitWord:
            return found
        before = self.src[start - 1 : start]
        after = self.src[start + found.length : start + found.length + 1]
        opens = bool(_CJK.match(before)) and bool(after.strip())
        closes = bool(_CJK.match(after)) and bool(before.strip())
        return Scanned(found.can_open or opens, found.can_close or closes, found.length)


class _Traced(ParserInline):
    """The inline parser, noting in each token's meta where it stands: `at`, a position for every
    character of a text token, or `span`, for the others."""

    def parse(
        self, src: str, md: MarkdownIt, env: MutableMapping[str, Any], tokens: list[Token]
    ) -> list[Token]:
        state = _State(_DESTINATION.sub(_without_blanks, src), md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens

    def tokenize(self, state: StateInline) -> None:
        rules = self.ruler.getRules("")
        trace: list[int] = []
        while state.pos < state.posMax:
            before, tokens, pending = state.pos, len(state.tokens), len(state.pending)
            deep = state.level >= state.md.options["maxNesting"]
            if not deep and any(rule(state, False) for rule in rules):
                fresh = state.tokens[tokens:]
                if fresh and pending:
                    fresh[0].meta["at"] = trace[: len(fresh[0].content)]
                    fresh, trace = fresh[1:], []
                elif fresh:
                    trace = []
                _note(fresh, before, state.pos)
                trace += range(before, before + len(state.pending) - len(trace))
            else:
                trace.append(state.pos)
                state.append_pending(state.src[state.pos])
                state.pos += 1
        if state.pending:
            state.pushPending().meta["at"] = trace


def _without_blanks(destination: re.Match[str]) -> str:
    return _LIQUID.sub(lambda liquid: liquid[0].replace(" ", BLANK), destination[0])


def _note(tokens: Sequence[Token], start: int, end: int) -> None:
    auto = bool(tokens) and tokens[0].markup == "autolink"
    at = start + auto
    for token in tokens:
        if token.meta:
            continue
        if token.type == "text":
            token.meta["at"] = list(range(at, at + len(token.content)))
            at += len(token.content)
        else:
            token.meta["span"] = (start, end)
