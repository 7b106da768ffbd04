"""A progress bar on stderr, on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Gives `told(done, total)`. The bar appears at its first call and is gone when the block
    ends, so that two of them, one inside the other, share a terminal in turn."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    shown = Progress(console=Console(stderr=True), transient=True)
    task = shown.add_task(label, total=None)

    def told(done: int, total: int) -> None:
        shown.start()  # again and again does no harm
        shown.update(task, completed=done, total=total)

    try:
        yield told
    finally:
        shown.stop()
