"""index/: round trip, certificate, swaps, damage, kills, a full disk, the lock, the cache."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest

from ownwords import disk, store
from ownwords.certificate import Certificate
from ownwords.embedding_cache import SHARDS, EmbeddingCache
from ownwords.errors import OwnwordsError
from ownwords.late_interaction import Projection, TokenTable
from ownwords.lexical import Lexical
from ownwords.lock import BuildLock
from ownwords.records import Passage, Post, Range
from ownwords.store import Index
from ownwords.tracked import Tracked
from ownwords.vectors import Vectors

PROJECTION = Projection.fit(np.eye(2, dtype=np.float32))
SOURCE = "나는 &amp; 너.\n둘째 문장.\ud800"
TEXT = "나는 & 너. 둘째 문장.\ud800"


def certificate(**changes: Any) -> Certificate:
    made = Certificate(
        id="",
        created="2024-05-06T07:08:09.000001+00:00",
        version="0",
        model="fake",
        fingerprint="f00d",
        dimension=2,
        passage_chars=300,
        corpus_hash="c0ffee",
        posts=1,
        passages=1,
        sentences=2,
        calibration={"ko": [0.1, 0.2]},
        suggestions=("왜요?",),
        files={},
    )
    return replace(made, **changes)


def index(name: str = "a", size: int = 0, **changes: Any) -> Index:
    """One post with one passage of two sentences; `name` tells builds apart."""
    content = Tracked.concat(
        [
            Tracked.literal("나는 ", 0),
            Tracked.replaced("&", 3, 8),
            Tracked.literal(" 너.", 8),
            Tracked.replaced(" ", 11, 12),
            Tracked.literal("둘째 문장.\ud800", 12),
        ]
    )
    post = Post(
        "글/a.md", "a", name, None, None, "ko", ("t",), ("q?",), SOURCE + "." * size, "utf-8"
    )
    passage = Passage(0, content, ("제목",), "prose", (Range(0, 7), Range(8, 15)), 1)
    one = np.array([[1.0, 0.0]], dtype=np.float32)
    parts = {
        "passage_vectors": Vectors.build(one),
        "context_vectors": Vectors.build(one),
        "sentence_vectors": Vectors.build(np.eye(2, dtype=np.float32)),
        "lexical": Lexical.build([TEXT.replace("\ud800", "")]),
        "tokens": TokenTable.build(PROJECTION, [PROJECTION.pack(one)], [np.array([7], np.int32)]),
        "centres": {"ko": one[0] / 2, "en": one[0] / 4},
        **changes,
    }
    return Index(certificate(), (post,), (passage,), **parts)


def title(root: Path) -> str:
    return store.open_index(root).posts[0].title


def builds(root: Path) -> set[str]:
    return {folder.name for folder in (root / store.BUILDS).iterdir()}


def test_what_is_written_is_what_is_opened(tmp_path: Path) -> None:
    written = index()
    build = store.write(tmp_path, written)
    opened = store.open_index(tmp_path)
    assert opened.posts == written.posts
    assert opened.passages == written.passages
    assert opened.passages[0].content.stands_in(opened.posts[0].source)
    assert opened.sentence_vectors.rows() == pytest.approx(np.eye(2), abs=1 / 255)
    assert opened.tokens.codes.tolist() == written.tokens.codes.tolist()
    assert opened.tokens.projection.id == written.tokens.projection.id
    assert {name: row.tolist() for name, row in opened.centres.items()} == {
        "ko": [0.5, 0],
        "en": [0.25, 0],
    }
    assert opened.lexical.scores("문장").tolist() == written.lexical.scores("문장").tolist()
    assert opened.warnings == ()
    kept = opened.certificate
    assert (kept.id, kept.suggestions, kept.calibration) == (build, ("왜요?",), {"ko": [0.1, 0.2]})
    assert replace(kept, id="", files={}) == certificate()
    assert store.current_id(tmp_path) == build


def test_no_pickle(tmp_path: Path) -> None:
    build = store.write(tmp_path, index())
    for file in (tmp_path / store.BUILDS / build).iterdir():
        assert b"numpy.core.multiarray" not in file.read_bytes()
    assert {file.suffix for file in (tmp_path / store.BUILDS / build).iterdir()} == {
        ".json",
        ".npz",
        ".npy",
        ".faiss",
    }


def test_no_index_says_build(tmp_path: Path) -> None:
    with pytest.raises(OwnwordsError) as caught:
        store.open_index(tmp_path / "none")
    assert caught.value.code == "no_index"
    assert "ownwords build" in caught.value.fix
    assert store.current_id(tmp_path) is None
    assert store.read_certificate(tmp_path) is None


def test_two_newest_builds_are_kept(tmp_path: Path) -> None:
    made = [store.write(tmp_path, index(name)) for name in "abcd"]
    assert builds(tmp_path) == set(made[2:])
    assert title(tmp_path) == "d"


@pytest.mark.parametrize(
    ("part", "rows"), [("passage_vectors", 2), ("context_vectors", 0), ("sentence_vectors", 1)]
)
def test_rows_that_do_not_fit_are_refused(part: str, rows: int) -> None:
    with pytest.raises(OwnwordsError, match="do not fit"):
        index(**{part: Vectors.build(np.zeros((rows, 2), dtype=np.float32))})


def test_lexical_rows_and_dimensions_that_do_not_fit_are_refused() -> None:
    with pytest.raises(OwnwordsError, match="2 lexical rows, expected 1"):
        index(lexical=Lexical.build(["a", "b"]))
    with pytest.raises(OwnwordsError, match="of 3 dimensions, not 2"):
        index(context_vectors=Vectors.build(np.zeros((1, 3), dtype=np.float32)))
    with pytest.raises(OwnwordsError, match="post that is not there"):
        replace(index(), passages=(replace(index().passages[0], post=1),))


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def flip(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


@pytest.mark.parametrize("damage", [cut, flip, Path.unlink])
@pytest.mark.parametrize("name", [*store.FILES, store.CERTIFICATE])
def test_damaged_build(tmp_path: Path, name: str, damage: Callable[[Path], None]) -> None:
    only = store.write(tmp_path, index("a"))
    damage(tmp_path / store.BUILDS / only / name)
    with pytest.raises(OwnwordsError) as caught:
        store.open_index(tmp_path)
    assert caught.value.code == "index_damaged"
    assert "ownwords build" in caught.value.fix
    assert store.read_certificate(tmp_path) is None
    newer = store.write(tmp_path, index("b"))
    newest = store.write(tmp_path, index("c"))
    assert builds(tmp_path) == {newer, newest}
    damage(tmp_path / store.BUILDS / newest / name)
    opened = store.open_index(tmp_path)
    assert opened.posts[0].title == "b"
    assert len(opened.warnings) == 1
    assert newest in opened.warnings[0]
    assert newer in opened.warnings[0]


@pytest.mark.parametrize("text", ["", "../../etc", "nothing-there", "\x00\xff"])
def test_damaged_current(tmp_path: Path, text: str) -> None:
    build = store.write(tmp_path, index("a"))
    (tmp_path / store.CURRENT).write_text(text, encoding="latin-1")
    opened = store.open_index(tmp_path)
    assert opened.certificate.id == build
    assert len(opened.warnings) == 1


def test_another_format_says_rebuild(tmp_path: Path) -> None:
    build = store.write(tmp_path, index())
    path = tmp_path / store.BUILDS / build / store.CERTIFICATE
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99}))
    with pytest.raises(OwnwordsError, match=r"format 99.*ownwords build"):
        store.open_index(tmp_path)


def test_readers_never_fail_during_swaps(tmp_path: Path) -> None:
    store.write(tmp_path, index("0"))
    done, failures, seen = threading.Event(), [], []

    def read() -> None:
        while not done.is_set():
            try:
                opened = store.open_index(tmp_path)
                seen.append(int(opened.posts[0].title))
                if opened.warnings:
                    failures.append(opened.warnings[0])
            except Exception as error:
                failures.append(repr(error))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(1, 40):
        store.write(tmp_path, index(str(number)))
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert len(seen) > 2
    assert title(tmp_path) == "39"


def in_child(function: str, *arguments: Path) -> str:
    """Runs a function of this file in a new process; returns what it printed."""
    call = f"import test_store; test_store.{function}(*__import__('sys').argv[1:])"
    done = subprocess.run(
        [sys.executable, "-c", call, *map(str, arguments)],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def killed_at(root: Path, name: str, line: int) -> bool:
    """Whether a forked process that writes a build was killed at the n-th line it ran."""
    child = os.fork()
    if child == 0:
        left = line

        def trace(frame: FrameType, event: str, arg: object) -> Any:
            nonlocal left
            if frame.f_code.co_filename not in (store.__file__, disk.__file__):
                return None
            left -= event == "line"
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return trace

        sys.settrace(trace)
        store.write(root, index(name))
        sys.settrace(None)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def kill_everywhere(folder: str) -> None:
    root = Path(folder)
    store.write(root, index("0"))
    live, line, found = "0", 0, set()
    while killed_at(root, f"{line}", line):
        opened = store.open_index(root)
        if opened.warnings or opened.posts[0].title not in (live, f"{line}"):
            raise AssertionError(f"killed at line {line}: {opened.posts[0].title}")
        found.add("old" if opened.posts[0].title == live else "new")
        live, line = opened.posts[0].title, line + 7
    print(line, *sorted(found))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_anywhere_a_good_build_serves(tmp_path: Path) -> None:
    lines, *found = in_child("kill_everywhere", tmp_path).split()
    assert int(lines) > 100
    assert found == ["new", "old"]
    store.write(tmp_path, index("after"))
    assert title(tmp_path) == "after"
    assert not [name for name in builds(tmp_path) if name.startswith(".")]


def write_with_small_files(folder: str) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))
    try:
        store.write(Path(folder), index("big", size=8000))
    except OwnwordsError as error:
        print(error.code, error.fix)


@pytest.mark.skipif(os.name == "nt", reason="needs RLIMIT_FSIZE")
def test_full_disk_leaves_the_live_build(tmp_path: Path) -> None:
    build = store.write(tmp_path, index("small"))
    said = in_child("write_with_small_files", tmp_path)
    assert said.startswith("disk Free disk space")
    assert title(tmp_path) == "small"
    assert builds(tmp_path) == {build}


def cache_with_small_files(folder: str) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))
    try:
        EmbeddingCache(Path(folder), "f", 2000).put(["x"], np.ones((1, 2000), dtype=np.float32))
    except OwnwordsError as error:
        print(error.code, error.fix)


@pytest.mark.skipif(os.name == "nt", reason="needs RLIMIT_FSIZE")
def test_full_disk_while_embeddings_are_kept(tmp_path: Path) -> None:
    assert in_child("cache_with_small_files", tmp_path).startswith("disk Free disk space")
    assert list((tmp_path / "f").iterdir()) == []


def test_second_build_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "new" / store.LOCK
    with BuildLock(path):
        with pytest.raises(OwnwordsError) as caught, BuildLock(path):
            pass
        assert caught.value.code == "locked"
        assert f"process {os.getpid()} on " in caught.value.message
        assert " since 20" in caught.value.message
    with BuildLock(path):
        pass


def hold(path: str) -> None:
    with BuildLock(Path(path)):
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_killed_holder_frees_the_lock(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        in_child("hold", tmp_path / store.LOCK)
    assert (tmp_path / store.LOCK).read_text() != ""
    with BuildLock(tmp_path / store.LOCK):
        pass


def rows(*values: float) -> Any:
    return np.array([[value, -value] for value in values], dtype=np.float32)


def kept(cache: EmbeddingCache, *texts: str) -> list[float | None]:
    return [None if row is None else float(row[0]) for row in cache.get(texts)]


def test_cache_keeps_vectors_by_text_and_model(tmp_path: Path) -> None:
    EmbeddingCache(tmp_path, "f", 2).put(["a", "나\ud800"], rows(1, 2))
    EmbeddingCache(tmp_path, "f", 2).put(["c"], rows(3))
    assert kept(EmbeddingCache(tmp_path, "f", 2), "c", "a", "나\ud800", "d") == [3, 1, 2, None]
    assert kept(EmbeddingCache(tmp_path, "other", 2), "a") == [None]
    assert kept(EmbeddingCache(tmp_path, "f", 3), "a") == [None]
    assert kept(EmbeddingCache(tmp_path, "../up", 2), "a") == [None]


def test_cache_ignores_a_damaged_shard(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path, "f", 2)
    cache.put(["a"], rows(1))
    (first,) = (tmp_path / "f").iterdir()
    cache.put(["b"], rows(2))
    data = first.read_bytes()
    first.write_bytes(data.replace(rows(1).tobytes(), rows(7).tobytes()))
    assert kept(EmbeddingCache(tmp_path, "f", 2), "a", "b") == [None, 2]
    cut(first)
    assert kept(EmbeddingCache(tmp_path, "f", 2), "a", "b") == [None, 2]


def test_cache_merges_shards_and_forgets(tmp_path: Path) -> None:
    cache = EmbeddingCache(tmp_path, "f", 2)
    for number in range(SHARDS + 1):
        cache.put([str(number)], rows(number))
    assert len(list((tmp_path / "f").iterdir())) == 1
    assert len(EmbeddingCache(tmp_path, "f", 2)) == SHARDS + 1
    cache.keep_only(["3", "never seen"])
    assert kept(EmbeddingCache(tmp_path, "f", 2), "3", "4") == [3, None]


def test_cache_refuses_rows_that_do_not_fit(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected"):
        EmbeddingCache(tmp_path, "f", 2).put(["a", "b"], rows(1))
