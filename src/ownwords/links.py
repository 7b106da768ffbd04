"""Where a click on a quote goes: the author's own page at the quoted words, or the reading page.

The former is a text fragment (WICG "URL Fragment Text Directives"): `#:~:text=` and then
`[prefix-,]start[,end][,-suffix]`. What a browser does with it decides how it is made: it takes the
first match in the page, compares whole words whatever their case, and looks for each of the four
inside one block, while they may stand in different ones.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import quote, urlsplit

from ownwords.records import Passage, Post

EXACT_CHARS = 60  # longer quotes name their first and last words only
EDGE_CHARS = 24  # how much of each end such a link names, in whole words, where that is enough
CONTEXT_WORDS = 8  # of what stands before or after, at most

_BLOCK = re.compile(r"[\n\t]+")  # a passage's text: a line a block or a row, a tab between cells
# Where a language has no blanks, a browser finds a word's edge at its punctuation.
_WORD = re.compile(r"[^\s、。，！？；：」』）]*[、。，！？；：」』）]+|[^\s、。，！？；：」』）]+")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What else a post's page says: `page` is all its text; `before` and `after` are the texts that
    touch the quote, "" where it is not known what does."""

    page: str = ""
    before: str = ""
    after: str = ""


ALONE = Surroundings()


def surroundings(post: Post, passages: Sequence[Passage], at: int) -> Surroundings:
    """Those of passage `at`; `passages` are all of the post's, in file order.

    Code and images stand in no passage: what touches a quote is known only where nothing that can
    be read stands between.
    """
    lines = [post.title, *passages[0].headings]
    for one, other in pairwise([*passages, passages[-1]]):
        lines += [one.text, *(other.headings if other.headings != one.headings else ())]
    return Surroundings("\n".join(lines), _before(post, passages, at), _after(post, passages, at))


def _before(post: Post, passages: Sequence[Passage], at: int) -> str:
    begin, mine = passages[at - 1].end if at else 0, passages[at]
    gap = _letters(post.source[begin : mine.start])
    if at and not gap:
        return passages[at - 1].text
    heading = mine.headings[-1] if mine.headings else ""
    return heading if at and gap == _letters(heading) else ""


def _after(post: Post, passages: Sequence[Passage], at: int) -> str:
    if at + 1 == len(passages):
        return ""
    gap = post.source[passages[at].end : passages[at + 1].start]
    return "" if _letters(gap) else passages[at + 1].text


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def quote_link(
    url: str | None, post_id: str, start: int, end: int, text: str, around: Surroundings = ALONE
) -> str:
    """The address of a quote: a text fragment of `url`, or the built-in reading page.

    `start` and `end` are the quote's range in the file, `text` the quote as a reader sees it.
    An address that is not http(s) is never linked to (`javascript:` in front matter, say).
    """
    if url is None or not is_web(url):
        return f"{reading_link(post_id)}?s={start}-{end}#quote"
    url = url.partition(":~:")[0]
    joint = "" if "#" in url else "#"
    directive = text_directive(text, around)
    return f"{url}{joint}:~:text={directive}" if directive else url


def post_link(url: str | None, post_id: str) -> str:
    """The address of a whole post."""
    return url if url is not None and is_web(url) else reading_link(post_id)


def reading_link(post_id: str) -> str:
    return f"/posts/{quote(post_id, safe='')}"


def is_web(url: str) -> bool:
    """Whether an address is an http(s) one with a host and without blanks or control characters."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    clean = url.isprintable() and not any(char.isspace() for char in url)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and clean


def text_directive(text: str, around: Surroundings = ALONE) -> str:
    """The value of the `text=` directive that marks a quote; "" for one without words."""
    blocks = [" ".join(block.split()) for block in _BLOCK.split(text) if block.strip()]
    if not blocks:
        return ""
    page = _folded(around.page)
    if len(blocks) == 1 and (len(blocks[0]) <= EXACT_CHARS or len(_heads(blocks[0])) == 1):
        return _exact(blocks[0], page, around)
    return _pair(blocks, page, around)


def _exact(words: str, page: str, around: Surroundings) -> str:
    """The quote itself; where the page says the same elsewhere, with what stands before it, after
    it or both."""
    before, after = ["", *_before_words(around)], ["", *_after_words(around)]
    for prefix, suffix in [*((one, "") for one in before), *((before[-1], one) for one in after)]:
        if _is_one(f"{prefix} {words} {suffix}", page):
            break
    return _directive(prefix, words, "", suffix)


def _pair(blocks: Sequence[str], page: str, around: Surroundings) -> str:
    """The quote's first and last words, which may stand in different blocks."""
    heads, tails = _heads(blocks[0]), _tails(blocks[-1])
    if len(blocks) == 1:
        middle = len(heads) // 2
        heads, tails = heads[:middle], tails[: len(tails) - middle]
    prefix, start = _start(_long_enough(heads), page, around)
    rest = _folded(" ".join(blocks)[len(start) :])
    # The browser stops at the first match after the start.
    ends = _long_enough(tails)
    end = next((end for end in ends if _is_one(end, rest)), ends[-1])
    suffix = "" if _is_one(end, rest) else next(iter(_after_words(around)), "")
    return _directive(prefix, start, end, suffix)


def _start(heads: Sequence[str], page: str, around: Surroundings) -> tuple[str, str]:
    """A prefix and the first words: told from their like by the prefix, or by more of the quote's
    own words where it is not known what stands before it."""
    for prefix in ["", *_before_words(around)]:
        if _is_one(f"{prefix} {heads[0]}", page):
            return prefix, heads[0]
    return "", next((head for head in heads if _is_one(head, page)), heads[-1])


def _long_enough(terms: Sequence[str]) -> Sequence[str]:
    """The terms, each longer than the one before, from the last that fits EDGE_CHARS on."""
    fitting = sum(len(term) <= EDGE_CHARS for term in terms)
    return terms[max(0, fitting - 1) :]


def _before_words(around: Surroundings) -> Sequence[str]:
    return _tails(_BLOCK.split(around.before.strip())[-1])[:CONTEXT_WORDS]


def _after_words(around: Surroundings) -> Sequence[str]:
    return _heads(_BLOCK.split(around.after.strip())[0])[:CONTEXT_WORDS]


def _heads(block: str) -> list[str]:
    """The block's first word, its first two and so on."""
    return [block[: word.end()] for word in _WORD.finditer(block)]


def _tails(block: str) -> list[str]:
    """The block's last word, its last two and so on."""
    return [block[word.start() :] for word in _WORD.finditer(block)][::-1]


def _is_one(words: str, page: str) -> bool:
    return page.count(_folded(words)) <= 1


def _folded(text: str) -> str:
    """Text as a browser compares it: neither case nor the number of blanks counts."""
    return " ".join(text.split()).casefold()


def _directive(prefix: str, start: str, end: str, suffix: str) -> str:
    """Each part percent-encoded: a `-`, `,` or `&` of the text is no syntax."""
    parts = [
        f"{_encoded(prefix)}-" if prefix else "",
        _encoded(start),
        _encoded(end),
        f"-{_encoded(suffix)}" if suffix else "",
    ]
    return ",".join(filter(None, parts))


def _encoded(text: str) -> str:
    """Never fails on a surrogate."""
    words = " ".join(text.split())
    return quote(words, safe="", errors="replace").replace("-", "%2D")
