"""Amounts and times: whether a question asks for one, and whether a sentence tells one."""

from __future__ import annotations

import re

_ASKS = re.compile(
    r"얼마|몇|며칠|언제|나이|가격|비용|기간"
    r"|\bhow (?:many|much|long|often|old|far|fast|big|late|early|soon)\b|\bwhen\b"
    r"|\bwhat (?:year|month|day|time|date|age|price)\b",
    re.IGNORECASE,
)
# Of one syllable as most of them are, they stand within other words too: "중요한 일", "반대", "세대".
_KO_COUNTED = (
    "(?:한|두|세|네|다섯|여섯|일곱|여덟|아홉|열|스무|서너|몇)(?: ?(?:달|해|주|시간|시|살|번|명|개월|개|권|배|학기|차례)| 대)"
    "|[일이삼사오육칠팔구]?[십백천만억]+ ?(?:년|개월|주|일|시간|분|초|살|번|명|개|권|대|배|원)|반 ?(?:년|달|시간)"
)
_KO_TIME = "하루|이틀|사흘|나흘|며칠|보름|작년|올해|내년|지난해|어제|매일|매주|매달|매년|(?:봄|여름|가을|겨울)(?:방학)?"
_KO_END = "에|을|를|이|가|은|는|도|만|의|간|쯤|정도|동안|마다|째|씩|나|부터|까지|로|전|후|뒤|반|밖|였|입|보다|넘|남짓"
_EN_NUMBER = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty"
    r"|fifty|dozens?|hundreds?|thousands?|millions?|half|once|twice)"
)
_EN_TIME = (
    r"(?:yesterday|(?:last|next|every|each) (?:day|week|month|year|spring|summer|autumn|fall|winter)"
    r"|daily|weekly|monthly|yearly|(?:day|week|month|year|hour|minute|decade)s)"
)
_TELLS = re.compile(
    rf"\d|(?<![가-힣])(?:{_KO_COUNTED}|{_KO_TIME})(?=[^가-힣]|$|{_KO_END})"
    rf"|\b(?:{_EN_NUMBER}|{_EN_TIME})\b",
    re.IGNORECASE,
)


def asks(question: str) -> bool:
    """Whether it asks how much, how long or when ("얼마나 걸렸어요?", "how old are you?")."""
    return bool(_ASKS.search(question))


def tells(sentence: str) -> bool:
    """Whether it has a number, in digits or in words, or a time ("두 달", "last year")."""
    return bool(_TELLS.search(sentence))
