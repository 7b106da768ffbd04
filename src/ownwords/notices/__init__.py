"""Messages that ask the product, not the author: greetings, thanks, "what can I ask?".

A message is a notice's only when nothing else is left in it: every pattern must take the whole of
it, so that "고마운 사람이 누구였나요?" and "how do you say hello?" stay questions. The replies are
fixed texts of the product itself.
"""

from __future__ import annotations

import re
from itertools import islice

from ownwords.notices.courtesies import courtesy, misspelt, without_courtesies
from ownwords.notices.kinds import Kind
from ownwords.notices.questions import OF_SOMEBODY, QUESTIONS
from ownwords.notices.replies import text
from ownwords.notices.wording import KO_END, plain

__all__ = ["Kind", "behind_courtesy", "notice_of", "of_somebody", "text"]

LONGEST = 60  # characters; a longer message holds more than a courtesy
COURTEOUS = 5  # words at most before a question

# "1", "ㄴ", "lol", "오, 진짜?"
_SAYS_NOTHING = re.compile(
    r"\d{1,2}|[ㄱ-ㅎㅏ-ㅣ]+|(?:오|와|우와|아하|헐|대박|정말로?|진짜로?|아니(?:요|오)?|그래요?|글쎄요?|음)+"
    r"|(?:(?:oh|ah|wow|lol|lmao|haha(?:ha)*|hehe|hm+|no|nope|yes|yeah|yep|yup|sure|please|really|maybe|omg|whatever) ?)+"
)
_BLANK = re.compile(r"[!.,~…]*\s+")
_JOINING = ("그럼", "and", "so", "then")  # belong to the question: what it is asked of
# A sentence in Korean, to somebody perhaps: no part of what follows.
_ENDED = re.compile(rf"(?:니다|니당|니까|시오|함다|{KO_END})[!.,~…]*(?:\s+\S*님)?$")


def notice_of(question: str, author: str = "") -> Kind | None:
    """What the message is, None where it is a question to the posts. Pure; any text is defined.

    `author` is the setting: a name by which a visitor may greet. The language does not matter,
    Korean visitors write "hi" and "thx" as well.
    """
    message = plain(question)
    if len(message) > LONGEST:
        return None
    if not message:  # "?", "...", ":)"
        return Kind.HELP if question.strip() else None
    asks = question.rstrip(" \t\n.!~^)ㅋㅎㅠㅜ").endswith(("?", "？"))
    name = plain(author)
    for kind, whole in QUESTIONS:
        if whole.fullmatch(without_courtesies(message, name)):
            return kind
    said = courtesy(message, name) or misspelt(message)
    if said is None and _SAYS_NOTHING.fullmatch(message):
        return Kind.HELP
    return None if said is Kind.THANKS and asks else said  # "고마워?" asks


def of_somebody(question: str) -> bool:
    """Whether it asks for a name or for who that is, and does not say of whom: "이름이 뭐예요?"."""
    return bool(OF_SOMEBODY.fullmatch(plain(question)))


def behind_courtesy(question: str, author: str = "") -> str:
    """What is asked behind a greeting or thanks, which would be looked for too: "감사합니다! 레디스는요?" asks
    "레디스는요?". A word that may belong to what follows ("morning routine?", "감사 일기") stays."""
    if notice_of(question, author) is not None:
        return question
    rest = question
    for cut in islice(_BLANK.finditer(question), COURTEOUS):
        said, left = question[: cut.start()], question[cut.end() :]
        if len(said) > LONGEST:
            break
        apart = cut[0].strip() or _ENDED.search(said)
        if said.endswith(_JOINING):
            continue
        if apart and re.search(r"\w", left) and courtesy(plain(said), plain(author)):
            rest = left
    return rest
