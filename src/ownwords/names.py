"""A question that is nothing but a word or a name, or asks who somebody is → where that stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from ownwords import conversation

LONGEST = 4  # words of such a question
_WHO = re.compile(
    r"^(?:who(?:['’]?s| is| was) (?P<en>\S+(?: \S+)?)|(?P<ko>\S+?)(?:이란|란|이|가|은|는|씨는)? 누구\S{0,5})$",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[?？!.,:;~()\"“”‘’]+")


def mentioned(question: str, texts: Iterable[str]) -> bool:
    """Whether the question is nothing but a word or a name that stands in one of the texts, or asks who
    somebody is whose name does."""
    whole, *name = sought(question) or ("",)
    return bool(whole) and any(
        stands(whole, text) or any(_named(who, text) for who in name) for text in texts
    )


def sought(question: str) -> tuple[str, ...]:
    """What the question may be nothing but, and the name of whom it asks who that is; empty where it leans on
    another question, or is too long for either."""
    if len(question.split()) > LONGEST or conversation.leans_by_wording(question):
        return ()
    who = _WHO.match(_unmarked(question))
    return (question, who["en"] or who["ko"]) if who else (question,)


def _named(name: str, text: str) -> bool:
    """Whether it stands in the text as a name does in Latin letters, with a capital."""
    found = re.search(rf"(?<!\w){re.escape(name)}(?![a-z\d_])", text, re.IGNORECASE)
    return found is not None and found[0][0].isupper()


def stands(question: str, text: str) -> bool:
    """Whether all of the question stands in the text from a word's beginning on, perhaps with a Korean
    particle behind it."""
    said, held = (_unmarked(one).casefold() for one in (question, text))
    return len(said) > 1 and bool(re.search(rf"(?<!\w){re.escape(said)}(?![a-z\d_])", held))


def _unmarked(text: str) -> str:
    return " ".join(_MARKS.sub(" ", unicodedata.normalize("NFC", text)).split())
