"""Several questions in one message, each answered by itself: "How did you study? And why did you quit?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from ownwords import bydate, contacts, conversation, matters
from ownwords.records import Answer, Quote, Verdict

MOST = 3  # questions; what asks for more of them is read as one
_BETWEEN = re.compile(r"(?<=[?？])\s+")
_BEST_FIRST: tuple[Verdict, ...] = ("answered", "related", "none")


class Thread(NamedTuple):
    """A visitor's messages, oldest first: those before the last that asks something, that one, and the requests for
    more that follow it."""

    before: tuple[str, ...]
    asked: str
    requests: tuple[str, ...]


def thread(messages: Sequence[str]) -> Thread:
    at = len(messages) - 1
    while at and conversation.asks_for_places(messages[at]):
        at -= 1
    return Thread(tuple(messages[:at]), messages[at], tuple(messages[at + 1 :]))


def questions(message: str) -> tuple[str, ...]:
    """The two or three questions of a message, each with its mark but perhaps the last, none but the first leaning on
    others by its wording; else the message. "Did you fail? Why?" is one question."""
    found = [one for one in _BETWEEN.split(message.strip()) if re.search(r"\w", one)]
    leans = any(map(conversation.points_back, found[1:]))
    return (message,) if leans or not 1 < len(found) <= MOST else tuple(found)


def stands(question: str) -> bool:
    """Whether it surely stands by itself: it asks for posts by their dates, an address or what one asks of anybody."""
    read = conversation.opened(question)
    return bool(bydate.asked(read)) or contacts.asked(read) or matters.asked(read)


def told(answers: Sequence[Answer]) -> list[int]:
    """Which of the answers to the questions of a message are shown: those of the best verdict that have quotes."""
    best = min((_BEST_FIRST.index(one.verdict) for one in answers if one.quotes), default=None)
    return [
        at
        for at, one in enumerate(answers)
        if one.quotes and _BEST_FIRST.index(one.verdict) == best
    ]


def shares(k: int, count: int) -> list[int]:
    """How many of `k` quotes each of so many answers shows: the same, or one more for the earlier ones."""
    return [k // count + (at < k % count) for at in range(count)]


def together(answers: Sequence[Answer]) -> Answer:
    """The answers to several questions as one: as sure as the least sure of those that have quotes; where none has,
    the surest."""
    shown = [one for one in answers if one.quotes]
    if not shown:
        return max(answers, key=lambda one: one.confidence)
    quotes = by_turns([one.quotes for one in shown], [len(one.quotes) for one in shown])
    return replace(min(shown, key=lambda one: one.confidence), quotes=tuple(quotes))


def by_turns(ranked: Sequence[Sequence[Quote]], shares: Sequence[int]) -> list[Quote]:
    """The quotes of several questions, as many of each in turn as its share; none of which a part was shown."""
    turns = max(
        (-(-len(quotes) // share) for quotes, share in zip(ranked, shares, strict=True)), default=0
    )
    every = [
        quote
        for turn in range(turns)
        for quotes, share in zip(ranked, shares, strict=True)
        for quote in quotes[turn * share : (turn + 1) * share]
    ]
    if len(ranked) == 1:
        return every
    return [one for at, one in enumerate(every) if not _shown(one, every[:at])]


def _shown(quote: Quote, others: Sequence[Quote]) -> bool:
    """Whether a part of it stands in another."""
    return any(
        quote.post == one.post and quote.start < one.end and one.start < quote.end for one in others
    )
