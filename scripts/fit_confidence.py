"""Fit the confidence model on KorQuAD 1.0 dev: prints the constants of ownwords.confidence.

    python scripts/fit_confidence.py KorQuAD_v1.0_dev.json SCRATCH_FOLDER

Each of several small corpora is made of whole articles. Its own questions are answerable, questions about
articles outside it are not. The weights of a logistic regression (L2, by Newton's method) over the
signals, each relative to the corpus's own background, are printed with AUROC on corpora left out.
KorQuAD is Korean, and its questions share words with their paragraphs more than a visitor's do, so
what this prints is an upper bound and not what ownwords.confidence uses.
"""

from __future__ import annotations

import json
import sys
from dataclasses import astuple
from pathlib import Path

import numpy as np

from ownwords import build, confidence, evaluate, retrieve
from ownwords.ask import Author
from ownwords.encoder import open_for_answers
from ownwords.settings import Settings
from ownwords.store import open_index

ARTICLES, CORPORA, QUESTIONS = 6, 6, 50


def main(path: str, scratch: str) -> None:
    data = json.loads(Path(path).read_text(encoding="utf-8"))["data"]
    rows, labels, groups = [], [], []
    for number in range(CORPORA):
        inside = data[number * ARTICLES : (number + 1) * ARTICLES]
        outside = data[(number + 1) * ARTICLES : (number + 2) * ARTICLES]
        author = corpus_of(inside, Path(scratch) / str(number))
        for articles, label in ((inside, 1), (outside, 0)):
            for question in questions_of(articles)[:QUESTIONS]:
                found = author._retriever.retrieve(question)
                background = author._calibration.background[found.language]
                rows.append(astuple(confidence.relative(found.signals, background)))
                labels.append(label)
                groups.append(number)
    report(np.array(rows), np.array(labels), np.array(groups))


def corpus_of(articles: list[dict], folder: Path) -> Author:
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    for number, article in enumerate(articles):
        text = "\n\n".join(p["context"] for p in article["paragraphs"][:8])
        file = folder / "corpus" / f"{number}.md"
        file.write_text(f"---\ntitle: '{number}'\n---\n\n{text}\n", encoding="utf-8")
    settings = Settings(corpus=str(folder / "corpus"), index=str(folder / "index"))
    build.build(settings, report=print, suggest=lambda *_: ())
    return Author(open_index(folder / "index"), open_for_answers(settings), settings)


def questions_of(articles: list[dict]) -> list[str]:
    listed = [[q["question"] for p in a["paragraphs"][:8] for q in p["qas"]] for a in articles]
    return [
        one for many in zip(*(questions[:20] for questions in listed), strict=False) for one in many
    ]


def fit(x: np.ndarray, y: np.ndarray, penalty: float = 1.0) -> np.ndarray:
    """Weights, intercept last, of an L2 logistic regression (no penalty on the intercept)."""
    x = np.c_[x, np.ones(len(x))]
    w = np.zeros(x.shape[1])
    ridge = penalty * np.diag([1.0] * (x.shape[1] - 1) + [0.0])
    for _ in range(50):
        p = 1 / (1 + np.exp(-x @ w))
        hessian = (x * (p * (1 - p))[:, None]).T @ x + ridge + 1e-9 * np.eye(len(w))
        w -= np.linalg.solve(hessian, x.T @ (p - y) + ridge @ w)
    return w


def report(x: np.ndarray, y: np.ndarray, groups: np.ndarray) -> None:
    names = list(retrieve.Signals.__dataclass_fields__)
    held = np.concatenate([
        np.c_[x[groups == g], np.ones((groups == g).sum())] @ fit(x[groups != g], y[groups != g])
        for g in np.unique(groups)
    ])  # fmt: skip
    order = np.concatenate([np.flatnonzero(groups == g) for g in np.unique(groups)])
    truth = y[order] == 1
    print("AUROC, corpora left out:", evaluate.auroc(list(held[truth]), list(held[~truth])))
    weights = fit(x, y)
    print("INTERCEPT", round(float(weights[-1]), 3))
    print("WEIGHTS", {name: round(float(w), 3) for name, w in zip(names, weights, strict=False)})
    for name, column in zip(names, x.T, strict=False):
        print(name, "alone:", evaluate.auroc(list(column[y == 1]), list(column[y == 0])))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
