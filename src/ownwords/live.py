"""The newest build of an index folder, opened again when a newer one is there."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from ownwords import store
from ownwords.ask import Author, open_author
from ownwords.errors import OwnwordsError
from ownwords.settings import Settings

log = logging.getLogger(__name__)


class LiveAuthor:
    """The newest build of an index folder; `current()` opens a new one when CURRENT changes.

    Who holds an Author keeps it: a question in flight finishes on the build it began with.
    """

    def __init__(self, index: Path, settings: Settings) -> None:
        self._folder, self._settings = index, settings
        self._lock = threading.Lock()
        self._author: Author | None = None
        self._seen: str | None = None

    def current(self) -> Author:
        """Raises OwnwordsError when no build was ever opened and none can be."""
        if self._author is not None and store.current_id(self._folder) == self._seen:
            return self._author
        with self._lock:
            newest = store.current_id(self._folder)  # another thread may have opened it
            if self._author is None or newest != self._seen:
                self._open(newest)
            assert self._author is not None
            return self._author

    def _open(self, newest: str | None) -> None:
        try:
            self._author = open_author(self._folder, self._settings)
        except OwnwordsError as error:
            if self._author is None:
                raise
            log.error("the new build cannot be opened, the one before it answers: %s", error)
        else:
            for warning in self._author.warnings:
                log.warning("%s", warning)
        self._seen = newest
