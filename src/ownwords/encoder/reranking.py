"""An exported reranker: a question and a passage in one text, onnxruntime scores them together."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ownwords.encoder.answering import Graph, damaged, open_tokenizer
from ownwords.encoder.records import Description, Scores, readable

if TYPE_CHECKING:
    from tokenizers import Encoding


class OnnxReranker:
    """See the protocol `Reranker`. `wanted` is the setting `threads`."""

    def __init__(self, folder: Path, description: Description, wanted: int = 0) -> None:
        self.name = description.name
        with damaged(folder):
            self._pairs = Pairs(folder, description)
            self._graph = Graph(folder, wanted)

    def scores(self, question: str, passages: Sequence[str]) -> Scores:
        pairs = self._pairs.of(question, passages)
        given = [self._graph.run(pair.ids, pair.type_ids)[0] for pair in pairs]
        return np.array(given, dtype=np.float32)


class Pairs:
    """A reranker's tokenizer."""

    def __init__(self, folder: Path, description: Description) -> None:
        self._tokenizer = open_tokenizer(str(folder / description.tokenizer_file))
        specials = self._tokenizer.num_special_tokens_to_add(True)
        self._room = max(2, description.max_tokens - specials)

    def of(self, question: str, passages: Sequence[str]) -> list[Encoding]:
        """Joined by the model's own post-processor, which sets the special tokens and the types."""
        asked = self._own(question, self._room // 2)
        room = self._room - len(asked.ids)
        return [
            self._tokenizer.post_process(asked, self._own(text, room), True) for text in passages
        ]

    def _own(self, text: str, most: int) -> Encoding:
        encoding = self._tokenizer.encode(readable(text), add_special_tokens=False)
        encoding.truncate(most)
        return encoding
