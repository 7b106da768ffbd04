"""Ten thousand passages, and one: both answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from conftest import BagOfWords
from ownwords import encoder
from ownwords.ask import open_author
from ownwords.build import build
from ownwords.settings import Settings

POSTS, PASSAGES = 100, 100
NEEDLE = "The lighthouse keeper repaired a broken barometer."


class Words(BagOfWords):
    """Words almost at right angles, as of a model: on the corpus's own axes, one that no post holds is
    still unlike the others."""

    axes = np.random.default_rng(0).normal(size=(512, 512)).astype(np.float32) / np.sqrt(512)


def corpus(folder: Path) -> None:
    """Posts of a hundred short paragraphs each, random words; one paragraph is the needle."""
    words = [f"word{number}" for number in range(300)]
    draw = np.random.default_rng(0)
    folder.mkdir()
    for post in range(POSTS):
        lines = [
            f"## Part {post}-{part}\n\n{' '.join(draw.choice(words, 8)).capitalize()}."
            for part in range(PASSAGES)
        ]
        if post == 63:
            lines[41] = f"## Part 63-41\n\n{NEEDLE}"
        text = f"# Post {post}\n\n" + "\n\n".join(lines) + "\n"
        (folder / f"post-{post}.md").write_text(text, encoding="utf-8")


def test_ten_thousand_passages_answer_as_ten_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus(tmp_path / "corpus")
    settings = Settings(corpus=str(tmp_path / "corpus"), index=str(tmp_path / "index"))
    fake = Words()
    done = build(settings, open_encoder=lambda *_: fake)
    assert done.passages == POSTS * PASSAGES and done.ok
    monkeypatch.setattr(encoder, "open_for_answers", lambda *_, **__: fake)
    author = open_author(settings.index, settings)
    found = author.ask("who repaired a broken barometer, the lighthouse keeper?")
    assert found.verdict == "answered" and found.quotes[0].text == NEEDLE
    assert found.quotes[0].post == "post-63.md"
    assert author.ask("when should a puppy get its first vaccine").verdict == "none"


def test_one_passage_answers_what_it_says_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "one.txt").write_text(NEEDLE, encoding="utf-8")
    settings = Settings(corpus=str(tmp_path / "corpus"), index=str(tmp_path / "index"))
    fake = Words()
    assert build(settings, open_encoder=lambda *_: fake).passages == 1
    monkeypatch.setattr(encoder, "open_for_answers", lambda *_, **__: fake)
    author = open_author(settings.index, settings)
    found = author.ask("who repaired a broken barometer, the lighthouse keeper?")
    assert found.verdict == "answered" and [quote.text for quote in found.quotes] == [NEEDLE]
    assert author.ask("when should a puppy get its first vaccine").verdict == "none"
