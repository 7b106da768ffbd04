"""sentence-transformers' CrossEncoder: its export, and scores where it has none.

`python -m ownwords.encoder.building_reranker NAME SOURCE FOLDER TRUST` exports in a process of its
own, as `exporting` does for the encoder.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np

from ownwords import reference
from ownwords.encoder import building, exporting
from ownwords.encoder.records import TYPES, Description, Scores, readable
from ownwords.encoder.reranking import OnnxReranker, Pairs


class TorchReranker:
    """See the protocol `Reranker`. `source` is a hub name or a folder."""

    def __init__(self, source: str, trust: bool = False, wanted: int = 0) -> None:
        self.name = source
        self._model = building.load_reranker(source, trust, wanted).float()
        self._model.max_seq_length = _longest(self._model)

    def scores(self, question: str, passages: Sequence[str]) -> Scores:
        return _scores(self._model, question, passages)


class RerankerMaker:
    """See the protocol `exporting.Maker`. `name` is what to load."""

    narrow = False

    def __init__(self, name: str, trust: bool) -> None:
        self._name = name
        self.model = building.load_reranker(name, trust).float().cpu().eval()

    def inputs(self) -> list[str]:
        read = inspect.signature(self.model[0].auto_model.forward).parameters
        typed = TYPES in self.model.tokenizer("a", "b") and TYPES in read
        return [TYPES] if typed else []

    def samples(self, folder: Path, description: Description) -> Iterable[Sequence[Any]]:
        pairs, texts = Pairs(folder, description), reference.paragraphs()
        for question, text in zip(cycle(exporting.PROBES), texts, strict=False):
            for pair in pairs.of(question, [text]):
                yield pair.ids, pair.type_ids

    def describe(self) -> Description:
        return Description(
            name=self._name,
            dimension=1,
            fingerprint=building.fingerprint(self.model, self._name),
            query_prompt="",
            passage_prompt="",
            pooling="score",
            max_tokens=_longest(self.model),
        )

    def prepare(self, folder: Path, description: Description) -> Description:
        kinds = [type(module).__name__ for module in self.model]
        if kinds != ["Transformer"]:
            raise ValueError(f"its modules are {', '.join(kinds)}")
        if self.model.prompts.get(self.model.default_prompt_name):
            raise ValueError("it has a prompt")
        self.model.tokenizer.backend_tokenizer.save(str(folder / description.tokenizer_file))
        self.model.max_seq_length = description.max_tokens
        self._wanted = _probe_scores(lambda *pair: _scores(self.model, *pair))
        return description

    def likeness(self, folder: Path, description: Description) -> float:
        """The correlation of the model's scores with its export's: what is wanted of them is
        their order, whatever their scale."""
        found = _probe_scores(OnnxReranker(folder, description).scores)
        return float(np.corrcoef(self._wanted, found)[0, 1])


def _probe_scores(scores: Any) -> Scores:
    """Of every probe as a question with every one as a passage, and of one to be cut."""
    asked = exporting.PROBES
    return np.concatenate(
        [scores(asked[0], [exporting.LONG]), *(scores(one, asked) for one in asked)]
    )


def _scores(model: Any, question: str, passages: Sequence[str]) -> Scores:
    """Before the activation, which keeps the order but makes high scores alike."""
    pairs = [(readable(question), readable(text)) for text in passages]
    given = model.predict(pairs, activation_fn=lambda scores: scores, show_progress_bar=False)
    return np.asarray(given, dtype=np.float32).reshape(len(pairs))


def _longest(model: Any) -> int:
    """Tokens a pair is cut to. RoBERTa's kin begin to count places after their padding's number:
    the last of their table are never reached, whatever their tokenizer says."""
    embeddings = getattr(model[0].auto_model.base_model, "embeddings", None)
    places = getattr(embeddings, "position_embeddings", None)
    limit = building.longest(model)
    if places is None or getattr(places, "padding_idx", None) is None:
        return limit
    return min(limit, int(places.num_embeddings) - int(places.padding_idx) - 1)


def main(name: str, source: str, target: str, trust: str) -> None:
    """Export to the empty folder `target`; `source` is the state to record of a local folder."""
    exporting.step(1)
    exporting.export(RerankerMaker(name, bool(trust)), Path(target), source)


if __name__ == "__main__":
    exporting.run(main)
