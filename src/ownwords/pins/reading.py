"""`pins.toml` and front matter → pins."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ownwords.pins.records import KEYS, Fault, Pin, Reading
from ownwords.pins.spelling import readings, spelled
from ownwords.records import Post, Problem

_HEADER = re.compile(r"\s*\[\[\s*[\"']?pin[\"']?\s*\]\]")
_AT_LINE = re.compile(r"at line (\d+)")
_EXAMPLE = 'Write `[[pin]]`, then `questions = ["..."]`, `post = "..."` and `quote = "..."`.'


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
            except Fault as fault:
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
            raise Fault("", f"a pin is {entry!r}, expected a table", _EXAMPLE)
        for key in entry:
            if key not in KEYS:
                near = difflib.get_close_matches(key, KEYS, n=1, cutoff=0.0)[0]
                raise Fault(key, f"a pin has no `{key}`", f"The nearest known key is `{near}`.")
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
            raise Fault("questions", message, "Leave it in one of the two.")


def _check_place(post: str, quote: str, heading: str) -> None:
    if not post:
        fix = 'Add `post = "..."`: its id, or its path in the corpus folder.'
        raise Fault("", "a pin names no post", fix)
    if bool(quote) == bool(heading):
        what = "both a quote and a heading" if quote else "no place in the post"
        fix = 'Give it either `quote = "..."` (words of the post) or `heading = "..."`.'
        raise Fault("quote", f"a pin names {what}", fix)
    if not readings(quote or heading):
        key, message = "quote" if quote else "heading", f"{quote or heading!r} holds no words"
        raise Fault(key, message, "Copy a sentence of the post.")


def _questions(entry: dict[str, Any]) -> tuple[str, ...]:
    given = entry.get("questions", [])
    if isinstance(given, str):
        given = [given]
    if not isinstance(given, list) or not all(isinstance(q, str) and q.strip() for q in given):
        raise Fault(
            "questions",
            f"`questions` is {given!r}, expected a list of texts",
            'Write it as `questions = ["...", "..."]`.',
        )
    if not given:
        raise Fault("questions", "a pin has no questions", 'Add `questions = ["..."]`.')
    return tuple(question.strip() for question in given)


def _text(entry: dict[str, Any], key: str) -> str:
    value = entry.get(key, "")
    if not isinstance(value, str):
        raise Fault(key, f"`{key}` is {value!r}, expected a text", f'Write it as `{key} = "..."`.')
    return value.strip()
