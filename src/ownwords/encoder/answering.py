"""An exported model: onnxruntime and a tokenizer, nothing else. The answering engine.

The embedding table (250,037 rows for the default model, 96 MB in int8) stays out of the ONNX
file: a memory map of it costs only the pages of the words that are used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ownwords import threads
from ownwords.encoder.records import (
    MODEL,
    SCALES,
    TABLE,
    TYPES,
    Description,
    Embeddings,
    Progress,
    Rows,
    batches,
    first_line,
    readable,
    unit,
)
from ownwords.errors import OwnwordsError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

BATCH_TOKENS = 1024


class OnnxEncoder:
    """See the protocol `Encoder`. `wanted` is the setting `threads`."""

    def __init__(self, folder: Path, description: Description, wanted: int = 0) -> None:
        self.name, self.dimension = description.name, description.dimension
        self.fingerprint = description.fingerprint
        self._description = description
        with damaged(folder):
            self._tokenize = _tokenizer(folder, description)
            self._graph = Graph(folder, wanted)

    def encode_queries(self, texts: Sequence[str], *, tokens: bool = False) -> Embeddings:
        return self._encode(self._description.query_prompt, texts, tokens, None)

    def encode_passages(
        self, texts: Sequence[str], *, tokens: bool = False, progress: Progress | None = None
    ) -> Embeddings:
        return self._encode(self._description.passage_prompt, texts, tokens, progress)

    def _encode(
        self, prompt: str, texts: Sequence[str], tokens: bool, progress: Progress | None
    ) -> Embeddings:
        room = self._description.max_tokens - 2
        ids = [self._tokenize(prompt + readable(text))[:room] for text in texts]
        skip = len(self._tokenize(prompt)) if prompt else 0
        vectors = np.zeros((len(ids), self.dimension), dtype=np.float32)
        kept: list[Rows] = [np.zeros((0, self.dimension), dtype=np.float32)] * len(ids)
        done = 0
        for rows in batches([len(row) for row in ids], BATCH_TOKENS):
            hidden, mask = self._run([ids[row] for row in rows])
            vectors[rows] = self._pooled(hidden, mask)
            if tokens:
                for row, states in zip(rows, hidden, strict=True):
                    kept[row] = unit(states[1 + skip : 1 + len(ids[row])])
            done += len(rows)
            if progress:
                progress(done)
        if not tokens:
            return Embeddings(unit(vectors))
        own = tuple(np.array(row[skip:], dtype=np.int32) for row in ids)
        return Embeddings(unit(vectors), tuple(kept), own)

    def _run(self, ids: Sequence[Sequence[int]]) -> tuple[Rows, Rows]:
        """Last hidden states, shape (texts, tokens, dimension), and the attention mask."""
        first, last = self._description.first, self._description.last
        hidden, mask = self._graph.run([[first, *row, last] for row in ids])
        return hidden, mask.astype(np.float32)

    def _pooled(self, hidden: Rows, mask: Rows) -> Rows:
        if self._description.pooling == "cls":
            return hidden[:, 0]
        weights = mask[..., None]
        return np.asarray((hidden * weights).sum(1) / weights.sum(1), dtype=np.float32)


class Graph:
    """An exported graph and the embedding table that stands beside it. Raises what the libraries
    raise: open it within `damaged`."""

    def __init__(self, folder: Path, wanted: int = 0) -> None:
        self._words = np.load(folder / TABLE, mmap_mode="r")
        self._scales = np.load(folder / SCALES)
        self._session = _session(folder / MODEL, threads.count(wanted))
        self._typed = TYPES in {given.name for given in self._session.get_inputs()}

    def run(
        self, ids: Sequence[Sequence[int]], types: Sequence[Sequence[int]] = ()
    ) -> tuple[Rows, NDArray[np.int64]]:
        """What the graph makes of the ids, special tokens among them, and the attention mask, shape
        (rows, longest). `types` are the tokens' types, for a graph that reads them; else all 0."""
        longest = max(len(row) for row in ids)
        words = np.zeros((len(ids), longest, self._words.shape[1]), dtype=np.float32)
        mask = np.zeros((len(ids), longest), dtype=np.int64)
        for i, row in enumerate(ids):
            words[i, : len(row)] = self._words[row] * self._scales[row][:, None]
            mask[i, : len(row)] = 1
        given: dict[str, Any] = {"inputs_embeds": words, "attention_mask": mask}
        if self._typed:
            given[TYPES] = np.zeros_like(mask)
            for i, kinds in enumerate(types):
                given[TYPES][i, : len(kinds)] = kinds
        (made,) = self._session.run(None, given)
        return made, mask


@contextmanager
def damaged(folder: Path) -> Iterator[None]:
    """Whatever goes wrong while a model is opened is one OwnwordsError."""
    try:
        yield
    except Exception as error:  # the three libraries' errors share no base class
        raise OwnwordsError(
            f"{folder}: the exported model cannot be opened ({first_line(error)})",
            "Delete the folder and try again, or carry it here again.",
            "model_damaged",
        ) from None


def _session(path: Path, count: int):  # type: ignore[no-untyped-def]
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = count
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False  # the arena keeps the largest batch it ever saw
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _tokenizer(folder: Path, description: Description) -> Callable[[str], list[int]]:
    """Text → ids without special tokens."""
    path = str(folder / description.tokenizer_file)
    if description.tokenizer == "sentencepiece":
        import sentencepiece

        pieces = sentencepiece.SentencePieceProcessor(model_file=path)
        return lambda text: list(pieces.encode(text))
    tokenizer = open_tokenizer(path)
    return lambda text: list(tokenizer.encode(text, add_special_tokens=False).ids)


def open_tokenizer(path: str) -> Tokenizer:
    """One that neither pads nor cuts, and reads `<s>` in a post as three characters, not a mark."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(path)
    tokenizer.encode_special_tokens = True
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
