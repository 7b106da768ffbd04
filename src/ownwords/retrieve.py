"""Index and question → scored passages. Between the store and the two composers that need it:
`ask` answers with it, `build` scores background questions and suggestions with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ownwords import background, confidence, lexical, ranking
from ownwords.confidence import Calibration, Signals
from ownwords.encoder import Encoder
from ownwords.language import Language, language_of
from ownwords.ranking import Evidence
from ownwords.store import Index

MAX_SUGGESTIONS = 8

# Words that point back at what was said before. A question that begins with one, or that has too
# few words of its own, is read together with the question before it.
_POINTS_BACK = re.compile(
    r"^(그|이|저)(거|것|게|건|분|때|때는|런|렇|러|곳|기서|방식|다음|후|럼|리고|런데|래서|중)?"
    r"|^(거기|저기|여기|왜|언제|어디|누구|얼마|더|또|근데|아니|그럼)\b"
    r"|^(and|but|so|then|why|how come|what about|how about|more|another|else|also|or)\b"
    r"|\b(it|its|that|this|they|them|those|these|he|she|his|her|him|there|then)\b"
    r"|그거|그것|그분|그때|그게|거기|그 (다음|후|방식|때|분|정도)",
    re.IGNORECASE,
)
_FEW_WORDS = 3


@dataclass(frozen=True, slots=True)
class Retrieved:
    """One question scored against every passage. `scores` has shape (passages,), higher is
    better; `sentences` has shape (sentences,), cosines."""

    language: Language
    scores: NDArray[np.float32]
    sentences: NDArray[np.float32]
    signals: Signals


class Retriever:
    """An index made ready for questions: what can be computed once is."""

    def __init__(self, index: Index, encoder: Encoder) -> None:
        self.index, self.encoder = index, encoder
        counts = [len(passage.sentences) for passage in index.passages]
        self.first_sentence = np.concatenate([[0], np.cumsum(counts)])[:-1].astype(np.int64)
        self._posts = np.array([passage.post for passage in index.passages], dtype=np.int32)
        self._languages = np.array([language_of(p.text) for p in index.passages], dtype="U2")

    def retrieve(self, question: str, history: Sequence[str] = ()) -> Retrieved:
        """Every passage's score for the question, read with the history where it leans on it."""
        alone = self._scored([question])[0]
        context = leaning(question, history)
        if not context:
            return alone
        together = self._scored([" ".join([*context, question])])[0]
        if points_back(question):
            return together
        # The history may or may not matter: a change of subject must not be dragged back.
        return Retrieved(
            alone.language,
            np.asarray((alone.scores + together.scores) / 2, dtype=np.float32),
            np.maximum(alone.sentences, together.sentences),
            max(alone, together, key=lambda found: found.signals.sentence).signals,
        )

    def signals(self, questions: Sequence[str]) -> list[Signals]:
        return [found.signals for found in self._scored(questions)]

    def _scored(self, questions: Sequence[str]) -> list[Retrieved]:
        vectors = self.encoder.encode_queries(questions).vectors
        return [self._score(q, v) for q, v in zip(questions, vectors, strict=True)]

    def _score(self, question: str, vector: NDArray[np.float32]) -> Retrieved:
        index, language = self.index, language_of(question)
        sentences = index.sentence_vectors.scores(vector)
        evidence = Evidence(
            passage=index.passage_vectors.scores(vector),
            context=index.context_vectors.scores(vector),
            sentence=ranking.best_sentences(sentences, self.first_sentence),
            lexical=index.lexical.scores(question),
            sentences=sentences,
        )
        scores = ranking.fuse(evidence, self._languages == language, self._posts)
        return Retrieved(language, scores, sentences, self._signals(question, language, evidence))

    def _signals(self, question: str, language: Language, evidence: Evidence) -> Signals:
        # A word that an English question shares with a Korean text says nothing: only passages in
        # the question's language count for the lexical signals.
        same = self._languages == language
        covered = self.index.lexical.coverage(lexical.words(question))
        return Signals(
            passage=_top(evidence.passage),
            context=_top(evidence.context),
            sentence=_top(evidence.sentence),
            lexical=_top(evidence.lexical[same]),
            coverage=_top(covered[same]),
        )


def points_back(question: str) -> bool:
    """Whether the wording itself points at what was said before."""
    return bool(_POINTS_BACK.search(question.strip())) or len(question.split()) < _FEW_WORDS


def leaning(question: str, history: Sequence[str]) -> tuple[str, ...]:
    """The earlier questions to read this one with, oldest first: the last, and those before it as
    long as each points back itself."""
    taken: list[str] = []
    for earlier in reversed(history):
        taken.append(earlier)
        if not points_back(earlier):
            break
    return tuple(reversed(taken))


def calibrate(index: Index, encoder: Encoder) -> Calibration:
    """What unrelated questions reach on this corpus, by language."""
    retriever = Retriever(index, encoder)
    return Calibration(
        {
            language: confidence.background_of(retriever.signals(questions))
            for language, questions in background.QUESTIONS.items()
        }
    )


def suggest(index: Index, encoder: Encoder, calibration: Calibration) -> tuple[str, ...]:
    """Questions that this corpus answers: the posts' own, headings that are questions, titles."""
    retriever = Retriever(index, encoder)
    kept: list[str] = []
    for question in _candidates(index):
        found = retriever.retrieve(question)
        sure = confidence.probability(found.signals, calibration.background[found.language])
        if confidence.verdict(sure, "balanced") == "answered":
            kept.append(question)
        if len(kept) == MAX_SUGGESTIONS:
            break
    return tuple(kept)


def _candidates(index: Index) -> list[str]:
    own = [question for post in index.posts for question in post.questions]
    headings = [
        heading
        for passage in index.passages
        for heading in (
            *passage.headings,
            *(passage.text[a:b] for a, b in passage.sentences[: passage.lead]),
        )
        if heading.rstrip().endswith(("?", "？"))
    ]
    return list(dict.fromkeys([*own, *headings, *(post.title for post in index.posts)]))


def _top(scores: NDArray[np.float32]) -> float:
    return float(scores.max()) if len(scores) else 0.0
