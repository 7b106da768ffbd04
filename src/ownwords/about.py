"""Which post introduces its author: what "who are you?" asks for."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from ownwords.records import Post

_ABOUT = frozenset(
    [
        "about",
        "aboutme",
        "abouttheauthor",
        "me",
        "bio",
        "biography",
        "profile",
        "whoami",
        "whoiam",
        "소개",
        "자기소개",
        "제소개",
        "저자소개",
        "작가소개",
        "글쓴이소개",
        "글쓴이",
        "프로필",
        "저는",
        "나는누구",
    ]
)


def introduces(post: Post) -> bool:
    """Whether its file, the folder of an index file, or its title is named as a page about the author is:
    `about.md`, `about/index.md`, `about.ko.md`, "About me", "자기소개"."""
    path = PurePosixPath(post.path)
    name = path.name.partition(".")[0]
    if name.casefold() in ("index", "_index", "readme"):
        name = path.parent.name
    return not _ABOUT.isdisjoint(map(_bare, (name, post.title)))


def _bare(name: str) -> str:
    return re.sub(r"[\W_]", "", name.casefold())
