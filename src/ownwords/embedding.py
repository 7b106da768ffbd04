"""Texts → what an index keeps of them, embedding only what was never embedded before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ownwords import reference
from ownwords.embedding_cache import EmbeddingCache
from ownwords.encoder import Encoder
from ownwords.late_interaction import Projection, TokenTable
from ownwords.token_cache import Packed, TokenCache

Progress = Callable[[int, int], None]

# Texts embedded between two writes of a cache: what a killed build has to do again, at most. Token
# vectors take about 150 kB a text until they are packed.
CHUNK, TOKEN_CHUNK = 2048, 512
# Texts that tell which projection suits a corpus: about 50,000 tokens, spread over all of it.
SAMPLE = 512


@dataclass(frozen=True, slots=True)
class Caches:
    """The embeddings of one model: of every text a vector, of passages in context their tokens."""

    vectors: EmbeddingCache
    tokens: TokenCache

    @classmethod
    def open(cls, folder: Path, fingerprint: str, dimension: int) -> Caches:
        """Tokens packed with another projection than the model's own are forgotten."""
        tokens = TokenCache(folder, fingerprint)
        if own := Projection.of_model(fingerprint):
            tokens.start(own)
        return cls(EmbeddingCache(folder, fingerprint, dimension), tokens)

    def new(self, plain: Sequence[str], contexts: Sequence[str]) -> tuple[list[str], list[str]]:
        """Which of the texts, and which of the contexts, have to be embedded; each once."""
        tokens = self.tokens.get(contexts)
        fresh = [
            text
            for text, row, packed in zip(contexts, self.vectors.get(contexts), tokens, strict=True)
            if row is None or packed is None
        ]
        known = set(fresh)
        rest = [
            text
            for text, row in zip(plain, self.vectors.get(plain), strict=True)
            if row is None and text not in known
        ]
        return list(dict.fromkeys(rest)), list(dict.fromkeys(fresh))

    def keep_only(self, plain: Sequence[str], contexts: Sequence[str]) -> None:
        """Forgets every other text, on disk too."""
        self.vectors.keep_only([*plain, *contexts])
        self.tokens.keep_only(contexts)


def embed(
    encoder: Encoder,
    caches: Caches,
    plain: Sequence[str],
    contexts: Sequence[str],
    refit: bool,
    progress: Progress | None,
) -> None:
    """Embeds the texts into the caches. `refit` chooses the tokens' projection anew, where the model
    has none of its own: `contexts` are then all there are. The first build always does."""
    total, done = len(plain) + len(contexts), 0

    def told(part: int) -> None:
        if progress:
            progress(done + part, total)

    remaining: Sequence[str] = contexts
    fitted = Projection.of_model(encoder.fingerprint) is None
    if contexts and fitted and (refit or caches.tokens.projection is None):
        sample = contexts[:: -(-len(contexts) // SAMPLE)]
        made = encoder.encode_passages(sample, tokens=True, progress=told)
        general = encoder.encode_passages(reference.paragraphs(), tokens=True)
        caches.tokens.start(
            Projection.suited(*(np.concatenate(some.tokens or ()) for some in (general, made)))
        )
        _keep(caches, sample, made.vectors, made.tokens, made.ids)
        done, taken = len(sample), set(sample)
        remaining = [text for text in contexts if text not in taken]
    for part in _parts(remaining, TOKEN_CHUNK):
        made = encoder.encode_passages(part, tokens=True, progress=told)
        _keep(caches, part, made.vectors, made.tokens, made.ids)
        done += len(part)
    for part in _parts(plain, CHUNK):
        caches.vectors.put(part, encoder.encode_passages(part, progress=told).vectors)
        done += len(part)


def token_table(caches: Caches, contexts: Sequence[str]) -> TokenTable:
    """Of contexts that all are in the caches."""
    packed = caches.tokens.get(contexts)
    assert caches.tokens.projection is not None and None not in packed, "never embedded"
    whole = [one for one in packed if one is not None]
    return TokenTable.build(
        caches.tokens.projection, [one.codes for one in whole], [one.ids for one in whole]
    )


def rows(caches: Caches, texts: Sequence[str], dimension: int) -> NDArray[np.float32]:
    """The vectors of texts that all are in the caches, shape (texts, dimension)."""
    found = np.empty((len(texts), dimension), dtype=np.float32)
    for at, (text, row) in enumerate(zip(texts, caches.vectors.get(texts), strict=True)):
        assert row is not None, f"never embedded: {text[:80]!r}"
        found[at] = row
    return found


def _keep(
    caches: Caches,
    texts: Sequence[str],
    vectors: NDArray[np.float32],
    tokens: Sequence[NDArray[np.float32]] | None,
    ids: Sequence[NDArray[np.int32]] | None,
) -> None:
    assert caches.tokens.projection is not None and tokens is not None and ids is not None
    pack = caches.tokens.projection.pack
    caches.tokens.put(texts, [Packed(pack(one), own) for one, own in zip(tokens, ids, strict=True)])
    caches.vectors.put(texts, vectors)


def _parts(texts: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for at in range(0, len(texts), size):
        yield texts[at : at + size]
