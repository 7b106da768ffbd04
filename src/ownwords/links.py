"""Where a click on a quote goes: the author's own page at the quoted words, or the reading page."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

EXACT_CHARS = 60  # longer quotes name their first and last words only
EDGE_CHARS = 24  # how much of each end such a link names, at most, in whole words


def quote_link(url: str | None, post_id: str, start: int, end: int, text: str) -> str:
    """The address of a quote: a text fragment of `url`, or the built-in reading page.

    `start` and `end` are the quote's range in the file, `text` the quote as a reader sees it.
    An address that is not http(s) is never linked to (`javascript:` in front matter, say).
    """
    if url is None or not is_web(url):
        return f"{reading_link(post_id)}?s={start}-{end}#quote"
    joint = "" if "#" in url else "#"
    directive = text_directive(text)
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


def text_directive(text: str) -> str:
    """The value of a `text=` directive (WICG Scroll To Text Fragment): `text` or `start,end`.

    An exact match may not cross two blocks of a page, a pair may: so only short quotes are exact.
    """
    words = text.split()
    whole = " ".join(words)
    if len(whole) <= EXACT_CHARS or len(words) < 2:
        return _encoded(whole[: EXACT_CHARS * 4])
    first = _edge(words)
    last = _edge(words[::-1])[::-1]
    return f"{_encoded(' '.join(first))},{_encoded(' '.join(last))}"


def _edge(words: list[str]) -> list[str]:
    """The leading words that fit EDGE_CHARS, at least one, at most half of them."""
    taken, length = words[:1], len(words[0])
    for word in words[1 : len(words) // 2]:
        length += 1 + len(word)
        if length > EDGE_CHARS:
            break
        taken.append(word)
    return taken


def _encoded(text: str) -> str:
    """Percent-encoded; `-`, `,` and `&` are syntax inside a directive. Never fails on a surrogate."""
    return quote(text, safe="", errors="replace").replace("-", "%2D")
