import numpy as np
import onnx
import pytest

from ownwords import integers

RANDOM = np.random.default_rng(0)


def left(rows: int, n: int, most: int = integers.GREATEST) -> np.ndarray:
    return RANDOM.integers(0, most + 1, (rows, n)).astype(np.uint8)


def right(rows: int, n: int) -> np.ndarray:
    return RANDOM.integers(-128, 128, (rows, n)).astype(np.int8)


@pytest.mark.parametrize(("m", "rows", "n"), [(1, 1, 1), (2, 300, 384), (3, 7, 5), (2, 1, 130)])
def test_products_are_exact(m: int, rows: int, n: int) -> None:
    a, b = left(m, n), right(rows, n)
    wanted = a.astype(np.int64) @ b.T.astype(np.int64)
    np.testing.assert_array_equal(integers.Right(b).product(a), wanted)
    np.testing.assert_array_equal(integers.product(a, np.ascontiguousarray(b.T)), wanted)


@pytest.mark.parametrize("number", [-128, 127])
def test_the_greatest_numbers_do_not_overflow(number: int) -> None:
    a = np.full((2, 384), integers.GREATEST, dtype=np.uint8)
    b = np.full((5, 384), number, dtype=np.int8)
    assert (integers.Right(b).product(a) == integers.GREATEST * number * 384).all()
    assert (integers.product(a, np.ascontiguousarray(b.T)) == 127 * number * 384).all()


def test_the_models_are_what_onnx_reads() -> None:
    """`onnx` is the format's own reader; sizes above 127 take two bytes of a varint and more."""
    both_given = onnx.load_from_string(integers._model())
    onnx.checker.check_model(both_given, full_check=True)
    one_fixed = onnx.load_from_string(integers._model((20_000, 3)))
    (right,) = one_fixed.graph.initializer
    assert right.data_location == onnx.TensorProto.EXTERNAL
    right.ClearField("data_location")
    right.ClearField("external_data")
    right.raw_data = bytes(60_000)
    onnx.checker.check_model(one_fixed, full_check=True)


def test_a_fixed_matrix_is_read_where_it_lies() -> None:
    b = np.asfortranarray(np.eye(5, dtype=np.int8))
    right = integers.Right(b)
    assert np.shares_memory(right._numbers, b)
    left = np.arange(5, dtype=np.uint8)[None]
    np.testing.assert_array_equal(right.product(left), left)
