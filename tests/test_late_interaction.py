"""Late interaction against a slow, obvious version of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ownwords import reference
from ownwords.late_interaction import SUITS, WORN, Projection, TokenTable, moved
from ownwords.token_cache import Packed, TokenCache

RANDOM = np.random.default_rng(0)
LEAN = np.array([3.0] + [0.0] * 15)  # what every token shares
TOKENS = (RANDOM.normal(size=(2000, 16)) + LEAN).astype(np.float32)


def cosines(tokens: np.ndarray, question: np.ndarray, mean: np.ndarray) -> np.ndarray:
    a, b = tokens - mean, question - mean
    return (a / np.linalg.norm(a, axis=1, keepdims=True)) @ (
        b / np.linalg.norm(b, axis=1, keepdims=True)
    ).T


def test_four_bits_an_axis_keep_the_cosine() -> None:
    fitted = Projection.fit(TOKENS)
    packed = fitted.pack(TOKENS[:300])
    assert packed.shape == (300, 8) and packed.dtype == np.uint8
    question = TOKENS[300:312]
    found = fitted.similarities(packed, fitted.question(question))
    wanted = cosines(TOKENS[:300], question, fitted.mean)
    assert np.corrcoef(found.ravel(), wanted.ravel())[0, 1] > 0.99
    np.testing.assert_allclose(found, wanted, atol=0.12)
    assert (
        np.abs(found - wanted).mean() < 0.03
    )  # 16 axes; the more, the less each one's step weighs


def test_each_token_of_the_question_has_its_best_match_in_each_passage() -> None:
    fitted = Projection.fit(TOKENS)
    parts = [TOKENS[:5], TOKENS[5:5], TOKENS[5:9]]
    table = TokenTable.build(fitted, [fitted.pack(p) for p in parts], [np.arange(len(p)) for p in parts])  # fmt: skip
    question = TOKENS[20:23]
    found = table.matches(question, np.array([2, 1, 0]))
    prepared = fitted.question(question)
    for row, part in zip(found, (parts[2], None, parts[0]), strict=True):
        if part is None:
            assert row.tolist() == [-1, -1, -1]
        else:
            slow = fitted.similarities(fitted.pack(part), prepared).max(axis=0)
            np.testing.assert_allclose(row, slow, atol=1e-5)


def test_a_token_finds_itself_among_others() -> None:
    fitted = Projection.fit(TOKENS)
    alone = [fitted.pack(token[None]) for token in TOKENS[:50]]
    table = TokenTable.build(fitted, alone, [np.array([i]) for i in range(50)])
    found = table.matches(TOKENS[:50], np.arange(50))
    assert found.argmax(axis=0).tolist() == list(range(50))


def test_rare_tokens_count_more_and_weights_add_up_to_one() -> None:
    fitted = Projection.fit(TOKENS)
    empty = fitted.pack(TOKENS[:0])
    ids = [np.array([1, 1, 2]), np.array([1]), np.array([1])]
    table = TokenTable.build(fitted, [empty] * 3, ids)
    # In 3, 1 and 0 of 3 passages: ln(1 + (3 - n + ½) / (n + ½)), its root.
    rarity = np.sqrt(np.log1p([0.5 / 3.5, 2.5 / 1.5, 3.5 / 0.5]))
    found = table.weights(np.array([1, 2, 99]))
    np.testing.assert_allclose(found, rarity / rarity.sum(), rtol=1e-6)
    assert TokenTable.build(fitted, [], []).weights(np.array([5])).tolist() == [1.0]


def test_questions_are_centred_on_their_own_mean() -> None:
    """As if the question's tokens had been shifted by the difference of the two means."""
    fitted = Projection.fit(TOKENS)
    shift = np.roll(LEAN, 2).astype(np.float32)
    other = Projection.of(fitted.mean, fitted.mean + shift, fitted.axes, TOKENS)
    np.testing.assert_allclose(
        other.question(TOKENS[:5] + shift), fitted.question(TOKENS[:5]), atol=1e-5
    )
    np.testing.assert_array_equal(other.pack(TOKENS[:9]), fitted.pack(TOKENS[:9]))


def test_axes_that_are_not_orthonormal_still_make_unit_rows() -> None:
    fitted = Projection.fit(TOKENS)
    skewed = Projection.of(fitted.mean, fitted.mean, fitted.axes * np.linspace(0.5, 3, 16), TOKENS)
    lengths = np.linalg.norm(skewed.question(TOKENS[:50]) / skewed.steps, axis=1)
    np.testing.assert_allclose(lengths, 1, rtol=1e-5)


def test_a_model_without_a_projection_of_its_own_has_none() -> None:
    assert Projection.of_model("f00d") is None


def test_the_reference_text_fits_the_projection_whatever_the_corpus() -> None:
    reference = TOKENS[:500]
    chosen = {Projection.suited(reference, some).id for some in (TOKENS[500:], TOKENS[900:1000])}
    assert chosen == {Projection.fit(reference).id}


def test_a_corpus_that_the_reference_does_not_serve_has_its_own_projection() -> None:
    reference = np.eye(600, dtype=np.float32)[:300]
    # 288 of these 300 axes are kept: half of such tokens lie on others.
    corpus = np.eye(600, dtype=np.float32)[::2]
    assert Projection.fit(reference)._kept(corpus) < SUITS * Projection.fit(corpus)._kept(corpus)
    assert Projection.suited(reference, corpus).id == Projection.fit(corpus).id
    away = TOKENS + np.roll(LEAN, 1).astype(np.float32) * 4  # its axes serve, its mean does not
    assert Projection.suited(TOKENS, away).id == Projection.fit(away).id


def test_the_reference_text_is_in_both_languages() -> None:
    text = reference.paragraphs()
    hangul = sum(any("가" <= letter <= "힣" for letter in line) for line in text)
    assert 30 < hangul < len(text) - 30 and min(map(len, text)) > 100


def test_a_corpus_that_moved_says_so() -> None:
    fitted = Projection.fit(TOKENS)
    same = TokenTable.build(fitted, [fitted.pack(TOKENS)], [np.arange(len(TOKENS))])
    shifted = TOKENS + np.roll(LEAN, 1).astype(np.float32) * 4
    other = TokenTable.build(fitted, [fitted.pack(shifted)], [np.arange(len(TOKENS))])
    assert moved(same) < 0.1 and moved(other) > WORN
    assert moved(TokenTable.build(fitted, [], [])) == 0


def test_a_small_corpus_is_not_said_to_have_moved_just_after_the_fit() -> None:
    few = TOKENS[:40] / np.linalg.norm(TOKENS[:40], axis=1, keepdims=True)
    fitted = Projection.fit(few)
    assert moved(TokenTable.build(fitted, [fitted.pack(few)], [np.arange(40)])) < 0.1


def test_fewer_tokens_than_axes_still_fit() -> None:
    fitted = Projection.fit(TOKENS[:3])
    assert np.isfinite(fitted.similarities(fitted.pack(TOKENS[:3]), fitted.question(TOKENS))).all()


def packed(projection: Projection, *rows: int) -> Packed:
    return Packed(projection.pack(TOKENS[list(rows)]), np.array(rows, dtype=np.int32))


def test_the_cache_gives_back_what_it_was_given(tmp_path: Path) -> None:
    fitted = Projection.fit(TOKENS)
    cache = TokenCache(tmp_path, "f00d")
    assert cache.projection is None and cache.get(["a"]) == [None]
    cache.start(fitted)
    cache.put(["a", "empty"], [packed(fitted, 1, 2), packed(fitted)])
    again = TokenCache(tmp_path, "f00d")
    assert again.projection is not None and again.projection.id == fitted.id
    one, empty, none = again.get(["a", "empty", "b"])
    assert one is not None and one.ids.tolist() == [1, 2] and empty is not None and none is None
    assert one.codes.tolist() == fitted.pack(TOKENS[[1, 2]]).tolist() and len(empty.ids) == 0


def test_another_projection_forgets_what_the_first_one_packed(tmp_path: Path) -> None:
    cache = TokenCache(tmp_path, "f00d")
    cache.start(first := Projection.fit(TOKENS))
    cache.put(["a"], [packed(first, 1)])
    cache.start(Projection.fit(TOKENS[:100]))
    assert cache.get(["a"]) == [None] and TokenCache(tmp_path, "f00d").get(["a"]) == [None]


@pytest.mark.parametrize("keep", [0, 30])
def test_a_damaged_shard_is_as_if_it_were_not_there(tmp_path: Path, keep: int) -> None:
    cache = TokenCache(tmp_path, "f00d")
    cache.start(fitted := Projection.fit(TOKENS))
    cache.put(["a"], [packed(fitted, 1)])
    (shard,) = (f for f in tmp_path.rglob("*.npz") if f.name != "projection.npz")
    shard.write_bytes(shard.read_bytes()[:keep])
    again = TokenCache(tmp_path, "f00d")
    assert again.projection is not None and again.get(["a"]) == [None]


def test_only_what_is_wanted_is_kept(tmp_path: Path) -> None:
    cache = TokenCache(tmp_path, "f00d")
    cache.start(fitted := Projection.fit(TOKENS))
    cache.put(["a", "b"], [packed(fitted, 1), packed(fitted, 2)])
    cache.keep_only(["b"])
    a, b = TokenCache(tmp_path, "f00d").get(["a", "b"])
    assert a is None and b is not None and b.ids.tolist() == [2]
