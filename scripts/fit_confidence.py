"""Fit the confidence model: prints the constants of ownwords.confidence and how far to trust them.

    python scripts/fit_confidence.py INDEX=QUESTIONS.jsonl... [--held INDEX=QUESTIONS.jsonl...]

Each INDEX is a built index of one blog. The signals, relative to their blog's own background, are weighted by
the constants of ownwords.confidence. Slope and intercept are fitted to whether the place was among
the quotes (Platt 1999), so that the probability means what it says. Every blog counts the same,
however many questions it has. Every figure is of a blog that was left out of its own fit; `--held`
ones are left out of all.
"""

from __future__ import annotations

import sys
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from ownwords import ask, evaluate
from ownwords.confidence import WEIGHTS, Signals, relative
from ownwords.settings import Settings

NAMES = list(Signals.__dataclass_fields__)


@dataclass(frozen=True)
class Asked:
    """One blog's questions: signals (n, signals), answerable, place among the quotes, Korean."""

    name: str
    x: np.ndarray
    answerable: np.ndarray
    right: np.ndarray
    korean: np.ndarray

    @property
    def mean(self) -> np.ndarray:
        return self.x @ np.array(astuple(WEIGHTS)) / sum(astuple(WEIGHTS))


def asked(argument: str) -> Asked:
    index, _, questions = argument.partition("=")
    author = ask.open_author(index, Settings(index=index))
    rows, answerable, right, korean = [], [], [], []
    for question in evaluate.read_questions(Path(questions), author.posts):
        found = author._retriever.retrieve(question.question, question.history)
        background = author._calibration.background[found.language]
        rows.append(astuple(relative(found.signals, background)))
        quotes = author.best(question.question, question.history)
        answerable.append(bool(question.gold))
        right.append(any(evaluate.covers(q, gold) for q in quotes for gold in question.gold))
        korean.append(question.lang == "ko")
    return Asked(Path(index).name, *map(np.array, (rows, answerable, right, korean)))


def shares(blogs: list[Asked]) -> np.ndarray:
    """What each question counts: every blog the same, all together as many as there are."""
    total = sum(len(blog.x) for blog in blogs)
    return np.concatenate([np.full(len(b.x), total / len(blogs) / len(b.x)) for b in blogs])


def platt(blogs: list[Asked]) -> np.ndarray:
    """Slope and intercept that make the mean signal the logit of having found the place."""
    x, y = (
        np.concatenate(parts) for parts in zip(*((b.mean, b.right) for b in blogs), strict=True)
    )
    share = shares(blogs)

    def loss(v: np.ndarray) -> float:
        logit = v[0] * x + v[1]
        return float((share * (np.logaddexp(0, logit) - y * logit)).sum())

    return np.asarray(minimize(loss, np.array([1.0, 0.0])).x)


def probability(blog: Asked, w: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-(w[0] * blog.mean + w[1])))


def tell(blog: Asked, w: np.ndarray) -> None:
    p = probability(blog, w)
    parts = {"all": np.ones(len(p), bool), "ko": blog.korean, "en": ~blog.korean}
    line = []
    for name, part in parts.items():
        yes, no = p[part & blog.answerable], p[part & ~blog.answerable]
        line.append(f"{name} {evaluate.auroc(list(yes), list(no)):.3f}")
    error = evaluate.calibration_error(list(p), list(blog.right.astype(float)))
    bar = np.quantile(p[blog.answerable], 0.1)
    refused = (p[~blog.answerable] < bar).mean()
    print(f"{blog.name:10s} AUROC {'  '.join(line)}  ECE {error:.3f}  none {refused:.2f} at 0.10 wrong (bar {bar:.2f})")  # fmt: skip


def main(arguments: list[str]) -> None:
    at = arguments.index("--held") if "--held" in arguments else len(arguments)
    blogs, held = (
        [asked(one) for one in arguments[:at]],
        [asked(one) for one in arguments[at + 1 :]],
    )
    for blog in blogs:
        tell(blog, platt([other for other in blogs if other is not blog] or blogs))
    w = platt(blogs)
    for blog in held:
        tell(blog, w)
    p = np.concatenate([probability(blog, w) for blog in blogs])
    truth = np.concatenate([b.answerable for b in blogs])
    for wrong in (0.04, 0.1, 0.2):
        bar = np.quantile(p[truth], wrong)
        print(f"bar {bar:.3f}: wrongly none {wrong}, none {(p[~truth] < bar).mean():.2f}")
    for bar in (0.3, 0.4, 0.5, 0.6, 0.7):
        print(f"answered from {bar}: {(p[truth] >= bar).mean():.2f} of answerable, "
              f"{(p[~truth] >= bar).mean():.2f} of unanswerable")  # fmt: skip
    print("SLOPE, INTERCEPT", *w.round(2))
    x = np.concatenate([b.x for b in blogs])
    for name, column in zip(NAMES, x.T, strict=True):
        print(f"  {name} alone: {evaluate.auroc(list(column[truth]), list(column[~truth])):.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
