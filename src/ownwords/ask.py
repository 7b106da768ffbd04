"""Composer, read side: question and history → Answer."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ownwords import confidence, encoder, links, notices, ranking, several, store
from ownwords.confidence import Calibration
from ownwords.encoder import Encoder, Reranker
from ownwords.errors import OwnwordsError
from ownwords.finding import Finder, Found
from ownwords.language import Language, language_of
from ownwords.notices import Kind
from ownwords.pins import spelled
from ownwords.queries import Queries
from ownwords.records import Answer, Nearest, Passage, Post, Quote, Range, Verdict
from ownwords.retrieve import Retriever
from ownwords.selection import Rows, ahead, flat
from ownwords.settings import Settings, load
from ownwords.store import Index
from ownwords.suggestions import suited

NEAREST = 3


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
        self._queries = Queries(
            index.posts, self._retriever.pinned, self._retriever.years, settings.author
        )
        self._queries.ready()
        calibration = Calibration.from_dict(index.certificate.calibration)
        self._finder = Finder(self._retriever, calibration, self._queries)
        self._by_id = {post.id: row for row, post in enumerate(index.posts)}
        self._by_path = {post.path: row for row, post in enumerate(index.posts)}
        # What was odd about opening the index.
        self.warnings: tuple[str, ...] = (*index.warnings, *_other_passages(index, settings))
        self.posts: tuple[Post, ...] = index.posts
        self.build: str = index.certificate.id
        self.suggestions: tuple[str, ...] = index.certificate.suggestions
        self._spelled = {one: spelled(one) for one in self.suggestions}
        self.passage_count: int = len(index.passages)

    def ask(
        self,
        question: str,
        history: Sequence[str] = (),
        k: int | None = None,
        scope: str | None = None,
    ) -> Answer:
        """At most `k` quotes (default: the setting `quotes`), best first; fewer where the others say far less.

        `history` holds this visitor's earlier questions, oldest first; a request for more gets the
        next best places, "and then?" what follows in the post. A greeting gets a `notice` and no quotes.
        A question that may be typed on the other language's keyboard is read so too, or only so. Several questions in
        one message share the quotes. `scope` is a post's id or address. Raises OwnwordsError for a blank question, a `k`
        below 1, an unknown scope.
        """
        k = self._settings.quotes if k is None else k
        _check_question(question, k)
        began, allowed = time.perf_counter(), self._scope(scope)
        answered = partial(self._answered, allowed=allowed, scope=scope)
        *threads, requests = self._threads(question, history, k)
        if len(threads) == 1:
            answer = answered([*threads[0], *requests], k)
        else:
            first = [answered(thread, k) for thread in threads]
            told = several.told(first)
            shares = zip(told, several.shares(k, len(told)), strict=True)
            found = [
                first[at]
                if share == k and not requests
                else answered([*threads[at], *requests], share)
                for at, share in shares
            ]
            answer = several.together(found or first)
            if 0 < len(told) < len(first) and not requests:
                language = self._language((*history, question))
                answer = replace(answer, notice=self._notice(Kind.PARTLY, language))
        took = round((time.perf_counter() - began) * 1000, 1)
        return replace(answer, question=question, took_ms=took)

    def _threads(self, question: str, history: Sequence[str], k: int) -> list[list[str]]:
        """The questions of the last message that asks something, one as a rule, each behind those before it;
        then the requests for more that follow it."""
        asked = several.thread([*filter(str.strip, history), question])
        before = list(chain(*map(self._questions, asked.before)))
        each = self._questions(asked.asked)
        each = each if len(each) <= k else (asked.asked,)
        return [*([*before, *each[: at + 1]] for at in range(len(each))), list(asked.requests)]

    def _questions(self, message: str) -> tuple[str, ...]:
        """Those that a message asks, where none but the first is likely to lean on others."""
        each = self._queries.questions(message)
        return each if all(map(self._stands, each[1:])) else (message,)

    def _stands(self, question: str) -> bool:
        read = self._queries.readings(question)[-1]
        return several.stands(read) or self._retriever.stands(read)

    def _answered(
        self,
        messages: Sequence[str],
        k: int,
        allowed: NDArray[np.bool_] | None,
        scope: str | None,
    ) -> Answer:
        """The answer to the last of a visitor's messages, read as one question."""
        *history, question = messages
        readings, earlier = self._queries.readings(question), self._queries.earlier(history)
        kind = self._queries.kind(readings)
        said = next((one for one in readings if kind and self._queries.kind([one])), readings[-1])
        language = self._language((*history, said))
        # What is suggested may be answered in another post than the scope's.
        suggested = () if scope else self._suggested(language, (*history, question))
        answer = partial(self._answer, question, suggestions=suggested)
        notice = partial(self._notice, language=language)
        if kind is not None and not kind.yields:
            return answer(notice=notice(kind))
        found = self._finder.surest(readings, earlier, allowed, k)
        if not found.further and self._queries.asks_for_nothing(readings, earlier):
            return answer(notice=notice(Kind.MORE))
        found, quotes = self._shown(found, k)
        if found.further and not quotes:
            return answer(notice=notice(Kind.NO_MORE))
        verdict = self._verdict(found) if quotes else "none"
        # "who are you?" is answered where the author says who he is, else by the notice, with what may;
        # who somebody else is, by what surely tells.
        surely = confidence.verdict(found.sure, "strict") == "answered"
        tells = found.retrieved.chosen or (
            surely and not self._queries.asks_who(readings[-1], earlier)
        )
        yields = kind is not None and not tells
        if yields and verdict == "answered":
            verdict = "related"
        return answer(
            verdict=verdict,
            confidence=round(found.sure, 4),
            quotes=quotes,
            nearest=self._nearest(found.retrieved.scores, verdict),
            notice=notice(kind) if kind and yields else None,
        )

    def _verdict(self, found: Found) -> Verdict:
        return confidence.verdict(found.sure, self._settings.caution)

    def _shown(self, found: Found, k: int) -> tuple[Found, tuple[Quote, ...]]:
        """What is found as this answer shows it, and its quotes; none where too little speaks for them,
        as may be once the best were shown."""
        if self._verdict(found) != "none":  # else no passage is shown
            found = replace(found, retrieved=self._retriever.reranked(found.retrieved))
        answers = self._finder.answers(found.retrieved, k, found.page + 1)
        before, now = answers[: found.page], answers[found.page :]
        if before and not found.pinned:
            left = found.retrieved.without(flat(chain(*before)))
            sure = min(found.sure, max(self._finder.sure(left), found.least))
            found = replace(found, sure=sure)
        refused = self._verdict(found) == "none"
        return found, () if refused else self._quotes(list(chain(*now)), found)

    def _answer(self, question: str, **parts: Any) -> Answer:
        empty = Answer(
            question=question,
            verdict="none",
            confidence=0.0,
            quotes=(),
            nearest=(),
            notice=None,
            suggestions=(),
            build=self.build,
            took_ms=0.0,
        )
        return replace(empty, **parts)

    def _notice(self, kind: Kind, language: Language) -> str:
        return notices.text(kind, language, self._settings.author)

    def _language(self, questions: Sequence[str]) -> Language:
        """That of the last question that has letters ("👍" has none), else of most passages."""
        worded = (one for one in reversed(questions) if any(map(str.isalpha, one)))
        said = next(worded, None)
        if said is not None:
            return language_of(said)
        return "ko" if self._retriever.share("ko") > self._retriever.share("en") else "en"

    def best(
        self, question: str, history: Sequence[str] = (), k: int | None = None
    ) -> tuple[Quote, ...]:
        """The `k` quotes (default: the setting `quotes`) nearest to the question, whatever the
        verdict, the first ones as `ask` gives them, those after as it does when asked for more (behind
        "and then?" only the first): what evaluation ranks. Raises as `ask` does."""
        shown = self._settings.quotes
        k = shown if k is None else k
        _check_question(question, k)
        *threads, requests = self._threads(question, history, shown)
        shares, told = [shown], [0]
        if len(threads) > 1:
            first = [self._answered(thread, shown, None, None) for thread in threads]
            told = several.told(first) or list(range(len(first)))
            shares = several.shares(shown, len(told))
        ranked = [
            self._best([*threads[at], *requests], k, share)
            for at, share in zip(told, shares, strict=True)
        ]
        return tuple(several.by_turns(ranked, shares)[:k])

    def _best(self, messages: Sequence[str], k: int, shown: int) -> tuple[Quote, ...]:
        """Those of the last of a visitor's messages, read as one question, `shown` an answer."""
        *history, question = messages
        earlier = self._queries.earlier(history)
        found = self._finder.surest(self._queries.readings(question), earlier, None, shown)
        found = replace(found, retrieved=self._retriever.reranked(found.retrieved))
        count = found.page + math.ceil(k / shown) + 1  # the first one may show less
        answers = self._finder.answers(found.retrieved, shown, count)
        return self._quotes(list(chain(*answers[found.page :]))[:k], found)

    def suggested(self, language: Language) -> tuple[str, ...]:
        """Questions that the posts answer, to be offered to whoever reads this language."""
        return suited(self.suggestions, language)

    def _suggested(self, language: Language, questions: Sequence[str]) -> tuple[str, ...]:
        """Without what has been asked."""
        asked = set(map(spelled, questions))
        found = self.suggested(language)
        return tuple(one for one in found if self._spelled[one] not in asked)

    def post(self, id: str) -> Post | None:
        """The post with that id, its blocks not filled (parse `source` for them)."""
        row = self._by_id.get(id)
        return None if row is None else self.posts[row]

    def around(self, post_path: str, start: int, end: int) -> tuple[str, str]:
        """The texts of the passages before and after a quote in its post, "" where there is none; where
        a quote begins within a passage, what stands before it there."""
        before, after = self._beside(self._by_path.get(post_path, -1), start, end)
        return (before[-1].text if before else "", after[0].text if after else "")

    def _beside(self, post: int, start: int, end: int) -> tuple[list[Passage], list[Passage]]:
        """The passages of a post before and after a quote."""
        mine = [self._index.passages[row] for row in np.flatnonzero(self._retriever.posts == post)]
        before = filter(None, (ahead(one, start) for one in mine))
        return list(before), [one for one in mine if one.start >= end]

    def _scope(self, scope: str | None) -> NDArray[np.bool_] | None:
        """Which passages may answer, shape (passages,); None is all of them."""
        if scope is None:
            return None
        rows = [row for row, post in enumerate(self.posts) if post.named(scope)]
        if not rows:
            raise OwnwordsError(
                f"There is no post {scope!r}", "Give a post's id or its address.", "unknown_scope"
            )
        return np.isin(self._retriever.posts, rows)

    def _quotes(self, every: Sequence[Rows], found: Found) -> tuple[Quote, ...]:
        quotes = []
        for rows in every:
            passage, marked = self._finder.quote(rows, found)
            post = self.posts[passage.post]
            if not passage.content.stands_in(post.source):  # the verbatim promise
                continue
            score = float(found.retrieved.scores[list(rows)].max())
            quotes.append(_quote(passage, post, self._link(passage, post), score, marked))
        return tuple(quotes)

    def _link(self, quote: Passage, post: Post) -> str:
        around = links.ALONE
        if post.url:  # its own page, where the browser has to find the quote
            before, after = self._beside(quote.post, quote.start, quote.end)
            around = links.surroundings(post, [*before, quote, *after], len(before))
        return links.quote_link(post.url, post.id, quote.start, quote.end, quote.text, around)

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


def _check_model(index: Index, encoder: Encoder) -> None:
    made_by = index.certificate
    if (made_by.fingerprint, made_by.dimension) == (encoder.fingerprint, encoder.dimension):
        return
    if (made_by.model, made_by.dimension) == (encoder.name, encoder.dimension):
        raise OwnwordsError(
            f"The index was built with another version of {made_by.model} (weights "
            f"{made_by.fingerprint}, here {encoder.fingerprint})",
            "Rebuild with `ownwords build --full`.",
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
