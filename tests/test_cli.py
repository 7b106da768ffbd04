"""The command line: exit codes, JSON, inert text, the locale."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from conftest import BagOfWords
from ownwords import cli, late_interaction, messages, store
from ownwords.ask import open_author
from ownwords.build import BuildReport, build
from ownwords.errors import OwnwordsError
from ownwords.settings import Settings

runner = CliRunner()
HIT = "I studied in open communities"
EVIL = "\x1b]0;owned\x07\x1b[31m red \u202e backwards [bold]not markup[/bold]"


def test_every_command_of_the_design_is_there() -> None:
    listed = runner.invoke(cli.app, ["--help"]).output
    assert all(name in listed for name in ("build", "ask", "serve", "eval"))


@pytest.mark.parametrize("arguments", [[], ["ask"], ["ask", "x", "-k", "many"], ["nothing"]])
def test_wrong_usage_is_2(arguments: list[str]) -> None:
    assert runner.invoke(cli.app, arguments).exit_code == 2


@pytest.mark.parametrize(("verdict", "code"), [("answered", 0), ("related", 3), ("none", 3)])
def test_the_exit_code_says_whether_it_was_answered(
    small_site: Settings, monkeypatch: pytest.MonkeyPatch, verdict: str, code: int
) -> None:
    monkeypatch.setattr("ownwords.confidence.verdict", lambda *_: verdict)
    done = runner.invoke(cli.app, ["ask", HIT, "--index", small_site.index])
    assert done.exit_code == code
    assert (HIT in done.stdout) == (verdict != "none")


def test_json_is_the_answer_and_its_quotes_are_slices(
    small_site: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ownwords.confidence.verdict", lambda *_: "answered")
    done = runner.invoke(cli.app, ["ask", HIT, "--index", small_site.index, "-k", "1", "--json"])
    answer = json.loads(done.stdout)
    (quote,) = answer["quotes"]
    source = (Path(small_site.corpus) / quote["post"]).read_text(encoding="utf-8")
    assert source[quote["start"] : quote["end"]] == quote["text"]
    assert answer["question"] == HIT


def test_without_an_index_the_fix_is_said(tmp_path: Path) -> None:
    done = runner.invoke(cli.app, ["ask", "x", "--index", str(tmp_path)])
    assert done.exit_code == 1
    assert "ownwords build" in done.stderr
    as_json = runner.invoke(cli.app, ["ask", "x", "--index", str(tmp_path), "--json"])
    assert as_json.exit_code == 1
    assert set(json.loads(as_json.stdout)["error"]) == {"code", "message", "fix"}


def test_an_unknown_setting_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OWNWORDS_AUTOR", "x")
    done = runner.invoke(cli.app, ["ask", "x"])
    assert done.exit_code == 1
    assert "author" in done.stderr


def test_what_a_terminal_would_obey_is_inert() -> None:
    shown = cli.inert(EVIL + "\x9b2J\nnext \udc80")
    assert not set(shown) & set("\x1b\x07\x9b\u202e\udc80")
    assert len(shown) == len(EVIL + "\x9b2J\nnext \udc80")  # highlights keep their place
    assert "[bold]not markup[/bold]" in shown


@pytest.fixture
def evil_author(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is opened answers with an evil post whose first five characters are marked."""
    quote = SimpleNamespace(text=EVIL, highlights=((0, 5),), title=EVIL, date=None, link=EVIL)
    answer = SimpleNamespace(
        notice=EVIL, verdict="answered", quotes=(quote,), nearest=(), confidence=0.5
    )
    author = SimpleNamespace(ask=lambda *_: answer, warnings=(EVIL,))
    monkeypatch.setattr("ownwords.ask.open_author", lambda *_: author)


@pytest.mark.usefixtures("evil_author")
def test_an_evil_post_reaches_a_pipe_as_plain_text() -> None:
    done = runner.invoke(cli.app, ["ask", EVIL])
    assert done.exit_code == 0
    assert not set(done.output) & set("\x1b\x07\u202e")
    assert done.stdout.count("[bold]not markup[/bold]") == 4
    assert done.stderr.count("[bold]not markup[/bold]") == 1


@pytest.mark.parametrize(("notice", "told"), [("Glad if that helped.", False), (None, True)])
def test_thanks_are_nothing_that_the_author_has_not_written_about(
    monkeypatch: pytest.MonkeyPatch, notice: str | None, told: bool
) -> None:
    answer = SimpleNamespace(notice=notice, verdict="none", quotes=(), nearest=(), confidence=0.0)
    author = SimpleNamespace(ask=lambda *_: answer, warnings=())
    monkeypatch.setattr("ownwords.ask.open_author", lambda *_: author)
    said = runner.invoke(cli.app, ["ask", "thanks"]).stdout
    assert (messages.say("none") in said) is told
    assert notice is None or notice in said


@pytest.mark.parametrize("text", [EVIL, "\x9b2J", "\udc80", "어떻게"])
def test_json_on_a_terminal_is_inert_and_whole(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    cli._json({"question": text})
    shown = capsys.readouterr().out
    assert not set(shown) & set("\x1b\x07\x9b\u202e\udc80")
    assert json.loads(shown) == {"question": text.replace("\udc80", "?")}


def test_a_build_names_each_bad_file_and_exits_1(
    small_site: Settings, bag_of_words: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ownwords import build

    real = build.build
    monkeypatch.setattr(
        build, "build", lambda s, **kw: real(s, **kw, open_encoder=lambda *_: bag_of_words)
    )
    arguments = ["build", "--corpus", small_site.corpus, "--index", small_site.index]
    assert runner.invoke(cli.app, arguments).exit_code == 0
    (Path(small_site.corpus) / "broken.md").write_text("---\ntitle: [\n---\ntext\n")
    done = runner.invoke(cli.app, arguments)
    assert done.exit_code == 1
    assert "error: broken.md:" in done.stderr
    report = json.loads(runner.invoke(cli.app, [*arguments, "--json"]).stdout)
    assert (report["ok"], report["posts"]) == (False, 2)


@pytest.mark.parametrize(
    ("environ", "korean"),
    [
        ({"LANG": "ko_KR.UTF-8"}, True),
        ({"LC_ALL": "C.UTF-8", "LANG": "ko_KR.UTF-8"}, False),
        ({"LC_ALL": "", "LC_MESSAGES": "ko_KR"}, True),
        ({}, False),
    ],
)
def test_the_locale_chooses_the_language(environ: dict[str, str], korean: bool) -> None:
    assert messages.korean(environ) is korean


@pytest.mark.parametrize("language", ["ko_KR.UTF-8", "en_GB.UTF-8"])
def test_an_error_speaks_the_language_of_the_locale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    monkeypatch.setenv("OWNWORDS_AUTOR", "x")
    said = runner.invoke(cli.app, ["ask", "x", "--index", str(tmp_path)]).stderr
    assert "`author`" in said
    monkeypatch.delenv("OWNWORDS_AUTOR")
    said = runner.invoke(cli.app, ["ask", "x", "--index", str(tmp_path)]).stderr
    assert ("색인이 없습니다" in said) == ("해결 방법" in said) == language.startswith("ko")
    assert "there is no index" in said
    assert "`ownwords build`" in said


def test_every_error_of_the_core_is_told_in_korean(monkeypatch: pytest.MonkeyPatch) -> None:
    """The codes that the code raises, read from its source, each have a Korean sentence."""
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    codes = set().union(*(raised(path) for path in Path(cli.__file__).parent.rglob("*.py")))
    assert {"no_index", "locked", "disk", "model_missing"} <= codes
    for code in codes:
        message, fix = messages.localised(code, "index: why", "Do this.")
        assert message.endswith(" (index: why)")
        assert fix != "Do this."


def raised(path: Path) -> set[str]:
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    named = [call for call in calls if getattr(call.func, "id", "") == "OwnwordsError"]
    last = [call.args[2] for call in named if len(call.args) == 3]
    return {code.value for code in last if isinstance(code, ast.Constant)}


def test_every_problem_of_a_file_is_told_in_korean(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentences of corpus.py, read from its source, with a value of 7 in their gaps."""
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    found = problems(Path(cli.__file__).parent / "corpus.py")
    assert {"the file is empty", "the date 7 is not a date"} <= found
    for sentence in found:
        message, fix = messages.problem(sentence, "Do this.")
        assert re.search("[가-힣]", message)
        assert message.count("7") == sentence.count("7")
        assert fix != "Do this."
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert messages.problem("the file is empty", "Do this.") == ("the file is empty", "Do this.")


def test_every_warning_is_told_in_korean(
    small_site: Settings, bag_of_words: BagOfWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a build and an index of another time give them."""
    root = Path(small_site.index)

    def built() -> BuildReport:
        return build(small_site, open_encoder=lambda *_: bag_of_words)

    (root / store.BUILDS / str(store.current_id(root)) / store.PINS).write_text("damaged")
    replaced = built().warnings
    monkeypatch.setattr(late_interaction, "moved", lambda _: 1.0)
    (Path(small_site.corpus) / "new.md").write_text("# New\n\nIt is new.\n", "utf-8")
    worn = built().warnings
    other = open_author(root, replace(small_site, passage_chars=9)).warnings
    (root / store.BUILDS / str(store.current_id(root)) / store.PINS).write_text("damaged")
    instead = open_author(root, small_site).warnings
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    for warnings in (replaced, worn, other, instead):
        (warning,) = warnings
        assert re.search("[가-힣]", messages.problem(warning)[0])


def problems(path: Path) -> set[str]:
    """The third argument of each call that makes a Problem, literals only."""
    calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    at = {"_Refused": 2, "warn": 2, "Problem": 3}
    found = set()
    for call in calls:
        name = getattr(call.func, "id", getattr(call.func, "attr", ""))
        if name in at and not isinstance(call.args[at[name]], ast.Name):
            found.add(text_of(call.args[at[name]]))
    return found


def text_of(node: ast.expr) -> str:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return "".join(part.value if isinstance(part, ast.Constant) else "7" for part in parts)


def test_watch_prints_a_line_for_each_build(capsys: pytest.CaptureFixture[str]) -> None:
    error = OwnwordsError("index: a build is already running", "Wait.", "locked")
    cli._outcome(error, as_json=True)
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line) == {
        "error": {"code": "locked", "message": error.message, "fix": "Wait."}
    }


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
@pytest.mark.usefixtures("evil_author")
@pytest.mark.parametrize("terminal", [True, False])
def test_colours_are_for_terminals_and_a_post_sends_none(
    monkeypatch: pytest.MonkeyPatch, terminal: bool
) -> None:
    """On a terminal a highlight is bold yellow, and no sequence but for colours reaches it."""
    for name, value in {"TERM": "xterm", "LC_ALL": "C.UTF-8"}.items():
        monkeypatch.setenv(name, value)
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    shown = (on_terminal if terminal else on_pipe)(monkeypatch, ["ask", EVIL])
    assert ("\x1b[1;33m\ufffd]0;o\x1b[0m" in shown) == terminal
    plain = re.sub(r"\x1b\[[\d;]*m", "", shown) if terminal else shown
    assert not set(plain) & set("\x1b\x07\u202e")
    assert plain.count("[bold]not markup[/bold]") == 4


END = "-- the end --"


def on_terminal(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> str:
    import pty

    return written(monkeypatch, arguments, *pty.openpty())


def on_pipe(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> str:
    return written(monkeypatch, arguments, *os.pipe())


def written(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], read_end: int, write_end: int
) -> str:
    """What a command writes to `write_end`, a few lines at most."""
    with os.fdopen(write_end, "w", encoding="utf-8") as out:
        monkeypatch.setattr(sys, "stdout", out)
        with pytest.raises(SystemExit):
            cli.app(arguments)
        print(END, file=out, flush=True)
        shown = b""
        while END.encode() not in shown:  # a terminal hands on what it is given in pieces
            shown += os.read(read_end, 65_536)
    os.close(read_end)
    return shown.decode()


@pytest.mark.model
def test_the_real_command_answers_without_a_heavy_library(tmp_path: Path) -> None:
    root = Path(__file__).parents[1]
    index = str(tmp_path / "index")
    here = {"cwd": root, "env": {**os.environ, "LC_ALL": "C.UTF-8"}, "text": True}
    build = [sys.executable, "-m", "ownwords", "build", "--corpus", "corpus", "--index", index]
    subprocess.run(build, **here, capture_output=True, check=True)
    code = (
        "import sys\nfrom ownwords import cli\n"
        f"sys.argv = ['ownwords', 'ask', '어떻게 공부했나요?', '--index', {index!r}, '--json']\n"
        "try: cli.main()\n"
        "finally: print(*[n for n in ('torch', 'transformers', 'sentence_transformers', 'gradio',\n"
        "  'langchain_text_splitters') if n in sys.modules], 'end', file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], **here, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.split() == ["end"]
    assert json.loads(done.stdout)["verdict"] == "answered"
