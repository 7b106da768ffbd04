"""Index and question → scored passages. Between the store and the two composers that need it:
`ask` answers with it, `build` scores background questions and suggestions with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ownwords import background, confidence, conversation, leaning, ranking, returning, years
from ownwords.confidence import Calibration
from ownwords.encoder import Encoder, Reranker
from ownwords.language import Language, language_of
from ownwords.late_interaction import Projection
from ownwords.leaning import Leaning
from ownwords.pinned import Pinned
from ownwords.pins import ResolvedPin
from ownwords.ranking import Evidence
from ownwords.records import Passage, Post, Range
from ownwords.rows import unit
from ownwords.selection import Selection
from ownwords.store import Index

# What a token of the questions before counts in ranking, beside one of the question's own, as the model
# was taught (training/data.py).
EARLIER = 0.5
# What the reading with the questions before counts at least and at most beside that of the question alone,
# where no wording tells whether it leans on them: in between by the probability that it does. Of a room of 0 to
# 0.3 at either end 0.1 and 0.2 were the best, and alike (scripts/follow_ups.py, docs/quality.md).
LEAST, MOST = 0.2, 0.8
# Of so many earlier questions it is kept whether they lean: a conversation sends them all each time.
EARLIER_KEPT = 256


@dataclass(frozen=True, slots=True)
class Chosen:
    """Passages that answer whatever their scores are: the author has pinned them, introduces himself with
    them, or goes on in them, in reading order, all of one post; or they begin the posts that are asked for by
    their dates. `range` is what of the post's file answers, None where all of them does."""

    passages: tuple[int, ...]
    range: Range | None = None


@dataclass(frozen=True, slots=True)
class Retrieved:
    """One question scored against every passage. `scores` has shape (passages,), higher is
    better, -inf for a passage that is not among the candidates; `sentences` has shape
    (sentences,), cosines. `weak` is what speaks for an answer; it is made of `witnesses`, shape
    (passages,), -inf where there is no score: see `confidence.witnessed`. Those that are `chosen` have
    the highest scores then, in reading order. `read` is the question as it was read: with the
    history where it leans on it."""

    language: Language
    scores: NDArray[np.float32]
    sentences: NDArray[np.float32]
    weak: float
    witnesses: NDArray[np.float32]
    read: str
    chosen: Chosen | None = None

    def without(self, rows: Sequence[int]) -> Retrieved:
        """The same of the other passages."""
        scores, witnesses = self.scores.copy(), self.witnesses.copy()
        scores[list(rows)] = witnesses[list(rows)] = -np.inf
        weak = confidence.weak(witnesses[np.isfinite(witnesses)])
        return replace(self, scores=scores, witnesses=witnesses, weak=weak)


@dataclass(frozen=True, slots=True)
class _Query:
    """An encoded question: its vector, its tokens' vectors and numbers. The last `own` of these are
    the question's, the others of what it is read with. `years` are those that the question itself names;
    `now`, whether it asks for what is so now."""

    text: str
    vector: NDArray[np.float32]
    tokens: NDArray[np.float32]
    ids: NDArray[np.int32]
    own: int
    years: frozenset[int]
    now: bool


class Retriever:
    """An index made ready for questions: what can be computed once is."""

    def __init__(self, index: Index, encoder: Encoder, reranker: Reranker | None = None) -> None:
        self.index, self.encoder, self.reranker = index, encoder, reranker
        counts = [len(passage.sentences) for passage in index.passages]
        self.first_sentence = np.concatenate([[0], np.cumsum(counts)])[:-1].astype(np.int64)
        self.posts = np.array([passage.post for passage in index.passages], dtype=np.int32)
        lines = (ranking.question_line(passage) for passage in index.passages)
        self._question_lines = {
            int(first) + line: row
            for row, (first, line) in enumerate(zip(self.first_sentence, lines, strict=True))
            if line is not None
        }
        self.says = np.array(list(map(ranking.says_something, index.passages)), dtype=bool)
        self._languages = np.array([language_of(p.text) for p in index.passages], dtype="U2")
        self.pinned = Pinned(index.pins, index.questions)
        self.selection = Selection(index.passages, index.certificate.passage_chars)
        self.years = years.Known(index.posts)
        self._leaning = Leaning.of_model(encoder.fingerprint)
        self._leans = lru_cache(EARLIER_KEPT)(self._leans_itself)
        for vectors in (index.passage_vectors, index.context_vectors, index.sentence_vectors):
            vectors.ready()

    def retrieve(
        self,
        question: str,
        history: Sequence[str] = (),
        allowed: NDArray[np.bool_] | None = None,
    ) -> Retrieved:
        """Every passage's score for the question, read with the history where it leans on it; a
        pin is to the question as it stands alone, and in its very words where it leans (its subject
        stands in another question then). `allowed`, shape (passages,), leaves passages
        out."""
        before = self._before(question, history)
        leans = bool(before) and (
            conversation.points_back(question) or returning.to_first(question)
        )
        if before and not self.pinned.words(question):
            question = returning.without(question)
        asked = conversation.opened(question)
        alone, *joined = self._encoded([asked, f"{before} {question}"] if before else [asked])
        if not leans or self.pinned.words(question):
            same = asked == question or not self.index.pins
            typed = (
                alone if same else self._encoded([question])[0]
            )  # a pin may begin with "what about"
            pin = self._pin(typed, allowed)
            if pin is not None:
                return self._at_pin(pin, typed, allowed)
        if not joined:
            return self._score(alone, allowed)
        cut = joined[0].ids[-1:].tolist() != alone.ids[-1:].tolist()
        if cut:  # both are longer than the model reads: the end of the question is missing
            return self._score(alone, allowed)
        if conversation.says_nothing(question):  # "why?" is no surer than what it is asked of
            both = self._score(joined[0], allowed)
            (own,) = self._encoded([before])
            return replace(both, weak=min(both.weak, self._score(own, allowed).weak))
        together = replace(joined[0], own=alone.own, years=alone.years, now=alone.now)
        if leans:
            return replace(self._score(together, allowed), language=language_of(alone.text))
        return self._both(alone, together, allowed)

    def _both(
        self, alone: _Query, together: _Query, allowed: NDArray[np.bool_] | None
    ) -> Retrieved:
        """Both readings of a question of which no wording tells whether it leans on those before it: each
        scores the candidates of either."""
        found = [self._evidence(query) for query in (alone, together)]
        rows = [ranking.candidates(ranking.first_stage(one), allowed) for one, _ in found]
        every = np.union1d(*rows)
        one, other = (
            self._scored(query, evidence, sentences, every)
            for query, (evidence, sentences) in zip((alone, together), found, strict=True)
        )
        leans = self._likely(alone)
        both = _shared(one, other, LEAST + (MOST - LEAST) * leans)
        # What stands by itself is never less sure for what was asked before.
        sure = max(both.weak, one.weak) if leans < leaning.LIKELY else both.weak
        return replace(both, weak=sure)

    def _likely(self, query: _Query) -> float:
        """The probability that a question leans on those before it, 0..1, as its vector tells."""
        known = self._leaning
        return known.probability(self._centred(query)) if known else leaning.UNKNOWN

    def _leans_itself(self, question: str) -> bool:
        """Whether a question leans on those before it: by its wording, else where it is likely."""
        known = conversation.leans_by_wording(question)
        if known or self._leaning is None:
            return known
        (query,) = self._encoded([question])
        return self._likely(query) >= leaning.LIKELY

    def stands(self, question: str) -> bool:
        """Whether a question more likely stands by itself than it leans on others; False for a model of which that
        is not known."""
        return self._leaning is not None and not self._leans(conversation.opened(question))

    def _centred(self, query: _Query) -> NDArray[np.float32]:
        return unit(query.vector - self.index.centres[language_of(query.text)])

    def _before(self, question: str, history: Sequence[str]) -> str:
        """What the question is read with: of several earlier ones that it may return to, the one
        most like it."""
        contexts = conversation.contexts(question, history, self._leans)
        if len(contexts) < 2:
            return "".join(contexts)
        asked, *earlier = map(self._centred, self._encoded([question, *contexts]))
        return contexts[int(np.argmax([asked @ one for one in earlier]))]

    def reranked(self, found: Retrieved) -> Retrieved:
        """The best passages in the reranker's order, the rest below them in theirs; the same where
        there is no reranker. What is chosen stays first. It changes nothing but the scores: the
        confidence is made of what retrieval found, whose meaning on this corpus the build measured,
        and a reranker's scores have none."""
        chosen = found.chosen.passages if found.chosen else ()
        rows = ranking.head(found.scores, chosen)
        if self.reranker is None or not len(rows):
            return found
        given = self.reranker.scores(found.read, [self._in_context(row) for row in rows])
        scores = ranking.third_stage(found.scores, rows, given)
        return replace(found, scores=ranking.raised(scores, chosen))

    def _in_context(self, row: int) -> str:
        return in_context(self.index.posts, self.index.passages[row])

    def share(self, language: Language) -> float:
        """The share of passages in that language, 0..1."""
        return float((self._languages == language).mean()) if len(self._languages) else 0.0

    def weak(self, questions: Sequence[str]) -> list[float]:
        """The confidence's evidence for each question."""
        return [self._score(query, None).weak for query in self._encoded(questions)]

    def _pin(self, query: _Query, allowed: NDArray[np.bool_] | None) -> ResolvedPin | None:
        """The pin asked for, of those with a passage that is allowed."""
        pins = self.index.pins
        if not pins:
            return None
        open_ = [allowed is None or bool(allowed[self._rows(pin)].any()) for pin in pins]
        tokens = unit(query.tokens - self.index.questions.centre)
        return self.pinned.asked(query.text, self._centred(query), tokens, open_)

    def _rows(self, pin: ResolvedPin) -> NDArray[np.int64]:
        """The rows of a pin's passages, in reading order; of its whole post where it names none."""
        return np.array(pin.passages or np.flatnonzero(self.posts == pin.post), dtype=np.int64)

    def _at_pin(
        self, pin: ResolvedPin, query: _Query, allowed: NDArray[np.bool_] | None
    ) -> Retrieved:
        rows = self._rows(pin)
        rows = rows if allowed is None else rows[allowed[rows]]
        if not pin.passages:
            inside = np.isin(np.arange(len(self.posts)), rows)
            rows = np.array([int(np.argmax(self._score(query, inside).scores))])
        found = self._score(query, allowed)
        passages = tuple(map(int, rows))
        scores = ranking.raised(found.scores, passages)
        return replace(found, scores=scores, chosen=Chosen(passages, pin.range))

    def _encoded(self, questions: Sequence[str]) -> list[_Query]:
        made = self.encoder.encode_queries(questions, tokens=True)
        assert made.tokens is not None and made.ids is not None
        return [
            _Query(text, vector, tokens, ids, len(ids), years.named(text), years.now(text))
            for text, vector, tokens, ids in zip(
                questions, made.vectors, made.tokens, made.ids, strict=True
            )
        ]

    def _weights(self, query: _Query) -> NDArray[np.float32]:
        """What each token of the question counts, shape (tokens,): by its rarity, those of what the
        question is read with by a share of it; sums to 1."""
        weights = self.index.tokens.weights(query.ids)
        weights[: len(weights) - query.own] *= EARLIER
        return weights / max(float(weights.sum()), 1e-9)

    def _score(self, query: _Query, allowed: NDArray[np.bool_] | None) -> Retrieved:
        evidence, sentences = self._evidence(query)
        rows = ranking.candidates(ranking.first_stage(evidence), allowed)
        return self._scored(query, evidence, sentences, rows)

    def _evidence(self, query: _Query) -> tuple[Evidence, NDArray[np.float32]]:
        """Of the first stage, with every sentence's cosine."""
        index = self.index
        centred = self._centred(query)
        sentences = index.sentence_vectors.scores(centred)
        evidence = Evidence(
            passage=index.passage_vectors.scores(centred),
            context=index.context_vectors.scores(centred),
            sentence=ranking.best_sentences(sentences, self.first_sentence),
            lexical=index.lexical.scores(query.text),
            lexical_share=self.share(language_of(query.text)),
            years=self._near(query)[self.posts],
        )
        return evidence, sentences

    def _near(self, query: _Query) -> NDArray[np.float32]:
        """How near each post is to the years that the question names, or to now, else, for less, to the years of
        the questions that it is read with."""
        if query.years:
            return self.years.near(query.years)
        if query.now:
            return ranking.NOW * self.years.recent
        return EARLIER * self.years.near(years.named(query.text))

    def _scored(
        self,
        query: _Query,
        evidence: Evidence,
        sentences: NDArray[np.float32],
        rows: NDArray[np.int64],
    ) -> Retrieved:
        """The second stage, of the candidates `rows`."""
        index = self.index
        matches = index.tokens.matches(query.tokens, rows)
        late = matches @ self._weights(query)
        final = ranking.second_stage(rows, evidence, late)
        scores = np.full(len(index.passages), -np.inf, dtype=np.float32)
        scores[rows] = ranking.going_on(rows, final, self.posts)
        scores[rows] += ranking.YEAR * evidence.years[rows]
        if len(sentences):  # what the author asks himself in nearly these words, he answers there
            own = self._question_lines.get(int(sentences.argmax()))
            if own is not None and np.isfinite(scores[own]):
                scores = ranking.raised(scores, (own,))
        says = self.says[rows]
        if says.any():  # a question of the author's speaks for what follows, and answers nothing
            scores[rows[~says]] = -np.inf
            rows, matches = rows[says], matches[says]
        witnesses = np.full(len(index.passages), -np.inf, dtype=np.float32)
        witnesses[rows] = confidence.witnessed(matches[:, len(query.ids) - query.own :])
        weak = confidence.weak(witnesses[rows])
        return Retrieved(language_of(query.text), scores, sentences, weak, witnesses, query.text)


def _shared(alone: Retrieved, together: Retrieved, share: float) -> Retrieved:
    """Both readings of a question, alone and with what stands before it, the latter counting so much (0..1).
    What it stands with was answered, which says nothing of the question: `witnesses` are of its own
    tokens in both."""
    witnesses = _mean(alone.witnesses, together.witnesses, share)
    return replace(
        together,
        language=alone.language,
        scores=_mean(alone.scores, together.scores, share),
        sentences=np.maximum(alone.sentences, together.sentences),
        witnesses=witnesses,
        weak=confidence.weak(witnesses[np.isfinite(witnesses)]),
    )


def _mean(
    one: NDArray[np.float32], other: NDArray[np.float32], share: float
) -> NDArray[np.float32]:
    """Of two rows of the same candidates, the other's counting so much."""
    mean = np.full_like(one, -np.inf)
    known = np.isfinite(one)
    mean[known] = (1 - share) * one[known] + share * other[known]
    return mean


def in_context(posts: Sequence[Post], passage: Passage) -> str:
    """The passage under its title and headings. The title tells posts apart: where there is only
    one post it says nothing, and the passages' vectors move together."""
    title = [posts[passage.post].title] if len(posts) > 1 else []
    above = " > ".join(dict.fromkeys([*title, *passage.headings]))
    return f"{above}\n{passage.text}" if above else passage.text


def calibrate(index: Index, encoder: Encoder) -> Calibration:
    """What unrelated questions reach on this corpus, by language."""
    retriever = Retriever(index, encoder)
    own = {
        language: confidence.background_of(retriever.weak(questions))
        for language, questions in background.QUESTIONS.items()
    }
    if Projection.of_model(encoder.fingerprint) is not None:
        own = {
            language: confidence.adapted(one, retriever.share(language))
            for language, one in own.items()
        }
    return Calibration(own)
