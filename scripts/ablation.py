"""What each part of the ranking is worth: a table of hit rates, whole and with a part taken out.

    python scripts/ablation.py INDEX=QUESTIONS.jsonl[,INDEX=QUESTIONS.jsonl...]...

Each INDEX is a built index of one blog; those with a comma between them share a column. A variant changes the weights of ownwords.ranking and selection
for its row of the table only; the index is the same for all.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ownwords import ask, evaluate, ranking, selection
from ownwords.settings import Settings


@contextmanager
def weights(**changed: Any) -> Iterator[None]:
    modules = {name: next(m for m in (ranking, selection) if hasattr(m, name)) for name in changed}
    kept = {name: getattr(modules[name], name) for name in changed}
    for name, value in changed.items():
        setattr(modules[name], name, value)
    try:
        yield
    finally:
        for name, value in kept.items():
            setattr(modules[name], name, value)


def alone(kind: str) -> dict[str, Any]:
    """Both stages go by one kind of the first stage's evidence."""

    def first_stage(evidence: Any) -> Any:
        return np.asarray(getattr(evidence, kind), dtype=np.float32)

    def second_stage(rows: Any, evidence: Any, late: Any) -> Any:
        return first_stage(evidence)[rows]

    return {"first_stage": first_stage, "second_stage": second_stage, **ALONE}


def first_only(rows: Any, evidence: Any, late: Any) -> Any:
    return FIRST_STAGE(evidence)[rows]


def with_passage(rows: Any, evidence: Any, late: Any) -> Any:
    more = 0.3 * ranking.standardised(evidence.passage[rows])
    return np.asarray(SECOND_STAGE(rows, evidence, late) + more, dtype=np.float32)


def displacing(rows: Any, scores: Any, posts: Any) -> Any:
    return scores + ranking.from_before(rows, scores, posts)


FIRST_STAGE, SECOND_STAGE = ranking.first_stage, ranking.second_stage
NEVER = 10**9
ALONE = {"BEFORE": 0}  # without the share of the passage before
VARIANTS: dict[str, dict[str, Any]] = {
    "all of it": {},
    "passage vector alone": alone("passage"),
    "contextual vector alone": alone("context"),
    "best sentence alone": alone("sentence"),
    "lexical score alone": alone("lexical"),
    "first stage alone": {"second_stage": first_only, **ALONE},
    "late interaction alone": {"LEXICAL": 0, "SENTENCE": 0, **ALONE},
    "the passage vector in the second stage too": {"second_stage": with_passage},
    "without the lexical score": {"LEXICAL": 0},
    "without it in the first stage either": {"LEXICAL": 0, "FIRST_LEXICAL": 0},
    "without the best sentence": {"SENTENCE": 0},
    "half of the best sentence": {"SENTENCE": ranking.SENTENCE / 2},
    "half of it, without the lexical score": {"LEXICAL": 0, "SENTENCE": ranking.SENTENCE / 2},
    "without the passage before": ALONE,
    "it may displace the first": {"going_on": displacing},
    "0.2 of it": {"BEFORE": 0.2},
    "0.4 of it": {"BEFORE": 0.4},
    "without the years that a question names": {"YEAR": 0, "FIRST_YEAR": 0},
    "1 of them": {"YEAR": 1},
    "2 of them": {"YEAR": 2},
    "without newer posts for what is asked of now": {"NOW": 0},
    "without what follows a question line": {"FOLLOWING": 0},
    "without a question line that comes first": {"question_line": lambda passage: None},
    "what says nothing is shown too": {"says_something": lambda passage: True},
    "neighbours never one quote": {"LONGEST": 0},
    "one of up to 450 characters": {"LONGEST": 1.5},
    "one of up to 900": {"LONGEST": 3},
    "25 candidates": {"CANDIDATES": 25},
    "100 candidates": {"CANDIDATES": 100},
}


OPENED_ANEW = {"question_line", "says_something"}  # read when the index is opened


def places(author: ask.Author, questions: tuple[evaluate.Question, ...]) -> list[tuple[int, int]]:
    """For each answerable question the rank of its first hit and the characters before it."""
    found = []
    for question in questions:
        if question.gold:
            quotes = author.best(question.question, question.history, evaluate.READ)
            rank, read = evaluate.first_hit(quotes, question)
            found.append((NEVER, NEVER) if rank is None else (rank, read))
    return found


def cell(found: list[tuple[int, int]]) -> str:
    ranks, read = np.array(found).T
    shares = ranks == 0, ranks < evaluate.SHOWN, read < evaluate.WITHIN
    return " / ".join(f"{share.mean():.2f}" for share in shares)


def asked(argument: str) -> tuple[ask.Author, tuple[evaluate.Question, ...]]:
    index, _, path = argument.partition("=")
    author = ask.open_author(index, Settings(index=index))
    return author, evaluate.read_questions(Path(path), author.posts)


def opened(arguments: list[str]) -> list[list[tuple[ask.Author, tuple[evaluate.Question, ...]]]]:
    return [[asked(one) for one in argument.split(",")] for argument in arguments]


def main(arguments: list[str]) -> None:
    columns = opened(arguments)
    names = [
        f"{len(c)} more" if len(c) > 1 else Path(c[0][0]._settings.index).name for c in columns
    ]
    counts = [sum(bool(q.gold) for _, questions in c for q in questions) for c in columns]
    names = [f"{name} ({count})" for name, count in zip(names, counts, strict=True)]
    print("| hit@1 / hit@3 / within 600 |", " | ".join(names), "| together |")
    print("|---|" + "---|" * (len(columns) + 1))
    for variant, changed in VARIANTS.items():
        with weights(**changed):
            tried = opened(arguments) if OPENED_ANEW & changed.keys() else columns
            found = [[place for one in column for place in places(*one)] for column in tried]
        together = [place for column in found for place in column]
        print(f"| {variant} |", " | ".join(map(cell, [*found, together])), "|", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
