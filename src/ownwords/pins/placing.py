"""Pins, posts and their passages → where what is pinned stands."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Literal

from ownwords.pins.records import Fault, Pin, Resolution, ResolvedPin
from ownwords.pins.spelling import folded, readings, spelled
from ownwords.records import Passage, Post, Problem, Range


def resolve(pins: Sequence[Pin], posts: Sequence[Post], passages: Sequence[Passage]) -> Resolution:
    """Where each pin's text stands. One whose post or text is not there is a problem of severity
    error and left out; one whose text stands in several places is a warning, the first counts, and
    so is a question that an earlier pin has too."""
    found: list[ResolvedPin] = []
    asked: dict[str, Pin] = {}
    problems: list[Problem] = []
    finder = _Finder(posts, passages)
    for pin in pins:
        try:
            place, again = finder.place(pin)
        except Fault as fault:
            severity: Literal["error", "warning"]
            severity = "error" if pin.quote or pin.heading else "warning"  # else a post of code
            problems.append(Problem(pin.path, pin.line, severity, fault.message, fault.fix))
            continue
        found.append(place)
        problems.extend(_asked_again(pin, asked))
        if again:
            stands = f"what is pinned stands in {posts[place.post].path} more than once"
            problems.append(
                Problem(pin.path, pin.line, "warning", f"{stands}; the first place counts",
                        "Quote more of it.")
            )  # fmt: skip
    return Resolution(tuple(found), tuple(problems))


def _asked_again(pin: Pin, asked: dict[str, Pin]) -> Iterator[Problem]:
    """A warning for each question that a pin in `asked`, by its spelling, has too; the others join
    them. Within one file that is an error of its own: see `reading`."""
    for question in pin.questions:
        first = asked.setdefault(spelled(question), pin)
        if first is not pin:
            where = f"{question!r} is pinned in {first.path}:{first.line} too, which counts"
            fix = "Leave it in one of the two."
            yield Problem(pin.path, pin.line, "warning", where, fix)


class _Finder:
    """Looks for many pins; a post is folded once."""

    def __init__(self, posts: Sequence[Post], passages: Sequence[Passage]) -> None:
        self.posts, self.passages = posts, passages
        self.rows: dict[int, list[int]] = {}
        for at, passage in enumerate(passages):
            self.rows.setdefault(passage.post, []).append(at)
        self.names: dict[str, int] = {}
        for row, post in enumerate(posts):
            self.names.setdefault(post.id, row)
            self.names.setdefault(unicodedata.normalize("NFC", post.path), row)
        self.stretches: dict[int, _Stretch] = {}

    def place(self, pin: Pin) -> tuple[ResolvedPin, bool]:
        """The pin's place, and whether there is another one. Raises Fault where there is none."""
        row = self.post(pin.post)
        if row not in self.rows:
            message = f"nothing in {self.posts[row].path} can be quoted"
            raise Fault("", message, "Only prose is quoted.")
        if pin.quote:
            return self.quote(pin, row)
        if pin.heading:
            return self.heading(pin, row)
        return ResolvedPin(pin.questions, row), False

    def post(self, name: str) -> int:
        wanted = unicodedata.normalize("NFC", name).removeprefix("./")
        if wanted in self.names:
            return self.names[wanted]
        near = difflib.get_close_matches(wanted, self.names, n=1, cutoff=0.5)
        hint = (
            f"The nearest one is `{near[0]}`."
            if near
            else "Give its id, or its path in the corpus folder."
        )
        raise Fault("post", f"there is no post {name!r} in the index (drafts are not)", hint)

    def heading(self, pin: Pin, row: int) -> tuple[ResolvedPin, bool]:
        under, again = _under(readings(pin.heading), self.rows[row], self.passages)
        if not under:
            raise _no_heading(pin.heading, self.posts[row], self.texts(row))
        where = Range(self.passages[under[0]].start, self.passages[under[-1]].end)
        return ResolvedPin(pin.questions, row, under, where), again

    def quote(self, pin: Pin, row: int) -> tuple[ResolvedPin, bool]:
        if row not in self.stretches:
            self.stretches[row] = _Stretch(self.rows[row], self.passages)
        stretch = self.stretches[row]
        at, again = stretch.find(readings(pin.quote))
        if at is None:
            raise _no_quote(pin.quote, self.posts[row], self.texts(row))
        return ResolvedPin(pin.questions, row, stretch.rows_of(at), stretch.range_of(at)), again

    def texts(self, row: int) -> list[Passage]:
        return [self.passages[at] for at in self.rows[row]]


def _under(
    heading: Sequence[str], rows: Sequence[int], passages: Sequence[Passage]
) -> tuple[tuple[int, ...], bool]:
    """The first run of passages under the heading, and whether another run follows."""
    inside = [any(folded(h) in heading for h in passages[row].headings) for row in rows]
    if True not in inside:
        return (), False
    first = inside.index(True)
    last = inside.index(False, first) if False in inside[first:] else len(inside)
    return tuple(rows[first:last]), True in inside[last:]


class _Stretch:
    """A post's passages one after the other, folded; what two of them share counts once."""

    def __init__(self, rows: Sequence[int], passages: Sequence[Passage]) -> None:
        letters: list[str] = []
        self.places: list[tuple[int, Range]] = []  # of each letter: passage row, range in the file
        covered = 0
        for row in rows:
            content = passages[row].content
            for at, char in enumerate(content.text):
                where = Range(content.starts[at], content.ends[at])
                if where.start < covered:
                    continue
                for letter in folded(char):
                    letters.append(letter)
                    self.places.append((row, where))
            covered = max(covered, content.end)
        self.text = "".join(letters)

    def find(self, wanted: Sequence[str]) -> tuple[Range | None, bool]:
        """The first place of a folded text that lies in one passage, else the first of all; and
        whether there is another one. A text counts where those before it stand nowhere."""
        places = (
            [Range(at, at + len(one)) for at in _occurrences(one, self.text)] for one in wanted
        )
        found = next(filter(None, places), [])
        found.sort(key=lambda at: len(self.rows_of(at)) > 1)
        return (found[0] if found else None), len(found) > 1

    def rows_of(self, at: Range) -> tuple[int, ...]:
        return tuple(sorted({row for row, _ in self.places[at.start : at.end]}))

    def range_of(self, at: Range) -> Range:
        return Range(self.places[at.start][1].start, self.places[at.end - 1][1].end)


def _occurrences(wanted: str, text: str) -> Iterator[int]:
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)


def _no_quote(quote: str, post: Post, passages: Sequence[Passage]) -> Fault:
    source = folded(post.source)
    if any(wanted in source for wanted in readings(quote)):
        return Fault(
            "quote",
            f"{quote!r} stands in {post.path} where nothing is quoted: in a heading, "
            "code or front matter",
            "Quote a sentence of the text, or use `heading`.",
        )
    sentences = [p.text[s.start : s.end] for p in passages for s in p.sentences]
    near = difflib.get_close_matches(quote, sentences, n=1, cutoff=0.5)
    hint = (
        f"The nearest sentence now is {near[0]!r}."
        if near
        else "Copy it from the post as it is now."
    )
    return Fault("quote", f"{quote!r} does not stand in {post.path}", hint)


def _no_heading(heading: str, post: Post, passages: Sequence[Passage]) -> Fault:
    names = list(dict.fromkeys(name for passage in passages for name in passage.headings))
    near = difflib.get_close_matches(heading, names, n=1, cutoff=0.5)
    hint = f"The nearest one is {near[0]!r}." if near else "Copy one that has text below it."
    return Fault("heading", f"there is no text under a heading {heading!r} in {post.path}", hint)
