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
from scipy.optimize import minimize

from ownwords import ask, evaluate
from ownwords.confidence import Signals, relative
from ownwords.settings import Settings

PENALTY = 30.0  # on the squared weights; left-out blogs' AUROC is flat from 3 to 30
# Evidence never speaks against an answer, so no weight is below 0. In all four sets unanswerable questions
# are shorter, which says more of how such sets are written than of visitors: length may count as
# much as the mean of the other signals, no more.
LENGTH = 0.15
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


def fit(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Weights, intercept last, of an L2 logistic regression within the bounds above."""
    x, y = np.c_[x, np.ones(len(x))], y.astype(float)
    ridge = np.array([PENALTY] * len(NAMES) + [0.0])

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        logit = x @ w
        slope = x.T @ (1 / (1 + np.exp(-logit)) - y) + ridge * w
        return float((np.logaddexp(0, logit) - y * logit).sum() + (ridge * w * w).sum() / 2), slope

    bounds = [(0.0, LENGTH if name == "length" else None) for name in NAMES] + [(None, None)]
    return np.asarray(minimize(loss, np.zeros(x.shape[1]), jac=True, bounds=bounds).x)


def platt(logit: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Slope and intercept that make a logit a probability of `y` (Platt 1999)."""

    def loss(w: np.ndarray) -> float:
        scaled = w[0] * logit + w[1]
        return float((np.logaddexp(0, scaled) - y * scaled).sum())

    slope, intercept = minimize(loss, np.array([1.0, 0.0])).x
    return float(slope), float(intercept)


def model(blogs: list[Asked]) -> np.ndarray:
    """Weights, intercept last, of the probability that the place is among the quotes."""
    x = np.concatenate([blog.x for blog in blogs])
    w = fit(x, np.concatenate([blog.answerable for blog in blogs]))
    slope, intercept = platt(x @ w[:-1], np.concatenate([blog.right for blog in blogs]))
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
    probability = np.concatenate([1 / (1 + np.exp(-(b.x @ w[:-1] + w[-1]))) for b in blogs])
    truth = np.concatenate([b.answerable for b in blogs])
    for wrong in (0.04, 0.1, 0.2):
        bar = np.quantile(probability[truth], wrong)
        print(f"bar {bar:.3f}: wrongly none {wrong}, none {(probability[~truth] < bar).mean():.2f}")
    for bar in (0.3, 0.4, 0.5, 0.6, 0.7):
        print(f"answered from {bar}: {(probability[truth] >= bar).mean():.2f} of answerable, "
              f"{(probability[~truth] >= bar).mean():.2f} of unanswerable")  # fmt: skip
    print("INTERCEPT", round(float(w[-1]), 3))
    print("WEIGHTS", {name: round(float(v), 3) for name, v in zip(NAMES, w, strict=False)})
    x, y = np.concatenate([b.x for b in blogs]), np.concatenate([b.answerable for b in blogs])
    for name, column in zip(NAMES, x.T, strict=True):
        print(f"  {name} alone: {evaluate.auroc(list(column[y]), list(column[~y])):.3f}")


if __name__ == "__main__":
    main(sys.argv[1:])
