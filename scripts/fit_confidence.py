"""Fit the confidence model: prints the constants of ownwords.confidence and how far to trust them.

    python scripts/fit_confidence.py INDEX=QUESTIONS.jsonl... [--held INDEX=QUESTIONS.jsonl...]

Each INDEX is a built index of one blog, of the default model. First what the background's share and
deviation are worth: of all blogs together, every one counting the same, the AUROC and how many
unanswerable questions are refused where so many answerable ones are. Then slope and intercept, fitted to
whether the place was among the quotes (Platt 1999), so that the probability means what it says. Every
figure of a blog is with a fit that it took no part in; `--held` ones take part in none.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from ownwords import ask, background, confidence, evaluate
from ownwords.confidence import OTHER, SHARE, TYPICAL, Background
from ownwords.settings import Settings

SHARES = (0.0, 0.4, 0.6, 0.7, 0.8, 1.0)
REFUSED = (0.05, 0.08, 0.1)  # of the answerable questions


@dataclass(frozen=True)
class Asked:
    """One blog's questions: `weak`, answerable, place among the quotes, Korean, each of shape
    (questions,); its own backgrounds, and the share of its passages, Korean and English."""

    name: str
    weak: np.ndarray
    answerable: np.ndarray
    right: np.ndarray
    korean: np.ndarray
    own: tuple[Background, Background]
    passages: tuple[float, float]

    @property
    def other(self) -> np.ndarray:
        """The share of passages that are in another language than each question."""
        return 1 - np.where(self.korean, *self.passages)

    def apart(self, share: float, common: bool) -> np.ndarray:
        """`weak` in deviations above the background, with such a share of its mean."""
        mean, deviation = (
            np.where(self.korean, *(getattr(one, part) for one in self.own))
            for part in ("mean", "deviation")
        )
        drawn = TYPICAL.mean + share * (mean - TYPICAL.mean)
        drawn = drawn - OTHER * self.other
        found = (self.weak - drawn) / (TYPICAL.deviation if common else deviation)
        return np.asarray(np.clip(found, -confidence.CLIP, confidence.CLIP))

    @property
    def evidence(self) -> np.ndarray:
        return self.apart(SHARE, True)


def asked(argument: str) -> Asked:
    index, _, questions = argument.partition("=")
    author = ask.open_author(index, Settings(index=index))
    retriever = author._retriever
    weak, answerable, right, korean = [], [], [], []
    for question in evaluate.read_questions(Path(questions), author.posts):
        quotes = author.best(question.question, question.history)
        readings, history = (
            author._queries.readings(question.question),
            author._queries.earlier(question.history),
        )
        found = author._finder.surest(readings, history, None, len(quotes) or 1).retrieved
        weak.append(found.weak)
        answerable.append(bool(question.gold))
        right.append(any(evaluate.covers(q, gold) for q in quotes for gold in question.gold))
        korean.append(found.language == "ko")
    ko, en = (
        confidence.background_of(retriever.weak(background.QUESTIONS[lang]))
        for lang in ("ko", "en")
    )
    known = np.array(weak), np.array(answerable), np.array(right), np.array(korean)
    return Asked(Path(index).name, *known, (ko, en), (retriever.share("ko"), retriever.share("en")))


def shares(blogs: list[np.ndarray]) -> np.ndarray:
    """What each of the blogs' questions counts: every blog that has some the same, 1 together."""
    asked = [one for one in blogs if len(one)]
    return np.concatenate([np.full(len(one), 1 / len(asked) / len(one)) for one in asked])


def together(blogs: list[Asked], share: float, common: bool) -> str:
    apart = [blog.apart(share, common) for blog in blogs]
    known, none = (
        [found[blog.answerable == kind] for blog, found in zip(blogs, apart, strict=True)]
        for kind in (True, False)
    )
    yes, no = np.concatenate(known), np.concatenate(none)
    order = np.argsort(yes)
    below = np.cumsum(shares(known)[order])
    below_or_at = np.searchsorted(np.sort(yes), no, "right"), np.searchsorted(np.sort(yes), no)
    wins = 1 - sum(np.concatenate([[0], below])[at] for at in below_or_at) / 2
    bars = [yes[order][np.searchsorted(below, wrong)] for wrong in REFUSED]
    refused = [f"{(no < bar) @ shares(none):.2f}" for bar in bars]
    return f"AUROC {wins @ shares(none):.3f}  refused {' '.join(refused)}"


def logistic(blogs: list[Asked], kinds: list[np.ndarray]) -> np.ndarray:
    """The weights of these kinds of evidence, one for every question of the blogs, and the intercept
    that make their sum the logit of having found the place."""
    x = np.stack([*kinds, np.ones(len(kinds[0]))], axis=1)
    y = np.concatenate([blog.right for blog in blogs])
    share = shares([blog.right for blog in blogs])

    def loss(v: np.ndarray) -> float:
        logit = x @ v
        return float((share * (np.logaddexp(0, logit) - y * logit)).sum())

    return np.asarray(minimize(loss, np.eye(x.shape[1])[0]).x)


def platt(blogs: list[Asked]) -> np.ndarray:
    """Slope and intercept."""
    return logistic(blogs, [np.concatenate([blog.evidence for blog in blogs])])


def other(blogs: list[Asked]) -> float:
    """How much less of `weak` a question finds in posts of another language."""
    kinds = [np.concatenate([getattr(b, kind) for b in blogs]) for kind in ("evidence", "other")]
    slope, less, _ = logistic(blogs, kinds)
    return float(OTHER + less / slope * TYPICAL.deviation)


def probability(blog: Asked, w: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-(w[0] * blog.evidence + w[1]))))


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
    own = " ".join(f"{one.mean:.2f}±{one.deviation:.2f}" for one in blog.own)
    print(f"{blog.name:10s} background {own}  AUROC {'  '.join(line)}  ECE {error:.3f}  none {refused:.2f} at 0.10 wrong (bar {bar:.2f})")  # fmt: skip


def main(arguments: list[str]) -> None:
    at = arguments.index("--held") if "--held" in arguments else len(arguments)
    blogs, held = (
        [asked(one) for one in arguments[:at]],
        [asked(one) for one in arguments[at + 1 :]],
    )
    print(f"all together; refused where {' '.join(map(str, REFUSED))} of the answerable are")
    print(f"own mean, own deviation: {together([*blogs, *held], 1, False)}")
    for share in SHARES:
        print(f"{share} of the own mean:     {together([*blogs, *held], share, True)}")
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
    ko, en = (np.mean([blog.own[at].mean for blog in blogs]) for at in (0, 1))
    spread = np.mean([one.deviation for blog in blogs for one in blog.own])
    print(f"TYPICAL mean {(ko + en) / 2:.3f} deviation {spread:.3f}")
    left_out = [other([one for one in blogs if one is not blog] or blogs) for blog in blogs]
    print(f"OTHER {other(blogs):.4f}, without one blog {min(left_out):.4f} to {max(left_out):.4f}")
    print("SLOPE, INTERCEPT", *w.round(2))


if __name__ == "__main__":
    main(sys.argv[1:])
