"""Where an author says who he is: what "who are you?" asks for."""

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

_KO_TRADES = (
    "개발자|프로그래머|엔지니어|디자이너|작가|기획자|마케터|학생|대학생|대학원생|교사|선생님|의사|간호사|연구원|연구자|강사|주부|직장인|회사원"
    "|취준생|공무원|사진가|번역가"
)
_EN_TRADES = (
    "developer|engineer|designer|writer|teacher|student|programmer|scientist|doctor|researcher"
    "|photographer|nurse|librarian|author|blogger"
)
# "저는 후디라고 합니다", "...로 일하고 있는 김민수입니다", "I'm Nell.", "I am a security engineer": in 247 blogs of training/blogs
# it finds 20 sentences, of which all say so.
_PRESENTS = re.compile(
    r"(?:일하|근무하|재직하|공부하|활동하)고\s?있는\s\S{1,12}\s?(?:입니다|이에요|예요)|(?:^|\s)제\s?(?:이름|닉네임)은"
    r"|^(?:저는|전|안녕하세요[,!.]?)\s.{1,40}?(?:이라고|라고)\s?(?:합니다|해요|불러)|^안녕하세요[,!.]?\s.{1,60}입니다[.!]?$"
    rf"|^(?:저는|전)\s(?:.{{0,40}}\s)?\S{{0,6}}(?:{_KO_TRADES})\s?(?:입니다|이에요|예요)"
    r"|\b[Mm]y name(?: is|['’]s)\b|(?:^|[,.!] )(?:[Hh]i,? |[Hh]ello,? )?I(?: am|['’]m) "
    rf"(?:[A-Z][a-z]+(?: [A-Z][\w.]+)*[,.!]|an? (?:[\w-]+ ){{0,4}}(?:{_EN_TRADES})\b)"
)


def presents(sentence: str) -> bool:
    """Whether its author says in it who he is, by his name or his trade."""
    return bool(_PRESENTS.search(sentence))


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
