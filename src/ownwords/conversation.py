"""What a question owes to the ones before it: pure functions over a visitor's questions."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Wordings that point at what was said before. Pronouns for people are not among them in English:
# visitors speak of the author as "he" or "she" from the first question on.
_POINTS_BACK = re.compile(
    r"(?:^|\s)그(?:거|것|게|건|걸|분|때|곳|런|럼|러면|러다)"  # 그건, 그분들, 그럼
    r"|(?:^|\s)그\s|^(?:이|저)\s|^(?:이|저)(?:거|것|게|건|걸|분|때|곳|런)"  # 그 회사는
    r"|^그렇|(?:^|\s)(?:거기|저기)|^(?:여기|그래서|그리고|그러고|그런데|근데)|^(?:또|더)\s"
    r"|^(?:and|but|so|then|what about|how about|another|else|or)\b"
    r"|\b(?:its|them|those)\b|\b(?:the other one|that one|this one)\b"
    r"|\b(?:it|that|this|there)$"
    # "it", but not that of "is it easy to ..." and "is it true that ..."
    r"|\bit\b(?!.*\b(?:to|if|that|when)\b)",
    re.IGNORECASE,
)
# A question that says nothing alone: "왜요?", "when?", "예를 들면?"
_BARE = re.compile(
    r"(?:왜|언제|어디|누구|얼마|어떻게|어째서|정말|진짜)(?:서|나|랑|요|죠|인가요|예요|에요)?|예를 들\S*"
    r"|(?:why|when|where|who|how|how come|really|how so|since when|for example|such as)"
    r"(?: not| then| though| so)?"
)
_MORE = re.compile(
    r"(?:그리고\s)?(?:좀\s|조금\s)?(?:더|다른)\s?(?:(?:자세히|많이|있어|있나|없어|없나|없을까|보여|알려|얘기|이야기|말|예|예시|것|거|글|곳|부분|내용|답)\S*\s?)*(?:주세요|줘|요|해줘|해주세요|알려주세요|보여주세요)?"
    r"|또\s?(?:있어|있나|없어|없나)\S*|또|계속|계속해\S*"
    r"|(?:and\s|any\s|some\s|show\s(?:me\s)?|tell\s(?:me\s)?|give\s(?:me\s)?|can you\s)*(?:more|another|another one|others?|something else|anything else|what else|go on|continue|next)"
    r"(?:\s(?:example|examples|please|details?|quotes?|of them|about (?:it|that|this)))*"
)


def points_back(question: str) -> bool:
    """Whether the wording points at what was said before, or says too little alone."""
    plain = _plain(question)
    return bool(_POINTS_BACK.search(plain)) or bool(_BARE.fullmatch(plain)) or wants_more(question)


def wants_more(question: str) -> bool:
    """Whether it asks for nothing but further places ("더 자세히", "another example")."""
    return bool(_MORE.fullmatch(_plain(question)))


def asked_before(question: str, history: Sequence[str]) -> tuple[str, tuple[str, ...], int]:
    """The question that a request for more is about, the history of that one, and how many
    times more was asked for: 0 for any other question, which is returned with its history."""
    if not wants_more(question):
        return question, tuple(history), 0
    pages, earlier = 1, list(history)
    while earlier and wants_more(earlier[-1]):
        earlier.pop()
        pages += 1
    return (earlier[-1], tuple(earlier[:-1]), pages) if earlier else (question, (), 0)


def leaning(history: Sequence[str]) -> tuple[str, ...]:
    """The earlier questions to read one with, oldest first: the last, and those before it as
    long as each points back itself. Requests for more say nothing."""
    taken: list[str] = []
    for earlier in reversed([one for one in history if not wants_more(one)]):
        taken.append(earlier)
        if not points_back(earlier):
            break
    return tuple(reversed(taken))


def _plain(question: str) -> str:
    return " ".join(question.lower().split()).strip(" ?？!.…~")
