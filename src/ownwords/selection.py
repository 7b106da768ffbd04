"""Scores → the quotes of an answer: which passages are shown, and which of them, side by side in their
post, make one quote.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain, pairwise

from ownwords.ranking import Scores, best_first, question_line
from ownwords.records import LONGEST, Passage, Range
from ownwords.tracked import Tracked

FOLLOWING = 2  # passages that a question line of the author's is taken to head, beside its own
# Letters, a Hangul syllable being two, from which the same sentence is not shown twice in an answer. Of 687 answers
# to twenty question sets five would show one twice without this; with 8, 12 or 24 none does.
SENTENCE_AGAIN = 12
_HANGUL = re.compile("[가-힣]")

Rows = tuple[int, ...]  # of the passages of one quote, in reading order


class Selection:
    """`target` is how many characters the passages were to have: the setting `passage_chars`."""

    def __init__(self, passages: Sequence[Passage], target: int) -> None:
        self._passages, self._target = passages, target

    def quotes(
        self, scores: Scores, k: int, answers: int = 1, again: bool = False
    ) -> tuple[Rows, ...]:
        """The quotes of so many answers of `k` each, the best first; `scores` has shape (passages,).

        None says the same as another, `again` only within an answer. A passage that goes on where a quote of the same
        answer ends, or ends where it begins, joins it: a reader has in one piece what the author
        wrote in one, and the place that is freed goes to the next.
        """
        chosen: list[Rows] = []
        shown: dict[int, frozenset[str]] = {}
        for row in self._order(scores):
            said = _said(self._passages[row])
            closed = max(len(chosen) - 1, 0) // k * k  # quotes of the answers before
            others = self._sides(row, chosen[closed:])
            opens = not others and len(chosen) % k == 0  # an answer of its own
            seen = shown if not again else [] if opens else flat(chosen[closed:])
            if any(said & shown[other] for other in seen):
                continue
            if not others and len(chosen) == k * answers:
                break
            at = chosen.index(others[0]) if others else len(chosen)
            chosen[at : at + 1] = [tuple(sorted([row, *flat(others)]))]
            chosen = [rows for rows in chosen if rows not in others]
            shown[row] = said
        return tuple(chosen)

    def quote(self, rows: Rows) -> Passage:
        """The passages of a quote as one."""
        return one_of([self._passages[row] for row in rows])

    def _order(self, scores: Scores) -> list[int]:
        """The rows that have a score, best first. Where the best one answers a question line of the
        author's own, what follows it in its section comes next, in reading order: the line matches
        the visitor's question, the answer goes on."""
        order: list[int] = best_first(scores).tolist()
        following = [row for row in self._answer_of(order[0]) if row in order] if order else []
        return [*order[:1], *following, *(row for row in order[1:] if row not in following)]

    def _answer_of(self, row: int) -> list[int]:
        """The rows that go on answering the question line which heads the passage."""
        first = self._passages[row]
        if question_line(first) is None:
            return []
        found = []
        for next_row in range(row + 1, min(row + 1 + FOLLOWING, len(self._passages))):
            one = self._passages[next_row]
            if (one.post, one.headings, one.kind) != (
                first.post,
                first.headings,
                first.kind,
            ) or one.lead:
                break
            found.append(next_row)
        return found

    def _sides(self, row: int, quotes: Sequence[Rows]) -> list[Rows]:
        """The quotes, best first, that a passage makes one with: those on both sides, or the better one,
        or the other, where that is no longer than a quote may be."""
        touching = [rows for rows in quotes if self._touches(rows, row)]
        for some in (touching, touching[:1], touching[1:]):
            joined = [row, *flat(some)]
            length = len(joined) - 1 + sum(len(self._passages[one].text) for one in joined)
            if length <= LONGEST * self._target:
                return some
        return []

    def _touches(self, rows: Rows, row: int) -> bool:
        """Whether a passage goes on where a quote ends, or ends where it begins."""
        if row == rows[-1] + 1:
            return self._passages[row].joint is not None
        return row == rows[0] - 1 and self._passages[rows[0]].joint is not None


def flat(quotes: Iterable[Rows]) -> list[int]:
    """The rows of several quotes."""
    return list(chain.from_iterable(quotes))


def one_of(passages: Sequence[Passage]) -> Passage:
    """Passages of which each goes on where the one before it ends, as one."""
    first = passages[0]
    if len(passages) == 1:
        return first
    parts, sentences, at = [first.content], [*first.sentences], len(first.content)
    for before, one in pairwise(passages):
        joint = one.joint or ""
        parts += [Tracked.gap(joint, before.content, one.content), one.content]
        at += len(joint)
        sentences += [span.moved(at) for span in one.sentences]
        at += len(one.content)
    content = Tracked.concat(parts)
    return Passage(
        first.post, content, first.headings, first.kind, tuple(sentences), first.lead, first.joint
    )


def ahead(passage: Passage, end: int) -> Passage | None:
    """A passage's sentences that stand before `end` in its post's file, if any do."""
    if passage.end <= end:
        return passage
    ends = passage.content.ends
    return _part(passage, [span for span in passage.sentences if ends[span.end - 1] <= end])


def behind(passage: Passage, start: int) -> Passage | None:
    """A passage's sentences from `start` in its post's file on, if any stand there."""
    starts = passage.content.starts
    return _part(passage, [span for span in passage.sentences if starts[span.start] >= start])


def _part(passage: Passage, left: Sequence[Range]) -> Passage | None:
    """The passage without its other sentences, at its beginning or end."""
    if not left:
        return None
    if len(left) == len(passage.sentences):
        return passage
    first, last = left[0], left[-1]
    return replace(
        passage,
        content=passage.content.slice(first.start, last.end),
        sentences=tuple(span.moved(-first.start) for span in left),
        lead=max(0, passage.lead - passage.sentences.index(first)),
        joint=None,
    )


def _said(passage: Passage) -> frozenset[str]:
    """A passage's sentences without blanks, case and marks, but those that say next to nothing ("정말
    좋았다."); and all of it, as one."""
    bare = [_letters_of(passage.text[a:b]) for a, b in passage.sentences]
    told = (sentence for sentence in bare if _length(sentence) >= SENTENCE_AGAIN)
    return frozenset([*told, "".join(bare)])


def _letters_of(sentence: str) -> str:
    plain = unicodedata.normalize("NFC", sentence).casefold()  # macOS writes NFD
    return "".join(filter(str.isalnum, plain))


def _length(bare: str) -> int:
    return len(bare) + len(_HANGUL.findall(bare))
