"""corpus/ → Posts: finding, decoding and parsing the author's files. Never raises for one of them."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from ownwords import decoding, frontmatter, markdown, markup, plaintext
from ownwords.errors import OwnwordsError
from ownwords.records import QUOTABLE, Block, Post, Problem, Range
from ownwords.settings import Settings

MARKDOWN, HTML, PLAIN = {".md", ".mdx", ".markdown"}, {".html", ".htm"}, {".txt"}
_WRAPPERS = {"posts", "post", "content", "blog", "articles"}
_UNPUBLISHED = {"draft", "private", "hidden", "pending", "trash"}  # of Pelican and WordPress
_DATED = re.compile(r"^(\d{4}-\d{2}-\d{2})-(.+)$")
_DATE = re.compile(
    r"^\s*(\d{4})(?:\s*[-/.년]\s*(\d{1,2})\s*[-/.월]\s*(\d{1,2})|(\d{2})(\d{2}))(?!\d)"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# "31 May 2024", "Fri, 31 May 2024", "May 31st, 2024".
_ENGLISH_DATE = re.compile(
    rf"^\s*(?:[a-z]{{3,9}},\s*)?(?:(?P<first>\d{{1,2}})\s+)?(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?,?\s+"
    r"(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+)?(?P<year>\d{4})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the folder held. `skipped` counts drafts, private and future posts and hidden files."""

    posts: tuple[Post, ...]
    problems: tuple[Problem, ...]
    skipped: int


class _Refused(Exception):
    """One file cannot be a post; carries the Problem."""

    def __init__(self, path: str, line: int, message: str, fix: str) -> None:
        super().__init__(message)
        self.problem = Problem(path, line, "error", message, fix)


@dataclass(slots=True)
class _Run:
    problems: list[Problem]
    skipped: int = 0

    def warn(self, path: str, line: int, message: str, fix: str) -> None:
        self.problems.append(Problem(path, line, "warning", message, fix))


def read_corpus(root: Path, settings: Settings, today: date) -> Reading:
    """Every post under `root`, by path. Raises OwnwordsError when `root` is not a folder."""
    if not root.is_dir():
        raise OwnwordsError(
            f"{root} is not a folder", "Name the folder of your posts with `--corpus`.", "no_corpus"
        )
    run, posts = _Run([]), dict[str, Post]()
    for file in _files(root, run):
        path = file.relative_to(root).as_posix()
        try:
            post = _read(file, path, settings, today, run)
            if post is not None and post.id in posts:
                raise _Refused(
                    path, 1, f"the id {post.id!r} is taken by {posts[post.id].path}",
                    "Give one of the two an `id:` of its own in its front matter.",
                )  # fmt: skip
        except _Refused as refused:
            run.problems.append(refused.problem)
            continue
        if post is not None:
            posts[post.id] = post
    return Reading(tuple(posts.values()), tuple(run.problems), run.skipped)


def blocks_of(path: str, source: str) -> tuple[Block, ...]:
    """The blocks of a post's recorded source; also what the reading page shows."""
    front = frontmatter.read(source)
    ending = PurePosixPath(path).suffix.lower()
    if ending in HTML:
        return markup.blocks_of(source, front.lines)
    if ending in PLAIN:
        return plaintext.blocks_of(source, front.lines)
    return markdown.blocks_of(source, front.lines, mdx=ending == ".mdx")


def _files(root: Path, run: _Run) -> Iterator[Path]:
    inside, seen = root.resolve(), set[Path]()
    for folder, folders, names in os.walk(root, followlinks=True):
        here = Path(folder)
        real = here.resolve()
        if real in seen or not real.is_relative_to(inside):
            folders.clear()
            if not real.is_relative_to(inside):
                run.problems.append(_link_out(here.relative_to(root).as_posix()))
            continue
        seen.add(real)
        run.skipped += sum(_hidden(name) for name in [*folders, *names])
        folders[:] = sorted(name for name in folders if not _hidden(name))
        for name in sorted(names):
            file = here / name
            if _hidden(name) or file.suffix.lower() not in MARKDOWN | HTML | PLAIN:
                continue
            target = Path(os.path.realpath(file))  # Path.resolve raises on a link to itself
            if file.is_symlink() and not target.is_relative_to(inside):
                run.problems.append(_link_out(file.relative_to(root).as_posix()))
            elif target not in seen:
                seen.add(target)
                yield file


def _hidden(name: str) -> bool:
    return name.startswith((".", "_"))


def _link_out(path: str) -> Problem:
    return Problem(
        path, 0, "error", "a symbolic link that leads out of the corpus folder",
        "Copy the file into the folder instead.",
    )  # fmt: skip


def _read(file: Path, path: str, settings: Settings, today: date, run: _Run) -> Post | None:
    source, encoding = _decoded(file, path, settings, run)
    front = frontmatter.read(source)
    if front.fault:
        line, reason = front.fault
        raise _Refused(path, line, f"broken front matter: {reason}", "Mend that line; quote a "
                       "value that holds a colon.")  # fmt: skip
    fields = front.fields
    published = fields.get("published", True)  # a flag, or the day
    day = _iso(str(published))
    when = _date(fields.get("date"), path, run) or day
    stem = unicodedata.normalize("NFC", PurePosixPath(path).stem)
    dated = _DATED.match(stem)
    when = when or (_iso(dated[1]) if dated else None)
    if (
        _flag(fields.get("draft"))
        or _flag(fields.get("private"))
        or _text(fields.get("status")).lower() in _UNPUBLISHED
        or not (day or _flag(published))
        or max(when or "", day or "") > today.isoformat()
    ):
        run.skipped += 1
        return None
    blocks = blocks_of(path, source)
    if not blocks:
        raise _Refused(path, 0, "the file holds no text", "Write something, or delete the file.")
    title, blocks = _title(
        _text(fields.get("title")), blocks, path, plain=file.suffix.lower() in PLAIN
    )
    if not any(block.kind in QUOTABLE for block in blocks):
        run.warn(
            path, 0, "nothing in it can be quoted", "Only prose is quoted: no code, no images."
        )
    post = Post(
        path=path,
        id=_slug(_text(fields.get("id")) or _text(fields.get("slug"))) or _id(path),
        title=title,
        date=when,
        url=None,
        lang=_text(fields.get("lang")) or None,
        tags=_texts(fields.get("tags")),
        questions=_texts(fields.get("questions"), split=False),
        source=source,
        encoding=encoding,
        blocks=blocks,
    )
    return replace(post, url=_url(post, fields, settings))


def _decoded(file: Path, path: str, settings: Settings, run: _Run) -> tuple[str, str]:
    try:
        size = file.stat().st_size
        if size > settings.max_file_bytes:
            raise _Refused(path, 0, f"{size:,} bytes, more than {settings.max_file_bytes:,}",
                           "Split the file, or raise `max_file_bytes`.")  # fmt: skip
        data = file.read_bytes()
    except OSError as error:
        raise _Refused(
            path, 0, f"cannot be read ({error.strerror})", "Check its permissions."
        ) from None
    if not data.strip():
        raise _Refused(path, 0, "the file is empty", "Write something, or delete the file.")
    encoding = decoding.encoding_of(data, html=file.suffix.lower() in HTML)
    if encoding is None:
        raise _Refused(path, decoding.first_bad_line(data),
                       "neither UTF-8 text nor a known legacy encoding",
                       "Save the file as UTF-8; a file that is no text belongs elsewhere.")  # fmt: skip
    source = data.decode(encoding)
    if decoding.is_binary(source):
        raise _Refused(path, 0, "a binary file, not text", "Remove it, or give it its own ending.")
    if encoding != "utf-8":
        run.warn(path, 0, f"read as {encoding}, not UTF-8", "Save the file as UTF-8.")
    return source, encoding


def _title(
    given: str, blocks: tuple[Block, ...], path: str, plain: bool
) -> tuple[str, tuple[Block, ...]]:
    """The post's title, and its blocks with a first line that repeats it as a heading."""
    first = next(
        (i for i, b in enumerate(blocks) if b.kind == "heading" or b.kind in QUOTABLE), None
    )
    if first is None:
        return given or PurePosixPath(path).stem, blocks
    heading = next((b.content.text for b in blocks if b.kind == "heading"), "")
    block = blocks[first]
    end = block.lines[1] if len(block.lines) > 1 else len(block.content) + 1
    line = block.content.text[: end - 1].strip()
    title = given or heading or line[:120]
    repeats = _folded(line) == _folded(title) or (plain and not given and len(line) <= 120)
    alone = end > len(block.content) and not any(b.kind in QUOTABLE for b in blocks[first + 1 :])
    if block.kind == "heading" or not repeats or alone:
        return title, blocks
    kept = [Block("heading", block.content.slice(0, end - 1).stripped(), 1), *_after(block, end)]
    return title, (*blocks[:first], *kept, *blocks[first + 1 :])


def _after(block: Block, at: int) -> list[Block]:
    rest = block.content.slice(at, len(block.content))
    if not len(rest):
        return []
    atoms = tuple(Range(a - at, b - at) for a, b in block.atoms if a >= at)
    lines = tuple(line - at for line in block.lines if line >= at)
    return [Block(block.kind, rest, block.level, atoms, lines)]


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split()).casefold()


def _date(value: Any, path: str, run: _Run) -> str | None:
    if value in (None, ""):
        return None
    if found := _iso(str(value)):  # tomllib reads dates; their text is ISO
        return found
    run.warn(path, 0, f"the date {str(value)[:40]!r} is not a date", "Write it as 2024-05-31.")
    return None


def _iso(text: str) -> str | None:
    """The day with which the text begins, where there is such a day."""
    plain = unicodedata.normalize("NFC", text)
    if found := _DATE.match(plain):
        year, month, day = (int(part) for part in found.groups() if part)
    elif (found := _ENGLISH_DATE.match(plain)) and (found["day"] or found["first"]):
        year, day = int(found["year"]), int(found["day"] or found["first"])
        month = _MONTHS.index(found["month"].lower()) + 1
    else:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _flag(value: Any) -> bool:
    return value is True or str(value).strip().lower() in ("true", "yes", "on", "1")


def _text(value: Any) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value).strip()


def _texts(value: Any, split: bool = True) -> tuple[str, ...]:
    if isinstance(value, str) and split:
        value = value.split(",")
    values = value if isinstance(value, list) else [value]
    return tuple(text for text in map(_text, values) if text)


def _id(path: str) -> str:
    parts = list(PurePosixPath(path).with_suffix("").parts)
    if parts[0].lower() in _WRAPPERS and len(parts) > 1:
        parts = parts[1:]
    if parts[-1].lower() in ("index", "readme", "_index") and len(parts) > 1:
        parts = parts[:-1]
    if dated := _DATED.match(parts[-1]):
        parts[-1] = dated[2]
    return _slug("-".join(parts)) or "post"


def _slug(text: str) -> str:
    return re.sub(r"[^\w]+", "-", unicodedata.normalize("NFC", text).lower()).strip("-")


def _url(post: Post, fields: dict[str, Any], settings: Settings) -> str | None:
    given = _text(fields.get("url")) or _text(fields.get("permalink"))
    if re.match(r"https?://", given):
        return given
    if given and settings.site_url:
        return settings.site_url.rstrip("/") + "/" + given.lstrip("/")
    if not settings.post_url:
        return None
    path = PurePosixPath(post.path)
    try:
        return settings.post_url.format(
            site_url=settings.site_url.rstrip("/"), id=post.id,
            slug=_text(fields.get("slug")).strip("/") or post.id, path=post.path, stem=path.stem,
        )  # fmt: skip
    except (KeyError, IndexError, ValueError) as error:
        raise OwnwordsError(
            f"The setting post_url is {settings.post_url!r}: {error} is not a field of it",
            "It knows {site_url}, {id}, {slug}, {path} and {stem}.",
            "settings",
        ) from None
