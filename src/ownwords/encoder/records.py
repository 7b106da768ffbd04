"""What the encoder's parts and its callers share."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from ownwords.encoder.files import Files
from ownwords.rows import Rows

Scores = NDArray[np.float32]
Ids = NDArray[np.int32]
Progress = Callable[[int], None]
DESCRIPTION, MODEL, TABLE, SCALES = "encoder.json", "model.onnx", "words.npy", "scales.npy"
TYPES = "token_type_ids"  # which of a pair's texts a token is of, where a model asks
FORMAT = 3


@dataclass(frozen=True, slots=True)
class Embeddings:
    """`vectors`: unit rows, shape (texts, dimension). Where tokens are asked for, one array a
    text: `tokens`, unit rows of shape (its tokens, dimension), and `ids`, the tokens' numbers in
    the model's vocabulary, shape (its tokens,). Both leave out the prompt and special tokens, and
    are the same tokens whichever engine made them. They take 4 × dimension bytes a token (1.5 kB
    for the default model): give a long list in parts."""

    vectors: Rows
    tokens: tuple[Rows, ...] | None = None
    ids: tuple[Ids, ...] | None = None


class Encoder(Protocol):
    """Texts → unit float32 rows. Any text has a row: blank ones (the prompt's alone, no
    token rows), lone surrogates (read as U+FFFD), NULs and other control characters (as spaces)
    and texts beyond the model's length (cut there) included."""

    @property
    def name(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def fingerprint(self) -> str: ...

    def encode_queries(self, texts: Sequence[str], *, tokens: bool = False) -> Embeddings: ...

    def encode_passages(
        self, texts: Sequence[str], *, tokens: bool = False, progress: Progress | None = None
    ) -> Embeddings: ...


class Reranker(Protocol):
    """One question and passages → a score each, float32 of shape (passages,): higher is better,
    and only their order and distances mean something. Any text has one, as with `Encoder`; of a
    pair beyond the model's length the passage is cut, a question at half of it."""

    @property
    def name(self) -> str: ...

    def scores(self, question: str, passages: Sequence[str]) -> Scores: ...


@dataclass(frozen=True, slots=True)
class Description:
    """What stands beside an exported model. `fingerprint` names weights, pooling and prompts, not
    the engine. `exported` is false for a model that only sentence-transformers can run. A
    reranker's `pooling` is `score`: one number a pair is all that it makes."""

    name: str
    dimension: int
    fingerprint: str
    query_prompt: str
    passage_prompt: str
    exported: bool = True
    tokenizer: Literal["sentencepiece", "tokenizers"] = "tokenizers"
    tokenizer_file: str = "tokenizer.json"
    pooling: Literal["mean", "cls", "score"] = "mean"
    max_tokens: int = 512
    first: int = 0
    last: int = 2
    files: Files = ()
    format: int = FORMAT
    source: str = ""  # state of the folder it was made from, for a model given by path
    reason: str = ""  # why it is not exported

    def write(self, folder: Path) -> None:
        (folder / DESCRIPTION).write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Description | None:
        """None when the folder holds no description, or one of another format."""
        try:
            plain = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
            plain["files"] = tuple((n, size, digest) for n, size, digest in plain["files"])
            found = cls(**plain)
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return found if found.format == FORMAT else None


def readable(text: str) -> str:
    """What a tokenizer is given: composed Hangul, U+FFFD for a lone surrogate, a space for a
    character that is not printed."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        char if char.isprintable() else "\ufffd" if "\ud800" <= char <= "\udfff" else " "
        for char in composed
    )


def batches(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Rows sorted by length and cut so that rows × longest stays within `budget` tokens."""
    order = sorted(range(len(lengths)), key=lambda row: lengths[row])
    cut: list[list[int]] = []
    for row in order:
        if cut and (len(cut[-1]) + 1) * max(1, lengths[row]) <= budget:
            cut[-1].append(row)
        else:
            cut.append([row])
    return cut


def first_line(error: Exception) -> str:
    """What an exception says, in one line of at most 200 characters."""
    said = str(error).strip()
    return said.splitlines()[0][:200] if said else repr(error)
