"""index/: its paths, the certificate of a build, writing one, opening the live one."""

from __future__ import annotations

import errno
import os
import re
import shutil
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from ownwords import disk
from ownwords.certificate import REBUILD, Certificate, checksum
from ownwords.errors import OwnwordsError
from ownwords.language import Language
from ownwords.late_interaction import Projection, TokenTable
from ownwords.lexical import Lexical
from ownwords.pinned import Encoded
from ownwords.pins import ResolvedPin, wordings
from ownwords.records import Passage, Post, Range
from ownwords.settings import MADE_OF
from ownwords.tracked import Tracked
from ownwords.vectors import Vectors

# The one table of paths. In the index folder:
CURRENT, BUILDS, CACHE, LOCK = "CURRENT", "builds", "cache", "lock"
# in a build:
CERTIFICATE = "certificate.json"
POSTS, PASSAGES, LEXICAL = "posts.json", "passages.json", "lexical.npz"
TOKENS, CODES, CENTRES = "tokens.npz", "tokens.npy", "centres.npz"
PINS, WORDINGS = "pins.json", "wordings.npz"
VECTORS = {
    "passage_vectors": "passages.faiss",
    "context_vectors": "contexts.faiss",
    "sentence_vectors": "sentences.faiss",
}
FILES = (POSTS, PASSAGES, LEXICAL, TOKENS, CODES, CENTRES, PINS, WORDINGS, *VECTORS.values())

_STAGED = ".staged-"
# NumPy reads an array's header with ast.literal_eval, which Python 3.11 now and then fails in two
# threads at once ("AST constructor recursion depth mismatch").
_ONE_AT_A_TIME = threading.Lock()
_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{0,79}")


@dataclass(frozen=True, slots=True)
class Index:
    """One build, opened. Row i of passages, passage vectors, context vectors, lexical scores
    and tokens is the same passage; sentence vectors have a row per sentence, in passage order.
    `centres` holds, by language, what is subtracted from a question's vector, (dimension,).
    `asked` has a question for each wording of the pins, in the order of `pins.wordings`.

    Posts carry no blocks. `warnings` says what was odd about opening it (never written).
    """

    certificate: Certificate
    posts: tuple[Post, ...]
    passages: tuple[Passage, ...]
    passage_vectors: Vectors
    context_vectors: Vectors
    sentence_vectors: Vectors
    lexical: Lexical
    tokens: TokenTable
    centres: Mapping[Language, NDArray[np.float32]]
    pins: tuple[ResolvedPin, ...] = ()
    asked: Encoded | None = None
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises OwnwordsError when the parts do not belong together."""
        sentences = sum(len(passage.sentences) for passage in self.passages)
        expected = {
            "posts": (self.certificate.posts, len(self.posts)),
            "passages": (self.certificate.passages, len(self.passages)),
            "sentences": (self.certificate.sentences, sentences),
            "passage vectors": (len(self.passages), len(self.passage_vectors)),
            "context vectors": (len(self.passages), len(self.context_vectors)),
            "sentence vectors": (sentences, len(self.sentence_vectors)),
            "lexical rows": (len(self.passages), len(self.lexical)),
            "token rows": (len(self.passages), len(self.tokens)),
            "tokens": (int(self.tokens.starts[-1]), len(self.tokens.codes)),
            "bytes a token": (self.tokens.projection.width, self.tokens.codes.shape[1]),
        }
        for name, (wanted, found) in expected.items():
            if wanted != found:
                raise _mismatch(f"{found} {name}, expected {wanted}")
        for name in VECTORS:
            if (found := getattr(self, name).dimension) != self.certificate.dimension:
                raise _mismatch(f"{name} of {found} dimensions, not {self.certificate.dimension}")
        if not all(0 <= passage.post < len(self.posts) for passage in self.passages):
            raise _mismatch("a passage of a post that is not there")
        self._check_pins()

    def _check_pins(self) -> None:
        count = len(wordings(self.pins).texts)
        if not self.questions.fits(count, self.certificate.dimension):
            raise _mismatch(f"{len(self.questions.vectors)} wordings of pins, expected {count}")
        for pin in self.pins:
            if not (
                0 <= pin.post < len(self.posts)
                and all(0 <= row < len(self.passages) for row in pin.passages)
            ):
                raise _mismatch("a pin to a place that is not there")

    @property
    def questions(self) -> Encoded:
        """`asked`, of no questions where there are no pins."""
        return self.asked or Encoded.none(self.certificate.dimension)


def write(root: Path, index: Index) -> str:
    """Writes a build beside the live one, then makes it live in one step; returns its id.

    The certificate's `id` and `files` are filled in here. Call it with the build lock held: it
    sweeps what killed builds left behind. Raises OwnwordsError when the disk is full or read-only;
    the live build is untouched then.
    """
    builds = root / BUILDS
    staged = builds / f"{_STAGED}{os.getpid()}"
    previous = current_id(root)
    try:
        builds.mkdir(parents=True, exist_ok=True)
        _sweep(builds, keep=None)
        staged.mkdir()
        build = _stage(staged, index)
        staged.rename(builds / build)
        disk.sync(builds)
        _name_current(root, build)
    except OSError as error:
        shutil.rmtree(staged, ignore_errors=True)
        raise _unwritable(root, error) from None
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    _sweep(builds, keep={build, previous or build})
    return build


def open_index(root: Path) -> Index:
    """The live build; the newest other good one (with a warning) when that is damaged.

    Raises OwnwordsError: `no_index`, `index_format`, `index_damaged`, each with its fix.
    """
    while True:
        live = current_id(root)
        try:
            return _open_build(root, live) if live else _fall_back(root, None)
        except OwnwordsError as error:
            if current_id(root) != live:
                continue  # builds went by while this one was being read, and it was removed
            if error.code != "index_damaged" or live is None:
                raise
            return _fall_back(root, error)


def stamp(root: Path, corpus: Path, when: float) -> None:
    """Makes `when`, in seconds of the epoch, the time of CURRENT: when the corpus that the live
    build is of was read. What is newer in the corpus is not in the build. Which folder it is
    stands beside it, so that the index is never taken for another one's. An index that cannot be
    written keeps both.
    """
    with suppress(OSError, ValueError):  # on Windows there is no way from one drive to another
        os.utime(root / CURRENT, (when, when))
        (root / MADE_OF).write_text(os.path.relpath(corpus, root), encoding="utf-8")


def read_certificate(root: Path) -> Certificate | None:
    """The live build's certificate, if every file of that build is as it was written."""
    live = current_id(root)
    try:
        return _checked(root / BUILDS / live) if live else None
    except OwnwordsError:
        return None


def size(root: Path) -> int:
    """Bytes of the live build's files; 0 where there is none."""
    build = current_id(root)
    folder = root / BUILDS / build if build else root / BUILDS
    return sum(path.stat().st_size for path in folder.glob("*") if build and path.is_file())


def current_id(root: Path) -> str | None:
    """The id in CURRENT; None when there is none or the file is damaged. Reads a few bytes."""
    try:
        text = (root / CURRENT).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return text if _ID.fullmatch(text) else None


def _stage(folder: Path, index: Index) -> str:
    disk.write_json(folder / POSTS, [_post_json(post) for post in index.posts])
    disk.write_json(folder / PASSAGES, [_passage_json(passage) for passage in index.passages])
    index.lexical.save(folder / LEXICAL)
    _save_tokens(folder, index.tokens)
    disk.save_arrays(folder / CENTRES, **{str(name): row for name, row in index.centres.items()})
    disk.write_json(folder / PINS, [pin.to_json() for pin in index.pins])
    disk.save_arrays(
        folder / WORDINGS, **{f.name: getattr(index.questions, f.name) for f in fields(Encoded)}
    )
    for name, file in VECTORS.items():
        getattr(index, name).save(folder / file)
    files = {name: disk.digest(folder / name) for name in FILES}
    at = re.sub(r"[^0-9T]", "", index.certificate.created.partition("+")[0].replace(".", ""))
    build = f"{at}-{checksum([asdict(index.certificate), files])[:8]}"
    certificate = replace(index.certificate, id=build, files=files)
    (folder / CERTIFICATE).write_text(certificate.to_json(), encoding="ascii")
    for name in (*FILES, CERTIFICATE):
        disk.sync(folder / name)
    disk.sync(folder)
    return build


def _name_current(root: Path, build: str) -> None:
    staged = root / f"{_STAGED}{CURRENT}"
    try:
        staged.write_text(build + "\n", encoding="ascii")
        disk.sync(staged)
        staged.replace(root / CURRENT)
    except OSError:
        staged.unlink(missing_ok=True)
        raise
    disk.sync(root)


def _sweep(builds: Path, keep: set[str] | None) -> None:
    """Removes what killed builds staged and, where `keep` is given, every other build."""
    for folder in builds.iterdir():
        if folder.name.startswith(_STAGED) or (keep is not None and folder.name not in keep):
            shutil.rmtree(folder, ignore_errors=True)


def _fall_back(root: Path, damage: OwnwordsError | None) -> Index:
    """The newest build that is whole. `damage` is what is wrong with the live one."""
    live = current_id(root)
    for build in _builds(root):
        try:
            index = _open_build(root, build) if build != live else None
        except OwnwordsError:
            continue
        if index is not None:
            reason = damage.message if damage else f"{root / CURRENT}: names no build"
            return replace(index, warnings=(f"{reason}; build {build} serves instead",))
    if damage:
        raise damage
    if _builds(root):
        raise OwnwordsError(f"{root}: no build there can be read", REBUILD, "index_damaged")
    raise OwnwordsError(f"{root}: there is no index", "Run `ownwords build`.", "no_index")


def _builds(root: Path) -> list[str]:
    """Newest first: ids begin with their time."""
    try:
        names = [folder.name for folder in (root / BUILDS).iterdir()]
    except OSError:
        return []
    return sorted((name for name in names if _ID.fullmatch(name)), reverse=True)


def _open_build(root: Path, build: str) -> Index:
    with _ONE_AT_A_TIME:
        return _opened(root, build)


def _opened(root: Path, build: str) -> Index:
    folder = root / BUILDS / build
    certificate = _checked(folder)
    try:
        posts = tuple(_post(plain) for plain in disk.read_json(folder / POSTS))
        passages = tuple(_passage(plain) for plain in disk.read_json(folder / PASSAGES))
        pins = tuple(ResolvedPin.from_json(plain) for plain in disk.read_json(folder / PINS))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise _damaged(folder, str(error)) from None
    passage, context, sentence = (Vectors.load(folder / file) for file in VECTORS.values())
    lexical = Lexical.load(folder / LEXICAL)
    try:
        tokens, centres = _load_tokens(folder), disk.load_arrays(folder / CENTRES)
        asked = Encoded(**disk.load_arrays(folder / WORDINGS))
    except Exception as error:  # zipfile, zlib and numpy each raise their own on a bad file
        raise _damaged(folder, str(error)) from None
    return Index(
        certificate, posts, passages, passage, context, sentence, lexical, tokens,
        cast("Mapping[Language, NDArray[np.float32]]", centres), pins, asked,
    )  # fmt: skip


def _checked(folder: Path) -> Certificate:
    """The certificate, once every file has the checksum it names."""
    try:
        certificate = Certificate.from_json((folder / CERTIFICATE).read_text(encoding="ascii"))
        if certificate.files.keys() != set(FILES):
            raise ValueError("the certificate names other files")
        for name, wanted in certificate.files.items():
            if disk.digest(folder / name) != wanted:
                raise ValueError(f"{name} is not the file that was written")
    except FileNotFoundError as error:
        raise _damaged(folder, f"{Path(error.filename).name} is missing") from None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise _damaged(folder, str(error)) from None
    return certificate


def _post_json(post: Post) -> dict[str, Any]:
    return {f.name: getattr(post, f.name) for f in fields(post) if f.name != "blocks"}


def _post(plain: dict[str, Any]) -> Post:
    lists = {name: tuple(plain[name]) for name in ("tags", "questions")}
    return Post(**{**plain, **lists})


def _passage_json(passage: Passage) -> dict[str, Any]:
    plain = {f.name: getattr(passage, f.name) for f in fields(passage) if f.name != "content"}
    return {**plain, "text": passage.text, "runs": passage.content.to_json()}


def _passage(plain: dict[str, Any]) -> Passage:
    return Passage(
        post=plain["post"],
        content=Tracked.from_json(plain["text"], plain["runs"]),
        headings=tuple(plain["headings"]),
        kind=plain["kind"],
        sentences=tuple(Range(start, end) for start, end in plain["sentences"]),
        lead=plain["lead"],
        joint=plain["joint"],
    )


def _save_tokens(folder: Path, table: TokenTable) -> None:
    np.save(folder / CODES, table.codes)
    disk.save_arrays(
        folder / TOKENS,
        starts=table.starts,
        ids=table.ids,
        counts=table.counts,
        **{f.name: getattr(table.projection, f.name) for f in fields(table.projection)},
    )


def _load_tokens(folder: Path) -> TokenTable:
    """The codes stay on disk, as a memory map: a question reads its candidates' only."""
    kept = disk.load_arrays(folder / TOKENS)
    projection = Projection(**{f.name: kept[f.name] for f in fields(Projection)})
    codes = np.load(folder / CODES, mmap_mode="r", allow_pickle=False).view(np.ndarray)
    return TokenTable(projection, codes, kept["starts"], kept["ids"], kept["counts"])


def _mismatch(what: str) -> OwnwordsError:
    return OwnwordsError(f"the parts of the index do not fit: {what}", REBUILD, "index_damaged")


def _damaged(folder: Path, reason: str) -> OwnwordsError:
    return OwnwordsError(f"{folder}: the build is damaged ({reason})", REBUILD, "index_damaged")


def _unwritable(root: Path, error: OSError) -> OwnwordsError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, None)
    fix = "Free disk space" if full else "Make the index folder writable"
    return OwnwordsError(
        f"{root}: the build could not be written ({error.strerror or error})",
        f"{fix} and build again; the build that was live still serves.",
        "disk",
    )
