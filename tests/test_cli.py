from pathlib import Path

import pytest
from typer.testing import CliRunner

from ownwords.cli import app, inert


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", "\ufffd[31mred"),
        ("a\u202eb", "a\ufffdb"),
        ("[bold]글[/]", "[bold]글[/]"),
        ("\x07", "\ufffd"),
    ],
)
def test_a_terminal_obeys_nothing_in_a_text(text: str, shown: str) -> None:
    assert inert(text) == shown


def test_no_index_is_one_error_with_its_fix(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["ask", "왜?", "--index", str(tmp_path), "--json"])
    assert done.exit_code == 1
    assert '"no_index"' in done.output
    assert "ownwords build" in done.output


def test_an_empty_corpus_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    done = CliRunner().invoke(
        app, ["build", "--corpus", str(tmp_path / "corpus"), "--index", str(tmp_path / "index")]
    )
    assert (done.exit_code, "Traceback" in done.output) == (1, False)
