"""When a server starts: which index is stale, which built wholly anew, and a port that is taken."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from types import SimpleNamespace as Namespace

import pytest

from ownwords import web
from ownwords.errors import OwnwordsError
from ownwords.settings import Settings
from ownwords.web import _listening, is_stale


def test_staleness(tmp_path):
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    corpus.mkdir()
    index.mkdir()
    settings = Settings(corpus=str(corpus), index=str(index))
    assert is_stale(settings)
    (corpus / "a.md").write_text("a")
    (index / "CURRENT").write_text("b")
    os.utime(index / "CURRENT", (2e9, 2e9))
    assert not is_stale(settings)
    os.utime(corpus / "a.md", (2e9 + 1, 2e9 + 1))
    assert is_stale(settings)


def test_an_index_of_yesterday_is_stale_where_the_posts_are(tmp_path):
    """A post dated today has become due since; a carried index has no posts beside it."""
    corpus, index = tmp_path / "corpus", tmp_path / "index"
    index.mkdir()
    (index / "CURRENT").write_text("b")
    settings = Settings(corpus=str(corpus), index=str(index))
    corpus.mkdir()
    (corpus / "a.md").write_text("a")
    for path in (corpus / "a.md", corpus, index / "CURRENT"):
        os.utime(path, (1e9, 1e9))
    assert is_stale(settings)
    shutil.rmtree(corpus)
    assert not is_stale(settings)


def test_a_taken_port_is_named():
    with _listening("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OwnwordsError, match=str(port)):
            _listening("127.0.0.1", port)


@pytest.mark.parametrize(("code", "full"), [("model_updated", True), ("index_format", False)])
def test_an_index_of_other_weights_is_built_wholly_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str, full: bool
) -> None:
    """Nothing of the corpus has changed then, so a plain build would leave it as it is."""
    ran: list[list[str]] = []
    monkeypatch.setattr(
        web.subprocess, "run", lambda command, **_: ran.append(command) or Namespace(returncode=0)
    )
    opened = iter([OwnwordsError("It was built with other weights", "Build.", code), None])

    def current() -> None:
        if error := next(opened):
            raise error

    (tmp_path / "CURRENT").touch()
    settings = Settings(corpus=str(tmp_path), index=str(tmp_path))
    web._open(Namespace(current=current), settings)
    assert [("--full" in command) for command in ran] == [full]
