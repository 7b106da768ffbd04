"""How questions are read and judged that stand after others:

    python scripts/follow_ups.py INDEX=QUESTIONS.jsonl...

Every question without a history is asked after an answerable one of its set, drawn at random, as it is and
behind a word that may join it to that one; every follow-up after its own history. Printed is, first, how many
of the answerable ones find their place among three quotes where both questions read together count so much
beside the last one alone, whether it leans on the other or not, and where it counts by the probability that
it does, from a share to 1 less that (`retrieve.LEAST` and `MOST`); then how many of each kind get `none`.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ownwords import ask, conversation, evaluate, retrieve
from ownwords.ask import Author
from ownwords.evaluate import Question
from ownwords.finding import Found
from ownwords.language import language_of
from ownwords.settings import Settings

SHARES = [(share, share) for share in (0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0)]
SHARES += [(least, 1 - least) for least in (0.0, 0.1, 0.2, 0.3)]
JOINED = {"ko": "근데", "en": "but"}
KINDS = ("alone", "after another", "joined to another")


@dataclass(frozen=True)
class Case:
    """A question in one place: whether each share of `SHARES` hits, and whether it gets `none`."""

    kind: str
    answerable: bool
    hits: tuple[bool, ...]
    none: bool


def case(author: Author, kind: str, question: Question, text: str, history: Sequence[str]) -> Case:
    retriever, kept = author._retriever, (retrieve.LEAST, retrieve.MOST)
    *before, read = conversation.dated(
        [*author._queries.earlier(history), author._queries.readings(text)[-1]]
    )

    def hits(shares: tuple[float, float]) -> bool:
        retrieve.LEAST, retrieve.MOST = shares
        found = retriever.retrieve(read, before)
        shown = retriever.selection.quotes(found.scores, 3)
        quotes = author._quotes(shown, Found(found, read, 0.0))
        return any(evaluate.covers(quote, gold) for quote in quotes for gold in question.gold)

    try:
        each = tuple(map(hits, SHARES))
    finally:
        retrieve.LEAST, retrieve.MOST = kept
    return Case(kind, bool(question.gold), each, author.ask(text, history).verdict == "none")


def cases(argument: str) -> list[Case]:
    index, _, questions = argument.partition("=")
    author = ask.open_author(index, Settings(index=index))
    every = evaluate.read_questions(Path(questions), author.posts)
    first = [one for one in every if one.gold and not one.history]
    rng = random.Random(3)
    found = []
    for one in every:
        if one.history:
            found.append(case(author, "follow-up", one, one.question, one.history))
            continue
        before = (rng.choice([two for two in first if two is not one]).question,)
        joined = f"{JOINED[language_of(one.question)]} {one.question}"
        texts = (one.question, one.question, joined)
        for kind, text, history in zip(KINDS, texts, ((), before, before), strict=True):
            found.append(case(author, kind, one, text, history))
    return found


def main(arguments: list[str]) -> None:
    found = [one for argument in arguments for one in cases(argument)]
    for kind in (*KINDS, "follow-up"):
        known = [one for one in found if one.kind == kind and one.answerable]
        hits = [sum(one.hits[at] for one in known) for at in range(len(SHARES))]
        row = "  ".join(
            f"{least if least == most else f'{least} to {most}'}: {n}"
            for (least, most), n in zip(SHARES, hits, strict=True)
        )
        print(f"{kind}: hits of {len(known)}, by the share of both read together: {row}")
        for name, answerable in (("answerable", True), ("unanswerable", False)):
            some = [one.none for one in found if one.kind == kind and one.answerable == answerable]
            if some:
                print(f"{kind}: none for {sum(some)} of {len(some)} {name}")


if __name__ == "__main__":
    main(sys.argv[1:])
