"""Composer, read side: question and history → Answer."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ownwords import confidence, encoder, links, ranking, store
from ownwords.confidence import Calibration
from ownwords.encoder import Encoder
from ownwords.errors import OwnwordsError
from ownwords.records import Answer, Nearest, Passage, Post, Quote, Verdict
from ownwords.retrieve import Retrieved, Retriever
from ownwords.settings import Settings, load
from ownwords.store import Index

log = logging.getLogger(__name__)

NEAREST = 3
# Sentences within half a deviation (of all sentences' cosines) of the best one answer as well.
HIGHLIGHT_MARGIN = 0.5


class Author:
    """One build, opened: answers questions in its author's words. Safe to call from threads."""

    def __init__(self, index: Index, encoder: Encoder, settings: Settings) -> None:
        _check_model(index, encoder)
        self._index, self._settings = index, settings
        self._retriever = Retriever(index, encoder)
        self._calibration = Calibration.from_dict(index.certificate.calibration)
        self._by_id = {post.id: row for row, post in enumerate(index.posts)}
        self._by_path = {post.path: row for row, post in enumerate(index.posts)}
        self.warnings: tuple[str, ...] = index.warnings  # what was odd about opening the index
        self.posts: tuple[Post, ...] = index.posts
        self.build: str = index.certificate.id
        self.suggestions: tuple[str, ...] = index.certificate.suggestions
        self.passage_count: int = len(index.passages)

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        k: int | None = None,
        scope: str | None = None,
    ) -> Answer:
        """At most `k` quotes (default: the setting `quotes`), best first.

        `history` holds this visitor's earlier questions, oldest first; `scope` is a post's id or
        address. Raises OwnwordsError for a blank question, a `k` below 1, an unknown scope.
        """
        began = time.perf_counter()
        k = self._settings.quotes if k is None else k
        _check_question(question, k)
        earlier = [one for one in history if one.strip()]
        found = self._retriever.retrieve(question, earlier, self._scope(scope))
        scores = found.scores
        sure = confidence.probability(found.signals, self._calibration.background[found.language])
        verdict = confidence.verdict(sure, self._settings.caution)
        rows = ranking.select(scores, self._index.passages, k)
        quotes = self._quotes(rows, scores, found) if verdict != "none" else ()
        if verdict != "none" and not quotes:
            verdict = "none"
        return Answer(
            question=question,
            verdict=verdict,
            confidence=round(sure, 4),
            quotes=quotes,
            nearest=self._nearest(scores, verdict),
            notice=None,
            suggestions=self.suggestions,
            build=self.build,
            took_ms=round((time.perf_counter() - began) * 1000, 1),
        )

    def best(self, question: str, history: Sequence[str] = ()) -> tuple[Quote, ...]:
        """The quotes nearest to the question, whatever the verdict: what evaluation ranks."""
        found = self._retriever.retrieve(question, [h for h in history if h.strip()])
        rows = ranking.select(found.scores, self._index.passages, self._settings.quotes)
        return self._quotes(rows, found.scores, found)

    def post(self, id: str) -> Post | None:
        """The post with that id, its blocks not filled (parse `source` for them)."""
        row = self._by_id.get(id)
        return None if row is None else self.posts[row]

    def around(self, post_path: str, start: int, end: int) -> tuple[str, str]:
        """The texts of the passages before and after a quote in its post, "" where there is none."""
        row = self._by_path.get(post_path, -1)
        mine = [passage for passage in self._index.passages if passage.post == row]
        before = [passage.text for passage in mine if passage.end <= start]
        after = [passage.text for passage in mine if passage.start >= end]
        return (before[-1] if before else "", after[0] if after else "")

    def _scope(self, scope: str | None) -> NDArray[np.bool_] | None:
        """Which passages may answer, shape (passages,); None is all of them."""
        if scope is None:
            return None
        rows = [row for row, post in enumerate(self.posts) if scope in (post.id, post.url)]
        if not rows:
            raise OwnwordsError(
                f"There is no post {scope!r}", "Give a post's id or its address.", "unknown_scope"
            )
        return np.isin(self._retriever.posts, rows)

    def _quotes(
        self, rows: Sequence[int], scores: NDArray[np.float32], found: Retrieved
    ) -> tuple[Quote, ...]:
        margin = HIGHLIGHT_MARGIN * float(found.sentences.std())
        quotes = []
        for row in rows:
            passage = self._index.passages[row]
            post = self.posts[passage.post]
            if not passage.content.stands_in(post.source):  # the verbatim promise
                continue
            first = int(self._retriever.first_sentence[row])
            here = found.sentences[first : first + len(passage.sentences)]
            quotes.append(_quote(passage, post, float(scores[row]), here, margin))
        return tuple(quotes)

    def _nearest(self, scores: NDArray[np.float32], verdict: Verdict) -> tuple[Nearest, ...]:
        if verdict == "answered":
            return ()
        posts: dict[int, None] = {}
        for row in map(int, np.argsort(-scores, kind="stable")):
            if len(posts) == NEAREST or not np.isfinite(scores[row]):
                break
            posts.setdefault(self._index.passages[row].post)
        return tuple(
            Nearest(self.posts[row].title, links.post_link(self.posts[row].url, self.posts[row].id))
            for row in posts
        )


def _quote(
    passage: Passage, post: Post, score: float, sentences: NDArray[np.float32], margin: float
) -> Quote:
    return Quote(
        post=post.path,
        title=post.title,
        date=post.date,
        url=post.url,
        start=passage.start,
        end=passage.end,
        text=passage.text,
        highlights=ranking.highlights(passage, sentences, margin),
        kind=passage.kind,
        link=links.quote_link(post.url, post.id, passage.start, passage.end, passage.text),
        score=round(score, 4),
    )


def _check_model(index: Index, encoder: Encoder) -> None:
    made_by = index.certificate
    if (made_by.fingerprint, made_by.dimension) != (encoder.fingerprint, encoder.dimension):
        raise OwnwordsError(
            f"The index was built with {made_by.model} ({made_by.dimension} dimensions), the "
            f"settings name {encoder.name} ({encoder.dimension})",
            f'Rebuild with `ownwords build`, or set `model = "{made_by.model}"`.',
            "model_mismatch",
        )


def _check_question(question: str, k: int) -> None:
    if not question.strip():
        raise OwnwordsError("The question is empty", "Ask something in words.", "empty_question")
    if k < 1:
        raise OwnwordsError(f"k is {k}, expected 1 or more", "Leave it out for the default.", "k")


def open_author(index: str | Path, settings: Settings | None = None) -> Author:
    """The newest complete build in `index`. Raises OwnwordsError with the fix."""
    settings = settings or load()
    opened = store.open_index(Path(index))
    model = encoder.open_for_answers(
        settings, bundle=Path(index), fingerprint=opened.certificate.fingerprint
    )
    return Author(opened, model, settings)


class LiveAuthor:
    """The newest build of an index folder; `current()` opens a new one when CURRENT changes.

    Who holds an Author keeps it: a question in flight finishes on the build it began with.
    """

    def __init__(self, index: Path, settings: Settings) -> None:
        self._folder, self._settings = index, settings
        self._lock = threading.Lock()
        self._author: Author | None = None
        self._seen: str | None = None

    def current(self) -> Author:
        """Raises OwnwordsError when no build was ever opened and none can be."""
        newest = store.current_id(self._folder)
        if self._author is not None and newest == self._seen:
            return self._author
        with self._lock:
            if self._author is None or newest != self._seen:
                self._open(newest)
            assert self._author is not None
            return self._author

    def _open(self, newest: str | None) -> None:
        try:
            self._author = open_author(self._folder, self._settings)
        except OwnwordsError as error:
            if self._author is None:
                raise
            log.error("the new build cannot be opened, the one before it answers: %s", error)
        else:
            for warning in self._author.warnings:
                log.warning("%s", warning)
        self._seen = newest
