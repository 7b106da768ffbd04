"""Scores → one ranking. Pure: arrays in, arrays out; ties are broken by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ownwords.records import Passage, Range

Scores = NDArray[np.float32]

# Weight of the lexical score beside the three vector scores, in standard deviations. It paid at
# 0.3 to 0.5 for Korean questions on a Korean blog of 122 posts, and cost English ones: a word that
# an English question shares with a Korean text is a name at best.
LEXICAL_SAME_LANGUAGE, LEXICAL_OTHER_LANGUAGE = 0.4, 0.0
NEIGHBOUR = 0.2  # share of the neighbours' scores; from the same blog
DUPLICATE = 0.8  # Jaccard similarity of character trigrams from which two texts are the same


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for each passage: one array of shape (passages,) per kind of evidence.

    `sentence` is the best of the passage's sentences; `sentences` has shape (sentences,).
    """

    passage: Scores
    context: Scores
    sentence: Scores
    lexical: Scores
    sentences: Scores


def best_sentences(sentences: Scores, first: NDArray[np.int64]) -> Scores:
    """The best sentence of each passage; `first` is each passage's first sentence row.

    A question line that heads a passage counts: it answers nothing itself, but what it heads does
    (it is never a passage alone, nor highlighted).
    """
    if not len(first):
        return np.zeros(0, dtype=np.float32)
    return np.asarray(np.maximum.reduceat(sentences, first), dtype=np.float32)


def fuse(evidence: Evidence, same_language: NDArray[np.bool_], posts: NDArray[np.int32]) -> Scores:
    """One score a passage: standardised evidence added up, then a share of the neighbours'."""
    lexical = np.where(same_language, LEXICAL_SAME_LANGUAGE, LEXICAL_OTHER_LANGUAGE)
    own = (
        (standardised(evidence.passage) + standardised(evidence.context)) / 2
        + standardised(evidence.sentence)
        + 2 * lexical * standardised(evidence.lexical)
    ) / 2
    return np.asarray(
        own + NEIGHBOUR * _neighbours(np.asarray(own, dtype=np.float32), posts), dtype=np.float32
    )


def standardised(scores: Scores) -> Scores:
    """Zero mean and unit deviation over the passages; all zero where all are equal."""
    if not len(scores):
        return scores
    deviation = float(scores.std())
    return (scores - scores.mean()) / deviation if deviation > 1e-9 else np.zeros_like(scores)


def _neighbours(scores: Scores, posts: NDArray[np.int32]) -> Scores:
    """Mean score of the passages before and after in the same post, 0 where there is none."""
    if len(scores) < 2:
        return np.zeros_like(scores)
    same = posts[1:] == posts[:-1]
    total, count = np.zeros_like(scores), np.zeros_like(scores)
    total[1:] += np.where(same, scores[:-1], 0)
    total[:-1] += np.where(same, scores[1:], 0)
    count[1:] += same
    count[:-1] += same
    return np.asarray(total / np.maximum(count, 1), dtype=np.float32)


def select(scores: Scores, passages: Sequence[Passage], k: int) -> tuple[int, ...]:
    """The rows of the k best passages that neither overlap nor say the same."""
    chosen: list[int] = []
    for row in map(int, np.argsort(-scores, kind="stable")):
        if len(chosen) == k:
            break
        if np.isfinite(scores[row]) and not any(
            _repeats(passages[row], passages[other]) for other in chosen
        ):
            chosen.append(row)
    return tuple(chosen)


def _repeats(one: Passage, other: Passage) -> bool:
    if one.post == other.post and one.start < other.end and other.start < one.end:
        return True
    a, b = _trigrams(one.text), _trigrams(other.text)
    return len(a & b) >= DUPLICATE * len(a | b)


def _trigrams(text: str) -> set[str]:
    joined = "".join(text.split())
    return {joined[i : i + 3] for i in range(max(1, len(joined) - 2))}


def highlights(passage: Passage, scores: Scores, margin: float) -> tuple[Range, ...]:
    """The sentences that answer best: the best one and those within `margin` of it, in order."""
    rows = range(passage.lead, len(passage.sentences))
    if not rows:
        return ()
    best = max(float(scores[row]) for row in rows)
    return tuple(passage.sentences[row] for row in rows if scores[row] >= best - margin)
