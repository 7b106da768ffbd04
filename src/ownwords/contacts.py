"""Questions that ask for an address, and what tells one: nothing that is merely near answers "how can I
contact you?"."""

from __future__ import annotations

import re

from ownwords.wording import plain

# The probability that a place answers where no shown passage tells an address: of the questions of training/blogs
# that ask for one (scripts/told.py) none of 87 answerable ones has its place there, and of 122 others 113 are asked of
# posts that tell none; one more of each is counted (Laplace's rule of succession).
UNTOLD = 0.01
_KO_OF = "(?:(?:글쓴이|작가|저자|필자|블로그 ?주인|주인장|당신|본인)(?:님)?(?:의|한테|에게|께|랑|과|와|이랑)? ?)?"
_KO_BY = "(?:이?메일|카톡|카카오톡|전화|핸드폰|휴대폰|인스타(?:그램)?|트위터|페이스북|링크드인|디스코드|깃허브|깃헙|sns|오픈 ?채팅)"
_KO_ADDRESS = f"(?:연락처|{_KO_BY} ?(?:주소|계정|아이디|번호)|연락 ?(?:할 |하는 )?(?:방법|수단|곳))"
_KO_TELL = r"(?:가|이|은|는|을|를|도|로|나|이나)?(?: ?좀)?(?: (?:뭐|뭔|무엇|어떻게|어디|있|없|알려|알 수|알고|공개|궁금|부탁|남겨|가르쳐|아시)\S*(?: \S+)?)?"
_KO_HOW = "(?:어떻게|어케|어떡게|어디로|어디에|어디다)"
_KO_WRITE = "(?:연락|메일|편지|디엠|쪽지)"
_EN_OF = "(?:your|ur|his|her|the author['’]?s?|author['’]?s|the)"
_EN_ADDRESS = (
    r"(?:contact(?: (?:info(?:rmation)?|details?|address|page|e-?mail))?|e-?mail(?: address)?|mailing address|phone(?: number)?"
    r"|(?:twitter|instagram|insta|facebook|linkedin|discord|mastodon|telegram|bluesky|github)(?: (?:handle|account|page|id|profile))?|socials)"
)
_EN_GIVE = (
    "(?:what(?:['’]?s| is| are)|do you have|have you got|is there|(?:can|could|may) i (?:have|get)|give me|tell me|show me"
    "|(?:can|could) you (?:share|give me|tell me))"
)
_EN_REACH = (
    "(?:contact|reach(?: out to)?|get in touch(?: with)?|get (?:a )?hold of|e-?mail|message|dm|write to)"
    "(?: (?:you|u|the author|the writer|him|her|them))?"
)
_EN_WAY = r"(?:(?:could you )?(?:tell|show) me |what(?:['’]?s| is) |is there )?(?:the |a |any )?(?:best |good |easiest )?way"
_EN_MAY = r"(?:do|can|could|should|would|may|might) (?:i|we|one|people|readers)"
_EN_FOR = r"(?: (?:for|about|by|via|on|to) \S+(?: \S+){0,2}| directly| online| please| somewhere| anywhere)*"
_ASKED = re.compile(
    rf"{_KO_OF}(?:\S+ ){{0,3}}{_KO_ADDRESS}{_KO_TELL}|{_KO_OF}(?:\S+ )?이?메일(?: ?좀)? (?:알려|알 수|가르쳐|뭐|있)\S*(?: \S+)?"
    rf"|{_KO_OF}{_KO_BY}(?:은|는|도|를)? ?(?:있어|있나|있으|하시나|하세|하나요)\S*"
    rf"|{_KO_OF}(?:\S+ ){{0,2}}{_KO_HOW} (?:하면 )?연락(?!이|받|왔|온)\S*(?: \S+){{0,2}}"
    rf"|{_KO_OF}(?:\S+ ){{0,2}}연락(?:은|을|하려면|드리려면|하고 싶\S+|드리고 싶\S+)? ?{_KO_HOW}(?: (?:하|드리|해|드려|되)\S*(?: \S+){{0,3}})?"
    rf"|{_KO_OF}(?:\S+ )?{_KO_WRITE}(?:을|를)? ?(?:드려도|드릴 수|보내드려도|보내도) (?:되|될|있)\S*"
    rf"|(?:{_EN_GIVE} )?(?:(?:an?|any|some|{_EN_OF}) )?{_EN_ADDRESS}(?: for the author)?{_EN_FOR}"
    rf"|(?:so )?(?:how|where) {_EN_MAY} (?:best )?{_EN_REACH}{_EN_FOR}|(?:how|where) to {_EN_REACH}{_EN_FOR}"
    rf"|(?:can|could|may) i {_EN_REACH}{_EN_FOR}|{_EN_WAY} (?:to|of) {_EN_REACH}{_EN_FOR}",
    re.IGNORECASE,
)
_NETWORK = (
    "(?:instagram|insta|twitter|mastodon|threads|bluesky|telegram|discord|facebook|linkedin"
    "|인스타|트위터|스레드|텔레그램|디스코드|페이스북|카카오톡|카톡|마스토돈)"
)
_TOLD = re.compile(
    r"[\w.+-]+@[a-z\d-]+(?:\.[a-z\d-]+)+|mailto:|\btel:|(?<!\d)01\d[- .]?\d{3,4}[- .]?\d{4}(?!\d)"
    rf"|{_NETWORK}[^@\n]{{0,40}}@\w{{3,}}|(?<!\w)@\w{{3,}}[^@\n]{{0,40}}{_NETWORK}"
    r"|\b(?:instagram|twitter|facebook|threads|bsky|linkedin|mastodon|t|kakao|discord)\.(?:com|net|app|me|social|gg)/[\w@./-]+"
    r"|\bgithub\.com/[\w-]+(?![\w/-])"
    r"|\b(?:e-?mail|contact|reach|message|dm|write to|write|ping|drop) me\b|\b(?:in touch with me|hold of me)\b"
    r"|(?:메일|연락|편지|쪽지|디엠|dm|메시지)(?:을|은|를|으로|로)? ?(?:좀 |꼭 |언제든지? )?(?:주|보내|남겨)(?: ?주)?(?:세요|시면|십시오|시길|시라|셔도)"
    r"|(?:메일|편지) 주소는|메일이 (?:빠|편|좋)",
    re.IGNORECASE,
)
LONGEST = 80  # characters; a longer question says what it is about


def asked(question: str) -> bool:
    """Whether it asks for nothing but how to reach somebody."""
    asked = plain(question)
    return len(asked) <= LONGEST and bool(_ASKED.fullmatch(asked))


def told(source: str) -> bool:
    """Whether a slice of a post's file tells it: an address, a number, an account, or an invitation to write."""
    return bool(_TOLD.search(source))
