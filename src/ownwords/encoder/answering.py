"""An exported model: onnxruntime and a tokenizer, nothing else. The answering engine.

The embedding table (250,037 rows for the default model, 96 MB in int8) stays out of the ONNX
file: a memory map of it costs only the pages of the words that are used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from ownwords import threads
from ownwords.encoder.records import (
    MODEL,
    SCALES,
    TABLE,
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

BATCH_TOKENS = 1024


class OnnxEncoder:
    """See the protocol `Encoder`. `wanted` is the setting `threads`."""

    def __init__(self, folder: Path, description: Description, wanted: int = 0) -> None:
        self.name, self.dimension = description.name, description.dimension
        self.fingerprint = description.fingerprint
        self._description = description
        try:
            self._tokenize = _tokenizer(folder, description)
            self._words = np.load(folder / TABLE, mmap_mode="r")
            self._scales = np.load(folder / SCALES)
            self._session = _session(folder / MODEL, threads.count(wanted))
        except Exception as error:  # the three libraries' errors share no base class
            raise OwnwordsError(
                f"{folder}: the exported model cannot be opened ({first_line(error)})",
                "Delete the folder and try again, or carry it here again.",
                "model_damaged",
            ) from None

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
        longest = max(len(row) for row in ids) + 2
        words = np.zeros((len(ids), longest, self._words.shape[1]), dtype=np.float32)
        mask = np.zeros((len(ids), longest), dtype=np.int64)
        for i, row in enumerate(ids):
            whole = np.array([first, *row, last])
            words[i, : len(whole)] = self._words[whole] * self._scales[whole][:, None]
            mask[i, : len(whole)] = 1
        (hidden,) = self._session.run(None, {"inputs_embeds": words, "attention_mask": mask})
        return hidden, mask.astype(np.float32)

    def _pooled(self, hidden: Rows, mask: Rows) -> Rows:
        if self._description.pooling == "cls":
            return hidden[:, 0]
        weights = mask[..., None]
        return np.asarray((hidden * weights).sum(1) / weights.sum(1), dtype=np.float32)


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
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(path)
    tokenizer.encode_special_tokens = True  # `<s>` in a post is three characters, not a mark
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return lambda text: list(tokenizer.encode(text, add_special_tokens=False).ids)
