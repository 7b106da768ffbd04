"""The author's own answers: `pins.toml` says which place in a post answers which questions.

    [[pin]]
    questions = ["How did you study?", "공부는 어떻게 하셨어요?"]
    post = "my-year"
    quote = "First I joined the open communities"

`heading = "How I studied"` instead of `quote` names all that stands under that heading. Front matter
`questions:` of a post is a pin to the post itself.
"""

from __future__ import annotations

import difflib
import html
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from ownwords.records import Passage, Post, Problem, Range

FILE = "pins.toml"
KEYS = ("questions", "post", "quote", "heading")
_HEADER = re.compile(r"\s*\[\[\s*[\"']?pin[\"']?\s*\]\]")
# "C++", "C#", "#1", "$5", "a=b", "1/2", "10:30", "-5"
_BELONGING = re.compile(
    r"(?<=\w)[+#$=]++|(?<![+#$=])[+#$=]++(?=\w)|(?<=\w)[<>]+(?=\w)|(?<=\d)[./:-](?=\d)|(?<![^\s(])-(?=\d)"
)
_LAUGHS = re.compile(r"(?<![ㅋㅎㅠㅜ])[ㅋㅎㅠㅜ]++(?=[\W_]*$)")
_AT_LINE = re.compile(r"at line (\d+)")
_MARKUP = re.compile(r"(?<=\])\([^()\s]*\)|</?[a-zA-Z][^<>]*>|^[ \t>]*\d+[.)][ \t]", re.MULTILINE)
_EXAMPLE = 'Write `[[pin]]`, then `questions = ["..."]`, `post = "..."` and `quote = "..."`.'


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


# --- reading


def read(path: Path) -> Reading:
    """The pins of a file, none where there is no file. Never raises: a fault is a problem of the
    pin it stands in, or of the file where it is not TOML."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return Reading((), ())
    except (OSError, UnicodeDecodeError) as error:
        fault = Problem(path.name, 0, "error", f"cannot be read ({error})", "Save it as UTF-8.")
        return Reading((), (fault,))
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        at = _AT_LINE.search(str(error))
        line = int(at[1]) if at else text.count("\n") + 1
        return Reading((), (Problem(path.name, line, "error", f"not TOML: {error}", _EXAMPLE),))
    return _File(path.name, text.replace("\r\n", "\n").split("\n")).read(table)


def from_front_matter(posts: Sequence[Post]) -> tuple[Pin, ...]:
    """A pin for each post whose front matter has `questions:`."""
    return tuple(
        Pin(post.questions, post.id, path=post.path, line=_line_of("questions", post.source))
        for post in posts
        if post.questions
    )


def _line_of(key: str, source: str) -> int:
    lines = re.split(r"\r\n|\n|\r", source)
    named = re.compile(rf"\ufeff?\s*[\"']?{key}[\"']?\s*[:=]", re.IGNORECASE)
    return next((i for i, line in enumerate(lines, 1) if named.match(line)), 0)


class _Fault(Exception):
    """One pin cannot be read: the key at fault ("" is the pin itself), why, what to do."""

    def __init__(self, key: str, message: str, fix: str) -> None:
        super().__init__(message)
        self.key, self.message, self.fix = key, message, fix


class _File:
    def __init__(self, name: str, lines: list[str]) -> None:
        self.name, self.lines = name, lines

    def read(self, table: dict[str, Any]) -> Reading:
        entries = table.get("pin", [])
        problems = [self._unknown(key) for key in table if key != "pin"]
        if not isinstance(entries, list):
            message = "`pin` is one table, expected a list of them"
            problems.append(Problem(self.name, self._named("pin"), "error", message, _EXAMPLE))
            entries = []
        pins: list[Pin] = []
        for line, entry in zip(self._headers(len(entries)), entries, strict=True):
            try:
                pins.append(self._pin(entry, line, pins))
            except _Fault as fault:
                at = self._key(fault.key, line) if fault.key else line
                problems.append(Problem(self.name, at, "error", fault.message, fault.fix))
        return Reading(tuple(pins), tuple(problems))

    def _unknown(self, key: str) -> Problem:
        message = f"there is no `{key}` here, the nearest known name is `[[pin]]`"
        return Problem(self.name, self._named(key), "error", message, _EXAMPLE)

    def _named(self, key: str) -> int:
        """The line that names a key of the file itself, 0 where none is seen to."""
        named = re.compile(rf"[\s\[]*[\"']?{re.escape(key)}\b")
        return next((i for i, text in enumerate(self.lines, 1) if named.match(text)), 0)

    def _headers(self, count: int) -> list[int]:
        """The line of each `[[pin]]`; 0 for all of them where they are written otherwise."""
        found = [i for i, line in enumerate(self.lines, 1) if _HEADER.match(line)]
        if len(found) > count:  # some stand inside a text of several lines
            found = [line for line in found if self._parses_before(line)]
        return found if len(found) == count else [0] * count

    def _parses_before(self, line: int) -> bool:
        try:
            tomllib.loads("\n".join(self.lines[: line - 1]))
        except tomllib.TOMLDecodeError:
            return False
        return True

    def _key(self, key: str, line: int) -> int:
        """The line on which the pin that begins at `line` names the key, else `line`."""
        named = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=")
        for at in range(max(line, 1), len(self.lines) + 1):
            if at > line and _HEADER.match(self.lines[at - 1]):
                break
            if named.match(self.lines[at - 1]):
                return at
        return line

    def _pin(self, entry: Any, line: int, before: Sequence[Pin]) -> Pin:
        if not isinstance(entry, dict):
            raise _Fault("", f"a pin is {entry!r}, expected a table", _EXAMPLE)
        for key in entry:
            if key not in KEYS:
                near = difflib.get_close_matches(key, KEYS, n=1, cutoff=0.0)[0]
                raise _Fault(key, f"a pin has no `{key}`", f"The nearest known key is `{near}`.")
        questions = _questions(entry)
        _check_new(questions, before)
        post, quote, heading = (_text(entry, key) for key in KEYS[1:])
        _check_place(post, quote, heading)
        line = self._key("quote" if quote else "heading", line)
        return Pin(questions, post, quote, heading, self.name, line)


def _check_new(questions: Sequence[str], before: Sequence[Pin]) -> None:
    asked = {spelled(question): question for question in questions}
    for pin in before:
        if again := asked.keys() & {spelled(question) for question in pin.questions}:
            message = f"{asked[min(again)]!r} is asked by the pin of line {pin.line} too"
            raise _Fault("questions", message, "Leave it in one of the two.")


def _check_place(post: str, quote: str, heading: str) -> None:
    if not post:
        fix = 'Add `post = "..."`: its id, or its path in the corpus folder.'
        raise _Fault("", "a pin names no post", fix)
    if bool(quote) == bool(heading):
        what = "both a quote and a heading" if quote else "no place in the post"
        fix = 'Give it either `quote = "..."` (words of the post) or `heading = "..."`.'
        raise _Fault("quote", f"a pin names {what}", fix)
    if not _readings(quote or heading):
        key, message = "quote" if quote else "heading", f"{quote or heading!r} holds no words"
        raise _Fault(key, message, "Copy a sentence of the post.")


def _questions(entry: dict[str, Any]) -> tuple[str, ...]:
    given = entry.get("questions", [])
    if isinstance(given, str):
        given = [given]
    if not isinstance(given, list) or not all(isinstance(q, str) and q.strip() for q in given):
        raise _Fault(
            "questions",
            f"`questions` is {given!r}, expected a list of texts",
            'Write it as `questions = ["...", "..."]`.',
        )
    if not given:
        raise _Fault("questions", "a pin has no questions", 'Add `questions = ["..."]`.')
    return tuple(question.strip() for question in given)


def _text(entry: dict[str, Any], key: str) -> str:
    value = entry.get(key, "")
    if not isinstance(value, str):
        raise _Fault(key, f"`{key}` is {value!r}, expected a text", f'Write it as `{key} = "..."`.')
    return value.strip()


def spelled(question: str) -> str:
    """A question as it is told from others: letters, digits, and the marks that belong to a word or a
    number, without case. "C++" and "C#" are not "C", nor "2.0" "20", nor "1/2" "12"; a smile is nothing."""
    plain = unicodedata.normalize("NFKC", _LAUGHS.sub("", question)).casefold()
    kept = {at for found in _BELONGING.finditer(plain) for at in range(*found.span())}
    return "".join(
        char
        for at, char in enumerate(plain)
        if at in kept or unicodedata.category(char)[0] in "LNM"
    )


# --- finding the places


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
        except _Fault as fault:
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
    them. Within one file that is an error of its own: see `_check_new`."""
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
        """The pin's place, and whether there is another one. Raises _Fault where there is none."""
        row = self.post(pin.post)
        if row not in self.rows:
            message = f"nothing in {self.posts[row].path} can be quoted"
            raise _Fault("", message, "Only prose is quoted.")
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
        raise _Fault("post", f"there is no post {name!r} in the index (drafts are not)", hint)

    def heading(self, pin: Pin, row: int) -> tuple[ResolvedPin, bool]:
        under, again = _under(_readings(pin.heading), self.rows[row], self.passages)
        if not under:
            raise _no_heading(pin.heading, self.posts[row], self.texts(row))
        where = Range(self.passages[under[0]].start, self.passages[under[-1]].end)
        return ResolvedPin(pin.questions, row, under, where), again

    def quote(self, pin: Pin, row: int) -> tuple[ResolvedPin, bool]:
        if row not in self.stretches:
            self.stretches[row] = _Stretch(self.rows[row], self.passages)
        stretch = self.stretches[row]
        at, again = stretch.find(_readings(pin.quote))
        if at is None:
            raise _no_quote(pin.quote, self.posts[row], self.texts(row))
        return ResolvedPin(pin.questions, row, stretch.rows_of(at), stretch.range_of(at)), again

    def texts(self, row: int) -> list[Passage]:
        return [self.passages[at] for at in self.rows[row]]


def _under(
    heading: Sequence[str], rows: Sequence[int], passages: Sequence[Passage]
) -> tuple[tuple[int, ...], bool]:
    """The first run of passages under the heading, and whether another run follows."""
    inside = [any(_folded(h) in heading for h in passages[row].headings) for row in rows]
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
                for letter in _folded(char):
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


def _no_quote(quote: str, post: Post, passages: Sequence[Passage]) -> _Fault:
    source = _folded(post.source)
    if any(wanted in source for wanted in _readings(quote)):
        return _Fault(
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
    return _Fault("quote", f"{quote!r} does not stand in {post.path}", hint)


def _no_heading(heading: str, post: Post, passages: Sequence[Passage]) -> _Fault:
    names = list(dict.fromkeys(name for passage in passages for name in passage.headings))
    near = difflib.get_close_matches(heading, names, n=1, cutoff=0.5)
    hint = f"The nearest one is {near[0]!r}." if near else "Copy one that has text below it."
    return _Fault("heading", f"there is no text under a heading {heading!r} in {post.path}", hint)


def _readings(text: str) -> tuple[str, ...]:
    """A text of the author's pins folded: as it stands, and as one copied with its markup."""
    both = (_folded(text), _folded(_unmarked(text)))
    return tuple(dict.fromkeys(filter(None, both)))


def _unmarked(text: str) -> str:
    """The words of a text copied from a Markdown or HTML file: link targets, tags and the numbers
    of a list are gone (other marks are no letters)."""
    return html.unescape(_MARKUP.sub("", text))


@lru_cache(8192)
def _folded(text: str) -> str:
    """Letters, digits and their marks alone, decomposed, without case: texts that differ in marks,
    blanks or normal form (NFD from macOS) are equal."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in plain if unicodedata.category(char)[0] in "LNM")
