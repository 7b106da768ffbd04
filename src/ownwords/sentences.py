"""Text → sentence ranges, Korean and English.

Rules of our own: the Korean library at hand, Kiwi, loads 450 MB. On the hand-made cases of
`tests/test_sentences.py` the rules reach a boundary F1 of 0.96 (cases known while writing them).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from ownwords.records import Range

_CLOSING = "\"'”’」』）)]》〉"
# An end mark with what closes after it, then a blank. Full-width marks need no blank.
_END = re.compile(
    rf"(?:[.?!…]+[{re.escape(_CLOSING)}]*(?=\s|$))|(?:[。？！]+[{re.escape(_CLOSING)}]*)"
)
# A quoted clause goes on with a particle: "나가지 못하게 되지 않을까? 하는 걱정으로".
_GOES_ON = re.compile(
    r"^(이?라고|이?라는|이?란|하고|하는|하며|하면서|고|며|는|라며|라면)(?=[\s,.]|$)"
)
# Matched against the text up to a full stop: after these a sentence goes on whatever follows;
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|Dr|Mr|Mrs|Ms|Prof|St|cf|approx)|\b[A-Z]|"
    r"(?:^|\s)\d{1,3}(?:\.\d{1,3})?|(?:^|[.?!]\s)[가나다라마바사아자차카타파하])\.$"
)
# after these before a number ("No. 5", "2021. 3. 1."); after these before a small letter.
_NUMBERED = re.compile(r"(?:\b(?:No|Nos|Fig|Figs|Vol|pp?)|(?:^|\s)\d{4})\.$")
_SOMETIMES = re.compile(r"\b(?:etc|Jr|Sr|Inc|Ltd|Co|Corp|[ap]\.m|Ph\.D)\.$")
# A line that ends like a Korean sentence ends it, with or without a full stop.
_FINAL = re.compile(
    r"(?:니다|[가-힣]요|죠|[했였었았됐갔왔렸겠있없한된인간]다|이다|음|함|됨|임|[까네군]|ㅋ+|ㅎ+|ㅠ+|ㅜ+)[~^]*$"
)


def split(text: str, lines: Sequence[int] = (0,), atoms: Sequence[Range] = ()) -> tuple[Range, ...]:
    """Half-open ranges of the sentences, in order, without the blanks between.

    `lines` are the indices where a line of the file begins; no range begins inside an atom.
    """
    cuts = sorted({*_marked(text), *_unmarked(text, lines)})
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


def _marked(text: str) -> list[int]:
    return [
        mark.end()
        for mark in _END.finditer(text)
        if not _aside(text, mark)
        and not _abbreviated(text, mark.start() + 1)
        and not _quoted(text, mark)
    ]


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
        and (_FINAL.search(text[:at].rstrip()[-12:]) or text[at - 1] == "\n")
        and not _goes_on(text, at)
    ]
