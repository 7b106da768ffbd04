"""How often a new subject is taken for a follow-up, and a follow-up for a new subject:

    python scripts/follow_ups.py INDEX=QUESTIONS.jsonl...

Every answerable question without a history is asked after another one of its set, drawn at random; every
follow-up after its own history. Printed is how many of each find their place among three quotes where a
question of so many tokens (`retrieve.ENOUGH`) is read alone, whatever stands before it.
"""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass
from pathlib import Path

from ownwords import ask, conversation, evaluate, ranking, retrieve
from ownwords.ask import Author
from ownwords.evaluate import Question
from ownwords.retrieve import Retrieved
from ownwords.settings import Settings

LENGTHS = (1, 8, 10, 12, 14, 16, 1_000)


@dataclass(frozen=True)
class Case:
    """A question after others: its tokens, and whether it hits alone, as it is read when no length is
    enough, and at all with what stands before it."""

    follows: bool
    tokens: int
    leans: bool
    alone: bool
    compared: bool


def case(author: Author, question: Question, history: tuple[str, ...]) -> Case:
    retriever = author._retriever
    read, before = author._readings(question.question)[-1], author._asked(history)
    tokens = len(retriever._encoded([read])[0].ids)

    def hits(found: Retrieved) -> bool:
        rows = ranking.select(found.scores, author._index.passages, 3)
        quotes = author._quotes(rows, found.scores, found)
        return any(evaluate.covers(quote, gold) for quote in quotes for gold in question.gold)

    alone, compared = (hits(retriever.retrieve(read, some)) for some in ((), before))
    leans = conversation.points_back(read)
    return Case(bool(question.history), tokens, leans, alone, compared)


def cases(argument: str) -> list[Case]:
    index, _, questions = argument.partition("=")
    author = ask.open_author(index, Settings(index=index))
    known = [one for one in evaluate.read_questions(Path(questions), author.posts) if one.gold]
    first = [one for one in known if not one.history]
    rng = random.Random(3)
    others = [rng.choice([two for two in first if two is not one]) for one in first]
    changes = [case(author, one, (two.question,)) for one, two in zip(first, others, strict=True)]
    return [*changes, *(case(author, one, one.history) for one in known if one.history)]


def main(arguments: list[str]) -> None:
    retrieve.ENOUGH = sys.maxsize
    found = [one for argument in arguments for one in cases(argument)]
    for name, follows in (("new subjects", False), ("follow-ups", True)):
        some = [one for one in found if one.follows == follows]
        hit = [
            sum(
                one.alone if one.tokens >= enough and not one.leans else one.compared
                for one in some
            )
            for enough in LENGTHS
        ]
        row = "  ".join(f"{n} tokens {k}" for n, k in zip(LENGTHS, hit, strict=True))
        print(f"{name:13s} of {len(some)}, alone from {row}")


if __name__ == "__main__":
    main(sys.argv[1:])
