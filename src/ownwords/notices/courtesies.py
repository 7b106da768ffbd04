"""Courtesies: any sequence of them, with what people put around them, and with a slip of the finger."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from ownwords.notices.kinds import Kind
from ownwords.notices.wording import KO_END, any_of

SHORTEST_SLIP = 8  # letters or jamo: in shorter phrases one slip makes another word
_LATER = "(?:다음에|담에|나중에|이따가?|내일)"

# Of the kinds found in one message the first in this order counts.
_COURTESIES: tuple[tuple[Kind, str, str], ...] = (
    (
        Kind.GOODBYE,
        rf"안[녕뇽]히(?:계세{KO_END}|가세{KO_END}|계십시오|가십시오|주무세{KO_END})?"
        rf"|잘(?:있어|가|자){KO_END}?|굿나잇|굿밤|바이|빠이|빠빠이?|ㅂㅂ|ㅂㅇ|ㅂ2|ㅃㅃ|ㅃㅇ"
        rf"|(?:{_LATER}또?|또)(?:봐|봬|뵈어|뵐게|올게|만나){KO_END}?|(?:{_LATER})?또?(?:뵙겠습니다|오겠습니다)"
        rf"|이만(?:갈게|가볼게){KO_END}?|가볼게{KO_END}|(?<!ㄱ)ㅅㄱ"
        rf"|좋은(?:하루|밤|저녁|주말|시간)(?:되세{KO_END}|보내세{KO_END}|되십시오|보내십시오)"
        rf"|수고(?:하세{KO_END}|하십시오|하셨습니다|하셨어{KO_END}|했어{KO_END}?|요|링)?",
        r"(?:good ?|bye)?bye|cya|farewell|take care|good ?night|gn|ttyl|talk to you later|gotta go"
        r"|see (?:you|ya|u)(?: later| soon| tomorrow| around| again| next time)?"
        r"|have a (?:nice|good|great|lovely) (?:day|one|evening|night|weekend)",
    ),
    (
        Kind.THANKS,
        rf"[감캄][사솨]링?(?:합니다|합니당|해{KO_END}?|드려{KO_END}|드립니다|하네{KO_END}|했습니다|했어{KO_END}|함다)?"
        rf"|고마(?:워{KO_END}?|웠어{KO_END}?|웠습니다)|고맙(?:습니다|습니당|네{KO_END}?|다)|ㄱㅅ|ㄳ"
        rf"|[땡쌩탱]큐|땡스|잘(?:봤|읽었|알았)(?:습니다|어{KO_END}|네{KO_END})|잘(?:보고|읽고)(?:있습니다|있어{KO_END}|갑니다|가{KO_END})"
        rf"|도움이?(?:많이)?(?:됐|되었)(?:습니다|어{KO_END}|네{KO_END})",
        r"thank ?(?:you|u|ya)|th?n?x|than[kx]s?|tks|thnaks|thansk|tahnks|tysm|ty|cheers"
        r"|much appreciated|(?:i )?appreciate (?:it|that|this)"
        r"|(?:thats|that is|that was|this is|its|very|really) (?:very |really |so )?helpful|that helps|helpful",
    ),
    (
        Kind.GREETING,
        rf"안[녕뇽냥농](?:들?하[세새셔셰]{KO_END}|하십니까|하신가{KO_END}|하시렵니까|하삼|하셈)?"
        rf"|하이(?:루|{KO_END})?|하잉|헬로우?|할로|헤이|ㅎㅇ+|방가(?:루|워{KO_END}?)?"
        rf"|반가(?:워{KO_END}?|웡)|반갑(?:습니다|네{KO_END})|처음뵙겠습니다|굿모닝"
        rf"|좋은(?:아침|오후|저녁|하루)(?:이에{KO_END}|이네{KO_END}|입니다)?"
        rf"|잘지내(?:세{KO_END}|시죠|시나{KO_END}|나{KO_END}|니|냐|{KO_END})?|여보세{KO_END}|계세{KO_END}|저기{KO_END}|실례합니다",
        r"hi|hii|hey|hello|helo|hallo|hullo|heya|hiya|howdy|yo|sup|wassup|whats up|greetings"
        r"|good ?(?:morning|afternoon|evening|day)|morning|nice to meet (?:you|u)|pleased to meet you"
        r"|excuse me|are (?:you|u) there|how (?:are|r) (?:you|u|ya)(?: doing)?(?: today)?|hows it going|how do you do",
    ),
    (
        Kind.THANKS,  # an "ok" or "nice" beside a greeting is not what the message is about
        rf"알겠(?:습니다|어{KO_END}?|음)|알았(?:습니다|어{KO_END}?)|그렇(?:군{KO_END}?|구나|네{KO_END})"
        rf"|좋(?:아{KO_END}?|네{KO_END}|습니다)|멋(?:져{KO_END}?|지네{KO_END}|집니다|있어{KO_END}|있네{KO_END})"
        rf"|(?:재밌|재미있)(?:어{KO_END}|네{KO_END}|습니다)|흥미롭(?:네{KO_END}|습니다)|신기(?:해{KO_END}|하네{KO_END})|대박"
        rf"|(?:잘)?이해(?:했|됐|되었)(?:어{KO_END}?|습니다|네{KO_END})|대단하(?:시네|네|십니다|세){KO_END}?|(?:재밌|재미있|멋지|부럽|신기하)다|부럽(?:네{KO_END}|습니다)|부러워{KO_END}?|공감(?:돼{KO_END}|되네{KO_END}|합니다|해{KO_END}|이?가네{KO_END})"
        rf"|힘내(?:세{KO_END}|십시오|{KO_END})|(?:응원|축하)(?:합니다|해{KO_END}|할게{KO_END}|드려{KO_END}|드립니다)|새해복많이받으(?:세{KO_END}|십시오)|메리크리스마스|생일축하(?:합니다|해{KO_END}|드려{KO_END})"
        rf"|최고(?:예{KO_END}|에{KO_END}|네{KO_END}|입니다)?|훌륭(?:해{KO_END}|하네{KO_END}|합니다)|[네넵넹응]|예(?!정(?!말)|시)|ㅇㅋ|ㅇㅇ|오케이|오키|[굿굳]",
        r"ok|okay|k|great|nice|cool|awesome|perfect|good|got it|i see|understood|alright|amazing"
        r"|(?:i )?love (?:it|this|that)|(?:thats|that is|this is|its) (?:so |really |very )?(?:amazing|awesome|great|cool|nice|interesting|impressive|wonderful|good|fun|funny|lovely|beautiful|sad)"
        r"|good for (?:you|him|her)|congrats|congratulations|happy new year|merry (?:christmas|xmas)|happy birthday|(?:i )?never heard of (?:it|that|this)"
        r"|(?:very |so |how )?interesting|wonderful|excellent|brilliant|fantastic|impressive|lovely|(?:that )?makes sense|well done"
        r"|(?:nice|great|good|love your|lovely) (?:blog|site|posts?|work|job|writing)",
    ),
)
_AROUND_KO = (
    r"(?:작가|저자|글쓴이|블로거)님?|쌤|글쓴분|주인장|여러분"
    r"|(?:선생|선배|사장|박사|교수|피디|주인|운영자|관리자|기자|개발자|엔지니어|디자이너|기획자|연구원|강사|코치|멘토|기사|대표|팀장|감독|셰프|의사|변호사)님"
    r"|챗?봇|아니(?:요|오)?|(?<!이)[오와]|우와|아하?|헐|그럼|이제|정말로?|진짜로?|너무|많이|아주|참"
    r"|대단히|다시한번|오늘도?|항상|늘|매번|좋은|친절한|빠른|자세한|(?:글|블로그|포스팅|사이트|홈페이지)[을를도]?|답변?|설명|정보|말씀|모두|다(?=감사|고마|고맙|좋|잘|재[밌미]|도움|알|멋|최고)"
    r"|(?:알려|말해|답해|도와|설명해|공유해|써|해)?주셔서|덕분에"
)
_AROUND_EN = (
    r"there|everyone|all|guys|folks|friend|sir|mate|man|dude|bot|again|author|oh|ah|wow|well|and|so|very|much"
    r"|a lot|a bunch|anyway|many|really|no|nope|sure|yes|yeah|yep|yup|then|now|for now|today|lol|haha|please|to|you|u"
    r"|(?:that|this|it|which) was|for (?:the|your|all your|all the)? ?(?:quick )?(?:help|answers?|time|reply|info|sharing|explanation|this|that|everything)"
)


_KINDS = tuple((kind, re.compile(any_of(*words))) for kind, *words in _COURTESIES)
_SAID = "|".join(words.pattern for _, words in _KINDS)


def courtesy(text: str, name: str) -> Kind | None:
    """The kind of a message of nothing but courtesies ("안녕하세요, 감사합니다" thanks)."""
    if not _only_courtesies(name).fullmatch(text):
        return None
    bare = _called(name).sub(" ", text)
    return next((kind for kind, words in _KINDS if words.search(bare)), None)


def _only_courtesies(name: str) -> re.Pattern[str]:
    """No two of its words are spelt alike: the pattern would try both, over and over."""
    around = any_of(_AROUND_KO, _AROUND_EN)
    return re.compile(rf"(?:(?:{around}|{_called(name).pattern}|{_SAID}) ?)+")


def _called(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z]){re.escape(name)}(?:님|씨|작가님)?" if name else r"(?!)")


def without_courtesies(text: str, name: str) -> str:
    """The message after its greeting: "안녕하세요, 누구세요?" asks who."""
    first = re.match(rf"(?:(?:{_SAID}|{_called(name).pattern}) ?)+", text)
    return text[first.end() :] if first and first.end() < len(text) else text


# --- with a slip of the finger


def _letters(text: str) -> str:
    return unicodedata.normalize("NFD", text).replace(" ", "")


def _listed(kind: Kind, phrases: Iterable[str]) -> dict[str, Kind]:
    return {_letters(phrase): kind for phrase in phrases}


_LONG = {
    **_listed(Kind.GREETING, ("안녕하세요", "안녕하십니까", "반갑습니다", "good morning", "good evening")),
    **_listed(Kind.THANKS, ("감사합니다", "고맙습니다", "고마워요", "thank you", "thanks a lot", "thank you so much")),
    **_listed(Kind.GOODBYE, ("안녕히 계세요", "안녕히 가세요", "수고하세요", "see you later", "good night")),
}  # fmt: skip


def misspelt(text: str) -> Kind | None:
    """The kind of a message that is one of the longer courtesies but for one slip ("감사햡니다")."""
    letters = _letters(text)
    if len(letters) < SHORTEST_SLIP:
        return None
    return next((kind for phrase, kind in _LONG.items() if _one_slip(letters, phrase)), None)


def _one_slip(one: str, other: str) -> bool:
    """Whether they differ by one letter added, left out or changed, or two exchanged."""
    ahead = 0
    while ahead < min(len(one), len(other)) and one[ahead] == other[ahead]:
        ahead += 1
    one, other = one[ahead:], other[ahead:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return max(len(one), len(other)) <= 1 or (len(one) == 2 and one == other[::-1])
