"""Messages that ask the product, not the author: greetings, thanks, "what can I ask?".

A message is a notice's only when nothing else is left in it: every pattern must take the whole of
it, so that "고마운 사람이 누구였나요?" and "how do you say hello?" stay questions. The replies are
fixed texts of the product itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import Enum
from itertools import islice

from ownwords.language import Language

LONGEST = 60  # characters; a longer message holds more than a courtesy
COURTEOUS = 5  # words at most before a question
SPOKEN = 4  # syllables from which Korean courtesies are no part of what follows
SHORTEST_SLIP = 8  # letters or jamo: in shorter phrases one slip makes another word


class Kind(Enum):
    """`IDENTITY` ("who are you?") is also a question to the author: a notice only where the posts
    do not answer it. The others are never searched for. The last two are replies to a request for
    more, which only its conversation tells: `notice_of` never finds them."""

    GREETING = "greeting"
    THANKS = "thanks"  # and "ok", "I see"
    GOODBYE = "goodbye"
    HELP = "help"  # what can I ask?
    PRODUCT = "product"  # are you a bot? what is this page?
    IDENTITY = "identity"  # who are you?
    FORM = "form"  # in other words or another language, or where it stands: "요약해줘", "source?"
    UNHELPFUL = "unhelpful"  # "this is wrong", and what people say when they are angry
    MORE = "more"  # with nothing asked before it
    NO_MORE = "no more"  # all was shown

    @property
    def yields(self) -> bool:
        """Whether an answer from the posts goes before the notice."""
        return self is Kind.IDENTITY


def notice_of(question: str, author: str = "") -> Kind | None:
    """What the message is, None where it is a question to the posts. Pure; any text is defined.

    `author` is the setting: a name by which a visitor may greet. The language does not matter,
    Korean visitors write "hi" and "thx" as well.
    """
    text = _plain(question)
    if len(text) > LONGEST:
        return None
    if not text:  # "?", "...", ":)"
        return Kind.HELP if question.strip() else None
    asks = question.rstrip(" \t\n.!~^)ㅋㅎㅠㅜ").endswith(("?", "？"))
    name = _plain(author)
    for kind, whole in _QUESTIONS:
        if whole.fullmatch(_without_courtesies(text, name)):
            return kind
    said = _courtesy(text, name) or _misspelt(text)
    if said is None and _SAYS_NOTHING.fullmatch(text):
        return Kind.HELP
    return None if said is Kind.THANKS and asks else said  # "고마워?" asks


def behind_courtesy(question: str, author: str = "") -> str:
    """What is asked behind a greeting or thanks, which would be looked for too: "감사합니다! 레디스는요?" asks
    "레디스는요?". A word that may belong to what follows ("morning routine?", "감사 일기") stays."""
    if notice_of(question, author) is not None:
        return question
    rest = question
    for cut in islice(_BLANK.finditer(question), COURTEOUS):
        said, left = question[: cut.start()], question[cut.end() :]
        apart = cut[0].strip() or len(_SYLLABLE.findall(said)) >= SPOKEN
        if said.endswith(_JOINING):
            continue
        if apart and re.search(r"\w", left) and _courtesy(_plain(said), _plain(author)):
            rest = left
    return rest


def text(kind: Kind, language: Language, author: str = "") -> str:
    """The product's fixed reply. `author` is the author's name, "" where none is set."""
    if language == "ko":
        who = author if author.endswith("님") or not author else f"{author}님"
        return _KOREAN[kind].format(
            of=f"{who or '글쓴이'}의", by=f"{who}이" if who else "글쓴이가", who=who or "글쓴이"
        )
    return _ENGLISH[kind].format(who=author or "the author")


_KOREAN = {
    Kind.GREETING: "안녕하세요. 궁금한 것을 물어보시면 {of} 글에서 답이 되는 문장을 찾아 그대로 보여 드립니다.",
    Kind.THANKS: "도움이 되었다면 다행입니다. 더 궁금한 것이 있으면 물어보세요.",
    Kind.GOODBYE: "안녕히 가세요. 궁금한 것이 생기면 다시 물어보세요.",
    Kind.HELP: "{of} 글에 담긴 것이라면 무엇이든 한국어나 영어로 물어보세요. 글에 없는 것은 없다고 답합니다.",
    Kind.PRODUCT: "사람이 아니라 {of} 글을 찾아 주는 프로그램입니다. {by} 쓴 문장을 그대로 보여 드릴 뿐, "
    "스스로 지어내지 않습니다.",
    Kind.IDENTITY: "{of} 글을 찾아 주는 프로그램입니다. {by} 쓴 문장을 그대로 보여 드릴 뿐, 스스로 지어내지 "
    "않습니다. 이 물음에 확실히 답하는 문장은 글에서 찾지 못했습니다.",
    Kind.FORM: "{of} 글에 있는 문장을 쓰인 말 그대로 보여 드릴 뿐, 줄이거나 바꾸어 쓰지 않습니다. 인용마다 제목과 원래 글로 가는 링크가 "
    "붙어 있습니다.",
    Kind.UNHELPFUL: "찾으시던 답이 아니었나 봅니다. 다른 말로 물어보시거나 조금 더 자세히 물어보세요. {of} 글에 있는 문장만 "
    "보여 드릴 수 있습니다.",
    Kind.MORE: "먼저 궁금한 것을 물어보세요. 그다음에 {of} 글에서 더 찾아 보여 드립니다.",
    Kind.NO_MORE: "{of} 글에서 이에 대해 더 보여 드릴 만한 곳을 찾지 못했습니다.",
}
_ENGLISH = {
    Kind.GREETING: "Hello. Ask a question, and the sentences that answer it in {who}'s posts are shown "
    "word for word.",
    Kind.THANKS: "Glad if that helped. Is there anything else you would like to ask?",
    Kind.GOODBYE: "Goodbye. Come back whenever you have a question.",
    Kind.HELP: "Ask anything that {who}'s posts may hold, in Korean or English. What is not in them is "
    "said not to be.",
    Kind.PRODUCT: "This is not a person but a program that searches {who}'s posts. It shows {who}'s own "
    "sentences and writes none itself.",
    Kind.IDENTITY: "This is a program that searches {who}'s posts. It shows {who}'s own sentences and "
    "writes none itself. No sentence that surely answers this was found in the posts.",
    Kind.FORM: "Sentences from {who}'s posts are shown in the words and the language that they were written "
    "in, neither shortened nor reworded. Every quote comes with its title and a link to its post.",
    Kind.UNHELPFUL: "That was not what you were looking for, it seems. Try other words, or ask in more "
    "detail: only sentences that stand in {who}'s posts can be shown.",
    Kind.MORE: "Ask a question first; then more of {who}'s posts can be shown.",
    Kind.NO_MORE: "No other place in {who}'s posts was found that surely speaks of this.",
}


# --- a message as the patterns see it

# "1", "ㄴ", "lol", "오, 진짜?"
_SAYS_NOTHING = re.compile(
    r"\d{1,2}|[ㄱ-ㅎㅏ-ㅣ]+|(?:오|와|우와|아하|헐|대박|정말로?|진짜로?|아니(?:요|오)?|그래요?|글쎄요?|음)+"
    r"|(?:(?:oh|ah|wow|lol|lmao|haha(?:ha)*|hehe|hm+|no|nope|yes|yeah|yep|yup|sure|please|really|maybe|omg|whatever) ?)+"
)

_BLANK = re.compile(r"[!.,~…]*\s+")
_JOINING = ("그럼", "and", "so", "then")  # belong to the question: what it is asked of
_SYLLABLE = re.compile("[가-힣]")
_LAUGHTER = re.compile(r"(?<!ㅇ)ㅋ+|[ㅠㅜ]+|ㅎ+(?![ㄱ-ㅎ])")
_HANGUL = "가-힣ㄱ-ㅣ"
_BLANK_BY_HANGUL = re.compile(rf"(?<=[{_HANGUL}]) +| +(?=[{_HANGUL}])")


def _plain(text: str) -> str:
    """Small letters and single blanks, none beside Hangul (people space it as they like); marks,
    emoji and laughter are gone, a letter held down (`hiii`) counts once."""
    folded = unicodedata.normalize("NFC", text).casefold().replace("'", "").replace("’", "")
    words = re.sub(r"[\W_]+", " ", _LAUGHTER.sub(" ", folded))
    return _BLANK_BY_HANGUL.sub("", re.sub(r"(.)\1\1+", r"\1", words)).strip()


# --- courtesies: any sequence of them, with what people put around them

_KO_END = "(?:요|여|용|욤|염|욥|유)"
# Of the kinds found in one message the first in this order counts.
_COURTESIES: tuple[tuple[Kind, str, str], ...] = (
    (
        Kind.GOODBYE,
        rf"안[녕뇽]히(?:계세{_KO_END}|가세{_KO_END}|계십시오|가십시오|주무세{_KO_END})?"
        rf"|잘(?:있어|가|자){_KO_END}?|굿나잇|굿밤|바이|빠이|빠빠이?|ㅂㅂ|ㅂㅇ|ㅂ2|ㅃㅃ|ㅃㅇ"
        rf"|(?:다음에|나중에|내일)?또?(?:봐|봬|뵈어|뵐게|올게|만나){_KO_END}|또올게|내일봐|다음에봐"
        rf"|(?:다음에|나중에)?또?(?:뵙겠습니다|오겠습니다)"
        rf"|이만(?:갈게|가볼게){_KO_END}?|가볼게{_KO_END}|(?<!ㄱ)ㅅㄱ"
        rf"|좋은(?:하루|밤|저녁|주말|시간)(?:되세{_KO_END}|보내세{_KO_END}|되십시오|보내십시오)"
        rf"|수고(?:하세{_KO_END}|하십시오|하셨습니다|하셨어{_KO_END}|했어{_KO_END}?|요|링)?",
        r"(?:good ?)?bye(?: ?bye)?|cya|farewell|take care|good ?night|gn|ttyl|talk to you later|gotta go"
        r"|see (?:you|ya|u)(?: later| soon| tomorrow| around| again| next time)?"
        r"|have a (?:nice|good|great|lovely) (?:day|one|evening|night|weekend)",
    ),
    (
        Kind.THANKS,
        rf"[감캄][사솨]링?(?:합니다|합니당|해{_KO_END}?|드려{_KO_END}|드립니다|하네{_KO_END}|했습니다|했어{_KO_END}|함다)?"
        rf"|고마(?:워{_KO_END}?|웠어{_KO_END}?|웠습니다)|고맙(?:습니다|습니당|네{_KO_END}?|다)|ㄱㅅ|ㄳ"
        rf"|[땡쌩탱]큐|땡스|잘(?:봤|읽었|알았)(?:습니다|어{_KO_END}|네{_KO_END})|잘(?:보고|읽고)(?:있습니다|있어{_KO_END}|갑니다|가{_KO_END})"
        rf"|도움이?(?:많이)?(?:됐|되었)(?:습니다|어{_KO_END}|네{_KO_END})",
        r"thanks|thank ?(?:you|u|ya)|th?n?x|than[kx]s?|tks|thnaks|thansk|tahnks|tysm|ty|cheers"
        r"|much appreciated|(?:i )?appreciate (?:it|that|this)"
        r"|(?:thats|that is|that was|this is|its|very|really) (?:very |really |so )?helpful|that helps|helpful",
    ),
    (
        Kind.GREETING,
        rf"안[녕뇽냥농](?:들?하[세새셔셰]{_KO_END}|하십니까|하신가{_KO_END}|하시렵니까|하삼|하셈)?"
        rf"|하이(?:루|{_KO_END})?|하잉|헬로우?|할로|헤이|ㅎㅇ+|방가(?:루|워{_KO_END}?)?"
        rf"|반가(?:워{_KO_END}?|웡)|반갑(?:습니다|네{_KO_END})|처음뵙겠습니다|굿모닝"
        rf"|좋은(?:아침|오후|저녁|하루)(?:이에{_KO_END}|이네{_KO_END}|입니다)?"
        rf"|잘지내(?:세{_KO_END}|시죠|시나{_KO_END}|나{_KO_END}|니|냐|{_KO_END})?|여보세{_KO_END}|계세{_KO_END}",
        r"hi|hii|hey|hello|helo|hallo|hullo|heya|hiya|howdy|yo|sup|wassup|whats up|greetings"
        r"|good ?(?:morning|afternoon|evening|day)|morning|nice to meet (?:you|u)|pleased to meet you"
        r"|how (?:are|r) (?:you|u|ya)(?: doing)?(?: today)?|hows it going|how do you do",
    ),
    (
        Kind.THANKS,  # an "ok" or "nice" beside a greeting is not what the message is about
        rf"알겠(?:습니다|어{_KO_END}?|음)|알았(?:습니다|어{_KO_END}?)|그렇(?:군{_KO_END}?|구나|네{_KO_END})"
        rf"|좋(?:아{_KO_END}?|네{_KO_END}|습니다)|멋(?:져{_KO_END}?|지네{_KO_END}|집니다|있어{_KO_END}|있네{_KO_END})"
        rf"|(?:재밌|재미있)(?:어{_KO_END}|네{_KO_END}|습니다)|흥미롭(?:네{_KO_END}|습니다)|신기(?:해{_KO_END}|하네{_KO_END})|대박"
        rf"|최고(?:예{_KO_END}|에{_KO_END}|네{_KO_END}|입니다)?|훌륭(?:해{_KO_END}|하네{_KO_END}|합니다)|[네넵넹예응]|ㅇㅋ|ㅇㅇ|오케이|오키|굿+|굳+",
        r"ok|okay|k|great|nice|cool|awesome|perfect|good|got it|i see|understood|alright|amazing"
        r"|(?:very |so |how )?interesting|wonderful|excellent|brilliant|fantastic|impressive|lovely|(?:that )?makes sense|well done"
        r"|(?:nice|great|good|love your|lovely) (?:blog|site|posts?|work|job|writing)",
    ),
)
_AROUND_KO = (
    r"(?:작가|저자|글쓴이|블로거)님?|쌤|글쓴분|주인장|여러분"
    r"|(?:선생|선배|사장|박사|교수|피디|주인|운영자|관리자|기자|개발자|엔지니어|디자이너|기획자|연구원|강사|코치|멘토|기사|대표|팀장|감독|셰프|의사|변호사)님"
    r"|챗?봇|아니(?:요|오)?|오|와|우와|아하?|헐|그럼|이제|정말로?|진짜로?|너무|많이|아주|참"
    r"|대단히|다시한번|오늘도?|항상|늘|매번|좋은|친절한|빠른|자세한|(?:글|블로그|포스팅|사이트|홈페이지)[을를도]?|답변?|설명|정보|말씀|모두|다"
    r"|(?:알려|말해|답해|도와|설명해|공유해|써|해)?주셔서|덕분에"
)
_AROUND_EN = (
    r"there|everyone|all|guys|folks|friend|sir|mate|man|dude|bot|again|author|oh|ah|wow|well|and|so|very|much"
    r"|a lot|a bunch|anyway|many|really|no|nope|sure|yes|yeah|yep|yup|then|now|for now|today|lol|haha|please|to|you|u"
    r"|(?:that|this|it|which) was|for (?:the|your|all your|all the)? ?(?:quick )?(?:help|answers?|time|reply|info|sharing|explanation|this|that|everything)"
)


def _any(korean: str, english: str) -> str:
    return rf"(?:{korean}|(?<![a-z])(?:{english})(?![a-z]))"


_KINDS = tuple((kind, re.compile(_any(*words))) for kind, *words in _COURTESIES)
_SAID = "|".join(words.pattern for _, words in _KINDS)


def _courtesy(text: str, name: str) -> Kind | None:
    """The kind of a message of nothing but courtesies ("안녕하세요, 감사합니다" thanks)."""
    if not _only_courtesies(name).fullmatch(text):
        return None
    bare = _called(name).sub(" ", text)
    return next((kind for kind, words in _KINDS if words.search(bare)), None)


def _only_courtesies(name: str) -> re.Pattern[str]:
    around = _any(_AROUND_KO, _AROUND_EN)
    return re.compile(rf"(?:(?:{around}|{_called(name).pattern}|{_SAID}) ?)+")


def _called(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z]){re.escape(name)}(?:님|씨|작가님)?" if name else r"(?!)")


def _without_courtesies(text: str, name: str) -> str:
    """The message after its greeting: "안녕하세요, 누구세요?" asks who."""
    first = re.match(rf"(?:(?:{_SAID}|{_called(name).pattern}) ?)+", text)
    return text[first.end() :] if first and first.end() < len(text) else text


# --- questions to the product

_EN_MACHINE = (
    r"(?:a |an |the )?(?:real |actual |live )?(?:humans?|human being|person|people|(?:chat ?|ro)?bot|ai"
    r"|machine|program|computer|(?:chat ?)?gpt|llm|language model|claude|gemini|author|writer|automated)"
)
_EN_PLACE = r"(?:(?:web)?site|page|bot|chatbot|chat|app|service)"
_KO_YOU = r"(?:너는|넌|너|니가|네가|당신은|당신|그쪽은|님은|얘는|혹시|지금|여기는?|이거|이건|도대체|대체)*"
_KO_IS = r"(?:이?야|이?에요|예요|이?세요|이?신가요|인가요|이?니|이?냐|입니까|이?십니까|이?죠|이?지|임|인지요?|이?여)"
_KO_MACHINE = r"(?:진짜)?(?:사람|인간|챗?봇|로봇|ai|에이아이|인공지능|챗?gpt|chatgpt|챗?지피티|클로드|제미나이|작가님?|저자|글쓴이|본인)"
_KO_PLACE = r"(?:여긴|여기|이(?:사이트|페이지|챗?봇|앱|서비스))"
_KO_WHAT = r"(?:뭘|뭐를?|무엇을?|무얼|머|멀|(?:어떤|무슨)(?:걸|거를?|것을|것들을|질문을?|질문들을|내용을?|주제를?))"
_KO_MAY = r"(?:나요|나|어요?|니|냐|을까요?|습니까|는지(?:요|알려줘|알려주세요|궁금해요)?|죠|지|는거(?:야|죠|예요|에요)|는건가요|음)"
_KO_DO = rf"(?:해줘요?|해주세{_KO_END}|해주십시오|해줄래요?|해줄수있{_KO_MAY}|부탁해요?|부탁드려요|부탁드립니다)"
_KO_ALLOWED = r"(?:되(?:나요|나|니|냐|죠|지|는지|는거야|는건가요)|돼요?|됨|될까요?|됩니까|좋(?:을까요?|아요?|나요)|괜찮(?:아요?|나요|을까요?))"
_QUESTIONS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile("|".join((rf"(?:{korean})", english))))
    for kind, korean, english in (
        (
            Kind.HELP,
            rf"(?:{_KO_YOU}|너한테|당신한테|여기에?서|{_KO_PLACE}에?서|(?:작가님|저자|글쓴이)(?:한테|에게|께))(?:"
            rf"{_KO_WHAT}(?:물어볼|물을|질문할|여쭤볼|할|답할|대답할|답변할|도와줄|해줄|알려줄)수있{_KO_MAY}"
            rf"|{_KO_WHAT}(?:물어보|질문하|여쭤보|물으)면{_KO_ALLOWED}|{_KO_WHAT}(?:물어봐|질문해|여쭤봐|물어)도{_KO_ALLOWED}"
            rf"|{_KO_WHAT}(?:물어볼까요?|물어보지|질문할까요?|질문하지)"
            rf"|(?:어떤|무슨)(?:질문|질문들|것들)(?:이|을)?(?:있{_KO_MAY}|가능(?:한가요|해요?|함|할까요?|합니까))"
            rf"|(?:물어볼|질문할|물을)수있는(?:게|건|것은?|거|주제[가는]?|질문[은이]?)(?:뭐|무엇|뭔)?(?:{_KO_IS}|가요|있{_KO_MAY}))"
            rf"|{_KO_WHAT}(?:물어봐야|질문해야)(?:할지모르겠(?:어요?|습니다|네요)|하나요|하죠|할까요|되나요|돼요)|{_KO_WHAT}할줄알?아(?:요|나요|세요|니)?"
            rf"|(?:뭐|무엇|어떤것)에(?:대해서?|관해서?)(?:물어볼|물을|질문할)수있{_KO_MAY}|(?:어떤|무슨)(?:주제|이야기|내용)(?:가|이|들이)있{_KO_MAY}"
            rf"|(?:사용법|이용방법|사용방법)(?:좀|을|이|은)*(?:알려줘요?|알려주세요|뭐예요|뭔가요|궁금해요)?"
            rf"|질문이?(?:있어{_KO_END}|있습니다|있는데{_KO_END})|질문(?:좀)?(?:해도|하나해도){_KO_ALLOWED}"
            rf"|도움말|헬프|도와줘요?|도와주세요|(?:뭐|뭐라고|뭐라구|응|에|잉|뭐해|뭐하세{_KO_END}|뭐하니|시작|처음으로|안할래|심심해{_KO_END}?|됐어{_KO_END}?|됐습니다|아니에{_KO_END}|아닙니다|죄송합니다|죄송해{_KO_END}|미안해?{_KO_END}?)"
            rf"|(?:뭐)?궁금한(?:게|것이|거|점이)(?:많이|좀|하나)?있(?:어{_KO_END}|습니다|는데{_KO_END}?)"
            rf"|(?:무슨|어떤)글(?:이|들이|을)?(?:있{_KO_MAY}|쓰(?:시나요|나요|세요|셨나요))|(?:무슨|어떤)(?:주제|이야기|내용)(?:를|을)다루(?:나요|세요|시나요|니|냐)"
            rf"|(?:영어|한국어|한글)로(?:도)?(?:물어봐도|물어도|질문해도|써도){_KO_ALLOWED}"
            rf"|(?:예시질문|질문예시|추천질문|질문추천)(?:좀|을)*(?:해줘요?|해주세요|보여줘요?|보여주세요|알려줘요?|알려주세요)?"
            rf"|{_KO_PLACE}[은는]?(?:어떻게|어케)(?:사용|이용|쓰|써)(?:해요?|하나요|하죠|나요|요|하는거{_KO_IS}|하면{_KO_ALLOWED})?",
            rf"what(?: else| all)?(?: (?:kinds?|sorts?|types?) of)?(?: questions?| things?| topics?| stuff)?"
            rf" (?:can|could|may|am) (?:i|we) (?:ask|allowed to ask|able to ask)(?: (?:you|about|here|this {_EN_PLACE}|the author))*"
            rf"|what should (?:i|we) ask(?: you| here)?|(?:can|may|could) i ask(?: you)?(?: a| some| any)?(?: few)? questions?(?: here)?|i have (?:a|some) questions?"
            rf"|what(?: else| all)? (?:can (?:you|u)|can this {_EN_PLACE}|are you able to|does this {_EN_PLACE})"
            rf" (?:do|answer|tell me|help(?: me)?(?: with)?)(?: for me| here| about)?|what do you know"
            rf"|what (?:questions|topics) (?:can|do) you (?:answer|cover|know)"
            rf"|how (?:do|can|should) i (?:use|talk to) (?:you|this {_EN_PLACE})|how does this {_EN_PLACE} work"
            rf"|what(?: what)*|huh|what are you (?:doing|up to)|start(?: over)?|stop|restart|im bored|never ?mind|nvm|nothing|thats all|sorry(?: about that)?|(?:can you )?tell me a (?:joke|story)"
            rf"|(?:can|may|could) i ask (?:you )?something|can i ask in (?:english|korean)|do you (?:speak|understand) (?:english|korean)"
            rf"|help(?: me)?(?: please)?|can you help(?: me)?|i need help"
            rf"|(?:(?:can you )?(?:give|show|suggest)(?: me)? )?(?:some |a few |an? )?(?:(?:example|sample|suggested) )?questions?(?: please)?",
        ),
        (
            Kind.FORM,
            rf"(?:(?:한국어|한국말|한글|영어)로(?:좀)?(?:번역|말|답변?|대답)?|번역(?:좀|을)*|요약(?:좀|을)*|(?:짧게|간단히|간단하게|쉽게|더쉽게)(?:좀)?(?:요약|설명|말)?){_KO_DO}"
            rf"|한국어로|영어로|요약|번역|출처(?:는|가|를|좀)*(?:뭐|뭔|어디|무엇)?(?:{_KO_IS}|가요|있{_KO_MAY}|알려줘요?|알려주세요)?"
            rf"|(?:(?:글|원문|출처)?(?:링크|주소)|원문)(?:는|를|을|좀|가)*(?:줘요?|주세요|있{_KO_MAY}|알려줘요?|알려주세요|보여줘요?|보여주세요)"
            rf"|(?:이|그)?글?(?:은|는)?언제쓴(?:글|거|건|것)(?:{_KO_IS}|가요)|언제쓰신(?:글|거|건|것)(?:{_KO_IS}|가요)",
            r"(?:answer |reply |say it )?in (?:english|korean)(?: please)?"
            r"|(?:please |(?:can|could) you (?:please )?)?(?:translate|summari[sz]e|sum(?: it)? up|shorten|simplify|rephrase|paraphrase)"
            r"(?: (?:it|this|that|them|these))?(?: (?:in|into|to) (?:english|korean))?(?: for me)?(?: please)?|tl ?dr"
            r"|sources?(?: please)?|(?:whats|what is|whats your|wheres) the source|(?:a |the )?links?(?: please)?"
            r"|(?:(?:can|may|could) i (?:have|get)|give me|show me) (?:a |the )?(?:link|source)s?(?: please)?|when (?:did you write|was) (?:this|that|it)(?: written| posted)?",
        ),
        (
            Kind.UNHELPFUL,
            rf"(?:이거|이건|답변?이?|설명이?|너|넌|너무|진짜|정말|완전|하나도|전혀|아니)*(?:"
            rf"도움이?(?:안|하나도안|전혀안)(?:돼{_KO_END}?|되네{_KO_END}?|됩니다|됨|됐어{_KO_END}?)|별로(?:예{_KO_END}|네{_KO_END}|다|야|임)?|재미없(?:어{_KO_END}?|네{_KO_END}?|다|음)"
            rf"|이해가?(?:안|잘안)(?:돼{_KO_END}?|되네{_KO_END}?|됩니다|가{_KO_END}?|감|됨)|틀렸(?:어{_KO_END}?|네{_KO_END}?|습니다|음)|엉터리(?:네{_KO_END}?|야|예{_KO_END})?|쓸모가?없(?:어{_KO_END}?|네{_KO_END}?|다|음)"
            rf"|그게아니(?:라|야|고|에{_KO_END}|잖아{_KO_END}?)|그거말고{_KO_END}?|그거아닌데{_KO_END}?|이상해{_KO_END}?|이상하네{_KO_END}?|동문서답(?:이네{_KO_END}?|하네{_KO_END}?)?|거짓말(?:이야|하지마{_KO_END}?)?|답이아니(?:야|에{_KO_END}|네{_KO_END}?)"
            rf"|꺼져라?|닥쳐라?|[씨시쓰]발(?:놈|아)?|ㅅㅂ|ㅆㅂ|ㅂㅅ|ㅄ|병신(?:아|같은)?|개새끼야?|바보(?:야|네|냐)?|멍청(?:이|아|하네{_KO_END}?|해)|미친(?:놈|거야)?|짜증(?:나|난다|나네{_KO_END}?)?|죽을래)",
            r"(?:(?:this|that|its?|you|youre|u|ur|your answer|the answer) ?(?:is|are|was)? ?)?(?:so |very |really |just |totally |completely |all )*"
            r"(?:useless|wrong|incorrect|bad|terrible|awful|horrible|stupid|dumb|boring|nonsense|garbage|rubbish|crap|bullshit|no help|unhelpful|not (?:very |really )?(?:helpful|useful|good|right|true)|confusing|lame|weird)(?: answer| bot)?(?: at all)?"
            r"|(?:thats |that is |this is )?not what i (?:asked|meant|wanted|was looking for)(?: for)?|that (?:doesnt|didnt|does not|did not) (?:help|answer (?:it|my question|the question)|make (?:any )?sense)|(?:you|u) (?:suck|are an idiot)|idiot|fuck(?: (?:you|u|off|this))?|shit|wtf|shut up|damn(?: it)?|screw you|go away|i (?:dont|do not) (?:understand|get it)|i hate (?:this|you)",
        ),
        (
            Kind.PRODUCT,
            rf"{_KO_YOU}(?:{_KO_MACHINE}(?:{_KO_IS}|맞(?:아요?|나요|죠)|이맞나요)(?:아니면)?){{1,2}}"
            rf"|(?:너는|넌|너|당신은?|얘는?)(?:뭐|뭔|무엇|뭐하는(?:애|봇|거|놈))(?:{_KO_IS}|데요?)"
            rf"|{_KO_PLACE}[은는]?(?:뭐|뭔|무엇|(?:뭐하는|무슨|어떤)(?:곳|데|거|사이트|페이지|챗?봇|서비스|앱))(?:{_KO_IS}|가요)"
            rf"|(?:너를|널|누가)+(?:(?:너를|널|이(?:챗?봇|사이트)를?)(?:누가)?)만들(?:었(?:어요?|나요|니|냐|죠)|어준?거{_KO_IS})",
            rf"(?:are|r) (?:you|u) (?:really |actually |just )*{_EN_MACHINE}(?: or {_EN_MACHINE})?|are (?:you|u) real"
            rf"|is this (?:really |actually |just )*{_EN_MACHINE}(?: or {_EN_MACHINE})?"
            rf"|(?:who )?am i (?:talking|speaking|chatting) (?:to|with)(?: {_EN_MACHINE})?(?: or {_EN_MACHINE})?"
            rf"|what are (?:you|u)(?: exactly)?|whats? (?:is )?this {_EN_PLACE}(?: for)?"
            rf"|who (?:made|built|created|programmed|developed) (?:you|u|this {_EN_PLACE})",
        ),
        (
            Kind.IDENTITY,
            rf"(?:{_KO_YOU}|작가님?[은이가는]?|저자[는가]?|글쓴이[는가]?|글쓴분은?|주인장은?|블로그주인은?)(?:누구|누군)(?:{_KO_IS}|가요|데요?)"
            rf"|(?:{_KO_YOU}|너의|네|니|작가님|저자|글쓴이)(?:이름|성함|닉네임)[이은]?(?:(?:뭐|뭔|무엇)(?:{_KO_IS}|가요)|어떻게(?:되세요|되나요|되시나요|되시죠))"
            rf"|누구|(?:간단히|간단하게)?(?:자기|본인|작가님?|저자|글쓴이|주인장)?소개(?:를|좀)*(?:해줘요?|해주세요|해봐요?|부탁해요?|부탁드려요|부탁드립니다|해줄래요?)?",
            r"who(?: are| r|re)? (?:you|u|ya)|who (?:is|are) (?:the|this) (?:author|writer|blogger)|whos (?:the|this) (?:author|writer|blogger)"
            r"|whats? (?:is )?(?:your|ur) name|(?:please |can you )?introduce yourself(?: please)?"
            r"|who wrote (?:this|these)(?: (?:blog|site|posts?|articles?|page))?|who(?: is|s) behind (?:this|the) (?:blog|site|posts?|page)"
            r"|tell me (?:a (?:bit|little) |something |more )?about (?:yourself|you|urself|the author)|about (?:you|the author)",
        ),
    )
)


# --- courtesies with a slip of the finger


def _letters(text: str) -> str:
    return unicodedata.normalize("NFD", text).replace(" ", "")


def _listed(kind: Kind, phrases: Iterable[str]) -> dict[str, Kind]:
    return {_letters(phrase): kind for phrase in phrases}


_LONG = {
    **_listed(Kind.GREETING, ("안녕하세요", "안녕하십니까", "반갑습니다", "good morning", "good evening")),
    **_listed(Kind.THANKS, ("감사합니다", "고맙습니다", "고마워요", "thank you", "thanks a lot", "thank you so much")),
    **_listed(Kind.GOODBYE, ("안녕히 계세요", "안녕히 가세요", "수고하세요", "see you later", "good night")),
}  # fmt: skip


def _misspelt(text: str) -> Kind | None:
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
