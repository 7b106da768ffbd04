"""How it went on: "and then?", "그래서요?". What an author tells next stands next in his post, and in
no words that such a question has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import dropwhile, takewhile

from ownwords.records import Passage, Range

_KO_SO = "(?:그래서|그리고|그러고 ?나서|그러고|그러다가?|결국)"
_KO_AFTER = "(?:그 ?(?:바로 ?)?(?:다음|담|후|뒤|이후)|이후)(?:에|로|부터)?"
_KO_ENDING = "(?:는|은|엔)?(?:요|용)?"
_KO_BECAME = r"(?:(?:어떻게|어케) ?(?:됐|된|돼|되(?:었|나|는|어|셨|죠|지))|(?:뭐가|무슨 일이) ?(?:있었|생겼|벌어졌|일어났))\S*(?: (?:거|건|걸)\S*)?"
_EN_SO = "(?:(?:and|so|ok|okay|then) )*"
_EN_THEN = r"(?:next|then|from there|in the end|after(?:wards?)?(?: that)?)"
_EN_IT = "(?:it|that|this|things|everything)(?: all)?"
# In lower case and without marks: `conversation` makes them so. What asks for nothing by itself, and what may.
_BARE = re.compile(
    rf"{_KO_SO}{_KO_ENDING}|(?:(?:{_KO_SO}|그럼) )?{_KO_AFTER}{_KO_ENDING}"
    rf"|(?:{_KO_SO} )?(?:그 ?)?(?:다음|뒷|뒤|이후) ?(?:이야기|얘기|내용)(?:은|는|이|가)?(?:요| 뭐\S*| 궁금\S*)?"
    rf"|{_EN_SO}(?:and|so|then)(?: what)?|{_EN_SO}what next|{_EN_SO}what (?:happened|came|comes|happens) (?:next|then)"
    rf"|{_EN_SO}(?:after(?:wards?)? that|afterwards?)"
)
_WHOLE = re.compile(
    rf"(?:{_KO_SO} ?|(?:{_KO_SO} )?(?:{_KO_AFTER}|나중에){_KO_ENDING} ?){_KO_BECAME}"
    rf"|{_EN_SO}what (?:happened|came)(?: {_EN_THEN})?|{_EN_SO}what did (?:you|he|she|they) do {_EN_THEN}"
    rf"|{_EN_SO}how did {_EN_IT} (?:end|turn out|work out|end up)(?: in the end| for (?:you|him|her|them))?"
    rf"|(?:(?:and|so) )+how did {_EN_IT} go|how did {_EN_IT} go in the end"
)


def asked_for(plain: str) -> bool:
    """Whether a question, in lower case and without marks at a word's end, asks for nothing but how
    it went on, behind another one."""
    return bare(plain) or bool(_WHOLE.fullmatch(plain))


def bare(plain: str) -> bool:
    """Whether it asks for nothing at all where no question stands before it."""
    return bool(_BARE.fullmatch(plain))


def after(shown: Sequence[int], passages: Sequence[Passage]) -> list[int]:
    """The rows that follow the best of those that were shown (best first) in its post, behind the
    others that were shown and follow it without a gap; in reading order."""
    if not shown:
        return []
    post = passages[shown[0]].post
    own = takewhile(lambda row: passages[row].post == post, range(shown[0] + 1, len(passages)))
    return list(dropwhile(shown.__contains__, own))


def before(shown: Sequence[int], passages: Sequence[Passage]) -> list[int]:
    """The rows before the best of those that were shown (best first) in its post, without these."""
    if not shown:
        return []
    post = passages[shown[0]].post
    own = takewhile(lambda row: passages[row].post == post, range(shown[0] - 1, -1, -1))
    return [row for row in own if row not in shown]


def rest(passage: Passage, marked: Sequence[Range]) -> Range | None:
    """What follows the sentences that answered in their own passage, a range of the post's file; None
    where they end it, or are all of it."""
    end = max((span.end for span in marked), default=len(passage.text))
    left = [span for span in passage.sentences[passage.lead :] if span.start >= end]
    return Range(passage.content.starts[left[0].start], passage.end) if left else None
