"""Fit the confidence model: prints the constants of ownwords.confidence and how far to trust them.

    python scripts/fit_confidence.py INDEX=QUESTIONS.jsonl... [--held INDEX=QUESTIONS.jsonl...]

Each INDEX is a built index of one blog. The weights of a logistic regression (L2) tell answerable from
unanswerable questions by the signals, each relative to its blog's own background; then slope and
intercept are fitted to whether the place was among the quotes (Platt 1999), so that the probability
means what it says. Every figure is of a blog that was left out of its own fit; `--held` ones are
left out of all.
"""

from __future__ import annotations

import sys
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np

from ownwords import ask, evaluate
from ownwords.confidence import Signals, relative
from ownwords.settings import Settings

PENALTY = 3.0  # on the weights; what left-out blogs wanted, flat from 1 to 10
NAMES = list(Signals.__dataclass_fields__)


@dataclass(frozen=True)
class Asked:
    """One blog's questions: signals (n, signals), answerable, place among the quotes, Korean."""

    name: str
    x: np.ndarray
    answerable: np.ndarray
    right: np.ndarray
    korean: np.ndarray


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
    return Asked(Path(questions).stem, *map(np.array, (rows, answerable, right, korean)))


def fit(x: np.ndarray, y: np.ndarray, penalty: float = PENALTY) -> np.ndarray:
    """Weights, intercept last, of an L2 logistic regression by Newton's method (the intercept is
    free)."""
    x = np.c_[x, np.ones(len(x))]
    w = np.zeros(x.shape[1])
    ridge = penalty * np.diag([1.0] * (x.shape[1] - 1) + [0.0])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ w))
        hessian = (x * (p * (1 - p))[:, None]).T @ x + ridge + 1e-9 * np.eye(len(w))
        w -= np.linalg.solve(hessian, x.T @ (p - y) + ridge @ w)
    return w


def model(blogs: list[Asked]) -> np.ndarray:
    """Weights, intercept last, of the probability that the place is among the quotes."""
    x = np.concatenate([blog.x for blog in blogs])
    w = fit(x, np.concatenate([blog.answerable for blog in blogs]))
    logit = x @ w[:-1]
    slope, intercept = fit(logit[:, None], np.concatenate([blog.right for blog in blogs]), 1e-3)
    return np.append(w[:-1] * slope, intercept)


def tell(blog: Asked, w: np.ndarray) -> None:
    logit = blog.x @ w[:-1] + w[-1]
    p = 1 / (1 + np.exp(-logit))
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
        tell(blog, model([other for other in blogs if other is not blog] or blogs))
    w = model(blogs)
    for blog in held:
        tell(blog, w)
    print("INTERCEPT", round(float(w[-1]), 3))
    print("WEIGHTS", {name: round(float(v), 3) for name, v in zip(NAMES, w, strict=False)})
    x, y = np.concatenate([b.x for b in blogs]), np.concatenate([b.answerable for b in blogs])
    for name, column in zip(NAMES, x.T, strict=True):
        print(f"  {name} alone: {evaluate.auroc(list(column[y]), list(column[~y])):.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
