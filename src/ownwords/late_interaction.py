"""Token vectors → how well each passage answers, by late interaction.

A vector for a whole passage is an average: a passage that mentions the answer beside three other
things lies far from every question about it. Late interaction (ColBERT, Khattab and Zaharia 2020)
keeps a vector per token: each token of the question looks for its best match in the passage, and
the matches are averaged. E5's token vectors all lean one way (anisotropy, Ethayarajh 2019), so
that any two agree at about 0.8; subtracting their mean leaves what tells them apart.

What is kept of a token is its centred unit vector on 288 axes, four bits each: 144 bytes. For the
default model, means and axes come with the package: the principal axes of Wikipedia's paragraphs,
trained together with the model's adapter to find what answers (training/fit.py). They were fitted on
no corpus, so they are the same for every index and a small update leaves nothing to refit. On twenty
corpora that took no part in the training (687 questions) late interaction alone finds the place first
for 0.67 and among the first three for 0.85; the passage's vector for 0.60 and 0.78
(docs/quality.md). Any other model gets the principal axes of its tokens of a reference text that comes
with the package, for the same reason: an index that grew answers as one built anew, while with axes of
the corpus's own a fifth more posts changed the first three quotes of one question in four.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ownwords import integers
from ownwords.rows import Rows, packaged, unit

Codes = NDArray[np.uint8]
Ids = NDArray[np.int32]

AXES = 288
LEVELS = 16  # four bits
SPREAD = 2.8  # deviations that the levels cover; uniform levels for a normal value (Max 1960)
CENTRE = (LEVELS - 1) / 2
# Tokens by whose number the mean counts half: a few sentences' mean is what they say.
SHRINK = 10
# The rarity of a question's token counts by its square root: wholly, one rare name outvoted the
# rest of a question; not at all, particles counted as much as nouns.
RARITY = 0.5
# See `moved`. Six blogs lie 0.24 to 0.56 from the reference text (two models), Japanese and Russian 0.51 to
# 0.62, and what late interaction finds does not suffer from it. Fewer tokens say too little.
WORN, ENOUGH = 0.7, 1_000
# What the reference's axes keep of a corpus's tokens, beside what its own axes keep, for them to be used:
# of those blogs they keep 0.89 to 0.98 as much, of Japanese and Russian 0.89 to 0.91.
SUITS = 0.8


@dataclass(frozen=True)
class Projection:
    """How token vectors are centred and compressed: frozen with the index, so that new passages
    meet old ones. `mean` of passages' tokens and `question_mean` (dimension,), `axes` (dimension,
    kept), `steps` (kept,).
    """

    mean: Rows
    question_mean: Rows
    axes: Rows
    steps: Rows

    @classmethod
    def of_model(cls, fingerprint: str) -> Projection | None:
        """The one that comes with the package for a model (training/fit.py makes it)."""
        kept = packaged("projections", fingerprint)
        return cls(**kept) if kept else None

    @classmethod
    def suited(cls, reference: Rows, tokens: Rows) -> Projection:
        """For a corpus of which these are a sample, shape (tokens, dimension); at least one. It is
        fitted on the tokens of `reference.paragraphs`, or, where they are too far from the corpus's to
        serve it, on these."""
        general, own = cls.fit(reference), cls.fit(tokens)
        far = len(tokens) >= ENOUGH and general._away(tokens) >= WORN
        return own if far or general._kept(tokens) < SUITS * own._kept(tokens) else general

    @classmethod
    def fit(cls, tokens: Rows) -> Projection:
        """From a sample of token vectors, shape (tokens, dimension); at least one: the mean of
        both sides, and the principal axes."""
        mean = tokens.mean(axis=0) * (len(tokens) / (len(tokens) + SHRINK))
        centred = unit(tokens - mean)
        _, axes = np.linalg.eigh(centred.T @ centred)
        kept = min(AXES, tokens.shape[1] // 2 * 2)
        return cls.of(mean, mean, axes[:, ::-1][:, :kept], tokens)

    @classmethod
    def of(cls, mean: Rows, question_mean: Rows, axes: Rows, tokens: Rows) -> Projection:
        """With steps that suit such tokens of passages, shape (tokens, dimension)."""
        spread = np.maximum(unit(unit(tokens - mean) @ axes).std(axis=0), 1e-4)
        steps = SPREAD * spread / CENTRE
        return cls(
            *(np.ascontiguousarray(part, np.float32) for part in (mean, question_mean, axes, steps))
        )

    @cached_property
    def id(self) -> str:
        digest = hashlib.sha256()
        for f in fields(self):
            digest.update(getattr(self, f.name).tobytes())
        return digest.hexdigest()[:16]

    @property
    def width(self) -> int:
        """Bytes of a packed token."""
        return len(self.steps) // 2

    def pack(self, tokens: Rows) -> Codes:
        """Token vectors, shape (n, dimension), four bits an axis: shape (n, width). The low half
        of a byte is an axis of the first half of the axes, the high half one of the second."""
        levels = np.floor(self._turned(tokens, self.mean) / self.steps) + LEVELS // 2
        levels = np.clip(levels, 0, LEVELS - 1).astype(np.uint8)
        return np.asarray(levels[:, : self.width] | levels[:, self.width :] << 4)

    def question(self, tokens: Rows) -> Rows:
        """A question's token vectors as `similarities` wants them, shape (n, 2 × width)."""
        return np.asarray(self._turned(tokens, self.question_mean) * self.steps, dtype=np.float32)

    def _turned(self, tokens: Rows, mean: Rows) -> Rows:
        return unit(unit(tokens - mean) @ self.axes)

    def _kept(self, tokens: Rows) -> float:
        """How much of the squared length of centred tokens lies on the axes, 0 to 1."""
        return float(((unit(tokens - self.mean) @ self.axes) ** 2).sum(axis=1).mean())

    def _away(self, tokens: Rows) -> float:
        return float(np.linalg.norm(self._turned(tokens, self.mean).mean(axis=0)))

    def similarities(self, codes: Codes, question: Rows) -> Rows:
        """About the cosine of every packed token with every token of the question, shape
        (tokens, question's tokens). The question's numbers take 8 bits of its greatest: on the essay
        that moves a cosine by 0.0008 on the mean, a passage's four bits by 0.007."""
        levels = np.empty((len(codes), 2 * self.width), dtype=np.uint8)
        np.bitwise_and(codes, LEVELS - 1, out=levels[:, : self.width])
        np.right_shift(codes, 4, out=levels[:, self.width :])
        step = np.maximum(np.abs(question).max(axis=1), 1e-9) / integers.GREATEST
        whole = np.rint(question / step[:, None])
        found = integers.product(levels, whole.T.astype(np.int8)).astype(np.float32)
        found -= CENTRE * whole.sum(axis=1)
        found *= step
        return found


@dataclass(frozen=True)
class TokenTable:
    """The packed tokens of every passage. Those of passage i are `codes[starts[i]:starts[i + 1]]`.

    `codes` has shape (tokens, width) and may be a memory map. `ids` are the distinct tokens of
    the vocabulary that occur, sorted, and `counts` how many passages hold each.
    """

    projection: Projection
    codes: Codes
    starts: NDArray[np.int64]
    ids: Ids
    counts: NDArray[np.int64]

    @classmethod
    def build(
        cls, projection: Projection, codes: Sequence[Codes], ids: Iterable[Ids]
    ) -> TokenTable:
        """From each passage's packed tokens and their numbers in the vocabulary."""
        lengths = [len(one) for one in codes]
        distinct = [np.unique(one) for one in ids]
        found, counts = np.unique(np.concatenate([_NO_IDS, *distinct]), return_counts=True)
        return cls(
            projection,
            np.concatenate([np.zeros((0, projection.width), dtype=np.uint8), *codes]),
            np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
            found.astype(np.int32),
            counts.astype(np.int64),
        )

    def __len__(self) -> int:
        return len(self.starts) - 1

    def matches(self, tokens: Rows, rows: NDArray[np.int64]) -> Rows:
        """The best match of each of the question's tokens in each of the passages `rows`, shape
        (rows, tokens); cosines, -1 in a passage without tokens."""
        question = self.projection.question(tokens)
        spans = [slice(int(self.starts[row]), int(self.starts[row + 1])) for row in rows]
        found = np.full((len(rows), len(tokens)), -1.0, dtype=np.float32)
        full = [i for i, span in enumerate(spans) if span.stop > span.start]
        if full and len(tokens):
            codes = np.concatenate([self.codes[spans[i]] for i in full])
            first = np.cumsum([0, *(spans[i].stop - spans[i].start for i in full[:-1])])
            found[full] = np.maximum.reduceat(
                self.projection.similarities(codes, question), first, axis=0
            )
        return found

    def weights(self, ids: Ids) -> Rows:
        """What each token of a question counts, by its rarity among the passages; sums to 1."""
        at = np.minimum(np.searchsorted(self.ids, ids), max(0, len(self.ids) - 1))
        known = self.ids[at] == ids if len(self.ids) else np.zeros(len(ids), dtype=bool)
        counts = np.where(known, self.counts[at] if len(self.ids) else 0, 0)
        rarity = np.log1p((len(self) - counts + 0.5) / (counts + 0.5)) ** RARITY
        return np.asarray(rarity / max(float(rarity.sum()), 1e-9), dtype=np.float32)


def moved(table: TokenTable) -> float:
    """How far the corpus has moved from what its projection was fitted on: the length of the mean
    of its centred unit tokens, 0 (not at all) to 1; 0 for too few tokens to tell."""
    if len(table.codes) < ENOUGH:
        return 0.0
    sample = table.codes[:: max(1, len(table.codes) // 20_000)]
    levels = np.concatenate([sample & (LEVELS - 1), sample >> 4], axis=1).mean(axis=0)
    return float(np.linalg.norm((levels - CENTRE) * table.projection.steps))


_NO_IDS: Ids = np.zeros(0, dtype=np.int32)
