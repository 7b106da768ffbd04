"""An exported model: onnxruntime and a tokenizer, nothing else. The answering engine.

The embedding table (250,037 rows for the default model, 96 MB in int8) stays out of the ONNX
file: a memory map of it costs only the pages of the words that are used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ownwords import threads
from ownwords.encoder.records import (
    MODEL,
    SCALES,
    TABLE,
    TYPES,
    Description,
    Embeddings,
    Progress,
    first_line,
    readable,
)
from ownwords.errors import OwnwordsError
from ownwords.rows import Rows, unit

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer


class OnnxEncoder:
    """See the protocol `Encoder`. `wanted` is the setting `threads`. With `apart` each of them reads a text of
    its own, instead of all of them one: many texts are read in two thirds to four fifths of the time, a
    single one takes longer."""

    def __init__(
        self, folder: Path, description: Description, wanted: int = 0, apart: bool = False
    ) -> None:
        self.name, self.dimension = description.name, description.dimension
        self.fingerprint = description.fingerprint
        self._description = description
        with damaged(folder):
            self._tokenize = tokenizer_of(folder, description)
            self._graph = Graph(folder, 1 if apart else wanted)
        self._at_once = threads.count(wanted) if apart else 1

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
        kept: list[Rows] = []
        with _mapping(self._at_once) as mapped:
            for row, (vector, states) in enumerate(mapped(partial(self._read, skip, tokens), ids)):
                vectors[row] = vector
                if states is not None:
                    kept.append(states)
                if progress:
                    progress(row + 1)
        if not tokens:
            return Embeddings(unit(vectors))
        numbers = tuple(np.array(own[skip:], dtype=np.int32) for own in ids)
        return Embeddings(unit(vectors), tuple(kept), numbers)

    def _read(self, skip: int, tokens: bool, own: Sequence[int]) -> tuple[Rows, Rows | None]:
        """A text's vector; where wanted, those of its tokens but the `skip` of the prompt."""
        hidden = self._graph.run([self._description.first, *own, self._description.last])
        vector = hidden[0] if self._description.pooling == "cls" else hidden.mean(axis=0)
        return vector, unit(hidden[1 + skip : 1 + len(own)]) if tokens else None


@contextmanager
def _mapping(count: int) -> Iterator[Callable[..., Iterable[Any]]]:
    """`map` by so many threads; who leaves early waits for what has begun, not for the rest."""
    if count == 1:
        yield map
        return
    pool = ThreadPoolExecutor(count)
    try:
        yield pool.map
    finally:
        pool.shutdown(cancel_futures=True)


class Feed:
    """What a graph is given of one text. `folder` holds the model's words."""

    def __init__(self, folder: Path, running: InferenceSession) -> None:
        self._words = np.load(folder / TABLE, mmap_mode="r")
        self._scales = np.load(folder / SCALES)
        self._typed = TYPES in {given.name for given in running.get_inputs()}

    def of(self, ids: Sequence[int], types: Sequence[int] = ()) -> dict[str, Any]:
        """Of a text's ids, special tokens among them. `types` are the tokens' types, for a graph that
        reads them; else all 0."""
        row = np.asarray(ids)
        words = (self._words[row] * self._scales[row][:, None]).astype(np.float32)
        if not self._typed:
            return {"inputs_embeds": words[None]}
        typed = np.array([types if len(types) else [0] * len(row)], dtype=np.int64)
        return {"inputs_embeds": words[None], TYPES: typed}


class Graph:
    """An exported graph and the embedding table that stands beside it. Raises what the libraries
    raise: open it within `damaged`."""

    def __init__(self, folder: Path, wanted: int = 0) -> None:
        self._session = session(folder / MODEL, threads.count(wanted))
        self._feed = Feed(folder, self._session)

    def run(self, ids: Sequence[int], types: Sequence[int] = ()) -> Rows:
        """What the graph makes of one text, given as `Feed.of` wants it: hidden states of shape
        (tokens, dimension), or whatever it was exported to make.

        One text at a time: the quantised layers take their scale from all that a run holds, so that
        in a batch a text's vectors depend on its neighbours (cosine 0.993 a token), and an index
        that grew would not be the one built anew. On a processor a batch is hardly faster, and
        without one there is nothing to pad.
        """
        (made,) = self._session.run(None, self._feed.of(ids, types))
        return np.asarray(made[0], dtype=np.float32)


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


def session(path: Path, count: int) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = count
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.enable_cpu_mem_arena = False  # the arena keeps the largest batch it ever saw
    options.add_session_config_entry("session.intra_op.spin_duration_us", str(threads.SPIN))
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def tokenizer_of(folder: Path, description: Description) -> Callable[[str], list[int]]:
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
