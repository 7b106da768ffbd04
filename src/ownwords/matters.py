"""What one asks of anybody, and the words that tell it: "are you married?" is not answered by what is merely near,
however near it is.

The words of either language, and of their kin, were gathered from the answers of training/blogs; a matter stands here
where they tell nearly every answer (scripts/told.py). What people like to do and where they live is told in too many ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from ownwords.wording import plain

# The probability that a place answers where no shown passage has such a word: of the questions of training/blogs that
# ask for these, 12 of 1,076 answerable ones have their place beside none, and 289 of 1,505 others are asked of posts
# that have none; one more of each is counted (Laplace's rule of succession).
UNTOLD = 0.04
LONGEST = 60  # characters; a longer question asks of something else
# Whoever is spoken of with respect is not the author: "석사 분들이 계셨습니다" tells where nobody studied who writes here.
_OTHERS = re.compile(r"[가-힣]+ ?분들|[가-힣]+ 분(?:[이은께의도과을]|[ ,.])")
_ANOTHER = re.compile(r"[?？]\s+\w")  # a question in front of another asks for more than the matter


class _Matter(NamedTuple):
    asked: re.Pattern[str]
    told: re.Pattern[str]


def _matter(asked: str, told: str) -> _Matter:
    return _Matter(re.compile(asked, re.IGNORECASE), re.compile(told, re.IGNORECASE))


_HAVE = "(?:있|계|유무|여부)"
_EN_HAVE = "(?:have|got) (?:a |an |any )?"
_EN_WHO = "(?:you|the author|he|she)"
_MATTERS = (
    _matter(  # age
        r"몇 ?살(?:이|인|예|$)|나이(?:가|는|를|도)? ?(?:어떻|궁금|알|몇|좀|여쭤)|^나이(?:가|는)?(?:요)?$|연[세배]가|몇 ?년 ?생|태어난 해|how old (?:are|is) " + _EN_WHO
        + r"\b|(?:your|author['’]?s?|his|her) age\b|^age$|birth year|when were you born",
        r"\d ?(?:살|세\b|대)|나이|년생|태어|났|[양쥐소범말개돼]띠|스물|서른|마흔|쉰|예순|환갑|생일|또래|(?:한|두|세|네|다섯|여섯|일곱|여덟|아홉|열) ?살"
        r"|\b(?:years? old|year-old|aged?|born|birthday|turned (?:\d|[a-z])|[2-9]0s|twent|thirt|fort|fift|sixt)|(?:of|in) (?:19[4-9]|200)\d|(?:19[4-9]|200)\d년",
    ),
    _matter(  # whoever one lives with
        r"(?:여자 ?친구|남자 ?친구|여친|남친|애인|배우자|짝|(?:사귀|만나)는 (?:사람|분))(?:이|가|은|는|분)? ?" + _HAVE + r"|결혼(?:은|을)? ?(?:했|하셨|하신|여부|유무|안 ?하)|[기미]혼|솔로"
        r"|are you (?:married|single|dating|in a relationship|seeing)|(?:is|are) " + _EN_WHO + r" (?:married|single)|^(?:married|spouse|girlfriend|boyfriend|(?:any )?partner|wife|husband)$"
        r"|" + _EN_HAVE + r"(?:girlfriend|boyfriend|partner|wife|husband|spouse)\b|marital|relationship status",
        r"결혼|혼인|아내|남편|와이프|배우자|집사람|여자 ?친구|남자 ?친구|[여남]친|애인|연인|연애|사귀|사귄|신혼|부부|약혼|이혼|[비미기]혼|싱글|솔로|반려자|헤어졌|혼자 ?(?:살|산|지내)"
        r"|wife|husband|spouse|marr|partner|girlfriend|boyfriend|fianc|wedding|divorc|\bsingle|dating|engaged|widow|live alone|on my own|shared a (?:kitchen|flat|house)|together (?:for|since)",
    ),
    _matter(  # children
        r"아이(?:가|는|들은|들이)? ?있|자녀|애기 ?있|자식(?:이|은)? ?" + _HAVE + r"|" + _EN_HAVE + r"(?:kids|children|child|son|daughter)\b|^(?:any )?(?:kids|children)$|author['’]?s children"
        r"|are you a (?:parent|father|mother|dad|mom|mum)",
        r"아이|자녀|아기|애기|애들|애가|자식|아들|딸|육아|출산|임신|첫째|둘째|손주|kid|child|\bsons?\b|daughter|\bbab|toddler|pregnan|parent|nephew|niece"
        r"|turned (?:one|two|three|four|five|six|seven|eight|nine)",
    ),
    _matter(  # brothers and sisters
        r"형제(?:가|는|나|,)?(?: ?자매)?\S* ?(?:있|어떻|몇|유무|관계|$)|남매|외동|siblings?|" + _EN_HAVE + r"(?:brothers|sisters)|^any (?:brothers|sisters)|brothers or sisters|only child",
        r"형제|형(?:이|은|과|의|한테|네)|누나|누이|언니|오빠|동생|자매|남매|외동|막내|맏이|장남|장녀|쌍둥이|\d[남녀]|가족|brother|sister|sibling|twin|only child|youngest|eldest|oldest|family"
        r"|of (?:two|three|four|five|six)\b",
    ),
    _matter(  # animals at home
        r"반려 ?(?:동물|견|묘)|펫|애완|(?:동물|강아지|고양이|개|냥이)(?:을|를|은|는|도)? ?(?:좀 )?(?:키우|길러|기르|있)|\bpets?$|\bpets?\b(?=.*\bhave\b)|have .*\bpets?\b|animals at home|"
        + _EN_HAVE + r"(?:dogs?|cats?)\b",
        r"반려|강아지|고양이|댕댕|냥이|멍멍|햄스터|앵무|동물|키우|기르|토끼|거북|물고기|어항|[가-힣]견|(?<![가-힣])개(?:[를가는와랑도의]|[ ,.)])|\bpets?\b|\bdogs?\b|\bcats?\b|kitten|pupp"
        r"|hamster|parrot|rabbit|\bfish|aquari|\bhens?\b|tortoise|turtle|animal|budgie|goat|ferret|terrier|hound|collie|snake|gecko|\bvet\b|horse|donkey",
    ),
    _matter(  # religion
        r"종교|religio|(?:교회|성당)(?:에|를|을|는|은)? 다니|do you believe in god|what do you believe in",
        r"종교|교회|성당|절[에을]|기독교|천주교|가톨릭|개신교|불교|신앙|기도|하나님|하느님|예수|예배|무교|신자|성경|미사|세례|모태|법당|스님|목사|신부님|religio|church|chapel|faith|\bgod\b|pray"
        r"|atheis|buddh|christ|catholic|protestant|methodist|quaker|lutheran|baptist|anglican|orthodox|presbyter|muslim|islam|jew|hindu|sikh|mosque|temple|synagogue|secular|believ|agnostic"
        r"|\bmass\b|parish|worship",
    ),
    _matter(  # military service
        r"군대|군 ?복무|병역|입대|군 ?생활|미필|군필|in the (?:army|military)|military service|\bconscript",
        r"군대|군에|군 ?생활|복무|병역|입대|전역|복학|훈련소|부대|제대|[육해공]군|해병|[병상이일]병|병장|공익|산업 ?기능|전문 ?연구|군인|군수|장교|면제|카투사|의경|\barm(?:y|ies)|military|navy"
        r"|air force|\bforces\b|soldier|enlist|national service|conscript|barracks|discharg|regiment|royal engineers|sergeant|reserv|corps|exempt|draft|served",
    ),
    _matter(  # type of personality
        r"mbti|성격 ?유형|personality type",
        r"mbti|(?<![a-z])[ie][ns][tf][jp](?![a-z])|[외내]향|내성적|introver|extrover",
    ),
    _matter(  # certificates
        r"자격증|certificates? do|(?:any|have) certificates?|are you certified|passed any official",
        r"자격|시험|합격|기사|면허|수료|검정|\d급|certif|exam|licen[cs]|qualif|passed|diploma|toeic|토익|\btest",
    ),
    _matter(  # height and weight
        r"(?<![가-힣])키(?:가|는)? (?:몇|어떻게|얼마)|몸무게|how tall are|your (?:height|weight)|how much do you weigh",
        r"\d ?(?:cm|센티|kg|킬로|lbs|pounds)|키[가는]|몸무게|체중|\btall\b|height|weigh|feet|stone",
    ),
    _matter(  # where and what one studied; a graduate school, a faculty alone and other people's theses tell neither
        r"(?:어느|무슨|출신|최종|(?<![에서] )나온|다닌|다녔던) ?(?:대학|학력|학과)(?!원|병원| ?축)|(?:어느|무슨) ?학교(?:를)? ?(?:나[오왔와]|다[니녔]|졸업|출신)|(?:출신|다닌|다녔던) ?학교|대학교?(?:은|는|을|를|도)? ?(?:어디|나오|나왔|다녔|안 나)|^대학교?$|학력이|학벌이|(?<![가-힣])모교|학교(?:는|를)? ?어디(?:를)? ?[나다]"
        r"|전공(?:이|은)? ?(?:뭐|머|무엇|어떻|무슨|분야|궁금)|^전공$|(?<![가-힣])(?:비 ?)?전공자?이?(?:세요|신가|예요|에요|신지)|컴공(?:이세요|이에요|인가| ?나오| 출신)"
        r"|(?:which|what) (?:university|college)\b|what degrees? (?:do|did|have) |(?:go|went|been) to (?:university|college|uni)$|(?:your|author['’]?s?|his|her) (?:major|degree|university|college|alma mater)(?: subject)?$"
        r"|^(?:university|college|major|degree)$|(?:did|do) " + _EN_WHO + r" major|majored in$|\b(?:have|got) a (?:cs |computer science |college |university )?degree|studied for your degree"
        r"|(?:cs|computer science) major$|college major",
        r"대학(?!원)|[가-힣A-Z]대(?:[를을에의가는도와, .)]|학)|학과|[가-힣]과(?:를|에|로) |전공(?!서|의)|학번|입학|졸업(?! ?논문)|편입|휴학|자퇴|중퇴|[고초중대]졸|[초고]등학교|중학교|학사|석사|박사|학위|수료|universit|college|degree"
        r"|major|graduat|bachelor|\bstud(?:y|ied)|doctora|\bphd|diploma|(?:high|grammar|secondary) school|left school|school (?:at|in)\b|\b[BM]\.?[AS]c?\b",
    ),
    _matter(  # pay, in words for it or in a sum
        r"연봉(?:이|은|을)? ?(?:얼마|어느|어떻|궁금|좀|공개|$)|월급(?:이|은|을)? ?(?:얼마|어느|어떻|궁금|좀|$)|초봉|(?:급여|수입)(?:가|이|는|은)? ?(?:얼마|어느|어떻|궁금)"
        r"|(?:^|\bis |\bwas |what['’]?s )(?:your|(?:the )?author['’]?s?|his|her) (?:income|pay|salary|earnings|wage)\b|^salary|pay ?slip"
        r"|how much (?:do|does|did) " + _EN_WHO + r" (?:make|earn|get paid)(?: an? (?:year|month|hour))?$",
        r"연봉|월급|급여|봉급|초봉|(?<![가-힣])(?:시급(?![하한])|수입(?![니차품])|페이(?![지스퍼]))|\d ?(?:만|천만|억) ?원|만 ?원|salary|\bpa(?:y|ys|id)\b|income|\bearn|wage|[$£€₩]|thousand|\bgrand\b",
    ),
)  # fmt: skip


def asked(question: str) -> bool:
    """Whether it asks for one of them."""
    return bool(_asked(question))


def untold(question: str, sources: Iterable[str]) -> bool:
    """Whether the question asks for a matter of which none of the slices of posts has a word."""
    every = _asked(question)
    texts = [_OTHERS.sub("", source) for source in sources] if every else []
    return any(not any(map(one.told.search, texts)) for one in every)


def _asked(question: str) -> list[_Matter]:
    words = plain(question)
    if len(words) > LONGEST or _ANOTHER.search(question):
        return []
    return [one for one in _MATTERS if one.asked.search(words)]
