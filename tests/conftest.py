"""An encoder that can be checked by hand, an index built with it, and a browser."""

from __future__ import annotations

import os
import shutil
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import hypothesis
import numpy as np
import pytest

from ownwords import encoder
from ownwords.build import build
from ownwords.encoder import Embeddings
from ownwords.records import Passage, Range
from ownwords.settings import Settings
from ownwords.tracked import Tracked

# The same examples every time, so that a failure is the change's own; search further by hand
# with `--hypothesis-profile default`.
hypothesis.settings.register_profile("fixed", derandomize=True, deadline=None)
hypothesis.settings.load_profile("fixed")

BROWSER_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

POSTS = {
    "study.md": "# How I studied\n\nI studied in open communities. My classmates read code daily.\n",
    "rain.md": "# Rain\n\nRain fell on the old roof all night. The street was silver.\n",
}


class BagOfWords:
    """A text is the sum of one axis per word, made unit: texts without a common word score 0.
    Its tokens are its words."""

    name, dimension, fingerprint = "bag of words", 512, "ba9"
    axes = np.eye(dimension, dtype=np.float32)

    def encode_passages(
        self, texts: Sequence[str], *, tokens: bool = False, progress: Any = None
    ) -> Embeddings:
        axes = self.axes
        ids = [
            np.array(
                [
                    zlib.crc32(word.strip(".?!,").encode("utf-8", "replace")) % self.dimension
                    for word in text.lower().split()
                ],
                dtype=np.int32,
            )
            for text in texts
        ]
        rows = np.stack([axes[own].sum(axis=0) for own in ids])
        if progress:
            progress(len(texts))
        vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        if not tokens:
            return Embeddings(vectors.astype(np.float32))
        return Embeddings(vectors.astype(np.float32), tuple(axes[own] for own in ids), tuple(ids))

    def encode_queries(self, texts: Sequence[str], *, tokens: bool = False) -> Embeddings:
        return self.encode_passages(texts, tokens=tokens)


@pytest.fixture
def bag_of_words() -> BagOfWords:
    return BagOfWords()


@pytest.fixture
def small_site(
    tmp_path: Path, bag_of_words: BagOfWords, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """Two posts, built; opening the index answers with the same encoder."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, text in POSTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    settings = Settings(corpus=str(folder), index=str(tmp_path / "index"))
    build(settings, open_encoder=lambda *_: bag_of_words)
    monkeypatch.setattr(encoder, "open_for_answers", lambda *_, **__: bag_of_words)
    return settings


@pytest.fixture(scope="session")
def browser():
    """Chromium, in which each test of a page opens its own context."""
    path = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if path is None:
        reason = "no chromium on the PATH"
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip)(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        yield browser
        browser.close()


def passage(text: str, lead: int = 0, post: int = 0, headings: tuple[str, ...] = ()) -> Passage:
    """A passage of sentences that end with a full stop or a question mark, with a blank between."""
    ends = [i + 1 for i, char in enumerate(text) if char in "?."]
    starts = [0, *(end + 1 for end in ends[:-1])]
    spans = tuple(Range(a, b) for a, b in zip(starts, ends, strict=True))
    return Passage(post, Tracked.literal(text, 0), headings, "prose", spans, lead)
