"""What a question owes to the ones before it: pure functions over a visitor's questions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from ownwords import returning, sequel, wording, years

# Words that may join a question to what was said before, or open a new subject; neither the beginning of
# a name ("OR-tools", "Then.js"), nor one in capitals ("AND gate") or before Korean ("and 연산자").
_JOINS = re.compile(
    r"\s*+(?:(?:(?:그래서|그리고|그런데|근데|그럼|그러면)요?"
    r"|(?:[Aa]nd|[Bb]ut|[Ss]o(?![ -](?:much|many|far|called))|[Tt]hen|[Oo]r)(?!,?\s+[가-힣])|(?:[Ww]hat|[Hh]ow)\s+about)"
    r"(?![\w\-/'’&]|\.\w)[\s,.…!?？~:;]*+)+"
)
# Wordings that point at what was said before. Pronouns for people are not among them in English:
# visitors speak of the author as "he" or "she" from the first question on. Nor is "this site".
_SITE = "(?:블로그|사이트|페이지|홈페이지|웹|챗봇|봇|글쓴이|저자|작가|주인)"
_THING = "(?:거|것|게|건|걸|분|때|곳|런)(?:은|는|이|가|을|를|도|만|에|들|요|데)*"
_POINTS_BACK = re.compile(
    "(?:^|\\s)그(?:거|것|게|건|걸|분|때|곳|런|다음|담|해|후|뒤|날|쪽|당시|랬|러|밖|렇게\\s?(?:하|했|되|됐|된|생각|말|결정))|^그렇"  # 그건, 그분들, 그해에는
    rf"|(?:^|\s)그\s(?!유명|흔|어떤|누구)|^[이저]{_THING}(?:\s|$)"  # 그 회사는, 이건 왜
    rf"|^이\s(?!{_SITE})|(?:^|\s)(?:거기|거긴|그녀|저기(?!요| 혹시| 질문)|해당(?! {_SITE}))|(?:^|\s)그는\s"
    rf"|^여기(?!요| {_SITE})|^또\s(?:있|뭐|뭘|무|어떤|어디|누구|다른)|^더\s(?:있|없|알|볼|자세|구체|보여)|위에서\s|방금\s(?:그|이|말|한\s|전)"
)
_POINTS_BACK_IN_ENGLISH = re.compile(
    r"^(?:another|else)\b"
    r"|\b(?:its|them|(?:those|these)(?! who))\b|\b(?:the other one|that one|this one)\b"
    r"|\b(?:it|that|this|there)$"
    r"|\b(?:is|was|are|were|do|does|did) (?:they|(?:that|this)(?! (?:blog|site|website|page|bot|author)\b))\b"
    # "it", but not that of "is it easy to ..." and "is it true that ..."
    r"|\bit\b(?!.*\b(?:to|if|that|when|like (?:being|having|working|living))\b)"
)
# A question that says nothing alone, not even what it asks about: "왜요?", "when?".
_ALONE = re.compile(
    r"(?:왜|언제|어디|누구|얼마|어떻게|어째서|정말|진짜)(?:서|나|랑|에서|부터|까지|한테|하고)?(?:요|죠|인가요|예요|에요)?"
    r"|(?:why|when|where|who|how|how come|how long|how often|how (?:much|many)|really|how so|since when|when exactly|with whom|like what|which(?: one)?)"
    r"(?: not| then| though| so)?"
)
_EXAMPLE = r"예를 들\S*|for example|for instance|such as|(?:any )?examples?"
# A question that leaves out what it is about: "예를 들면?", "단점은?", "왜 만들었어요?", "what happened next?".
_DID = r"(?:했|하셨|하시|하|쓰|써|썼|쓰셨|사용|선택|골랐|만들|만드|시작|갔|가셨|배웠|풀|해결|구현|동작|작동|적용|관리|진행)\S*"
_FELT = r"(?:어려|어렵|힘들|힘드|좋|재밌|재미있|도움|아쉬|아쉽|중요|인상|필요)\S*"
_OF_IT = (
    "(?:이유|결과|예시|예|사례|방법|계기|기간|장점|단점|장단점|차이|차이점|시기|종류|특징|문제점|한계|원리|역할|용도|구조|순서|비용|의미|효과|후기"
    "|(?:느낀|배운|좋은|좋았던|나쁜|어려운|어려웠던|힘든|힘들었던|아쉬운|아쉬웠던|주의할) ?점)"
)
_BARE = re.compile(
    rf"{_ALONE.pattern}|{_EXAMPLE}|예시 ?코드\S*(?: 있\S*| 보여\S*)?"
    rf"|{_OF_IT}(?:은|는|가|이|도|을|를)?(?: ?(?:요|뭐\S*+|뭔가요|무엇\S*+|있\S*+|어떤 \S++|알려\S*+))*+"
    rf"|(?:왜|어떻게) (?:{_DID}|{_FELT})(?: (?:거|건)\S*| 되\S*| 됐\S*)?|(?:언제|어디서|어디에|어디다|누구랑|누가) {_DID}"
    r"|얼마나 (?:걸|자주|오래|많이|했|하)\S*(?: \S+)?"
    rf"|(?:뭐가|무엇이|어떤 게)? ?(?:제일|가장) {_FELT}(?: (?:건|거|것|점|부분)\S*)?(?: (?:뭐|무엇|뭔|어떤|어디)\S*)?|{_FELT}(?: 있\S*)?"
    r"|(?:이전|이후|다음|나중)(?: 해| 달| 날| 주)?(?:에는|에|엔|은|는)?요?|이듬해\S*|둘 중에\S*(?: \S+){0,2}|(?:첫|두|세) ?번째(?:는|은)?요?"
    r"|the (?:first|second|third|last|other) one|(?:the )?(?:next|following) (?:year|month|week|day)"
    r"|the (?:year|month|week|day) (?:after|before)|what (?:happened )?(?:next|then|after(?:wards)?(?: that)?)"
    r"|(?:(?:what are )?(?:the )?|any )(?:pros and cons|(?:dis)?advantages?|downsides?|drawbacks?|benefits?|differences?|reasons?)"
    r"|what (?:was|is|were) the (?:hardest|best|worst|most \w+|biggest|main) (?:part|thing|reason|problem|lesson|challenge|difference)"
)
# The year after the one before, or the one before it: "그 다음 해에는?", "and the year after?". Not that after
# something else ("퇴사한 이듬해", "the year after you quit"), nor that from now on ("plans for the next year").
_YEAR = re.compile(
    r"(?<!\d)(?:19|20)\d\d(?=\s?년(?!대|생|차|도생)|(?:에는?|엔)(?![가-힣])|\s?회고)|^(?:19|20)\d\d(?=\W*$)"
    r"|(?:(?<=\bin )|(?<=\bof )|(?<=\bwas )|(?<=\byour )|(?<=\bsince )|(?<=\babout )|(?<=\bduring ))(?:19|20)\d\d\b(?! ?[a-z가-힣]|\s?[-/~–]\s?\d)",
    re.IGNORECASE,
)
_KO_YEAR_END = r"\s?해(?=에|엔|는|은|요|\W*$)"
_EN_YEAR_END = r"(?=\W*$|[,?] | (?:did|were|was|have|had)\b)"
_NEXT_YEAR = re.compile(
    rf"(?:^|(?<![가-힣])(?:그\s?(?:바로\s?)?|바로\s))(?:다음|이듬){_KO_YEAR_END}"
    rf"|\b(?<!for )(?:(?:in|during) )?the (?:year after(?: that)?|(?:next|following) year){_EN_YEAR_END}",
    re.IGNORECASE,
)
_LAST_YEAR = re.compile(
    rf"(?<![가-힣])그\s?(?:바로\s?)?(?:이전|전|앞){_KO_YEAR_END}"
    rf"|\b(?:(?:in|during) )?the (?:year before(?: that)?|previous year){_EN_YEAR_END}",
    re.IGNORECASE,
)
# "2023년에는요?", "and in 2022?": the question before, of another year.
_ONLY_A_YEAR = re.compile(
    r"(?:(?:in|during) )?((?:19|20)\d\d)\s?(?:년도?)?(?:에는|에|엔|은|는|도)?요?"
)
_NO_MORE_THAN_A_YEAR = re.compile(r"(?:에는|에|엔|는|은)?요?\W*")
# Requests for nothing but further places. Possessive, since a visitor's text must not make the
# pattern try every way to cut it; the longer words first.
_KO_MORE = re.compile(
    "더|또|다른|딴|계속|이어|다음|나머지|추가|자세|상세|구체적|그 외에|그 밖에|^(?:다|전부) ?보여"
)
_KO_CAN = "(?:있(?:습니까|을까요|을까|나요|나|어요|어|니|는지요))"
_KO_GIVE = rf"(?:주(?:세요|십시오|실래요|시겠어요|실 ?수 ?{_KO_CAN})|줘요?|줄(?:래요?| ?수 ?{_KO_CAN})|달라|봐요?|보세요)"
_KO_REQUEST = re.compile(
    r"(?:(?>그리고|혹시|조금만|조금|좀|쫌|많이|더|또|다른|딴|계속|이어서|다음|나머지(?:는|도|를)?|추가로|추가|자세하게|자세히|상세하게|상세히|구체적으로"
    r"|하나(?!\s?요)|(?:한|두|세|네|다섯|\d)\s?개|한\s?번|몇\s?개|만|보기|뭐가|뭐|그 (?:외|밖)에(?:는|도)?|다|전부"
    rf"|(?:알려|보여|말해|말씀해|얘기해|이야기해|설명해|들려|찾아|들어|해)\s?{_KO_GIVE}|(?<=계속)\s?해(?!요)|부탁(?:해요?|드려요|드립니다|합니다)"
    rf"|(?:볼|알|들을)\s?수\s?{_KO_CAN}|(?:알고|보고|듣고)\s?싶(?:어요|습니다|은데요|네요|어)"
    r"|(?:있|없)(?:습니까|을까요|을까|어요|어여|나요|어|나|니|냐|음)|(?:알려|보여|말해|설명해|말씀해)\s?주시면|감사하겠습니다|좋겠(?:습니다|어요|네요)"
    r"|(?:예시|예|사례|거|것|꺼|건|글|곳|부분|내용|답변|답|이야기|얘기|말|설명|방법)(?:은|는|이|가|을|를|도|들)?|요)\s?)++"
)
# "다음 글은?" asks for the author's next post, "다른 이야기" for another subject.
_KO_NEXT = re.compile(r"다음\s?(?:글|이야기|얘기)|(?:다른|딴)\s?(?:이야기|얘기|말)")
_KO_COURTESY = re.compile(
    r"^(?:(?:네|넵|넹|넴|예|옙|응|ㅇㅇ|ㅇㅋ|오키|오케이|ㅋ+|ㅎ+|헐|굿|굳|음|아|오|와|그렇군요|그렇구나|알겠어요|알겠습니다|좋아요|좋네요|감사합니다|감사해요|고마워요|고맙습니다)\s)++"
)
_EN_REQUEST = re.compile(
    r"(?:(?:and|ok|okay|yes|yeah|sure|please|so|now|well|great|cool|nice|thanks|thank you|i see) )*+"
    r"(?:(?:can|could|would|will) you (?:please )?|(?:can|could|may) i (?:please )?"
    r"|i(?: would|d|'d)? (?:want|like) (?:to )?|let me )?+"
    r"(?:(?:show|tell|give|explain|describe|say|see|hear|know|read|get)(?: me| us)?(?: (?:it|this|that))? "
    r"|gimme |(?:is|are) there |do you have |what (?=else|other|more))?+"
    r"(?:in )?+(?:(?:any|some|a few|a bit|a little|the|any of the|even) )?+"
    r"(?:one more(?! thing)|(?:\d |two |three )?more|another|anything (?:else|more)|others?|else|next|further|elaborate|continue|go on|keep going"
    r"|details?|all)"
    r"(?: (?:examples?|details?|information|info|plz|pls|quotes?|passages?|places?|ones?|things?|tips?|results?|pages?|please|then|in detail"
    r"|of (?:them|these|those|it|this|that)|like (?:this|that)|(?:about|on) (?:it|that|this)|(?:is|are) there|do you have))*+"
)
_HANGUL = re.compile("[가-힣]")
LONGEST = (
    60  # characters; a longer question holds more than a request for more, or says what it is about
)
RETURNS_TO = 5  # earlier questions that one may return to
CHAIN = 5  # questions back that a question's subject is looked for
ROOM = 300  # characters that a question is read with: the model reads 512 tokens, the question last


def points_back(question: str) -> bool:
    """Whether the wording points at what was said before, or says too little alone."""
    plain = _opened(question)
    bare = len(plain) <= LONGEST and bool(_BARE.fullmatch(plain))
    if not plain or bare or _POINTS_BACK.search(plain) or wants_more(question):
        return True
    # "IT" is a trade, and Korean does not say "it".
    english = question if question.isupper() else re.sub(r"\bIT\b", "", question)
    return not _HANGUL.search(plain) and bool(_POINTS_BACK_IN_ENGLISH.search(_opened(english)))


def says_nothing(question: str) -> bool:
    """Whether it does not even say what it asks about ("왜요?"): the question before it does."""
    return bool(_ALONE.fullmatch(_opened(question)))


def hangs(question: str) -> bool:
    """Whether it asks for nothing where nothing was asked before: "왜요?", "그건 왜요?", "그리고?", "for
    example?", "and the year after?"."""
    plain = _opened(question)
    alone = re.sub(r"^(?:그|이)(?:건|게|거는?|것은?) ", "", plain)
    if (
        not plain
        or sequel.bare(_requested(question))
        or re.fullmatch(rf"{_ALONE.pattern}|{_EXAMPLE}", alone)
    ):
        return True
    counted = _LAST_YEAR.sub("", _NEXT_YEAR.sub("", plain))
    return counted != plain and bool(_NO_MORE_THAN_A_YEAR.fullmatch(counted))


def joins(question: str) -> bool:
    """Whether it begins with words that may join it to what was said before ("근데", "what about")."""
    return bool(_JOINS.match(_evened(question)))


def opened(question: str) -> str:
    """The question as it is read alone: without the words that may join it to another, which say
    nothing and are matched everywhere ("what about your salary?" is "your salary?")."""
    rest = _rest(question)
    return rest if re.search(r"\w", rest) else question


def dated(questions: Sequence[str]) -> list[str]:
    """A visitor's questions, oldest first, with "the year after" and "the year before" counted from the
    one year of the question that they follow. After "2021년에는 뭘 했어요?", "그 다음 해에는?" is "2022년에는
    뭘 했어요?" and "그 다음 해에는 쉬었어요?" is "2022년에는 쉬었어요?". A year alone asks the question before
    of that year."""
    read: list[str] = []
    for question in questions:
        before = next(
            (one for one in reversed(read) if _YEAR.search(one) or not points_back(one)), ""
        )
        known = years.named(before)
        one = len(known) == 1 and bool(_YEAR.search(before))
        if only := before and _ONLY_A_YEAR.fullmatch(_opened(question)):
            if one or not known:
                question = _of_year(before, only[1])
        elif one and not years.named(question):
            question = _counted(question, before, *known)
        read.append(question)
    return read


def _of_year(question: str, year: str) -> str:
    if years.named(question):
        return _YEAR.sub(year, question)
    if _HANGUL.search(question):
        return f"{year}년에는 {question}"
    return f"{question.rstrip(' ?!.')} in {year}?"


def _counted(question: str, before: str, year: int) -> str:
    asked = opened(question)
    for pattern, step in ((_NEXT_YEAR, 1), (_LAST_YEAR, -1)):
        if found := pattern.search(asked):
            if _NO_MORE_THAN_A_YEAR.fullmatch(pattern.sub("", asked, count=1)):
                return _YEAR.sub(str(year + step), before)
            name = f"{year + step}년" if _HANGUL.search(found[0]) else f"in {year + step}"
            return asked[: found.start()] + name + asked[found.end() :]
    return question


def wants_more(question: str) -> bool:
    """Whether it asks for nothing but further places ("더 자세히", "another example")."""
    plain = wording.plain(question)
    if len(plain) > LONGEST:
        return False
    korean = _KO_COURTESY.sub("", plain, count=1)
    if _KO_MORE.search(korean) and _KO_REQUEST.fullmatch(korean):
        return not _KO_NEXT.match(korean)
    return bool(_EN_REQUEST.fullmatch(plain))


class Asked(NamedTuple):
    """What a question is about: itself, or the earlier one of which further places are asked for.
    `pages` is how many times more was asked for, `steps` how many times how it went on."""

    question: str
    history: tuple[str, ...]
    pages: int = 0
    steps: int = 0


def asked_before(
    question: str, history: Sequence[str], whole: Callable[[str], bool] = lambda _: False
) -> Asked:
    """The question that a request for more, or for how it went on, is about, with the history of that
    one; what follows a request for how it went on reads on. Any other question is about itself, as
    is a request with nothing before it. `whole` tells which are no requests, whatever their wording."""
    earlier, requests = list(history), [question]
    while earlier and asks_for_places(requests[0]) and not whole(requests[0]):
        requests.insert(0, earlier.pop())
    asked, *requests = requests
    if not whole(asked) and (wants_more(asked) or sequel.bare(_requested(asked))):
        return Asked(question, ())
    if not requests:
        return Asked(question, tuple(history))
    pages = next((at for at, one in enumerate(requests) if goes_on(one)), len(requests))
    return Asked(asked, tuple(earlier), pages, len(requests) - pages)


def goes_on(question: str) -> bool:
    """Whether it asks for nothing but how it went on ("and then?", "그래서요?")."""
    return sequel.asked_for(_requested(question))


def _requested(question: str) -> str:
    """The plain question without the courtesies before it, "" where it is too long for a request."""
    plain = wording.plain(question)
    return _KO_COURTESY.sub("", plain, count=1) if len(plain) <= LONGEST else ""


def asks_for_places(question: str) -> bool:
    """Whether it asks for nothing but further places, the next best ones or what follows."""
    return wants_more(question) or goes_on(question)


def contexts(
    question: str, history: Sequence[str], leans: Callable[[str], bool] | None = None
) -> list[str]:
    """What the question may be read with, each a text to stand before it: the last question and what
    that one leans on; where the wording returns to an earlier one, each of the earlier ones too. For
    `leans` see `leaning`."""
    asked = _questions(history)
    ends: Iterable[int] = [len(asked)]
    if returning.to_first(question):
        ends = [min(1, len(asked))]
    elif returning.returns(question):
        ends = range(len(asked), max(0, len(asked) - RETURNS_TO), -1)
    return [" ".join(leaning(asked[:end], leans)) for end in ends if end]


def leaning(history: Sequence[str], leans: Callable[[str], bool] | None = None) -> tuple[str, ...]:
    """The earlier questions to read one with, oldest first: the last, and where that leans on others the
    one with which they began, as far as there is room; what stands between says less of the subject.
    `leans` tells whether a question leans on those before it, by default by its wording. Requests for
    more say nothing."""
    asked = _questions(history)
    if not asked:
        return ()
    leans, first = leans or leans_by_wording, len(asked) - 1
    while first and len(asked) - first <= CHAIN and leans(asked[first]):
        first -= 1
    last, head = asked[-1][-ROOM:], asked[first]
    if first == len(asked) - 1 or len(head) + len(last) > ROOM:
        return (last,)
    return head, last


def leans_by_wording(question: str) -> bool:
    """Whether the wording points back, or joins the question to what was said before."""
    return points_back(question) or joins(question)


def _questions(history: Sequence[str]) -> list[str]:
    """The earlier questions, the first and those that asked for no further places of another."""
    return [one for at, one in enumerate(history) if not at or not asks_for_places(one)]


def _opened(question: str) -> str:
    """The plain question without the words that join it to another."""
    return wording.plain(_rest(question))


def _rest(question: str) -> str:
    found = _JOINS.match(_evened(question))
    return question[found.end() :] if found else question


def _evened(question: str) -> str:
    """In lower case where all of it is in capitals, as long as before."""
    if not question.isupper() or _HANGUL.search(question):
        return question
    return "".join(one.lower() if one.isascii() else one for one in question)
