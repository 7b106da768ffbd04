"""Text that remembers where in its file each character stands.

Markdown and HTML leave a reader's text with holes: markup is gone, wrapped lines are joined,
`&amp;` is one character. A `Tracked` text keeps, for every character that is left, the range of
the file it came from, so that any part of it is a slice of the file and can be checked.
"""

from __future__ import annotations

import html
import re
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--.*?-->", re.DOTALL)
# Steps of one kind, 1 or 2, and the character that the last of them leads to; or a character alone.
_RUN = re.compile(rb"\x01+.|\x02+.|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Tracked:
    """A reader's text; character `i` stands at `source[starts[i]:ends[i]]`.

    Offsets are code points into the decoded file. They never decrease. A joining blank (a wrapped
    line, the gap between two paragraphs) carries the range of the gap.
    """

    text: str
    starts: array[int]
    ends: array[int]

    def __len__(self) -> int:
        return len(self.text)

    @property
    def start(self) -> int:
        return self.starts[0]

    @property
    def end(self) -> int:
        return self.ends[-1]

    @classmethod
    def literal(cls, text: str, start: int) -> Tracked:
        """Characters that stand in the file as they are, from `start` on."""
        return cls(
            text,
            array("i", range(start, start + len(text))),
            array("i", range(start + 1, start + len(text) + 1)),
        )

    @classmethod
    def replaced(cls, text: str, start: int, end: int) -> Tracked:
        """Characters that stand for `source[start:end]` together (an entity, a joined line)."""
        return cls(text, array("i", [start] * len(text)), array("i", [end] * len(text)))

    @classmethod
    def gap(cls, blank: str, before: Tracked, after: Tracked) -> Tracked:
        """A blank that carries the range between two texts."""
        return cls.replaced(blank, before.end, max(before.end, after.start))

    @classmethod
    def empty(cls) -> Tracked:
        return cls("", array("i"), array("i"))

    @classmethod
    def concat(cls, parts: Iterable[Tracked]) -> Tracked:
        texts: list[str] = []
        starts, ends = array("i"), array("i")
        for part in parts:
            texts.append(part.text)
            starts.extend(part.starts)
            ends.extend(part.ends)
        return cls("".join(texts), starts, ends)

    @classmethod
    def join(cls, blank: str, parts: Sequence[Tracked]) -> Tracked:
        """The non-empty parts with one `blank` between them that carries the range of the gap."""
        kept = [part for part in parts if len(part)]
        pieces: list[Tracked] = []
        for at, part in enumerate(kept):
            if at:
                pieces.append(cls.gap(blank, kept[at - 1], part))
            pieces.append(part)
        return cls.concat(pieces)

    def slice(self, start: int, end: int) -> Tracked:
        return Tracked(self.text[start:end], self.starts[start:end], self.ends[start:end])

    def stripped(self) -> Tracked:
        left = len(self.text) - len(self.text.lstrip())
        return self.slice(left, max(left, len(self.text.rstrip())))

    def stands_in(self, source: str) -> bool:
        """Whether every character is what the file holds at its place: the verbatim promise."""
        return all(
            _stands(self.text[at : at + count], source, start, width)
            for at, count, start, width in self._runs()
        )

    def to_json(self) -> list[int]:
        """Runs as flat triples `count, start, width`; character i of a run starts at start + i * width."""
        return [value for _, *run in self._runs() for value in run]

    @classmethod
    def from_json(cls, text: str, runs: Sequence[int]) -> Tracked:
        """The opposite of `to_json`. Raises ValueError when the runs do not cover the text."""
        starts, ends = array("i"), array("i")
        for at in range(0, len(runs), 3):
            count, start, width = runs[at : at + 3]
            if width < 0:  # several characters that share one range
                starts.extend([start] * count)
                ends.extend([start - width] * count)
            elif width == 0:
                starts.extend([start] * count)
                ends.extend([start] * count)
            else:  # ranges fill an array several times faster than generators
                stop = start + count * width
                starts.extend(range(start, stop, width))
                ends.extend(range(start + width, stop + width, width))
        if len(starts) != len(text):
            raise ValueError(f"the runs cover {len(starts)} characters of a text of {len(text)}")
        return cls(text, starts, ends)

    def _runs(self) -> list[tuple[int, int, int, int]]:
        """`(index in text, count, start, width)`; a negative width is one range shared by all."""
        if not self.text:
            return []
        starts, ends = (np.frombuffer(one, dtype=np.intc) for one in (self.starts, self.ends))
        widths = ends - starts
        goes_on = (starts[1:] == ends[:-1]) & (widths[1:] == widths[:-1])
        shares = (starts[1:] == starts[:-1]) & (ends[1:] == ends[:-1]) & (widths[1:] > 0)
        steps = np.append(goes_on + 2 * shares, 0).astype(np.uint8)  # to the next character
        return [
            (at, stop - at, int(starts[at]), int(-widths[at] if steps[at] == 2 else widths[at]))
            for at, stop in (found.span() for found in _RUN.finditer(steps.tobytes()))
        ]


def _stands(piece: str, source: str, start: int, width: int) -> bool:
    if width == 1:
        raw = source[start : start + len(piece)]
        return _visible(raw) == piece or (
            len(raw) == len(piece) and all(map(_replaces, piece, raw))
        )
    if width < 0:
        return _replaces(piece, source[start : start - width])
    return all(
        _replaces(char, source[start + i * width : start + (i + 1) * width])
        for i, char in enumerate(piece)
    )


def _replaces(text: str, raw: str) -> bool:
    """Whether `text` may stand for `raw`: a joined gap (it drops tags, but no letter), an entity,
    or a character together with the markup around it (the `**b` of a bold word)."""
    if text.isspace():
        return not any(char.isalpha() for char in _TAG.sub("", raw))
    return text in _visible(raw) or text in html.unescape(raw)


def _visible(raw: str) -> str:
    """CommonMark 2.3: a NUL is shown as the replacement character."""
    return raw.replace("\0", "\ufffd")
