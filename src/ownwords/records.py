"""What crosses a seam: posts, passages, quotes, answers. All frozen."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, NamedTuple

from ownwords.tracked import Tracked

BlockKind = Literal["heading", "prose", "item", "set off", "table", "code", "image", "break"]
QuoteKind = Literal["prose", "set off"]
Verdict = Literal["answered", "related", "none"]

# Times the setting `passage_chars`: no passage or quote is longer, but for an atom that is.
LONGEST = 2
QUOTABLE: frozenset[BlockKind] = frozenset({"prose", "item", "set off", "table"})


class Range(NamedTuple):
    """A half-open range of code points."""

    start: int
    end: int

    def moved(self, by: int) -> Range:
        return Range(self.start + by, self.end + by)


class Style(NamedTuple):
    """A range of a block's text that the post sets as `tag`; `href` as the post writes it."""

    start: int
    end: int
    tag: str
    href: str = ""

    def moved(self, by: int) -> Style:
        return self._replace(start=self.start + by, end=self.end + by)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about one file that its author should know. `line` counts from 1, 0 is the whole file."""

    path: str
    line: int
    severity: Literal["error", "warning"]
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a post, in file order.

    `atoms` are ranges of `content` inside which no quote may begin or end (emphasis, a link):
    a slice of the file that cut one would show stray markup. `lines` are the indices in `content`
    where a line of the file begins (0 first). `level` is a heading's level or a list's depth.
    Code, images and breaks have text for the reading page but are never quoted. `styles` are what
    the reading page sets apart, an outer one behind those within it.
    """

    kind: BlockKind
    content: Tracked
    level: int = 0
    atoms: tuple[Range, ...] = ()
    lines: tuple[int, ...] = (0,)
    styles: tuple[Style, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """One file of the corpus, decoded (newlines untouched, a BOM is character 0) and parsed."""

    path: str
    id: str
    title: str
    date: str | None
    url: str | None
    lang: str | None
    tags: tuple[str, ...]
    questions: tuple[str, ...]
    source: str
    encoding: str
    blocks: tuple[Block, ...] = ()

    def named(self, name: str) -> bool:
        """Whether that is its id or its address; neither a fragment nor a slash at the end counts."""
        return name == self.id or (self.url is not None and _page(name) == _page(self.url))


def _page(address: str) -> str:
    return address.partition("#")[0].rstrip("/")


@dataclass(frozen=True, slots=True)
class Passage:
    """One to several whole sentences of one section: what is embedded, scored and quoted.

    `post` is the row of its post; `content.start` to `content.end` is its slice of the file.
    `sentences` are ranges into `content.text`; the first `lead` of them are a question or heading
    line that introduces the rest and answers nothing. `joint` is what stands between it and the passage
    before where it goes on from there: a blank (or nothing) within a paragraph, a newline between two.
    """

    post: int
    content: Tracked
    headings: tuple[str, ...]
    kind: QuoteKind
    sentences: tuple[Range, ...]
    lead: int = 0
    joint: str | None = None

    @property
    def text(self) -> str:
        return self.content.text

    @property
    def start(self) -> int:
        return self.content.start

    @property
    def end(self) -> int:
        return self.content.end


@dataclass(frozen=True, slots=True)
class Quote:
    """The author's own words: `text` is `source[start:end]` of `post` as a reader sees it."""

    post: str
    title: str
    date: str | None
    url: str | None
    start: int
    end: int
    text: str
    highlights: tuple[Range, ...]
    kind: QuoteKind
    link: str
    score: float


@dataclass(frozen=True, slots=True)
class Nearest:
    """A post close to the question, without its text."""

    title: str
    link: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What every face shows. `notice` is the product's own fixed text, never the author's."""

    question: str
    verdict: Verdict
    confidence: float
    quotes: tuple[Quote, ...]
    nearest: tuple[Nearest, ...]
    notice: str | None
    suggestions: tuple[str, ...]
    build: str
    took_ms: float

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of the command line and the API (ranges become two-item lists)."""
        plain = asdict(self)
        for quote in plain["quotes"]:
            quote["highlights"] = [list(span) for span in quote["highlights"]]
        return {key: list(v) if isinstance(v, tuple) else v for key, v in plain.items()}
