"""A question and the ones before it → the passages that may answer it, and how surely they do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import compress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ownwords import about, amounts, confidence, ranking, selection, sequel, years
from ownwords.confidence import Calibration
from ownwords.language import language_of
from ownwords.notices import Kind
from ownwords.pins import ResolvedPin
from ownwords.queries import Queries
from ownwords.records import Passage, Range
from ownwords.retrieve import Retrieved, Retriever
from ownwords.selection import Rows, flat

PINNED = 0.99  # the confidence of an answer that the author has chosen, or of his own introduction
BEGINNING = 3  # passages of that
# Sentences within so many deviations (of all sentences' cosines) of a quote's best one answer as well: when
# this was chosen, on 22 question sets, the highlights held the place for 78 of 100 quotes that hit, and
# were 46 of 100 characters of all that was shown.
HIGHLIGHT_MARGIN = 1.0
# What a sentence with a number or a time gains, in such deviations, where the question asks for one: of the 127
# such quotes that hit (the same sets and two more) the highlights then held the place for 85 of 100, not 79,
# and were no more of the text. From 0.5 to 1.5 it is worth more or less the same; in the ranking it is worth nothing.
AMOUNT = 1.0


class Found(NamedTuple):
    """`page` is how many answers' worth of these quotes the visitor has seen already; `onward`, whether
    they are what comes after those of the question before, in its post or behind its end. They show
    nothing that stands before `begins` in their file."""

    found: Retrieved
    sure: float
    page: int
    onward: bool
    begins: int = 0


class _Onward(NamedTuple):
    """The passages in which the author goes on, in reading order; `begins`, where what is shown of them
    begins in their file; `told`, what of it is new, None where all of it is."""

    rows: list[int]
    begins: int = 0
    told: Range | None = None


class Finder:
    """Retrieval with what the author has chosen, with what was shown before, and with a probability."""

    def __init__(self, retriever: Retriever, calibration: Calibration, queries: Queries) -> None:
        self._retriever, self._calibration, self._queries = retriever, calibration, queries
        self._posts, self._passages = retriever.index.posts, retriever.index.passages
        self._selection = retriever.selection
        self._introductions = [
            row for row, post in enumerate(self._posts) if about.introduces(post)
        ]

    def surest(
        self,
        readings: Sequence[str],
        earlier: Sequence[str],
        allowed: NDArray[np.bool_] | None,
        k: int,
    ) -> Found:
        """What is found for the reading that finds the most. `k` is how many quotes an answer shows;
        `allowed`, shape (passages,), leaves passages out."""
        every = (self._found(reading, earlier, allowed, k) for reading in readings)
        return max(every, key=lambda one: one.sure)

    def sure(self, found: Retrieved) -> float:
        """The probability that what is found answers."""
        return confidence.probability(found.weak, self._calibration.background[found.language])

    def quote(self, rows: Rows, found: Retrieved, begins: int) -> tuple[Passage, tuple[Range, ...]]:
        """The passages of a quote as one, from `begins` on, and its sentences that answer, one at least
        in each of them."""
        parts = self._parts(rows, begins)
        whole = selection.one_of(parts)
        return whole, _pinned(rows, whole, found.pin) or self._answering(rows, parts, found)

    def _parts(self, rows: Rows, begins: int) -> list[Passage]:
        """What the passages say from `begins` on."""
        found = (selection.behind(self._passages[row], begins) for row in rows)
        return list(filter(None, found))

    def _answering(
        self,
        rows: Rows,
        parts: Sequence[Passage],
        found: Retrieved,
        margin: float = HIGHLIGHT_MARGIN,
    ) -> tuple[Range, ...]:
        """The sentences within `margin` of the best one, and the best of each of `parts`, which make up
        the quote of these rows, or its end."""
        whole = selection.one_of(parts)
        every = sum(len(self._passages[row].sentences) for row in rows)
        end = int(self._retriever.first_sentence[rows[0]]) + every
        here = found.sentences[end - len(whole.sentences) : end]
        deviation = float(found.sentences.std())
        if amounts.asks(found.read):
            tells = [amounts.tells(whole.text[a:b]) for a, b in whole.sentences]
            here = here + AMOUNT * deviation * np.array(tells, dtype=np.float32)
        best = ranking.highlights(parts, here, margin * deviation)
        return tuple(compress(whole.sentences, best))

    def _found(
        self, question: str, earlier: Sequence[str], allowed: NDArray[np.bool_] | None, k: int
    ) -> Found:
        asked, before, page, steps = self._queries.asked(question, earlier)
        found = self._retriever.retrieve(asked, before, allowed)
        if not found.pin and self._queries.kind([asked]) is Kind.IDENTITY:
            found = self._introduced(found, allowed)
        if found.pin and self._shows(found.pin.passages, found, k, page):
            sure = PINNED
        else:
            sure = self.sure(found)
            sure = min(sure, years.UNTOLD) if self._untold(asked, found) else sure
        if not steps:
            return Found(found, sure, page, False)
        found = self._retriever.reranked(found)
        every = self._selection.quotes(found.scores, k, page + 1)
        rows, begins, told = self._behind(found, every)
        quotes = self._in_order(found, rows, k, steps)
        left = flat(quotes[k * (steps - 1) :])
        if left:
            return Found(self._only(found, left, told), sure, 0, True, begins)
        # The post ends there: on with the next best places, but not back in it.
        shown = flat(every)
        others = found.without([*shown, *rows, *sequel.before(shown, self._passages)])
        read_on = math.ceil(len(quotes) / k)
        sure = min(sure, self.sure(others))
        return Found(replace(others, pin=None), sure, steps - 1 - read_on, True)

    def _shows(self, rows: Sequence[int], found: Retrieved, k: int, page: int) -> bool:
        """Whether one of the rows is in the answer of that page."""
        quotes = self._selection.quotes(found.scores, k, page + 1)[k * page :]
        return not set(rows).isdisjoint(flat(quotes))

    def _in_order(
        self, found: Retrieved, rows: Sequence[int], k: int, answers: int
    ) -> tuple[Rows, ...]:
        """The quotes in which so many answers of `k` show the rows."""
        if not rows:
            return ()
        return self._selection.quotes(self._only(found, rows).scores, k, answers)

    def _behind(self, found: Retrieved, quotes: Sequence[Rows]) -> _Onward:
        """Where the author goes on behind what was shown. What is left of the best quote behind the
        sentence that answers best comes first, with that sentence, which leads into it."""
        shown = flat(quotes)
        rows = [row for row in sequel.after(shown, self._passages) if self._retriever.says[row]]
        if not quotes:
            return _Onward(rows)
        best = quotes[0]
        whole = self._selection.quote(best)
        answered = _pinned(best, whole, found.pin) or self._answering(best, [whole], found, 0)
        rest = sequel.rest(whole, answered)
        if rest is None or not any(self._says(row, rest.start) for row in best):
            return _Onward(rows)
        begins = whole.content.starts[answered[-1].start]
        rows = [*(row for row in best if self._passages[row].end > begins), *rows]
        told = rest._replace(end=self._passages[rows[-1]].end)
        return _Onward(rows, begins, told)

    def _says(self, row: int, begins: int) -> bool:
        """Whether a passage says something from `begins` in its file on."""
        return any(map(ranking.says_something, self._parts((row,), begins)))

    def _introduced(self, found: Retrieved, allowed: NDArray[np.bool_] | None) -> Retrieved:
        """The beginning of the post that introduces the author, in the question's language if there are
        several, and nothing else; what was found where there is none."""
        posts = self._introductions
        same = [row for row in posts if language_of(self._posts[row].source) == found.language]
        for row in (*same, *posts):
            at = np.flatnonzero(self._retriever.posts == row)
            rows = [int(one) for one in at if self._retriever.says[one]]
            rows = [one for one in rows if allowed is None or allowed[one]][:BEGINNING]
            if rows:
                return self._only(found, rows)
        return found

    def _only(self, found: Retrieved, rows: Sequence[int], where: Range | None = None) -> Retrieved:
        """These passages of one post in their order, nothing else; `where` is what of it answers."""
        only = np.full_like(found.scores, -np.inf)
        only[list(rows)] = np.arange(len(rows), 0, -1)
        post = self._passages[rows[0]].post
        return replace(found, scores=only, pin=ResolvedPin((found.read,), post, tuple(rows), where))

    def _untold(self, question: str, found: Retrieved) -> bool:
        """Whether the question names a year that no post of the best passages speaks of."""
        asked = years.named(question)
        best = ranking.best_first(found.scores)[: confidence.WITNESSES] if asked else ()
        posts = {self._passages[row].post for row in best}
        return bool(asked) and not any(asked & years.told(self._posts[post]) for post in posts)


def _pinned(rows: Rows, passage: Passage, pin: ResolvedPin | None) -> tuple[Range, ...]:
    """The sentences that the author has pinned; none where that is the whole quote."""
    if pin is None or pin.range is None or set(rows).isdisjoint(pin.passages):
        return ()
    content, where = passage.content, pin.range
    inside = tuple(
        span
        for span in passage.sentences[passage.lead :]
        if content.starts[span.start] < where.end and where.start < content.ends[span.end - 1]
    )
    return inside if len(inside) < len(passage.sentences) - passage.lead else ()
