from pathlib import Path

import numpy as np
import pytest

from ownwords.errors import OwnwordsError
from ownwords.vectors import Vectors


def test_faiss_scores_what_numpy_multiplies(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).normal(size=(50, 8)).astype(np.float32)
    Vectors.build(rows).save(tmp_path / "rows")
    opened = Vectors.load(tmp_path / "rows")
    np.testing.assert_allclose(opened.scores(rows[3]), rows @ rows[3], atol=1e-5)
    np.testing.assert_array_equal(opened.rows(), rows)


def test_no_rows_have_no_scores() -> None:
    empty = Vectors.build(np.zeros((0, 4), dtype=np.float32))
    assert empty.scores(np.ones(4, dtype=np.float32)).shape == (0,)


@pytest.mark.parametrize("damage", [b"", b"junk"])
def test_a_damaged_file_is_one_clear_error(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "rows").write_bytes(damage)
    with pytest.raises(OwnwordsError, match="ownwords build"):
        Vectors.load(tmp_path / "rows")
