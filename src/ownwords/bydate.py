"""Posts that are asked for by their dates: "what's your latest post?", "첫 글은 뭐예요?", "what did you write in 2018?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ownwords.records import Post
from ownwords.wording import plain

LONGEST = 60  # characters; a longer question says what it is about
_KO_POST = "(?:블로그 ?)?(?:글|포스트|포스팅|게시글|게시물|아티클)(?:들)?"
_KO_WROTE = "(?:쓴|쓰신|썼던|쓰셨던|적은|적으신|올린|올리신|올라온|작성한|작성하신|작성된|발행한|발행된|게시된|나온)"
_KO_DID_WRITE = r"(?:쓰|써|썼|쓴|적|올리|올렸|올린|작성|발행|포스팅)\S*(?: (?:거|건|게|글)\S*)?"
_KO_WHAT = "(?:뭐|뭘|무엇을?|(?:무슨|어떤) (?:글|포스트|포스팅|내용)(?:을|를)?)"
_KO_REST = (
    r"(?:은|는|이|가|을|를|도|의|부터)?(?:요)?(?: ?(?:좀|목록|제목|하나|몇 ?개|\d ?개만?|다|전부|모두))*(?:은|는|이|을|를)?"
    r"(?: ?(?:뭐|뭔|무엇|어떤 ?거|어느|보여|알려|말해|소개|추천|있|궁금|찾아|볼 ?수)\S*(?: \S+)?)?"
)
_KO_NEW = r"(?:(?:가장|제일|젤) ?)?(?:최근|최신|요즘|요새|마지막|새로)(?:에|으로)?"
_KO_OLD = r"(?:(?:가장|제일|젤|맨) ?)?(?:처음|첫(?: ?번째)?|최초|오래된|옛날|먼저)(?:에|으로|의)?"
_EN_POST = r"(?:blog ?)?(?:posts?|articles?|entry|entries|essays?|blogs?|writings?)"
_EN_SHOW = r"(?:(?:what|which|where)(?: (?:is|are|was|were)|['’]?s|re)?|(?:please |can you |could you )?(?:show|give|tell|list)(?: me)?(?: about)?|do you have|any)"
_EN_OF = (
    r"(?:the |your |ur |his |her |all |all the |all your |some |some of your |a few |any |very )*"
)
_EN_NEW = r"(?:latest|newest|most recent|recent|last|new)"
_EN_OLD = r"(?:first|oldest|earliest|very first|first ever)"
_EN_WRITE = r"(?:write|post|publish|blog|writing|posting|blogging|written|posted|published|blogged)"
_EN_LATELY = r"(?:lately|recently|most recently|these days|last)"
_EN_END = r"(?: (?:about|pls|plz|on|here|there|on (?:this|your|the) (?:blog|site)|of (?:yours|this blog)|please|called))*"
_YEAR = r"(?P<year{0}>(?:19|20)\d\d)"
_KO_YEAR = rf"{_YEAR} ?년(?:도)?(?:에|의|에는|엔)?"
_ANY = re.compile(
    rf"(?P<new>{_KO_NEW} ?(?:{_KO_WROTE} ?)?{_KO_POST}{_KO_REST}|(?:최근|요즘|요새|마지막)(?:에|으로|엔|에는)? {_KO_WHAT} ?{_KO_DID_WRITE}"
    rf"|(?:새|새로운|신규|전체|모든) ?{_KO_POST}{_KO_REST}|(?:전체 ?)?{_KO_POST} ?(?:목록|리스트){_KO_REST}"
    rf"|(?:{_EN_SHOW} )?{_EN_OF}{_EN_NEW} {_EN_POST}{_EN_END}|what(?:['’]?s| is) new(?: here| on (?:the|this|your) (?:blog|site))?"
    rf"|what (?:have you|are you|did you|has the author|did the author)(?: been)? {_EN_WRITE}(?: about)? {_EN_LATELY}{_EN_END}"
    rf"|(?:please )?(?:show|list)(?: me)? {_EN_OF}{_EN_POST}|(?:a |the )?list of {_EN_OF}{_EN_POST}"
    rf"|마지막 ?{_KO_POST}(?:은|을)? ?언제 \S+|when (?:was|did you (?:write|publish|post)) (?:the |your )?(?:latest|last|most recent) {_EN_POST}(?: (?:written|published|posted))?)"
    rf"|(?P<old>{_KO_OLD} ?(?:{_KO_WROTE} ?)?{_KO_POST}{_KO_REST}|(?:처음|맨 ?처음|제일 ?처음)(?:에|으로|엔|에는)? {_KO_WHAT} ?{_KO_DID_WRITE}"
    rf"|(?:{_EN_SHOW} )?{_EN_OF}{_EN_OLD} {_EN_POST}{_EN_END}|what did (?:you|the author) {_EN_WRITE}(?: about)? first{_EN_END})"
    rf"|{_KO_YEAR.format(1)} ?(?:{_KO_WROTE} ?)?{_KO_POST}{_KO_REST}|{_KO_YEAR.format(2)} {_KO_WHAT} ?{_KO_DID_WRITE}"
    rf"|(?:{_EN_SHOW} )?{_EN_OF}{_EN_POST}(?: (?:were|are|did) (?:there|you write|published|written))?(?: {_EN_WRITE})? (?:from|of|in) {_YEAR.format(3)}{_EN_END}"
    rf"|(?:{_EN_SHOW} )?{_EN_OF}{_YEAR.format(4)} {_EN_POST}|what (?:did you|have you|did the author) {_EN_WRITE}(?: about)? in {_YEAR.format(5)}{_EN_END}",
    re.IGNORECASE,
)


class ByDate(NamedTuple):
    """Of all dated posts, or of those of a year; the newest first, or the oldest."""

    year: int | None = None
    oldest_first: bool = False


def asked(question: str) -> ByDate | None:
    """What is asked for, where nothing else is."""
    words = plain(question)
    found = _ANY.fullmatch(words) if len(words) <= LONGEST else None
    if found is None:
        return None
    named = next(
        (year for name, year in found.groupdict().items() if year and name.startswith("year")), None
    )
    return ByDate(int(named) if named else None, bool(found["old"]) or bool(named))


def rows(wanted: ByDate, posts: Sequence[Post]) -> list[int]:
    """Those posts, in that order; those of one day by their paths."""
    dated = [row for row, post in enumerate(posts) if post.date]
    if wanted.year:
        dated = [row for row in dated if (posts[row].date or "").startswith(str(wanted.year))]
    dated.sort(key=lambda row: posts[row].path)
    return sorted(dated, key=lambda row: posts[row].date or "", reverse=not wanted.oldest_first)
