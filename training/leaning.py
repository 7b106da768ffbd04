"""Fit what tells whether a question leans on those before it (`ownwords.leaning`):

    python training/leaning.py

Run after fit.py, whose model it reads. It leans in the `follow_ups.jsonl` of blogs/ where it leaves out what
it is about, stands alone where it changes the subject, as do the ordinary questions of these blogs. Printed
is how it tells those of `held/`, by their form.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from ownwords import centring, conversation, encoder, evaluate, leaning
from ownwords.language import language_of
from ownwords.rows import unit
from ownwords.settings import Settings

HERE = Path(__file__).parent
LEANING = {"lost", "points", "topic", "none"}  # forms of a follow-up that leave something out
ALONE = 90  # ordinary questions of a blog, drawn at random
# What those that lean count, of all together. With 0.5, 0.6 and 0.67 507, 503 and 500 of 604 real changes of subject
# were found among three, and 14, 17 and 18 of 22 real follow-ups; 370 others alike.
SHARE = 0.6
STRENGTHS = (0.1, 0.3, 1.0, 3.0, 10.0)
STRENGTH = (
    1.0  # scikit-learn's C: with 0.3 those of held/ are told a little worse, with 3 no better
)


@dataclass(frozen=True)
class Asked:
    """A question as it is read alone, and the form of the follow-up that it is, "" where it is none."""

    text: str
    form: str
    held: bool

    @property
    def leans(self) -> bool:
        return self.form in LEANING


def asked(blog: Path, rng: random.Random) -> list[Asked]:
    held = blog.parent.name == "held"
    follow_ups, alone = (
        [json.loads(line) for line in (blog / name).read_text(encoding="utf-8").splitlines()]
        for name in ("follow_ups.jsonl", "questions.jsonl")
    )
    found = [(one["question"], one["form"]) for one in follow_ups]
    found += [(one["question"], "") for one in rng.sample(alone, min(ALONE, len(alone)))]
    return [
        Asked(conversation.opened(text), form, held)
        for text, form in found
        if not conversation.points_back(text)
    ]


def fitted(vectors: np.ndarray, leans: np.ndarray, strength: float) -> leaning.Leaning:
    counts = np.where(leans, SHARE / leans.mean(), (1 - SHARE) / (1 - leans.mean()))
    model = LogisticRegression(C=strength, max_iter=2_000)
    model.fit(vectors, leans, sample_weight=counts)
    return leaning.Leaning(model.coef_[0].astype(np.float32), float(model.intercept_[0]))


def main() -> None:
    rng = random.Random(1)
    blogs = sorted(file.parent for file in (HERE / "blogs").glob("*/*/follow_ups.jsonl"))
    every = [one for blog in blogs for one in asked(blog, rng)]
    engine = encoder.open_for_answers(Settings())
    centres = centring.centres(engine)
    vectors = engine.encode_queries([one.text for one in every]).vectors
    vectors = np.stack(
        [
            unit(vector - centres[language_of(one.text)])
            for one, vector in zip(every, vectors, strict=True)
        ]
    )
    leans, held = (np.array([getattr(one, name) for one in every]) for name in ("leans", "held"))
    for strength in STRENGTHS:
        found = fitted(vectors[~held], leans[~held], strength)
        told = np.array([found.probability(vector) for vector in vectors])
        area = evaluate.auroc(list(told[held & leans]), list(told[held & ~leans]))
        print(f"strength {strength}: AUROC of {held.sum()} questions {area:.3f}")
        for form in sorted({one.form for one in every}):
            some = np.array([one.held and one.form == form for one in every])
            print(f"  {form or 'ordinary':10s} {some.sum():4d}  mean {told[some].mean():.2f}")
    found = fitted(vectors[~held], leans[~held], STRENGTH)
    folder = Path(leaning.__file__).parent / "leanings"
    for old in folder.glob("*.npz"):
        old.unlink()
    np.savez(folder / f"{engine.fingerprint}.npz", weights=found.weights, intercept=found.intercept)


if __name__ == "__main__":
    main()
