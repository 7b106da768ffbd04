"""The command line: build, ask, serve, embed, eval. Turns answers and errors into text or JSON."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from ownwords.bar import bar
from ownwords.errors import OwnwordsError
from ownwords.messages import localised, problem, say
from ownwords.settings import PREFIX, Settings, load

if TYPE_CHECKING:
    from ownwords.build import BuildReport
    from ownwords.records import Answer, Quote

NOTHING_FOUND = 3  # `related` counts as nothing found: no quote answers

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False,
    help="Answers to a visitor's questions in the author's own words.",
)  # fmt: skip

Corpus = Annotated[Path | None, typer.Option("--corpus", help="Folder of the posts.")]
IndexFolder = Annotated[Path | None, typer.Option("--index", help="Folder of the index.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def build(
    corpus: Corpus = None,
    index: IndexFolder = None,
    full: Annotated[bool, typer.Option("--full", help="Embed everything anew.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Rebuild after each change.")] = False,
    bundle: Annotated[
        bool, typer.Option("--bundle", help="Put the model beside the index.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the index up to date with the posts. Exit code 1 when a file had to be left out."""
    from ownwords import build as builder
    from ownwords import encoder, watching

    with _told(as_json):
        settings = _settings(corpus, index)

        def run(settings: Settings) -> BuildReport:
            with bar(say("embedding")) as progress:
                done = builder.build(settings, full=full, report=_say, progress=progress)
            if bundle:
                encoder.copy_bundle(settings, Path(settings.index))
            return done

        if watch:
            watching.watch(settings, lambda outcome: _outcome(outcome, as_json), run)
            return
        report = run(settings)
        _report(report, as_json)
        raise typer.Exit(0 if report.ok else 1)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What you want to know.")],
    history: Annotated[
        list[str] | None, typer.Option("--history", help="An earlier question; repeatable.")
    ] = None,
    k: Annotated[int | None, typer.Option("-k", help="Quotes at most.")] = None,
    index: IndexFolder = None,
    as_json: AsJson = False,
) -> None:
    """One answer. Exit code 0 answered, 3 nothing found, 1 error."""
    from ownwords.ask import open_author

    with _told(as_json):
        settings = _settings(None, index)
        author = open_author(settings.index, settings)
        for warning in author.warnings:
            _say(f"{say('warning')}: {problem(warning)[0]}")
        answer = author.ask(question, history or (), k)
        _json(answer.to_dict()) if as_json else _answer(answer)
        raise typer.Exit(0 if answer.verdict == "answered" else NOTHING_FOUND)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", help="Port to listen on.")] = None,
    corpus: Corpus = None,
    index: IndexFolder = None,
) -> None:
    """The chat page and the API; builds first if the index is missing or stale."""
    with _told(False):
        from ownwords import web

        web.serve(_settings(corpus, index), host=host, port=port)


@app.command()
def embed(
    url: Annotated[
        str | None, typer.Option("--url", help="Where visitors reach this server.")
    ] = None,
    corpus: Corpus = None,
) -> None:
    """The line that puts the widget on a site; `/embed` of the server shows it with its options."""
    with _told(False):
        from ownwords.web import widget

        settings = _settings(corpus, None)
        print(widget.snippet(widget.checked_base(url or f"http://{settings.host}:{settings.port}")))


@app.command("eval")
def evaluate(
    file: Annotated[Path, typer.Argument(help="Question set, one JSON object a line.")],
    corpus: Corpus = None,
    index: IndexFolder = None,
    as_json: AsJson = False,
) -> None:
    """Retrieval and abstention figures on a question set."""
    from ownwords import evaluate as figures
    from ownwords.ask import index_size, open_author

    with _told(as_json):
        settings = _settings(corpus, index)
        author = open_author(settings.index, settings)
        report, _ = figures.evaluate(figures.read_questions(file, author.posts), author)
        if as_json:
            _json(report.to_dict())
            return
        for name, group in report.groups.items():
            print(f"{name:16} {group.questions:4}  hit@1 {group.hit_1:.2f}  hit@3 {group.hit_3:.2f}  "
                  f"within 600 {group.within_600:.2f}  wrongly none {group.wrongly_none:.2f}")  # fmt: skip
        for name, trust in report.trust.items():
            print(f"confidence {name:5} {trust.questions:4}  AUROC {trust.auroc:.2f}  calibration error "
                  f"{trust.calibration_error:.2f}  none for unanswerable {trust.abstained:.2f}")  # fmt: skip
        for caution, error in report.errors.items():
            print(f"{caution:16}       false answers {error.false_answer:.2f}  not refused "
                  f"{error.not_refused:.2f}  false refusals {error.false_refusal:.2f}")  # fmt: skip
        print(f"highlights hold the place {report.highlighted:.2f}  verbatim {report.verbatim:.2f}")
        characters = sum(len(post.source) for post in author.posts)
        size = index_size(settings.index) / max(1, characters)
        print(
            f"a question takes {report.median_ms:.1f} ms (median)  the index {size:.0f} bytes a character"
        )


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    app()


def _settings(corpus: Path | None, index: Path | None) -> Settings:
    environ = {n: v for n, v in os.environ.items() if n.startswith(PREFIX)}
    return load(corpus, environ, index)


@contextmanager
def _told(as_json: bool) -> Iterator[None]:
    """One error becomes text or JSON, and exit code 1."""
    try:
        yield
    except OwnwordsError as error:
        _error(error, as_json)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _error(error: OwnwordsError, as_json: bool) -> None:
    """JSON goes where the answer would have gone, text to stderr."""
    if as_json:
        _json(_plain(error))
        return
    message, fix = localised(error.code, error.message, error.fix)
    _console(sys.stderr).print(Text(inert(message)), style="red")
    _console(sys.stderr).print(Text(f"{say('fix')}: {inert(fix)}"))


def _plain(error: OwnwordsError) -> dict[str, object]:
    return {"error": {"code": error.code, "message": error.message, "fix": error.fix}}


def inert(text: str) -> str:
    """The text without what a terminal would obey: escape sequences, control and bidi marks."""
    return "".join(
        "\ufffd" if _obeyed(char) or unicodedata.category(char) == "Cs" else char for char in text
    )


def _obeyed(char: str) -> bool:
    """Whether a terminal may act on the character: controls but the line feed, bidi marks."""
    bidi = "\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069"
    return bidi or (char != "\n" and unicodedata.category(char) == "Cc")


def _console(stream: Any) -> Console:
    return Console(file=stream, highlight=False, emoji=False, markup=False, soft_wrap=True)


def _say(line: str) -> None:
    print(inert(line), file=sys.stderr)


def _json(value: object, indent: int | None = 1) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=indent).encode("utf-8", "replace").decode()
    print("".join(f"\\u{ord(char):04x}" if _obeyed(char) else char for char in text))


def _answer(answer: Answer) -> None:
    out = _console(sys.stdout)
    if answer.notice:
        out.print(Text(inert(answer.notice)))
    if answer.verdict != "answered" and (answer.quotes or not answer.notice):
        out.print(Text(say(answer.verdict)), style="bold")
    for quote in answer.quotes:
        _quote(out, quote)
    if answer.verdict != "answered" and answer.nearest:
        out.print(Text(say("nearest")))
        for near in answer.nearest:
            out.print(Text(f"  {inert(near.title)}  {inert(near.link)}"))
    if answer.quotes:
        out.print(Text(f"{say('sure')} {answer.confidence:.0%}"), style="dim")


def _quote(out: Console, quote: Quote) -> None:
    text = Text(inert(quote.text))
    for start, end in quote.highlights:
        text.stylize("bold yellow", start, end)
    out.print(text)
    source = " · ".join(part for part in (quote.title, quote.date) if part)
    out.print(Text(f"— {inert(source)}"), style="italic")
    out.print(Text(f"  {inert(quote.link)}\n"), style="dim")


def _outcome(outcome: BuildReport | OwnwordsError, as_json: bool) -> None:
    """One of the builds of `--watch`; as JSON, a line each."""
    if as_json:
        plain = _plain(outcome) if isinstance(outcome, OwnwordsError) else outcome.to_dict()
        _json(plain, indent=None)
    elif isinstance(outcome, OwnwordsError):
        _error(outcome, as_json)
    else:
        _report(outcome, as_json)
    sys.stdout.flush()  # whoever reads it through a pipe waits for each build


def _report(report: BuildReport, as_json: bool) -> None:
    if as_json:
        _json(report.to_dict())
        return
    write: Callable[[str], None] = _say
    for found in report.problems:
        place = f"{found.path}:{found.line}" if found.line else found.path
        message, fix = problem(found.message, found.fix)
        write(f"{say(found.severity)}: {place}: {message}. {fix}")
    for warning in report.warnings:
        write(f"{say('warning')}: {problem(warning)[0]}")
    if report.problems:
        errors = sum(found.severity == "error" for found in report.problems)
        write(say("problems", errors=errors, warnings=len(report.problems) - errors))
    print(say("built", posts=report.posts, passages=report.passages, reused=report.reused,
              embedded=report.embedded, skipped=report.skipped, seconds=report.seconds))  # fmt: skip
    if not report.changed:
        print(say("unchanged"))
