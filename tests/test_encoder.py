"""The encoder without a real model: a toy whose hidden states are its embedding table."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ownwords import encoder
from ownwords.encoder.answering import OnnxEncoder
from ownwords.encoder.records import MODEL, SCALES, TABLE, Description, batches, readable, unit
from ownwords.errors import OwnwordsError
from ownwords.settings import Settings

WORDS = {"<s>": 0, "<unk>": 1, "</s>": 2, "east": 3, "north": 4, "ask": 5}
# Special tokens and the prompt lie on the third axis, the two words on the first and the second.
ROWS = [[0, 0, 127], [0, 0, 127], [0, 0, 127], [127, 0, 0], [0, 127, 0], [0, 0, 127]]
TOY = Description(
    name="toy", dimension=3, fingerprint="f", query_prompt="ask ", passage_prompt="", max_tokens=6
)


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """A whole exported model: hidden states are the embeddings that were fed."""
    folder = tmp_path / "toy"
    folder.mkdir()
    _write_identity(folder / MODEL)
    np.save(folder / TABLE, np.array(ROWS, dtype=np.int8))
    np.save(folder / SCALES, np.full(len(ROWS), 1 / 127, dtype=np.float32))
    _write_words(folder / "tokenizer.json")
    files = tuple((path.name, path.stat().st_size, "") for path in sorted(folder.iterdir()))
    replace(TOY, files=files).write(folder)
    return folder


def _write_identity(path: Path) -> None:
    import onnx
    from onnx import TensorProto, helper

    shape = ["batch", "tokens", 3]
    graph = helper.make_graph(
        [helper.make_node("Identity", ["inputs_embeds"], ["hidden"])],
        "toy",
        [
            helper.make_tensor_value_info("inputs_embeds", TensorProto.FLOAT, shape),
            helper.make_tensor_value_info("attention_mask", TensorProto.INT64, shape[:2]),
        ],
        [helper.make_tensor_value_info("hidden", TensorProto.FLOAT, shape)],
    )
    opset = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=8), str(path))


def _write_words(path: Path) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers

    tokenizer = Tokenizer(models.WordLevel(WORDS, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.save(str(path))


def opened(folder: Path, **changes: object) -> OnnxEncoder:
    found = Description.read(folder)
    assert found is not None
    return OnnxEncoder(folder, replace(found, **changes), 1)


def test_mean_pooling_counts_the_special_tokens(toy: Path) -> None:
    # <s> east </s>: one step east, two along the third axis
    (row,) = opened(toy).encode_passages(["east"]).vectors
    np.testing.assert_allclose(row, np.array([1, 0, 2]) / np.sqrt(5), atol=1e-6)


def test_cls_pooling_takes_the_first_token(toy: Path) -> None:
    (row,) = opened(toy, pooling="cls").encode_passages(["east"]).vectors
    np.testing.assert_allclose(row, [0, 0, 1], atol=1e-6)


def test_token_rows_leave_out_special_tokens_and_prompt(toy: Path) -> None:
    found = opened(toy).encode_queries(["east north"], tokens=True)
    assert found.tokens is not None
    np.testing.assert_allclose(found.tokens[0], [[1, 0, 0], [0, 1, 0]], atol=1e-6)
    assert found.ids is not None
    assert found.ids[0].tolist() == [WORDS["east"], WORDS["north"]]


def test_without_asking_for_tokens_none_are_kept(toy: Path) -> None:
    found = opened(toy).encode_queries(["east north"])
    assert found.tokens is None
    assert found.ids is None


def test_a_batch_gives_what_each_text_gives_alone_in_the_given_order(toy: Path) -> None:
    texts = ["east north east", "", "north", "east north"]
    engine = opened(toy)
    together = engine.encode_passages(texts, tokens=True)
    assert together.tokens is not None
    for text, row, tokens in zip(texts, together.vectors, together.tokens, strict=True):
        np.testing.assert_allclose(row, engine.encode_passages([text]).vectors[0], atol=1e-6)
        assert len(tokens) == len(text.split())


def test_a_text_beyond_the_limit_is_cut_there(toy: Path) -> None:
    # six tokens with <s> and </s>: four words stay
    found = opened(toy).encode_passages(["east " * 4 + "north " * 9_000], tokens=True)
    assert found.tokens is not None
    np.testing.assert_allclose(found.tokens[0], [[1, 0, 0]] * 4, atol=1e-6)


def test_no_texts_give_no_rows(toy: Path) -> None:
    found = opened(toy).encode_queries([], tokens=True)
    assert found.vectors.shape == (0, 3)
    assert found.tokens == ()
    assert found.ids == ()


def test_progress_counts_to_the_number_of_texts(toy: Path) -> None:
    seen: list[int] = []
    opened(toy).encode_passages(["east", "north", "east north"], progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 3


def test_batches_hold_every_row_once_within_the_budget() -> None:
    lengths = [5, 1, 9, 1, 30, 4]
    cut = batches(lengths, 10)
    assert sorted(row for batch in cut for row in batch) == [0, 1, 2, 3, 4, 5]
    assert cut == [[1, 3], [5, 0], [2], [4]]  # 30 exceeds the budget and stands alone


def test_a_row_of_zeros_stays() -> None:
    np.testing.assert_allclose(unit(np.array([[3, 4], [0, 0]], dtype=np.float32)),
                               [[0.6, 0.8], [0, 0]], atol=1e-6)  # fmt: skip


@pytest.mark.parametrize(
    ("given", "read"),
    [("a\0b\x07\n", "a b  "), ("\u1112\u1161\u11ab", "한"), ("한글 ok", "한글 ok"), ("", "")],
)
def test_what_a_tokenizer_is_given(given: str, read: str) -> None:
    assert readable(given) == read


def test_a_lone_surrogate_becomes_a_character_that_can_be_encoded() -> None:
    assert readable("a\ud800b").encode("utf-8")
    assert len(readable("a\ud800b")) == 3


def truncated(folder: Path) -> None:
    (folder / TABLE).write_bytes((folder / TABLE).read_bytes()[:-1])


def missing(folder: Path) -> None:
    (folder / MODEL).unlink()


def not_json(folder: Path) -> None:
    (folder / "encoder.json").write_text("{", encoding="utf-8")


def other_format(folder: Path) -> None:
    plain = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
    (folder / "encoder.json").write_text(json.dumps({**plain, "format": 0}), encoding="utf-8")


@pytest.mark.parametrize("damage", [truncated, missing, not_json, other_format])
def test_a_damaged_export_counts_as_none(toy: Path, damage: Callable[[Path], None]) -> None:
    assert Description.read(toy) is not None
    damage(toy)
    assert Description.read(toy) is None


def test_a_bundle_beside_the_index_answers_without_a_cache(toy: Path, tmp_path: Path) -> None:
    toy.rename(tmp_path / encoder.BUNDLE)
    settings = Settings(model="toy", cache_dir=str(tmp_path / "none"))
    assert encoder.open_for_answers(settings, bundle=tmp_path).name == "toy"
    assert not (tmp_path / "none").exists()


def test_without_export_and_build_extra_the_error_names_the_fix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder, "_installed", lambda: False)
    with pytest.raises(OwnwordsError) as raised:
        encoder.open_for_answers(Settings(cache_dir=str(tmp_path)))
    assert raised.value.code == "model_missing"
    assert "ownwords[build]" in raised.value.fix


def test_a_failed_export_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        Path(command[4], MODEL).write_bytes(b"half")
        return subprocess.CompletedProcess(command, -9, "", "")

    monkeypatch.setattr(subprocess, "run", killed)
    monkeypatch.setattr(encoder, "_installed", lambda: True)
    with pytest.raises(OwnwordsError) as raised:
        encoder.open_for_answers(Settings(cache_dir=str(tmp_path)), report=lambda _: None)
    assert raised.value.code == "export_failed"
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []


def test_few_passages_go_to_onnx_and_very_many_to_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "_installed", lambda: True)
    assert not encoder.torch_is_sooner(1)
    assert encoder.torch_is_sooner(1_000_000)
    monkeypatch.setattr(encoder, "_installed", lambda: False)
    assert not encoder.torch_is_sooner(1_000_000)
