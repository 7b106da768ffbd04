"""The layers that are adapted, what makes scores of their states, and the losses of those scores."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from data import Site, Texts
from torch.nn.functional import normalize

from ownwords import late_interaction
from ownwords.encoder import building

RANK = 16
# The layers multiply in bfloat16 where the processor does: 1.1 s for a blog's batch, 2.0 without.
FAST = building.fast_bfloat16()


class LowRank(torch.nn.Module):
    """A linear map and a low-rank change of it; none at first."""

    def __init__(self, inner: torch.nn.Linear) -> None:
        super().__init__()
        self.inner = inner.requires_grad_(False)
        start = torch.randn(RANK, inner.in_features) / math.sqrt(inner.in_features)
        self.down = torch.nn.Parameter(start)
        self.up = torch.nn.Parameter(torch.zeros(inner.out_features, RANK))

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        return self.inner(given) + given @ self.down.T @ self.up.T


@dataclass(frozen=True)
class Asked:
    """Some of these questions."""

    texts: Texts
    language: list[str]
    rows: Any


class Model(torch.nn.Module):
    """The layers that are adapted, and what makes scores of their states."""

    def __init__(self, layers: list[Any]) -> None:
        super().__init__()
        self.layers = torch.nn.ModuleList(layers).requires_grad_(False).eval()
        for layer in self.layers:
            for name, linear in list(layer.named_modules()):
                if isinstance(linear, torch.nn.Linear):
                    parent, _, leaf = name.rpartition(".")
                    setattr(layer.get_submodule(parent), leaf, LowRank(linear))
        self.late, self.weak, self.pooled = Scale(3.2, 0.45), Scale(2.5, 0.3), Scale(2.8, 0.4)
        self.sure = Scale(2.5, 0.3)

    def begin(self, tokens: torch.Tensor) -> None:
        """Principal axes and mean of such tokens, shape (tokens, dimension)."""
        mean = tokens.mean(0)
        apart = normalize(tokens - mean, dim=-1)
        _, axes = torch.linalg.eigh(apart.T @ apart)
        kept_axes = axes.flip(1)[:, : late_interaction.AXES].contiguous()
        self.axes, self.mean, self.question_mean = map(
            torch.nn.Parameter, (kept_axes, mean.clone(), mean.clone())
        )

    def states(self, texts: Texts, rows: Any) -> list[torch.Tensor]:
        """Of each text its last states, shape (tokens, dimension), prompt and ends with them."""
        found: list[Any] = [None] * len(rows)
        for places in texts.batches(rows):
            given = [texts.states[texts.starts[r] : texts.starts[r + 1]] for r in rows[places]]
            parts = [torch.from_numpy(one.astype(np.float32)) for one in given]
            states = torch.nn.utils.rnn.pad_sequence(parts, batch_first=True)
            lengths = torch.tensor([len(part) for part in parts])
            mask = (torch.arange(states.shape[1])[None] < lengths[:, None])[:, None, None]
            with torch.autocast("cpu", torch.bfloat16, enabled=FAST):
                for layer in self.layers:
                    states = layer(states, mask)
            for place, row, length in zip(places, states, lengths, strict=True):
                found[place] = row[:length].float()
        return found

    def tokens(self, states: list[torch.Tensor], texts: Texts, mean: torch.Tensor) -> torch.Tensor:
        """The texts' own tokens on the axes, one after the other."""
        own = torch.cat([one[texts.before : -1] for one in states])
        return normalize(normalize(own - mean, dim=-1) @ self.axes, dim=-1)

    def scores(
        self, site: Site, context: bool, questions: Any, rows: Any, strange: Asked | None = None
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Late interaction, its weak matches and the cosine of each question (then of each
        stranger's) with each passage, shape (questions, rows): see `confidence.witnessed`."""
        texts = site.contexts if context else site.passages
        known = self.states(texts, rows)
        passages = self.tokens(known, texts, self.mean)
        lengths = [len(one) - texts.before - 1 for one in known]
        vectors = normalize(pooled(known) - site.centres[context], dim=-1)
        late, weak, cosine = [], [], []
        for asked in (Asked(site.questions, site.language, questions), strange):
            if asked is not None:
                found = self.states(asked.texts, asked.rows)
                for at in range(0, len(found), 64):  # fewer at once: less memory
                    some = self.tokens(found[at : at + 64], asked.texts, self.question_mean)
                    best = [part.amax(1) for part in (some @ passages.T).split(lengths, 1)]
                    weights = [site.weights(asked.texts, row) for row in asked.rows[at : at + 64]]
                    each = torch.stack(best, 1).split([len(one) for one in weights])
                    late += [w @ matches for w, matches in zip(weights, each, strict=True)]
                    own = site.own if asked.texts is site.questions else None
                    for row, matches in zip(asked.rows[at : at + 64], each, strict=True):
                        mine = matches if own is None else matches[len(matches) - own[row] :]
                        weak.append(mine.quantile(0.25, dim=0))
                middle = torch.stack([site.centres[asked.language[row]] for row in asked.rows])
                cosine.append(normalize(pooled(found) - middle, dim=-1) @ vectors.T)
        return torch.stack(late), torch.stack(weak), torch.cat(cosine)


class Scale(torch.nn.Module):
    """How a kind of score becomes a logit, and the score of the bar."""

    def __init__(self, log_temperature: float, bar: float) -> None:
        super().__init__()
        self.log_temperature = torch.nn.Parameter(torch.tensor(log_temperature))
        self.bar = torch.nn.Parameter(torch.tensor(bar))

    def loss(
        self, scores: torch.Tensor, right: torch.Tensor, unsure: torch.Tensor, bar: float
    ) -> torch.Tensor:
        """`bar`: what the bar counts beside the order of the passages."""
        logits = (scores * self.log_temperature.exp()).masked_fill(unsure, -1e4)
        level = (self.bar * self.log_temperature.exp()).expand(len(scores), 1)
        wrong = torch.cat([logits.masked_fill(right, -1e4), level], 1).logsumexp(1) - level[:, 0]
        known = right.any(1)
        if not known.any():
            return bar * wrong.mean()
        found = logits.masked_fill(~right, -1e4).logsumexp(1)
        order = (logits.logsumexp(1) - found)[known].mean()
        above = (torch.cat([logits, level], 1).logsumexp(1) - found)[known].mean()
        total = order + bar * (above + 0.5 * wrong[known].mean())
        return total if known.all() else total + bar * wrong[~known].mean()

    def told(self, scores: torch.Tensor, answered: torch.Tensor) -> torch.Tensor:
        """Whether there is an answer, by one score a question."""
        logits = (scores - self.bar) * self.log_temperature.exp()
        return torch.nn.functional.binary_cross_entropy_with_logits(logits, answered.float())


def pooled(states: list[torch.Tensor]) -> torch.Tensor:
    return normalize(torch.stack([one.mean(0) for one in states]), dim=-1)
