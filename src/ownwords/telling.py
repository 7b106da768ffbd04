"""What is found → how surely it answers, in view of what it tells of the question, or does not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ownwords import confidence, contacts, matters, names, ranking, years
from ownwords.records import Passage
from ownwords.retrieve import Retrieved, Retriever

# At least how surely a word or a name alone is answered by the best passages where it stands in one of them: of 127
# questions of training/blogs that stand so anywhere in the posts that they are asked of, 89 have an answer. It is shown
# closed, as what may answer, unless `caution` is "generous".
MENTIONED = 0.5
SHOWN = 3  # passages of which an answer shows one at least
NEAR = 6  # passages in which what is asked for may be told: three quotes may hold as many


class Telling:
    """Looks into the passages that come first, and into those that the confidence is made of."""

    def __init__(self, retriever: Retriever) -> None:
        self._posts, self._passages = retriever.index.posts, retriever.index.passages
        self._years, self._says = retriever.years, retriever.says
        self._lexical = retriever.index.lexical

    def sure(self, question: str, found: Retrieved, sure: float) -> float:
        """The probability that it answers, which was `sure` before."""
        near = [self._passages[row] for row in self._near(found)]
        if (asked := years.named(question)) and not self._year(question, asked, found):
            return min(sure, years.UNTOLD)
        if contacts.asked(question) and not any(map(self._address, near)):
            return min(sure, contacts.UNTOLD)
        if matters.untold(question, map(self._source, near)):
            return min(sure, matters.UNTOLD)
        shown = _sought(question) and self._mentions(question, self._near(found))
        return max(sure, MENTIONED) if shown else sure

    def addressed(self, found: Retrieved) -> Retrieved:
        """Those of the best passages first that tell an address."""
        tell = [row for row in self._near(found) if self._address(self._passages[row])]
        return replace(found, scores=ranking.raised(found.scores, tell))

    def holding(self, question: str, found: Retrieved) -> NDArray[np.bool_] | None:
        """The passages in which a word or a name stands that is all of the question, or of which it asks who
        that is, shape (passages,), where none of the first ones found has it; None where one has, or none at
        all, or it asks of no such word."""
        words = _sought(question)
        if not words or self._mentions(question, self._first(found)[:SHOWN]):
            return None
        held = np.zeros(len(self._passages), dtype=bool)
        for word in words:
            for row in self._lexical.holding(word):
                held[row] |= self._mentions(question, [row])
        held &= self._says
        return held if held.any() else None

    def _year(self, question: str, asked: frozenset[int], found: Retrieved) -> bool:
        """Whether the posts of the best passages speak of one of the years, or the first one names it; of a year
        as such, whether one of the first is of a post of that year, or names it."""
        first = self._first(found)
        if years.as_such(question):
            return any(
                asked
                & (self._years.of[self._passages[row].post] | years.named(self._passages[row].text))
                for row in first
            )
        named = (years.named(self._passages[row].text) for row in first[:1])
        posts = (self._years.told[self._passages[row].post] for row in self._best(found))
        return any(asked & one for one in (*named, *posts))

    def _mentions(self, question: str, rows: Sequence[int]) -> bool:
        return names.mentioned(question, (self._passages[row].text for row in rows))

    def _address(self, passage: Passage) -> bool:
        return contacts.told(self._source(passage))

    def _source(self, passage: Passage) -> str:
        """Its slice of the post's file, with the addresses of links."""
        return self._posts[passage.post].source[passage.start : passage.end]

    def _near(self, found: Retrieved) -> list[int]:
        """The rows of both."""
        return list(dict.fromkeys([*self._first(found), *self._best(found)]))

    @staticmethod
    def _first(found: Retrieved) -> list[int]:
        """The rows that come first, about as many as an answer shows."""
        rows: list[int] = ranking.best_first(found.scores)[:NEAR].tolist()
        return rows

    @staticmethod
    def _best(found: Retrieved) -> list[int]:
        """The rows that the confidence is made of."""
        rows: list[int] = ranking.best_first(found.witnesses)[: confidence.WITNESSES].tolist()
        return rows


def _sought(question: str) -> tuple[str, ...]:
    """As `names.sought`, but "MBTI가 뭐예요?" asks for the author's."""
    words = names.sought(question)
    return () if len(words) > 1 and matters.asked(question) else words
