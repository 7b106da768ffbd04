"""A question that is nothing but a word or a name, or asks who or what that is → where it stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from ownwords import conversation
from ownwords.language import language_of

LONGEST = 4  # words of such a question
# "who is LJ", "LJ가 누구예요", "what's OpenVoter", "존2가 뭐예요"
_IS = re.compile(
    r"^(?:who(?:['’]?s| is| was)|what(?:['’]?s| is| are)(?! (?:your?|his|her|my|it|this|that)\b)(?: an?| the)?) (?P<en>\S+(?: \S+)?)$"
    r"|^(?P<ko>\S+?(?: \S+?)?)(?:이란|란|이|가|은|는|씨는)? ?(?:누구|뭐|뭔|무엇)(?:[가-힣]{0,5})$",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[?？!.,:;~()\"“”‘’]+")


def mentioned(question: str, texts: Iterable[str]) -> bool:
    """Whether the question is nothing but a word or a name that stands in one of the texts, or asks who
    or what that is, and it does as a name."""
    whole, *name = sought(question) or ("",)
    return bool(whole) and any(
        stands(whole, text) or any(_named(who, text) for who in name) for text in texts
    )


def sought(question: str) -> tuple[str, ...]:
    """What the question may be nothing but, and the name of which it asks who or what that is; empty where it leans on
    another question, or is too long for either."""
    if len(question.split()) > LONGEST or conversation.leans_by_wording(question):
        return ()
    who = _IS.match(_unmarked(question))
    return (question, who["en"] or who["ko"]) if who else (question,)


def _named(name: str, text: str) -> bool:
    """Whether it stands in the text as a name does: with a capital, a digit, or as Latin letters among Korean."""
    found = re.search(rf"(?<!\w){re.escape(name)}(?![a-z\d_])", text, re.IGNORECASE)
    if found is None:
        return False
    among_korean = found[0].isascii() and language_of(text) == "ko"
    return among_korean or any(one.isupper() or one.isdigit() for one in found[0])


def stands(question: str, text: str) -> bool:
    """Whether all of the question stands in the text from a word's beginning on, perhaps with a Korean
    particle behind it."""
    said, held = (_unmarked(one).casefold() for one in (question, text))
    return len(said) > 1 and bool(re.search(rf"(?<!\w){re.escape(said)}(?![a-z\d_])", held))


def _unmarked(text: str) -> str:
    return " ".join(_MARKS.sub(" ", unicodedata.normalize("NFC", text)).split())
