"""Products of 8 bits: what is done so that little of a model is lost in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ownwords.encoder import quantising
from ownwords.encoder.answering import session
from ownwords.encoder.records import SCALES, TABLE

IDS = list(range(32))
# Two channels, one 56 times as great as the other.
TABLE_OF_WORDS = np.stack([np.arange(-16, 16) * 7, np.arange(32) % 5 - 2], axis=1)
WEIGHTS = np.array([[0.02, -0.01, 0.03], [1.0, -1.5, 0.5]], dtype=np.float32)


@pytest.fixture
def words(tmp_path: Path) -> Path:
    np.save(tmp_path / TABLE, TABLE_OF_WORDS.astype(np.int8))
    np.save(tmp_path / SCALES, np.ones(len(IDS), dtype=np.float32))
    return tmp_path


def graph(path: Path, *nodes: tuple[str, list[str], str], **weights: Any) -> Path:
    """The last node's output is the graph's."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    made = [helper.make_node(kind, given, [out], name=out) for kind, given, out in nodes]
    shape = ["batch", "tokens", 2]
    whole = helper.make_graph(
        made,
        "toy",
        [helper.make_tensor_value_info("inputs_embeds", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(nodes[-1][2], TensorProto.FLOAT, None)],
        [numpy_helper.from_array(values, name) for name, values in weights.items()],
    )
    opset = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(whole, opset_imports=opset, ir_version=8), str(path))
    return path


def made(path: Path) -> Any:
    given = {"inputs_embeds": TABLE_OF_WORDS[None].astype(np.float32)}
    return session(path, 1).run(None, given)[0]


def test_a_channel_is_divided_by_what_it_and_its_weights_share() -> None:
    # of two channels whose weights are alike, one 100 times as great: 100 ** 0.7 apart
    by = quantising.divisors(
        np.array([100, 1], dtype=np.float32), np.array([1, 1], dtype=np.float32)
    )
    np.testing.assert_allclose(by, [100**0.35, 100**-0.35], rtol=1e-5)


def test_a_channel_that_no_sample_shows_counts_a_hundredth_of_the_greatest() -> None:
    hidden, small = (
        quantising.divisors(np.array([5, least], np.float32), np.ones(2, np.float32))
        for least in (0, 0.05)
    )
    np.testing.assert_array_equal(hidden, small)
    assert np.isfinite(quantising.divisors(np.zeros(2, np.float32), np.zeros(2, np.float32))).all()


def test_a_smoothed_graph_makes_what_it_made_and_loses_less_in_8_bits(words: Path) -> None:
    plain = graph(words / "plain.onnx", ("MatMul", ["inputs_embeds", "w"], "made"), w=WEIGHTS)
    smoothed = words / "smoothed.onnx"
    quantising.smooth(plain, smoothed, words, [(IDS,)])
    np.testing.assert_allclose(made(smoothed), made(plain), atol=1e-4)
    lost = []
    for source in (plain, smoothed):
        quantising.quantise(source, words / "whole.onnx", [], True)
        lost.append(float(np.abs(made(words / "whole.onnx") - made(plain)).mean()))
    assert lost[1] < lost[0] / 2


def test_products_of_the_same_numbers_are_divided_once(words: Path) -> None:
    import onnx

    nodes = [("MatMul", ["inputs_embeds", name], f"{name}2") for name in ("v", "w")]
    plain = graph(
        words / "plain.onnx", *nodes, ("Add", ["v2", "w2"], "made"), v=-WEIGHTS, w=WEIGHTS * 2
    )
    smoothed = words / "smoothed.onnx"
    quantising.smooth(plain, smoothed, words, [(IDS,)])
    kinds = [node.op_type for node in onnx.load(str(smoothed)).graph.node]
    assert kinds == ["Mul", "MatMul", "MatMul", "Add"]
    np.testing.assert_allclose(made(smoothed), made(plain), atol=1e-4)


@pytest.mark.parametrize("again", ["w", "u"], ids=["by its name", "by another name"])
def test_weights_that_meet_two_things_are_left_alone(words: Path, again: str) -> None:
    """As in models whose layers share their weights."""
    square = np.array([[0.5, -0.25], [2, 1]], dtype=np.float32)
    other = ("Identity", ["w"], "u")
    first, second = ("MatMul", ["inputs_embeds", "w"], "x"), ("MatMul", ["x", again], "made")
    plain = graph(words / "plain.onnx", other, first, second, w=square)
    smoothed = words / "smoothed.onnx"
    quantising.smooth(plain, smoothed, words, [(IDS,)])
    np.testing.assert_array_equal(made(smoothed), made(plain))
