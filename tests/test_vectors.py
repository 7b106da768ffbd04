from pathlib import Path

import faiss
import numpy as np
import pytest

from ownwords.errors import OwnwordsError
from ownwords.rows import unit
from ownwords.vectors import Vectors, centred


def test_bytes_score_what_numpy_multiplies(tmp_path: Path) -> None:
    rows = unit(np.random.default_rng(0).normal(size=(50, 8)).astype(np.float32))
    built = Vectors.build(rows)
    built.save(tmp_path / "rows")
    opened = Vectors.load(tmp_path / "rows")
    np.testing.assert_array_equal(opened.rows(), built.rows())
    kept = faiss.read_index(str(tmp_path / "rows"))  # FAISS's own reading of what was written
    np.testing.assert_allclose(kept.reconstruct_n(0, 50), built.rows(), atol=1e-6)
    opened.save(tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == (tmp_path / "rows").read_bytes()
    # Unit rows and a question of 14 bits a number: each is off by a 16,000th of the greatest at most.
    np.testing.assert_allclose(opened.scores(rows[3]), opened.rows() @ rows[3], atol=2e-4)
    # Eight bits: each number is off by half a step of its axis at most, (greatest - least) / 255.
    step = (rows.max(axis=0) - rows.min(axis=0)) / 255
    assert (np.abs(opened.rows() - rows) <= step / 2 + 1e-6).all()


def test_what_rows_share_is_taken_out_by_as_much_as_their_number_vouches_for() -> None:
    rows = np.array([[1.0, 0.0], [0.0, 1.0]] * 5, dtype=np.float32)
    # Ten rows: half of their mean (½, ½) goes, which leaves (¾, -¼) and (-¼, ¾), made unit.
    first, second = centred(rows)[:2]
    np.testing.assert_allclose(first, np.array([3, -1]) / np.sqrt(10), atol=1e-6)
    np.testing.assert_allclose(second, np.array([-1, 3]) / np.sqrt(10), atol=1e-6)
    assert len(centred(rows[:0])) == 0


def test_no_rows_have_no_scores(tmp_path: Path) -> None:
    empty = Vectors.build(np.zeros((0, 4), dtype=np.float32))
    empty.save(tmp_path / "none")
    for one in (empty, Vectors.load(tmp_path / "none")):
        assert one.scores(np.ones(4, dtype=np.float32)).shape == (0,)
        assert one.rows().shape == (0, 4)


def test_another_index_of_faiss_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "rows").write_bytes(faiss.serialize_index(faiss.IndexFlatIP(3)).tobytes())
    with pytest.raises(OwnwordsError, match="IndexFlatIP"):
        Vectors.load(tmp_path / "rows")


@pytest.mark.parametrize("damage", [b"", b"junk"])
def test_a_damaged_file_is_one_clear_error(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "rows").write_bytes(damage)
    with pytest.raises(OwnwordsError, match="ownwords build"):
        Vectors.load(tmp_path / "rows")
