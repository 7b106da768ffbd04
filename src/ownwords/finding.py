"""A question and the ones before it → the passages that may answer it, and how surely they do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, compress, takewhile

import numpy as np
from numpy.typing import NDArray

from ownwords import (
    about,
    amounts,
    confidence,
    contacts,
    names,
    pieces,
    ranking,
    selection,
    sequel,
    years,
)
from ownwords.confidence import Calibration
from ownwords.language import language_of
from ownwords.queries import Queries
from ownwords.records import Passage, Range
from ownwords.retrieve import Chosen, Retrieved, Retriever
from ownwords.selection import Rows, flat
from ownwords.telling import MENTIONED, Telling

PINNED = 0.99  # the confidence of an answer that the author has chosen, of his own introduction, or of posts by date
BEGINNING = 3  # passages of that
# Sentences within so many deviations (of all sentences' cosines) of a quote's best one answer as well: when
# this was chosen, on 22 question sets, the highlights held the place for 78 of 100 quotes that hit, and
# were 46 of 100 characters of all that was shown.
HIGHLIGHT_MARGIN = 1.0
# A quote for which so many deviations (of the background's) less speak than for the best of its answer is left
# for "more": on twenty question sets 274 of 1,794, which took the place from 2 of 516 answers (docs/quality.md).
FAR = 3.0
# What a sentence with a number or a time gains, in deviations of all sentences' cosines, where the question asks
# for one: of the 113 such quotes that hit (the same sets) the highlights then hold the place for 86 of 100, not 82,
# and are no more of the text. In the ranking it is worth nothing.
AMOUNT = 1.0


@dataclass(frozen=True, slots=True)
class Found:
    """What was retrieved for `asked`, a question without those before it. `page` is how many answers'
    worth of these quotes the visitor has seen already; `pinned`, whether the next one shows what the
    author has chosen; `onward`, whether they are what comes after those of the question before, in its
    post or behind its end. They show nothing that stands before `begins` in their file. `least` is how sure
    any page of them is at least."""

    retrieved: Retrieved
    asked: str
    sure: float
    page: int = 0
    pinned: bool = False
    onward: bool = False
    begins: int = 0
    least: float = 0.0

    @property
    def further(self) -> bool:
        """Whether it was asked for behind what an answer has shown."""
        return self.onward or self.page > 0


@dataclass(frozen=True, slots=True)
class _Onward:
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
        self._selection, self._telling = retriever.selection, Telling(retriever)
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

    def answers(self, found: Retrieved, k: int, count: int) -> list[tuple[Rows, ...]]:
        """The quotes of so many answers of at most `k` each, the best first; fewer where nothing is left.
        What speaks for far less than the best of the first answer is left for the next one, where neighbours
        join as in any; but what the author has chosen, or a reranker's order, stays whole."""
        every = self._selection.quotes(found.scores, k, count)
        first = every[:k]
        if found.chosen is None and self._retriever.reranker is None:
            says = [float(found.witnesses[list(rows)].max()) for rows in first]
            deviation = self._calibration.background[found.language].deviation
            bar = max(says, default=0) - FAR * deviation
            first = tuple(rows for at, rows in enumerate(first) if at == 0 or says[at] >= bar)
        later = [rows for rows in every if rows not in first]
        pages = [flat(later[at : at + k]) for at in range(0, len(later), k)]
        joined = (self._selection.quotes(self._of(found.scores, page), k) for page in pages)
        return [one for one in (first, *joined) if one][:count]

    def _of(self, scores: NDArray[np.float32], rows: Sequence[int]) -> NDArray[np.float32]:
        """The scores of these rows, none for all others."""
        only = np.full_like(scores, -np.inf)
        only[list(rows)] = scores[list(rows)]
        return only

    def quote(self, rows: Rows, found: Found) -> tuple[Passage, tuple[Range, ...]]:
        """The passages of a quote as one, and its sentences that answer: what the author has pinned, where
        that is not all of it; else one at least in each of the passages."""
        parts = self._parts(rows, found.begins)
        whole = selection.one_of(parts)
        chosen = _chosen(rows, whole, found.retrieved.chosen)
        if chosen and len(chosen) < len(whole.sentences) - whole.lead:
            return whole, chosen
        return whole, self._answering(rows, parts, found)

    def _parts(self, rows: Rows, begins: int) -> list[Passage]:
        """What the passages say from `begins` on."""
        found = (selection.behind(self._passages[row], begins) for row in rows)
        return list(filter(None, found))

    def _answering(
        self,
        rows: Rows,
        parts: Sequence[Passage],
        found: Found,
        margin: float = HIGHLIGHT_MARGIN,
    ) -> tuple[Range, ...]:
        """The sentences within `margin` of the best one, and the best of each of `parts`, which make up
        the quote of these rows, or its end."""
        whole = selection.one_of(parts)
        every = sum(len(self._passages[row].sentences) for row in rows)
        end = int(self._retriever.first_sentence[rows[0]]) + every
        scores = found.retrieved.sentences
        here = scores[end - len(whole.sentences) : end]
        deviation = float(scores.std())
        if amounts.asks(found.asked):
            tells = [amounts.tells(whole.text[a:b]) for a, b in whole.sentences]
            here = here + AMOUNT * deviation * np.array(tells, dtype=np.float32)
        best = ranking.highlights(parts, here, margin * deviation)
        texts = [whole.text[a:b] for a, b in whole.sentences]
        held = [names.mentioned(found.asked, [text]) for text in texts]
        return tuple(compress(whole.sentences, held if any(held) else best))

    def _found(
        self, question: str, earlier: Sequence[str], allowed: NDArray[np.bool_] | None, k: int
    ) -> Found:
        asked = self._queries.asked(question, earlier)
        who = self._queries.asks_who(asked.question, asked.history)
        dated = self._queries.by_date(asked.question)
        history = () if who or dated else asked.history  # "who are you?" leans on nothing
        retrieved = self._retriever.retrieve(asked.question, history, allowed)
        within = None if who or dated else self._within(asked.question, retrieved, allowed)
        if within is not None:
            retrieved = self._retriever.retrieve(asked.question, history, within)
        elif not retrieved.chosen:  # what the author has pinned goes first
            retrieved = self._as_told(asked.question, retrieved, who, dated, allowed)
        chosen, page = retrieved.chosen, asked.pages
        pinned = chosen is not None and self._shows(chosen.passages, retrieved, k, page)
        sure = PINNED if pinned else self.sure(retrieved)
        if not pinned:
            sure = self._telling.sure(asked.question, retrieved, sure)
        least = 0.0 if within is None else MENTIONED
        found = Found(retrieved, asked.question, max(sure, least), page, pinned, least=least)
        return self._onward(found, k, asked.steps) if asked.steps else found

    def _as_told(
        self,
        question: str,
        found: Retrieved,
        who: bool,
        dated: Sequence[int],
        allowed: NDArray[np.bool_] | None,
    ) -> Retrieved:
        """What is found, in the way in which it is told who the author is, how posts of a time begin, or where to
        reach him, if one of these is asked."""
        if who:
            return self._introduced(found, allowed)
        if dated:
            return self._begun(found, dated, allowed)
        return self._telling.addressed(found) if contacts.asked(question) else found

    def _within(
        self, question: str, found: Retrieved, allowed: NDArray[np.bool_] | None
    ) -> NDArray[np.bool_] | None:
        """The passages that alone may answer: those of the posts of a year that is asked of as such, or those that
        hold a word or a name which is all of the question and stands in none that were found; None where that
        is not asked, or there are none."""
        if found.chosen:
            return None
        if years.as_such(question):
            within = self._retriever.years.near(years.named(question))[self._retriever.posts] > 1
        elif (held := self._telling.holding(question, found)) is not None:
            within = held
        else:
            return None
        within = within if allowed is None else within & allowed
        return within if (within & self._retriever.says).any() else None

    def _onward(self, found: Found, k: int, steps: int) -> Found:
        """What comes after the quotes of an answer, `steps` answers of it on."""
        found = replace(found, retrieved=self._retriever.reranked(found.retrieved), onward=True)
        retrieved = found.retrieved
        every = list(chain(*self.answers(retrieved, k, found.page + 1)))
        behind = self._behind(found, every)
        quotes = self._in_order(retrieved, behind.rows, k, steps)
        left = flat(quotes[k * (steps - 1) :])
        if left:
            only = self._only(retrieved, left, behind.told)
            return replace(found, retrieved=only, page=0, begins=behind.begins)
        # The post ends there: on with the next best places, but not back in it.
        shown = flat(every)
        passed = sequel.before(shown, self._passages)
        others = replace(retrieved.without([*shown, *behind.rows, *passed]), chosen=None)
        page, sure = steps - 1 - math.ceil(len(quotes) / k), min(found.sure, self.sure(others))
        return replace(found, retrieved=others, sure=sure, page=page, pinned=False)

    def _shows(self, rows: Sequence[int], found: Retrieved, k: int, page: int) -> bool:
        """Whether one of the rows is in the answer of that page."""
        answers = self.answers(found, k, page + 1)
        return len(answers) > page and not set(rows).isdisjoint(flat(answers[page]))

    def _in_order(
        self, found: Retrieved, rows: Sequence[int], k: int, answers: int
    ) -> tuple[Rows, ...]:
        """The quotes in which so many answers of `k` show the rows; what the author says once more is read
        once more."""
        if not rows:
            return ()
        return self._selection.quotes(self._only(found, rows).scores, k, answers, again=True)

    def _behind(self, found: Found, quotes: Sequence[Rows]) -> _Onward:
        """Where the author goes on behind what was shown. What is left of the best quote behind the
        sentence that answers best comes first, with that sentence, which leads into it."""
        shown = flat(quotes)
        rows = [row for row in sequel.after(shown, self._passages) if self._retriever.says[row]]
        if not quotes:
            return _Onward(rows)
        best = quotes[0]
        whole = self._selection.quote(best)
        chosen = _chosen(best, whole, found.retrieved.chosen)
        answered = chosen or self._answering(best, [whole], found, 0)
        rest = sequel.rest(whole, answered)
        if rest is None or not any(self._says(row, rest.start) for row in best):
            return _Onward(rows)
        begins = self._begins(whole, answered[-1], rows)
        rows = [*(row for row in best if self._passages[row].end > begins), *rows]
        told = rest._replace(end=self._passages[rows[-1]].end)
        return _Onward(rows, begins, told)

    def _begins(self, whole: Passage, sentence: Range, rows: Sequence[int]) -> int:
        """Where in its file a quote begins that goes on from that sentence, perhaps into these passages; with
        all of it where a slice from there would show the number of a list's later item."""
        source = self._posts[whole.post].source
        following = map(self._passages.__getitem__, rows)
        parts = [whole, *takewhile(lambda one: one.joint is not None, following)]
        texts = [part.content.slice(*span) for part in parts for span in part.sentences]
        left = [text for text in texts if text.start >= whole.content.starts[sentence.start]]
        items = [pieces.numbered(text, source) for text in left]
        return whole.start if any(items) and not items[0] else left[0].start

    def _says(self, row: int, begins: int) -> bool:
        """Whether a passage says something from `begins` in its file on."""
        return any(map(ranking.says_something, self._parts((row,), begins)))

    def _introduced(self, found: Retrieved, allowed: NDArray[np.bool_] | None) -> Retrieved:
        """The beginning of the post that introduces the author, in the question's language if there are
        several, and nothing else; else the best passage in which he says who he is; what was found where
        there is neither."""
        posts = self._introductions
        same = [row for row in posts if language_of(self._posts[row].source) == found.language]
        for row in (*same, *posts):
            if rows := self._of_post(row, allowed)[:BEGINNING]:
                return self._only(found, rows)
        said = {row: at for row, at in self._said.items() if allowed is None or allowed[row]}
        if said:
            best = max(said, key=lambda row: float(found.scores[row]))
            return self._only(found, [best], said[best])
        return found

    @cached_property
    def _said(self) -> dict[int, Range]:
        """The passages in which the author says who he is, and where in the file the sentence stands."""
        found: dict[int, Range] = {}
        for row, passage in enumerate(self._passages):
            for one in passage.sentences[passage.lead :]:
                if about.presents(passage.text[one.start : one.end]):
                    content = passage.content
                    place = Range(content.starts[one.start], content.ends[one.end - 1])
                    found.setdefault(row, place)
        return found

    def _begun(
        self, found: Retrieved, posts: Sequence[int], allowed: NDArray[np.bool_] | None
    ) -> Retrieved:
        """The first passage of each of these posts, what is set off ("moved here from ...") aside, in their
        order, and nothing else; what was found where none may be shown."""
        every = (self._of_post(post, allowed) for post in posts)
        first = [min(rows, key=self._is_set_off) for rows in every if rows]
        return self._only(found, first) if first else found

    def _is_set_off(self, row: int) -> bool:
        return self._passages[row].kind == "set off"

    def _of_post(self, post: int, allowed: NDArray[np.bool_] | None) -> list[int]:
        """The rows of a post's passages that say something and are allowed, in reading order."""
        at = np.flatnonzero(self._retriever.posts == post)
        rows = [int(one) for one in at if self._retriever.says[one]]
        return [one for one in rows if allowed is None or allowed[one]]

    def _only(self, found: Retrieved, rows: Sequence[int], where: Range | None = None) -> Retrieved:
        """These passages in their order, nothing else; `where` is what of their post answers."""
        only = np.full_like(found.scores, -np.inf)
        only[list(rows)] = np.arange(len(rows), 0, -1)
        return replace(found, scores=only, chosen=Chosen(tuple(rows), where))


def _chosen(rows: Rows, passage: Passage, chosen: Chosen | None) -> tuple[Range, ...]:
    """The sentences of a quote that are chosen: all of them where no part of it is named."""
    if chosen is None or set(rows).isdisjoint(chosen.passages):
        return ()
    content, where = passage.content, chosen.range or Range(passage.start, passage.end)
    return tuple(
        span
        for span in passage.sentences[passage.lead :]
        if content.starts[span.start] < where.end and where.start < content.ends[span.end - 1]
    )
