"""Years that a question names, and those that a post speaks of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ownwords.records import Post
from ownwords.wording import plain

# The probability that a place answers a question whose year no shown post speaks of: of the questions of
# training/blogs that name a year, 20 of 476 answerable ones and 85 of 515 others are such, every blog's posts
# together (scripts/told.py).
UNTOLD = 0.19
# Neither a decade, an amount nor a decimal.
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?!\d|[.,]\d|\s?년대|s\b|\s?[만천백억원])")
# "22년에는", "23년 가을": neither "10년 동안" nor "20년도 넘게".
_SHORT = re.compile(
    r"(?<![\d.,])(?<!경력 )(?<!향후 )(?<!앞으로 )(?<!약 )(?<!최근 )(?<!지난 )([0-3]\d)(?=\s?년(?:도(?! ?(?:더|안|채|넘|못|훨))(?:에|의)?(?![가-힣])|\s?(?:에 )?(?:쓴 ?)?글(?![가-힣])|말(?!고)|초(?!과)"
    r"|(?:에|에는|엔|에도|은요|는요)(?![가-힣]| ?(?:(?:[한두세네몇]|\d+) ?번|걸|하나|가까|이르|달하))|\s?(?:봄|여름|가을|겨울|회고|한\s?해|상반기|하반기|\d학기|(?:1[0-2]|[1-9])월)))"
)


# "2017년에는 뭐 하셨나요", "what did you do in 2017?"
_AS_SUCH = re.compile(
    r"(?:(?:그럼|근데|혹시) )?(?:19|20)\d\d ?년(?:도)?(?:에는|에|엔|은|는|의)? ?(?:(?:뭐|뭘|무엇을?|무슨 ?일을?|어떤 ?일을?) ?(?:하|했|한|있|생기|생겼|겪)\S*(?: \S+)?|어떻게 (?:지내|지냈|보내|보냈)\S*|어땠\S*|회고\S*|요)?"
    r"|(?:(?:and|so|but) )?what (?:did (?:you|he|she|the author) do|(?:were|was) (?:you|he|she|the author) (?:doing|up to)|happened(?: to (?:you|him|her))?|was going on) (?:in|during|back in) (?:19|20)\d\d"
    r"|(?:(?:and|so|but) )?how (?:was|did) (?:your )?(?:19|20)\d\d(?: (?:go|for you))?",
    re.IGNORECASE,
)


_NOW = re.compile(
    r"지금(?!까지|껏|도록)|현재(?!까지)|요즘|요새|최근|\b(?:currently|(?<!until )(?<!by )(?<!till )now(?! and then)|nowadays|these days|at the moment|lately|recently)\b",
    re.IGNORECASE,
)


def as_such(question: str) -> bool:
    """Whether it asks for nothing but what was in a year."""
    return bool(_AS_SUCH.fullmatch(plain(question)))


def now(question: str) -> bool:
    """Whether it asks for what is so now, as far as the posts know."""
    return bool(_NOW.search(question))


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


def of(post: Post) -> frozenset[int]:
    """The years that a post is of: those of its title, else its date's. A look back at a year is dated in the next."""
    return named(post.title) or named((post.date or "")[:4])


class Known:
    """The years of a corpus's posts, read when a question first asks for one: long posts take their time."""

    def __init__(self, posts: Sequence[Post]) -> None:
        self._posts = posts

    @cached_property
    def told(self) -> list[frozenset[int]]:
        """What each post speaks of."""
        return list(map(told, self._posts))

    @cached_property
    def every(self) -> frozenset[int]:
        return frozenset[int]().union(*self.told)

    @cached_property
    def of(self) -> list[frozenset[int]]:
        return list(map(of, self._posts))

    @cached_property
    def recent(self) -> NDArray[np.float32]:
        """How far on among the days that posts are dated each is, 0 to 1, shape (posts,); half where it has
        no date."""
        days = sorted({post.date for post in self._posts if post.date})
        last = max(1, len(days) - 1)
        places = {day: at / last for at, day in enumerate(days)}
        found = [places.get(post.date or "", 0.5) for post in self._posts]
        return np.array(found, dtype=np.float32)

    def near(self, asked: Iterable[int]) -> NDArray[np.float32]:
        """How near each post is to the years, shape (posts,): 1 where it speaks of one of them, and 1 more where it
        is of one."""
        years = frozenset(asked)
        if not years:
            return np.zeros(len(self._posts), dtype=np.float32)
        near = [
            bool(years & told) + bool(years & own)
            for told, own in zip(self.told, self.of, strict=True)
        ]
        return np.array(near, dtype=np.float32)


def in_full(question: str, known: Callable[[], frozenset[int]]) -> str:
    """The question with "22년에는" as "2022년에는", where 2022 is one of the years that `known` tells."""

    def spelled(found: re.Match[str]) -> str:
        year = 2000 + int(found[1])
        return str(year) if year in known() else found[1]

    return _SHORT.sub(spelled, question)
