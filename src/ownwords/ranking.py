"""Scores → one ranking. Pure: arrays in, arrays out; ties are broken by row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ownwords.records import Passage

Scores = NDArray[np.float32]

# Weights of each kind of evidence, in standard deviations. Chosen coarsely, those of the second stage
# in view of ten question sets (509 questions); docs/quality.md has the ablation and what was blind.
# First stage, over all passages: the three vectors alike, and
FIRST_LEXICAL = 0.8
FIRST_YEAR = 1.0  # of a passage's nearness to the years that the question names: 0, 1 or 2
# Passages that go on; of 100 questions to hudi, ko and en 95 have their place among them.
CANDIDATES = 50
RERANKED = 20  # of these, passages that a reranker orders anew, where one is set
# Second stage, among the candidates, beside late interaction at 1:
LEXICAL, SENTENCE = 0.2, 0.4
YEAR = 1.5  # flat from 1 to 2: docs/quality.md
NOW = 1.0  # how near the newest post is to now, the oldest being 0; flat from 0.7 to 1.4: docs/quality.md
BEFORE = 0.3  # what a passage gains of the score of the one before it in the same post
_ADDRESS = re.compile(r"\S*(?:://|www\.)\S*")
_WORD = re.compile(r"[^\W\d_]")
# What a form asks for beside its questions.
_REQUEST = re.compile(
    r"(?:(?:작성|서술|기술|기재|설명|소개|답변|답)(?:해|하여)|적어|써) ?(?:주세요|주십시오|주시기 ?바랍니다)[.!]?$|(?:작성|서술|기술|설명|논|답)하시오[.!]?$"
    r"|^(?:please )?(?:describe|tell us|explain) [^.]*\.$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for each passage in the first stage: one array of shape (passages,) a kind.

    `sentence` is the best of the passage's sentences. `lexical_share` (0..1) is how far lexical
    scores mean something: the share of passages in the question's language. An English question
    shares names at best with a Korean text, and the few English passages of a Korean blog (a
    quotation, a list of links) would win by them alone. `years` is how near its post is to the years that
    the question names: see `years.Known.near`.
    """

    passage: Scores
    context: Scores
    sentence: Scores
    lexical: Scores
    lexical_share: float
    years: Scores


def best_sentences(sentences: Scores, first: NDArray[np.int64]) -> Scores:
    """The best sentence of each passage; `first` is each passage's first sentence row.

    A question line that heads a passage counts: it answers nothing itself, but what it heads does
    (it is never a passage alone, nor highlighted).
    """
    if not len(first):
        return np.zeros(0, dtype=np.float32)
    return np.asarray(np.maximum.reduceat(sentences, first), dtype=np.float32)


def first_stage(evidence: Evidence) -> Scores:
    """One score a passage: standardised evidence added up."""
    return np.asarray(
        standardised(evidence.passage)
        + standardised(evidence.context)
        + standardised(evidence.sentence)
        + FIRST_LEXICAL * evidence.lexical_share * _lexical(evidence.lexical)
        + FIRST_YEAR * evidence.years,
        dtype=np.float32,
    )


def candidates(first: Scores, allowed: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
    """The rows of the best passages of the first stage, best first, of those that are allowed."""
    rows = np.arange(len(first)) if allowed is None else np.flatnonzero(allowed)
    if len(rows) > CANDIDATES:  # to sort every passage of a large blog takes time
        least = np.partition(first[rows], -CANDIDATES)[-CANDIDATES]
        rows = rows[first[rows] >= least]
    return best_first(first, rows)[:CANDIDATES]


def second_stage(rows: NDArray[np.int64], evidence: Evidence, late: Scores) -> Scores:
    """The candidates' final scores, shape (rows,). `late` is their late interaction."""
    return np.asarray(
        standardised(late)
        + SENTENCE * standardised(evidence.sentence[rows])
        + LEXICAL * evidence.lexical_share * standardised(_lexical(evidence.lexical)[rows]),
        dtype=np.float32,
    )


def going_on(rows: NDArray[np.int64], scores: Scores, posts: NDArray[np.int32]) -> Scores:
    """The candidates' scores, shape (rows,), with a share of the score of the passage before each. A
    visitor asks in the words of a problem; an author states the problem, and then what became of it:
    where the answer was missed, it most often stands in the passage right after the best one. So what
    comes before decides what is shown beside the best one, which stays the first. `posts` is each
    passage's post.
    """
    shared = scores + from_before(rows, scores, posts)
    if len(rows):
        shared[scores.argmax()] = np.nextafter(shared.max(), np.float32(np.inf))
    return shared


def from_before(rows: NDArray[np.int64], scores: Scores, posts: NDArray[np.int32]) -> Scores:
    """What the passage before gives to each candidate, shape (rows,), 0 or more: one that is no
    candidate, or scores below their mean, takes nothing away."""
    every = np.zeros(len(posts) + 1, dtype=np.float32)  # one more before the first
    every[rows + 1] = np.maximum(scores, 0)
    post = np.concatenate([[-1], posts])
    return np.asarray(BEFORE * np.where(post[rows] == posts[rows], every[rows], 0), np.float32)


def best_first(scores: Scores, rows: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """The rows (default: all) with a finite score, best first."""
    rows = np.arange(len(scores)) if rows is None else rows
    rows = rows[np.isfinite(scores[rows])]
    return np.asarray(rows[np.argsort(-scores[rows], kind="stable")], dtype=np.int64)


def head(scores: Scores, apart: Sequence[int] = ()) -> NDArray[np.int64]:
    """The rows that a reranker is given, best first: of those with a score, without `apart`."""
    order = best_first(scores)
    return order[~np.isin(order, apart)][:RERANKED]


def third_stage(scores: Scores, rows: NDArray[np.int64], given: Scores) -> Scores:
    """The scores, shape (passages,), with those of `rows` taken from the reranker (`given`, shape
    (rows,)) and moved above the others', which stay: its worst stands 1 above their best."""
    others = np.delete(scores, rows)
    floor = others.max(initial=-np.inf, where=np.isfinite(others))
    moved = scores.copy()
    moved[rows] = given - given.min() + (floor + 1 if np.isfinite(floor) else 0)
    return moved


def raised(scores: Scores, rows: Sequence[int]) -> Scores:
    """The scores with those of `rows`, in their order, above all others."""
    moved = scores.copy()
    if rows:
        moved[list(rows)] = scores.max() + np.arange(len(rows), 0, -1)
    return moved


def _lexical(scores: Scores) -> Scores:
    # The root: BM25 has a long tail, and one passage that repeats a rare word is no landslide.
    return standardised(np.sqrt(np.maximum(scores, 0)))


def standardised(scores: Scores) -> Scores:
    """Zero mean and unit deviation over the passages; all zero where all are equal."""
    if not len(scores):
        return scores
    deviation = float(scores.std())
    return (scores - scores.mean()) / deviation if deviation > 1e-9 else np.zeros_like(scores)


def question_line(passage: Passage) -> int | None:
    """Which of its sentences is a question line of the author's own that heads it, if one does."""
    at = passage.lead - 1
    if at < 0 or not passage.text[: passage.sentences[at].end].endswith(("?", "？")):
        return None
    return at


def says_something(passage: Passage) -> bool:
    """Whether any of its sentences is neither a question of the author's (what he says of it stands
    elsewhere, below a picture or code), or of a form that he fills in ("... 적어 주세요."), nor nothing but
    addresses and numbers. A list of sources, its addresses twice as long as its words, says nothing either."""
    addresses = _ADDRESS.findall(passage.text)
    words = sum(map(str.isalnum, _ADDRESS.sub("", passage.text)))
    if len(addresses) > 1 and sum(map(len, addresses)) > 2 * words:
        return False
    said = (passage.text[a:b].rstrip() for a, b in passage.sentences[passage.lead :])
    asks = ("?", "？")
    if any(mark in passage.text for mark in asks):
        said = (sentence for sentence in said if not _REQUEST.search(sentence))
    return any(
        not sentence.endswith(asks) and _WORD.search(_ADDRESS.sub("", sentence))
        for sentence in said
    )


def highlights(passages: Sequence[Passage], scores: Scores, margin: float) -> list[bool]:
    """Which sentences of the passages of a quote answer best: those within `margin` of the best of
    them all, and each passage's best. `scores` has one for each sentence; a line that heads a passage
    answers nothing."""
    edges = list(pairwise(np.cumsum([0, *(len(passage.sentences) for passage in passages)])))
    answers = np.array(scores, dtype=np.float32)
    for (first, _), passage in zip(edges, passages, strict=True):
        answers[first : first + passage.lead] = -np.inf
    best = answers >= answers.max(initial=-np.inf) - margin
    for first, last in edges:
        best[first:last] |= answers[first:last] == answers[first:last].max(initial=-np.inf)
    return [bool(one) for one in best & np.isfinite(answers)]
