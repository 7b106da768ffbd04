"""Years that a question names, and those that a post speaks of."""

from __future__ import annotations

import re

from ownwords.records import Post

# The probability that a place answers a question whose year no shown post speaks of: of the questions of
# training/blogs that name a year, 20 of 476 answerable ones and 85 of 515 others are such, every blog's posts
# together (scripts/years_told.py).
UNTOLD = 0.19
# Neither a decade, an amount nor a decimal.
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?!\d|[.,]\d|\s?년대|s\b|\s?[만천백억원])")


def named(text: str) -> frozenset[int]:
    """The years from 1900 to 2099 that stand in a text."""
    return frozenset(map(int, _YEAR.findall(text)))


def told(post: Post) -> frozenset[int]:
    """The years that a post speaks of: those it names, its date's, and the one before and the one after
    that: a year is looked back at in January, and planned in December."""
    dated = named((post.date or "")[:4])
    return named(f"{post.title} {post.source}") | {
        year + step for year in dated for step in (-1, 0, 1)
    }
