"""What a question owes to the ones before it: pure functions over a visitor's questions."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Wordings that point at what was said before. Pronouns for people are not among them in English:
# visitors speak of the author as "he" or "she" from the first question on. Nor is "this site".
_THING = "(?:거|것|게|건|걸|분|때|곳|런)(?:은|는|이|가|을|를|도|만|에|들|요|데)*"
_POINTS_BACK = re.compile(
    "(?:^|\\s)그(?:거|것|게|건|걸|분|때|곳|런|럼|다음|담|해|후|뒤|날|쪽|당시|랬|러)|^그렇"  # 그건, 그분들, 그해에는
    rf"|(?:^|\s)그\s|^[이저]{_THING}(?:\s|$)"  # 그 회사는, 이건 왜
    r"|^이\s(?!블로그|사이트|페이지|홈페이지|웹|챗봇|봇)"
    r"|(?:^|\s)(?:거기|저기)|^(?:여기|그래서|그리고|그런데|근데)|^(?:또|더)\s"
)
_POINTS_BACK_IN_ENGLISH = re.compile(
    r"^(?:and|but|so|then|what about|how about|another|else|or)\b"
    r"|\b(?:its|them|those)\b|\b(?:the other one|that one|this one)\b"
    r"|\b(?:it|that|this|there)$"
    # "it", but not that of "is it easy to ..." and "is it true that ..."
    r"|\bit\b(?!.*\b(?:to|if|that|when)\b)"
)
# A question that says nothing alone: "왜요?", "when?", "예를 들면?", "what happened next?"
_BARE = re.compile(
    r"(?:왜|언제|어디|누구|얼마|어떻게|어째서|정말|진짜)(?:서|나|랑|요|죠|인가요|예요|에요)?|예를 들\S*"
    r"|(?:이후|다음|나중)(?:에는|에|엔)?요?"
    r"|(?:why|when|where|who|how|how come|really|how so|since when|for example|such as)"
    r"(?: not| then| though| so)?|what (?:happened )?(?:next|then|after(?:wards)?(?: that)?)"
)
# Something asked for earlier than in the last question: "아까 그 회사는?", "back to the exam".
_RETURNS = re.compile(
    r"아까|앞서\s|앞에서\s|(?:처음|전)에\s?(?:물어|질문|얘기|이야기|말)|첫\s?(?:번째\s?)?질문|돌아가"
    r"|\bearlier\b|\bback to\b|\b(?:you|i) (?:mentioned|asked|said)\b|\bbefore that\b"
)
# Requests for nothing but further places. Possessive, since a visitor's text must not make the
# pattern try every way to cut it; the longer words first.
_KO_MORE = re.compile("더|또|다른|계속|다음|자세|구체적으로")
_KO_REQUEST = re.compile(
    r"(?:(?>그리고|조금|좀|많이|더|또|다른|계속|다음|자세하게|자세히|구체적으로|하나|한\s개|보기"
    r"|(?:알려|보여|말해|말씀해|얘기해|이야기해|설명해|들려|찾아|들어|부탁해|해)(?:달라|봐)?"
    r"|(?:주세요|주실래요|주시겠어요|주십시오|줄래요|줘요|줘|줄래)|(?:있|없)(?:습니까|어요|나요|을까요|을까|어|나|니|냐)"
    r"|(?:예시|예|사례|거|것|건|글|곳|부분|내용|답변|답|이야기|얘기|말)(?:은|는|이|가|을|를|도|들)?|요)\s?)++"
)
_EN_REQUEST = re.compile(
    r"(?:(?:and|ok|okay|yes|please|so) )*+"
    r"(?:(?:can|could|would|will) you (?:please )?|i(?: would|d|'d)? (?:want|like) (?:to (?:see|hear|know|read) )?)?+"
    r"(?:(?:show|tell|give)(?: me| us)? |(?:is|are) there |do you have |what (?=else|other|more))?+"
    r"(?:(?:any|some|a few|a bit|a little|the|any of the) )?+"
    r"(?:one more|more|another|something else|anything else|others?|else|next|further|elaborate|continue|go on|keep going)"
    r"(?: (?:examples?|details?|quotes?|passages?|places?|ones?|things?|please|then|of (?:them|these|those)"
    r"|(?:about|on) (?:it|that|this)|(?:is|are) there|do you have))*+"
)
_HANGUL = re.compile("[가-힣]")
LONGEST = 60  # characters; a longer question holds more than a request for more
RETURNS_TO = 5  # earlier questions that one may return to
EARLIER = 3  # questions that one is read with at most, and
ROOM = 300  # their characters together: the model reads 512 tokens, the question last


def points_back(question: str) -> bool:
    """Whether the wording points at what was said before, or says too little alone."""
    plain = _plain(question)
    if _POINTS_BACK.search(plain) or _BARE.fullmatch(plain) or wants_more(question):
        return True
    # "IT" is a trade, and Korean does not say "it".
    english = question if question.isupper() else re.sub(r"\bIT\b", "", question)
    return not _HANGUL.search(plain) and bool(_POINTS_BACK_IN_ENGLISH.search(_plain(english)))


def wants_more(question: str) -> bool:
    """Whether it asks for nothing but further places ("더 자세히", "another example")."""
    plain = _plain(question)
    if len(plain) > LONGEST:
        return False
    korean = _KO_MORE.search(plain) and _KO_REQUEST.fullmatch(plain)
    return bool(korean or _EN_REQUEST.fullmatch(plain))


def returns(question: str) -> bool:
    """Whether the wording may go back to a question before the last one."""
    return bool(_RETURNS.search(_plain(question)))


def asked_before(question: str, history: Sequence[str]) -> tuple[str, tuple[str, ...], int]:
    """The question that a request for more is about, the history of that one, and how many
    times more was asked for: 0 for any other question, which is returned with its history, and
    for a request with nothing before it."""
    if not wants_more(question):
        return question, tuple(history), 0
    pages, earlier = 1, list(history)
    while earlier and wants_more(earlier[-1]):
        earlier.pop()
        pages += 1
    return (earlier[-1], tuple(earlier[:-1]), pages) if earlier else (question, (), 0)


def contexts(question: str, history: Sequence[str]) -> list[str]:
    """What the question may be read with, each a text to stand before it: the last question and what
    that one leans on; where the wording returns to an earlier one, each of the earlier ones too."""
    asked = [one for one in history if not wants_more(one)]
    ends = (
        range(len(asked), max(0, len(asked) - RETURNS_TO), -1)
        if returns(question)
        else [len(asked)]
    )
    return [" ".join(leaning(asked[:end])) for end in ends if end]


def leaning(history: Sequence[str]) -> tuple[str, ...]:
    """The earlier questions to read one with, oldest first: the last, and those before it as
    long as each points back itself, as far as there is room. Requests for more say nothing."""
    taken: list[str] = []
    room = ROOM
    for earlier in reversed([one for one in history if not wants_more(one)]):
        if len(taken) == EARLIER or (taken and len(earlier) > room):
            break
        taken.append(earlier[-room:])
        room -= len(taken[-1])
        if not points_back(earlier):
            break
    return tuple(reversed(taken))


def _plain(question: str) -> str:
    return " ".join(question.lower().split()).strip(" ?？!.…~")
