"""Composer, write side: corpus/ → index/."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from ownwords import (
    __version__,
    centring,
    corpus,
    embedding,
    encoder,
    late_interaction,
    passages,
    pins,
    retrieve,
    store,
    suggestions,
)
from ownwords.certificate import FORMAT, Certificate
from ownwords.confidence import Calibration
from ownwords.embedding import Caches, Progress
from ownwords.encoder import Encoder
from ownwords.errors import OwnwordsError
from ownwords.late_interaction import Projection
from ownwords.lexical import Lexical
from ownwords.lock import BuildLock
from ownwords.pins import Resolution, ResolvedPin
from ownwords.records import Passage, Post, Problem
from ownwords.settings import Settings
from ownwords.store import Index
from ownwords.vectors import Vectors, centred

Report = Callable[[str], None]
OpenEncoder = Callable[[Settings, Sequence[str], Report], Encoder]
Calibrate = Callable[[Index, Encoder], Calibration]
Suggest = Callable[[Index, Encoder, Calibration], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. `reused` and `embedded` count passages and add up to `passages`: a
    passage is embedded when its text, its title and headings or a sentence of it is new.
    `build` is the live build's id; `changed` is False when it was up to date already.
    """

    build: str
    posts: int
    passages: int
    sentences: int
    reused: int
    embedded: int
    skipped: int
    seconds: float
    problems: tuple[Problem, ...]
    changed: bool
    warnings: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether every file was read; a warning is no failure."""
        return all(problem.severity != "error" for problem in self.problems)

    def to_dict(self) -> dict[str, Any]:
        plain = {**asdict(self), "ok": self.ok}
        return {key: list(v) if isinstance(v, tuple) else v for key, v in plain.items()}


@dataclass(frozen=True, slots=True)
class _Texts:
    """What is embedded for passages: `passage` and `context` a text each, `sentence` one per
    sentence in passage order."""

    passage: tuple[str, ...]
    context: tuple[str, ...]
    sentence: tuple[str, ...]

    @property
    def plain(self) -> tuple[str, ...]:
        """What needs a vector and nothing else."""
        return (*self.passage, *self.sentence)

    def distinct(self) -> tuple[list[str], list[str]]:
        """Every text once: those that need a vector, and the contexts, which need tokens too."""
        contexts = dict.fromkeys(self.context)
        return [text for text in dict.fromkeys(self.plain) if text not in contexts], list(contexts)


def build(
    settings: Settings,
    *,
    full: bool = False,
    today: date | None = None,
    report: Report = lambda line: None,
    progress: Progress | None = None,
    open_encoder: OpenEncoder = encoder.open_for_build,
    calibrate: Calibrate = retrieve.calibrate,
    suggest: Suggest = suggestions.suggest,
) -> BuildReport:
    """Brings the index up to date with the corpus; embeds only texts it has never seen.

    `full` embeds everything anew and forgets what is no longer used. `report` gets a line of text
    for each thing worth saying, `progress` texts embedded so far and in all. Raises OwnwordsError
    when another build runs, nothing in the corpus can be indexed, the model cannot be opened or the
    disk is full: the live build is untouched then. Bad files are in the report's `problems`.
    """
    started = time.perf_counter()
    root = Path(settings.index)
    with BuildLock(root / store.LOCK):
        encoder.prepare_reranker(settings, report)  # so that the first question need not wait
        read_at = time.time()
        reading = _read(settings, today)
        pinned = pins.read(pins.beside(Path(settings.corpus)))
        corpus_hash = _hash(settings, reading.posts, pinned)
        live = store.read_certificate(root)
        if live is not None and live.corpus_hash == corpus_hash and not full:
            store.stamp(root, Path(settings.corpus), read_at)
            again = _unchanged(live, reading, started)
            return replace(again, problems=_problems(settings, reading, pinned))
        warnings = _repaired(root, live)
        found = _passages(settings, reading.posts)
        places = _places(reading.posts, found, pinned)
        texts = _texts(reading.posts, found)
        opened, caches = _open(settings, live, texts, full, open_encoder, report)
        plain, contexts = texts.distinct() if full else caches.new(texts.plain, texts.context)
        embedding.embed(opened, caches, plain, contexts, full, progress)
        index = _index(settings, corpus_hash, reading.posts, found, texts, opened, caches)
        index = _with_pins(index, opened, places.pins)
        written = store.write(root, _calibrated(index, opened, calibrate, suggest))
        store.stamp(root, Path(settings.corpus), read_at)
        if full:
            caches.keep_only(texts.plain, texts.context)
        embedded = _touched(found, texts, {*plain, *contexts})
        return BuildReport(
            build=written,
            posts=len(reading.posts),
            passages=len(found),
            sentences=len(texts.sentence),
            reused=len(found) - embedded,
            embedded=embedded,
            skipped=reading.skipped,
            seconds=time.perf_counter() - started,
            problems=(*reading.problems, *places.problems),
            changed=True,
            warnings=(*warnings, *_worn(index)),
        )


def is_stale(settings: Settings, today: date | None = None) -> bool:
    """Whether `build` would make a new build. A corpus that cannot be indexed makes none."""
    live = store.read_certificate(Path(settings.index))
    if live is None:
        return True
    pinned = pins.read(pins.beside(Path(settings.corpus)))
    try:
        return live.corpus_hash != _hash(settings, _read(settings, today).posts, pinned)
    except OwnwordsError:
        return False


def _read(settings: Settings, today: date | None) -> corpus.Reading:
    """The corpus. Raises OwnwordsError when no post of it can be indexed."""
    root = Path(settings.corpus)
    reading = corpus.read_corpus(root, settings, today or date.today())
    if not reading.posts:
        raise _nothing(root, [p for p in reading.problems if p.severity == "error"])
    return reading


def _nothing(root: Path, errors: Sequence[Problem]) -> OwnwordsError:
    if not errors:
        return OwnwordsError(
            f"{root}: there is no post to index",
            "Add a .md, .mdx, .txt or .html file that is neither a draft nor private; "
            "an index that is live stays.",
            "empty_corpus",
        )
    first = errors[0]
    return OwnwordsError(
        f"{root}: none of its {len(errors)} posts can be read "
        f"(first: {first.path}:{first.line}: {first.message})",
        first.fix,
        "empty_corpus",
    )


def _passages(settings: Settings, posts: Sequence[Post]) -> tuple[Passage, ...]:
    found = tuple(
        passage
        for row, post in enumerate(posts)
        for passage in passages.passages_of(row, post, settings.passage_chars)
    )
    if not found:
        raise OwnwordsError(
            f"{settings.corpus}: its {len(posts)} posts hold no text that can be quoted",
            "Add prose: code, headings and images are not quoted.",
            "empty_corpus",
        )
    return found


def _places(posts: Sequence[Post], found: Sequence[Passage], pinned: pins.Reading) -> Resolution:
    """Where the pins stand, those of the file first, and all that is wrong with them."""
    placed = pins.resolve([*pinned.pins, *pins.from_front_matter(posts)], posts, found)
    return replace(placed, problems=(*pinned.problems, *placed.problems))


def _problems(
    settings: Settings, reading: corpus.Reading, pinned: pins.Reading
) -> tuple[Problem, ...]:
    """All that is wrong with a corpus whose build is live already."""
    if not pinned.pins and not any(post.questions for post in reading.posts):
        return (*reading.problems, *pinned.problems)
    places = _places(reading.posts, _passages(settings, reading.posts), pinned)
    return (*reading.problems, *places.problems)


def _hash(settings: Settings, posts: Sequence[Post], pinned: pins.Reading) -> str:
    """Of all a build depends on. Settings that a post's fields depend on are in its fields."""
    parts = [
        [FORMAT, __version__, passages.VERSION, settings.passage_chars, encoder.version(settings)],
        [[getattr(post, f.name) for f in fields(post) if f.name != "blocks"] for post in posts],
        [asdict(pin) for pin in pinned.pins],
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _texts(posts: Sequence[Post], found: Sequence[Passage]) -> _Texts:
    return _Texts(
        tuple(passage.text for passage in found),
        tuple(retrieve.in_context(posts, passage) for passage in found),
        tuple(passage.text[a:b] for passage in found for a, b in passage.sentences),
    )


def _open(
    settings: Settings,
    live: Certificate | None,
    texts: _Texts,
    full: bool,
    open_encoder: OpenEncoder,
    report: Report,
) -> tuple[Encoder, Caches]:
    """The encoder and its caches.

    Which engine to open depends on how much text is new, which depends on the model's
    fingerprint, which the encoder knows: the live build's is the guess.
    """
    folder = Path(settings.index) / store.CACHE
    guess = Caches.open(folder, live.fingerprint, live.dimension) if live else None
    expected = texts.distinct() if full or guess is None else guess.new(texts.plain, texts.context)
    opened = open_encoder(settings, [*expected[0], *expected[1]], report)
    if guess and live and live.fingerprint == opened.fingerprint:
        return opened, guess
    return opened, Caches.open(folder, opened.fingerprint, opened.dimension)


def _index(
    settings: Settings,
    corpus_hash: str,
    posts: Sequence[Post],
    found: tuple[Passage, ...],
    texts: _Texts,
    opened: Encoder,
    caches: Caches,
) -> Index:
    def vectors(some: Sequence[str]) -> Vectors:
        return Vectors.build(centred(embedding.rows(caches, some, opened.dimension)))

    certificate = Certificate(
        id="",
        created=datetime.now(UTC).isoformat(timespec="microseconds"),
        version=__version__,
        model=settings.model or opened.name,
        fingerprint=opened.fingerprint,
        dimension=opened.dimension,
        passage_chars=settings.passage_chars,
        corpus_hash=corpus_hash,
        posts=len(posts),
        passages=len(found),
        sentences=len(texts.sentence),
        calibration={},
        suggestions=(),
        files={},
    )
    return Index(
        certificate,
        tuple(replace(post, blocks=()) for post in posts),
        found,
        passage_vectors=vectors(texts.passage),
        context_vectors=vectors(texts.context),
        sentence_vectors=vectors(texts.sentence),
        lexical=Lexical.build(texts.context),
        tokens=embedding.token_table(caches, texts.context),
        centres=centring.centres(opened),
    )


def _with_pins(index: Index, opened: Encoder, found: tuple[ResolvedPin, ...]) -> Index:
    return replace(index, pins=found, asked=centring.asked(opened, index.centres, found))


def _worn(index: Index) -> tuple[str, ...]:
    """What to say when the corpus has moved away from what its projection was fitted on; one that
    comes with the model was fitted on no corpus."""
    own = Projection.of_model(index.certificate.fingerprint) is not None
    if own or late_interaction.moved(index.tokens) < late_interaction.WORN:
        return ()
    return ("the posts have changed a lot; `ownwords build --full` fits the index to them anew",)


def _calibrated(index: Index, opened: Encoder, calibrate: Calibrate, suggest: Suggest) -> Index:
    calibration = calibrate(index, opened)
    certificate = replace(
        index.certificate,
        calibration=calibration.to_dict(),
        suggestions=suggest(index, opened, calibration),
    )
    return replace(index, certificate=certificate)


def _touched(found: Sequence[Passage], texts: _Texts, new: set[str]) -> int:
    """How many passages had a text of theirs embedded."""
    sentences = iter(texts.sentence)
    count = 0
    for passage, text, context in zip(found, texts.passage, texts.context, strict=True):
        own = {text, context, *(next(sentences) for _ in passage.sentences)}
        count += not own.isdisjoint(new)
    return count


def _unchanged(live: Certificate, reading: corpus.Reading, started: float) -> BuildReport:
    return BuildReport(
        build=live.id,
        posts=live.posts,
        passages=live.passages,
        sentences=live.sentences,
        reused=live.passages,
        embedded=0,
        skipped=reading.skipped,
        seconds=time.perf_counter() - started,
        problems=tuple(reading.problems),
        changed=False,
    )


def _repaired(root: Path, live: Certificate | None) -> tuple[str, ...]:
    """What to say about a live build that cannot be read (damaged, or of another version)."""
    damaged = store.current_id(root) if live is None else None
    return (
        (f"build {damaged} is damaged or of another version; a new one replaces it",)
        if damaged
        else ()
    )
