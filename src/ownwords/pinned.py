"""A question and the pins' wordings → the pin that is asked for, if any. Pure.

One vector tells topics apart but hardly what is asked of them: on KorQuAD, "김을동이 졸업한
고등학교는?" and "김을동이 고등학교를 졸업한 년도는?" agree at 0.95, more than most rewordings do. So three
things decide: the cosine of the centred question vectors, the token of either question that finds
the weakest match in the other (what one asks and the other does not), and, against them, the letters
both share, which pull vectors together whatever is asked. Questions that ask for different kinds of
things (why, when, how many) or name other numbers are never the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ownwords.pins import ResolvedPin, spelled, wordings
from ownwords.rows import Rows

# From scripts/pin_threshold.py. Of 13,877 pairs of questions with different answers about one
# paragraph of KorQuAD (the adapter's training saw them, each with what answers it), 8 reach SAME, half of
# which do ask the same, and none of 222 about one post of hudi, nor of 16 questions that nearly ask the same
# ("올해 목표", "작년 목표"); 11 of 13 light rewordings do, 14 of 30 free ones in one language, 7 of 10
# across languages. By the cosine alone the same caution lets few rewordings pass, and some near ones.
NEAR, OVERLAP, SAME = 0.6, 0.5, 1.32

_KINDS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"왜|이유|까닭|계기|어째서|때문|\bwhy\b|\breasons?\b|\bhow come\b|\bwhat made\b",
        r"언제|며칠|날짜|[년연]도|시기|몇 ?[년월일살]|생일|(?<![가-힣])(?:해|때|날)[는은]"
        r"|\bwhen\b|\b(?:what|which) (?:year|date|day|time)\b|\bhow long ago\b",
        r"어디|어느 (?:곳|나라|도시|지역)|장소|곳[은이]|출생지|\bwhere\b"
        r"|\b(?:what|which) (?:place|city|country)\b",
        r"누구|누가|사람은|인물은|\bwho(?:m|se)?\b",
        r"얼마|몇|\bhow (?:many|much|long|far|old|often)\b(?! ago)",
        r"어떻게|방법|방식|(?:공부|학습|사용|해결|활용|작성)법|\bhow\b(?! (?:many|much|long|far|old|often|come)\b)"
        r"|\bwhat helped\b|\bway of\b|\bmethods?\b",
    )
)
# What one question says and the other does not makes two of them: "not", and that something ended.
_APART = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"지 ?(?:않|못|말)|(?:^|\s)(?:안|못)(?:\s|(?=[가-힣])(?!녕|내|전|정|드|경|과|건|테|심|목|부|산))"
        r"|(?<![불제미편보])(?:안|못) ?(?:하|해|했|할|함|돼|되|됐)|\b(?:not|cannot|never|without)\b|n['’]t\b",
        r"그만(?!큼)|관[두둔뒀]|중단|포기|퇴사|끝[내냈]|\bquit|\bstop|\bg[ai]ve up\b|\bleav(?:e|es|ing)\b|\bleft\b|\bresign",
    )
)
_YEARS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"작년|지난 ?해|\blast year",
        r"올해|금년|\bthis year",
        r"내년|다음 ?해|\bnext year",
    )
)


@dataclass(frozen=True, slots=True)
class Encoded:
    """Questions encoded. `vectors` has a unit row each, centred by language, shape (questions,
    dimension); `tokens` their tokens' rows one after the other, unit and without `centre`, shape
    (tokens, dimension); question i has those from `starts[i]` to `starts[i + 1]`."""

    vectors: Rows
    tokens: NDArray[np.float16]
    starts: NDArray[np.int64]
    centre: Rows

    @classmethod
    def none(cls, dimension: int) -> Encoded:
        no_rows = np.zeros((0, dimension), dtype=np.float32)
        starts, centre = np.zeros(1, dtype=np.int64), np.zeros(dimension, dtype=np.float32)
        return cls(no_rows, no_rows.astype(np.float16), starts, centre)

    def fits(self, questions: int, dimension: int) -> bool:
        """Whether the shapes are those of so many questions, of so many dimensions."""
        return (
            self.vectors.shape == (questions, dimension)
            and self.tokens.shape == (int(self.starts[-1]), dimension)
            and self.starts.shape == (questions + 1,)
            and self.centre.shape == (dimension,)
        )

    def tokens_of(self, row: int) -> Rows:
        return self.tokens[self.starts[row] : self.starts[row + 1]].astype(np.float32)


class Pinned:
    """The pins of a build, made ready for questions; `encoded` has a question for each wording of
    each pin, in the order of `pins.wordings`."""

    def __init__(self, pins: Sequence[ResolvedPin], encoded: Encoded) -> None:
        every = wordings(pins)
        self.pins, self._encoded, self._texts = tuple(pins), encoded, every.texts
        self._spelled = [spelled(text) for text in every.texts]
        self._pin = np.array(every.pins, dtype=np.int64)

    def words(self, question: str) -> bool:
        """Whether the question is a wording itself: only case, blanks and punctuation may differ."""
        letters = spelled(question)
        return bool(letters) and letters in self._spelled

    def asked(
        self, question: str, vector: Rows, tokens: Rows, allowed: Sequence[bool]
    ) -> ResolvedPin | None:
        """The pin with a wording that means the same as the question, the nearest of several.
        `vector` and `tokens` are the question's, made as those of `Encoded`; `allowed` says of
        each pin whether it may answer."""
        letters, best, found = spelled(question), SAME, None
        cosines = self._encoded.vectors @ vector
        for row, pin in enumerate(map(int, self._pin)):
            if not allowed[pin]:
                continue
            if letters and letters == self._spelled[row]:
                return self.pins[pin]
            if cosines[row] < NEAR or differ(question, self._texts[row]):
                continue
            score = float(cosines[row]) + weakest(tokens, self._encoded.tokens_of(row))
            score -= OVERLAP * overlap(question, self._texts[row])
            if score >= best:
                best, found = score, self.pins[pin]
        return found


def weakest(one: Rows, other: Rows) -> float:
    """The least of all tokens' best cosines with a token of the other question, both ways; -1 for a
    question without tokens."""
    if not len(one) or not len(other):
        return -1.0
    matches = one @ other.T
    return float(min(matches.max(axis=0).min(), matches.max(axis=1).min()))


def overlap(one: str, other: str) -> float:
    """Jaccard similarity of the pairs of letters, 0..1."""
    a, b = _pairs(one), _pairs(other)
    return len(a & b) / max(1, len(a | b))


def differ(one: str, other: str) -> bool:
    """Whether the wordings alone tell that two questions ask for different things."""
    if set(re.findall(r"\d+", one)) != set(re.findall(r"\d+", other)):
        return True
    if any(bool(told.search(one)) != bool(told.search(other)) for told in _APART):
        return True
    years = [{year for year in _YEARS if year.search(text)} for text in (one, other)]
    if all(years) and not years[0] & years[1]:
        return True
    kinds = [(bool(k.search(one)), bool(k.search(other))) for k in _KINDS]
    return any(map(any, kinds)) and not any(map(all, kinds))


def _pairs(text: str) -> set[str]:
    letters = "".join(char for char in text.lower() if char.isalnum())
    return {letters[i : i + 2] for i in range(len(letters) - 1)}
