"""Fit the projection of the default model's token vectors: writes src/ownwords/projections/.

    python scripts/fit_projection.py KorQuAD_v1.0_dev.json [SCRATCH_FOLDER [MORE_QUESTIONS.jsonl]]

The data: KorQuAD 1.0 dev (CC BY-ND 2.0 KR; 964 paragraphs of Wikipedia, 5,774 questions), and
scripts/visitor_questions.jsonl: questions to every second of its paragraphs in a visitor's wording,
half of them in English, written for this. The projection that is kept saw 481 more, English versions
of KorQuAD's own questions, which its licence does not let stand here. No blog and no question set
takes part.

The axes begin as the principal axes of the paragraphs' centred tokens and are trained a little
(ColBERT, Khattab and Zaharia 2020): of a batch's passages and those that the pooled vectors take
for the answer, the one that answers should have the best late interaction. Few steps on purpose: of
one run, other people's blogs had gained less after 239 than after 119. The mean of three runs is kept (Wortsman et al. 2022). Every tenth paragraph is held out; the
script prints how often its questions find it before twelve near ones. Vectors are kept in
SCRATCH_FOLDER, where one is named, for the next run.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn.functional import normalize

from ownwords import encoder, late_interaction
from ownwords.encoder import Embeddings, Encoder
from ownwords.late_interaction import Projection
from ownwords.passages import sentence_splitter
from ownwords.settings import Settings
from ownwords.vectors import centred

QUESTIONS = Path(__file__).with_name("visitor_questions.jsonl")
STEPS, BATCH, NEAR, RATE, SEEDS = 120, 32, 2, 1e-3, (0, 1, 2)
# Of a batch: KorQuAD's own questions share their words with the paragraph, a visitor's do not.
SHARES = {"korquad": 0.2, "ko": 0.35, "en": 0.45}


@dataclass(frozen=True)
class Texts:
    """Encoded texts. Text i has tokens `starts[i]:starts[i + 1]`; `paragraph` (texts,) is the one
    it stands in or asks for."""

    vectors: Any
    tokens: Any
    starts: Any
    ids: Any
    paragraph: Any

    @classmethod
    def of(cls, made: list[Embeddings], paragraph: list[int]) -> Texts:
        tokens = [rows for part in made for rows in part.tokens or ()]
        ids = [one for part in made for one in part.ids or ()]
        return cls(
            np.concatenate([part.vectors for part in made]),
            np.concatenate(tokens).astype(np.float16),
            np.cumsum([0, *map(len, tokens)]),
            np.concatenate(ids),
            np.array(paragraph),
        )

    def lengths(self, rows: Any) -> list[int]:
        return [int(self.starts[row + 1] - self.starts[row]) for row in rows]

    def of_rows(self, rows: Any) -> torch.Tensor:
        parts = [self.tokens[self.starts[row] : self.starts[row + 1]] for row in rows]
        return torch.tensor(np.concatenate(parts).astype(np.float32))


class Data:
    """KorQuAD's passages, all questions, and for each question the passage that answers (-1: any of
    its paragraph), its source and the twelve passages of other paragraphs that are nearest to it."""

    def __init__(self, korquad: Path, scratch: Path | None, more: Path | None) -> None:
        paragraphs = [
            paragraph
            for article in json.loads(korquad.read_text(encoding="utf-8"))["data"]
            for paragraph in article["paragraphs"]
        ]
        texts, owner, begins = _passages(paragraphs)
        files = [QUESTIONS, more] if more else [QUESTIONS]
        asked, paragraph, source, self.right = _questions(paragraphs, owner, begins, files)
        model = encoder.open_for_build(Settings(), texts, print)
        self.fingerprint = model.fingerprint
        self.passages = _kept(scratch, "passages", texts, owner, model)
        self.questions = _kept(scratch, "questions", asked, paragraph, model)
        self.source = np.array(source)
        self.near = self._near()
        self.rarity = _rarity(self.passages)

    def _near(self) -> Any:
        vectors = np.empty_like(self.questions.vectors)
        for name in SHARES:
            rows = self.source == name
            vectors[rows] = centred(self.questions.vectors[rows])
        order = np.argsort(-vectors @ centred(self.passages.vectors).T, axis=1)[:, :60]
        found = []
        for row, mine in zip(order, self.questions.paragraph, strict=True):
            found.append(row[self.passages.paragraph[row] != mine][:12])
        return np.array(found)


def _passages(paragraphs: list[Any]) -> tuple[list[str], list[int], list[int]]:
    """Passages, their paragraphs, and where in them they begin."""
    texts, owner, begins = [], [], []
    for number, paragraph in enumerate(paragraphs):
        at = 0
        for text in sentence_splitter(300).split_text(paragraph["context"]):
            at = paragraph["context"].index(text, at)
            texts.append(text)
            owner.append(number)
            begins.append(at)
            at += len(text)
    return texts, owner, begins


def _questions(
    paragraphs: list[Any], owner: list[int], begins: list[int], files: list[Path]
) -> tuple[list[str], list[int], list[str], Any]:
    """Texts, paragraphs, sources and answering passages."""
    rows: dict[int, list[int]] = {}
    for row, number in enumerate(owner):
        rows.setdefault(number, []).append(row)
    found = [
        (qa["question"], number, "korquad",
         max((r for r in rows[number] if begins[r] <= qa["answers"][0]["answer_start"]), default=-1))
        for number, paragraph in enumerate(paragraphs)
        for qa in paragraph["qas"]
    ]  # fmt: skip
    for line in (line for file in files for line in file.read_text("utf-8").splitlines()):
        own = json.loads(line)
        found.append((own["question"], own["paragraph"], own["lang"], -1))
    asked, paragraph, source, right = (list(column) for column in zip(*found, strict=True))
    return asked, paragraph, source, np.array(right)


def _kept(
    scratch: Path | None, name: str, texts: list[str], owner: list[int], model: Encoder
) -> Texts:
    file = scratch / f"{name}.npz" if scratch else None
    if file and file.is_file():
        with np.load(file) as kept:
            return Texts(**{f.name: kept[f.name] for f in fields(Texts)})
    encode = model.encode_passages if name == "passages" else model.encode_queries
    made = [encode(texts[at : at + 512], tokens=True) for at in range(0, len(texts), 512)]
    found = Texts.of(made, owner)
    if file:
        np.savez(file, **{f.name: getattr(found, f.name) for f in fields(Texts)})
    return found


def _rarity(passages: Texts) -> Any:
    """What `TokenTable.weights` makes of each token of the vocabulary, before it sums to 1."""
    count = np.zeros(int(passages.ids.max()) + 1)
    for start, end in zip(passages.starts, passages.starts[1:], strict=False):
        count[np.unique(passages.ids[start:end])] += 1
    size = len(passages.starts) - 1
    return np.log1p((size - count + 0.5) / (count + 0.5)) ** late_interaction.RARITY


class Model(torch.nn.Module):
    """The projection, not yet compressed, and the temperature of its scores."""

    def __init__(self, data: Data) -> None:
        super().__init__()
        self.data = data
        sample = torch.tensor(data.passages.tokens[::7].astype(np.float32))
        mean = sample.mean(0)
        apart = normalize(sample - mean, dim=-1)
        _, axes = torch.linalg.eigh(apart.T @ apart)
        self.axes = torch.nn.Parameter(axes.flip(1)[:, : late_interaction.AXES].contiguous())
        self.mean = torch.nn.Parameter(mean.clone())
        self.question_mean = torch.nn.Parameter(mean.clone())
        self.log_temperature = torch.nn.Parameter(torch.tensor(3.4))

    def forward(self, questions: Any, passages: Any) -> torch.Tensor:
        """Late interaction of questions with passages, shape (questions, passages)."""
        asked, known = self.data.questions, self.data.passages
        turned = self._turned(asked.of_rows(questions), self.question_mean)
        found = turned @ self._turned(known.of_rows(passages), self.mean).T
        parts = found.split(known.lengths(passages), 1)
        best = torch.stack([part.amax(1) for part in parts], 1)
        weights = torch.tensor(np.concatenate([self._weights(q) for q in questions]))
        owner = torch.tensor(np.repeat(np.arange(len(questions)), asked.lengths(questions)))
        total = torch.zeros(len(questions), len(passages))
        return total.index_add(0, owner, best * weights[:, None].float())

    def _turned(self, tokens: torch.Tensor, mean: torch.Tensor) -> torch.Tensor:
        return normalize(normalize(tokens - mean, dim=-1) @ self.axes, dim=-1)

    def _weights(self, question: int) -> Any:
        asked, rarity = self.data.questions, self.data.rarity
        ids = asked.ids[asked.starts[question] : asked.starts[question + 1]]
        known = rarity[np.minimum(ids, len(rarity) - 1)]
        found = np.where(ids < len(rarity), known, rarity.max())
        return found / found.sum()


def train(model: Model, rows: Any, rng: np.random.Generator) -> None:
    """`rows`: the questions to train on."""
    data = model.data
    means = [model.mean, model.question_mean]
    optimiser = torch.optim.Adam(
        [{"params": [model.axes]}, {"params": means}, {"params": [model.log_temperature]}]
    )
    chance = np.array(
        [SHARES[name] / (data.source[rows] == name).sum() for name in data.source[rows]]
    )
    for step in range(STEPS):
        rate = RATE * min(1, step / 30) * (0.5 + 0.5 * np.cos(np.pi * step / STEPS))
        for group, factor in zip(optimiser.param_groups, (1, 0.1, 10), strict=True):
            group["lr"] = rate * factor
        questions = rng.choice(rows, BATCH, replace=False, p=chance)
        loss = _loss(model, questions, rng)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 20 == 19:
            print(f"step {step + 1} of {STEPS}: loss {float(loss.detach()):.2f}", flush=True)


def _loss(model: Model, questions: Any, rng: np.random.Generator) -> torch.Tensor:
    """How surprised the scores are at what answers, among the batch's passages."""
    data = model.data
    mine = data.questions.paragraph[questions]
    right = [
        row if row >= 0 else rng.choice(np.flatnonzero(data.passages.paragraph == paragraph))
        for row, paragraph in zip(data.right[questions], mine, strict=True)
    ]
    near = [rng.choice(data.near[question], NEAR, replace=False) for question in questions]
    passages = np.unique(np.concatenate([right, *near]))
    same = data.passages.paragraph[passages][None] == mine[:, None]
    exact = passages[None] == np.array(right)[:, None]
    good = torch.tensor(np.where(data.right[questions][:, None] < 0, same, exact))
    scores = model(questions, passages) * model.log_temperature.exp()
    scores = scores.masked_fill(torch.tensor(same) & ~good, -1e4)  # says neither
    answered = scores.masked_fill(~good, -1e4).logsumexp(1)
    return -(answered - scores.logsumexp(1)).mean()


def tell(model: Model, rows: Any, label: str) -> None:
    """How often held-out questions find their paragraph before the near ones, by source."""
    data, found = model.data, {}
    with torch.no_grad():
        for row in rows:
            own = np.flatnonzero(data.passages.paragraph == data.questions.paragraph[row])
            scores = model([row], np.concatenate([own, data.near[row]]))[0]
            won = bool(scores[: len(own)].max() > scores[len(own) :].max())
            found.setdefault(data.source[row], []).append(won)
    figures = (f"{name} {np.mean(won):.3f} of {len(won)}" for name, won in found.items())
    print(f"{label}: " + ", ".join(figures), flush=True)


def main(korquad: str, scratch: str | None = None, more: str | None = None) -> None:
    data = Data(Path(korquad), Path(scratch) if scratch else None, Path(more) if more else None)
    held = data.questions.paragraph % 10 == 9
    model = Model(data)
    begun = [part.clone() for part in model.state_dict().values()]
    tell(model, np.flatnonzero(held), "principal axes")
    runs = []
    for seed in SEEDS:
        model.load_state_dict(dict(zip(model.state_dict(), begun, strict=True)))
        train(model, np.flatnonzero(~held), np.random.default_rng(seed))
        runs.append([part.clone() for part in model.state_dict().values()])
    means = [torch.stack(parts).mean(0) for parts in zip(*runs, strict=True)]
    model.load_state_dict(dict(zip(model.state_dict(), means, strict=True)))
    tell(model, np.flatnonzero(held), "trained")
    parts = [part.detach().numpy() for part in (model.mean, model.question_mean, model.axes)]
    fitted = Projection.of(*parts, data.passages.tokens[::7].astype(np.float32))
    folder = Path(late_interaction.__file__).parent / "projections"
    folder.mkdir(exist_ok=True)
    file = folder / f"{data.fingerprint}.npz"
    np.savez(file, **{f.name: getattr(fitted, f.name).astype(np.float16) for f in fields(fitted)})
    print(f"{file.name}: {file.stat().st_size} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
