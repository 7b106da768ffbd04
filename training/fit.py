"""Train the bundled model's adapter and the projection of its token vectors:

    python training/fit.py KorQuAD_v1.0_dev.json SCRATCH_FOLDER [HELD_OUT_BLOG...]

writes src/ownwords/encoder/adapter.npz and src/ownwords/projections/. Data: invented authors'
blogs (training/blogs), with questions that they answer and others that they do not (near misses,
and a few unrelated ones), alone and behind other questions, and KorQuAD 1.0 dev (CC BY-ND 2.0 KR; not in this repository), its own questions and those of
korquad_questions.jsonl. No real blog takes part, and no question set of docs/quality.md's table.

What is trained: low-rank changes of the linear maps in the last eight layers (LoRA, Hu et al. 2021),
and the axes and means of the token vectors, which begin as principal axes. What for: of a batch's
passages and a bar that stands for "nothing answers", the late interaction of what answers should be
the highest, and the bar's where nothing does (near misses, strangers' questions, and every question once more without the
passages that answer it, as a reader is to tell "no answer" from "answer": Rajpurkar et al. 2018);
the same for the pooled vectors and for the weakest of the matches (of which the confidence is made),
with less weight. From the third cycle on the confidence's own signal, the weak matches of the three best
passages, is taught too whether there is an answer. Batches are drawn from one author, so that what
is told apart is alike.
"""

from __future__ import annotations

import math
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch
from data import (
    FOLLOW_UPS,
    HERE,
    KORQUAD,
    LAYERS,
    NEAR,
    Below,
    Site,
    Strangers,
    Texts,
    blog,
    conversation,
    kept,
    korquad,
    strangers,
    unrelated,
)
from model import Asked, LowRank, Model, pooled
from torch.nn.functional import normalize

from ownwords import confidence, evaluate, late_interaction
from ownwords.confidence import WITNESSES
from ownwords.encoder import adapter, building, default_model, exports
from ownwords.late_interaction import Projection
from ownwords.settings import Settings
from ownwords.vectors import SHRINK

State = dict[str, torch.Tensor]
WARM = 20  # steps in which the rate rises


@dataclass(frozen=True)
class Cycle:
    """`steps`, at which of them what questions are told apart from is looked up anew, how often a blog
    of each folder of training/blogs comes, and of a blog what is asked behind other questions, what the
    loss of the confidence's signal counts, and how much is `kept` of the way from where the cycle begins
    to where it ends."""

    steps: int
    renewed: tuple[int, ...]
    often: Mapping[str, float]
    talk: float = 0.0
    tell: float = 0.0
    kept: float = 0.5


AFTER = {"first": 0.1, "second": 0.25, "third": 0.4, "fourth": 0.6, "fifth": 0.6, "sixth": 1.0}
# In each cycle the rate falls from the top (SGDR, Loshchilov and Hutter 2017). After the first only a part
# of the way is kept (as Lookahead does, Zhang et al. 2019): what ranks best and what tells best lie apart.
# In 500 steps a question of first/ comes about once.
CYCLES = (
    Cycle(520, (0, 260), {"first": 1}, kept=1),
    Cycle(600, (0,), {"first": 1}),
    Cycle(600, (0,), {"first": 0.25, "second": 1}, tell=1.5),
    Cycle(600, (0,), {"first": 0.2, "second": 0.5, "third": 1}, tell=1.5),
    Cycle(440, (0,), {"first": 0.12, "second": 0.3, "third": 0.6, "fourth": 1}, tell=1.5),
    Cycle(
        400,
        (0,),
        {"first": 0.1, "second": 0.25, "third": 0.4, "fourth": 0.8, "fifth": 0.6},
        tell=1.5,
        kept=2 / 3,
    ),
    Cycle(
        600,
        (0,),
        {"first": 0.1, "second": 0.25, "third": 0.4, "fourth": 0.6, "fifth": 0.6, "sixth": 1.2},
        tell=1.5,
        kept=1 / 3,
    ),
    Cycle(300, (0,), AFTER, talk=0.5, tell=1.5),
    Cycle(440, (0,), AFTER, talk=0.5, tell=1.5),
)
# The two last teach what is asked behind other questions; so much is kept of the way from the end of the
# cycle before them to theirs, since with all of it the largest blog is searched a little worse.
TALKED = 0.5
LARGE = 250  # questions of a blog; one with fewer comes less often
TALKS = 120  # the same of those behind other questions
HELD = "held"  # the folder of training/blogs that no cycle takes: what the training is worth is told on it
RATE, AXES_RATE = 1e-3, 5e-4
# Of a batch: questions, passages near each (one more for those without an answer), drawn from so many.
QUESTIONS, HARD, AMONG = 16, 2, 10
WITHOUT, STRANGE = 5, 2  # of those questions, ones without an answer, and strangers' beside them
# What the loss of the pooled vectors, and of the weak matches, counts beside late interaction's.
POOLED, WEAK = 0.5, 0.5
BAR, POOLED_BAR = 0.5, 0.3  # what the bar counts beside the order, for each of the two
OFTEN = 3.0  # how often KorQuAD comes, beside one blog; its missing answers count less, since
ELSEWHERE = 0.3  # other paragraphs of an article often do answer
VECTORS = 0.6  # what the pooled vectors count beside late interaction, where passages are chosen
CONTEXT = 0.7  # share of batches whose passages stand under their headings


def prepare(model: Model, sites: list[Site], apart: dict[str, Texts]) -> None:
    """Each site's centres and, for each question, what it is told apart from: what the model as it
    is now ranks first by late interaction and the pooled vectors (KorQuAD: by these, once a cycle)."""
    with torch.no_grad():
        middle = {
            lang: pooled(model.states(t, np.arange(len(t)))).mean(0) for lang, t in apart.items()
        }
        for site in sites:
            site.centres = dict(middle)
            for context, texts in ((True, site.contexts), (False, site.passages)):
                some = pooled(model.states(texts, np.arange(0, len(texts), 4)))
                site.centres[context] = some.mean(0) * len(texts) / (len(texts) + SHRINK)
            if site.name != "korquad":
                every = np.arange(len(site.answers)), np.arange(len(site.contexts))
                late, _, cosine = model.scores(site, True, *every)
                close = apart_from_mean(late) + VECTORS * apart_from_mean(cosine)
            elif site.near is None:
                known = pooled(model.states(site.passages, np.arange(len(site.passages))))
                asked = pooled(model.states(site.questions, np.arange(len(site.answers))))
                means = torch.stack([middle[lang] for lang in site.language])
                close = normalize(asked - means) @ normalize(known - site.centres[False]).T
            else:
                continue
            site.near = close.argsort(1, descending=True)[:, :NEAR].numpy()


def apart_from_mean(scores: torch.Tensor) -> torch.Tensor:
    return (scores - scores.mean(1, keepdim=True)) / scores.std(1, keepdim=True)


def drawn(site: Site, rng: np.random.Generator) -> tuple[Any, Any]:
    """Questions of one group, and the passages that they are told apart among."""
    inside = np.flatnonzero(site.group == rng.choice(np.unique(site.group)))
    known = rng.permutation(inside[site.answerable[inside]])
    none = rng.permutation(inside[~site.answerable[inside]])[:WITHOUT]
    if site.name == "korquad":  # a visitor's wording first (it names a paragraph, not a passage)
        unlike = np.array([bool(site.unsure[question]) for question in known])
        known = np.concatenate([known[~unlike][: QUESTIONS - 5], known[unlike][:5]])
    questions = np.concatenate([known[: QUESTIONS - len(none)], none])
    passages: list[int] = []
    for question in questions:
        answers = site.answers[question]
        others = [row for row in site.near[question] if row not in answers][:AMONG]
        passages.extend(rng.permutation(others)[: HARD if answers else HARD + 1])
        if answers:
            passages.append(rng.choice(answers))
    return questions, np.unique(passages)


def loss(
    model: Model, site: Site, others: Strangers, tell: float, rng: np.random.Generator
) -> torch.Tensor:
    questions, rows = drawn(site, rng)
    chosen = rng.choice(len(others.questions), STRANGE, replace=False)
    strange = Asked(others.questions, others.language, chosen)
    late, weak, cosine = model.scores(site, bool(rng.random() < CONTEXT), questions, rows, strange)
    right, unsure = (
        torch.tensor(np.array([np.isin(rows, some[q]) for q in questions] + [rows < 0] * STRANGE))
        for some in (site.answers, site.unsure)
    )
    much = ELSEWHERE if site.name == "korquad" else 1.0
    total = model.late.loss(late, right, unsure, BAR * much)
    total = total + WEAK * model.weak.loss(weak, right, unsure, BAR * much)
    if site.name != "korquad":  # where other paragraphs do answer
        sure = weak.topk(min(WITNESSES, weak.shape[1]), dim=1).values.mean(1)
        total = total + tell * model.sure.told(sure, right.any(1))
    return total + POOLED * model.pooled.loss(cosine, right, unsure, POOLED_BAR * much)


def train(
    model: Model,
    sites: Mapping[Site, float],
    apart: dict[str, Texts],
    others: Strangers,
    cycle: Cycle,
    seed: int,
) -> None:
    """One cycle, from what the model is. `sites`: how often each comes, to begin with."""
    rng = np.random.default_rng(seed)
    every = list(sites)
    for site in every:
        site.near = None
    low = [part for name, part in model.named_parameters() if name.endswith((".down", ".up"))]
    scales = [
        part for name, part in model.named_parameters() if name.endswith((".bar", "_temperature"))
    ]
    groups = [
        (low, RATE),
        ([model.axes], AXES_RATE),
        ([model.mean, model.question_mean], AXES_RATE / 10),
        (scales, AXES_RATE * 10),
    ]
    optimiser = torch.optim.AdamW([{"params": some} for some, _ in groups], weight_decay=0)
    chance = np.array(list(sites.values()))
    for step in range(cycle.steps):
        if step in cycle.renewed:
            prepare(model, every, apart)
        wave = 0.1 + 0.9 * (0.5 + 0.5 * math.cos(math.pi * step / cycle.steps))
        for group, (_, rate) in zip(optimiser.param_groups, groups, strict=True):
            group["lr"] = rate * min(1, (step + 1) / WARM) * wave
        optimiser.zero_grad()
        pair = rng.choice(len(every), min(2, len(every)), replace=False, p=chance / chance.sum())
        losses = [loss(model, every[one], others, cycle.tell, rng) / len(pair) for one in pair]
        total = torch.stack(losses).sum()
        total.backward()
        torch.nn.utils.clip_grad_norm_(low, 1.0)
        optimiser.step()
        if step % 20 == 19:
            print(f"step {step + 1} of {cycle.steps}: loss {total.item():.2f}", flush=True)


def between(one: State, other: State, share: float) -> State:
    """So much of the way from one state of the model to another."""
    return {name: one[name].lerp(other[name], share) for name in other}


def tell(model: Model, sites: list[Site], label: str) -> None:
    """What late interaction alone finds, and how the confidence's signal tells."""
    for site in sites:
        with torch.no_grad():
            every = np.arange(len(site.answers)), np.arange(len(site.contexts))
            late, weak = (scores.numpy() for scores in model.scores(site, True, *every)[:2])
        ranks = [
            int(np.isin(np.argsort(-scores), answers).argmax())
            for scores, answers in zip(late, site.answers, strict=True)
            if answers
        ]
        sure, known = np.array([confidence.weak(one) for one in weak]), site.answerable
        auroc = evaluate.auroc(list(sure[known]), list(sure[~known]))
        first, third = np.less(ranks, 1).mean(), np.less(ranks, 3).mean()
        print(
            f"{site.name} {label}: hit@1 {first:.3f}, hit@3 {third:.3f}, AUROC {auroc:.3f}",
            flush=True,
        )


def sample(model: Model, texts: Texts) -> torch.Tensor:
    """The own tokens of every eighth text, shape (tokens, dimension)."""
    with torch.no_grad():
        states = model.states(texts, np.arange(0, len(texts), 8))
    return torch.cat([one[texts.before : -1] for one in states])


def write(model: Model, site: Site) -> None:
    """The adapter, then, under the adapted model's fingerprint, the projection.

    An encoder's tokens have length 1, while the states here all are about 5 long (deviation 0.2):
    the means are brought to that length, and the steps are those of a sample brought to it."""
    low = {
        f"encoder.layer.{LAYERS[at]}.{name}.{part}": getattr(found, part).detach().numpy()
        for at, layer in enumerate(model.layers)
        for name, found in layer.named_modules()
        if isinstance(found, LowRank)
        for part in ("down", "up")
    }
    adapter.write(low)
    asked, known = sample(model, site.questions), sample(model, site.contexts)
    question_mean = (model.question_mean.detach() / asked.norm(dim=-1).mean()).numpy()
    mean = (model.mean.detach() / known.norm(dim=-1).mean()).numpy()
    axes, tokens = model.axes.detach().numpy(), normalize(known, dim=-1).numpy()
    fitted = Projection.of(mean, question_mean, axes, tokens)
    adapted = building.load(str(exports.unpacked(exports.cache(Settings()))), False)
    name = building.fingerprint(adapted, default_model.NAME)
    folder = Path(late_interaction.__file__).parent / "projections"
    values = {f.name: getattr(fitted, f.name).astype(np.float16) for f in fields(fitted)}
    np.savez(folder / f"{name}.npz", **values)
    for old in folder.glob("*.npz"):
        if old.stem != name:
            old.unlink()


def main(file: str, scratch: str, *held: str) -> None:
    folders = sorted((HERE / "blogs").glob("*/*"))
    if unknown := set(held) - {folder.name for folder in folders}:
        sys.exit(f"training/blogs has no {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory() as plain:
        default_model.unpack(Path(plain), adapted=False)
        below = Below(building.load(plain, False).float().cpu().eval())
    wikipedia = kept(Path(scratch), [Path(file), KORQUAD], lambda: korquad(Path(file), below))
    blogs = {}
    for folder in folders:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        blogs[folder] = kept(Path(scratch), files, lambda folder=folder: blog(folder, below))
    talks = {
        folder: conversation(folder, below, site)
        for folder, site in blogs.items()
        if (folder / FOLLOW_UPS).is_file()
    }
    seen = [f for f in folders if f.parent.name != HELD and f.name not in held]
    unseen = [
        site for some in (blogs, talks) for folder, site in some.items() if folder not in seen
    ]
    others, apart = strangers(seen, below), unrelated(below)
    torch.manual_seed(0)
    model = Model(below.upper)
    model.begin(sample(model, wikipedia.contexts))
    prepare(model, unseen, apart)
    tell(model, unseen, "before")
    ends = []
    for number, cycle in enumerate(CYCLES):
        sites = {wikipedia: OFTEN}
        for folder in seen:
            if often := cycle.often.get(folder.parent.name, 0):
                sites[blogs[folder]] = often * min(1, len(blogs[folder].answers) / LARGE)
            if folder in talks and cycle.talk:
                sites[talks[folder]] = cycle.talk * min(1, len(talks[folder].answers) / TALKS)
        began = {name: part.detach().clone() for name, part in model.state_dict().items()}
        train(model, sites, apart, others, cycle, number)
        ended = model.state_dict()
        ends.append(between(began, ended, cycle.kept))
        model.load_state_dict(ends[-1])
    quiet = next(at for at, cycle in enumerate(CYCLES) if cycle.talk) - 1
    model.load_state_dict(between(ends[quiet], ends[-1], TALKED))
    prepare(model, unseen, apart)
    tell(model, unseen, "after")
    if not held:
        write(model, wikipedia)


if __name__ == "__main__":
    main(*sys.argv[1:])
