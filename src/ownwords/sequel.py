"""How it went on: "and then?", "그래서요?". What an author tells next stands next in his post, and in
no words that such a question has."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ownwords.records import Passage, Range

_KO_SO = "(?:그래서|그리고|그럼|그러고 ?나서|그러고|그러다가?|결국)"
_KO_AFTER = "(?:그|이) ?(?:바로 ?)?(?:다음|담|후|뒤|이후)(?:에|로|부터)?|이후(?:에|로)?|나중에"
_KO_ENDING = "(?:는|은|엔)?(?:요|용)?"
_KO_BECAME = r"(?:어떻게|어케|뭐가|무슨 일이) ?(?:되|됐|되었|됐었|돌아가|흘러가|흘러갔|있었|생겼)\S*(?: 거\S*)?"
_EN_THEN = r"(?:next|then|from there|in the end|after(?:wards?)?(?: that)?)"
# Whole questions, in lower case and without marks: `conversation` makes them so.
_ASKED = re.compile(
    rf"{_KO_SO}{_KO_ENDING}|(?:{_KO_SO} )?(?:{_KO_AFTER}){_KO_ENDING}"
    rf"|(?=.*(?:그|결국|이후|나중))(?:{_KO_SO} ?)?(?:(?:{_KO_AFTER}){_KO_ENDING} ?)?{_KO_BECAME}"
    rf"|(?:{_KO_SO} )?(?:그 ?)?(?:다음|뒷|뒤|이후) ?(?:이야기|얘기|내용)(?:은|는|이|가)?(?:요| 뭐\S*| 궁금\S*)?"
    r"|(?:(?:and|so|then|ok|okay) ?){1,3}(?<! )(?: what)?|(?:and )?what next"
    rf"|(?:(?:and|so|ok) )?(?:then )?what (?:happened|came|comes|happens)(?: {_EN_THEN})?"
    rf"|(?:(?:and|so) )?(?:after(?:wards?)? that|afterwards?|what (?:did|do) (?:you|he|she|they) do {_EN_THEN})"
    r"|(?:(?:and|so) )?how did (?:it|that|this|things|everything) (?:all )?(?:end|go|turn out|work out|end up)(?: in the end| for (?:you|him|her|them))?"
)


def asked_for(plain: str) -> bool:
    """Whether a question, in lower case and without marks at a word's end, asks for nothing but how
    it went on."""
    return bool(_ASKED.fullmatch(plain))


def after(shown: Sequence[int], passages: Sequence[Passage]) -> list[int]:
    """The rows that follow the best of those that were shown (best first) in its post, behind the
    others that were shown and follow it without a gap; in reading order."""
    if not shown:
        return []
    last = shown[0]
    while last + 1 in shown:
        last += 1
    return [
        row for row in range(last + 1, len(passages)) if passages[row].post == passages[last].post
    ]


def rest(passage: Passage, marked: Sequence[Range]) -> Range | None:
    """What follows the sentences that answered in their own passage, a range of the post's file; None
    where they end it, or are all of it."""
    end = max((span.end for span in marked), default=len(passage.text))
    left = [span for span in passage.sentences[passage.lead :] if span.start >= end]
    return Range(passage.content.starts[left[0].start], passage.end) if left else None
