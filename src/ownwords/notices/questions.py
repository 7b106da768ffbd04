"""Questions and remarks to the product, each a whole message without its courtesies."""

from __future__ import annotations

import re

from ownwords.notices.kinds import Kind
from ownwords.notices.wording import KO_END

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
_KO_DO = rf"(?:해줘요?|해주세{KO_END}|해주십시오|해줄래요?|해줄수있{_KO_MAY}|부탁해요?|부탁드려요|부탁드립니다)"
_KO_ALLOWED = r"(?:되(?:나요|나|니|냐|죠|지|는지|는거야|는건가요)|돼요?|됨|될까요?|됩니까|좋(?:을까요?|아요?|나요)|괜찮(?:아요?|나요|을까요?))"
# Asks who or what the name is, not of whom: behind another question of whoever that one names.
OF_SOMEBODY = re.compile(
    rf"(?:누구|누군)(?!이?세|이?신|이?십)(?:{_KO_IS}|가요|데요?)?|(?:이름|닉네임)[이은]?(?:뭐|뭔|무엇)(?:{_KO_IS}|가요)"
)
QUESTIONS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
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
            rf"|질문이?(?:있어{KO_END}|있습니다|있는데{KO_END})|질문(?:좀)?(?:해도|하나해도){_KO_ALLOWED}"
            rf"|도움말|헬프|도와줘요?|도와주세요|(?:뭐|뭐라고|뭐라구|응|에|잉|뭐해|뭐하세{KO_END}|뭐하니|시작|처음으로|안할래|심심해{KO_END}?|됐어{KO_END}?|됐습니다|아니에{KO_END}|아닙니다|죄송합니다|죄송해{KO_END}|미안해?{KO_END}?)"
            rf"|(?:뭐)?궁금한(?:게|것이|거|점이)(?:많이|좀|하나)?있(?:어{KO_END}|습니다|는데{KO_END}?)"
            rf"|(?:무슨|어떤)글(?:이|들이|을)?(?:있{_KO_MAY}|쓰(?:시나요|나요|세요|셨나요))|(?:무슨|어떤)(?:주제|이야기|내용)(?:를|을)다루(?:나요|세요|시나요|니|냐)"
            rf"|(?:영어|한국어|한글)로(?:도)?(?:물어봐도|물어도|질문해도|써도){_KO_ALLOWED}"
            rf"|(?:아무(?:거나|글이나|(?:얘기|이야기)나)|(?:다른|재밌는|재미있는|아무)(?:얘기|이야기)|랜덤)(?:좀|로|으로)*(?:하나)?(?:보여줘요?|보여주세{KO_END}|해봐요?|{_KO_DO})?|심심한데(?:뭐|아무).{{0,12}}"
            rf"|글이?(?:총|모두)?몇(?:개|편)(?:나있어{KO_END}?|{_KO_IS}|있{_KO_MAY})"
            rf"|(?:무슨|어떤)주제(?:의|로)?글(?:이|들이)?있{_KO_MAY}|물어볼(?:게|것이|거|말이)(?:하나)?있(?:는데{KO_END}?|어{KO_END}?|습니다)|다시|다시해봐|처음부터|그만|야|모르겠(?:어{KO_END}?|네{KO_END}?|습니다|다)"
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
            rf"|surprise me|(?:(?:show|give|tell) me )?(?:a )?random (?:posts?|one|quote|something)|(?:show|tell) me (?:something|anything)(?: (?:interesting|fun|funny|cool|nice|new|good|random))?"
            rf"|how many posts are there"
            rf"|again|wait|back|quit|exit|pardon(?: me)?|my bad|i (?:dont|do not) know"
            rf"|help(?: me)?(?: please)?|can you help(?: me)?|i need help"
            rf"|(?:(?:can you )?(?:give|show|suggest)(?: me)? )?(?:some |a few |an? )?(?:(?:example|sample|suggested) )?questions?(?: please)?",
        ),
        (
            Kind.FORM,
            rf"(?:(?:한국어|한국말|한글|영어)로(?:좀)?(?:번역|말|답변?|대답)?|번역(?:좀|을)*|요약(?:좀|을)*|(?:짧게|간단히|간단하게|쉽게|더쉽게)(?:좀)?(?:요약|설명|말)?){_KO_DO}"
            rf"|한국어로|영어로|요약|번역|출처(?:는|가|를|좀)*(?:뭐|뭔|어디|무엇)?(?:{_KO_IS}|가요|있{_KO_MAY}|알려줘요?|알려주세요)?"
            rf"|(?:(?:글|원문|출처)?(?:링크|주소)|원문)(?:는|를|을|좀|가)*(?:줘요?|주세요|있{_KO_MAY}|알려줘요?|알려주세요|보여줘요?|보여주세요)"
            rf"|(?:(?:이|그)(?:게|건|것은)|(?:이|그)?글(?:은|는)?)?(?:언제(?:쓴|쓰신|작성한|작성하신)(?:글|거|건|것)(?:{_KO_IS}|가요))|(?:이|그)글(?:은|을)?언제(?:썼|쓰셨|작성했|작성하셨)(?:어{KO_END}?|나요|죠|습니까)"
            rf"|(?:이|그)?(?:블로그|사이트|글|포스트|페이지)?(?:전체|내용)?(?:를|을|좀)*(?:(?:한|두|세|네|다섯|\d)(?:줄|문장)(?:로|으로)?)?요약(?:좀|을)*(?:하면|{_KO_DO}|해봐요?)?",
            r"(?:answer |reply |say it )?in (?:english|korean)(?: please)?"
            r"|(?:please |(?:can|could) you (?:please )?)?(?:translate|summari[sz]e|sum(?: it)? up|shorten|simplify|rephrase|paraphrase)"
            r"(?: (?:it|this|that|them|these))?(?: (?:in|into|to) (?:english|korean))?(?: for me)?(?: please)?|tl ?dr"
            r"|sources?(?: please)?|(?:whats|what is|whats your|wheres) the source|(?:a |the )?links?(?: please)?"
            r"|(?:(?:can|may|could) i (?:have|get)|give me|show me) (?:a |the )?(?:link|source)s?(?: please)?|when (?:did you write (?:this|that|it)|was (?:this|that|it) (?:written|posted|published))"
            r"|(?:please |can you )?(?:summari[sz]e|translate) (?:this|the|your) (?:(?:whole|entire) )?(?:blog|site|page|posts?|article)(?: (?:in|into|to) (?:english|korean))?(?: please)?|(?:please )?(?:speak|write|talk|reply) (?:in )?(?:english|korean)(?: please)?"
            r"|(?:say|explain|put) (?:it|this|that) (?:in|with) (?:simpler|simple|other|plain|your own|different|fewer) (?:words|terms|english)|(?:in )?(?:simpler|other|plain) (?:words|terms)(?: please)?",
        ),
        (
            Kind.UNHELPFUL,
            rf"(?:이거|이건|답변?이?|설명이?|너|넌|너무|진짜|정말|완전|하나도|전혀|아니)*(?:"
            rf"도움이?(?:안|하나도안|전혀안)(?:돼{KO_END}?|되네{KO_END}?|됩니다|됨|됐어{KO_END}?)|별로(?:예{KO_END}|네{KO_END}|다|야|임)?|재미없(?:어{KO_END}?|네{KO_END}?|다|음)"
            rf"|이해가?(?:안|잘안)(?:돼{KO_END}?|되네{KO_END}?|됩니다|가{KO_END}?|감|됨)|틀렸(?:어{KO_END}?|네{KO_END}?|습니다|음)|엉터리(?:네{KO_END}?|야|예{KO_END})?|쓸모가?없(?:어{KO_END}?|네{KO_END}?|다|음)"
            rf"|그게아니(?:라|야|고|에{KO_END}|잖아{KO_END}?)|그거말고{KO_END}?|그거아닌데{KO_END}?|이상해{KO_END}?|이상하네{KO_END}?|동문서답(?:이네{KO_END}?|하네{KO_END}?)?|거짓말(?:이야|하지마{KO_END}?)?|답이아니(?:야|에{KO_END}|네{KO_END}?)"
            rf"|그건아닌데{KO_END}?|질문이?(?:랑|이랑|하고|과)?(?:다른데|다르잖아|다르네){KO_END}?|이미(?:본|봤던|말한)(?:거|건|것)?(?:잖아|인데|이잖아|데){KO_END}?|같은(?:말|얘기|답)만(?:하네|하시네|해|나와|나오네){KO_END}?|제대로(?:대답|답)해(?:줘|주세요)?{KO_END}?"
            rf"|(?:무슨|엉뚱한|뭔|딴)소리(?:야|예{KO_END}|를?하지마|하지마|하는거야|죠|지)?{KO_END}?|답이없(?:네|어){KO_END}?|왜(?:대답|답)을?(?:못|안)해{KO_END}?|노잼|못믿겠(?:어{KO_END}?|네{KO_END}?|는데{KO_END}?)|(?:에이)?설마{KO_END}?|뻥치지마{KO_END}?"
            rf"|꺼져라?|닥쳐라?|[씨시쓰]발(?:놈|아)?|ㅅㅂ|ㅆㅂ|ㅂㅅ|ㅄ|병신(?:아|같은)?|개새끼야?|바보(?:야|네|냐)?|멍청(?:이|아|하네{KO_END}?|해)|미친(?:놈|거야)?|짜증(?:나|난다|나네{KO_END}?)?|죽을래)",
            r"(?:(?:this|thats?|its?|you|youre|u|ur|your answer|the answer) ?(?:is|are|was)? ?)?(?:so |very |really |just |totally |completely |all )*"
            r"(?:useless|wrong|incorrect|bad|terrible|awful|horrible|stupid|dumb|boring|nonsense|garbage|rubbish|crap|bullshit|no help|unhelpful|not (?:very |really )?(?:helpful|useful|good|right|true)|confusing|lame|weird)(?: answer| bot)?(?: at all)?"
            r"|(?:thats |that is |this is )?not what i (?:asked|meant|wanted|was looking for)(?: for)?|that (?:doesnt|didnt|does not|did not) (?:help|answer (?:it|my question|the question)|make (?:any )?sense)|(?:you|u) (?:suck|are an idiot)|idiot|fuck(?: (?:you|u|off|this))?|shit|wtf|shut up|damn(?: it)?|screw you|go away|are (?:you|u) (?:sure|serious|kidding)(?: about (?:that|this|it))?|(?:you|u) (?:already|just) (?:said|showed(?: me)?|told me|mentioned) (?:that|this|it)|(?:you|u)(?:re| are) (?:lying|a liar|repeating yourself)|prove it|(?:no )?(?:you|he|she) (?:didnt|did not)|i (?:dont|do not) believe (?:you|this|that|it)|same (?:answer|thing) again|i (?:dont|do not) (?:understand|get it)|i hate (?:this|you)",
        ),
        (
            Kind.PRODUCT,
            rf"{_KO_YOU}(?:{_KO_MACHINE}(?:{_KO_IS}|맞(?:아요?|나요|죠)|이맞나요)(?:아니면)?){{1,2}}"
            rf"|(?:너는|넌|너|당신은?|얘는?)(?:뭐|뭔|무엇|뭐하는(?:애|봇|거|놈))(?:{_KO_IS}|데요?)"
            rf"|{_KO_PLACE}[은는]?(?:뭐|뭔|무엇|(?:뭐하는|무슨|어떤)(?:곳|데|거|사이트|페이지|챗?봇|서비스|앱))(?:{_KO_IS}|가요)"
            rf"|(?:시|노래|소설|코드|편지)(?:를|좀|한편|하나)*(?:써|지어|짜|만들어)(?:줘요?|주세{KO_END}|줄래{KO_END}?|봐{KO_END}?)|이전(?:의)?(?:지시|명령|지침|프롬프트)(?:사항)?(?:를|을|은|는)*(?:모두|전부|다)?무시.*"
            rf"|(?:너를|널|누가)+(?:(?:너를|널|이(?:챗?봇|사이트)를?)(?:누가)?)만들(?:었(?:어요?|나요|니|냐|죠)|어준?거{_KO_IS})",
            rf"(?:are|r) (?:you|u) (?:really |actually |just )*{_EN_MACHINE}(?: or {_EN_MACHINE})?|are (?:you|u) real"
            rf"|is this (?:really |actually |just )*{_EN_MACHINE}(?: or {_EN_MACHINE})?"
            rf"|(?:who )?am i (?:talking|speaking|chatting) (?:to|with)(?: {_EN_MACHINE})?(?: or {_EN_MACHINE})?"
            rf"|what are (?:you|u)(?: exactly)?|whats? (?:is )?this {_EN_PLACE}(?: for)?"
            rf"|who (?:made|built|created|programmed|developed) (?:you|u|this {_EN_PLACE})|(?:what|which) (?:ai |language )?model (?:are|r) (?:you|u)(?: using)?|do (?:you|u) (?:have (?:any )?(?:feelings|emotions|a name|a soul)|remember me)|are (?:you|u) (?:alive|conscious|sentient)"
            rf"|(?:please |can you )?write(?: me)? (?:a|an|some|me a) (?:short )?(?:poem|song|story|essay|haiku|letter|joke|rap|code|script|program)(?: (?:about|for|in|on) \w+(?: \w+){{0,3}})?"
            rf"|(?:please )?(?:ignore|forget|disregard) (?:all |your |the |any |my )*(?:previous|prior|above|earlier) (?:instructions?|prompts?|messages?|rules)\b.*|(?:(?:reveal|show|print|tell)(?: me)?|what is|whats) your (?:system )?(?:prompt|instructions)",
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
