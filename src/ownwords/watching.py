"""Builds again and again: after each change of the corpus, and each midnight."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from ownwords import corpus, pins
from ownwords.build import BuildReport, build
from ownwords.errors import OwnwordsError
from ownwords.settings import Settings

# Between two looks at the calendar while nothing changes, and before the first build.
WATCH_MS = 1000


def watch(
    settings: Settings,
    on_build: Callable[[BuildReport | OwnwordsError], None],
    run: Callable[[Settings], BuildReport] = build,
    changes: Callable[[Settings], Iterator[object]] | None = None,
) -> None:
    """Builds now, after each change in the corpus folder or of the pins beside it, and after each
    midnight, until interrupted.

    `on_build` gets each report, or the error that stopped that build only.
    """
    for _ in (changes or _changes)(settings):
        try:
            outcome: BuildReport | OwnwordsError = run(settings)
        except OwnwordsError as error:
            outcome = error
        on_build(outcome)


def _changes(settings: Settings) -> Iterator[object]:
    """Yields once it watches the corpus folder, then after each change in it or of the pins, and
    after each midnight."""
    from watchfiles import DefaultFilter
    from watchfiles import watch as watch_files

    usual, index = DefaultFilter(), Path(settings.index).resolve()

    def ours(change: Any, path: str) -> bool:
        return usual(change, path) and not Path(path).is_relative_to(index)

    folder = Path(settings.corpus).resolve()
    if not folder.is_dir():
        corpus.read_corpus(Path(settings.corpus), settings, date.today())  # says what is missing
    yield from due(
        watch_files(
            folder,
            watch_filter=ours,
            raise_interrupt=False,
            rust_timeout=WATCH_MS,
            yield_on_timeout=True,
        ),
        lambda: (date.today(), _changed_at(pins.beside(Path(settings.corpus)))),
    )


def _changed_at(path: Path) -> int:
    """When a file was written, in nanoseconds; 0 where there is none."""
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0


def due(changes: Iterable[Collection[object]], today: Callable[[], object]) -> Iterator[object]:
    """What to build for: the first of `changes` (nothing changed while the watch began, or
    something did), each that is not empty, and the first one for which `today` is another: a new
    day, when a post dated today stops being one of the future, or other pins."""
    built: object = None
    for changed in changes:
        now = today()
        if changed or now != built:
            yield changed
            built = now
