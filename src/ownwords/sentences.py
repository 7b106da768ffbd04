"""Text → sentence ranges, Korean and English.

Rules of our own, because they were measured to be better and lighter than the libraries that could
be installed beside them (`scripts/compare_splitters.py`, ends of sentences in hand-made cases: 102
of which some mended these rules, and 26 held out). F1, F1 held out, memory: ours 1.00, 1.00, 3 MB;
kss 0.85, 0.94, 416 MB; pysbd 0.79, 0.90, 1 MB; sentencex 0.78, 0.91, 4 MB; Kiwi 0.74, 0.90, 503 MB.
Before the cases were used to mend them the rules reached 0.89. Of 6 cases that only the meaning
decides they get half.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence

from ownwords.records import Range

_CLOSING = "\"'”’」』）)]》〉"
# An end mark with what closes after it, then a blank. Full-width marks need no blank.
_END = re.compile(
    rf"(?:[.?!…]+[{re.escape(_CLOSING)}]*(?=\s|$))|(?:[。？！]+[{re.escape(_CLOSING)}]*)"
)
# A quoted clause goes on with a particle: "나가지 못하게 되지 않을까? 하는 걱정으로".
_GOES_ON = re.compile(
    r"^(이?라고|이?라는|이?란|하고|하는|하며|하면서|고|며|는|라며|라면|을|를|의|에|에서|와|과|로|으로)(?=[\s,.]|$)"
)
# Matched against the text up to a full stop: after these a sentence goes on whatever follows;
_ABBREVIATION = re.compile(
    r"(?:\b(?:vs|Dr|Mr|Mrs|Ms|Mt|Prof|Rev|Gen|Sen|Capt|St|cf|approx)|\b(?![ap]\.m)[a-z](?:\.[a-z])+|"
    r"\b[A-Z]|(?:^|\s)\d{1,3}(?:\.\d{1,3})?|제\s?\d+[조항장절관편]|"
    r"(?:^|[.?!]\s)[가나다라마바사아자차카타파하])\.$"
)
_MONTHS = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
# after these before a number ("No. 5", "2021. 3. 1."); after these before a small letter.
_NUMBERED = re.compile(rf"(?:\b(?:No|Nos|Fig|Figs|Vol|pp?|{_MONTHS})|(?:^|\s)\d{{4}})\.$")
_SOMETIMES = re.compile(rf"\b(?:etc|Jr|Sr|Inc|Ltd|Co|Corp|[ap]\.m|Ph\.D|{_MONTHS})\.$")
_SMILEY = r"(?:[ㅋㅎㅠㅜ]{2,}|[:;]-?[)(DP]|\^\^+|[\u2600-\u27bf\U0001f300-\U0001faff][\ufe0f\u200d\U0001f3fb-\U0001f3ff]*)"
_SMILEYS = re.compile(rf"(?:[ \t]*{_SMILEY})+(?=\s|$)")
# Syllables that end on ㄴ or ㅆ: before 다 they are a verb's plain form (쓴다, 했다), not its name.
_PLAIN = "".join(chr(0xAC00 + i) for i in range(11172) if i % 28 in (4, 20))
_POLITE_STEM = "".join(chr(0xAC00 + i) for i in range(17, 11172, 28))  # on ㅂ: 합니다, not 아니다
# A line that ends like a Korean sentence ends it, with or without a full stop.
_FINAL = re.compile(
    rf"(?:니다|[가-힣]요|죠|[{_PLAIN}없않싶좋같많이]다|음|함|됨|임|[까네군]|ㅋ+|ㅎ+|ㅠ+|ㅜ+)[~^]*$"
)
_CLINGING = re.compile(r"(?:보니|보면|해도|하더라도|못해)")  # 하다 보니: the ending was none
# Within a line only the polite forms do that nothing else ends with (좋아요 also names a button).
_POLITE = re.compile(
    rf"(?:[{_POLITE_STEM}]니다|[었았였겠했]어요|[가-힣](?:세요|에요|예요|네요|군요|까요|게요|래요|지요|거든요|잖아요|죠))"
    r"[~^]*(?=\s+(?![ㅋㅎㅠㅜ]{2})[\w\"'“‘])"
)
_WITH_SMILEY = re.compile(rf"(?<=[다요죠음함됨임네까군])[~!]*[ \t]*{_SMILEY}(?=\s+[\w\"'“‘])")


def split(text: str, lines: Sequence[int] = (0,), atoms: Sequence[Range] = ()) -> tuple[Range, ...]:
    """Half-open ranges of the sentences, in order, without the blanks between.

    `lines` are the indices where a line of the file begins; no range begins inside an atom.
    """
    if unicodedata.is_normalized("NFC", text):
        return _split(text, lines, atoms)
    composed, places = _composed(text)
    found = _split(
        composed,
        [bisect_left(places, line) for line in lines],
        [Range(bisect_left(places, a), bisect_left(places, b)) for a, b in atoms],
    )
    return tuple(Range(places[start], places[end]) for start, end in found)


def _composed(text: str) -> tuple[str, list[int]]:
    """The text in NFC, which the rules are written in, and where each of its characters stands."""
    parts: list[str] = []
    places: list[int] = []
    start = 0
    for at in range(1, len(text) + 1):
        if at < len(text) and _joins(text[at]):
            continue
        part = unicodedata.normalize("NFC", text[start:at])
        parts.append(part)
        places += [min(start + i, at - 1) for i in range(len(part))]
        start = at
    return "".join(parts), [*places, len(text)]


def _joins(char: str) -> bool:
    return bool(unicodedata.combining(char)) or "\u1160" <= char <= "\u11ff"


def _split(text: str, lines: Sequence[int], atoms: Sequence[Range]) -> tuple[Range, ...]:
    cuts = sorted({*_marked(text, lines), *_unmarked(text, lines), *_polite(text)})
    kept = [
        cut
        for cut in cuts
        if not any(a < cut < b for a, b in atoms)
        and not unicodedata.combining(text[cut : cut + 40].lstrip()[:1] or " ")
    ]
    found = []
    for start, end in zip([0, *kept], [*kept, len(text)], strict=True):
        piece = text[start:end]
        begin = start + len(piece) - len(piece.lstrip())
        if piece.strip():
            found.append(Range(begin, start + len(piece.rstrip())))
    return tuple(found)


def _marked(text: str, lines: Sequence[int]) -> list[int]:
    return [
        _past_smileys(text, mark.end(), lines)
        for mark in _END.finditer(text)
        if not _aside(text, mark)
        and not (mark.group() == "." and _abbreviated(text, mark.start() + 1))
        and not _quoted(text, mark)
    ]


def _past_smileys(text: str, at: int, lines: Sequence[int]) -> int:
    """Behind the smileys that follow on the same line: they belong to the sentence before."""
    found = _SMILEYS.match(text, at)
    if found is None or any(at < line <= found.end() for line in lines):
        return at
    return found.end()


def _polite(text: str) -> list[int]:
    ends = [found.end() for found in _POLITE.finditer(text) if not _goes_on(text, found.end())]
    return ends + [found.end() for found in _WITH_SMILEY.finditer(text)]


def _aside(text: str, mark: re.Match[str]) -> bool:
    """Whether the mark closes an aside that the sentence goes on around; a bracket that opens after
    a finished sentence holds sentences of its own."""
    if not set(mark.group()) & set(")）]"):
        return False
    near = text[max(0, mark.start() - 300) : mark.start()]
    opened = max(near.rfind("("), near.rfind("（"), near.rfind("["))
    before = near[:opened].rstrip() if opened > 0 else ""
    alone = opened == 0 and mark.start() <= 300
    return not (alone or before.endswith((".", "?", "!", "…")))


def _abbreviated(text: str, end: int) -> bool:
    head, rest = text[max(0, end - 13) : end], text[end : end + 20].lstrip()
    return bool(
        _ABBREVIATION.search(head)
        or (rest[:1].isdigit() and _NUMBERED.search(head))
        or (rest[:1].islower() and _SOMETIMES.search(head))
    )


def _quoted(text: str, mark: re.Match[str]) -> bool:
    """Whether the sentence goes on after a quotation, a question or an ellipsis inside it."""
    if mark.group() in {".", "。"}:
        return False
    small = "a" <= text[mark.end() : mark.end() + 2].lstrip()[:1] <= "z"
    open_ended = mark.group().startswith(("..", "…")) or mark.group()[-1] in _CLOSING
    latin = text[max(0, mark.start() - 1)].isascii()
    return (small and open_ended and latin) or _goes_on(text, mark.end())


def _goes_on(text: str, at: int) -> bool:
    return bool(_GOES_ON.match(text[at : at + 20].lstrip()))


def _unmarked(text: str, lines: Sequence[int]) -> list[int]:
    return [
        at
        for at in lines
        if 0 < at < len(text)
        and (_FINAL.search(text[max(0, at - 40) : at].rstrip()[-12:]) or text[at - 1] == "\n")
        and not _goes_on(text, at)
        and not _CLINGING.match(text[at : at + 10].lstrip())
    ]
