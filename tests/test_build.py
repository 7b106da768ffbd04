"""corpus/ → index/: what is embedded again, what leaves the live build alone."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ownwords import reference, store
from ownwords.build import BuildReport, build, is_stale
from ownwords.encoder import Embeddings, adapter
from ownwords.errors import OwnwordsError
from ownwords.late_interaction import Projection
from ownwords.lock import BuildLock
from ownwords.settings import Settings
from ownwords.watching import due, watch

TODAY = date(2024, 5, 6)
ONE = "# One\n\nThe first post is about rain. It has two sentences.\n"
TWO = "# Two\n\nThe second post is about snow.\n"


REFERENCE = frozenset(reference.paragraphs())


class FakeEncoder:
    """A text of n characters is (cos n, sin n). Remembers the texts of posts that it was given."""

    name, dimension = "fake", 2

    def __init__(self, fingerprint: str = "f00d") -> None:
        self.fingerprint = fingerprint
        self.embedded: list[str] = []
        self.expected: list[int] = []

    def encode_passages(
        self, texts: Sequence[str], *, tokens: bool = False, progress: Any = None
    ) -> Embeddings:
        self.embedded += [text for text in texts if text not in REFERENCE]
        if progress:
            progress(len(texts))
        lengths = np.array([len(text) for text in texts], dtype=np.float32)
        rows = np.stack([np.cos(lengths), np.sin(lengths)], axis=1)
        if not tokens:
            return Embeddings(rows)
        ids = tuple(np.array([len(text)], dtype=np.int32) for text in texts)
        return Embeddings(rows, tuple(row[None] for row in rows), ids)

    def encode_queries(self, texts: Sequence[str], *, tokens: bool = False) -> Embeddings:
        before = list(self.embedded)
        made = self.encode_passages(texts, tokens=tokens)
        self.embedded = before  # of posts only
        return made

    def open(self, settings: Settings, texts: Sequence[str], report: object) -> FakeEncoder:
        self.expected.append(len(texts))
        return self


class FakeCalibration:
    def to_dict(self) -> dict[str, Any]:
        return {"passages": 1}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "one.md").write_text(ONE)
    (folder / "two.md").write_text(TWO)
    return Settings(corpus=str(folder), index=str(tmp_path / "index"))


def run(settings: Settings, encoder: FakeEncoder, **changes: Any) -> BuildReport:
    return build(
        settings,
        today=TODAY,
        open_encoder=encoder.open,
        calibrate=lambda index, opened: FakeCalibration(),  # type: ignore[arg-type, return-value]
        suggest=lambda index, opened, calibration: (index.posts[0].title,),
        **changes,
    )


def write(settings: Settings, name: str, text: str) -> None:
    (Path(settings.corpus) / name).write_text(text)


def opened(settings: Settings) -> store.Index:
    return store.open_index(Path(settings.index))


def test_a_first_build(settings: Settings) -> None:
    encoder = FakeEncoder()
    done = run(settings, encoder)
    assert (done.posts, done.passages, done.sentences) == (2, 2, 3)
    assert (done.reused, done.embedded, done.changed, done.ok) == (0, 2, True, True)
    # Each distinct text once: two passages (the second is its only sentence), two in context,
    # the two sentences of the first.
    assert sorted(encoder.embedded) == sorted(
        [
            "The first post is about rain. It has two sentences.",
            "One\nThe first post is about rain. It has two sentences.",
            "The first post is about rain.",
            "It has two sentences.",
            "The second post is about snow.",
            "Two\nThe second post is about snow.",
        ]
    )
    assert encoder.expected == [6]
    index = opened(settings)
    assert index.certificate.id == done.build
    assert index.certificate.calibration == {"passages": 1}
    assert index.certificate.suggestions == ("One",)
    assert [post.blocks for post in index.posts] == [(), ()]
    lengths = [len("The first post is about rain."), len("It has two sentences."), 30]
    rows = np.array([[np.cos(n), np.sin(n)] for n in lengths])
    wanted = rows - rows.mean(axis=0) * 3 / 13  # three rows, shrunk by ten
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    assert np.allclose(index.sentence_vectors.rows(), wanted, atol=2 / 255)
    assert done.to_dict()["ok"] is True


def test_nothing_changed_makes_no_build(settings: Settings) -> None:
    first, encoder = run(settings, FakeEncoder()), FakeEncoder()
    again = run(settings, encoder)
    assert (again.changed, again.build, again.reused, again.embedded) == (False, first.build, 2, 0)
    assert encoder.expected == []
    assert not is_stale(settings, TODAY)


def test_a_changed_post_embeds_only_its_passages(settings: Settings) -> None:
    run(settings, FakeEncoder())
    write(settings, "two.md", "# Two\n\nThe second post is about hail.\n")
    assert is_stale(settings, TODAY)
    encoder = FakeEncoder()
    done = run(settings, encoder)
    assert (done.changed, done.reused, done.embedded) == (True, 1, 1)
    assert sorted(encoder.embedded) == [
        "The second post is about hail.",
        "Two\nThe second post is about hail.",
    ]
    assert encoder.expected == [2]


def test_a_corpus_that_grew_has_the_tokens_of_one_built_anew(settings: Settings) -> None:
    run(settings, FakeEncoder())
    write(settings, "three.md", "# Three\n\nA third post is here, longer than the others are.\n")
    run(settings, FakeEncoder())
    grown = opened(settings).tokens
    run(settings, FakeEncoder(), full=True)
    anew = opened(settings).tokens
    assert grown.projection.id == anew.projection.id
    np.testing.assert_array_equal(grown.codes, anew.codes)


def test_a_moved_post_embeds_nothing(settings: Settings) -> None:
    run(settings, FakeEncoder())
    folder = Path(settings.corpus)
    (folder / "sub").mkdir()
    (folder / "one.md").rename(folder / "sub" / "zero.md")
    encoder = FakeEncoder()
    done = run(settings, encoder)
    assert (done.changed, done.reused, done.embedded) == (True, 2, 0)
    assert encoder.embedded == []
    assert "sub/zero.md" in [post.path for post in opened(settings).posts]


def test_with_a_models_own_projection_a_grown_index_is_the_one_built_anew(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fitted on no corpus, it is the same for old posts and new ones, and is never worn."""
    own = Projection.fit(np.array([[1, 0], [0, 1], [1, 1]], dtype=np.float32))
    monkeypatch.setattr(Projection, "of_model", lambda fingerprint: own)
    run(settings, FakeEncoder())
    write(settings, "three.md", "# Three\n\nThe third post is about wind.\n")
    grown = run(settings, FakeEncoder())
    whole = replace(settings, index=f"{settings.index}-whole")
    run(whole, FakeEncoder())
    one, other = opened(settings).tokens, opened(whole).tokens
    assert one.projection.id == other.projection.id == own.id
    np.testing.assert_array_equal(one.codes, other.codes)
    assert (grown.embedded, grown.warnings) == (1, ())


def test_tokens_packed_with_an_older_projection_are_embedded_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(settings, FakeEncoder())
    own = Projection.fit(np.array([[1, 0], [0, 1], [1, 1]], dtype=np.float32))
    monkeypatch.setattr(Projection, "of_model", lambda fingerprint: own)
    write(settings, "three.md", "# Three\n\nThe third post is about wind.\n")
    assert run(settings, FakeEncoder()).embedded == 3
    assert opened(settings).tokens.projection.id == own.id


def test_a_lost_index_comes_back_from_the_cache(settings: Settings) -> None:
    run(settings, FakeEncoder())
    (Path(settings.index) / store.CURRENT).unlink()
    encoder = FakeEncoder()
    assert run(settings, encoder).embedded == 0
    assert encoder.embedded == []


def test_full_embeds_everything_and_forgets_the_rest(settings: Settings) -> None:
    run(settings, FakeEncoder())
    (Path(settings.corpus) / "two.md").unlink()
    encoder = FakeEncoder()
    done = run(settings, encoder, full=True)
    assert (done.changed, done.reused, done.embedded, len(encoder.embedded)) == (True, 0, 1, 4)
    write(settings, "two.md", TWO)
    assert run(settings, FakeEncoder()).embedded == 1


def test_another_model_embeds_everything(settings: Settings) -> None:
    run(settings, FakeEncoder())
    other = replace(settings, model="other")
    assert is_stale(other, TODAY)
    encoder = FakeEncoder("beef")
    assert run(other, encoder).embedded == 2
    assert opened(settings).certificate.fingerprint == "beef"


def test_a_model_folder_that_changed_is_stale(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    ours = replace(settings, model=str(tmp_path / "model"))
    run(ours, FakeEncoder())
    assert not is_stale(ours, TODAY)
    (tmp_path / "model" / "weights").write_text("1")
    assert is_stale(ours, TODAY)


def test_another_adapter_of_the_default_model_is_stale(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(settings, FakeEncoder())
    monkeypatch.setattr(adapter, "digest", lambda: "0ther")
    assert is_stale(settings, TODAY)
    encoder = FakeEncoder("beef")
    assert run(settings, encoder).changed
    assert opened(settings).certificate.fingerprint == "beef"


def test_a_damaged_live_build_is_made_again(settings: Settings) -> None:
    first = run(settings, FakeEncoder())
    (Path(settings.index) / store.BUILDS / first.build / store.POSTS).write_text("[]")
    assert is_stale(settings, TODAY)
    encoder = FakeEncoder()
    done = run(settings, encoder)
    assert (done.changed, encoder.embedded) == (True, [])
    assert first.build in done.warnings[0]
    assert opened(settings).certificate.id == done.build


def test_a_bad_file_stops_only_itself(settings: Settings) -> None:
    write(settings, "three.md", "")
    done = run(settings, FakeEncoder())
    assert (done.posts, done.ok) == (2, False)
    assert [problem.path for problem in done.problems] == ["three.md"]
    again = run(settings, FakeEncoder())
    assert (again.changed, again.ok) == (False, False)


@pytest.mark.parametrize("left", [None, ""])
def test_an_emptied_corpus_leaves_the_live_build(settings: Settings, left: str | None) -> None:
    first = run(settings, FakeEncoder())
    for file in Path(settings.corpus).iterdir():
        file.unlink() if left is None else file.write_text(left)
    with pytest.raises(OwnwordsError) as caught:
        run(settings, FakeEncoder())
    assert caught.value.code == "empty_corpus"
    assert caught.value.fix
    assert opened(settings).certificate.id == first.build
    assert not is_stale(settings, TODAY)


def test_no_corpus_folder(settings: Settings) -> None:
    with pytest.raises(OwnwordsError, match="--corpus"):
        run(replace(settings, corpus=settings.corpus + "x"), FakeEncoder())


def test_two_builds_at_once(settings: Settings) -> None:
    with (
        BuildLock(Path(settings.index) / store.LOCK),
        pytest.raises(OwnwordsError, match=f"process {os.getpid()} on "),
    ):
        run(settings, FakeEncoder())


def test_an_interrupted_embedding_keeps_what_it_has(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(FakeEncoder):
        def encode_passages(self, texts: Sequence[str], **how: Any) -> Embeddings:
            if len(self.embedded) == 4:  # the contexts and the first part of the rest
                raise KeyboardInterrupt
            return super().encode_passages(texts, **how)

    monkeypatch.setattr("ownwords.embedding.CHUNK", 2)
    with pytest.raises(KeyboardInterrupt):
        run(settings, Stopped())
    told: list[tuple[int, int]] = []
    encoder = FakeEncoder()
    run(settings, encoder, progress=lambda done, total: told.append((done, total)))
    assert len(encoder.embedded) == 2
    assert told == [(2, 2)]


def test_watch_builds_now_and_after_each_change(settings: Settings) -> None:
    outcomes: list[BuildReport | OwnwordsError] = []
    encoder = FakeEncoder()

    def changes(_: Settings) -> Any:
        yield None
        write(settings, "three.md", "# Three\n\nA third post is here.\n")
        yield None
        for file in Path(settings.corpus).iterdir():
            file.unlink()
        yield None

    watch(settings, outcomes.append, run=lambda s: run(s, encoder), changes=changes)
    first, second, third = outcomes
    assert isinstance(first, BuildReport)
    assert isinstance(second, BuildReport)
    assert (first.posts, second.posts, second.embedded) == (2, 3, 1)
    assert isinstance(third, OwnwordsError)


def test_midnight_is_a_change_too() -> None:
    """Nothing, nothing, a change, nothing; then it is tomorrow, nothing."""
    days = iter([1, 1, 1, 1, 2, 2])
    looks = [set(), set(), {"a.md"}, set(), set(), set()]
    found = due(looks, lambda: date(2024, 5, next(days)))
    assert list(found) == [set(), {"a.md"}, set()]


def test_a_midnight_during_a_build_is_not_missed() -> None:
    days = iter([1, 2])
    found = due([{"a.md"}, set()], lambda: date(2024, 5, next(days)))
    assert list(found) == [{"a.md"}, set()]


def test_a_post_of_tomorrow_is_due_tomorrow(settings: Settings) -> None:
    write(settings, "three.md", "---\ndate: 2024-05-07\n---\nA post of tomorrow.\n")
    assert run(settings, FakeEncoder()).posts == 2
    tomorrow = date(2024, 5, 7)
    assert not is_stale(settings, TODAY)
    assert is_stale(settings, tomorrow)


def test_watching_a_folder_that_is_not_there_is_an_error(settings: Settings) -> None:
    with pytest.raises(OwnwordsError, match="is not a folder"):
        watch(replace(settings, corpus=settings.corpus + "x"), lambda outcome: None)


def test_what_changed_while_it_was_built_is_newer_than_the_index(settings: Settings) -> None:
    """CURRENT has the time at which the corpus was read, so that a server sees the change."""
    current = Path(settings.index) / store.CURRENT

    class Slow(FakeEncoder):
        def encode_passages(self, texts: Sequence[str], **given: Any) -> Embeddings:
            write(settings, "two.md", TWO + "And about sleet.\n")
            now = time.time_ns()  # finer than the file system's own clock
            os.utime(Path(settings.corpus) / "two.md", ns=(now, now))
            return super().encode_passages(texts, **given)

    run(settings, Slow())
    assert (Path(settings.corpus) / "two.md").stat().st_mtime > current.stat().st_mtime
    assert run(settings, FakeEncoder()).changed
    os.utime(current, (1, 1))
    assert not run(settings, FakeEncoder()).changed
    assert current.stat().st_mtime > (Path(settings.corpus) / "two.md").stat().st_mtime
