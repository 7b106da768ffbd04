"""Questions typed with the keyboard in the other language: `djEjgrp rhdqngoTskdy?` is
`어떻게 공부했나요?` typed with the keyboard left in English, `ㅗㅐㅈ 양 ㅛㅐㅕ ㄴㅅㅕ요` is `how did you study`.

The layout is dubeolsik (KS X 5002), the one that nearly everybody types on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Set
from itertools import pairwise

# Which key makes which letter; the 19 initials, 21 vowels and 28 finals in Unicode's order.
_KEYS = dict(
    zip(
        "rRseEfaqQtTdwWczxvgkoiOjpuPhynbml",
        "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ",
        strict=True,
    )
)
_INITIALS = tuple("rRseEfaqQtTdwWczxvg")
_VOWELS: tuple[str, ...] = tuple(re.findall("h[kol]|n[jpl]|ml|.", "koiOjpuPhhkhohlynnjnpnlbmmll"))
_FINALS: tuple[str, ...] = (
    "",
    *re.findall("rt|s[wg]|f[raqtxvg]|qt|.", "rRrtsswsgeffrfafqftfxfvfgaqqttTdwczxvg"),
)
_LETTERS = {
    **_KEYS,
    **dict(zip(("hk", "ho", "hl", "nj", "np", "nl", "ml"), "ㅘㅙㅚㅝㅞㅟㅢ", strict=True)),
    **dict(
        zip(("rt", "sw", "sg", "fr", "fa", "fq", "ft", "fx", "fv", "fg", "qt"),
            "ㄳㄵㄶㄺㄻㄼㄽㄾㄿㅀㅄ", strict=True)
    ),
}  # fmt: skip
_KEYS_OF = {letter: keys for keys, letter in _LETTERS.items()}
_SHIFTED = "QWERTOP"  # the keys that shift changes; on the others it does nothing
_FIRST, _COUNT = ord("가"), len(_INITIALS) * len(_VOWELS) * len(_FINALS)


def _either(keys: Collection[str]) -> str:
    return "|".join(sorted(filter(None, keys), key=len, reverse=True))


# A consonant before a vowel begins a syllable, else it ends the one before it.
_SYLLABLE = re.compile(
    rf"({_either(_INITIALS)})({_either(_VOWELS)})((?:{_either(_FINALS)})(?![koiOjpuPhynbml]))?"
)
_ALONE = re.compile(_either(_VOWELS) + "|[A-Za-z]")


def as_hangul(text: str) -> str:
    """What the same keys write on the Korean layout. Keys that make no syllable stay single
    letters (`zz` is `ㅋㅋ`); all but letters stay as they are."""
    keys = "".join(key if key in _SHIFTED else key.lower() for key in text)
    return _ALONE.sub(lambda found: _LETTERS[found[0]], _SYLLABLE.sub(_composed, keys))


def _composed(found: re.Match[str]) -> str:
    initial, vowel = _INITIALS.index(found[1]), _VOWELS.index(found[2])
    final = _FINALS.index(found[3] or "")
    return chr(_FIRST + (initial * len(_VOWELS) + vowel) * len(_FINALS) + final)


def as_latin(text: str) -> str:
    """What the same keys write on the English layout. A capital is lost where shift writes the
    same Korean letter; all but Hangul stays as it is."""
    return "".join(map(_keys, unicodedata.normalize("NFC", text)))


def _keys(char: str) -> str:
    row = ord(char) - _FIRST
    if not 0 <= row < _COUNT:
        return _KEYS_OF.get(char, char)
    rest, final = divmod(row, len(_FINALS))
    initial, vowel = divmod(rest, len(_VOWELS))
    return _INITIALS[initial] + _VOWELS[vowel] + _FINALS[final]


# --- which readings are worth trying

# The letter pairs that make up 99.5 % of those in the docstrings of Python's standard library.
# Korean on English keys is full of others: of the letters of KorQuAD 1.0 dev's 5,774 questions typed
# so, 0.27 at least stand in words of whole syllables that hold such a pair; of those of 101 English
# questions to two blogs, 0.14 at most. The other way round, 0.85 at least of the pairs that come out
# are English, and 0.25 of the Hangul characters are lone letters, 0.14 at most in KorQuAD.
_PAIRS = (
    "abcdfgiklmnprstuvwxy baceijloprstuy cacdehiklmorstuy dabcdeilorstuy "
    "eabcdefghiklmnopqrstuvwxy facdefilorstuy gaeghilnorstu haeilmnortu "
    "iabcdefgklmnoprstvxz jeou kaeilnpsuw labcdefilnoprstuwy mabdeilmopstuy "
    "nacdefgiklmnopstuvy oabcdefgiklmnoprstuvwx padefhiloprstuvy qu "
    "rabcdefgiklmnoprstuvwy sacefghiklmnopqrstuwy tacdefhilmnoprstuwy "
    "uabcdefgilmnoprstu vaeio waehilnors xaceipt yceilmnopstw zei"
)
_ENGLISH = frozenset(group[0] + second for group in _PAIRS.split() for second in group[1:])
KOREAN_SHARE = 0.2  # of the letters
# From here on, in two words at least, it is nothing else: of 4,000 Korean questions of training/blogs typed so 3,756 are, of
# its 26,526 English ones none.
SURELY = 0.4
LIKE_ENGLISH = 0.8  # share of English letter pairs
ENGLISH_SHARE = 0.8  # of the letter pairs
LONE_SHARE = 0.2  # of the Hangul characters, in what is English on Korean keys

_RUN = re.compile(r"[A-Za-z]+")
_HANGUL = re.compile(r"[가-힣ㄱ-ㅣ]")
_WRITTEN = re.compile(r"[가-힣]+(?:ㅋ+|ㅎ+|[ㅠㅜ]+)?")  # not ㅜㅎ, the keys of "ng"
_LAUGHTER = re.compile(r"[zZ]+|[gG]{2,}|bb+|nn+")
# Korean words whose keys happen to be a command's or an abbreviation's ("rm" is 그).
_KOREAN_WORDS = frozenset(
    map(str.lower, map(as_latin, ("그", "이", "저", "더", "또", "나", "왜", "뭐")))
)
# Words whose keys happen to make syllables, as Koreans write them in a question.
_LATIN_WORDS = frozenset(("ai", "apt", "ci", "db", "git"))
# Who types these types English, also where another word happens to make syllables ("why django?"): they are
# no word's keys in the 28,409 Korean questions of training/blogs ("do", "did", "in" and "the" are).
_ENGLISH_WORDS = frozenset(
    [
        "about",
        "are",
        "at",
        "by",
        "does",
        "from",
        "how",
        "is",
        "me",
        "my",
        "on",
        "was",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "you",
        "your",
    ]
)
_PARTICLES = (
    "은 는 이 가 을 를 에 의 도 로 와 과 랑 만 나 란 야 요 으로 에서 에는 에도 이나 이랑 이란 부터 까지 보다 처럼 하고 라는 "
    "이라는 인가요 인 인데 이고 이에요 예요 이요"
)


def candidates(question: str, latin: Set[str] = frozenset()) -> tuple[str, ...]:
    """The readings of a question that are worth trying, as it was typed first, if that may be meant: one to three.

    `latin` are words that must stay in Latin letters (those of the corpus, say, in small letters).
    """
    said = question.lower().rstrip(_END)
    if said in _SHORT and said not in latin:
        return question, _SHORT[said] + question[len(said) :]
    if _HANGUL.search(question):
        others = [_english(question)]
    else:  # "godp" is 해에, where the corpus says "go" it may be "go에" as well
        others = [_korean(question, latin, whole) for whole in (True, False)]
        if any(others) and _surely_korean(question, latin):
            return tuple(dict.fromkeys(filter(None, others)))
    return tuple(dict.fromkeys([question, *filter(None, others)]))


_END = " \t\r\n?!.~"
# Whole messages that are too short to be told by their letters.
_SHORT = {
    as_latin(word).lower(): word for word in ("더", "왜", "뭐", "또 있어", "왜요", "더요")
} | {as_hangul(words): words for words in ("why", "more", "and then", "what", "how", "who", "when")}


def _korean(question: str, latin: Set[str], whole: bool) -> str | None:
    """The question on Korean keys, None where that is no Korean. Runs of letters that make no
    whole syllables stay, with the particle behind them read: `developdp` is `develop에`; so do
    words of `latin`, but where `whole` is set and the run with its particle makes common syllables."""
    capitals = sum(map(str.isupper, question))
    if capitals * 2 > sum(map(str.isalpha, question)) and capitals > 3:  # caps lock
        question = question.swapcase()
    runs, telling = _runs(question, latin)
    if len(telling) < 2 and not _ENGLISH_WORDS.isdisjoint(map(str.lower, runs)):
        return None  # more such words are no accident: "Ruby on Railsfmf dho rhffkTdjdy?"
    if sum(map(len, telling)) < KOREAN_SHARE * sum(map(len, runs)) or not telling:
        return None
    if sum(len(as_hangul(run)) for run in telling) < 2:
        return None
    keep = _LATIN_WORDS.union(latin) - _KOREAN_WORDS
    read = _RUN.sub(lambda run: _word(run[0], keep, whole), question)
    return re.sub(r"(?<=[가-힣?!. ])b$", "ㅠ", read)


def _surely_korean(question: str, latin: Set[str]) -> bool:
    """Whether it makes no sense as it was typed, which would be looked for all the same."""
    runs, telling = _runs(question, latin)
    return len(telling) > 1 and sum(map(len, telling)) >= SURELY * sum(map(len, runs))


def _runs(question: str, latin: Set[str]) -> tuple[list[str], list[str]]:
    """The runs of letters, and those among them that tell that it is Korean."""
    runs = _RUN.findall(question)
    return runs, [run for run in runs if run.lower() not in latin and _tells(run)]


def _tells(run: str) -> bool:
    """Whether a run of letters is Korean rather than English."""
    return _whole(run) and _english_share(run) < 1


def _whole(run: str) -> bool:
    """Whether it makes whole syllables. A word that reads like English must make common ones, of
    the 2,350 of KS X 1001 (EUC-KR needs more than two bytes for others); a capital that changes
    nothing was meant as one (`CI`)."""
    hangul = as_hangul(run)
    return bool(
        _WRITTEN.fullmatch(hangul)
        and not _meant_capitals(run)
        and (not _like_english(run) or all(map(_common, hangul)))
    )


def _like_english(run: str) -> bool:
    cased = run.islower() or run.istitle() or run.isupper()
    return cased and _english_share(run) > LIKE_ENGLISH


def _english_share(run: str) -> float:
    """The share of English pairs among the pairs of neighbouring letters, 0 for a single one."""
    pairs = [a + b for a, b in pairwise(run.lower())]
    return sum(pair in _ENGLISH for pair in pairs) / max(1, len(pairs))


def _common(syllable: str) -> bool:
    return len(syllable.encode("euc_kr")) == 2


def _meant_capitals(run: str) -> int:
    """The length of the beginning that ends with a capital of a key that shift does not change."""
    return max(
        (at for at, key in enumerate(run, 1) if key.isupper() and key not in _SHIFTED), default=0
    )


def _word(run: str, keep: Set[str], whole: bool) -> str:
    """A run of letters in a question that is Korean."""
    if run.lower() in keep:
        return run
    known = next((at for at in _ends(run) if run[:at].lower() in keep), None)
    if known and whole and run[:known].lower() not in _LATIN_WORDS:
        known = None if _whole(run) and all(map(_common, as_hangul(run))) else known
    if known is None and (_LAUGHTER.fullmatch(run) or _whole(run)):
        return as_hangul(run)
    at = _meant_capitals(run)
    if known is not None or not (_tells(run[at:]) or (at > 1 and _whole(run[at:]))):
        at = next(iter(_ends(run)), len(run)) if known is None else known
    return run[:at] + as_hangul(run[at:])


def _ends(run: str) -> list[int]:
    """Where a particle, the longest first, may follow a Latin word of two letters or more."""
    return [len(run) - len(keys) for keys in _PARTICLE_KEYS if run.endswith(keys, 2)]


_PARTICLE_KEYS = tuple(sorted(map(as_latin, _PARTICLES.split()), key=len, reverse=True))


def _english(question: str) -> str | None:
    """The question on English keys, None where that is no English."""
    lone = len(re.findall("[ㄱ-ㅣ]", question))
    if not lone or lone < LONE_SHARE * len(_HANGUL.findall(question)):
        return None
    read = as_latin(question)
    if not re.search("[가-힣ㅏ-ㅣ]", question) or not re.search("[aeiouy]", read):
        return None  # an abbreviation, "ㅁㄹ", or a sigh, "ㅜㅜ"
    shares = [(_english_share(run), len(run) - 1) for run in _RUN.findall(read)]
    known = sum(share * pairs for share, pairs in shares)
    return read if known >= ENGLISH_SHARE * sum(pairs for _, pairs in shares) else None
