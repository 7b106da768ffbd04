"""What the parts of this package pass on to one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ownwords.records import Problem, Range

FILE = "pins.toml"
KEYS = ("questions", "post", "quote", "heading")


@dataclass(frozen=True, slots=True)
class Pin:
    """As the author wrote it, in `path` at `line`. `post` is an id or a path inside the corpus
    folder; without `quote` and `heading` it is to the post as a whole."""

    questions: tuple[str, ...]
    post: str
    quote: str = ""
    heading: str = ""
    path: str = FILE
    line: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file held; a faulty pin is in `problems` alone."""

    pins: tuple[Pin, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class ResolvedPin:
    """A pin's place in one build: the row of its post, the rows of its passages in reading order
    and its range of the post's file. No rows and no range: whichever passages of the post are
    best."""

    questions: tuple[str, ...]
    post: int
    passages: tuple[int, ...] = ()
    range: Range | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "questions": list(self.questions),
            "post": self.post,
            "passages": list(self.passages),
            "range": None if self.range is None else list(self.range),
        }

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> ResolvedPin:
        """The opposite of `to_json`. Raises KeyError, TypeError or ValueError for anything else."""
        where = plain["range"]
        return cls(
            tuple(map(str, plain["questions"])),
            int(plain["post"]),
            tuple(map(int, plain["passages"])),
            None if where is None else Range(*map(int, where)),
        )


@dataclass(frozen=True, slots=True)
class Resolution:
    pins: tuple[ResolvedPin, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Wordings:
    """Every wording of every pin in one row of texts: `texts[i]` asks for pin `pins[i]`."""

    texts: tuple[str, ...]
    pins: tuple[int, ...]


def beside(corpus: Path) -> Path:
    """Where a corpus folder's pins are written, next to its `ownwords.toml`."""
    return corpus.absolute().parent / FILE


def wordings(pins: Sequence[ResolvedPin]) -> Wordings:
    pairs = [(text, row) for row, pin in enumerate(pins) for text in pin.questions]
    return Wordings(tuple(text for text, _ in pairs), tuple(row for _, row in pairs))


class Fault(Exception):
    """One pin cannot be read: the key at fault ("" is the pin itself), why, what to do."""

    def __init__(self, key: str, message: str, fix: str) -> None:
        super().__init__(message)
        self.key, self.message, self.fix = key, message, fix
