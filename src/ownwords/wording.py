"""A question as the patterns of its wording see it."""

from __future__ import annotations

import re

_MARKS = re.compile(r"[?？!！.…,;:~^]+(?=\s|$)")


def plain(question: str) -> str:
    """In lower case, with single blanks and without marks at a word's end."""
    return " ".join(_MARKS.sub(" ", question.lower()).split())
