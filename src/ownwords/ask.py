"""Composer, read side: question and history → Answer."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, partial
from itertools import dropwhile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ownwords import (
    about,
    confidence,
    conversation,
    encoder,
    keyboard,
    links,
    notices,
    ranking,
    sequel,
    spacing,
    store,
    years,
)
from ownwords.confidence import Calibration
from ownwords.encoder import Encoder, Reranker
from ownwords.errors import OwnwordsError
from ownwords.language import language_of
from ownwords.notices import Kind
from ownwords.pins import ResolvedPin
from ownwords.records import Answer, Nearest, Passage, Post, Quote, Range, Verdict
from ownwords.retrieve import Retrieved, Retriever
from ownwords.settings import Settings, load
from ownwords.store import Index

NEAREST = 3
PINNED = 0.99  # the confidence of an answer that the author has chosen, or of his own introduction
BEGINNING = 3  # passages of that
_LATIN = re.compile(r"[A-Za-z]{2,}")
# Sentences within three quarters of a deviation (of all sentences' cosines) of the best one answer as
# well: when this was chosen, on five question sets, the highlights held the place for 58 to 78 of 100
# quotes that hit, and were a little under half of their text.
HIGHLIGHT_MARGIN = 0.75


class _Found(NamedTuple):
    """`page` is how many answers' worth of quotes the visitor has seen already; `onward`, whether it
    is what comes after them in their post."""

    found: Retrieved
    sure: float
    page: int
    onward: bool


class Author:
    """One build, opened: answers questions in its author's words. Safe to call from threads.

    With a reranker, the confidence and the verdict stay those of retrieval: only the order changes.
    """

    def __init__(
        self,
        index: Index,
        encoder: Encoder,
        settings: Settings,
        reranker: Reranker | None = None,
    ) -> None:
        _check_model(index, encoder)
        self._index, self._settings = index, settings
        self._retriever = Retriever(index, encoder, reranker)
        self._calibration = Calibration.from_dict(index.certificate.calibration)
        self._by_id = {post.id: row for row, post in enumerate(index.posts)}
        self._introductions = [
            row for row, post in enumerate(index.posts) if about.introduces(post)
        ]
        self._by_path = {post.path: row for row, post in enumerate(index.posts)}
        # What was odd about opening the index.
        self.warnings: tuple[str, ...] = (*index.warnings, *_other_passages(index, settings))
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

        `history` holds this visitor's earlier questions, oldest first; a request for more gets the
        next best places. A greeting gets a `notice` and no quotes. A question typed on the other
        language's keyboard is read both ways. `scope` is a post's id or address. Raises
        OwnwordsError for a blank question, a `k` below 1, an unknown scope.
        """
        # What is suggested may be answered in another post than the scope's.
        suggested = () if scope else self.suggestions
        answer = partial(self._answer, question, time.perf_counter(), suggestions=suggested)
        k = self._settings.quotes if k is None else k
        _check_question(question, k)
        readings = self._readings(question)
        worded = any(map(self._retriever.pinned.words, readings))
        kind = None if worded else next(filter(None, map(self._kind, readings)), None)
        if kind is not None and not kind.yields:
            return answer(notice=self._notice(kind, readings[-1]))
        earlier = self._asked(history)
        allowed = self._scope(scope)
        found, sure, page, onward = self._surest(readings, earlier, allowed, k)
        more = not worded and conversation.asks_for_places(readings[-1])
        lost = not (earlier or worded) and conversation.hangs(readings[-1])
        if lost or (more and not (page or onward)):  # there is nothing that it is asked of
            return answer(notice=self._notice(Kind.MORE, readings[-1]))
        verdict = confidence.verdict(sure, self._settings.caution)
        if verdict != "none":  # else no passage is shown
            found = self._retriever.reranked(found)
        rows = ranking.select(found.scores, self._index.passages, k * (page + 1))
        if page and sure < PINNED:  # what is left may answer less
            sure = min(sure, self._sure(found, found.without(rows[: k * page])))
            verdict = confidence.verdict(sure, self._settings.caution)
        quotes = self._quotes(rows[k * page :], found.scores, found) if verdict != "none" else ()
        if more and not quotes:
            return answer(notice=self._notice(Kind.NO_MORE, readings[-1]))
        if verdict != "none" and not quotes:
            verdict = "none"
        # "who are you?" is answered by what surely does, else by the notice, with what may.
        yields = kind is not None and confidence.verdict(sure, "strict") != "answered"
        if yields and verdict == "answered":
            verdict = "related"
        return answer(
            verdict=verdict,
            confidence=round(sure, 4),
            quotes=quotes,
            nearest=self._nearest(found.scores, verdict),
            notice=self._notice(kind, readings[-1]) if kind and yields else None,
        )

    def _answer(self, question: str, began: float, **parts: Any) -> Answer:
        empty = Answer(
            question=question,
            verdict="none",
            confidence=0.0,
            quotes=(),
            nearest=(),
            notice=None,
            suggestions=(),
            build=self.build,
            took_ms=round((time.perf_counter() - began) * 1000, 1),
        )
        return replace(empty, **parts)

    def _surest(
        self,
        readings: Sequence[str],
        history: Sequence[str],
        allowed: NDArray[np.bool_] | None,
        k: int,
    ) -> _Found:
        every = (self._found(reading, history, allowed, k) for reading in readings)
        return max(every, key=lambda one: one.sure)

    def _found(
        self, question: str, history: Sequence[str], allowed: NDArray[np.bool_] | None, k: int
    ) -> _Found:
        asked, before, page, steps = self._about(question, history)
        found = self._retriever.retrieve(asked, before, allowed)
        if not found.pin and self._kind(asked) is Kind.IDENTITY:
            found = self._introduced(asked, found, allowed)
        if found.pin and len(found.pin.passages) > k * page:  # else all of it was shown
            sure = PINNED
        else:
            sure = self._sure(found, found.weak)
            sure = min(sure, years.UNTOLD) if self._untold(asked, found) else sure
        onward = self._onward(found, k, page, steps) if steps else None
        if onward is None:
            return _Found(found, sure, page + steps, False)
        return _Found(onward, sure, 0, True)

    def _about(self, question: str, history: Sequence[str]) -> conversation.Asked:
        """What is asked, its years counted; a pin's own words stay as they are."""
        words = self._retriever.pinned.words
        if words(question):
            return conversation.Asked(question, tuple(history))
        asked = conversation.asked_before(question, history)
        if words(asked.question):
            return asked
        said = [years.in_full(one, self._years) for one in (*asked.history, asked.question)]
        *before, last = conversation.dated(said)
        return asked._replace(question=last, history=tuple(before))

    def _onward(self, found: Retrieved, k: int, page: int, steps: int) -> Retrieved | None:
        """What the author tells behind the places that were shown, nothing else; None where his post
        ends there. Where only one was shown of them, what is left of it behind what answered comes
        first."""
        found = self._retriever.reranked(found)
        passages = self._index.passages
        shown = ranking.select(found.scores, passages, k * (page + 1))
        rows = [row for row in sequel.after(shown, passages) if self._retriever.says[row]]
        rest = None
        if shown and shown[0] + 1 not in shown:
            rest = sequel.rest(passages[shown[0]], self._marked(shown[0], found))
        rows = [shown[0], *rows] if rest else rows
        rows = rows[k * (steps - 1) :]
        return self._only(found, rows, rest) if rows else None

    def _only(self, found: Retrieved, rows: Sequence[int], where: Range | None = None) -> Retrieved:
        """These passages in their order, nothing else; `where` is what of the post answers."""
        only = np.full_like(found.scores, -np.inf)
        only[list(rows)] = np.arange(len(rows), 0, -1)
        post = self._index.passages[rows[0]].post
        return replace(found, scores=only, pin=ResolvedPin((found.read,), post, tuple(rows), where))

    def _sure(self, found: Retrieved, weak: float) -> float:
        return confidence.probability(weak, self._calibration.background[found.language])

    def _introduced(
        self, question: str, found: Retrieved, allowed: NDArray[np.bool_] | None
    ) -> Retrieved:
        """The beginning of the post that introduces the author, in the question's language if there are
        several, and nothing else; what was found where there is none."""
        same = [
            row
            for row in self._introductions
            if language_of(self.posts[row].source) == found.language
        ]
        for row in (*same, *self._introductions):
            at = np.flatnonzero(self._retriever.posts == row)
            rows = [int(one) for one in at if ranking.says_something(self._index.passages[one])]
            rows = [one for one in rows if allowed is None or allowed[one]][:BEGINNING]
            if rows:
                return self._only(found, rows)
        return found

    def _untold(self, question: str, found: Retrieved) -> bool:
        """Whether the question names a year that no post of the best passages speaks of."""
        asked = years.named(question)
        best = ranking.best_first(found.scores)[: confidence.WITNESSES] if asked else ()
        posts = {self._index.passages[row].post for row in best}
        return bool(asked) and not any(asked & years.told(self.posts[post]) for post in posts)

    def _readings(self, question: str) -> list[str]:
        """What the keys that were typed may have meant, words apart; a request for more is one."""
        typed = keyboard.candidates(unicodedata.normalize("NFC", question), self._latin)
        asked = [notices.behind_courtesy(one, self._settings.author) for one in typed]
        found = [spacing.spaced(one) for one in asked]
        return list(filter(conversation.wants_more, found)) or found

    def _asked(self, history: Sequence[str]) -> list[str]:
        """The earlier questions as they were read, without the courtesies between them."""
        read = [self._readings(one) for one in history if one.strip()]
        kinds = [next(filter(None, map(self._kind, readings)), None) for readings in read]
        asked = [
            readings[-1]
            for readings, kind in zip(read, kinds, strict=True)
            if kind is None or kind.yields
        ]
        return list(dropwhile(self._asks_nothing, asked))

    def _asks_nothing(self, question: str) -> bool:
        """Whether it asked for nothing as the first question of a conversation."""
        hangs = conversation.hangs(question) or conversation.wants_more(question)
        return hangs and not self._retriever.pinned.words(question)

    def _kind(self, question: str) -> Kind | None:
        return notices.notice_of(question, self._settings.author)

    def _notice(self, kind: Kind, question: str) -> str:
        return notices.text(kind, language_of(question), self._settings.author)

    @cached_property
    def _latin(self) -> frozenset[str]:
        """The corpus's words in Latin letters: nobody who types one meant Hangul."""
        words = (word for post in self.posts for word in _LATIN.findall(post.source))
        return frozenset(word.lower() for word in words)

    @cached_property
    def _years(self) -> frozenset[int]:
        return years.known(self.posts)

    def best(
        self, question: str, history: Sequence[str] = (), k: int | None = None
    ) -> tuple[Quote, ...]:
        """The `k` quotes (default: the setting `quotes`) nearest to the question, whatever the
        verdict, the first ones as `ask` gives them, those after as it does when asked for more:
        what evaluation ranks."""
        k = self._settings.quotes if k is None else k
        earlier = self._asked(history)
        found = self._surest(self._readings(question), earlier, None, k).found
        found = self._retriever.reranked(found)
        rows = ranking.select(found.scores, self._index.passages, k)
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
        quotes = []
        for row in rows:
            passage = self._index.passages[row]
            post = self.posts[passage.post]
            if not passage.content.stands_in(post.source):  # the verbatim promise
                continue
            link, marked = self._link(row, passage, post), self._marked(row, found)
            quotes.append(_quote(passage, post, link, float(scores[row]), marked))
        return tuple(quotes)

    def _marked(self, row: int, found: Retrieved) -> tuple[Range, ...]:
        """The sentences of a passage that answer."""
        passage = self._index.passages[row]
        first = int(self._retriever.first_sentence[row])
        here = found.sentences[first : first + len(passage.sentences)]
        margin = HIGHLIGHT_MARGIN * float(found.sentences.std())
        return _pinned(row, passage, found.pin) or ranking.highlights(passage, here, margin)

    def _link(self, row: int, passage: Passage, post: Post) -> str:
        rows = np.flatnonzero(self._retriever.posts == passage.post)
        mine = [self._index.passages[one] for one in rows]
        around = links.surroundings(post, mine, int(np.searchsorted(rows, row)))
        span = passage.start, passage.end
        return links.quote_link(post.url, post.id, *span, passage.text, around)

    def _nearest(self, scores: NDArray[np.float32], verdict: Verdict) -> tuple[Nearest, ...]:
        if verdict == "answered":
            return ()
        posts: dict[int, None] = {}
        for row in map(int, ranking.best_first(scores)):
            if len(posts) == NEAREST:
                break
            posts.setdefault(self._index.passages[row].post)
        return tuple(
            Nearest(self.posts[row].title, links.post_link(self.posts[row].url, self.posts[row].id))
            for row in posts
        )


def _quote(
    passage: Passage,
    post: Post,
    link: str,
    score: float,
    marked: tuple[Range, ...],
) -> Quote:
    return Quote(
        post=post.path,
        title=post.title,
        date=post.date,
        url=post.url,
        start=passage.start,
        end=passage.end,
        text=passage.text,
        highlights=marked,
        kind=passage.kind,
        link=link,
        score=round(score, 4),
    )


def _pinned(row: int, passage: Passage, pin: ResolvedPin | None) -> tuple[Range, ...]:
    """The sentences that the author has pinned; none where that is the whole passage."""
    if pin is None or pin.range is None or row not in pin.passages:
        return ()
    content, where = passage.content, pin.range
    inside = tuple(
        span
        for span in passage.sentences[passage.lead :]
        if content.starts[span.start] < where.end and where.start < content.ends[span.end - 1]
    )
    return inside if len(inside) < len(passage.sentences) - passage.lead else ()


def _check_model(index: Index, encoder: Encoder) -> None:
    made_by = index.certificate
    if (made_by.fingerprint, made_by.dimension) == (encoder.fingerprint, encoder.dimension):
        return
    if (made_by.model, made_by.dimension) == (encoder.name, encoder.dimension):
        raise OwnwordsError(
            f"The index was built with another version of {made_by.model} (weights "
            f"{made_by.fingerprint}, here {encoder.fingerprint})",
            "Rebuild with `ownwords build`.",
            "model_updated",
        )
    raise OwnwordsError(
        f"The index was built with {made_by.model} ({made_by.dimension} dimensions), the "
        f"settings name {encoder.name} ({encoder.dimension})",
        f'Rebuild with `ownwords build`, or set `model = "{made_by.model}"`.',
        "model_mismatch",
    )


def _other_passages(index: Index, settings: Settings) -> tuple[str, ...]:
    made, wanted = index.certificate.passage_chars, settings.passage_chars
    if made == wanted:
        return ()
    return (
        f"the index was built with passages of {made} characters, the settings ask for {wanted}; "
        "rebuild with `ownwords build`",
    )


def _check_question(question: str, k: int) -> None:
    if not question.strip():
        raise OwnwordsError("The question is empty", "Ask something in words.", "empty_question")
    if k < 1:
        raise OwnwordsError(f"k is {k}, expected 1 or more", "Leave it out for the default.", "k")


def index_size(index: str | Path) -> int:
    """Bytes of the live build in an index folder; 0 where there is none."""
    return store.size(Path(index))


def open_author(index: str | Path, settings: Settings | None = None) -> Author:
    """The newest complete build in `index`. Raises OwnwordsError with the fix."""
    settings = settings or load()
    opened = store.open_index(Path(index))
    model = encoder.open_for_answers(
        settings, bundle=Path(index), fingerprint=opened.certificate.fingerprint
    )
    reranker = encoder.open_reranker(settings, bundle=Path(index))
    return Author(opened, model, settings, reranker)
