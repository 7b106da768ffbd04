"""Questions → vectors that can be compared with passages, and with one another: what unrelated questions have in
common is taken out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ownwords import background
from ownwords.encoder import Encoder
from ownwords.language import Language, language_of
from ownwords.pinned import Encoded
from ownwords.pins import ResolvedPin, wordings
from ownwords.rows import unit


def centres(encoder: Encoder) -> dict[Language, NDArray[np.float32]]:
    """The mean vector of unrelated questions of each language, shape (dimension,). Subtracted from
    a question's vector, it takes out that it is a question, and in which language: what is left
    can be compared with passages of any language (Libovický, Rosa and Fraser 2020)."""
    return {
        language: encoder.encode_queries(questions).vectors.mean(axis=0)
        for language, questions in background.QUESTIONS.items()
    }


def asked(
    encoder: Encoder,
    centres: Mapping[Language, NDArray[np.float32]],
    pins: Sequence[ResolvedPin],
) -> Encoded:
    """The pins' wordings, encoded; their tokens' centre is that of unrelated questions."""
    texts = wordings(pins).texts
    return encoded(encoder, centres, texts) if texts else Encoded.none(encoder.dimension)


def encoded(
    encoder: Encoder, centres: Mapping[Language, NDArray[np.float32]], texts: Sequence[str]
) -> Encoded:
    """Questions, one at least, as they are compared with one another."""
    unrelated = [question for some in background.QUESTIONS.values() for question in some]
    apart, made = (encoder.encode_queries(some, tokens=True) for some in (unrelated, texts))
    assert apart.tokens is not None and made.tokens is not None
    centre = np.concatenate(apart.tokens).mean(axis=0)
    means = np.stack([centres[language_of(text)] for text in texts])
    return Encoded(
        unit(made.vectors - means),
        unit(np.concatenate(made.tokens) - centre).astype(np.float16),
        np.cumsum([0, *map(len, made.tokens)], dtype=np.int64),
        centre,
    )
