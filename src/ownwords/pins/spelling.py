"""When two questions are the same, and when a text stands in another."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

# "C++", "C#", "#1", "$5", "a=b", "1/2", "10:30", "-5"
_BELONGING = re.compile(
    r"(?<=\w)[+#$=]++|(?<![+#$=])[+#$=]++(?=\w)|(?<=\w)[<>]+(?=\w)|(?<=\d)[./:-](?=\d)|(?<![^\s(])-(?=\d)"
)
_LAUGHS = re.compile(r"(?<![ㅋㅎㅠㅜ])[ㅋㅎㅠㅜ]++(?=[\W_]*$)")
_MARKUP = re.compile(r"(?<=\])\([^()\s]*\)|</?[a-zA-Z][^<>]*>|^[ \t>]*\d+[.)][ \t]", re.MULTILINE)


def spelled(question: str) -> str:
    """A question as it is told from others: letters, digits, and the marks that belong to a word or a
    number, without case. "C++" and "C#" are not "C", nor "2.0" "20", nor "1/2" "12"; a smile is nothing."""
    plain = unicodedata.normalize("NFKC", _LAUGHS.sub("", question)).casefold()
    kept = {at for found in _BELONGING.finditer(plain) for at in range(*found.span())}
    return "".join(
        char
        for at, char in enumerate(plain)
        if at in kept or unicodedata.category(char)[0] in "LNM"
    )


def readings(text: str) -> tuple[str, ...]:
    """A text of the author's pins folded: as it stands, and as one copied with its markup."""
    both = (folded(text), folded(_unmarked(text)))
    return tuple(dict.fromkeys(filter(None, both)))


def _unmarked(text: str) -> str:
    """The words of a text copied from a Markdown or HTML file: link targets, tags and the numbers
    of a list are gone (other marks are no letters)."""
    return html.unescape(_MARKUP.sub("", text))


@lru_cache(8192)
def folded(text: str) -> str:
    """Letters, digits and their marks alone, decomposed, without case: texts that differ in marks,
    blanks or normal form (NFD from macOS) are equal."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if unicodedata.category(char)[0] in "LNM")
