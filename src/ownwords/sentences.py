"""Text → sentence ranges, Korean and English.

Rules of our own: the libraries for Korean either load 450 MB (Kiwi) or know no offsets.
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
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|Dr|Mr|Mrs|Ms|Prof|St|No|Fig|cf|approx|Jr|Sr|Inc|Ltd)|\b[A-Z]|"
    r"(?:^|\s)\d{1,3}(?:\.\d{1,3})?)\.$"
)
# A line that ends like a Korean sentence ends it, with or without a full stop.
_FINAL = re.compile(
    r"(?:니다|[가-힣]요|죠|[했였었았됐갔왔렸겠있없한된인간]다|이다|음|함|됨|임|[까네군]|ㅋ+|ㅎ+|ㅠ+|ㅜ+)[~^]*$"
)


def split(text: str, lines: Sequence[int] = (0,), atoms: Sequence[Range] = ()) -> tuple[Range, ...]:
    """Half-open ranges of the sentences, in order, without the blanks between.

    `lines` are the indices where a line of the file begins; no range begins inside an atom.
    """
    cuts = sorted({*_marked(text), *_unmarked(text, lines)})
    kept = [cut for cut in cuts if not any(a < cut < b for a, b in atoms)]
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
        if not set(mark.group()) & set(")）]")  # an aside: the sentence goes on around it
        and not _ABBREVIATION.search(text[max(0, mark.start() - 12) : mark.start() + 1])
        and not _goes_on(text, mark.end())
    ]


def _goes_on(text: str, at: int) -> bool:
    rest = text[at : at + 20].lstrip()
    # A lower-case letter after an ellipsis or a question in quotation marks continues too.
    return bool(_GOES_ON.match(rest))


def _unmarked(text: str, lines: Sequence[int]) -> list[int]:
    return [
        at
        for at in lines
        if 0 < at < len(text)
        and (_FINAL.search(text[:at].rstrip()[-12:]) or text[at - 1] == "\n")
        and not unicodedata.combining(text[at])
        and not _goes_on(text, at)
    ]
